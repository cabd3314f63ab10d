//! The console as the party that passkeys are for, where browsers have passkeys for it at all.

use std::sync::Arc;

use argus_identity::passkey::Passkeys;
use argus_types::problem::ProblemCode;
use url::Url;

use crate::problem::{ApiProblem, Chain};

/// What browsers call the console when they ask for a passkey.
const NAME: &str = "Argus";

/// The console's passkeys, or why there are none.
#[derive(Clone)]
pub struct RelyingParty(Result<Arc<Passkeys>, Arc<str>>);

impl RelyingParty {
    /// The console at this origin.
    pub fn at(origin: &str) -> Self {
        let passkeys = Url::parse(origin)
            .map_err(|error| error.to_string())
            .and_then(|url| Passkeys::new(&url, NAME).map_err(|error| Chain(&error).to_string()));
        Self(match passkeys {
            Ok(passkeys) => Ok(Arc::new(passkeys)),
            Err(why) => Err(why.into()),
        })
    }

    /// Why there are no passkeys here.
    pub fn why_not(&self) -> Option<&str> {
        self.0.as_ref().err().map(AsRef::as_ref)
    }

    /// The library, or the problem that there are no passkeys here.
    pub(super) fn passkeys(&self) -> Result<&Passkeys, ApiProblem> {
        match &self.0 {
            Ok(passkeys) => Ok(passkeys),
            Err(why) => Err(ApiProblem::new(
                ProblemCode::WrongState,
                format!("There are no passkeys here: {why}."),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_console_without_a_name_has_no_passkeys_and_says_why() {
        assert_eq!(RelyingParty::at("https://argus.lan").why_not(), None);
        assert_eq!(RelyingParty::at("http://localhost:8090").why_not(), None);
        let address = RelyingParty::at("https://192.0.2.7");
        assert!(address.why_not().unwrap().contains("name in DNS"));
        assert!(address.passkeys().is_err());
        assert!(RelyingParty::at("nonsense").why_not().is_some());
    }
}
