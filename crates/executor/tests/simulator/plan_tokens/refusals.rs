//! Each plan's token tried at every call there is ([`super::calls`]), by a request like anybody's.
//!
//! What a call needs is computed, and so is whether the plan's rights are that. Where they are not, the answer must be 403,
//! and nothing may come of the request. Where they are, Proxmox cannot tell the call from the plan's own: all of those are
//! written in `same_rights.txt`, with the privilege that lets them through, so that none is added without being seen.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use argus_executor::ports::Hypervisor;
use argus_store::journal::Lease;
use argus_types::action::ActionKind;
use argus_types::plan::Plan;

use super::calls::{self, Asked};
use super::need::Rights;
use super::report::{Counts, Through, in_general, table};
use super::world::World;
use crate::catalogue::stage::{Stage, ensure, every};
use crate::catalogue::truth::Truth;
use crate::lab::Lab;

/// Long enough for a test that claims and drives nothing.
const LEASE: Duration = Duration::from_mins(5);

/// Seconds: the simulator's clock runs many times as fast as the one that tokens end by.
const LONGEST_S: u64 = 24 * 3600;

/// What a plan's token is let through to, by the plan's action.
const SAME_RIGHTS: &str = include_str!("same_rights.txt");

#[tokio::test]
async fn a_plans_token_is_refused_every_call_that_its_rights_are_not_for() {
    let seen = Mutex::new((
        Counts::default(),
        BTreeMap::<ActionKind, (String, Through)>::new(),
    ));
    every(async |kind| {
        let mut lab = Lab::with_plan_tokens().await;
        lab.lease = LEASE;
        let stage = Stage::set_in(lab, kind).await;
        let (counts, rights, through) = try_everything(&stage).await?;
        let mut seen = seen.lock().expect("nobody panicked");
        seen.0.add(&counts);
        seen.1.insert(kind, (rights, through));
        Ok(())
    })
    .await;
    let (counts, by_action) = seen.into_inner().expect("nobody panicked");
    println!("{} actions, {}", by_action.len(), counts.in_words());
    let table = table(&by_action);
    assert!(
        table == SAME_RIGHTS,
        "same_rights.txt says otherwise; this is what was let through:\n{table}"
    );
}

async fn try_everything(stage: &Stage) -> Result<(Counts, String, Through), String> {
    let id = stage.lab.confirm(vec![stage.action.clone()]).await;
    let plan = stage.lab.plan(id).await;
    let claimed = stage.lab.store.claim_executions("test", LEASE, 1).await;
    let lease: Lease = claimed.map_err(|error| error.to_string())?[0];
    let hypervisor = stage.lab.hypervisor();
    let admitted = hypervisor.admit(lease, &plan, LONGEST_S).await;
    admitted.map_err(|error| format!("{error:?}"))?;
    let token = hypervisor
        .sender(lease, &plan.steps[0])
        .ok_or("no token of its own")?;
    lets_through_its_own(stage, &plan, &token)?;

    let world = World::of(&stage.lab.simulator);
    let rights = Rights::of(&plan, world.memberships());
    let secret = stage
        .lab
        .simulator
        .secret_of(&token)
        .ok_or("no such token")?;
    let by = By {
        stage,
        plan: &plan,
        rights: &rights,
        token: &token,
        secret: &secret,
    };
    let before = Truth::of(&stage.lab.simulator).lasting();
    let (mut counts, mut through) = (Counts::default(), Through::new());
    let mut wrong = Vec::new();
    for call in calls::all(&world, &rights) {
        counts.calls += 1;
        if let Err(why) = by.try_one(&call, &mut counts, &mut through).await {
            wrong.push(format!(
                "{} {} {:?}: {why}",
                call.method, call.path, call.parameters
            ));
        }
    }
    ensure(counts.own > 0, || "its own call is none of them".to_owned())?;
    ensure(wrong.is_empty(), || {
        format!("{} wrong\n  {}", wrong.len(), wrong.join("\n  "))
    })?;
    let after = Truth::of(&stage.lab.simulator).lasting();
    ensure(before == after, || {
        "something came of what was refused".to_owned()
    })?;
    let started = stage.lab.simulator.tasks().into_iter();
    let by_it: Vec<_> = started.filter(|task| task.user == token).collect();
    ensure(by_it.is_empty(), || {
        format!("tasks were started: {by_it:?}")
    })?;
    hypervisor.dismiss(lease).await;
    ensure(!stage.lab.plan_tokens().contains(&token), || {
        format!("{token} is left")
    })?;
    // What set the scene ended with its last step, and its process may not have come to removing its token.
    hypervisor.sweep().await;
    ensure(stage.lab.plan_tokens().is_empty(), || {
        format!("left: {:?}", stage.lab.plan_tokens())
    })?;
    Ok((counts, in_general(&plan), through))
}

/// Each step's very request gets past Proxmox's rights, in its task as well.
fn lets_through_its_own(stage: &Stage, plan: &Plan, token: &str) -> Result<(), String> {
    for step in &plan.steps {
        let call = &step.call;
        let parameters: Vec<_> = call.parameters.clone().into_iter().collect();
        let simulator = &stage.lab.simulator;
        let answer = simulator.attempt(token, &call.method, &call.path, &parameters);
        let passed = match &answer {
            Ok(end) => !end.as_deref().is_some_and(is_denial),
            Err((status, why)) => *status != 403 && !is_denial(why),
        };
        ensure(passed, || {
            format!("its own {} {}: {answer:?}", call.method, call.path)
        })?;
    }
    Ok(())
}

fn is_denial(text: &str) -> bool {
    text.contains("Permission check failed")
}

/// A plan's token, and what it is for.
struct By<'a> {
    stage: &'a Stage,
    plan: &'a Plan,
    rights: &'a Rights,
    token: &'a str,
    secret: &'a str,
}

impl By<'_> {
    async fn try_one(
        &self,
        call: &Asked,
        counts: &mut Counts,
        through: &mut Through,
    ) -> Result<(), String> {
        if !call.at_once.is_met(self.rights) {
            let (status, why) = self.send(call).await;
            // A pool's members are asked about within a locked section, which makes an ordinary failure of a refusal.
            let in_pool = status == 500 && why.contains("update pools failed: 403");
            if status == 403 || in_pool {
                counts.refused += 1;
                return Ok(());
            }
            // What is not declared is asked for by code, which may come upon something else first.
            let declared = call.declared.is_met(self.rights);
            let to_root = self.attempt("root@pam", call);
            let same = matches!(to_root, Err((code, said)) if code == status && (why.is_empty() || said == why));
            if declared && same {
                counts.nobody += 1;
                return Ok(());
            }
            return Err(format!("not refused: {status} {why}"));
        }
        let answer = self.attempt(self.token, call);
        let denied = match &answer {
            Ok(end) => end.as_deref().is_some_and(is_denial),
            Err((status, why)) => *status == 403 || is_denial(why),
        };
        if !call.in_task.is_met(self.rights) {
            if denied {
                counts.in_task += 1;
                return Ok(());
            }
            if answer.is_err() && self.attempt("root@pam", call) == answer {
                counts.nobody += 1;
                return Ok(());
            }
            return Err(format!("not refused in its task: {answer:?}"));
        }
        ensure(!denied, || {
            format!("refused, with all that it needs: {answer:?}")
        })?;
        self.stays_where_the_plan_is(call)?;
        if self.is_own(call) {
            counts.own += 1;
        } else {
            counts.same_rights += 1;
        }
        let need = call.at_once.clone().and(call.in_task.clone());
        let met = need.met_by(self.rights).into_iter();
        let met: Vec<_> = met
            .map(|(path, privilege)| format!("{privilege} on {path}"))
            .collect();
        let met = met.join(", ");
        through.insert((call.name.clone(), met));
        Ok(())
    }

    /// By a request over HTTP, with the token's secret.
    async fn send(&self, call: &Asked) -> (u16, String) {
        let pairs = call.parameters.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        let form = pairs.join("&");
        let in_query = matches!(call.method, "GET" | "DELETE") && !form.is_empty();
        let query = if in_query {
            format!("?{form}")
        } else {
            String::new()
        };
        let request = http::Request::builder()
            .method(call.method)
            .uri(format!("/api2/json{}{query}", call.path))
            .header(
                "authorization",
                format!("PVEAPIToken={}={}", self.token, self.secret),
            )
            .header("content-type", "application/x-www-form-urlencoded")
            .body(if in_query { String::new() } else { form }.into())
            .expect("a request");
        let answer = self
            .stage
            .lab
            .simulator
            .answer(request)
            .await
            .expect("an answer");
        let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let why = body["message"].as_str().unwrap_or_default().trim_end();
        (answer.status().as_u16(), why.to_owned())
    }

    /// Of a copy of the world: what is let through must not change the one that others are tried in.
    fn attempt(&self, who: &str, call: &Asked) -> Result<Option<String>, (u16, String)> {
        let simulator = &self.stage.lab.simulator;
        simulator.attempt(who, call.method, &call.path, &call.parameters)
    }

    /// No right of a plan reaches anything that the plan does not name. High availability alone has one right for the whole
    /// cluster.
    fn stays_where_the_plan_is(&self, call: &Asked) -> Result<(), String> {
        if call.path.starts_with("/cluster/ha/") {
            return ensure(self.rights.reaches("/"), || {
                "without a right on /".to_owned()
            });
        }
        let never = [
            "/access/users",
            "/access/roles",
            "/access/groups",
            "/cluster/",
            "/storage",
        ];
        ensure(
            !never.iter().any(|root| call.path.starts_with(root)),
            || "no plan is about this".to_owned(),
        )?;
        let things = call
            .about
            .iter()
            .filter(|path| !path.starts_with("/nodes/"));
        let things: Vec<&String> = things.collect();
        // Guests and storages are what calls are about, and not the nodes on the way to them.
        let about = if things.is_empty() {
            call.about.iter().collect()
        } else {
            things
        };
        let strange: Vec<_> = about
            .into_iter()
            .filter(|path| !self.rights.reaches(path))
            .collect();
        ensure(strange.is_empty(), || {
            format!("the plan is not about {strange:?}")
        })
    }

    fn is_own(&self, call: &Asked) -> bool {
        /// Parameters whose presence makes another call of it.
        const TELLING: [&str; 8] = [
            "all",
            "bwlimit",
            "delete",
            "force",
            "notes",
            "prune-backups",
            "storage",
            "todisk",
        ];
        /// Those whose value does.
        const NAMING: [&str; 9] = [
            "archive",
            "command",
            "newid",
            "poolid",
            "protected",
            "sid",
            "storage",
            "vmid",
            "vms",
        ];
        self.plan.steps.iter().any(|step| {
            let own = &step.call.parameters;
            let given: BTreeMap<_, _> = call.parameters.iter().cloned().collect();
            let same_names = TELLING
                .iter()
                .all(|name| own.contains_key(*name) == given.contains_key(*name));
            let same_values = NAMING.iter().all(|name| {
                given
                    .get(*name)
                    .is_none_or(|value| own.get(*name) == Some(value))
            });
            step.call.method == call.method
                && step.call.path == call.path
                && same_names
                && same_values
        })
    }
}

fn escaped(value: &str) -> String {
    let bytes = value.bytes();
    bytes
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
