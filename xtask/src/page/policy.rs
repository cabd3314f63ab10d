//! The page's content security policy: only its own files, and the bundles' inline loaders by their hashes. One
//! policy for both: every answer of the servers carries the same.

use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::BUNDLES;

/// The header's value, one line; the API reads it where it serves the page itself.
pub const TEXT_FILE: &str = "content-security-policy.txt";
/// The same as nginx directive.
const NGINX_FILE: &str = "content-security-policy.conf";

/// Writes both files beside the page's HTML files.
pub fn write(folder: &Path) -> Result<()> {
    let mut pages = Vec::new();
    for bundle in BUNDLES {
        let file = bundle.file;
        let html = std::fs::read_to_string(folder.join(file))
            .with_context(|| format!("trunk left no {file}"))?;
        pages.push(Page { file, html });
    }
    let policy = of(&pages)?;
    std::fs::write(folder.join(TEXT_FILE), format!("{policy}\n"))?;
    std::fs::write(
        folder.join(NGINX_FILE),
        format!("add_header Content-Security-Policy \"{policy}\" always;\n"),
    )?;
    Ok(())
}

/// An HTML file.
struct Page {
    file: &'static str,
    html: String,
}

/// The policy that lets exactly these pages work.
fn of(pages: &[Page]) -> Result<String> {
    let mut hashes = String::new();
    for Page { file, html } in pages {
        refuse_what_the_policy_would_block(file, html)?;
        for script in inline_scripts(file, html)? {
            hashes += " 'sha256-";
            hashes += &STANDARD.encode(Sha256::digest(script));
            hashes += "'";
        }
    }
    Ok(format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ))
}

/// What stands between `<script>` and `</script>`, letter by letter, for scripts without a source.
fn inline_scripts<'a>(file: &str, html: &'a str) -> Result<Vec<&'a str>> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let tag = &rest[start..];
        let open = tag
            .find('>')
            .with_context(|| format!("a script tag of {file} has no end"))?;
        let after = &tag[open + 1..];
        let close = after
            .find("</script>")
            .with_context(|| format!("a script of {file} has no end"))?;
        if !tag[..open].contains(" src=") {
            scripts.push(&after[..close]);
        }
        rest = &after[close..];
    }
    Ok(scripts)
}

/// Better a failed build than a page that stays blank in the browser.
fn refuse_what_the_policy_would_block(file: &str, html: &str) -> Result<()> {
    for (needle, what) in [
        ("<style", "an inline style sheet"),
        (" style=\"", "a style attribute"),
    ] {
        if html.contains(needle) {
            bail!(
                "{file} has {what}, which the content security policy forbids: move it to a style sheet"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page {
            file: "page.html",
            html: html.to_owned(),
        }
    }

    #[test]
    fn each_inline_script_is_allowed_by_its_hash_and_nothing_else_is() {
        let policy = of(&[
            page("<script type=\"module\">alert('hello');</script><script src=\"/a.js\"></script>"),
            page("<script>alert('goodbye');</script>"),
        ])
        .unwrap();
        // printf "alert('hello');" | openssl dgst -sha256 -binary | base64
        let hello = STANDARD.encode(Sha256::digest("alert('hello');"));
        let goodbye = STANDARD.encode(Sha256::digest("alert('goodbye');"));
        assert!(
            policy.contains(&format!(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-{hello}' 'sha256-{goodbye}';"
            )),
            "{policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert_eq!(policy.matches("sha256-").count(), 2);
    }

    #[test]
    fn a_page_that_its_own_policy_would_break_is_refused() {
        assert!(of(&[page("<style>a{}</style>")]).is_err());
        assert!(of(&[page("<p></p>"), page("<p style=\"color:red\">")]).is_err());
    }
}
