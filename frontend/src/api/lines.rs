//! An answer that comes a line at a time, each a JSON value.

use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use super::ApiError;
use super::answer::{decode, patiently};

/// The bytes that have come and are not a whole line yet.
#[derive(Default)]
struct Rest(Vec<u8>);

impl Rest {
    /// Takes `bytes`, and gives back each line that is whole now.
    fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        self.0.extend_from_slice(bytes);
        let Some(end) = self.0.iter().rposition(|&byte| byte == b'\n') else {
            return Vec::new();
        };
        let rest = self.0.split_off(end + 1);
        let whole = std::mem::replace(&mut self.0, rest);
        let whole = String::from_utf8_lossy(&whole);
        let lines = whole.lines().filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }
}

/// Hands each line to `take` until that has what it waits for. An answer that ends before, or that says nothing for
/// as long as a request may take, is none.
pub async fn lines<T>(
    response: &Response,
    mut take: impl FnMut(Value) -> Option<Result<T, ApiError>>,
) -> Result<T, ApiError> {
    let body = response.body().ok_or(ApiError::NoAnswer)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut rest = Rest::default();
    loop {
        let part = patiently(JsFuture::from(reader.read())).await?;
        let bytes = bytes(&part).ok_or(ApiError::NoAnswer)?;
        for line in rest.take(&bytes) {
            if let Some(came) = take(decode(&line, response.status())?) {
                return came;
            }
        }
    }
}

/// What a part of a stream holds; `None` at its end.
fn bytes(part: &JsValue) -> Option<Vec<u8>> {
    let value = Reflect::get(part, &"value".into()).ok()?;
    value
        .dyn_into::<Uint8Array>()
        .ok()
        .map(|bytes| bytes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::Rest;

    #[test]
    fn lines_are_whole_however_the_bytes_are_cut() {
        let text = "{\"a\":1}\n\n{\"b\":\"\u{fc}\"}\n{\"c\"";
        for cut in 0..text.len() {
            let mut rest = Rest::default();
            let mut lines = rest.take(&text.as_bytes()[..cut]);
            lines.extend(rest.take(&text.as_bytes()[cut..]));
            assert_eq!(lines, ["{\"a\":1}", "{\"b\":\"\u{fc}\"}"], "{cut}");
            assert_eq!(rest.take(b":2}\n"), ["{\"c\":2}"]);
        }
    }
}
