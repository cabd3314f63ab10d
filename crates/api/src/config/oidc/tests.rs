use super::*;
use crate::config::FileConfig;

const RIGHT: &str = r#"
[[auth.oidc]]
id = "corp-2"
name = "Corporate"
issuer = "https://idp.lan/realms/home"
client_id = "argus"
person_claim = "employee_id"
scopes = ["groups", "email"]
[[auth.oidc.roles]]
group = "argus-ops"
role = "operator"
pools = ["web"]
[[auth.oidc.roles]]
group = "argus-dev"
role = "operator"
tags = ["dev"]
[[auth.oidc.roles]]
group = "staff"
role = "viewer"
"#;

fn read(text: &str, secrets: &[(&str, &str)]) -> (Vec<SignInProvider>, Vec<Mistake>) {
    let file = FileConfig::parse(text).unwrap();
    let secrets = secrets
        .iter()
        .map(|(id, secret)| ((*id).to_owned(), SecretString::from(*secret)))
        .collect();
    let cluster = "main".parse().unwrap();
    let place = Place {
        origin: "https://argus.lan",
        cluster: &cluster,
    };
    let mut mistakes = Vec::new();
    let found = providers(&mut mistakes, &file.auth.oidc, &secrets, &place);
    (found, mistakes)
}

fn places(text: &str, secrets: &[(&str, &str)]) -> Vec<String> {
    let (_, mistakes) = read(text, secrets);
    mistakes.into_iter().map(|mistake| mistake.place).collect()
}

#[test]
fn a_provider_is_asked_for_name_and_address_and_sends_the_browser_to_its_own_callback() {
    let (providers, mistakes) = read(RIGHT, &[("CORP_2", "s3cret")]);
    assert_eq!(mistakes, []);
    let config = providers[0].provider.config();
    assert_eq!(config.scopes, ["profile", "email", "groups"]);
    assert_eq!(
        config.redirect_uri.as_str(),
        "https://argus.lan/sign-in/callback/corp-2"
    );
    let secret = config.client_secret.as_ref().unwrap();
    assert_eq!(secret.expose_secret(), "s3cret");
    assert_eq!(
        (config.groups_claim.as_str(), config.name_claim.as_str()),
        ("groups", "name")
    );
}

#[test]
fn the_highest_role_wins_and_reaches_as_far_as_its_own_rules() {
    let (providers, _) = read(RIGHT, &[]);
    let groups = ["staff", "argus-dev", "argus-ops", "other"];
    let groups = Groups::Listed(groups.map(str::to_owned).to_vec());
    let grant = providers[0].grant(&groups).unwrap();
    assert_eq!(grant.role, Role::Operator);
    assert_eq!(grant.scope.to_string(), "pool web; tag dev");
    assert_eq!(
        providers[0].mapped(&groups),
        ["staff", "argus-dev", "argus-ops"]
    );
    let staff = Groups::Listed(vec!["staff".to_owned()]);
    let grant = providers[0].grant(&staff).unwrap();
    assert_eq!((grant.role, grant.scope), (Role::Viewer, Scope::default()));
}

#[test]
fn each_mistake_names_its_key_and_its_provider() {
    for (from, to, place) in [
        ("\"corp-2\"", "\"Corp 2\"", "auth.oidc.id of \"Corp 2\""),
        (
            "https://idp",
            "http://idp",
            "auth.oidc.issuer of \"corp-2\"",
        ),
        ("\"argus\"", "\" \"", "auth.oidc.client_id of \"corp-2\""),
        ("\"Corporate\"", "\"\"", "auth.oidc.name of \"corp-2\""),
        (
            "\"employee_id\"",
            "\"\"",
            "auth.oidc.person_claim of \"corp-2\"",
        ),
        (
            "\"groups\", ",
            "\"two words\", ",
            "auth.oidc.scopes of \"corp-2\"",
        ),
        ("\"argus-ops\"", "\"\"", "auth.oidc.roles of \"corp-2\""),
        (
            "pools = [\"web\"]",
            "pools = [\"\"]",
            "auth.oidc.roles of \"corp-2\"",
        ),
        (
            "pools = [\"web\"]",
            "clusters = [\"other\"]",
            "auth.oidc.roles of \"corp-2\"",
        ),
        (
            "client_id =",
            "ca_file = \"/nowhere/ca.pem\"\nclient_id =",
            "auth.oidc.ca_file of \"corp-2\"",
        ),
        (
            "client_id =",
            "client_secret_file = \"/nowhere/secret\"\nclient_id =",
            "auth.oidc.client_secret_file of \"corp-2\"",
        ),
    ] {
        assert!(RIGHT.contains(from), "{from}");
        let (found, _) = read(&RIGHT.replace(from, to), &[]);
        assert_eq!(places(&RIGHT.replace(from, to), &[]), [place], "{to}");
        assert!(found.is_empty(), "{to}");
    }
}

#[test]
fn several_mistakes_are_named_at_once() {
    let text = RIGHT
        .replace("https://idp", "http://idp")
        .replace("\"Corporate\"", "\"\"");
    assert_eq!(places(&text, &[]).len(), 2);
}

#[test]
fn a_provider_without_rules_is_a_mistake_because_it_lets_nobody_in() {
    let text = &RIGHT[..RIGHT.find("[[auth.oidc.roles]]").unwrap()];
    assert_eq!(places(text, &[]), ["auth.oidc.roles of \"corp-2\""]);
}

#[test]
fn two_providers_of_one_id_and_a_secret_of_nobody_are_mistakes() {
    let twice = format!("{RIGHT}{RIGHT}");
    assert_eq!(places(&twice, &[]), ["auth.oidc.id of \"corp-2\""]);
    assert_eq!(places(RIGHT, &[("CORP", "s")]), ["ARGUS_OIDC_CORP_SECRET"]);
}

#[test]
fn a_secret_comes_from_a_file_or_the_environment_and_not_from_both() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "of the file\n").unwrap();
    let text = RIGHT.replace(
        "client_id =",
        &format!("client_secret_file = {file:?}\nclient_id ="),
    );
    let (providers, mistakes) = read(&text, &[]);
    assert_eq!(mistakes, []);
    let secret = providers[0].provider.config().client_secret.as_ref();
    assert_eq!(secret.unwrap().expose_secret(), "of the file");
    assert_eq!(
        places(&text, &[("CORP_2", "s")]),
        ["auth.oidc.client_secret_file of \"corp-2\""]
    );
    std::fs::write(&file, "\n").unwrap();
    assert_eq!(
        places(&text, &[]),
        ["auth.oidc.client_secret_file of \"corp-2\""]
    );
}
