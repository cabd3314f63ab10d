//! From a provider's reply to what is wished: lenient around the JSON, strict within it.

use serde_json::{Value, json};

use super::{FORMATS, asked, good, stand_in};
use crate::providers::Format;
use crate::wire::{Rendering, Wished, catalogue, json_of};

/// The way of every reply, but that the product parses with its strict parser.
async fn wished(format: Format, text: &str) -> Result<Wished, String> {
    let plays = (0..2)
        .map(|_| stand_in::json(200, &good(format, text)))
        .collect();
    let (asked, _) = asked(format, plays).await;
    let answer = asked.answer.unwrap();
    let text = answer.whole().map_err(|cut| cut.to_string())?;
    let found = json_of(text).map_err(|none| none.to_string())?;
    let value: Value = serde_json::from_str(found).map_err(|_| "no JSON".to_owned())?;
    let read = catalogue().read(format.rendering(), &value);
    read.map_err(|misfits| misfits[0].to_string())
}

fn plan(format: Format, action: &str) -> String {
    let step = match format.rendering() {
        Rendering::Rich => json!({
            "action": action, "target": {"kind": "qemu", "vmid": 101}, "params": null, "rationale": "start",
        }),
        Rendering::Flat => json!({
            "action": action, "target": {"kind": "qemu", "id": "101"}, "params": [], "rationale": "start",
        }),
    };
    json!({"kind": "plan", "summary": "s", "questions": [], "refusal": "", "steps": [step]})
        .to_string()
}

#[tokio::test]
async fn a_plan_is_read_bare_fenced_and_behind_thoughts() {
    for format in FORMATS {
        let bare = plan(format, "guest.start");
        let fenced = format!("Here you are:\n```json\n{bare}\n```\n");
        let thought = format!("<think>maybe {{\"kind\":\"refuse\"}}?</think>\n{bare}");
        for text in [bare, fenced, thought] {
            let Ok(Wished::Plan {
                draft, rationales, ..
            }) = wished(format, &text).await
            else {
                panic!("{format:?} {text}");
            };
            let action = json!({"action": "guest.start", "target": {"kind": "qemu", "vmid": 101}});
            assert_eq!(draft, json!({ "actions": [action] }));
            assert_eq!(rationales, ["start"]);
        }
    }
}

#[tokio::test]
async fn an_action_that_is_not_in_the_catalogue_is_named_and_nothing_is_drafted() {
    for format in FORMATS {
        let misfit = wished(format, &plan(format, "agent.exec"))
            .await
            .unwrap_err();
        assert_eq!(misfit, "/steps/0/action: there is no such action");
    }
}

#[tokio::test]
async fn words_instead_of_json_draft_nothing() {
    for format in FORMATS {
        for text in [
            "Sure, I started it.",
            "{\"kind\":\"plan\"",
            "{\"kind\":\"plan\"}",
            "[]",
        ] {
            assert!(wished(format, text).await.is_err(), "{format:?} {text}");
        }
    }
}
