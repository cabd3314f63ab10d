//! Configuration of guests.

use super::{Carried, Write, done, guest_call, of_guest, task_or_done};
use crate::{call::CallBuilder, guest::GuestRef};

/// `PUT …/config`: sets options, while the caller waits and without a task. With `digest` Proxmox refuses where the
/// configuration is another one by now. Needs `VM.Config.*` by option.
pub fn config_set<'a>(
    guest: &GuestRef,
    options: impl IntoIterator<Item = (&'a str, &'a str)>,
    digest: Option<&str>,
) -> Write<()> {
    let mut call = guest_call(CallBuilder::put(), guest).segment("config");
    for (name, value) in options {
        call = call.text(name, value);
    }
    done(call.text_if("digest", digest))
}

/// `POST …/template`: makes a guest a template, for good. A virtual machine's disks are converted in a task
/// `qmtemplate`, a container's before the answer. Needs `VM.Allocate`. Refused where it runs or has snapshots; of a
/// template the error's class is [`crate::ApiErrorKind::AlreadySo`].
pub fn template(guest: &GuestRef) -> Write<Carried> {
    task_or_done(of_guest(guest).segment("template"))
}
