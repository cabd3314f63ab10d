//! Volumes on storages. Each storage is asked through a node that sees it.

use super::{Carried, Write, done, node_call, task_or_done};
use crate::{call::CallBuilder, volume::VolumeId};

/// `PUT …/content/{volume}`: whether a backup is protected against removal. Needs the right to read it, and
/// `Datastore.AllocateSpace` on the storage.
pub fn volume_protect(node: &str, volume: &VolumeId, protected: bool) -> Write<()> {
    done(volume_call(CallBuilder::put(), node, volume).flag("protected", protected))
}

/// `PUT …/content/{volume}`: the note on a backup. Needs the same as [`volume_protect`].
pub fn volume_notes(node: &str, volume: &VolumeId, notes: &str) -> Write<()> {
    done(volume_call(CallBuilder::put(), node, volume).text("notes", notes))
}

/// `DELETE …/content/{volume}`: removes a volume, for good. Task `imgdel`. Needs `Datastore.Allocate` on the storage;
/// of a backup `Datastore.AllocateSpace` and `VM.Backup` on its guest are enough. Proxmox does not ask whether a
/// guest's configuration still names it.
pub fn volume_delete(node: &str, volume: &VolumeId) -> Write<Carried> {
    task_or_done(volume_call(CallBuilder::delete(), node, volume))
}

/// Any method on `/nodes/{node}/storage/{storage}/content/{volume}`
fn volume_call(call: CallBuilder, node: &str, volume: &VolumeId) -> CallBuilder {
    node_call(call, node)
        .segment("storage")
        .segment(volume.storage())
        .segment("content")
        .volume(volume)
}
