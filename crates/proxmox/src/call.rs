//! Requests as values: method, encoded path, query or form, and no host.
//!
//! Knows how Proxmox wants parameters (DELETE and GET in the query, POST and PUT as a form, arrays as repeated keys,
//! booleans as 0 and 1) and nothing about sending. A part that cannot be sent safely is remembered and refused by
//! the client before a connection is opened, so that building stays infallible.

use std::fmt;

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

use crate::volume::VolumeId;

/// What stays as it is in one path segment. `:`, `@` and `!` are legal there, and UPIDs are full of them.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b':')
    .remove(b'@')
    .remove(b'!');

/// Longest path with query that we send; pveproxy takes 8 KiB for all headers together.
const LONGEST_TARGET: usize = 6 * 1024;

/// Longest form that we send; releases before April 2025 take 64 KiB.
const LONGEST_FORM: usize = 64 * 1024;

/// Method and path of a call, for messages and logs. Never holds parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallId {
    /// HTTP method.
    pub method: Method,
    /// Path below the API's base, encoded, without query.
    pub path: String,
}

impl CallId {
    /// The node that the call is about, where its path names one.
    pub fn node(&self) -> Option<&str> {
        let mut segments = self.path.trim_start_matches('/').split('/');
        (segments.next() == Some("nodes")).then_some(())?;
        segments.next()
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Why a call is refused before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// A path part is empty, a dot segment, or holds a separator or control character: it would name another path.
    #[error("{part:?} cannot be part of a path")]
    PathPart {
        /// The offending part.
        part: String,
    },
    /// Path and query are longer than pveproxy reads.
    #[error("path and query have {bytes} bytes, more than {LONGEST_TARGET}")]
    TargetTooLong {
        /// Length in bytes.
        bytes: usize,
    },
    /// The form is longer than every supported release reads.
    #[error("the form has {bytes} bytes, more than {LONGEST_FORM}")]
    FormTooLong {
        /// Length in bytes.
        bytes: usize,
    },
    /// The parts do not make a request.
    #[error("the parts do not make a request")]
    Malformed,
}

/// A call in plain text, nothing of it encoded: to be shown, and to be compared with what was reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainCall {
    /// HTTP method.
    pub method: Method,
    /// Path below the API's base, without query.
    pub path: String,
    /// The parameters in the order in which they are sent, wherever they go: query or form.
    pub parameters: Vec<(String, String)>,
}

/// Builds one call.
pub(crate) struct CallBuilder {
    plain: PlainCall,
    path: String,
    refused: Option<Unsendable>,
}

/// A finished call: who it is, what it says, and the request or why there is none.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) id: CallId,
    pub(crate) plain: PlainCall,
    pub(crate) request: Result<Request<Bytes>, Unsendable>,
}

impl CallBuilder {
    pub(crate) fn get() -> Self {
        Self::new(Method::GET)
    }

    pub(crate) fn post() -> Self {
        Self::new(Method::POST)
    }

    pub(crate) fn put() -> Self {
        Self::new(Method::PUT)
    }

    pub(crate) fn delete() -> Self {
        Self::new(Method::DELETE)
    }

    fn new(method: Method) -> Self {
        Self {
            plain: PlainCall {
                method,
                path: String::new(),
                parameters: Vec::new(),
            },
            path: String::new(),
            refused: None,
        }
    }

    /// Appends one segment, encoded.
    pub(crate) fn segment(self, part: &str) -> Self {
        // pveproxy decodes the path before it splits it, so an encoded slash would still separate.
        let slash = part.contains('/');
        self.append(part, !slash && is_one_part(part))
    }

    /// Appends a volume's id, which may hold slashes: Proxmox takes all that follows `content/` as one.
    pub(crate) fn volume(self, volume: &VolumeId) -> Self {
        let volid = volume.as_str();
        self.append(volid, volid.split('/').all(is_one_part))
    }

    fn append(mut self, part: &str, allowed: bool) -> Self {
        if !allowed && self.refused.is_none() {
            self.refused = Some(Unsendable::PathPart {
                part: part.chars().take(64).collect(),
            });
        }
        self.path.push('/');
        self.path.extend(utf8_percent_encode(part, SEGMENT));
        self.plain.path.push('/');
        self.plain.path.push_str(part);
        self
    }

    /// Appends several segments out of a literal such as `"cluster/ha/status"`.
    pub(crate) fn path(self, parts: &'static str) -> Self {
        parts.split('/').fold(self, CallBuilder::segment)
    }

    /// Adds a text parameter.
    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        let parameter = (name.to_owned(), value.to_owned());
        self.plain.parameters.push(parameter);
        self
    }

    /// Adds a text parameter where there is one.
    pub(crate) fn text_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Adds a number.
    pub(crate) fn number(self, name: &str, value: u64) -> Self {
        self.text(name, &value.to_string())
    }

    /// Adds a number where there is one.
    pub(crate) fn number_if(self, name: &str, value: Option<u64>) -> Self {
        match value {
            Some(value) => self.number(name, value),
            None => self,
        }
    }

    /// Adds a boolean as 1 or 0; forms know no other spelling.
    pub(crate) fn flag(self, name: &str, value: bool) -> Self {
        self.text(name, if value { "1" } else { "0" })
    }

    /// Adds a boolean only where it is true, for those whose absence means the same as 0.
    pub(crate) fn flag_if(self, name: &str, value: bool) -> Self {
        if value { self.flag(name, true) } else { self }
    }

    pub(crate) fn finish(self) -> Call {
        // The serializer writes a space as '+', which Proxmox reads as a space, and a plus sign as %2B.
        let parameters = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.plain.parameters)
            .finish();
        let id = CallId {
            method: self.plain.method.clone(),
            path: self.path,
        };
        let request = match self.refused {
            Some(refused) => Err(refused),
            None => assemble(&id, parameters),
        };
        Call {
            id,
            plain: self.plain,
            request,
        }
    }
}

/// Whether a text names one level of a path and no other, whoever decodes it.
fn is_one_part(part: &str) -> bool {
    let dots = matches!(part, "" | "." | "..");
    let separates = part.contains(['\\', '%']) || part.chars().any(char::is_control);
    !dots && !separates
}

fn assemble(id: &CallId, parameters: String) -> Result<Request<Bytes>, Unsendable> {
    let in_form = id.method == Method::POST || id.method == Method::PUT;
    let target = if in_form || parameters.is_empty() {
        id.path.clone()
    } else {
        format!("{}?{parameters}", id.path)
    };
    if target.len() > LONGEST_TARGET {
        return Err(Unsendable::TargetTooLong {
            bytes: target.len(),
        });
    }
    let body = if in_form { parameters } else { String::new() };
    if body.len() > LONGEST_FORM {
        return Err(Unsendable::FormTooLong { bytes: body.len() });
    }
    // Without a body the HTTP library would leave the length of a POST open.
    let (name, value) = if body.is_empty() {
        (CONTENT_LENGTH, "0")
    } else {
        (CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    let mut request = Request::builder()
        .method(id.method.clone())
        .uri(target)
        .body(Bytes::from(body))
        .map_err(|_| Unsendable::Malformed)?;
    if in_form {
        request
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_get_carries_its_parameters_in_the_query_and_has_no_body() {
        let call = CallBuilder::get()
            .path("nodes")
            .segment("pve1")
            .segment("tasks")
            .number("limit", 5)
            .text("userfilter", "a@pve!x y+z")
            .finish();
        let request = call.request.unwrap();
        assert_eq!(
            request.uri(),
            "/nodes/pve1/tasks?limit=5&userfilter=a%40pve%21x+y%2Bz"
        );
        assert!(request.body().is_empty());
        assert!(request.headers().is_empty());
    }

    #[test]
    fn the_node_that_a_call_is_about_is_the_one_in_its_path() {
        let about = |path: &'static str| {
            let call = CallBuilder::get().path(path).segment("x").finish();
            call.id.node().map(str::to_owned)
        };
        assert_eq!(about("nodes/pve1").as_deref(), Some("pve1"));
        assert_eq!(about("nodes").as_deref(), Some("x"));
        assert_eq!(about("cluster/nodes"), None);
    }

    #[test]
    fn a_post_carries_a_form_in_which_plus_is_escaped_and_booleans_are_digits() {
        let call = CallBuilder::post()
            .path("nodes")
            .segment("pve1")
            .text("description", "a+b & c=ü")
            .flag("vmstate", false)
            .finish();
        let request = call.request.unwrap();
        assert_eq!(request.uri(), "/nodes/pve1");
        assert_eq!(
            request.body(),
            "description=a%2Bb+%26+c%3D%C3%BC&vmstate=0".as_bytes()
        );
        assert_eq!(
            request.headers()[CONTENT_TYPE],
            "application/x-www-form-urlencoded"
        );
    }

    #[test]
    fn a_part_that_would_name_another_path_is_refused() {
        for part in ["", ".", "..", "a/b", "..%2f", "a\\b", "a\nb", "a\0"] {
            let call = CallBuilder::get().path("nodes").segment(part).finish();
            assert!(
                matches!(call.request, Err(Unsendable::PathPart { .. })),
                "{part:?}"
            );
        }
    }

    #[test]
    fn a_volume_may_hold_slashes_and_still_names_no_other_path() {
        let of = |volume: &str| {
            let volume = volume.parse().unwrap();
            CallBuilder::get().path("content").volume(&volume).finish()
        };
        let call = of("local:backup/vzdump-qemu-100.vma.zst");
        assert_eq!(
            call.request.unwrap().uri(),
            "/content/local:backup%2Fvzdump-qemu-100.vma.zst"
        );
        assert_eq!(
            call.plain.path,
            "/content/local:backup/vzdump-qemu-100.vma.zst"
        );
        for volume in [
            "local:backup/../../x",
            "local:a//b",
            "local:a/.",
            "local:a/",
            "local:a%2f..",
            "local:a\\b",
        ] {
            assert!(
                matches!(of(volume).request, Err(Unsendable::PathPart { .. })),
                "{volume:?}"
            );
        }
    }

    #[test]
    fn the_plain_call_is_what_is_sent_without_its_encoding() {
        let call = CallBuilder::delete()
            .segment("a b")
            .text("x", "1+1=2")
            .flag_if("y", false)
            .flag_if("z", true)
            .finish();
        assert_eq!(call.plain.method, Method::DELETE);
        assert_eq!(call.plain.path, "/a b");
        let parameters = [("x", "1+1=2"), ("z", "1")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(call.plain.parameters, parameters);
        assert_eq!(call.request.unwrap().uri(), "/a%20b?x=1%2B1%3D2&z=1");
    }

    #[test]
    fn a_question_mark_or_hash_stays_within_its_segment() {
        let call = CallBuilder::get().segment("a?b#c d").finish();
        assert_eq!(call.request.unwrap().uri(), "/a%3Fb%23c%20d");
    }

    #[test]
    fn a_call_longer_than_proxmox_reads_is_refused() {
        let call = CallBuilder::get().text("x", &"y".repeat(7000)).finish();
        assert!(matches!(
            call.request,
            Err(Unsendable::TargetTooLong { .. })
        ));
        let call = CallBuilder::post()
            .segment("x")
            .text("x", &"y".repeat(70_000))
            .finish();
        assert!(matches!(call.request, Err(Unsendable::FormTooLong { .. })));
    }
}
