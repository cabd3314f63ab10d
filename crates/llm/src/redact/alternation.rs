//! What the redactor looks for, as one regular expression.

use super::command::COMMANDS;
use super::format::FORMATS;
use super::keyword::NOUNS;
use super::run::SHORTEST;

/// The patterns of the redactor as one alternation, without the judgement about what they find: what somebody would
/// write who had nothing but a regular expression. It is what the redactor's speed is measured against.
pub fn alternation() -> String {
    let nouns: Vec<&str> = NOUNS.iter().map(|noun| noun.word).collect();
    let commands: Vec<String> = COMMANDS.iter().map(|command| escape(command.name)).collect();
    let formats = FORMATS.iter().map(|format| {
        let least = format.least;
        format!("{}{}{{{least},}}", escape(format.prefix), format.body.class())
    });
    let mut patterns = vec![
        format!("(?i:{})[\"']?[ \\t]*[:=][ \\t]*[\"']?[^\\s\"',;&]+", nouns.join("|")),
        format!("(?i:{})[^\\n]* -[a-zA-Z] ?[^\\s]+", commands.join("|")),
        "(?i:authorization|cookie)[\"']?[:=][^\\n\"']+".to_owned(),
        "(?i:bearer) [A-Za-z0-9._~+/=-]{12,}".to_owned(),
        "://[^\\s/:@]*:[^\\s/@]+@".to_owned(),
        "[A-Za-z0-9._-]+@[A-Za-z0-9._-]+!(?:[A-Za-z0-9._-]+)[=: ]+[0-9a-fA-F-]{36}".to_owned(),
        "-----BEGIN [A-Z ]*KEY-----".to_owned(),
        "<<SECRET".to_owned(),
        format!("[A-Za-z0-9+/_=-]{{{SHORTEST},}}"),
    ];
    patterns.extend(formats);
    format!("(?-u:{})", patterns.join("|"))
}

/// Every character as itself.
fn escape(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c.to_string() } else { format!("\\{c}") })
        .collect()
}
