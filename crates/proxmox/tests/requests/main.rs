//! Every call as a value: method, path, query and form, exactly as they go out.

mod cluster_writes;
mod description;
mod documented;
mod guest_writes;
mod reads;
mod schema;

use argus_proxmox::{GuestRef, HaSid, Kind, Read, Upid, VolumeId, Write};

fn vm() -> GuestRef {
    guest(Kind::Qemu, 100)
}

fn ct() -> GuestRef {
    guest(Kind::Lxc, 101)
}

fn guest(kind: Kind, vmid: u32) -> GuestRef {
    GuestRef {
        node: "pve1".to_owned(),
        kind,
        vmid,
    }
}

fn sid(guest: &GuestRef) -> HaSid {
    HaSid::from(guest)
}

fn volume(text: &str) -> VolumeId {
    text.parse().expect("a valid volume id")
}

fn upid() -> Upid {
    "UPID:pve2:0003A1F2:01234567:6912AB34:qmstart:100:argus@pve!ops:"
        .parse()
        .expect("a valid task id")
}

fn read_line<T>(read: &Read<T>) -> String {
    let request = read.request().expect("a call that can be sent");
    assert!(
        request.body().is_empty(),
        "a GET with a body is refused by Proxmox"
    );
    format!("{} {}", request.method(), request.uri())
}

fn write_line<T>(write: &Write<T>) -> String {
    let request = write.request().expect("a call that can be sent");
    let form = std::str::from_utf8(request.body()).expect("a form is ASCII");
    format!("{} {} {form}", request.method(), request.uri())
        .trim_end()
        .to_owned()
}
