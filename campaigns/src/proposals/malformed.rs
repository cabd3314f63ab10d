//! Documents that are wrong by their making: broken JSON, and JSON that is no proposal whatever it holds.

use anyhow::{Context, Result};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::broken_json::{self, TEXTS};
use super::schema::{Form, Schema};

/// Draws one.
pub fn draw(schema: &Schema, forms: &[Form<'_>], dice: &mut StdRng) -> Result<Vec<u8>> {
    let actions = dice.random_range(1..=3);
    let right = schema.draw(forms, actions, dice)?;
    let text = serde_json::to_string(&right)?;
    Ok(match dice.random_range(0..10) {
        0 => TEXTS.choose(dice).context("no texts")?.to_vec(),
        1 => before_a_value(&text, dice)?,
        2 => cut(&text, dice),
        3 => with_a_byte_that_is_no_text(&text, dice),
        4 => with_more_behind(&text, dice)?,
        5 => noise(dice),
        6 => deep(&text, dice)?,
        7 => with_a_key_twice(&text)?,
        8 => not_a_proposal(&right, dice)?,
        _ => without_a_mark(&text, dice)?,
    })
}

/// A text of the list right before one of the document's values.
fn before_a_value(text: &str, dice: &mut StdRng) -> Result<Vec<u8>> {
    let places: Vec<usize> = text.match_indices(':').map(|(at, _)| at + 1).collect();
    // A colon within a text is no place: what follows would stay inside the quotes.
    let outside: Vec<usize> = places
        .into_iter()
        .filter(|at| text[..*at].matches('"').count() % 2 == 0)
        .collect();
    let at = *outside.choose(dice).context("no value")?;
    let broken = TEXTS.choose(dice).context("no texts")?.trim_ascii();
    // The space keeps what is broken from becoming whole together with what follows.
    Ok([
        &text.as_bytes()[..at],
        if broken.is_empty() { b"," } else { broken },
        b" ",
        &text.as_bytes()[at..],
    ]
    .concat())
}

/// The beginning of a document.
fn cut(text: &str, dice: &mut StdRng) -> Vec<u8> {
    text.as_bytes()[..dice.random_range(0..text.len())].to_vec()
}

fn with_a_byte_that_is_no_text(text: &str, dice: &mut StdRng) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = dice.random_range(0..=bytes.len());
    // 0x00 and the controls stand nowhere in JSON but as white space; from 0xf8 on nothing is UTF-8.
    let byte = if dice.random_bool(0.5) {
        dice.random_range(0xf8..=0xff)
    } else {
        dice.random_range(0x00..=0x08)
    };
    bytes.insert(at, byte);
    bytes
}

fn with_more_behind(text: &str, dice: &mut StdRng) -> Result<Vec<u8>> {
    const MORE: [&str; 8] = ["{}", "]", "}", ",", "null", "\"", "\u{feff}", "// end"];
    let more = MORE.choose(dice).context("nothing")?;
    Ok(format!("{text}{more}").into_bytes())
}

/// Bytes at random: where they are JSON at all, they are a number.
fn noise(dice: &mut StdRng) -> Vec<u8> {
    let length = dice.random_range(0..400);
    (0..length).map(|_| dice.random()).collect()
}

fn deep(text: &str, dice: &mut StdRng) -> Result<Vec<u8>> {
    let levels = *[33, 200, 5_000, 60_000].choose(dice).context("nothing")?;
    let (open, close) = *[("[", "]"), ("{\"actions\":", "}")]
        .choose(dice)
        .context("nothing")?;
    let levels = levels.min(120_000 / open.len());
    let nested = String::from_utf8(broken_json::nested(levels, open, close))?;
    Ok(text.replacen('[', &format!("[{nested},"), 1).into_bytes())
}

fn with_a_key_twice(text: &str) -> Result<Vec<u8>> {
    let inside = text.strip_prefix('{').context("no object")?;
    Ok(format!(r#"{{"actions":[],{inside}"#).into_bytes())
}

/// JSON that is right, and another thing.
fn not_a_proposal(right: &Value, dice: &mut StdRng) -> Result<Vec<u8>> {
    let actions = right["actions"].clone();
    let first = actions[0].clone();
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!("actions"),
        json!([]),
        json!({}),
        actions.clone(),
        first.clone(),
        json!({ "actions": null }),
        json!({ "actions": [] }),
        json!({ "actions": {} }),
        json!({ "actions": "guest.start" }),
        json!({ "actions": first }),
        json!({ "actions": [null] }),
        json!({ "actions": [[first]] }),
        json!({ "actions": [right] }),
        json!({ "actions": [{}] }),
        json!({ "Actions": actions }),
        json!({ "action": actions }),
        json!({ "steps": actions }),
        json!({ "draft": right }),
        json!({ "actions": vec![actions[0].clone(); 51] }),
        json!({ "actions": actions, "risk": "low" }),
        json!({ "actions": actions, "approved": true }),
        json!({ "actions": actions, "digest": "0" }),
        json!({ "actions": actions, "": 1 }),
    ];
    Ok(serde_json::to_vec(others.choose(dice).context("nothing")?)?)
}

/// A document that lacks one of its marks.
fn without_a_mark(text: &str, dice: &mut StdRng) -> Result<Vec<u8>> {
    let marks: Vec<usize> = text
        .match_indices(['{', '}', '[', ']', '"'])
        .map(|(at, _)| at)
        .collect();
    let mut bytes = text.as_bytes().to_vec();
    bytes.remove(*marks.choose(dice).context("no marks")?);
    Ok(bytes)
}
