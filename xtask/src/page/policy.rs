//! The page's content security policy: only its own files, and the inline loader by its hash.

use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The header's value, one line; the API reads it where it serves the page itself.
pub const TEXT_FILE: &str = "content-security-policy.txt";
/// The same as nginx directive.
const NGINX_FILE: &str = "content-security-policy.conf";

/// Writes both files beside the page's `index.html`.
pub fn write(folder: &Path) -> Result<()> {
    let html =
        std::fs::read_to_string(folder.join("index.html")).context("trunk left no index.html")?;
    let policy = of(&html)?;
    std::fs::write(folder.join(TEXT_FILE), format!("{policy}\n"))?;
    std::fs::write(
        folder.join(NGINX_FILE),
        format!("add_header Content-Security-Policy \"{policy}\" always;\n"),
    )?;
    Ok(())
}

/// The policy that lets exactly this page work.
fn of(html: &str) -> Result<String> {
    refuse_what_the_policy_would_block(html)?;
    let mut hashes = String::new();
    for script in inline_scripts(html)? {
        hashes += " 'sha256-";
        hashes += &STANDARD.encode(Sha256::digest(script));
        hashes += "'";
    }
    Ok(format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ))
}

/// What stands between `<script>` and `</script>`, letter by letter, for scripts without a source.
fn inline_scripts(html: &str) -> Result<Vec<&str>> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let tag = &rest[start..];
        let open = tag
            .find('>')
            .context("a script tag of index.html has no end")?;
        let after = &tag[open + 1..];
        let close = after
            .find("</script>")
            .context("a script of index.html has no end")?;
        if !tag[..open].contains(" src=") {
            scripts.push(&after[..close]);
        }
        rest = &after[close..];
    }
    Ok(scripts)
}

/// Better a failed build than a page that stays blank in the browser.
fn refuse_what_the_policy_would_block(html: &str) -> Result<()> {
    for (needle, what) in [
        ("<style", "an inline style sheet"),
        (" style=\"", "a style attribute"),
    ] {
        if html.contains(needle) {
            bail!(
                "index.html has {what}, which the content security policy forbids: move it to a style sheet"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_is_allowed_by_its_hash_and_nothing_else_is() {
        let html =
            "<script type=\"module\">alert('hello');</script><script src=\"/a.js\"></script>";
        let policy = of(html).unwrap();
        // printf "alert('hello');" | openssl dgst -sha256 -binary | base64
        let hash = STANDARD.encode(Sha256::digest("alert('hello');"));
        assert!(
            policy.contains(&format!(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}';"
            )),
            "{policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert_eq!(policy.matches("sha256-").count(), 1);
    }

    #[test]
    fn a_page_that_its_own_policy_would_break_is_refused() {
        assert!(of("<style>a{}</style>").is_err());
        assert!(of("<p style=\"color:red\">").is_err());
    }
}
