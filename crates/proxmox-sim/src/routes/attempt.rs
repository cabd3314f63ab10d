//! A call by name, as tests put it: all that HTTP would make of it, without HTTP.

use super::{Method, Raw, RawValue, call, find};
use crate::failure::Failure;
use crate::state::{Caller, Machine};

impl Machine {
    /// Carries out a call by a caller who has signed in.
    pub(crate) fn attempt(
        &mut self,
        caller: &str,
        method: &str,
        path: &str,
        parameters: &[(String, String)],
    ) -> Result<(), Failure> {
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
        call(self, Some(&caller), &found, &raw).map(|_| ())
    }
}
