use super::*;

fn environment() -> Environment {
    Environment {
        proxmox_api_url: Some("https://pve.example:8006/api2/json".to_owned()),
        proxmox_api_token: Some("argus@pve!ops=11111111-1111-4111-8111-111111111111".into()),
        session_secret: Some("0123456789abcdef0123456789abcdef".into()),
        ..Environment::default()
    }
}

fn mistakes(file: &FileConfig, environment: &Environment) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    Config::check(file, environment, &mut mistakes);
    mistakes
}

#[test]
fn the_four_variables_are_enough() {
    assert_eq!(mistakes(&FileConfig::default(), &environment()), []);
}

#[test]
fn every_missing_variable_is_named_at_once() {
    let places: Vec<_> = mistakes(&FileConfig::default(), &Environment::default())
        .into_iter()
        .map(|mistake| mistake.place)
        .collect();
    assert_eq!(
        places,
        ["PROXMOX_API_URL", "PROXMOX_API_TOKEN", "SESSION_SECRET"]
    );
}

#[test]
fn plans_get_tokens_only_where_that_is_said_and_then_by_the_token_that_may() {
    let token = |name: &str| format!("argus@pve!{name}=11111111-1111-4111-8111-111111111111");
    let manager = Environment {
        proxmox_manage_token: Some(token("manage").into()),
        proxmox_danger_token: Some(token("danger").into()),
        ..environment()
    };
    let said = |token_per_plan| FileConfig {
        proxmox: file::ProxmoxSection { token_per_plan },
        ..FileConfig::default()
    };
    let read = |file: &FileConfig, environment: &Environment| {
        let mut mistakes = Vec::new();
        let config = Config::check(file, environment, &mut mistakes);
        let config = config.filter(|_| mistakes.is_empty());
        config.map(|config| {
            let id = |token: Option<Token>| token.map(|token| token.id().to_owned());
            (id(config.danger_token), id(config.manage_token))
        })
    };
    let (danger, manage) = ("argus@pve!danger".to_owned(), "argus@pve!manage".to_owned());
    let ops = "argus@pve!ops".to_owned();
    assert_eq!(read(&said(false), &environment()), Some((None, None)));
    assert_eq!(read(&said(true), &environment()), Some((None, Some(ops))));
    assert_eq!(
        read(&said(true), &manager),
        Some((Some(danger), Some(manage)))
    );
    assert_eq!(
        mistakes(&said(false), &manager)[0].place,
        "PROXMOX_MANAGE_TOKEN"
    );
    let broken = Environment {
        proxmox_danger_token: Some("argus@pve!danger".into()),
        ..environment()
    };
    assert_eq!(
        mistakes(&FileConfig::default(), &broken)[0].place,
        "PROXMOX_DANGER_TOKEN"
    );
}

#[test]
fn plain_http_to_proxmox_is_refused() {
    let environment = Environment {
        proxmox_api_url: Some("http://pve.example:8006".to_owned()),
        ..environment()
    };
    assert_eq!(
        mistakes(&FileConfig::default(), &environment)[0].place,
        "PROXMOX_API_URL"
    );
}

#[test]
fn an_unverified_certificate_is_refused_outside_the_lab() {
    let environment = Environment {
        proxmox_tls_insecure: Some("lab".to_owned()),
        ..environment()
    };
    for (profile, refused) in [
        (Profile::Production, true),
        (Profile::Demo, true),
        (Profile::Lab, false),
    ] {
        let file = FileConfig {
            profile,
            ..FileConfig::default()
        };
        assert_eq!(
            !mistakes(&file, &environment).is_empty(),
            refused,
            "{profile:?}"
        );
    }
}

#[test]
fn a_weak_session_secret_is_refused() {
    for weak in ["short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let environment = Environment {
            session_secret: Some(weak.into()),
            ..environment()
        };
        assert_eq!(
            mistakes(&FileConfig::default(), &environment).len(),
            1,
            "{weak}"
        );
    }
}

#[test]
fn the_public_origin_is_https_or_this_machine() {
    for (text, right) in [
        ("https://argus.lan", true),
        ("http://localhost:8090", true),
        ("http://argus.lan", false),
        ("https://argus.lan/path", false),
        ("argus.lan", false),
    ] {
        let file = FileConfig {
            public_origin: Some(text.to_owned()),
            ..FileConfig::default()
        };
        assert_eq!(mistakes(&file, &environment()).is_empty(), right, "{text}");
    }
}

#[test]
fn the_first_policy_is_the_file_s_or_the_one_that_fits_the_profile() {
    for (profile, text) in [
        (Profile::Production, DEFAULT_POLICY),
        (Profile::Lab, DEFAULT_POLICY),
        (Profile::Demo, HOME_LAB_POLICY),
    ] {
        let file = FileConfig {
            profile,
            ..FileConfig::default()
        };
        let config = Config::check(&file, &environment(), &mut Vec::new());
        assert_eq!(config.expect("a configuration").first_policy, text);
    }
}

#[test]
fn a_mistake_in_the_first_policy_names_its_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let mut file = FileConfig::default();
    file.policy.file = Some(path.clone());
    assert_eq!(mistakes(&file, &environment())[0].place, "policy.file");
    std::fs::write(&path, "format = 1\nenabled = [\"guest.strat\"]\n").unwrap();
    let found = mistakes(&file, &environment());
    assert_eq!(found[0].place, format!("{}:2:12", path.display()));
    assert!(found[0].message.contains("guest.start"), "{found:?}");
    std::fs::write(&path, "format = 1\nenabled = [\"guest.start\"]\n").unwrap();
    assert_eq!(mistakes(&file, &environment()), []);
}

#[test]
fn the_example_file_holds_the_defaults() {
    assert_eq!(FileConfig::parse(FILE_EXAMPLE), Ok(FileConfig::default()));
}

#[test]
fn a_mistake_in_the_file_names_its_line() {
    let (line, _) = FileConfig::parse("profile = \"demo\"\nlisten = \"nowhere\"\n").unwrap_err();
    assert_eq!(line, Some(2));
    let (line, message) = FileConfig::parse("\n\nprofle = \"demo\"\n").unwrap_err();
    assert_eq!(line, Some(3));
    assert!(message.contains("profle"), "{message}");
}
