//! How many tests passed and failed, and why: read from the `JUnit` reports that nextest and node's test runner write.

use anyhow::{Context, Result};

/// How much of a failure's message the summary repeats, in characters; the rest stands further up.
const MESSAGE: usize = 900;

/// Tests that passed and failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Did what they say.
    pub passed: u32,
    /// Did not.
    pub failed: u32,
    /// A line about each that did not, where that is known.
    pub failures: Vec<String>,
}

impl Counts {
    /// What a report says. A test that was skipped is neither.
    pub fn from_junit(report: &str) -> Result<Self> {
        // Colours of a browser's messages, which no XML may have.
        let report = anstream::adapter::strip_str(report).to_string();
        let document = roxmltree::Document::parse(&report).context("the report is no XML")?;
        let mut counts = Self::default();
        let tests = document.descendants();
        for test in tests.filter(|node| node.has_tag_name("testcase")) {
            let child = |name: &str| test.children().find(|node| node.has_tag_name(name));
            if let Some(failure) = child("failure").or_else(|| child("error")) {
                let name = test.attribute("name").unwrap_or_default();
                let message = failure.attribute("message").unwrap_or_default();
                counts.fail(format!("{name}: {}", one_line(message)));
            } else if child("skipped").is_none() {
                counts.passed += 1;
            }
        }
        Ok(counts)
    }

    /// One more that failed.
    pub fn fail(&mut self, why: String) {
        self.failed += 1;
        self.failures.push(why);
    }

    /// A runner that says it failed did, whatever its report counts.
    #[must_use]
    pub fn or_failed(mut self, succeeded: bool, runner: &str) -> Self {
        if !succeeded && self.failed == 0 {
            self.fail(format!("{runner} failed, and reported no failure"));
        }
        self
    }
}

fn one_line(message: &str) -> String {
    let words = message.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_nextest_is_counted_with_what_failed_and_why() {
        let report = r#"<?xml version="1.0"?><testsuites name="nextest-run" tests="3" failures="1" errors="0">
            <testsuite name="argus-store" tests="3" failures="1">
              <testcase name="it_keeps" classname="argus-store"/>
              <testcase name="it_forgets" classname="argus-store">
                <failure message="thread 'x' panicked at a.rs:1:&#10;two is not one" type="test failure">...</failure>
              </testcase>
              <testcase name="it_waits" classname="argus-store"><skipped/></testcase>
            </testsuite></testsuites>"#;
        let counts = Counts::from_junit(report).unwrap();
        assert_eq!((counts.passed, counts.failed), (1, 1));
        let told = "it_forgets: thread 'x' panicked at a.rs:1: two is not one";
        assert_eq!(counts.failures, [told]);
    }

    #[test]
    fn a_report_of_node_is_counted_too() {
        let report = "<testsuites><testcase name='a' time='0.1' classname='test'/>
            <testcase name='b' time='0.1' classname='test' failure='late'>
            <failure type='testCodeFailure' message='\u{1b}[2mlate\u{1b}[22m'>[Error]</failure></testcase></testsuites>";
        let counts = Counts::from_junit(report).unwrap();
        assert_eq!(
            (counts.passed, counts.failures),
            (1, vec!["b: late".to_owned()])
        );
        assert!(Counts::from_junit("").is_err());
    }

    #[test]
    fn a_runner_that_failed_is_a_failure_even_with_a_clean_report() {
        let clean = Counts {
            passed: 3,
            ..Counts::default()
        };
        assert_eq!(clean.clone().or_failed(true, "nextest"), clean);
        assert_eq!(clean.or_failed(false, "nextest").failed, 1);
    }
}
