//! The wire schema against the rules of the strictest provider of each kind, kept here as code: `OpenAI`'s strict mode
//! with the older limits of Azure and fine-tuned models for the flat rendering, and what llama.cpp's grammars refuse.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Rendering, WireSchema, catalogue};

/// Keywords of the common subset. Everything else is refused by somebody.
const ALLOWED: [&str; 8] = [
    "type",
    "description",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
];

/// What a walk over a schema found.
#[derive(Default)]
struct Survey {
    breaches: Vec<String>,
    properties: usize,
    enum_values: usize,
    /// Names of properties and values of enums, in characters.
    characters: usize,
    depth: usize,
}

impl Survey {
    fn of(schema: &Value) -> Self {
        let mut survey = Self::default();
        if schema["type"] != "object" || schema.get("anyOf").is_some() {
            survey.breaches.push("the root is not an object".to_owned());
        }
        survey.walk("", schema, 0);
        survey
    }

    fn walk(&mut self, at: &str, schema: &Value, depth: usize) {
        let Some(map) = schema.as_object() else {
            self.breaches.push(format!("{at}: not a schema"));
            return;
        };
        for key in map.keys().filter(|key| !ALLOWED.contains(&key.as_str())) {
            self.breaches.push(format!("{at}: {key}"));
        }
        for value in schema["enum"].as_array().into_iter().flatten() {
            self.enum_values += 1;
            self.characters += value.as_str().map_or(0, str::len);
        }
        if map.contains_key("properties") || schema["type"] == "object" {
            self.object(at, schema, depth + 1);
        }
        if let Some(items) = map.get("items") {
            self.walk(&format!("{at}[]"), items, depth);
        }
        let branches = schema["anyOf"].as_array();
        let mut beginnings = BTreeSet::new();
        for (index, branch) in branches.into_iter().flatten().enumerate() {
            self.walk(&format!("{at}|{index}"), branch, depth);
            let first = &branch["properties"]["action"]["enum"];
            if first.as_array().map(Vec::len) != Some(1) || !beginnings.insert(first.to_string()) {
                self.breaches
                    .push(format!("{at}|{index}: no discriminator of its own"));
            }
        }
    }

    fn object(&mut self, at: &str, schema: &Value, depth: usize) {
        self.depth = self.depth.max(depth);
        if schema["additionalProperties"] != json!(false) {
            self.breaches.push(format!("{at}: additionalProperties"));
        }
        let Some(properties) = schema["properties"]
            .as_object()
            .filter(|map| !map.is_empty())
        else {
            self.breaches
                .push(format!("{at}: an object without properties"));
            return;
        };
        let required: Vec<_> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        for (name, property) in properties {
            self.properties += 1;
            self.characters += name.len();
            if !required.contains(&&json!(name)) {
                self.breaches.push(format!("{at}.{name}: not required"));
            }
            self.walk(&format!("{at}.{name}"), property, depth);
        }
    }
}

fn survey(schema: &WireSchema) -> Survey {
    Survey::of(&serde_json::from_str(schema.json().get()).unwrap())
}

#[test]
fn both_renderings_keep_to_the_strictest_subset() {
    for rendering in [Rendering::Rich, Rendering::Flat] {
        let found = survey(&catalogue().schema(rendering));
        assert_eq!(found.breaches, Vec::<String>::new(), "{rendering:?}");
        assert!(found.enum_values <= 1_000, "{}", found.enum_values);
        assert!(found.characters <= 15_000, "{}", found.characters);
    }
}

#[test]
fn the_rich_rendering_has_at_most_5000_properties_and_10_levels_and_the_flat_one_100_and_5() {
    let rich = survey(&catalogue().schema(Rendering::Rich));
    assert!(
        (100..=5_000).contains(&rich.properties),
        "{}",
        rich.properties
    );
    assert!((3..=10).contains(&rich.depth), "{}", rich.depth);
    let schema = catalogue().schema(Rendering::Flat);
    assert!(
        !schema.json().get().contains("null"),
        "no unions, of which some take few"
    );
    let flat = survey(&schema);
    assert!((10..=100).contains(&flat.properties), "{}", flat.properties);
    assert!((3..=5).contains(&flat.depth), "{}", flat.depth);
}

#[test]
fn the_survey_finds_what_a_provider_would_refuse() {
    for (wrong, expected) in [
        (json!({"type": "array"}), "the root is not an object"),
        (
            json!({"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}}, "required": ["a"], "additionalProperties": false}),
            ".a: maxLength",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": [], "additionalProperties": false}),
            ".a: not required",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
            ": additionalProperties",
        ),
        (
            json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false}),
            ": an object without properties",
        ),
    ] {
        let found = Survey::of(&wrong).breaches;
        assert!(found.iter().any(|breach| breach == expected), "{found:?}");
    }
}

#[test]
fn kind_comes_first_and_each_step_begins_with_its_action() {
    for rendering in [Rendering::Rich, Rendering::Flat] {
        let schema = catalogue().schema(rendering);
        let text = schema.json().get();
        assert!(
            text.starts_with(r#"{"type":"object","properties":{"kind":"#),
            "{text}"
        );
        let steps = text.matches(r#""properties":{"action":{"#).count();
        let expected = match rendering {
            Rendering::Rich => 42,
            Rendering::Flat => 1,
        };
        assert_eq!(steps, expected);
        let order =
            ["\"summary\"", "\"questions\"", "\"refusal\"", "\"steps\""].map(|key| text.find(key));
        assert!(order.is_sorted(), "{order:?}");
    }
}

#[test]
fn the_same_catalogue_gives_the_same_bytes_and_each_rendering_others() {
    let [first, again] = [(); 2].map(|()| catalogue().schema(Rendering::Rich));
    assert_eq!(first.json().get(), again.json().get());
    assert_eq!(first.sha256(), again.sha256());
    assert_ne!(first.sha256(), catalogue().schema(Rendering::Flat).sha256());
    let name = first.name();
    assert!(
        name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    );
}

#[test]
fn a_schema_is_small_enough_for_grammars_and_prompts() {
    let size = |rendering| catalogue().schema(rendering).json().get().len();
    assert!(size(Rendering::Rich) < 40_000, "{}", size(Rendering::Rich));
    assert!(size(Rendering::Flat) < 6_000, "{}", size(Rendering::Flat));
}
