use super::*;

fn section(text: &str) -> DraftingSection {
    toml::from_str(text).expect("a section")
}

fn checked(text: &str, keys: &[(&str, &str)]) -> (Drafting, Vec<Mistake>) {
    let own = keys
        .iter()
        .map(|(name, key)| ((*name).to_owned(), SecretString::from(*key)))
        .collect();
    let openai = SecretString::from("sk-openai-0123456789");
    let keys = Keys {
        own: &own,
        openai: Some(&openai),
    };
    let held = [(Kind::Secret, "0123456789abcdef-secret".into())];
    let mut mistakes = Vec::new();
    let drafting = drafting(&mut mistakes, &section(text), &keys, &held);
    (drafting, mistakes)
}

const LOCAL: &str = r#"
tokens_per_day = 100000
[[providers]]
name = "gpu-1"
format = "ollama"
base_url = "http://gpu.lan:11434"
model = "small"
"#;

#[test]
fn without_a_provider_the_rules_draft_alone_and_nobody_may_spend_anything() {
    let (drafting, mistakes) = checked("", &[]);
    assert_eq!(mistakes, []);
    assert!(drafting.models.is_empty());
    assert_eq!(drafting.budget, Budget::default());
}

#[test]
fn a_model_of_ones_own_takes_an_address_and_a_number_of_tokens() {
    let (drafting, mistakes) = checked(LOCAL, &[]);
    assert_eq!(mistakes, []);
    let settings = &drafting.models[0].settings;
    assert!(settings.is_local && settings.key.is_none());
    assert_eq!(settings.limits.total, Duration::from_secs(600));
    assert_eq!(drafting.budget.tokens, Some(100_000));
    assert_eq!(drafting.budget.money, None);
    assert!(drafting.redactor.is_some());
}

#[test]
fn a_key_comes_from_the_providers_own_variable_and_openais_goes_to_openai_alone() {
    let elsewhere = LOCAL
        .replace("http://", "https://")
        .replace("ollama", "openai_chat");
    let (drafting, mistakes) = checked(&elsewhere, &[("GPU_1", "own-key-1234")]);
    assert_eq!(mistakes, []);
    let key = drafting.models[0].settings.key.as_ref().expect("a key");
    assert_eq!(key.secret.expose_secret(), "own-key-1234");
    let (drafting, _) = checked(&elsewhere, &[]);
    assert!(drafting.models[0].settings.key.is_none());
    let openai = elsewhere.replace("gpu.lan:11434", "api.openai.com/v1");
    let (drafting, _) = checked(&openai, &[]);
    let key = drafting.models[0].settings.key.as_ref().expect("a key");
    assert_eq!(key.secret.expose_secret(), "sk-openai-0123456789");
}

#[test]
fn each_mistake_is_named_with_its_place() {
    let places = |text: &str, keys: &[(&str, &str)]| -> Vec<String> {
        let (_, mistakes) = checked(text, keys);
        mistakes.into_iter().map(|one| one.place).collect()
    };
    assert_eq!(
        places(&LOCAL.replace("tokens_per_day = 100000", ""), &[]),
        ["drafting.tokens_per_day"]
    );
    assert_eq!(
        places(&format!("{LOCAL}price_input = \"2.50\""), &[]),
        ["drafting.money_per_day"]
    );
    assert_eq!(
        places(&format!("{LOCAL}price_input = \"much\""), &[]),
        ["drafting.providers.price_input of \"gpu-1\""]
    );
    assert_eq!(
        places(
            &LOCAL.replace("http://gpu.lan:11434", "http://169.254.169.254"),
            &[]
        ),
        ["drafting.providers.base_url of \"gpu-1\""]
    );
    assert_eq!(
        places(&format!("{LOCAL}key_file = \"/nowhere/key\""), &[]),
        ["drafting.providers.key_file of \"gpu-1\""]
    );
    assert_eq!(
        places(&format!("{LOCAL}timeout_s = 0"), &[]),
        ["drafting.providers.timeout_s of \"gpu-1\""]
    );
    assert_eq!(
        places(LOCAL, &[("OTHER", "key-123456")]),
        ["ARGUS_MODEL_OTHER_KEY"]
    );
    let twice = format!("{LOCAL}{}", LOCAL.replace("tokens_per_day = 100000", ""));
    assert_eq!(
        places(&twice, &[]),
        ["drafting.providers.name of \"gpu-1\""]
    );
}

#[test]
fn a_key_never_goes_over_the_network_in_the_clear() {
    let (_, mistakes) = checked(LOCAL, &[("GPU_1", "own-key-1234")]);
    assert_eq!(
        mistakes[0].place,
        "drafting.providers.base_url of \"gpu-1\""
    );
    assert!(mistakes[0].message.contains("https://"), "{mistakes:?}");
}
