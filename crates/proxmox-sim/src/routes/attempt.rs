//! A call by name, as tests put it: all that HTTP would make of it, without HTTP.

use super::{Answer, Method, Raw, RawValue, call, find};
use crate::failure::Failure;
use crate::state::{Caller, Machine};

/// Virtual ms.
const A_SECOND: u64 = 1000;

impl Machine {
    /// Carries out a call by a caller who has signed in. Where that starts a task which ends within a second, its end.
    pub(crate) fn attempt(
        &mut self,
        caller: &str,
        method: &str,
        path: &str,
        parameters: &[(String, String)],
    ) -> Result<Option<String>, Failure> {
        let unknown = || Failure::with(501, format!("Method '{method} {path}' not implemented"));
        let method = Method::parse(method).ok_or_else(unknown)?;
        let segments: Vec<String> = path
            .trim_start_matches('/')
            .split('/')
            .map(str::to_owned)
            .collect();
        let found = find(method, &segments)?;
        let raw: Raw = parameters
            .iter()
            .map(|(name, value)| (name.clone(), RawValue::Form(value.clone())))
            .collect();
        let caller = Caller { id: caller.into() };
        let answer = call(self, Some(&caller), &found, &raw)?;
        let Answer::Data { data, .. } = answer else {
            return Ok(None);
        };
        self.advance(self.now_ms() + A_SECOND);
        let started = data.as_str().and_then(|upid| self.tasks.find(upid));
        let ended = started.and_then(|(_, task)| task.ended.as_ref());
        Ok(ended.map(|(_, exit)| exit.text()))
    }
}
