//! Power of guests.

use super::{Write, of_guest, task};
use crate::{guest::GuestRef, upid::Upid};

/// `POST …/status/start`, task `qmstart` or `vzstart` (`hastart` of a managed guest). Needs `VM.PowerMgmt`.
pub fn start(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/start"))
}

/// `POST …/status/stop`: pulls the plug. Task `qmstop` or `vzstop` (`hastop`). Needs `VM.PowerMgmt`.
pub fn stop(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/stop"))
}

/// How to shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shutdown {
    /// Seconds until Proxmox gives up; 60 if nothing is said. It never pulls the plug then.
    pub timeout: Option<u32>,
}

/// `POST …/status/shutdown`: asks the guest. Task `qmshutdown` or `vzshutdown` (`hastop`). Needs `VM.PowerMgmt`.
pub fn shutdown(guest: &GuestRef, options: Shutdown) -> Write<Upid> {
    let call = of_guest(guest).path("status/shutdown");
    task(call.number_if("timeout", options.timeout.map(u64::from)))
}

/// How to reboot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reboot {
    /// Seconds until Proxmox gives up waiting for the shutdown.
    pub timeout: Option<u32>,
}

/// `POST …/status/reboot`: asks the guest to shut down, then starts it. Task `qmreboot` or `vzreboot`. Needs
/// `VM.PowerMgmt`. A second call reboots a second time.
pub fn reboot(guest: &GuestRef, options: Reboot) -> Write<Upid> {
    let call = of_guest(guest).path("status/reboot");
    task(call.number_if("timeout", options.timeout.map(u64::from)))
}

/// `POST …/status/reset`: presses the reset button. Task `qmreset`; virtual machines only. Needs `VM.PowerMgmt`. A
/// second call resets a second time.
pub fn reset(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/reset"))
}

/// `POST …/status/suspend`: the virtual machine stands still and keeps its memory. Task `qmpause`. Needs
/// `VM.PowerMgmt`.
pub fn suspend(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/suspend"))
}

/// `POST …/status/suspend` with `todisk`: the virtual machine's memory goes to a volume and the machine ends, with the
/// guest lock `suspended` until it is started. Without a storage Proxmox chooses one. Task `qmsuspend`. Needs
/// `VM.PowerMgmt`, `VM.Config.Disk`, and `Datastore.AllocateSpace` on the storage. Refused for a managed guest.
pub fn suspend_to_disk(guest: &GuestRef, storage: Option<&str>) -> Write<Upid> {
    let call = of_guest(guest).path("status/suspend").flag("todisk", true);
    task(call.text_if("statestorage", storage))
}

/// `POST …/status/resume`, task `qmresume`; virtual machines only. Needs `VM.PowerMgmt`.
pub fn resume(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/resume"))
}
