//! Which volume is meant.

use std::{fmt, str::FromStr};

/// The id of a volume, such as `local:backup/vzdump-qemu-100-2026_11_22-10_00_00.vma.zst`: a storage, and a name on it
/// that only the storage understands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VolumeId {
    text: String,
    /// Length of the storage's name in bytes.
    storage: usize,
}

/// A text that is no volume's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no id of a volume")]
pub struct VolumeIdError(String);

impl VolumeId {
    /// The storage that holds it.
    pub fn storage(&self) -> &str {
        self.text.get(..self.storage).unwrap_or_default()
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for VolumeId {
    type Err = VolumeIdError;

    fn from_str(text: &str) -> Result<Self, VolumeIdError> {
        match text.split_once(':') {
            Some((storage, name)) if is_storage_name(storage) && is_volume_name(name) => Ok(Self {
                text: text.to_owned(),
                storage: storage.len(),
            }),
            _ => Err(VolumeIdError(text.chars().take(200).collect())),
        }
    }
}

/// A letter, then letters, digits, `-`, `_` and `.`, with a letter or digit at the end.
fn is_storage_name(name: &str) -> bool {
    let name = name.as_bytes();
    name.len() >= 2
        && name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.last().is_some_and(u8::is_ascii_alphanumeric)
        && name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_volume_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control())
}

impl fmt::Display for VolumeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_storage_and_a_name_on_it() {
        let table = [
            ("local-lvm:vm-100-disk-0", "local-lvm"),
            ("local:101/vm-101-disk-0.raw", "local"),
            ("pbs:backup/vm/100/2026-11-22T10:00:00Z", "pbs"),
        ];
        for (text, storage) in table {
            let volume: VolumeId = text.parse().unwrap();
            assert_eq!((volume.as_str(), volume.storage()), (text, storage));
            assert_eq!(volume.to_string(), text);
        }
    }

    #[test]
    fn a_host_path_an_empty_drive_and_half_an_id_are_no_volume() {
        for text in [
            "",
            "none",
            "cdrom",
            "/dev/sda",
            "/srv/a:b",
            "local:",
            ":x",
            "l:x",
            "-a:x",
            "a-:x",
            "a b:x",
            "local:a b",
            "local:a\n",
        ] {
            assert!(text.parse::<VolumeId>().is_err(), "{text:?}");
        }
    }
}
