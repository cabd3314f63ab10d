//! Where a request ends.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The first line of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
}

impl Head {
    /// The path, decoded and without its query.
    pub(crate) fn path(&self) -> Cow<'_, str> {
        let path = self.target.split('?').next().unwrap_or_default();
        percent_decode_str(path).decode_utf8_lossy()
    }
}

/// The first request in these bytes, where it is whole: its head and its length. A head without a length has no body:
/// a request cannot be ended by its connection.
pub(crate) fn first(bytes: &[u8]) -> Option<(Head, usize)> {
    const END: &[u8] = b"\r\n\r\n";
    let end = bytes.windows(END.len()).position(|at| at == END)? + END.len();
    let text = String::from_utf8_lossy(bytes.get(..end)?);
    let mut lines = text.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let head = Head {
        method: word(),
        target: word(),
    };
    let body = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse::<usize>().ok())
        .unwrap_or(0);
    let length = end.checked_add(body)?;
    (bytes.len() >= length).then_some((head, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_with_the_last_byte_of_its_body() {
        let whole = b"POST /a%3Ab?b=1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz";
        for length in 0..whole.len() {
            assert_eq!(first(&whole[..length]), None, "{length}");
        }
        let (head, length) = first(whole).unwrap();
        assert_eq!((head.method.as_str(), &*head.path()), ("POST", "/a:b"));
        assert_eq!(length, whole.len());
    }

    #[test]
    fn what_follows_is_the_next_request() {
        let two = b"GET / HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n";
        let (_, length) = first(two).unwrap();
        assert_eq!(first(&two[length..]).unwrap().0.target, "/b");
    }
}
