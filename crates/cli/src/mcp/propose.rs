//! Tools that propose. What they make waits for people, who alone approve and confirm.

use argus_types::action::ActionKind;
use argus_types::person::TokenMay;
use argus_types::undo::UndoInput;
use serde_json::{Map, Value, json};

use super::arguments::{self, id, object, parse, text, word};
use super::reach::{Reach, Wish};
use super::tool::{Fault, Tool};

/// What a draft must look like, as the server holds it to.
const SCHEMA: &str = include_str!("../../../../schemas/proposal.schema.json");

const REASON: &str = "Why it is wanted; the policy may ask for it, and whoever decides reads it.";

/// See [`Tool::about`].
pub const ACTION_CATALOGUE: Tool = Tool {
    name: "action_catalogue",
    title: "Catalogue of actions",
    about: "What a plan can be made of: all actions by name, or one of them with the JSON Schema of its parameters.",
    needs: TokenMay::Read,
    takes: || {
        object(
            &[("action", word("Only this one, with its schema.", &names()))],
            &[],
        )
    },
    call: |_, arguments| catalogue(arguments),
};

/// See [`Tool::about`].
pub const PROPOSE: Tool = Tool {
    name: "propose",
    title: "Propose a change in words",
    about: "Makes a proposal out of one request in words, English or German, such as `snapshot web-01, then move it to \
        pve2`. Changes nothing: people review, approve and confirm it in the console. Where the words leave something \
        open, the answer is questions with choices, each with the request to send instead; put them to your user.",
    needs: TokenMay::Propose,
    takes: || {
        object(
            &[
                (
                    "request",
                    text(
                        "What your user wants, in their own words, guests by name or number.",
                        2000,
                    ),
                ),
                ("reason", text(REASON, 500)),
            ],
            &["request"],
        )
    },
    call: |reach, arguments| {
        let words: arguments::Words = parse(arguments)?;
        let outcome = reach.propose(&Wish {
            request: Some(words.request),
            draft: None,
            reason: words.reason,
        })?;
        Ok(told(reach, outcome))
    },
};

/// See [`Tool::about`].
pub const PROPOSE_ACTIONS: Tool = Tool {
    name: "propose_actions",
    title: "Propose typed actions",
    about: "Makes a proposal out of typed actions, in the order in which they are wanted. The action_catalogue tool says \
        which there are and what each takes. Changes nothing: people review, approve and confirm it in the console.",
    needs: TokenMay::Propose,
    takes: || {
        let action = json!({
            "type": "object",
            "properties": { "action": word("The action's name.", &names()) },
            "required": ["action"],
        });
        object(
            &[
                (
                    "actions",
                    json!({ "type": "array", "items": action, "minItems": 1, "maxItems": 50 }),
                ),
                ("reason", text(REASON, 500)),
            ],
            &["actions"],
        )
    },
    call: |reach, arguments| {
        let wanted: arguments::Actions = parse(arguments)?;
        let outcome = reach.propose(&Wish {
            request: None,
            draft: Some(json!({ "actions": wanted.actions })),
            reason: wanted.reason,
        })?;
        Ok(told(reach, outcome))
    },
};

/// See [`Tool::about`].
pub const PROPOSE_UNDO: Tool = Tool {
    name: "propose_undo",
    title: "Propose to take an execution back",
    about: "Makes a proposal that takes back what an execution did, as far as that is possible. Changes nothing: people \
        review, approve and confirm it in the console.",
    needs: TokenMay::Propose,
    takes: || {
        object(
            &[
                ("execution", id("The execution's id.")),
                ("reason", text(REASON, 500)),
            ],
            &["execution"],
        )
    },
    call: |reach, arguments| {
        let wanted: arguments::Undo = parse(arguments)?;
        let input = UndoInput {
            reason: wanted.reason,
        };
        let outcome = reach.propose_undo(wanted.execution, &input)?;
        Ok(told(reach, outcome))
    },
};

fn names() -> Vec<&'static str> {
    ActionKind::ALL.map(ActionKind::as_str).to_vec()
}

/// The server's answer, with the address at which people decide where a proposal came of it.
fn told(reach: &Reach, mut outcome: Value) -> Value {
    if let Some(id) = outcome.pointer("/proposal/id").and_then(Value::as_str) {
        let address = format!("{}/changes/{id}", reach.console());
        outcome["address"] = address.into();
        outcome["next"] = "Nothing is done yet: people decide at this address.".into();
    }
    outcome
}

fn catalogue(arguments: Map<String, Value>) -> Result<Value, Fault> {
    let wanted: arguments::Catalogue = parse(arguments)?;
    let schema: Value = serde_json::from_str(SCHEMA)
        .map_err(|error| Fault::Arguments(format!("the catalogue cannot be read ({error})")))?;
    let entries = schema.pointer("/$defs/Action/oneOf");
    let entries = entries.and_then(Value::as_array).into_iter().flatten();
    let name = |entry: &Value| entry.pointer("/properties/action/const").cloned();
    let Some(wanted) = wanted.action else {
        let listed =
            entries.map(|entry| json!({ "action": name(entry), "about": entry["description"] }));
        return Ok(json!({ "actions": listed.collect::<Vec<_>>() }));
    };
    let mut one = entries
        .into_iter()
        .find(|entry| name(entry).as_ref().and_then(Value::as_str) == Some(&wanted))
        .cloned()
        .ok_or_else(|| Fault::Arguments(format!("there is no action {wanted:?}")))?;
    one["$defs"] = Value::Object(shapes_of(&one, &schema["$defs"]));
    Ok(json!({ "action": wanted, "schema": one }))
}

/// The shapes that a schema refers to, and those that they refer to.
fn shapes_of(one: &Value, shapes: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    let mut text = one.to_string();
    while let Some((name, shape)) = shapes.as_object().into_iter().flatten().find(|(name, _)| {
        !found.contains_key(*name) && text.contains(&format!("\"#/$defs/{name}\""))
    }) {
        text.push_str(&shape.to_string());
        found.insert(name.clone(), shape.clone());
    }
    found
}
