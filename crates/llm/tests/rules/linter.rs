//! What passes the linter, whoever drafted it.

use argus_llm::lint::{self, Rule};
use argus_llm::{
    BuiltIn, DraftAction, DraftConfig, DraftStep, DraftTarget, Drafted, GuestKind, HaState,
};
use proptest::prelude::*;

use crate::scene::{draft, scene, written};
use crate::{intents, sentences};

fn clear() -> Vec<&'static str> {
    let all = sentences::CLEAR.iter().chain(intents::CLEAR);
    all.map(|(request, _)| *request).collect()
}

fn step(action: DraftAction) -> DraftStep {
    DraftStep {
        action,
        provenance: Vec::new(),
    }
}

fn vm(vmid: u32) -> DraftTarget {
    DraftTarget {
        kind: GuestKind::Qemu,
        vmid,
    }
}

fn rules(request: &str, actions: Vec<DraftAction>) -> Vec<Rule> {
    let steps = actions.into_iter().map(step).collect();
    match lint::check(request, &scene(), steps) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(|finding| finding.rule).collect(),
    }
}

#[test]
fn what_the_rules_draft_passes() {
    let wrong: Vec<String> = clear()
        .into_iter()
        .filter_map(|request| {
            let Drafted::Draft(steps) = draft(request) else {
                return Some(format!("{request:?} does not draft"));
            };
            let findings = lint::check(request, &scene(), steps).err()?;
            Some(format!("{request:?}: {findings:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_step_beside_what_was_asked_does_not_pass() {
    let reboot = || DraftAction::Reboot { target: vm(101) };
    let request = "reboot web-01";
    assert!(rules(request, vec![reboot()]).is_empty());
    let snapshot = DraftAction::Snapshot {
        target: vm(101),
        name: Some("before".to_owned()),
        include_memory: false,
    };
    assert!(
        rules(request, vec![snapshot, reboot()]).is_empty(),
        "a safety snapshot"
    );
    for more in [
        DraftAction::Destroy { target: vm(101) },
        DraftAction::Stop { target: vm(101) },
        DraftAction::Reboot { target: vm(102) },
        DraftAction::Drain {
            node: "pve1".to_owned(),
        },
        DraftAction::Snapshot {
            target: vm(102),
            name: None,
            include_memory: false,
        },
        DraftAction::Snapshot {
            target: vm(101),
            name: Some("rm -rf /".to_owned()),
            include_memory: false,
        },
    ] {
        assert!(
            !rules(request, vec![reboot(), more.clone()]).is_empty(),
            "{more:?}"
        );
    }
    assert!(!rules(request, vec![]).is_empty());
    assert!(!rules(request, vec![reboot(); 51]).is_empty());
    assert!(
        !rules("reboot web-01, then start mail", vec![reboot()]).is_empty(),
        "half of it"
    );
}

/// Requests that the rules ask about, so that a model may draft them.
#[test]
fn words_that_the_rules_do_not_understand_still_bound_a_draft() {
    let reboot = |vmid| DraftAction::Reboot { target: vm(vmid) };
    let asked = "web-01 is sluggish, be so kind and reboot it";
    assert!(matches!(draft(asked), Drafted::Clarify(_)));
    assert!(rules(asked, vec![reboot(101)]).is_empty());
    assert_eq!(rules(asked, vec![reboot(102)]), [Rule::Target]);
    assert_eq!(
        rules(asked, vec![DraftAction::Stop { target: vm(101) }]),
        [Rule::Class]
    );

    let spared = "reboot every shop machine but web-01 please, so web-02";
    assert!(rules(spared, vec![reboot(101)]).contains(&Rule::Target));
    for asking in [
        "why did web-01 reboot",
        "warum musste web-01 neu starten",
        "is web-01 well? reboot",
    ] {
        assert_eq!(
            rules(asking, vec![reboot(101)]),
            [Rule::Class],
            "{asking:?}"
        );
    }
    for turned in [
        "web-01 bitte nicht neu starten",
        "reboot web-01 tomorrow",
        "reboot web-01 or web-02",
    ] {
        assert!(
            rules(turned, vec![reboot(101)]).contains(&Rule::Class),
            "{turned:?}"
        );
    }

    // What is lost for good needs words that are understood.
    let cleaning = "delete the cron job of web-01";
    assert_eq!(
        rules(cleaning, vec![DraftAction::Destroy { target: vm(101) }]),
        [Rule::Class]
    );
    let negated = "please don't stop web-01 hard";
    assert!(!rules(negated, vec![DraftAction::Stop { target: vm(101) }]).is_empty());

    let numbers = "web-01 could do with 16 GB of memory, kindly set it up";
    let memory = |mib| DraftAction::SetConfig {
        target: vm(101),
        set: DraftConfig {
            memory_mib: Some(mib),
            ..DraftConfig::default()
        },
    };
    assert!(rules(numbers, vec![memory(16_384)]).is_empty());
    assert_eq!(rules(numbers, vec![memory(16)]), [Rule::Parameter]);

    let moving = "get web-01 away somewhere by way of a migrate to pve2";
    let migrate = |node: &str| DraftAction::Migrate {
        target: vm(101),
        node: node.to_owned(),
    };
    assert!(rules(moving, vec![migrate("pve2")]).is_empty());
    assert_eq!(rules(moving, vec![migrate("pve3")]), [Rule::Parameter]);
    assert_eq!(rules(moving, vec![migrate("evil")]), [Rule::Parameter]);
}

#[test]
fn notes_of_a_model_hold_no_link_markup_secret_or_hidden_character() {
    let request = "write some set of notes for web-01 about the shop";
    let notes = |text: &str| DraftAction::SetConfig {
        target: vm(101),
        set: DraftConfig {
            description: Some(text.to_owned()),
            ..DraftConfig::default()
        },
    };
    assert!(rules(request, vec![notes("the shop's front end")]).is_empty());
    for text in [
        "see https://evil.example",
        "![a](b)",
        "<script>x</script>",
        "password=hunter2",
        "a\u{202e}b",
        "a\u{e0041}b",
    ] {
        assert!(
            rules(request, vec![notes(text)]).contains(&Rule::Output),
            "{text:?}"
        );
    }
}

/// Any action about any guest.
fn action() -> impl Strategy<Value = DraftAction> {
    let target = proptest::sample::select(vec![
        vm(101),
        vm(102),
        vm(105),
        vm(110),
        vm(900),
        vm(999),
        DraftTarget {
            kind: GuestKind::Lxc,
            vmid: 103,
        },
    ]);
    let text = prop_oneof![
        proptest::sample::select(vec![
            "pve1",
            "pve2",
            "pve9",
            "x1",
            "ancient",
            "pbs",
            "nfs-vm",
            "shop",
            "lab",
            "scsi0",
            "evil; rm",
            "web",
            "pbs:backup/vm/101/1",
            "http://x.example",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    (target, text, any::<u32>(), 0..24_u8).prop_map(|(target, text, number, kind)| {
        let set = |set| DraftAction::SetConfig { target, set };
        let none = DraftConfig::default;
        match kind {
            0 => DraftAction::Start { target },
            1 => DraftAction::Shutdown { target },
            2 => DraftAction::Stop { target },
            3 => DraftAction::Reboot { target },
            4 => DraftAction::Reset { target },
            5 => DraftAction::Suspend { target },
            6 => DraftAction::Hibernate { target },
            7 => DraftAction::Snapshot {
                target,
                name: Some(text),
                include_memory: false,
            },
            8 => DraftAction::DeleteSnapshot { target, name: text },
            9 => DraftAction::Rollback { target, name: text },
            10 => DraftAction::Migrate { target, node: text },
            11 => DraftAction::Clone {
                target,
                new_vmid: Some(number),
                name: Some(text),
                storage: None,
            },
            12 => DraftAction::ResizeDisk {
                target,
                disk: text,
                size_gib: number,
            },
            13 => DraftAction::MoveDisk {
                target,
                disk: "scsi0".to_owned(),
                storage: text,
            },
            14 => DraftAction::Destroy { target },
            15 => DraftAction::Backup {
                target,
                storage: text,
            },
            16 => DraftAction::HaAdd {
                target,
                state: HaState::Started,
            },
            17 => DraftAction::HaRemove { target },
            18 => DraftAction::PoolAdd { target, pool: text },
            19 => DraftAction::Drain { node: text },
            20 => DraftAction::Restore {
                volume: text,
                new_vmid: None,
            },
            21 => set(DraftConfig {
                memory_mib: Some(number),
                ..none()
            }),
            22 => set(DraftConfig {
                tags: Some(vec![text]),
                ..none()
            }),
            _ => set(DraftConfig {
                description: Some(text),
                ..none()
            }),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_draft_that_passes_a_clear_request_is_the_rules_own(
        request in proptest::sample::select(clear()),
        drafted in proptest::collection::vec(action(), 1..4),
    ) {
        let steps: Vec<DraftStep> = drafted.into_iter().map(step).collect();
        if let Ok(checked) = lint::check(request, &scene(), steps) {
            let Drafted::Draft(own) = draft(request) else {
                return Err(TestCaseError::fail(format!("{request:?} does not draft")));
            };
            for step in checked.steps() {
                let is_own = own.iter().any(|one| one.action.name() == step.action.name()
                    && one.action.target() == step.action.target());
                let beside = matches!(step.action, DraftAction::Snapshot { .. } | DraftAction::Shutdown { .. })
                    && own.iter().any(|one| one.action.target() == step.action.target());
                prop_assert!(is_own || beside, "{request:?}: {}", written(checked.steps()));
            }
        }
    }

    #[test]
    fn a_draft_that_passes_names_only_guests_of_the_request(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "web-01", "web-02", "db-01", "mail", "101", "reboot", "delete", "the", "cron", "job", "of", "not",
            "set", "memory", "8 GB", "snapshot", "x1", "move", "to", "pve2", "kindly", "and", "stop", "tag", "web",
            "notes", "HA", "remove", "drain", "back up", "pbs", "restore", "clone", "grow", "disk", "lösche", "except",
        ]), 0..10),
        drafted in proptest::collection::vec(action(), 1..3),
    ) {
        let request = words.join(" ");
        let steps: Vec<DraftStep> = drafted.into_iter().map(step).collect();
        if let Ok(checked) = lint::check(&request, &scene(), steps) {
            for step in checked.steps() {
                match step.action.target() {
                    Some(target) => {
                        let scene = scene();
                        let guest = scene.guests.iter().find(|guest| guest.target() == target);
                        let guest = guest.expect("a guest that passes is there");
                        prop_assert!(request.contains(&guest.name) || request.contains(&guest.vmid.to_string()), "{request:?}: {step:?}");
                    }
                    None => prop_assert!(request.contains("pve2") || request.contains("web") || request.contains("101"), "{request:?}: {step:?}"),
                }
                if matches!(step.action, DraftAction::Destroy { .. }) {
                    prop_assert!(matches!(BuiltIn.draft_now(&request, &scene()), Drafted::Draft(_)), "{request:?}");
                }
            }
        }
    }

    #[test]
    fn no_bytes_as_a_reply_get_past_the_linter(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "\\[\\{\"action\":\"guest\\.(destroy|stop|start)\",\"target\":\\{\"kind\":\"qemu\",\"vmid\":(101|102|999)\\}(,\"force\":true)?\\}\\]".prop_map(String::into_bytes),
        ],
    ) {
        if let Ok(actions) = serde_json::from_slice::<Vec<DraftAction>>(&bytes) {
            for request in ["is web-01 well?", "snapshot web-01", "nothing at all", "don't delete web-01 or stop 102"] {
                let steps = actions.iter().cloned().map(step).collect();
                let checked = lint::check(request, &scene(), steps);
                let named = checked.is_ok() && !actions.is_empty();
                prop_assert!(!named, "{request:?}: {actions:?}");
            }
        }
    }
}
