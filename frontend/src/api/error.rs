//! Why a call brought nothing.

use argus_types::problem::{Problem, ProblemCode};

use crate::format::duration::duration;

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// No answer came: whether the request arrived is not known.
    #[error("no answer from Argus")]
    NoAnswer,
    /// Argus said no, and why.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// Argus said no for now, and for how long.
    #[error("{}", .problem.title)]
    TooMany {
        /// What it said.
        problem: Box<Problem>,
        /// After so many seconds it may say yes.
        seconds: u32,
    },
    /// Something answered that is not Argus, or not this version of it.
    #[error("an answer (status {status}) that this page cannot read")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What could not be read.
        message: String,
    },
}

impl ApiError {
    /// The problem's code, if Argus gave one.
    pub fn code(&self) -> Option<ProblemCode> {
        self.problem().map(|problem| problem.code)
    }

    /// What Argus said, if it did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) | Self::TooMany { problem, .. } => Some(problem),
            Self::NoAnswer | Self::Unreadable { .. } => None,
        }
    }

    /// Whether Argus has decided about the request. Otherwise it may still arrive or be tried again, and
    /// must keep its idempotency key.
    pub fn is_definite(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.status < 500 && problem.status != 429)
    }

    /// Whether the access has ended, which a renewal may mend.
    pub fn is_access_expired(&self) -> bool {
        self.code() == Some(ProblemCode::AccessExpired)
    }

    /// Whether the session is gone, where no renewal helps or helped.
    pub fn is_signed_out(&self) -> bool {
        matches!(
            self.code(),
            Some(ProblemCode::NotSignedIn | ProblemCode::AccessExpired)
        )
    }

    /// Whether it is a 401, of whatever code: what a renewal answers when the session is gone.
    pub fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.status == 401)
    }

    /// What happened, for a person.
    pub fn title(&self) -> String {
        match self {
            Self::NoAnswer => "Argus does not answer.".to_owned(),
            Self::Problem(problem) | Self::TooMany { problem, .. } => problem.title.clone(),
            Self::Unreadable { status, .. } => {
                format!("The answer (status {status}) could not be read.")
            }
        }
    }

    /// What to do, for a person.
    pub fn advice(&self) -> String {
        match self {
            Self::NoAnswer => {
                "Look whether you are still on the network that Argus is on, then try again."
                    .to_owned()
            }
            Self::Problem(problem) => problem.detail.clone(),
            Self::TooMany { seconds, .. } => {
                let wait = duration(i64::from(*seconds) * 1000);
                format!("Wait {wait}, then try again.")
            }
            Self::Unreadable { message, .. } => format!(
                "Load the page again; if that does not help, tell whoever runs Argus. ({message})"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_requests_say_how_long_to_wait_and_settle_nothing() {
        let error = ApiError::TooMany {
            problem: Box::new(Problem::new(ProblemCode::TooManyRequests, "")),
            seconds: 75,
        };
        assert_eq!(error.advice(), "Wait 1 min 15 s, then try again.");
        assert_eq!(error.code(), Some(ProblemCode::TooManyRequests));
        assert!(!error.is_definite());
    }

    #[test]
    fn a_decision_is_only_settled_by_an_answer_that_decides() {
        let problem = |code| ApiError::Problem(Box::new(Problem::new(code, "")));
        assert!(problem(ProblemCode::DigestMismatch).is_definite());
        assert!(!problem(ProblemCode::TooManyRequests).is_definite());
        assert!(!problem(ProblemCode::DatabaseUnavailable).is_definite());
        assert!(!ApiError::NoAnswer.is_definite());
    }

    #[test]
    fn only_a_refusal_for_want_of_a_session_means_signed_out() {
        let problem = |code| ApiError::Problem(Box::new(Problem::new(code, "")));
        assert!(problem(ProblemCode::NotSignedIn).is_signed_out());
        assert!(problem(ProblemCode::AccessExpired).is_signed_out());
        assert!(problem(ProblemCode::AccessExpired).is_access_expired());
        assert!(!problem(ProblemCode::NotSignedIn).is_access_expired());
        // Whoever enters a wrong code stays who they are.
        let refused = problem(ProblemCode::SignInRefused);
        assert!(!refused.is_signed_out());
        assert!(refused.is_unauthenticated());
        assert!(!ApiError::NoAnswer.is_signed_out());
        assert!(!ApiError::NoAnswer.is_unauthenticated());
    }
}
