//! Right documents with one thing changed.
//!
//! Most changes make the document wrong, whatever it was, and then it must be refused. Some may leave it right: there
//! the second validator decides, and nothing that the document says may get lost.

use anyhow::{Context, Result};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::judge::Known;
use super::places::{self, Place};
use super::schema::{Form, Schema};

/// Characters that nobody sees, or that turn text around.
const INVISIBLE: [char; 20] = [
    '\u{0}',
    '\u{7}',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{ad}',
    '\u{61c}',
    '\u{180e}',
    '\u{200b}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{202a}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{2069}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{e0041}',
];

/// What stands where a value was left open, or a secret was taken out.
const PLACEHOLDERS: [&str; 9] = [
    "${VMID}",
    "{{node}}",
    "{{ guest.name }}",
    "<VMID>",
    "<NEW_NAME>",
    "<<SECRET:token:1>>",
    "[REDACTED]",
    "[REDACTED:token:1]",
    "\u{27e6}token 1\u{27e7}",
];

/// Texts that programs stumble over; where a field's pattern allows one, it is a name like any other.
const NAUGHTY: [&str; 26] = [
    "",
    " ",
    "null",
    "undefined",
    "true",
    "NaN",
    "0",
    "-1",
    "../../etc/passwd",
    "a/../../b",
    "; reboot",
    "$(reboot)",
    "`reboot`",
    "| cat",
    "a' OR '1'='1",
    "<script>alert(1)</script>",
    "%00",
    "%2e%2e%2f",
    "http://169.254.169.254/",
    "a\nb",
    "а-cyrillic",
    "ＰＶＥ１",
    "ﬀ",
    "İ",
    "pve1 ",
    "pve1.",
];

/// Keys that no action has.
const STRANGE_KEYS: [&str; 14] = [
    "skiplock",
    "force",
    "args",
    "command",
    "hookscript",
    "destroy-unreferenced-disks",
    "__proto__",
    "constructor",
    "Target",
    "targets",
    "$ref",
    "",
    "action ",
    "risk",
];

/// Actions that the catalogue does not have, and those that only look like one of it.
const STRANGE_ACTIONS: [&str; 14] = [
    "agent.exec",
    "agent.file.write",
    "guest.monitor",
    "node.migrateall",
    "access.user.add",
    "cluster.config.set",
    "guest.exec",
    "GUEST.START",
    "guest.start ",
    " guest.start",
    "guest.start\u{200b}",
    "guеst.start",
    "guest_start",
    "",
];

/// A right document with one thing changed, and what is known of it then.
pub fn draw(schema: &Schema, forms: &[Form<'_>], dice: &mut StdRng) -> Result<(Vec<u8>, Known)> {
    // Of several actions on guests at random the planner mostly refuses one.
    let actions = if dice.random_bool(0.6) {
        1
    } else {
        dice.random_range(2..=4)
    };
    let mut document = schema.draw(forms, actions, dice)?;
    let known = match dice.random_range(0..14) {
        0 => with_a_strange_key(&mut document, dice)?,
        1 => without_a_key(&mut document, forms, dice)?,
        2 => with_another_type(&mut document, dice)?,
        3 => with_a_number_out_of_bounds(&mut document, dice)?,
        4 => with_something_invisible(&mut document, dice)?,
        5 => with_a_placeholder(&mut document, dice)?,
        6 => with_a_strange_action(&mut document, dice)?,
        7 => with_a_text_too_long(&mut document, dice)?,
        8 => with_too_many(&mut document, dice)?,
        9 => with_something_naughty(&mut document, dice)?,
        10 => with_a_number_at_a_bound(&mut document, dice)?,
        11 => with_two_values_exchanged(&mut document, dice)?,
        12 => return with_bytes_changed(&document, dice),
        _ => Known::Right,
    };
    Ok((serde_json::to_vec(&document)?, known))
}

fn pick(mut from: Vec<Value>, dice: &mut StdRng) -> Result<Value> {
    anyhow::ensure!(!from.is_empty(), "nothing to pick from");
    Ok(from.swap_remove(dice.random_range(0..from.len())))
}

fn choose<T: Copy>(from: &[T], dice: &mut StdRng) -> Result<T> {
    from.choose(dice).copied().context("nothing to choose from")
}

/// A place of the document that `fits`.
fn place(document: &Value, dice: &mut StdRng, fits: impl Fn(&Value) -> bool) -> Option<Place> {
    let all = places::all(document);
    let fitting: Vec<&Place> = all
        .iter()
        .filter(|place| places::at(document, place).is_some_and(&fits))
        .collect();
    fitting.choose(dice).map(|place| (*place).clone())
}

/// One that holds a text which goes into the cluster: what a way is called, and why it is offered, does not.
fn place_of_parameter(document: &Value, dice: &mut StdRng) -> Option<Place> {
    let is_told = |place: &Place| {
        ["label", "reason"]
            .map(|name| Some(places::Key::Field(name.to_owned())))
            .contains(&place.last().cloned())
    };
    let mut tries = (0..100).filter_map(|_| place(document, dice, Value::is_string));
    tries.find(|place| !is_told(place))
}

fn set(document: &mut Value, place: &Place, value: Value) -> Result<()> {
    *places::at_mut(document, place).context("a place that is not there")? = value;
    Ok(())
}

/// Every object is closed, and a field's name counts with each of its letters.
fn with_a_strange_key(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let place = place(document, dice, Value::is_object).context("no object")?;
    let key = choose(&STRANGE_KEYS, dice)?;
    let value = pick(vec![json!(1), json!(null), json!("x"), json!(true)], dice)?;
    let object = places::at_mut(document, &place).and_then(Value::as_object_mut);
    object.context("no object")?.insert(key.to_owned(), value);
    Ok(Known::Wrong)
}

fn without_a_key(document: &mut Value, forms: &[Form<'_>], dice: &mut StdRng) -> Result<Known> {
    let actions = document["actions"].as_array_mut().context("no actions")?;
    let index = dice.random_range(0..actions.len());
    let action = actions[index].as_object_mut().context("no action")?;
    let form = forms
        .iter()
        .find(|form| action.get("action") == Some(&json!(form.name)));
    let required = form.context("no such action")?.required.clone();
    action.remove(choose(&required, dice)?);
    Ok(Known::Wrong)
}

/// No field takes two types but `null` beside its own.
fn with_another_type(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let place = place(document, dice, |_| true).context("no place")?;
    let now = places::at(document, &place).context("no place")?.clone();
    let other = match &now {
        Value::String(_) => pick(vec![json!(7), json!(true), json!([now]), json!({})], dice)?,
        Value::Number(number) => pick(
            vec![
                json!(number.to_string()),
                json!(true),
                json!([now]),
                json!(101.5),
            ],
            dice,
        )?,
        Value::Bool(on) => pick(vec![json!(i32::from(*on)), json!("true"), json!([])], dice)?,
        Value::Array(_) => pick(vec![json!({}), json!("[]"), json!(0)], dice)?,
        _ => pick(vec![json!([]), json!("{}"), json!(0)], dice)?,
    };
    set(document, &place, other)?;
    Ok(Known::Wrong)
}

/// Below the least and above the most that any number may be.
fn with_a_number_out_of_bounds(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let Some(place) = place(document, dice, Value::is_number) else {
        return with_a_strange_key(document, dice);
    };
    let number = pick(
        vec![
            json!(-1),
            json!(i64::MIN),
            json!(1_000_000_000),
            json!(u64::from(u32::MAX) + 1),
            json!(u64::MAX),
            json!(1e300),
            json!(-1e300),
            json!(0.5),
            json!(4_294_967_397_u64),
        ],
        dice,
    )?;
    set(document, &place, number)?;
    Ok(Known::Wrong)
}

fn with_something_invisible(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let hidden = choose(&INVISIBLE, dice)?;
    let place = place(document, dice, Value::is_string).context("no text")?;
    in_a_text(document, &place, dice, |text, at| text.insert(at, hidden))?;
    Ok(Known::Wrong)
}

fn with_a_placeholder(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let open = choose(&PLACEHOLDERS, dice)?;
    let place = place_of_parameter(document, dice).context("no text")?;
    in_a_text(document, &place, dice, |text, at| text.insert_str(at, open))?;
    Ok(Known::Wrong)
}

/// Changes the text at a place of the document, somewhere within it.
fn in_a_text(
    document: &mut Value,
    place: &Place,
    dice: &mut StdRng,
    change: impl Fn(&mut String, usize),
) -> Result<()> {
    let text = places::at(document, place).and_then(Value::as_str);
    let mut text = text.context("no text")?.to_owned();
    let places: Vec<usize> = (0..=text.len())
        .filter(|at| text.is_char_boundary(*at))
        .collect();
    change(&mut text, choose(&places, dice)?);
    set(document, place, json!(text))
}

fn with_a_strange_action(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let action = choose(&STRANGE_ACTIONS, dice)?;
    document["actions"][0]["action"] = json!(action);
    Ok(Known::Wrong)
}

/// Longer than the longest text of any field.
fn with_a_text_too_long(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let length = choose(&[1_001, 5_000, 100_000], dice)?;
    let place = place(document, dice, Value::is_string).context("no text")?;
    set(document, &place, json!("a".repeat(length)))?;
    Ok(Known::Wrong)
}

/// More entries than any list may have.
fn with_too_many(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let is_list = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let place = place(document, dice, is_list).context("no list")?;
    let list = places::at_mut(document, &place).and_then(Value::as_array_mut);
    let list = list.context("no list")?;
    let one = list.first().context("an empty list")?.clone();
    list.resize(51, one);
    Ok(Known::Wrong)
}

fn with_something_naughty(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let text = choose(&NAUGHTY, dice)?;
    let place = place(document, dice, Value::is_string).context("no text")?;
    set(document, &place, json!(text))?;
    Ok(Known::Open)
}

/// The bounds of the catalogue's numbers, and their neighbours.
fn with_a_number_at_a_bound(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let Some(place) = place(document, dice, Value::is_number) else {
        return Ok(Known::Right);
    };
    let bound = choose(
        &[
            0,
            1,
            16,
            100,
            128,
            255,
            512,
            3_600,
            65_535,
            131_072,
            16_777_216,
            999_999_999,
        ],
        dice,
    )?;
    let number: i64 = bound + dice.random_range(-1_i64..=1);
    set(document, &place, json!(number))?;
    Ok(Known::Open)
}

fn with_two_values_exchanged(document: &mut Value, dice: &mut StdRng) -> Result<Known> {
    let is_leaf = |value: &Value| !value.is_object() && !value.is_array();
    let (one, other) = (
        place(document, dice, is_leaf),
        place(document, dice, is_leaf),
    );
    let (one, other) = one.zip(other).context("no values")?;
    let left = places::at(document, &one).context("no place")?.clone();
    let right = places::at(document, &other).context("no place")?.clone();
    set(document, &one, right)?;
    set(document, &other, left)?;
    Ok(Known::Open)
}

/// One to three bytes of the text are others, doubled or gone.
fn with_bytes_changed(document: &Value, dice: &mut StdRng) -> Result<(Vec<u8>, Known)> {
    let mut bytes = serde_json::to_vec(document)?;
    for _ in 0..dice.random_range(1..=3) {
        let at = dice.random_range(0..bytes.len());
        match dice.random_range(0..4) {
            0 => bytes[at] = dice.random(),
            1 => bytes[at] ^= 1 << dice.random_range(0..8),
            2 => bytes.insert(at, bytes[at]),
            _ => {
                bytes.remove(at);
            }
        }
    }
    Ok((bytes, Known::Open))
}
