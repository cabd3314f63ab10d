//! Any sequence of commands: people approve, take back, get and lose rights, plans are made anew, time passes. Whatever
//! they do, and in whatever order, a plan is confirmed only with its quorum, counted here without the code under test.

use std::collections::BTreeSet;

use argus_domain::approval::{Account, Case, Given, Granter};
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PlanDigest};
use argus_types::person::Role;
use proptest::prelude::*;

use crate::fixture::{HOUR, account, at, human};

/// Accounts of one world: the first two are the same human's, and the first is the author.
const PEOPLE: usize = 6;
/// How long an approval counts.
const COUNTS: i64 = HOUR;

#[derive(Debug, Clone)]
enum Command {
    Approve(usize),
    TakeBack(usize),
    Give {
        who: usize,
        role: Role,
        by: usize,
    },
    Disable(usize),
    Enable(usize),
    /// The plan is made anew by somebody: another revision, another digest.
    PlanAnew(usize),
    /// So many minutes pass.
    Wait(i64),
}

fn any_command() -> impl Strategy<Value = Command> {
    let who = || 0..PEOPLE;
    let role = prop_oneof![Just(Role::Viewer), Just(Role::Operator), Just(Role::Admin)];
    prop_oneof![
        8 => who().prop_map(Command::Approve),
        2 => who().prop_map(Command::TakeBack),
        2 => (who(), role, who()).prop_map(|(who, role, by)| Command::Give { who, role, by }),
        1 => who().prop_map(Command::Disable),
        1 => who().prop_map(Command::Enable),
        1 => who().prop_map(Command::PlanAnew),
        2 => (1..90_i64).prop_map(Command::Wait),
    ]
}

/// What was given, by number of the account.
struct Approval {
    by: usize,
    revision: u32,
    digest: PlanDigest,
    at: i64,
}

struct World {
    people: Vec<Account>,
    approvals: Vec<Approval>,
    revision: u32,
    editor: Option<usize>,
    now: i64,
}

impl World {
    fn new() -> Self {
        let mut people: Vec<Account> = (1..=PEOPLE as u128)
            .map(|number| account(number, Role::Admin))
            .collect();
        people[1].human = people[0].human;
        Self {
            people,
            approvals: Vec::new(),
            revision: 1,
            editor: None,
            now: 0,
        }
    }

    fn digest(&self) -> PlanDigest {
        PlanDigest::new([u8::try_from(self.revision % 250).expect("small"); 32])
    }

    fn given(&self) -> Vec<Given> {
        let given = self.approvals.iter().map(|one| Given {
            by: self.people[one.by],
            verdict: Verdict::Approve,
            revision: one.revision,
            digest: one.digest,
            expires_at: at(one.at + COUNTS),
        });
        given.collect()
    }

    /// What the code under test says, as the API asks it.
    fn ask<T>(&self, required: u8, question: impl FnOnce(&Case<'_>) -> T) -> T {
        let given = self.given();
        question(&Case {
            revision: self.revision,
            digest: self.digest(),
            required,
            own_approval: false,
            author: &self.people[0],
            editor: self.editor.map(|who| &self.people[who]),
            given: &given,
            confirmed_at: at(self.now),
            now: at(self.now),
        })
    }

    fn take(&mut self, required: u8, command: Command) {
        match command {
            Command::Approve(who) => {
                let person = self.people[who];
                if self.ask(required, |case| case.may_approve(&person)).is_ok() {
                    self.approvals.push(Approval {
                        by: who,
                        revision: self.revision,
                        digest: self.digest(),
                        at: self.now,
                    });
                }
            }
            Command::TakeBack(who) => self.approvals.retain(|one| one.by != who),
            Command::Give { who, role, by } => {
                let giver = self.people[by];
                let person = &mut self.people[who];
                person.role = role;
                person.role_since = at(self.now);
                person.granted_by = Granter::Admin {
                    person: giver.person,
                    human: giver.human,
                };
            }
            Command::Disable(who) => self.people[who].enabled = false,
            Command::Enable(who) => self.people[who].enabled = true,
            Command::PlanAnew(who) => {
                self.revision += 1;
                self.editor = Some(who);
            }
            Command::Wait(minutes) => self.now += minutes * 60,
        }
    }

    /// Humans other than author, editor and `confirmer` whose approval of the present plan counts, by the words of the
    /// rule: an admin who is enabled, within the time, and was not made one within a day by any of the others.
    fn tally(&self, confirmer: usize) -> BTreeSet<HumanId> {
        let involved: Vec<&Account> = [Some(0), self.editor, Some(confirmer)]
            .into_iter()
            .flatten()
            .map(|who| &self.people[who])
            .collect();
        self.approvals
            .iter()
            .filter(|one| one.revision == self.revision && one.digest == self.digest())
            .filter(|one| self.now < one.at + COUNTS)
            .map(|one| &self.people[one.by])
            .filter(|by| by.enabled && by.role == Role::Admin)
            .filter(|by| involved.iter().all(|other| by.human != other.human))
            .filter(|by| !involved.iter().any(|other| self.made(other, by)))
            .filter_map(|by| by.human)
            .collect()
    }

    /// Whether `maker` gave `one` its role within a day.
    fn made(&self, maker: &Account, one: &Account) -> bool {
        let Granter::Admin { person, human } = one.granted_by else {
            return false;
        };
        one.role_since > at(self.now - 24 * HOUR)
            && (person == maker.person || human == maker.human)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn no_sequence_of_commands_confirms_a_plan_without_its_quorum(
        required in 1..=3_u8,
        commands in prop::collection::vec(any_command(), 1..40),
    ) {
        let mut world = World::new();
        for command in commands {
            world.take(required, command);
            for confirmer in 0..PEOPLE {
                let person = world.people[confirmer];
                if world.ask(required, |case| case.may_confirm(&person)).is_ok() {
                    let tally = world.tally(confirmer);
                    prop_assert!(tally.len() >= usize::from(required), "{tally:?}");
                }
            }
        }
    }
}

/// The property above says something: sequences do reach a quorum.
#[test]
fn enough_approvals_by_others_do_confirm() {
    let mut world = World::new();
    assert_eq!(world.people[1].human, Some(human(1)));
    for who in [0, 1, 2, 3] {
        world.take(2, Command::Approve(who));
    }
    let confirm = |world: &World, who: usize| {
        let person = world.people[who];
        world.ask(2, |case| case.may_confirm(&person)).is_ok()
    };
    assert_eq!(world.approvals.len(), 2, "neither account of the author's");
    assert!(confirm(&world, 4) && !confirm(&world, 2));
    world.take(2, Command::PlanAnew(4));
    assert!(!confirm(&world, 4), "another plan");
}
