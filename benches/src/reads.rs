//! The cached inventory, as a signed-in browser reads it, against a bare axum handler with the same bytes.
//!
//! Both servers are processes of their own, asked by the same load tool with the same headers, in turns. Argus also
//! checks the session, logs and polls its cluster meanwhile.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use argus_types::paths;
use argus_types::person::Role;
use http::header;

use crate::argus::Argus;
use crate::cluster::Cluster;
use crate::itself::Itself;
use crate::load::{self, CONNECTIONS, Target};
use crate::open_door;
use crate::person::Person;
use crate::row::{About, Goal, Rounds, Row};
use crate::{Options, report};

/// Least share of the bare handler's rate.
const LEAST: f64 = 0.5;
/// Most time an answer to somebody signed in takes, in times of one to anybody.
const MOST_FOR_SIGN_IN: f64 = 1.15;
/// Encodings that are asked for.
const ENCODINGS: [&str; 2] = ["identity", "br"];

/// One row an encoding.
pub async fn measure(options: &Options) -> Result<Vec<Row>> {
    let guests = options.size(1_000, 50);
    let cluster = Cluster::start(guests, 10, 1.0).await?;
    let argus = Argus::start(&options.api, &cluster, options.database(0)?).await?;
    let person = Person::sign_in(argus.address(), Role::Viewer).await?;
    let folder = tempfile::tempdir()?;
    let mut rows = Vec::new();
    for encoding in ENCODINGS {
        let body = body(&person, encoding).await?;
        let file = folder.path().join(encoding);
        std::fs::write(&file, &body)?;
        let roof = Itself::start("roof", [&file]).await?;
        let ours = target(&person, encoding)?;
        let bare = Target {
            address: roof.address(),
            path: "/0".to_owned(),
            ..ours.clone()
        };
        let rounds = take_turns(options, encoding, &ours, &bare).await?;
        rows.push(Row::judged(
            About {
                what: format!("GET {}, {guests} guests, {encoding}", paths::CLUSTER),
                beside: "bare axum handler".to_owned(),
                unit: "answers/s",
            },
            rounds,
            "ratio",
            |argus, bare| argus / bare,
            Goal::AtLeast(LEAST),
            format!(
                "{CONNECTIONS} kept-alive connections, {} bytes an answer, session checked on each",
                body.len()
            ),
        ));
    }
    drop(argus);
    rows.push(signed_in(options, guests, &cluster).await?);
    Ok(rows)
}

/// What signing in adds to a read.
async fn signed_in(options: &Options, guests: u32, cluster: &Cluster) -> Result<Row> {
    let argus = Argus::with_open_door(cluster, options.database(1)?).await?;
    let person = Person::sign_in(argus.address(), Role::Viewer).await?;
    let ours = target(&person, "br")?;
    let mut anybody = ours.clone();
    open_door::PATH.clone_into(&mut anybody.path);
    anybody.headers.remove(header::COOKIE);
    let rounds = take_turns(options, "signed in", &ours, &anybody).await?;
    Ok(Row::judged(
        About {
            what: format!("GET {}, {guests} guests, signed in", paths::CLUSTER),
            beside: "the same read without authentication".to_owned(),
            unit: "answers/s",
        },
        rounds,
        "time an answer, ratio",
        |signed_in, anybody| anybody / signed_in,
        Goal::AtMost(MOST_FOR_SIGN_IN),
        "one process, its own handler and layers on both sides; access token, session, right and reach on one".to_owned(),
    ))
}

async fn take_turns(
    options: &Options,
    encoding: &str,
    ours: &Target,
    bare: &Target,
) -> Result<Rounds> {
    let (rounds, time) = options.size((3, Duration::from_secs(5)), (1, Duration::from_secs(1)));
    report::progress(
        &format!("reads, {encoding}"),
        (time + Duration::from_secs(1)) * 2 * rounds,
    );
    let mut found = Rounds::default();
    for _ in 0..rounds {
        for (target, figures) in [(ours, &mut found.argus), (bare, &mut found.comparison)] {
            // The first second warms caches and the allocator up.
            load::rate(target, Duration::from_secs(1)).await?;
            figures.push(load::rate(target, time).await?);
        }
    }
    Ok(found)
}

fn target(person: &Person, encoding: &str) -> Result<Target> {
    Ok(Target {
        address: person.address(),
        path: paths::CLUSTER.to_owned(),
        headers: [
            (header::COOKIE, person.cookie().parse()?),
            (header::ACCEPT_ENCODING, encoding.parse()?),
        ]
        .into_iter()
        .collect(),
    })
}

/// The bytes that Argus answers with.
async fn body(person: &Person, encoding: &str) -> Result<Vec<u8>> {
    let request = person.get(paths::CLUSTER);
    let answer = request.header("accept-encoding", encoding).send().await?;
    let sent = answer
        .headers()
        .get("content-encoding")
        .map_or(Ok("identity"), |value| value.to_str())?
        .to_owned();
    ensure!(answer.status().is_success() && sent == encoding, "{sent}");
    let bytes = answer.bytes().await.context("the inventory")?;
    Ok(bytes.to_vec())
}
