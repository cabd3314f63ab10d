//! The built page, where this process serves it itself (demo, small installations without nginx).

use std::path::Path;

use argus_types::places;
use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, Uri, header};
use tower_http::services::{ServeDir, ServeFile};

use crate::headers::ContentSecurityPolicy;

/// The file beside the page that holds its content security policy, with the hash of the loader.
const POLICY_FILE: &str = "content-security-policy.txt";

/// [`places::OFFICE_FILE`] as the path that [`ServeDir`] finds it by.
const OFFICE_PATH: &str = "/office.html";

/// Serves `dir`; every path that is no file is one of the page's bundles, which route by themselves.
pub fn router(dir: &Path) -> Router {
    let console = ServeFile::new(dir.join(places::CONSOLE_FILE))
        .precompressed_br()
        .precompressed_gzip();
    let files = ServeDir::new(dir)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(true)
        .fallback(console);
    Router::new()
        .fallback_service(files)
        .layer(axum::middleware::from_fn(choose_bundle))
        .layer(axum::middleware::from_fn(cache))
}

/// A path of the office bundle is its file.
async fn choose_bundle(mut request: Request, next: Next) -> Response {
    if places::is_of_office(request.uri().path()) {
        *request.uri_mut() = Uri::from_static(OFFICE_PATH);
    }
    next.run(request).await
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// The whole answers to these paths, asked for as browsers do.
    async fn served(dir: &Path, paths: &[String]) -> Vec<String> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port on loopback");
        let address = listener.local_addr().expect("its address");
        let asking = async {
            let mut answers = Vec::new();
            for path in paths {
                let mut stream = TcpStream::connect(address).await.expect("a connection");
                let request = format!(
                    "GET {path} HTTP/1.1\r\nhost: argus\r\naccept-encoding: br\r\nconnection: close\r\n\r\n"
                );
                stream
                    .write_all(request.as_bytes())
                    .await
                    .expect("a request");
                let mut answer = String::new();
                stream.read_to_string(&mut answer).await.expect("an answer");
                answers.push(answer);
            }
            answers
        };
        let serving = axum::serve(listener, router(dir));
        tokio::select! {
            answers = asking => answers,
            ended = serving => unreachable!("it serves until the test ends: {ended:?}"),
        }
    }

    #[tokio::test]
    async fn a_path_brings_the_bundle_that_shows_it() {
        let dir = tempfile::tempdir().unwrap();
        for file in [places::CONSOLE_FILE, places::OFFICE_FILE] {
            std::fs::write(dir.path().join(file), format!("plain {file}")).unwrap();
            std::fs::write(dir.path().join(format!("{file}.br")), file).unwrap();
        }
        let office = places::OF_OFFICE.into_iter().flat_map(|place| {
            [
                place.to_owned(),
                format!("{place}/"),
                format!("{place}/x?back=/"),
            ]
        });
        let console = ["/", "/changes/1", "/accounting", "/x/people"].map(str::to_owned);
        let (paths, files): (Vec<_>, Vec<_>) = office
            .map(|path| (path, places::OFFICE_FILE))
            .chain(console.into_iter().map(|path| (path, places::CONSOLE_FILE)))
            .unzip();
        let answers = served(dir.path(), &paths).await;
        for ((path, file), answer) in paths.iter().zip(files).zip(answers) {
            assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
            assert!(
                answer.contains("\r\ncontent-type: text/html"),
                "{path}: {answer}"
            );
            assert!(
                answer.contains("\r\ncache-control: no-cache\r\n"),
                "{path}: {answer}"
            );
            assert!(
                answer.ends_with(&format!("\r\n\r\n{file}")),
                "{path}: {answer}"
            );
        }
    }

    #[test]
    fn the_office_bundle_is_found_by_its_name() {
        assert_eq!(OFFICE_PATH, format!("/{}", places::OFFICE_FILE));
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("/console-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("/style-0123456789abcdef.css"));
        assert!(is_hashed("/favicon-46759f43b04c6c0.svg"));
        for path in ["/", "/index.html", "/changes/0123", "/argus.js"] {
            assert!(!is_hashed(path), "{path}");
        }
    }
}
