//! Disks of guests.

use super::{Write, guest_call, of_guest, task};
use crate::{
    call::CallBuilder,
    guest::{GuestRef, Kind},
    upid::Upid,
};

/// A format of disk images on storages that hold files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// Plain.
    Raw,
    /// QEMU's own.
    Qcow2,
    /// That of another vendor, for disks that came from there.
    Vmdk,
}

impl ImageFormat {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Qcow2 => "qcow2",
            Self::Vmdk => "vmdk",
        }
    }
}

/// How large a disk is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resize {
    /// Where it is attached, such as `scsi0` or `rootfs`.
    pub disk: String,
    /// Size in bytes that it is to have, never an increase: a second call finds it done.
    pub size: u64,
    /// Digest of the configuration that the size was decided on.
    pub digest: Option<String>,
}

/// `PUT …/resize`, task `resize`. The size goes out in Proxmox's own notation, such as `32G`. Needs `VM.Config.Disk`,
/// and `Datastore.AllocateSpace` on the storage. A smaller size is refused, as
/// [`crate::ApiErrorKind::WouldShrink`], and by a container the present one, as [`crate::ApiErrorKind::AlreadySo`].
pub fn resize(guest: &GuestRef, options: &Resize) -> Write<Upid> {
    let call = guest_call(CallBuilder::put(), guest)
        .segment("resize")
        .text("disk", &options.disk)
        .text("size", &notation(options.size))
        .text_if("digest", options.digest.as_deref());
    task(call)
}

/// Bytes in the largest unit that leaves no rest, as configurations have them.
fn notation(bytes: u64) -> String {
    let units = [(40, 'T'), (30, 'G'), (20, 'M'), (10, 'K')];
    let whole = units
        .into_iter()
        .find(|(shift, _)| bytes != 0 && bytes.trailing_zeros() >= *shift);
    match whole {
        Some((shift, unit)) => format!("{}{unit}", bytes >> shift),
        None => bytes.to_string(),
    }
}

/// Where a disk goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveDisk {
    /// Where it is attached, such as `scsi0`, `rootfs` or `mp0`.
    pub disk: String,
    /// Storage to move it to.
    pub storage: String,
    /// Whether the old volume goes; otherwise it stays attached to nothing, as `unused0`.
    pub delete: bool,
    /// Format to have there. Virtual machines only; left out for containers.
    pub format: Option<ImageFormat>,
    /// Digest of the configuration that the move was decided on.
    pub digest: Option<String>,
}

/// `POST …/move_disk`, task `qmmove`, or of a container, which has to be stopped, `POST …/move_volume`, task
/// `move_volume`. Needs `VM.Config.Disk`, and `Datastore.AllocateSpace` on the storage.
pub fn move_disk(guest: &GuestRef, options: &MoveDisk) -> Write<Upid> {
    let (path, disk, format) = match guest.kind {
        Kind::Qemu => ("move_disk", "disk", options.format),
        Kind::Lxc => ("move_volume", "volume", None),
    };
    let call = of_guest(guest)
        .segment(path)
        .text(disk, &options.disk)
        .text("storage", &options.storage)
        .flag("delete", options.delete)
        .text_if("format", format.map(ImageFormat::as_str))
        .text_if("digest", options.digest.as_deref());
    task(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_in_the_largest_whole_unit() {
        let table = [
            (32 << 30, "32G"),
            (1 << 40, "1T"),
            (1536 << 30, "1536G"),
            (4 << 20, "4M"),
            (528 << 10, "528K"),
            ((1 << 30) + 1, "1073741825"),
            (0, "0"),
            (u64::MAX, "18446744073709551615"),
        ];
        for (bytes, expected) in table {
            assert_eq!(notation(bytes), expected);
        }
    }
}
