//! A server that tests put in the console's place.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use serde_json::Value;

/// Its address, and what it was asked: it gives these answers, one a connection, and ends.
pub fn serve(answers: Vec<(u16, Value)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let served = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (stream, _) = listener.accept().expect("a connection");
            let mut reader = BufReader::new(stream);
            asked.push(request(&mut reader));
            let body = body.to_string();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nretry-after: 0\r\n\
                 x-observed-at: 2026-11-22T00:00:00Z\r\nx-stale: true\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let mut stream = reader.into_inner();
            stream
                .write_all(format!("{head}{body}").as_bytes())
                .expect("an answer");
        }
        asked
    });
    (base, served)
}

/// One request, head and body.
fn request(reader: &mut impl BufRead) -> String {
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") {
        let read = reader.read_line(&mut text).expect("a request");
        assert_ne!(read, 0, "the request ended early");
    }
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().expect("a length"))
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).expect("a body");
    text.push_str(std::str::from_utf8(&body).expect("text"));
    text
}
