//! The built page, where this process serves it itself (demo, small installations without nginx).

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, header};
use tower_http::services::{ServeDir, ServeFile};

use crate::headers::ContentSecurityPolicy;

/// The file beside the page that holds its content security policy, with the hash of the loader.
const POLICY_FILE: &str = "content-security-policy.txt";

/// Serves `dir`; every path that is no file is the page, which routes by itself.
pub fn router(dir: &Path) -> Router {
    let index = ServeFile::new(dir.join("index.html"))
        .precompressed_br()
        .precompressed_gzip();
    let files = ServeDir::new(dir)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(true)
        .fallback(index);
    Router::new()
        .fallback_service(files)
        .layer(axum::middleware::from_fn(cache))
}

/// The page's policy as the build wrote it.
pub fn policy(dir: &Path) -> std::io::Result<ContentSecurityPolicy> {
    let text = std::fs::read_to_string(dir.join(POLICY_FILE))?;
    HeaderValue::from_str(text.trim())
        .map(ContentSecurityPolicy)
        .map_err(std::io::Error::other)
}

/// Names with a content hash never change; everything else is asked for again.
async fn cache(request: Request, next: Next) -> Response {
    let hashed = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    let value = if hashed && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

/// Trunk writes `name-0123456789abcdef.ext` (and `…_bg.wasm`), without leading zeros.
fn is_hashed(path: &str) -> bool {
    let stem = path.rsplit('/').next().unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit('-').next().is_some_and(|hash| {
        (12..=16).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("/argus-frontend-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("/style-0123456789abcdef.css"));
        assert!(is_hashed("/favicon-46759f43b04c6c0.svg"));
        for path in ["/", "/index.html", "/changes/0123", "/argus.js"] {
            assert!(!is_hashed(path), "{path}");
        }
    }
}
