//! Proxmox's own description of its API as data. It lies outside the repository, in a folder `shared/pve` beside one of
//! the folders above this crate; where it is not, the tests fail and say so.

use std::{collections::BTreeMap, path::Path};

use argus_proxmox::PlainCall;
use serde_json::Value;

/// Every method that Proxmox documents.
pub struct Description(Vec<Value>);

/// Reads the description.
pub fn read() -> Description {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here
        .ancestors()
        .map(|dir| dir.join("shared/pve/pve-api.json"))
        .find(|file| file.exists())
        .unwrap_or_else(|| {
            panic!(
                "Proxmox's API description is expected as shared/pve/pve-api.json beside one of the folders above {}",
                here.display()
            )
        });
    let text = std::fs::read_to_string(file).expect("a readable file");
    Description(serde_json::from_str(&text).expect("a list of methods"))
}

impl Description {
    /// Holds one call to its documentation: path, method, parameters with their bounds. Gives that documentation.
    pub fn check(&self, call: &PlainCall) -> Result<&Value, String> {
        let (documented, mut given) = self
            .0
            .iter()
            .filter(|entry| entry["method"] == call.method.as_str())
            .filter_map(|entry| Some((entry, matched(entry["path"].as_str()?, &call.path)?)))
            .min_by_key(|(_, named)| named.len())
            .ok_or("there is no such method")?;
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
            None => Ok(documented),
        }
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
