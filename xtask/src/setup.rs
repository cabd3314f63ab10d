//! `cargo xtask setup`: everything a machine needs, found or installed, with one line each.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::tools::cargo_tool::CargoTool;
use crate::tools::wasm::Toolchain;
use crate::{e2e, nginx, packages, postgres, process, stack, terminal, tools};

/// Finds or installs all of it.
pub fn run() -> Result<()> {
    for_page()?;
    for_stack()?;
    for_tests()?;
    terminal::say("everything is there");
    Ok(())
}

/// What the page needs to be built.
pub fn for_page() -> Result<()> {
    ensure_linker()?;
    found("wasm32 compiler", Toolchain::ensure()?.describe());
    found("trunk", &shown(&CargoTool::trunk().ensure()?));
    found(
        "wasm-bindgen",
        &shown(&CargoTool::wasm_bindgen()?.ensure()?),
    );
    Ok(())
}

/// What the demo needs to run.
pub fn for_stack() -> Result<()> {
    ensure_linker()?;
    found("PostgreSQL", &shown(postgres::Binaries::ensure()?.folder()));
    Ok(())
}

/// What the tests need.
pub fn for_tests() -> Result<()> {
    found("nextest", &shown(&CargoTool::nextest().ensure()?));
    found("nginx", &shown(&nginx::ensure_program()?));
    found("Chromium", &shown(&e2e::ensure_browser()?));
    let node = tools::ensure("node", &["nodejs", "npm"], "the tests")?;
    let version = process::output(Command::new(&node).arg("--version"))?;
    found("Node", &format!("{} {}", node.display(), version.trim()));
    found("Prometheus", &shown(&tools::monitoring::ensure()?));
    found("manual clock", &shown(&stack::ensure_manual_clock()?));
    packages::BROWSER_TESTS.ensure()?;
    packages::PEERS.ensure()?;
    Ok(())
}

/// Some crates compile C, and Rust itself links with it.
fn ensure_linker() -> Result<()> {
    tools::ensure("cc", &["gcc", "libc6-dev"], "linking Rust programs")?;
    Ok(())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn found(what: &str, place: &str) {
    terminal::say(&format!("  {what:<16} {place}"));
}
