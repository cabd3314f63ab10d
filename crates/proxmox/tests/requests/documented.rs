//! What Proxmox documents about its calls and their answers, held against the ones that are built here.

use argus_proxmox::{PlainCall, Read, Token, Upid, Write, write};
use serde_json::Value;

use super::description::{self, Description};

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

impl Answer for Token {
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
    let description = description::read();
    let wrong: Vec<String> = calls
        .iter()
        .filter_map(|built| {
            let PlainCall { method, path, .. } = &built.call;
            let why = check_one(built, &description).err()?;
            Some(format!("{method} {path}: {why}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_one(built: &Built, description: &Description) -> Result<(), String> {
    let documented = description.check(&built.call)?;
    if (built.task)(&documented["upid"]) {
        Ok(())
    } else {
        Err(format!(
            "it is answered otherwise, upid {}",
            documented["upid"]
        ))
    }
}
