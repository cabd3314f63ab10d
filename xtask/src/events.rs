//! What happens in a running Argus, one readable line an event, out of the API's log.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{interrupt, terminal};

/// One line per event, until Ctrl-C or until a part is gone.
pub fn follow(log: &Path, mut check: impl FnMut() -> Result<()>) -> Result<()> {
    let mut log = Tail::open(log)?;
    while !interrupt::asked() {
        check()?;
        while let Some(line) = log.next_line()? {
            if let Some(text) = pretty(&line) {
                terminal::say(&text);
            }
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Reads a file that grows, line by line.
struct Tail {
    reader: BufReader<File>,
    path: PathBuf,
    part: String,
}

impl Tail {
    /// From its present end on.
    fn open(path: &Path) -> Result<Self> {
        let mut file =
            File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self {
            reader: BufReader::new(file),
            path: path.to_owned(),
            part: String::new(),
        })
    }

    /// The next whole line, if there is one.
    fn next_line(&mut self) -> Result<Option<String>> {
        let mut bytes = Vec::new();
        self.reader
            .read_until(b'\n', &mut bytes)
            .with_context(|| format!("cannot read {}", self.path.display()))?;
        self.part.push_str(&String::from_utf8_lossy(&bytes));
        if self.part.ends_with('\n') {
            return Ok(Some(std::mem::take(&mut self.part)));
        }
        Ok(None)
    }
}

/// What a person should see of a log line: events, warnings, errors.
fn pretty(line: &str) -> Option<String> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let level = entry.get("level")?.as_str()?;
    let is_event = entry.get("target")?.as_str()? == "argus::event";
    if !is_event && !matches!(level, "WARN" | "ERROR") {
        return None;
    }
    let at = entry.get("timestamp")?.as_str()?.get(11..19)?;
    let message = entry
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut text = if is_event {
        format!("{at}  {message}")
    } else {
        format!("{at}  {level} {message}")
    };
    for (key, value) in entry.as_object()? {
        if matches!(
            key.as_str(),
            "timestamp" | "level" | "target" | "message" | "kind" | "span" | "spans"
        ) {
            continue;
        }
        text += "  ";
        text += key;
        text += "=";
        match value.as_str() {
            Some(value) => text += value,
            None => text += &value.to_string(),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn an_event_becomes_one_readable_line_and_chatter_does_not() {
        let event = r#"{"timestamp":"2026-11-22T19:20:21.123Z","level":"INFO","message":"proposal","target":"argus::event","kind":"proposal","id":"7","state":"in_review"}"#;
        assert_eq!(
            pretty(event).unwrap(),
            "19:20:21  proposal  id=7  state=in_review"
        );
        assert_eq!(pretty(&event.replace("argus::event", "hyper")), None);
        assert_eq!(pretty("not JSON"), None);
    }

    #[test]
    fn warnings_are_shown_whoever_gives_them() {
        let line = r#"{"timestamp":"2026-11-22T19:20:21.123Z","level":"WARN","message":"slow","target":"argus_store"}"#;
        assert_eq!(pretty(line).unwrap(), "19:20:21  WARN slow");
    }

    #[test]
    fn a_line_is_given_out_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut file = File::create(&path).unwrap();
        let mut tail = Tail::open(&path).unwrap();
        write!(file, "half").unwrap();
        assert_eq!(tail.next_line().unwrap(), None);
        writeln!(file, " whole").unwrap();
        assert_eq!(tail.next_line().unwrap().as_deref(), Some("half whole\n"));
    }
}
