//! The protocol as a client speaks it, in both its eras, against a server that a test put there.

use argus_types::person::TokenMay;
use argus_types::problem::{Problem, ProblemCode};
use rmcp::ServiceExt;
use serde_json::{Map, Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};
use tokio::task::JoinSet;

use super::arguments;
use super::handler::Handler;
use super::reach::Reach;
use super::tool::{self, Fault};
use crate::server::Server;
use crate::stand_in::serve;

const ID: &str = "00000000-0000-0000-0000-000000000007";

/// A client that writes lines and reads lines.
struct Client {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    out: WriteHalf<DuplexStream>,
    next: u64,
    meta: Option<Value>,
    _serving: JoinSet<()>,
}

impl Client {
    /// Of the era in which a client shakes hands first.
    async fn greeting(base: &str, may: TokenMay, version: &str) -> (Self, Value) {
        let mut client = Self::silent(base, may);
        let hello = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
        let welcome = client.ask("initialize", hello).await;
        client
            .send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
            .await;
        (client, welcome)
    }

    /// Of the era in which each request says what it speaks.
    fn stateless(base: &str, may: TokenMay) -> Self {
        let mut client = Self::silent(base, may);
        client.meta = Some(json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }));
        client
    }

    fn silent(base: &str, may: TokenMay) -> Self {
        let server = Server::at(base, None).unwrap();
        let (theirs, ours) = tokio::io::duplex(1 << 20);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let service = Handler::new(Reach::new(server, may)).serve(theirs).await;
            let ended = service.expect("a service").waiting().await;
            ended.expect("an end");
        });
        let (read, out) = tokio::io::split(ours);
        Self {
            lines: BufReader::new(read).lines(),
            out,
            next: 1,
            meta: None,
            _serving: serving,
        }
    }

    async fn send(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.out.write_all(line.as_bytes()).await.unwrap();
    }

    /// The whole answer to a request.
    async fn ask(&mut self, method: &str, mut params: Value) -> Value {
        let id = self.next;
        self.next += 1;
        if let Some(meta) = &self.meta {
            params["_meta"] = meta.clone();
        }
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
            .await;
        let line = self.lines.next_line().await.unwrap().expect("an answer");
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        self.ask("tools/call", params).await
    }

    async fn names(&mut self) -> Vec<String> {
        let answer = self.ask("tools/list", json!({})).await;
        let tools = answer["result"]["tools"].as_array().unwrap().clone();
        let name = |tool: &Value| tool["name"].as_str().unwrap().to_owned();
        tools.iter().map(name).collect()
    }
}

fn guest(vmid: u32, name: &str, status: &str) -> Value {
    json!({
        "kind": "qemu", "vmid": vmid, "name": name, "node": "pve1", "status": status, "template": false, "lock": null,
        "pool": "shop", "tags": ["web"], "ha_state": null, "cpu": 0.1, "cpu_count": 2.0, "memory": 1, "memory_total": 2,
        "uptime_s": 5,
    })
}

fn cluster(guests: &[Value]) -> Value {
    json!({
        "id": "lab", "name": "lab", "quorate": true, "version": "9.2.1", "changed_at": "2026-11-22T00:00:00Z",
        "nodes": [], "guests": guests, "storages": [], "pools": ["shop"], "gaps": [],
    })
}

/// What a tool answers without the protocol around it, and what it asked the server.
fn called(
    name: &str,
    arguments: Value,
    answers: Vec<(u16, Value)>,
) -> (Result<Value, Fault>, Vec<String>) {
    let (base, asked) = serve(answers);
    let reach = Reach::new(Server::at(&base, None).unwrap(), TokenMay::Propose);
    let tool = tool::ALL.iter().find(|tool| tool.name == name).unwrap();
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    let answer = (tool.call)(&reach, arguments);
    (answer, asked.join().unwrap())
}

#[tokio::test]
async fn a_client_that_shakes_hands_gets_the_version_that_it_asked_for() {
    for version in ["2025-06-18", "2025-11-25"] {
        let (mut client, welcome) =
            Client::greeting("http://127.0.0.1:1", TokenMay::Propose, version).await;
        assert_eq!(welcome["result"]["protocolVersion"], version);
        assert_eq!(welcome["result"]["serverInfo"]["name"], "argusctl");
        assert!(welcome["result"]["capabilities"]["tools"].is_object());
        let said = welcome["result"]["instructions"].as_str().unwrap();
        assert!(said.contains("they change nothing"), "{said}");
        assert_eq!(client.names().await.len(), tool::ALL.len());
    }
}

#[tokio::test]
async fn a_client_that_says_its_version_with_each_request_needs_no_handshake() {
    let mut client = Client::stateless("http://127.0.0.1:1", TokenMay::Read);
    let found = client.ask("server/discover", json!({})).await;
    let versions = found["result"]["supportedVersions"].to_string();
    for version in ["2025-06-18", "2025-11-25", "2026-07-28"] {
        assert!(versions.contains(version), "{versions}");
    }
    let listed = client.ask("tools/list", json!({})).await;
    assert_eq!(listed["result"]["resultType"], "complete");
}

#[tokio::test]
async fn a_token_that_reads_is_not_even_offered_to_propose() {
    let (mut client, _) =
        Client::greeting("http://127.0.0.1:1", TokenMay::Read, "2025-06-18").await;
    let names = client.names().await;
    assert!(names.contains(&"guests".to_owned()));
    assert!(
        !names.iter().any(|name| name.starts_with("propose")),
        "{names:?}"
    );
    let answer = client
        .call("propose", json!({ "request": "start web-01" }))
        .await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[tokio::test]
async fn an_answer_says_how_fresh_it_is_and_shows_what_would_be_hidden() {
    let hidden = guest(101, "web\u{202e}-01", "running");
    let (base, asked) = serve(vec![(200, cluster(&[hidden]))]);
    let (mut client, _) = Client::greeting(&base, TokenMay::Read, "2025-06-18").await;
    let answer = client.call("guests", json!({})).await;
    let result = &answer["result"];
    assert_eq!(result["isError"], false);
    let told = &result["structuredContent"];
    assert_eq!((&told["stale"], &told["found"]), (&json!(true), &json!(1)));
    assert_eq!(told["observed_at"], "2026-11-22T00:00:00Z");
    assert_eq!(told["guests"][0]["name"], "web\u{fffd}-01");
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(&text, told);
    assert!(asked.join().unwrap()[0].starts_with("GET /api/cluster "));
}

#[tokio::test]
async fn a_refusal_of_the_server_is_a_tool_s_answer_that_a_model_can_mend() {
    let problem = Problem::new(ProblemCode::NotFound, "There is no such proposal.");
    let (base, _) = serve(vec![(404, serde_json::to_value(problem).unwrap())]);
    let (mut client, _) = Client::greeting(&base, TokenMay::Read, "2025-11-25").await;
    let answer = client.call("proposal", json!({ "id": ID })).await;
    let result = &answer["result"];
    assert_eq!(result["isError"], true);
    assert_eq!(result["structuredContent"]["code"], "not_found");
    assert_eq!(
        result["structuredContent"]["error"],
        "There is no such proposal."
    );
}

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be_away() {
    let (mut client, _) =
        Client::greeting("http://127.0.0.1:1", TokenMay::Read, "2025-06-18").await;
    let answer = client.call("policy", json!({})).await;
    let told = answer["result"]["structuredContent"]["error"]
        .as_str()
        .unwrap();
    assert!(told.contains("does not answer"), "{told}");
}

#[test]
fn guests_are_found_by_all_that_is_asked_for_and_a_part_at_a_time() {
    let all = [
        guest(101, "web-01", "running"),
        guest(102, "web-02", "running"),
        guest(103, "WEB-03", "stopped"),
        guest(104, "db-01", "running"),
    ];
    let found = |arguments: Value| {
        let (answer, _) = called("guests", arguments, vec![(200, cluster(&all))]);
        let answer = answer.ok().unwrap();
        let vmids: Vec<u64> = answer["guests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|guest| guest["vmid"].as_u64().unwrap())
            .collect();
        (vmids, answer["more"] == true)
    };
    assert_eq!(
        found(json!({ "name": "web" })),
        (vec![101, 102, 103], false)
    );
    assert_eq!(
        found(json!({ "name": "web", "status": "running", "limit": 1 })),
        (vec![101], true)
    );
    assert_eq!(
        found(json!({ "name": "web", "status": "running", "skip": 1 })),
        (vec![102], false)
    );
    assert_eq!(
        found(json!({ "vmid": 104, "tag": "web", "pool": "shop" })),
        (vec![104], false)
    );
    assert_eq!(found(json!({ "tag": "we" })), (vec![], false));
    assert_eq!(found(json!({ "kind": "lxc" })), (vec![], false));
}

#[test]
fn what_is_proposed_goes_to_the_server_as_it_was_said_and_comes_back_with_an_address() {
    let made = json!({ "outcome": "proposal", "proposal": { "id": ID } });
    let words = json!({ "request": "snapshot web-01", "reason": "before the update" });
    let (answer, asked) = called("propose", words.clone(), vec![(201, made.clone())]);
    let answer = answer.ok().unwrap();
    assert!(
        answer["address"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/changes/{ID}"))
    );
    let (head, body) = asked[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /api/actions/proposals "), "{head}");
    assert!(head.contains("idempotency-key: "), "{head}");
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), words);

    let action = json!({ "action": "guest.start", "target": { "kind": "qemu", "vmid": 101 } });
    let (_, asked) = called(
        "propose_actions",
        json!({ "actions": [action] }),
        vec![(201, made.clone())],
    );
    let (_, body) = asked[0].split_once("\r\n\r\n").unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({ "draft": { "actions": [action] } })
    );

    let (_, asked) = called(
        "propose_undo",
        json!({ "execution": ID }),
        vec![(201, made)],
    );
    assert!(
        asked[0].starts_with(&format!("POST /api/executions/{ID}/undo ")),
        "{}",
        asked[0]
    );
}

#[test]
fn questions_come_back_with_their_choices_and_without_an_address() {
    let clarify =
        json!({ "outcome": "clarify", "questions": [{ "text": "Which?", "choices": [] }] });
    let (answer, _) = called(
        "propose",
        json!({ "request": "start web" }),
        vec![(200, clarify.clone())],
    );
    assert_eq!(answer.ok().unwrap(), clarify);
}

#[test]
fn lines_that_a_task_wrote_are_counted_and_not_handed_on() {
    let step = json!({
        "number": 1, "title": "Start web-01", "state": "succeeded", "attempt": 1, "upid": null, "adopted": false,
        "started_at": null, "ended_at": null, "exit": null, "failure": null, "message": null, "pre_check": [],
        "post_check": [], "log_lines": 3, "warnings": ["WARN: password=hunter2"],
    });
    let execution = json!({
        "id": ID, "proposal": ID, "cluster": "lab", "title": "Start web-01", "digest": "0".repeat(64),
        "state": "succeeded", "confirmed_by": { "id": ID, "name": "Otto", "role": "operator" },
        "started_at": "2026-11-22T00:00:00Z", "ended_at": null, "message": null, "stop": null, "steps": [step],
        "last_seq": 9,
    });
    let (answer, _) = called("execution", json!({ "id": ID }), vec![(200, execution)]);
    let answer = answer.ok().unwrap();
    assert_eq!(answer["lines_that_warn"], 1);
    assert!(!answer.to_string().contains("hunter2"));
    assert_eq!(answer["execution"]["state"], "succeeded");
}

#[test]
fn one_action_comes_with_all_the_shapes_that_it_refers_to() {
    let (listed, _) = called("action_catalogue", json!({}), vec![]);
    let listed = listed.ok().unwrap();
    let names: Vec<&str> = listed["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"guest.start") && names.contains(&"guest.migrate"),
        "{names:?}"
    );
    for name in names {
        let (one, _) = called("action_catalogue", json!({ "action": name }), vec![]);
        let schema = one.ok().unwrap()["schema"].clone();
        let text = schema.to_string();
        for reference in text.split("\"#/$defs/").skip(1) {
            let shape = reference.split('"').next().unwrap();
            assert!(schema["$defs"][shape].is_object(), "{name} lacks {shape}");
        }
        assert_eq!(schema["properties"]["action"]["const"], name);
    }
}

/// Whatever a model writes, the requests that leave are reads and these two.
#[test]
fn no_tool_sends_anything_but_reads_and_proposals() {
    for tool in tool::ALL {
        let arguments = match tool.name {
            "proposal" | "collisions" | "execution" => json!({ "id": ID }),
            "propose" => json!({ "request": "start web-01" }),
            "propose_actions" => json!({ "actions": [] }),
            "propose_undo" => json!({ "execution": ID }),
            "action_catalogue" => continue,
            _ => json!({}),
        };
        let (_, asked) = called(tool.name, arguments, vec![(200, json!({}))]);
        let line = asked[0].lines().next().unwrap();
        let is_proposal = line.starts_with("POST /api/actions/proposals ")
            || (line.starts_with("POST /api/executions/") && line.contains("/undo "));
        assert_eq!(
            is_proposal,
            tool.needs == TokenMay::Propose,
            "{}: {line}",
            tool.name
        );
        assert!(
            is_proposal || line.starts_with("GET /api/"),
            "{}: {line}",
            tool.name
        );
        for word in [
            "approv", "confirm", "cancel", "stop ", "schedule", "release", "break",
        ] {
            assert!(!line.to_lowercase().contains(&format!("/{word}")), "{line}");
        }
    }
}

#[test]
fn what_a_tool_does_not_list_it_does_not_take() {
    let (base, _unused) = ("http://127.0.0.1:1", ());
    let reach = Reach::new(Server::at(base, None).unwrap(), TokenMay::Propose);
    for tool in tool::ALL {
        let schema = (tool.takes)();
        assert_eq!(schema["additionalProperties"], false, "{}", tool.name);
        let mut arguments = Map::new();
        for name in schema["required"].as_array().unwrap() {
            let value = match name.as_str().unwrap() {
                "actions" => json!([]),
                "request" => json!("start web-01"),
                _ => json!(ID),
            };
            arguments.insert(name.as_str().unwrap().to_owned(), value);
        }
        arguments.insert("confirm".to_owned(), json!(true));
        let Err(Fault::Arguments(said)) = (tool.call)(&reach, arguments) else {
            panic!("{} takes anything", tool.name)
        };
        assert!(
            said.contains("unknown field `confirm`"),
            "{}: {said}",
            tool.name
        );
    }
}

#[test]
fn a_limit_is_within_its_bounds_and_an_id_is_an_id() {
    let reach = Reach::new(
        Server::at("http://127.0.0.1:1", None).unwrap(),
        TokenMay::Propose,
    );
    for (name, arguments) in [
        ("guests", json!({ "limit": arguments::MOST + 1 })),
        ("guests", json!({ "limit": 0 })),
        ("ledger", json!({ "limit": "ten" })),
        ("proposal", json!({ "id": "../emergency-stop" })),
        ("execution", json!({})),
        ("propose", json!({ "request": "start web-01\u{200b}" })),
    ] {
        let tool = tool::ALL.iter().find(|tool| tool.name == name).unwrap();
        let Value::Object(arguments) = arguments else {
            unreachable!()
        };
        let answer = (tool.call)(&reach, arguments.clone());
        assert!(
            matches!(answer, Err(Fault::Arguments(_))),
            "{name} {arguments:?}"
        );
    }
}
