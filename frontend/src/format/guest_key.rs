//! A guest's key as it stands in links: `qemu/101`.

use argus_types::id::{GuestKey, GuestKind, Vmid};

/// Reads what [`GuestKey`]'s `Display` writes.
pub fn parse(text: &str) -> Option<GuestKey> {
    let (kind, vmid) = text.split_once('/')?;
    let kind = match kind {
        "qemu" => GuestKind::Qemu,
        "lxc" => GuestKind::Lxc,
        _ => return None,
    };
    let vmid = Vmid::try_from(vmid.parse::<u32>().ok()?).ok()?;
    Some(GuestKey { kind, vmid })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_key_survives_a_link() {
        for text in ["qemu/101", "lxc/999999999"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_no_key() {
        for text in ["", "qemu", "qemu/", "qemu/99", "vm/101", "qemu/101/1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
