//! cargo's tests: nextest for the tests, cargo itself for the examples in the documentation.

use anyhow::{Context, Result};

use super::Counts;
use crate::tools::cargo_tool::CargoTool;
use crate::{packages, process, tools, workspace};

/// Some of the tests.
pub struct Selection {
    /// Its name in the summary.
    pub name: &'static str,
    /// nextest's filter.
    filter: &'static str,
}

/// Tests within libraries and binaries.
pub const UNIT: Selection = Selection {
    name: "unit",
    filter: "kind(lib) + kind(bin) + kind(proc-macro)",
};
/// Tests in `tests` folders.
pub const INTEGRATION: Selection = Selection {
    name: "integration",
    filter: "kind(test)",
};

/// Compiles every test, and the binaries with the same features. Some tests start peers that node runs, and some
/// Prometheus.
pub fn build() -> Result<()> {
    CargoTool::nextest().ensure()?;
    tools::ensure("node", &["nodejs", "npm"], "the tests' sign-in providers")?;
    packages::PEERS.ensure()?;
    tools::monitoring::ensure()?;
    process::run(workspace::cargo()?.args([
        "build",
        "--locked",
        "--workspace",
        "--bins",
        "--tests",
    ]))
}

/// Runs a selection against the database server.
pub fn run(selection: &Selection, database: &str) -> Result<Counts> {
    // nextest keeps its reports below the workspace, wherever cargo builds.
    let report = workspace::root().join("target/nextest/suite/junit.xml");
    match std::fs::remove_file(&report) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", report.display()));
        }
        _ => {}
    }
    let status = process::status(
        workspace::cargo()?
            .env("ARGUS_TEST_DATABASE_URL", database)
            .args([
                "nextest",
                "run",
                "--locked",
                "--workspace",
                "--profile",
                "suite",
                "--no-tests",
                "warn",
            ])
            .args(["--filterset", selection.filter]),
    )?;
    let text = std::fs::read_to_string(&report).with_context(|| {
        format!("nextest left no report ({status}); the tests did not compile or did not start")
    })?;
    let counts = Counts::from_junit(&text).context("nextest's report cannot be read")?;
    Ok(counts.or_failed(status.success(), "nextest"))
}

/// Runs the examples in the documentation.
pub fn examples() -> Result<Counts> {
    let output = workspace::cargo()?
        .args(["test", "--locked", "--doc", "--workspace", "--no-fail-fast"])
        .output()
        .context("cannot start cargo")?;
    crate::interrupt::check()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let counts = from_cargo(&text);
    if !output.status.success() {
        crate::terminal::say(&text);
        crate::terminal::say(&String::from_utf8_lossy(&output.stderr));
    }
    Ok(counts.or_failed(output.status.success(), "cargo"))
}

/// The totals of all `test result:` lines.
fn from_cargo(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines().filter(|line| line.starts_with("test result:")) {
        let words: Vec<_> = line.split([' ', ';']).collect();
        for pair in words.windows(2) {
            let number = pair[0].parse().unwrap_or(0);
            match pair[1] {
                "passed" => counts.passed += number,
                "failed" => counts.failed += number,
                _ => {}
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_of_examples_are_added_up() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; finished in 0.1s\n\
                    noise 7 passed\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored\n";
        let counts = from_cargo(text);
        assert_eq!((counts.passed, counts.failed), (4, 2));
    }
}
