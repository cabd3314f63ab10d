//! How often what goes wrong in one schedule: most kinds are off in most schedules, so that each is also met alone.

use std::time::Duration;

use argus_executor::ports::Refusal;
use argus_executor::testing::Answer;
use argus_types::plan::{Command, Step};
use rand::RngExt;
use rand::rngs::StdRng;

/// Probabilities for each call, and bounds.
#[derive(Debug, Clone)]
pub struct Weather {
    /// A replica dies in this call.
    pub crash: f64,
    /// A replica stands still in this call.
    pub freeze: f64,
    /// A call takes time on its way there or back.
    pub slow: f64,
    /// A write to the database fails, done or not done.
    pub write_fails: f64,
    /// A read of Proxmox fails.
    pub read_fails: f64,
    /// A read of Proxmox tells what was so a while ago.
    pub read_late: f64,
    /// A request is not answered as it should be.
    pub answers: f64,
    /// Whether wall clocks are off and jump.
    pub clocks: bool,
}

/// What becomes of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// It is done and answered.
    Done,
    /// It is not done, and an error says so.
    Refused,
    /// It is done, and an error is answered.
    AnswerLost,
    /// An error is answered at once, and it is done so much later, where it still may.
    Late(Duration),
}

impl Weather {
    /// Draws one.
    pub fn draw(dice: &mut StdRng) -> Self {
        let mut some = |often: f64, most: f64| {
            if dice.random_bool(often) {
                dice.random_range(0.0..most)
            } else {
                0.0
            }
        };
        Self {
            crash: some(0.4, 0.05),
            freeze: some(0.25, 0.03),
            slow: some(0.5, 0.3),
            write_fails: some(0.3, 0.3),
            read_fails: some(0.25, 0.4),
            read_late: some(0.2, 0.3),
            answers: some(0.7, 1.0),
            clocks: dice.random_bool(0.2),
        }
    }

    /// What becomes of a write.
    pub fn write(&self, dice: &mut StdRng) -> Write {
        if !happens(dice, self.write_fails) {
            return Write::Done;
        }
        match dice.random_range(0..3) {
            0 => Write::Refused,
            1 => Write::AnswerLost,
            _ => Write::Late(Duration::from_millis(dice.random_range(1..2_000))),
        }
    }

    /// What becomes of a request.
    pub fn answer(&self, dice: &mut StdRng, step: &Step) -> Answer {
        if !happens(dice, self.answers) {
            return Answer::Task;
        }
        let at_once = matches!(step.command, Command::SetConfig { .. });
        let refused = |refusal| Answer::Refused(refusal, "no");
        match dice.random_range(0..19) {
            0 | 1 => Answer::Lost,
            // Longer than this no handler waits for its guest (Proxmox's own limit is 10 s).
            2 | 3 => Answer::LostAndLate(dice.random_range(1..=10)),
            4 | 5 => Answer::LostBefore,
            6 => Answer::NotSent,
            7 | 8 => refused(Refusal::Busy),
            9 => refused(Refusal::Final),
            10 => refused(Refusal::AlreadySo),
            11 if may_come_true(&step.command) => Answer::AlreadySo,
            // The others are about tasks.
            _ if at_once => Answer::Task,
            12 => Answer::TaskFails("it went wrong"),
            13 => Answer::NoEffect,
            14 => Answer::LostTrack(dice.random_range(1..=5)),
            15 => Answer::LostTrackAndNoEffect,
            16 => Answer::Forgotten(dice.random_bool(0.5)),
            17 if dice.random_bool(0.2) => Answer::NeverEnds,
            18 if takes_its_time(step) => Answer::Queued(dice.random_range(1..=25)),
            _ => Answer::TaskWarns("WARN: something is not as it should be"),
        }
    }
}

/// Whether Proxmox only queues the wish: of a guest under high availability that is being switched or moved, and nothing
/// else that is done to it.
fn takes_its_time(step: &Step) -> bool {
    let goes_through_ha = matches!(
        step.command,
        Command::Start {} | Command::Stop {} | Command::Shutdown { .. } | Command::Migrate { .. }
    );
    step.target.is_ha_managed() && goes_through_ha || matches!(step.command, Command::Reboot { .. })
}

/// Whether Proxmox answers a wish that has come true by another hand with an error of its own.
fn may_come_true(command: &Command) -> bool {
    matches!(
        command,
        Command::Start {} | Command::Stop {} | Command::Shutdown { .. }
    )
}

/// Whether something of this probability happens.
pub fn happens(dice: &mut StdRng, probability: f64) -> bool {
    probability > 0.0 && dice.random_bool(probability)
}
