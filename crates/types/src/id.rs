//! Names and numbers that identify things.
//!
//! A guest is (cluster, kind, vmid) everywhere; a name is only shown. Each type is parsed once, at the edge,
//! and cannot hold a wrong value afterwards.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why an id was refused; says what a right one looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError(&'static str);

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for IdError {}

/// Declares a newtype over `String` whose every value has passed `$check`.
macro_rules! text_id {
    (
        $(#[$doc:meta])* $name:ident, $check:expr, $wrong:literal,
        pattern = $pattern:literal, max = $max:literal $(, not = $not:literal)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text, as Proxmox and people write it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err(IdError($wrong)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "maxLength": $max, "pattern": $pattern
                    $(, "not": { "pattern": $not })?
                })
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some($pattern))
                    .max_length(Some($max))
                    .into()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {}
    };
}

/// A host label: letters, digits and inner hyphens.
fn is_label(text: &str, max: usize) -> bool {
    let bytes = text.as_bytes();
    !bytes.is_empty()
        && bytes.len() <= max
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
        && bytes.first() != Some(&b'-')
        && bytes.last() != Some(&b'-')
}

text_id!(
    /// Argus' own id of one Proxmox VE cluster, from the configuration.
    ClusterId,
    |text| is_label(text, 40),
    "a cluster id is 1 to 40 letters, digits and inner hyphens",
    pattern = "^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
    max = 40
);

text_id!(
    /// A Proxmox VE node's name, spelt exactly as `/nodes` spells it (another spelling fails inside
    /// Proxmox's proxy with a certificate error).
    NodeName,
    |text| is_label(text, 63),
    "a node name is 1 to 63 letters, digits and inner hyphens",
    pattern = "^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$",
    max = 63
);

text_id!(
    /// The name of a guest snapshot: a letter, then letters, digits, `_` or `-`, 2 to 40 in all, and
    /// neither of Proxmox's reserved words `current` and `pending`.
    SnapshotName,
    |text| {
        let bytes = text.as_bytes();
        (2..=40).contains(&bytes.len())
            && bytes[0].is_ascii_alphabetic()
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            && !text.eq_ignore_ascii_case("current")
            && !text.eq_ignore_ascii_case("pending")
    },
    "a snapshot name is a letter and 1 to 39 letters, digits, '_' or '-', and not 'current' or 'pending'",
    pattern = "^[A-Za-z][A-Za-z0-9_-]{1,39}$",
    max = 40,
    not = "^([Cc][Uu][Rr][Rr][Ee][Nn][Tt]|[Pp][Ee][Nn][Dd][Ii][Nn][Gg])$"
);

text_id!(
    /// A guest's tag as Argus writes it: small letters, digits, `_`, `-`, `+` or `.`, beginning with a letter, digit or
    /// `_`, 64 at most. Proxmox takes others' capitals as small letters.
    Tag,
    |text| {
        let bytes = text.as_bytes();
        let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_';
        (1..=64).contains(&bytes.len())
            && plain(&bytes[0])
            && bytes.iter().all(|b| plain(b) || matches!(b, b'-' | b'+' | b'.'))
    },
    "a tag is 1 to 64 small letters, digits, '_', '-', '+' or '.', beginning with a letter, digit or '_'",
    pattern = "^[a-z0-9_][a-z0-9_.+-]{0,63}$",
    max = 64
);

text_id!(
    /// A configured storage: a letter, then letters, digits, `-`, `_` or `.`, ending in a letter or digit, 2 to 100.
    StorageName,
    |text| {
        let bytes = text.as_bytes();
        (2..=100).contains(&bytes.len())
            && bytes[0].is_ascii_alphabetic()
            && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    },
    "a storage name is a letter, then letters, digits, '-', '_' or '.', 2 to 100 in all",
    pattern = "^[A-Za-z][A-Za-z0-9._-]{0,98}[A-Za-z0-9]$",
    max = 100
);

text_id!(
    /// One volume on a storage as Proxmox writes it, such as `local-lvm:vm-101-disk-0`.
    VolumeId,
    |text| {
        text.len() <= 255
            && text.split_once(':').is_some_and(|(storage, path)| {
                storage.parse::<StorageName>().is_ok()
                    && !path.is_empty()
                    && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
                    && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+@:=".contains(&b))
            })
    },
    "a volume is STORAGE:PATH with letters, digits and / . _ - + @ : = in the path, 255 characters at most",
    // Neither `.` nor `..` is a part, said without looking ahead: not every validator can.
    pattern = "^[A-Za-z][A-Za-z0-9._-]{0,98}[A-Za-z0-9]:([.]{0,2}[A-Za-z0-9_+@:=-]|[.]{3})[A-Za-z0-9._+@:=-]*(/([.]{0,2}[A-Za-z0-9_+@:=-]|[.]{3})[A-Za-z0-9._+@:=-]*)*$",
    max = 255
);

impl VolumeId {
    /// The storage that holds it.
    ///
    /// # Panics
    /// Never: the name was checked when the volume was parsed.
    pub fn storage(&self) -> StorageName {
        let name = self.0.split_once(':').map_or("", |(storage, _)| storage);
        name.parse().expect("checked when it was parsed")
    }

    /// What stands behind the storage's name.
    pub fn path(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, path)| path)
    }
}

text_id!(
    /// A disk of a guest by the key that its configuration has for it, such as `scsi0`, `rootfs` or `mp1`.
    DiskKey,
    |text| {
        let numbered = |bus: &str, most: u16| {
            text.strip_prefix(bus).is_some_and(|number| {
                !number.starts_with('+')
                    && (number == "0" || !number.starts_with('0'))
                    && number.parse::<u16>().is_ok_and(|number| number <= most)
            })
        };
        text == "rootfs"
            || [("scsi", 30), ("virtio", 15), ("sata", 5), ("ide", 3), ("mp", 255)]
                .into_iter()
                .chain([("efidisk", 0), ("tpmstate", 0)])
                .any(|(bus, most)| numbered(bus, most))
    },
    "a disk is scsi0 to scsi30, virtio0 to virtio15, sata0 to sata5, ide0 to ide3, efidisk0, tpmstate0, rootfs or mp0 to mp255",
    pattern = "^(rootfs|efidisk0|tpmstate0|ide[0-3]|sata[0-5]|virtio([0-9]|1[0-5])|scsi([0-9]|[12][0-9]|30)|mp([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]))$",
    max = 9
);

text_id!(
    /// A device that a virtual machine can boot from: one of its disks or network cards.
    BootDevice,
    |text| {
        text.parse::<DiskKey>().is_ok_and(|disk| !matches!(disk.as_str(), "rootfs" | "efidisk0" | "tpmstate0") && !disk.as_str().starts_with("mp"))
            || text.strip_prefix("net").is_some_and(|number| {
                (number == "0" || !number.starts_with(['0', '+'])) && number.parse::<u8>().is_ok_and(|number| number <= 31)
            })
    },
    "a device to boot from is a disk such as scsi0, or a network card from net0 to net31",
    pattern = "^(ide[0-3]|sata[0-5]|virtio([0-9]|1[0-5])|scsi([0-9]|[12][0-9]|30)|net([0-9]|[12][0-9]|3[01]))$",
    max = 8
);

text_id!(
    /// A Proxmox pool: letters, digits, `-`, `_`, `.` and, between nested ones, `/`.
    PoolName,
    |text| {
        let part = |part: &str| {
            let bytes = part.as_bytes();
            !bytes.is_empty()
                && bytes[0].is_ascii_alphanumeric()
                && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        text.len() <= 200 && text.split('/').count() <= 3 && text.split('/').all(part)
    },
    "a pool is letters, digits, '-', '_' and '.', at most three levels joined by '/'",
    pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,2}$",
    max = 200
);

text_id!(
    /// A new guest's name: a host name of one or more labels, 63 characters at most.
    GuestName,
    |text| text.len() <= 63 && text.split('.').all(|label| is_label(label, 63)),
    "a guest's name is letters, digits, inner hyphens and dots, 63 at most",
    pattern = "^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$",
    max = 63
);

/// Proxmox's number of a guest, 100 to 999,999,999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = u32, minimum = 100, maximum = 999_999_999))]
pub struct Vmid(u32);

impl Vmid {
    /// Smallest number that Proxmox gives a guest.
    pub const MIN: u32 = 100;
    /// Largest number that Proxmox gives a guest.
    pub const MAX: u32 = 999_999_999;

    /// The number itself.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Vmid {
    type Error = IdError;
    fn try_from(number: u32) -> Result<Self, IdError> {
        if (Self::MIN..=Self::MAX).contains(&number) {
            Ok(Self(number))
        } else {
            Err(IdError("a vmid is a number from 100 to 999999999"))
        }
    }
}

impl From<Vmid> for u32 {
    fn from(vmid: Vmid) -> Self {
        vmid.0
    }
}

impl fmt::Display for Vmid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Vmid {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Vmid".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": Self::MIN, "maximum": Self::MAX })
    }
}

/// What a guest is: a virtual machine or a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum GuestKind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

impl GuestKind {
    /// Proxmox's word, as it stands in paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qemu => "qemu",
            Self::Lxc => "lxc",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Qemu => "VM",
            Self::Lxc => "container",
        }
    }
}

impl fmt::Display for GuestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A guest within one cluster. Written `qemu/101`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct GuestKey {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number.
    pub vmid: Vmid,
}

impl fmt::Display for GuestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.vmid)
    }
}

impl FromStr for GuestKey {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, vmid) = text.split_once('/').ok_or(())?;
        let kind = [GuestKind::Qemu, GuestKind::Lxc]
            .into_iter()
            .find(|one| one.to_string() == kind)
            .ok_or(())?;
        let vmid: u32 = vmid.parse().map_err(|_| ())?;
        let vmid = Vmid::try_from(vmid).map_err(|_| ())?;
        Ok(Self { kind, vmid })
    }
}

/// Declares a newtype over a UUID.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name(pub Uuid);

        impl $name {
            /// The first eight hexadecimal digits of the random half: short enough to say aloud.
            pub fn short(self) -> String {
                hex::encode(&self.0.as_bytes()[12..16])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError("an id is a UUID"))
            }
        }
    };
}

uuid_id!(
    /// One proposal, through all its revisions.
    ProposalId
);
uuid_id!(
    /// One execution of one confirmed plan.
    ExecutionId
);
uuid_id!(
    /// One account of a human being; who is behind it is [`HumanId`].
    PersonId
);
uuid_id!(
    /// One human being, with however many accounts.
    HumanId
);
uuid_id!(
    /// One signed-in browser, through all its access tokens.
    SessionId
);
uuid_id!(
    /// One passkey.
    PasskeyId
);
uuid_id!(
    /// One API token.
    TokenId
);
uuid_id!(
    /// One fresh passkey assertion for one act.
    StepUpId
);
uuid_id!(
    /// One start that was put off.
    ScheduleId
);
uuid_id!(
    /// One passkey ceremony that was begun.
    CeremonyId
);

/// SHA-256 over the canonical form (RFC 8785) of what people approve or decide by: a plan, a policy, or the evidence
/// about a step. 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlanDigest([u8; 32]);

impl PlanDigest {
    /// Takes the 32 bytes of the hash.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The first twelve digits, for people to compare at a glance; never used to decide.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..6])
    }
}

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlanDigest({self})")
    }
}

impl FromStr for PlanDigest {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = IdError("a plan digest is 64 lower-case hexadecimal digits");
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(wrong);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| wrong)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for PlanDigest {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<PlanDigest> for String {
    fn from(digest: PlanDigest) -> Self {
        digest.to_string()
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for PlanDigest {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9a-f]{64}$"))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for PlanDigest {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_names_are_host_labels() {
        assert!("pve1".parse::<NodeName>().is_ok());
        for wrong in ["", "-a", "a-", "a.b", "a/b", "ä", &"x".repeat(64)] {
            assert!(wrong.parse::<NodeName>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn snapshot_names_follow_proxmox_and_leave_its_reserved_words_out() {
        assert!("before-update_2".parse::<SnapshotName>().is_ok());
        for wrong in ["a", "1a", "current", "Pending", "a b", &"x".repeat(41)] {
            assert!(wrong.parse::<SnapshotName>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_vmid_outside_proxmox_range_does_not_deserialise() {
        for wrong in [
            "99",
            "1000000000",
            "9223372036854775808",
            "-1",
            "1.5",
            "\"100\"",
        ] {
            assert!(serde_json::from_str::<Vmid>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn volumes_name_their_storage_and_never_climb_out_of_it() {
        let volume: VolumeId = "nfs:backup/vzdump-qemu-101-2026_11_20-02_00_00.vma.zst"
            .parse()
            .unwrap();
        assert_eq!(volume.storage().as_str(), "nfs");
        assert!(volume.path().starts_with("backup/"));
        let pbs = "pbs:backup/vm/101/2026-11-20T02:00:00Z";
        assert!(pbs.parse::<VolumeId>().is_ok());
        for wrong in [
            "",
            "nfs",
            "nfs:",
            ":x",
            "nfs:../x",
            "nfs:a/../b",
            "nfs:a//b",
            "nfs:/a",
            "nfs:a b",
            "nfs:a?b",
            "n:x",
        ] {
            assert!(wrong.parse::<VolumeId>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn disks_are_those_that_proxmox_counts() {
        for right in [
            "scsi0", "scsi30", "virtio15", "sata5", "ide3", "rootfs", "mp255", "efidisk0",
        ] {
            assert!(right.parse::<DiskKey>().is_ok(), "{right:?}");
        }
        for wrong in [
            "scsi31", "scsi", "scsi01", "scsi+1", "mp256", "unused0", "net0", "rootfs0", "SCSI0",
        ] {
            assert!(wrong.parse::<DiskKey>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_digest_has_one_spelling() {
        let digest = PlanDigest::new([0xab; 32]);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!(
            digest
                .to_string()
                .to_uppercase()
                .parse::<PlanDigest>()
                .is_err()
        );
    }
}
