//! Messages of Proxmox about what stands in the way of one kind of call.

use super::api::ApiErrorKind;

/// The parts of messages by which the state of one thing keeps one kind of call from being carried out. Lower case.
const IN_THE_WAY: [(&str, ApiErrorKind); 17] = [
    ("protection mode enabled", ApiErrorKind::Protected),
    ("cannot remove protected", ApiErrorKind::Protected),
    ("in use by linked clone", ApiErrorKind::LinkedClones),
    (
        "shrinking disks is not supported",
        ApiErrorKind::WouldShrink,
    ),
    ("unable to shrink disk", ApiErrorKind::WouldShrink),
    ("already at specified size", ApiErrorKind::AlreadySo),
    ("is already a pool member", ApiErrorKind::AlreadySo),
    ("is not a pool member", ApiErrorKind::AlreadySo),
    ("convert a template to a template", ApiErrorKind::AlreadySo),
    ("not ha managed", ApiErrorKind::HaNotDefined),
    ("no such resource 'vm:", ApiErrorKind::HaNotDefined),
    ("no such resource 'ct:", ApiErrorKind::HaNotDefined),
    ("guest agent is not running", ApiErrorKind::AgentNotRunning),
    (
        "no qemu guest agent configured",
        ApiErrorKind::AgentNotRunning,
    ),
    (
        "qmp command 'guest-ping' failed",
        ApiErrorKind::AgentNotRunning,
    ),
    ("already exists", ApiErrorKind::AlreadyExists),
    ("already used", ApiErrorKind::AlreadyExists),
];

/// The class of a message in lower case, where one of these is in it.
pub(super) fn named_in(text: &str) -> Option<ApiErrorKind> {
    if text.contains("resource id '") && text.contains("already defined") {
        return Some(ApiErrorKind::HaDefined);
    }
    IN_THE_WAY
        .iter()
        .find(|(part, _)| text.contains(part))
        .map(|(_, kind)| kind.clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::error::ApiError;

    #[test]
    fn what_stands_in_the_way_of_a_call_has_its_class() {
        use ApiErrorKind as K;
        let table = [
            ("QEMU guest agent is not running", K::AgentNotRunning),
            ("No QEMU guest agent configured", K::AgentNotRunning),
            (
                "VM 100 qmp command failed - guest agent is not running",
                K::AgentNotRunning,
            ),
            (
                "VM 100 qmp command 'guest-ping' failed - got timeout",
                K::AgentNotRunning,
            ),
            // It may still be trimming.
            (
                "VM 100 qmp command 'guest-fstrim' failed - got timeout",
                K::Other,
            ),
            (
                "can't remove VM 100 - protection mode enabled",
                K::Protected,
            ),
            (
                "cannot remove protected archive '/mnt/x.vma.zst'",
                K::Protected,
            ),
            (
                "base volume 'local-lvm:base-100-disk-0' is still in use by linked cloned",
                K::LinkedClones,
            ),
            ("shrinking disks is not supported", K::WouldShrink),
            ("unable to shrink disk size", K::WouldShrink),
            ("disk is already at specified size", K::AlreadySo),
            (
                "update pools failed: VM 100 is already a pool member",
                K::AlreadySo,
            ),
            (
                "update pools failed: VM 100 is not a pool member",
                K::AlreadySo,
            ),
            ("you can't convert a template to a template", K::AlreadySo),
            ("VM 100 belongs to pool 'prod'", K::Other),
            ("VM 100 already exists on node 'pve2'", K::AlreadyExists),
            (
                "unable to create VM 100: config file already exists",
                K::AlreadyExists,
            ),
            ("snapshot name 'a' already used", K::AlreadyExists),
            (
                "create resource failed: resource ID 'vm:100' already defined",
                K::HaDefined,
            ),
            ("resource 'vm:100' is not HA managed", K::HaNotDefined),
            (
                "cannot delete service 'vm:100', not HA managed!",
                K::HaNotDefined,
            ),
            (
                "update resource failed: no such resource 'ct:101'",
                K::HaNotDefined,
            ),
            ("no such replication job '100-0'", K::NotFound),
            (
                "unable to remove VM 100 - used in HA resources and purge parameter not set.",
                K::Other,
            ),
            ("VM 100 is running - destroy failed", K::Other),
        ];
        for (message, expected) in table {
            let error = ApiError {
                status: 500,
                reason: String::new(),
                message: message.to_owned(),
                errors: BTreeMap::new(),
            };
            assert_eq!(error.kind(), expected, "{message}");
        }
    }
}
