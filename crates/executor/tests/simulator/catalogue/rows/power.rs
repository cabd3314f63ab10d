//! Rows of what runs: power, pauses, and the agent within.

use argus_types::action::Action;

use super::Row;
use crate::lab::{self, vm};

pub fn start() -> Row {
    Row::new(
        |_| Action::Start { target: vm(108) },
        |_, now| now.runs(108),
    )
    .task("qmstart")
}

pub fn shutdown() -> Row {
    Row::new(|_| lab::shutdown(vm(102)), |_, now| now.is_stopped(102)).task("qmshutdown")
}

pub fn stop() -> Row {
    Row::new(
        |_| Action::Stop { target: vm(107) },
        |_, now| now.is_stopped(107),
    )
    .task("qmstop")
}

pub fn reboot() -> Row {
    Row::new(
        |_| Action::Reboot {
            target: vm(102),
            timeout_s: None,
        },
        |_, now| now.runs(102),
    )
    .task("qmreboot")
}

pub fn reset() -> Row {
    Row::new(
        |_| Action::Reset { target: vm(102) },
        |_, now| now.runs(102),
    )
    .task("qmreset")
}

pub fn suspend() -> Row {
    Row::new(
        |_| Action::Suspend { target: vm(102) },
        |_, now| now.guest(102, "paused") == true,
    )
    .task("qmpause")
}

pub fn resume() -> Row {
    Row::new(
        |_| Action::Resume { target: vm(102) },
        |_, now| now.runs(102),
    )
    .after(Action::Suspend { target: vm(102) })
    .task("qmresume")
}

pub fn hibernate() -> Row {
    Row::new(
        |_| Action::Hibernate { target: vm(102) },
        |_, now| now.is_stopped(102) && now.guest(102, "lock") == "suspended",
    )
    .task("qmsuspend")
}

pub fn agent_ping() -> Row {
    Row::new(
        |_| Action::AgentPing { target: vm(101) },
        |_, now| now.runs(101),
    )
}

pub fn agent_info() -> Row {
    Row::new(
        |_| Action::AgentInfo { target: vm(101) },
        |_, now| now.runs(101),
    )
}

pub fn agent_trim() -> Row {
    Row::new(
        |_| Action::AgentTrim { target: vm(101) },
        |_, now| now.runs(101),
    )
}
