//! What goes wrong on the way to Proxmox, and where.

use std::time::Duration;

use argus_fault_proxy::{Fault, Place, Rule};
use argus_types::plan::CallPreview;

/// One kind of fault. What says nothing else happens once, to a step's request; most happen to a read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Proxmox says no in its own words.
    Refused500,
    /// A gateway that reached nobody.
    BadGateway502,
    /// A gateway that let nothing through.
    Unavailable503,
    /// A gateway that lost patience while the node was at work.
    GatewayTimeout504,
    /// Proxmox's proxy could not connect to the node.
    NoRoute595,
    /// The same for every attempt.
    NoRoute595Always,
    /// Proxmox's proxy lost patience while the node was at work.
    ProxyTimeout596,
    /// The connection breaks before anything went on.
    ResetBefore,
    /// The same for every attempt.
    ResetBeforeAlways,
    /// It breaks within the request.
    ResetWithinRequest,
    /// It breaks before the answer.
    ResetAfter,
    /// It breaks within the answer.
    ResetWithinAnswer,
    /// Nothing moves any more before anything went on.
    StallBefore,
    /// Nothing moves any more before the answer.
    StallAfter,
    /// The answer comes by a byte a second.
    ByteASecond,
    /// The answer ends before its body.
    CutAnswer,
    /// Half a document, as if it were whole.
    TruncatedJson,
    /// A page for people.
    Html,
    /// A document of another type.
    WrongType,
    /// More than anybody reads.
    TenMegabytes,
    /// The connection ends in order before the answer.
    AcceptThenLose,
    /// The task never ends.
    TaskForEver,
    /// Proxmox does not know the task any more.
    TaskGone,
}

/// What a fault leaves of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Proxmox said no.
    Refused,
    /// It provably never arrived; `always` for every attempt.
    NotSent { always: bool },
    /// It never arrived, and nobody knows; `always` for every attempt.
    LostBefore { always: bool },
    /// It was carried out, and nobody knows.
    LostAfter,
    /// It was carried out and became a task without an end.
    NeverEnds,
    /// It was carried out and became a task that nobody knows.
    Gone,
}

impl Kind {
    pub const ALL: [Self; 23] = [
        Self::Refused500,
        Self::BadGateway502,
        Self::Unavailable503,
        Self::GatewayTimeout504,
        Self::NoRoute595,
        Self::NoRoute595Always,
        Self::ProxyTimeout596,
        Self::ResetBefore,
        Self::ResetBeforeAlways,
        Self::ResetWithinRequest,
        Self::ResetAfter,
        Self::ResetWithinAnswer,
        Self::StallBefore,
        Self::StallAfter,
        Self::ByteASecond,
        Self::CutAnswer,
        Self::TruncatedJson,
        Self::Html,
        Self::WrongType,
        Self::TenMegabytes,
        Self::AcceptThenLose,
        Self::TaskForEver,
        Self::TaskGone,
    ];

    pub fn fate(self) -> Fate {
        match self {
            Self::Refused500 => Fate::Refused,
            Self::NoRoute595 => Fate::NotSent { always: false },
            Self::NoRoute595Always => Fate::NotSent { always: true },
            Self::BadGateway502
            | Self::Unavailable503
            | Self::ResetBefore
            | Self::ResetWithinRequest
            | Self::StallBefore => Fate::LostBefore { always: false },
            Self::ResetBeforeAlways => Fate::LostBefore { always: true },
            Self::GatewayTimeout504
            | Self::ProxyTimeout596
            | Self::ResetAfter
            | Self::ResetWithinAnswer
            | Self::StallAfter
            | Self::ByteASecond
            | Self::CutAnswer
            | Self::TruncatedJson
            | Self::Html
            | Self::WrongType
            | Self::TenMegabytes
            | Self::AcceptThenLose => Fate::LostAfter,
            Self::TaskForEver => Fate::NeverEnds,
            Self::TaskGone => Fate::Gone,
        }
    }

    /// Whether it takes the client's whole patience.
    pub fn is_slow(self) -> bool {
        matches!(
            self,
            Self::StallBefore | Self::StallAfter | Self::ByteASecond
        )
    }

    /// What it does to one exchange; nothing where it is the task that it happens to.
    fn fault(self) -> Option<Fault> {
        let own = |bytes| Fault::Answer {
            bytes,
            carried_out: false,
        };
        let instead = |bytes| Fault::Answer {
            bytes,
            carried_out: true,
        };
        Some(match self {
            Self::Refused500 => own(refusal("the lab says no")),
            Self::BadGateway502 => own(page("502 Bad Gateway")),
            Self::Unavailable503 => own(page("503 Service Unavailable")),
            Self::GatewayTimeout504 => instead(page("504 Gateway Time-out")),
            Self::NoRoute595 | Self::NoRoute595Always => own(answer("595 No route to host", "")),
            Self::ProxyTimeout596 => instead(answer("596 Connection timed out", "")),
            Self::ResetBefore | Self::ResetBeforeAlways => Fault::Reset(Place::Request(0)),
            Self::ResetWithinRequest => Fault::Reset(Place::Request(40)),
            Self::ResetAfter => Fault::Reset(Place::Answer(0)),
            Self::ResetWithinAnswer => Fault::Reset(Place::Answer(30)),
            Self::StallBefore => Fault::Stall(Place::Request(0)),
            Self::StallAfter => Fault::Stall(Place::Answer(0)),
            Self::ByteASecond => Fault::Drip(Duration::from_secs(1)),
            Self::CutAnswer => Fault::Truncate(100),
            Self::TruncatedJson => instead(answer("200 OK", r#"{"data":"UPID:pve1:0003A1"#)),
            Self::Html => instead(page("200 OK")),
            Self::WrongType => instead(answer("200 OK", r#"{"data":{"upid":[7,null]}}"#)),
            Self::TenMegabytes => {
                let long = "x".repeat(10 << 20);
                instead(answer("200 OK", &format!(r#"{{"data":"{long}"}}"#)))
            }
            Self::AcceptThenLose => Fault::Truncate(0),
            Self::TaskForEver | Self::TaskGone => return None,
        })
    }

    /// The rules by which it happens to the request of a step, and to reads.
    pub fn rules(self, call: &CallPreview) -> Vec<Rule> {
        if self == Self::TaskGone {
            let gone = Fault::Answer {
                bytes: refusal("no such task"),
                carried_out: false,
            };
            return vec![Rule::always(gone).on("GET", "/tasks/UPID:")];
        }
        let Some(fault) = self.fault() else {
            return Vec::new();
        };
        let always = matches!(
            self.fate(),
            Fate::NotSent { always: true } | Fate::LostBefore { always: true }
        );
        let mut rules = vec![Rule {
            times: (!always).then_some(1),
            ..Rule::always(fault.clone()).on(&call.method, &call.path)
        }];
        // A stalled read takes most of the patience that reads have, and a node that is out of reach is a fact.
        let spares_reads = self.is_slow() || matches!(self.fate(), Fate::NotSent { .. });
        let reads: &[u64] = if spares_reads { &[] } else { &[1, 6] };
        rules.extend(reads.iter().map(|nth| {
            let mut rule = Rule::once(fault.clone()).on("GET", "/");
            rule.when.nth = Some(*nth);
            rule
        }));
        rules
    }
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    written(status, "application/json", body)
}

/// What a gateway or a sign-in page looks like.
fn page(status: &str) -> Vec<u8> {
    let body = "<!doctype html><title>Proxmox</title><p>Something else than you asked for";
    written(status, "text/html", body)
}

/// A no of Proxmox's own.
fn refusal(message: &str) -> Vec<u8> {
    let body = format!(r#"{{"data":null,"message":"{message}\n"}}"#);
    answer(&format!("500 {message}"), &body)
}

fn written(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}");
    format!("{head}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}
