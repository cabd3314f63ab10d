//! What a parameter may be, and the words of a refusal (`PVE::JSONSchema`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::args::{Arg, Args, Raw, RawValue};
use super::{Found, Route};
use crate::failure::Failure;
use crate::state::{is_node, is_upid};

/// A parameter of a route.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Text of at most so many characters.
    Text(Option<usize>, Form),
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number within bounds.
    Int(Option<i64>, Option<i64>),
    /// A number within bounds.
    Number(Option<f64>, Option<f64>),
    /// 0 or 1.
    Flag,
    /// A key of a guest's volume, out of ranges such as `scsi0..scsi30`.
    Slot(&'static [&'static str]),
}

/// The shape of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any.
    Free,
    /// A node's name.
    Node,
    /// The name of a snapshot or of a configuration key.
    ConfigId,
    /// Several of those.
    ConfigIdList,
    /// A size, or with a plus how much more.
    Size,
    /// A storage's name.
    StorageId,
    /// A pool's name.
    PoolId,
    /// A host name.
    DnsName,
    /// Tags, separated by semicolons.
    TagList,
    /// A UPID. Proxmox checks it in the code, with a text of its own.
    Upid,
    /// A day, or a day and a time.
    Moment,
    /// A guest as the HA stack names it, or its number.
    HaSid,
    /// The name of a replication job.
    JobId,
    /// Numbers of guests.
    VmidList,
    /// Names of storages.
    StorageIdList,
    /// `name@realm`.
    UserId,
    /// What stands behind the user's name in a token's id.
    TokenName,
    /// Tokens by their whole id, `name@realm!token`.
    TokenIdList,
    /// A role's name.
    RoleId,
    /// Names of roles.
    RoleIdList,
}

const MISSING: &str = "property is missing and it is not optional";
pub const UNKNOWN: &str =
    "property is not defined in schema and the schema does not allow additional properties";

/// Types all parameters or refuses with every mistake by name.
pub(super) fn typed(found: &Found, raw: &Raw) -> Result<Args, Failure> {
    let route: &Route = found.route;
    let mut values = BTreeMap::new();
    let mut errors = BTreeMap::new();
    let in_path = found
        .path
        .iter()
        .map(|(name, text)| ((*name).to_owned(), RawValue::Form(text.clone())));
    let given: Raw = raw.clone().into_iter().chain(in_path).collect();
    for (name, value) in &given {
        let Some(param) = route.params.iter().find(|p| p.name == name) else {
            errors.insert(name.clone(), UNKNOWN.to_owned());
            continue;
        };
        match param.kind.read(value) {
            Ok(arg) => {
                values.insert(name.clone(), arg);
            }
            Err(why) => {
                errors.insert(name.clone(), why);
            }
        }
    }
    for param in &route.params {
        if param.required && !given.contains_key(param.name) {
            errors.insert(param.name.into(), MISSING.into());
        }
    }
    if errors.is_empty() {
        return Ok(Args {
            values,
            guest: route.guest,
        });
    }
    Err(Failure::parameters(errors))
}

impl Kind {
    fn read(&self, value: &RawValue) -> Result<Arg, String> {
        let text = match value {
            RawValue::Form(text) | RawValue::Json(Value::String(text)) => text.clone(),
            RawValue::Repeated(_) | RawValue::Json(Value::Array(_)) => {
                return Err(self.wrong_type("ARRAY"));
            }
            RawValue::Json(Value::Number(number)) => number.to_string(),
            RawValue::Json(Value::Bool(yes)) => match self {
                Self::Flag => return Ok(Arg::Flag(*yes)),
                _ => u8::from(*yes).to_string(),
            },
            RawValue::Json(Value::Null) => String::new(),
            RawValue::Json(Value::Object(_)) => return Err(self.wrong_type("HASH")),
        };
        self.read_text(&text)
    }

    fn wrong_type(&self, got: &str) -> String {
        let name = match self {
            Self::Text(..) | Self::Choice(_) | Self::Slot(_) => "string",
            Self::Int(..) => "integer",
            Self::Number(..) => "number",
            Self::Flag => "boolean",
        };
        format!("type check ('{name}') failed - got '{got}'")
    }

    fn read_text(&self, text: &str) -> Result<Arg, String> {
        match self {
            Self::Flag => match text {
                "1" => Ok(Arg::Flag(true)),
                "0" => Ok(Arg::Flag(false)),
                _ => Err(self.wrong_type(text)),
            },
            Self::Int(min, max) => {
                let number: i64 = text.parse().map_err(|_| self.wrong_type(text))?;
                bounded(number, *min, *max).map(Arg::Int)
            }
            Self::Number(min, max) => {
                let number: f64 = text.parse().map_err(|_| self.wrong_type(text))?;
                if !number.is_finite() {
                    return Err(self.wrong_type(text));
                }
                bounded(number, *min, *max).map(Arg::Number)
            }
            Self::Choice(allowed) => {
                if allowed.contains(&text) {
                    return Ok(Arg::Text(text.into()));
                }
                Err(format!(
                    "value '{text}' does not have a value in the enumeration '{}'",
                    allowed.join(", ")
                ))
            }
            Self::Slot(ranges) => {
                if ranges.iter().any(|range| in_range(range, text)) {
                    return Ok(Arg::Text(text.into()));
                }
                Err(format!(
                    "value '{text}' does not have a value in the enumeration '{}'",
                    ranges.join(", ")
                ))
            }
            Self::Text(max, form) => {
                if let Some(max) = max
                    && text.chars().count() > *max
                {
                    return Err(format!("value may only be {max} characters long"));
                }
                form.check(text)?;
                Ok(Arg::Text(text.into()))
            }
        }
    }
}

fn bounded<N: PartialOrd + std::fmt::Display>(
    number: N,
    min: Option<N>,
    max: Option<N>,
) -> Result<N, String> {
    if let Some(min) = min
        && number < min
    {
        return Err(format!("value must have a minimum value of {min}"));
    }
    if let Some(max) = max
        && number > max
    {
        return Err(format!("value must have a maximum value of {max}"));
    }
    Ok(number)
}

impl Form {
    fn check(self, text: &str) -> Result<(), String> {
        let refuse = |what: &str| Err(format!("invalid format - {what} '{text}'\n"));
        match self {
            Self::Free | Self::Upid => Ok(()),
            Self::Node if is_node(text) => Ok(()),
            Self::Node => refuse("value does not look like a valid node name"),
            Self::ConfigId if is_word(text, "_-") => Ok(()),
            Self::ConfigId => refuse("invalid configuration ID"),
            Self::ConfigIdList => match list(text).find(|id| !is_word(id, "_-")) {
                None => Ok(()),
                Some(wrong) => Err(format!(
                    "invalid format - invalid configuration ID '{wrong}'\n"
                )),
            },
            Self::Size if crate::state::size_wanted(text).is_some() => Ok(()),
            Self::StorageId if is_word(text, "_-.") => Ok(()),
            Self::StorageId => refuse("storage ID contains illegal characters"),
            Self::PoolId if text.split('/').all(|p| is_id(p, "_-.")) => Ok(()),
            Self::PoolId => refuse("value contains invalid characters"),
            Self::DnsName if is_dns(text) => Ok(()),
            Self::DnsName => refuse("value does not look like a valid DNS name"),
            Self::TagList => match list(text).find(|tag| !is_tag(tag)) {
                None => Ok(()),
                Some(_) => refuse("invalid characters in tag"),
            },
            Self::HaSid if is_ha_sid(text) => Ok(()),
            Self::HaSid => refuse("value does not look like a valid HA resource ID"),
            Self::JobId if is_job(text) => Ok(()),
            Self::VmidList => match list(text).find(|id| !is_vmid(id)) {
                None => Ok(()),
                Some(wrong) => Err(format!(
                    "invalid format - value does not look like a valid VM ID '{wrong}'\n"
                )),
            },
            Self::StorageIdList => match list(text).find(|id| !is_word(id, "_-.")) {
                None => Ok(()),
                Some(wrong) => Err(format!(
                    "invalid format - storage ID '{wrong}' contains illegal characters\n"
                )),
            },
            Self::UserId if is_user(text) => Ok(()),
            Self::UserId => refuse("value does not look like a valid user name"),
            Self::TokenName if is_word(text, ".-_") => Ok(()),
            Self::TokenIdList => match list(text).find(|id| !is_token(id)) {
                None => Ok(()),
                Some(wrong) => Err(format!(
                    "invalid format - value '{wrong}' does not look like a valid token ID\n"
                )),
            },
            Self::RoleId if is_id(text, ".-_") => Ok(()),
            Self::RoleId => refuse("role name contains invalid characters"),
            Self::RoleIdList => match list(text).find(|id| !is_id(id, ".-_")) {
                None => Ok(()),
                Some(wrong) => Err(format!(
                    "invalid format - role name '{wrong}' contains invalid characters\n"
                )),
            },
            Self::Moment if is_moment(text) => Ok(()),
            Self::JobId | Self::Size | Self::Moment | Self::TokenName => {
                Err("value does not match the regex pattern".into())
            }
        }
    }
}

/// The parts of a list: Proxmox takes comma, semicolon and space.
pub fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', ' ']).filter(|part| !part.is_empty())
}

/// Begins with a letter and goes on with letters, digits and the extra ones; two characters at least.
fn is_word(text: &str, extra: &str) -> bool {
    text.len() >= 2 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && is_id(text, extra)
}

fn is_id(text: &str, extra: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
}

/// Whether a key is in `scsi0..scsi30`, or is the one that stands alone.
fn in_range(range: &str, key: &str) -> bool {
    let Some((first, last)) = range.split_once("..") else {
        return range == key;
    };
    let stem = first.trim_end_matches('0');
    let number = |text: &str| {
        let digits = text.strip_prefix(stem)?;
        digits
            .parse::<u32>()
            .ok()
            .filter(|n| n.to_string() == digits)
    };
    number(key).is_some_and(|n| number(last).is_some_and(|most| n <= most))
}

fn is_dns(text: &str) -> bool {
    text.split('.').all(is_node)
}

fn is_tag(tag: &str) -> bool {
    tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && is_id(tag, "_-+.")
}

fn is_vmid(text: &str) -> bool {
    !text.starts_with('0')
        && text
            .parse::<u32>()
            .is_ok_and(|id| (100..=999_999_999).contains(&id))
}

/// `vm:101`, `ct:101` or `101`.
fn is_ha_sid(text: &str) -> bool {
    let number = ["vm:", "ct:"]
        .iter()
        .find_map(|kind| text.strip_prefix(kind));
    is_vmid(number.unwrap_or(text))
}

/// `name@realm`: no space, colon or slash in the name.
fn is_user(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(name, realm)| {
        !name.is_empty()
            && !name.contains([':', '/'])
            && !name.contains(char::is_whitespace)
            && is_word(realm, ".-_")
    })
}

/// `name@realm!token`.
fn is_token(text: &str) -> bool {
    text.split_once('!')
        .is_some_and(|(user, name)| is_user(user) && is_word(name, ".-_"))
}

/// A guest's number and the job's own: `101-0`.
fn is_job(text: &str) -> bool {
    text.split_once('-').is_some_and(|(guest, number)| {
        is_vmid(guest)
            && (1..=9).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

fn is_moment(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    matches!(
        shape.as_str(),
        "0000-00-00" | "0000-00-00 00:00" | "0000-00-00 00:00:00"
    )
}

/// Whether a text can name a task at all.
pub fn names_a_task(text: &str) -> bool {
    is_upid(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> RawValue {
        RawValue::Form(text.into())
    }

    #[test]
    fn a_boolean_is_strict_in_a_form_and_free_in_json() {
        assert_eq!(Kind::Flag.read(&form("1")), Ok(Arg::Flag(true)));
        assert_eq!(
            Kind::Flag.read(&form("true")),
            Err("type check ('boolean') failed - got 'true'".into())
        );
        assert_eq!(
            Kind::Flag.read(&RawValue::Json(Value::Bool(true))),
            Ok(Arg::Flag(true))
        );
    }

    #[test]
    fn numbers_keep_their_bounds() {
        let vmid = Kind::Int(Some(100), Some(999_999_999));
        assert_eq!(vmid.read(&form("101")), Ok(Arg::Int(101)));
        for wrong in ["99", "1000000000", "9223372036854775808", "1e3", "", "x"] {
            assert!(vmid.read(&form(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_volume_key_is_one_of_its_ranges() {
        let slot = Kind::Slot(&["scsi0..scsi30", "efidisk0", "rootfs"]);
        for right in ["scsi0", "scsi30", "efidisk0", "rootfs"] {
            assert!(slot.read(&form(right)).is_ok(), "{right}");
        }
        for wrong in ["scsi31", "scsi01", "scsi", "efidisk1", "net0", ""] {
            assert!(slot.read(&form(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_given_twice_is_not_a_text() {
        let twice = RawValue::Repeated(vec!["a".into(), "b".into()]);
        assert_eq!(
            Kind::Text(None, Form::Free).read(&twice),
            Err("type check ('string') failed - got 'ARRAY'".into())
        );
    }

    #[test]
    fn names_have_their_shape() {
        let ok = |form: Form, text: &str| form.check(text).is_ok();
        assert!(ok(Form::ConfigId, "before-upgrade") && !ok(Form::ConfigId, "1st"));
        assert!(!ok(Form::ConfigId, "with space") && !ok(Form::ConfigId, "ü1"));
        assert!(ok(Form::TagList, "prod;web") && !ok(Form::TagList, "-x"));
        assert!(ok(Form::DnsName, "web-01.lan") && !ok(Form::DnsName, "web_01"));
        assert!(ok(Form::HaSid, "vm:101") && ok(Form::HaSid, "101") && !ok(Form::HaSid, "vm:x"));
        assert!(ok(Form::JobId, "101-0") && !ok(Form::JobId, "101") && !ok(Form::JobId, "1-0"));
        assert!(ok(Form::VmidList, "101, 102") && !ok(Form::VmidList, "101,x"));
        assert!(ok(Form::StorageIdList, "nfs-vm") && !ok(Form::StorageIdList, "a b;1"));
        assert!(ok(Form::UserId, "argus@pve") && !ok(Form::UserId, "argus"));
        assert!(ok(Form::TokenName, "argus-1") && !ok(Form::TokenName, "1-argus"));
        assert!(ok(Form::TokenIdList, "a@pve!ops") && !ok(Form::TokenIdList, "a@pve"));
        assert!(ok(Form::RoleIdList, "Argus-VM.Audit,x") && !ok(Form::RoleIdList, "a/b"));
        assert!(ok(Form::VmidList, "100,101") && !ok(Form::VmidList, "99"));
        assert!(ok(Form::Size, "+1.5G") && !ok(Form::Size, "1 G") && !ok(Form::Size, "-1G"));
        assert!(ok(Form::Moment, "2026-01-02 03:04") && !ok(Form::Moment, "yesterday"));
    }
}
