//! When a request is sent again: only where the provider says that it did nothing with it, or never heard of it.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::failure::{Failure, NoConnection};

/// Most attempts of one request.
pub(super) const MOST_ATTEMPTS: u32 = 3;

/// Longest that a provider is waited for; one that wants more is left for whoever asks to try later.
const MOST_PATIENCE: Duration = Duration::from_mins(1);

/// Whether the same may be sent again. `status` is that of the answer, where there was one.
pub(super) fn is_worth_it(failure: &Failure, status: Option<StatusCode>) -> bool {
    match failure {
        Failure::NotConnected(NoConnection::Certificate { .. }) | Failure::QuotaExhausted => false,
        Failure::NotConnected(_) => true,
        _ => status.is_some_and(is_passing),
    }
}

/// Request timeout, conflict, too many requests, and a server that is at fault itself; 529 is Anthropic's "overloaded".
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 409 | 429 | 500..=599)
}

/// How long the provider wants to be left alone: `retry-after-ms` or `retry-after` in seconds. A date is not read: it
/// would be measured by two clocks.
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?;
        text.trim().parse::<f64>().ok()
    };
    let seconds = match number("retry-after-ms") {
        Some(milliseconds) => milliseconds / 1_000.0,
        None => number("retry-after")?,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// The wait before the attempt after number `attempt`, counted from one. `None` where it would try our patience.
/// `fraction` is between 0 and 1, so that many who failed at once do not come back at once.
pub(super) fn pause(
    attempt: u32,
    asked_for: Option<Duration>,
    base: Duration,
    fraction: f64,
) -> Option<Duration> {
    let own = base.saturating_mul(1 << (attempt - 1).min(6));
    let wait = match asked_for {
        Some(wanted) if wanted > MOST_PATIENCE => return None,
        // Never sooner than was asked for.
        Some(wanted) => wanted + base.mul_f64(fraction / 2.0),
        None => own.mul_f64(0.5 + fraction / 2.0),
    };
    Some(wait)
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::super::said::Said;
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_passing_faults_are_worth_a_second_attempt() {
        let failure = Failure::Rejected {
            status: 0,
            said: Said::default(),
        };
        let again: Vec<u16> = (100..600)
            .filter(|status| is_worth_it(&failure, StatusCode::from_u16(*status).ok()))
            .collect();
        let mut wanted = vec![408, 409, 429];
        wanted.extend(500..600);
        assert_eq!(again, wanted);
        let too_many = Some(StatusCode::TOO_MANY_REQUESTS);
        assert!(is_worth_it(&Failure::RateLimited { wait: None }, too_many));
        assert!(!is_worth_it(&Failure::QuotaExhausted, too_many));
    }

    #[test]
    fn what_may_have_arrived_is_not_sent_again() {
        let limit = Duration::from_secs(1);
        for failure in [
            Failure::ConnectionLost,
            Failure::TimedOut { limit },
            Failure::TooLong { limit: 1 },
        ] {
            assert!(!is_worth_it(&failure, None), "{failure}");
            assert!(!is_worth_it(&failure, Some(StatusCode::OK)), "{failure}");
        }
        assert!(is_worth_it(
            &Failure::NotConnected(NoConnection::Refused),
            None
        ));
        let reason = String::new();
        let untrusted = Failure::NotConnected(NoConnection::Certificate { reason });
        assert!(!is_worth_it(&untrusted, None));
    }

    #[test]
    fn a_wait_is_read_in_milliseconds_and_in_seconds_and_nonsense_is_not() {
        let read = |pairs: &[_]| asked_for(&headers(pairs));
        assert_eq!(read(&[("retry-after", "2")]), Some(Duration::from_secs(2)));
        assert_eq!(
            read(&[("retry-after", "0.5")]),
            Some(Duration::from_millis(500))
        );
        let both = [("retry-after", "2"), ("retry-after-ms", "150")];
        assert_eq!(read(&both), Some(Duration::from_millis(150)));
        for nonsense in [
            "-1",
            "NaN",
            "inf",
            "1e300",
            "soon",
            "Wed, 21 Oct 2015 07:28:00 GMT",
        ] {
            assert_eq!(read(&[("retry-after", nonsense)]), None, "{nonsense}");
        }
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_wait_grows_is_scattered_and_is_never_shorter_than_was_asked_for() {
        let second = Duration::from_secs(1);
        let own = |attempt, fraction| pause(attempt, None, second, fraction).unwrap();
        assert_eq!(own(1, 0.0), second / 2);
        assert_eq!(own(1, 1.0), second);
        assert_eq!(own(2, 1.0), 2 * second);
        let asked = |wanted| pause(1, Some(wanted), second, 0.0);
        assert_eq!(asked(20 * second), Some(20 * second));
        assert_eq!(asked(60 * second), Some(60 * second));
        assert_eq!(asked(61 * second), None);
    }
}
