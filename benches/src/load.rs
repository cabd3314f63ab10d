//! Load: connections that ask for the same thing again and again, each as soon as it has its answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::row::figure;

/// Connections at a time.
pub const CONNECTIONS: usize = 16;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Target {
    /// Whom.
    pub address: SocketAddr,
    /// What.
    pub path: String,
    /// With these headers, beside `Host`.
    pub headers: HeaderMap,
}

/// Answers per second over `time`. Every answer must be 200 and have a body.
pub async fn rate(target: &Target, time: Duration) -> Result<f64> {
    let mut connections = JoinSet::new();
    let mut ready = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Ends with the sender; how it ended shows in the answers.
        connections.spawn(async move {
            let _ = connection.await;
        });
        ready.push(sender);
    }
    let started = Instant::now();
    let mut askers = JoinSet::new();
    for sender in ready {
        askers.spawn(ask(sender, target.clone(), started + time));
    }
    let mut answers = 0;
    while let Some(asked) = askers.join_next().await {
        answers += asked.context("an asker broke off")??;
    }
    Ok(figure(answers) / started.elapsed().as_secs_f64())
}

async fn ask(mut sender: SendRequest<Empty<Bytes>>, target: Target, until: Instant) -> Result<u64> {
    let mut answers = 0;
    while Instant::now() < until {
        let mut request = Request::get(&target.path).body(Empty::new())?;
        *request.headers_mut() = target.headers.clone();
        let host = target.address.to_string();
        request.headers_mut().insert(header::HOST, host.parse()?);
        sender.ready().await?;
        let answer = sender.send_request(request).await?;
        ensure!(
            answer.status() == StatusCode::OK,
            "{} answers {}",
            target.path,
            answer.status()
        );
        let mut body = answer.into_body();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            length += frame?.data_ref().map_or(0, Bytes::len);
        }
        ensure!(length > 0, "{} answers without a body", target.path);
        answers += 1;
    }
    Ok(answers)
}
