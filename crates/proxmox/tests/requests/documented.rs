//! What Proxmox documents about its calls. The data lies outside the repository, in a folder `shared/pve` beside one of
//! the folders above this crate; where it is not, the tests fail and say so.

use std::{collections::BTreeMap, path::Path};

use argus_proxmox::{PlainCall, Read, Upid, Write, write};
use serde_json::Value;

/// A call, and whether Proxmox answers it with a task's id: `true`, `false` or `"maybe"`.
pub struct Built {
    call: PlainCall,
    task: fn(&Value) -> bool,
}

/// What the type of an answer says about tasks.
pub trait Answer {
    fn is_documented(upid: &Value) -> bool;
}

impl Answer for Upid {
    fn is_documented(upid: &Value) -> bool {
        *upid == true
    }
}

impl Answer for () {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for String {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for write::HaMove {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for write::Trim {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for write::BackupStart {
    fn is_documented(upid: &Value) -> bool {
        upid == "maybe"
    }
}

impl Answer for write::Carried {
    fn is_documented(_: &Value) -> bool {
        true
    }
}

/// A write, to be checked.
pub fn w<T: Answer>(write: &Write<T>) -> Built {
    Built {
        call: write.plain().clone(),
        task: T::is_documented,
    }
}

/// A read, to be checked.
pub fn r<T>(read: &Read<T>) -> Built {
    Built {
        call: read.plain().clone(),
        task: |upid| *upid == false,
    }
}

/// Holds calls to their documentation: path, parameters with their bounds, and how they are answered.
pub fn check(calls: &[Built]) {
    let reference = reference();
    let wrong: Vec<String> = calls
        .iter()
        .filter_map(|built| {
            let PlainCall { method, path, .. } = &built.call;
            let why = check_one(built, &reference).err()?;
            Some(format!("{method} {path}: {why}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn reference() -> Vec<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here
        .ancestors()
        .map(|dir| dir.join("shared/pve/pve-api.json"))
        .find(|file| file.exists())
        .expect("shared/pve/pve-api.json is in a folder above this crate");
    let text = std::fs::read_to_string(file).expect("a readable file");
    serde_json::from_str(&text).expect("a list of methods")
}

fn check_one(built: &Built, reference: &[Value]) -> Result<(), String> {
    let call = &built.call;
    let (documented, mut given) = reference
        .iter()
        .filter(|entry| entry["method"] == call.method.as_str())
        .filter_map(|entry| Some((entry, matched(entry["path"].as_str()?, &call.path)?)))
        .min_by_key(|(_, named)| named.len())
        .ok_or("there is no such method")?;
    if !(built.task)(&documented["upid"]) {
        return Err(format!(
            "it is answered otherwise, upid {}",
            documented["upid"]
        ));
    }
    let sent = call.parameters.iter().cloned();
    given.extend(sent);
    let parameters = documented["params"].as_object().ok_or("no parameters")?;
    for (name, value) in &given {
        // Whatever took the descriptions out of the data took the parameters of this name along.
        if name == "description" {
            continue;
        }
        let parameter = parameters
            .get(name)
            .ok_or_else(|| format!("{name} is no parameter"))?;
        check_value(parameter, value).map_err(|why| format!("{name}={value}: {why}"))?;
    }
    let missing = parameters.iter().find(|(name, parameter)| {
        parameter.get("optional").is_none() && !given.contains_key(*name)
    });
    match missing {
        Some((name, _)) => Err(format!("{name} is required")),
        None => Ok(()),
    }
}

/// The values of the names in a documented path; a volume is all that is left.
fn matched(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut named = BTreeMap::new();
    let mut rest = path.strip_prefix('/')?;
    for part in pattern.strip_prefix('/')?.split('/') {
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let (value, after) = match rest.split_once('/') {
            Some(parts) if name != Some("volume") => parts,
            _ => (rest, ""),
        };
        match name {
            Some(name) if !value.is_empty() => {
                named.insert(name.to_owned(), value.to_owned());
            }
            None if value == part => {}
            _ => return None,
        }
        rest = after;
    }
    rest.is_empty().then_some(named)
}

fn check_value(parameter: &Value, value: &str) -> Result<(), &'static str> {
    let number = value.parse::<f64>().ok();
    match parameter["type"].as_str() {
        Some("boolean") if !matches!(value, "0" | "1") => return Err("no boolean"),
        Some("integer" | "number") if number.is_none() => return Err("no number"),
        _ => {}
    }
    let texts = |key: &str| -> Option<Vec<&str>> {
        let list = parameter.get(key)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    };
    if texts("enum").is_some_and(|choices| !choices.contains(&value)) {
        return Err("none of the choices");
    }
    if texts("enum_ranges").is_some_and(|ranges| !ranges.iter().any(|range| holds(range, value))) {
        return Err("none of the choices");
    }
    let bound = |key: &str| parameter.get(key).and_then(Value::as_f64);
    let below = bound("minimum")
        .zip(number)
        .is_some_and(|(least, n)| n < least);
    let above = bound("maximum")
        .zip(number)
        .is_some_and(|(most, n)| n > most);
    if below || above {
        return Err("out of bounds");
    }
    let longest = parameter.get("maxLength").and_then(Value::as_u64);
    if longest.is_some_and(|longest| value.len() as u64 > longest) {
        return Err("too long");
    }
    Ok(())
}

/// Whether `scsi0..scsi30` or `rootfs` holds a name.
fn holds(range: &str, name: &str) -> bool {
    let split = |text: &str| -> (String, u32) {
        let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = text.get(stem.len()..).unwrap_or_default();
        (stem.to_owned(), digits.parse().unwrap_or_default())
    };
    match range.split_once("..") {
        Some((first, last)) => {
            let ((stem, first), (_, last), (ours, number)) =
                (split(first), split(last), split(name));
            stem == ours && (first..=last).contains(&number)
        }
        None => range == name,
    }
}
