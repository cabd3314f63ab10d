//! "Why is web-01 slow?": findings with evidence, computed from numbers.
//!
//! [`recognise`] tells whether a request asks for a reason, in English and German. The caller hands over what it knows as
//! [`Observed`], and [`diagnose`] says what of it is out of the ordinary, each [`Finding`] with the values that it rests
//! on. No model is asked, and text of the cluster never becomes a word of an answer: logs are read by [`log::Summary`],
//! which answers in classes and counts. What could be done is a draft by the rules, or nothing.

mod finding;
mod inquiry;
pub mod log;
mod observed;
mod reasons;

pub use finding::{Cause, Diagnosis, Evidence, Finding, Measure, Part, Remedy, Severity, Unit};
pub use inquiry::{About, Inquiry, Recognised, Symptom, recognise};
pub use observed::{
    FailedTask, GuestState, HaError, NodeState, Observed, Pressure, RunState, Sample, StorageState,
};
pub use reasons::diagnose;
