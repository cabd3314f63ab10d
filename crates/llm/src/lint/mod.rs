//! What a draft must be before anybody sees it, whoever wrote it.
//!
//! The linter reads the request itself and trusts nothing else: not the text of the cluster, not the model. A step passes
//! where its target is named in the request, where what it does is entailed by the request (or stands beside that: a
//! snapshot first, a shutdown before a removal), and where each parameter is in range and comes from the request or
//! from a closed list of the inventory. Free text is allowed in names and notes alone, by pattern. Where the rules
//! understand all of the request, their steps are the only right ones. Nothing here reads or writes.

mod class;
pub mod output;
mod parameters;
pub(crate) mod pattern;
pub(crate) mod range;

use std::fmt;

use crate::builtin::Entailed;
use crate::drafted::{DraftAction, DraftStep};
use crate::scene::{Scene, SceneGuest};

/// Most steps of one draft, as in the proposal schema.
pub(crate) const MOST_STEPS: usize = 50;

/// Steps that the linter has passed. There is no other way to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked(Vec<DraftStep>);

impl Checked {
    /// The steps.
    pub fn steps(&self) -> &[DraftStep] {
        &self.0
    }

    /// The steps, to go on with.
    pub fn into_steps(self) -> Vec<DraftStep> {
        self.0
    }
}

/// Why a step, or the whole draft, does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The step's place, from 0; `None` where it is about the draft.
    pub step: Option<usize>,
    /// Which rule.
    pub rule: Rule,
    /// What is wrong, in one clause.
    pub message: String,
}

/// The linter's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// One to fifty steps.
    Size,
    /// The target is one that the request names.
    Target,
    /// What is done is what the request wants done.
    Class,
    /// A parameter is in range and comes from where it may.
    Parameter,
    /// No text holds what must not be shown.
    Output,
    /// Where the rules understand the request, the draft says the same.
    Meaning,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Some(step) => write!(f, "step {}: {}", step + 1, self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Holds a draft against the request that it was made for.
pub fn check(request: &str, scene: &Scene, steps: Vec<DraftStep>) -> Result<Checked, Vec<Finding>> {
    if !(1..=MOST_STEPS).contains(&steps.len()) {
        return Err(vec![Finding {
            step: None,
            rule: Rule::Size,
            message: format!("a draft has 1 to {MOST_STEPS} steps, not {}", steps.len()),
        }]);
    }
    let entailed = Entailed::of(request, scene);
    let findings: Vec<Finding> = steps
        .iter()
        .enumerate()
        .flat_map(|(at, step)| {
            let found = Linter {
                entailed: &entailed,
                scene,
            }
            .step(&step.action);
            found.into_iter().map(move |(rule, message)| Finding {
                step: Some(at),
                rule,
                message,
            })
        })
        .chain(left_out(&entailed, &steps))
        .collect();
    if findings.is_empty() {
        Ok(Checked(steps))
    } else {
        Err(findings)
    }
}

/// Where all of the request is understood, all of it is drafted, in its order.
fn left_out(entailed: &Entailed, steps: &[DraftStep]) -> Option<Finding> {
    let wanted = entailed.steps.as_ref()?;
    let mut drafted = steps.iter();
    let missing = wanted
        .iter()
        .find(|step| !drafted.any(|one| parameters::same(&step.action, &one.action)))?;
    Some(Finding {
        step: None,
        rule: Rule::Meaning,
        message: format!("the request also wants {}", missing.action.name()),
    })
}

type Found = Result<(), (Rule, String)>;

/// Looks at one step.
#[derive(Clone, Copy)]
struct Linter<'a> {
    entailed: &'a Entailed,
    scene: &'a Scene,
}

impl<'a> Linter<'a> {
    fn step(self, action: &DraftAction) -> Vec<(Rule, String)> {
        let texts = parameters::texts(action);
        let output = texts.into_iter().find_map(|text| {
            let objection = output::objection(text)?;
            Some((Rule::Output, format!("a text is refused: {objection}")))
        });
        let checks = [
            self.target(action),
            self.class(action),
            self.parameters(action),
            self.meaning(action),
        ];
        let found = checks.into_iter().filter_map(Result::err);
        found.chain(output).collect()
    }

    /// The guest that an action is about: of a restore the one that was backed up.
    fn guest(self, action: &DraftAction) -> Option<&'a SceneGuest> {
        let target = match action {
            DraftAction::Restore { volume, .. } => {
                let mut details = self.scene.details.iter();
                let owner = details.find(|(_, details)| {
                    let mut backups = details.backups.iter().flatten();
                    backups.any(|backup| backup.volume == *volume)
                });
                *owner?.0
            }
            other => other.target()?,
        };
        let mut guests = self.scene.guests.iter();
        guests.find(|guest| guest.target() == target)
    }

    fn target(self, action: &DraftAction) -> Found {
        if let DraftAction::Drain { node } = action {
            return if self.scene.nodes.contains(node) && self.entailed.names.contains(node) {
                Ok(())
            } else {
                Err((Rule::Target, format!("the request names no node {node}")))
            };
        }
        match self.guest(action) {
            Some(guest) if self.entailed.targets.contains(&guest.target()) => Ok(()),
            Some(guest) => Err((
                Rule::Target,
                format!("the request does not name {} ({})", guest.name, guest.vmid),
            )),
            None => Err((Rule::Target, "its guest is not in the cluster".to_owned())),
        }
    }

    /// Where the rules understand the request, a step is one of theirs or stands beside one.
    fn meaning(self, action: &DraftAction) -> Found {
        let Some(wanted) = &self.entailed.steps else {
            return Ok(());
        };
        let is_wanted = wanted
            .iter()
            .any(|step| parameters::same(&step.action, action));
        let stands_beside = wanted
            .iter()
            .any(|step| class::is_companion(action, &step.action));
        if is_wanted || stands_beside {
            Ok(())
        } else {
            Err((
                Rule::Meaning,
                format!("the request does not want {} so", action.name()),
            ))
        }
    }
}
