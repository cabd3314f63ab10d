//! What a call can be sent with, as far as it decides about rights, and what Proxmox's code asks for beside what it
//! declares (proxmox.md 4; `PVE::API2::Qemu`, `PVE::API2::LXC`, `PVE::API2::VZDump`, `PVE::Storage::check_volume_access`).

use argus_proxmox_sim::{GuestRecord, Served, VolumeRecord};

use super::calls::{Place, sid};
use super::need::{Need, Rights};
use super::world::{World, bridge, disk, storage_of};

const VM: &str = "/vms/{vmid}";
const STORAGE: &str = "/storage/{storage}";
const ROOM: &str = "Datastore.AllocateSpace";

/// One way to send a call.
#[derive(Debug, Clone)]
pub struct Variant {
    /// What tells it from the others.
    pub label: &'static str,
    pub parameters: Vec<(String, String)>,
    /// What is asked for beside what is declared.
    pub at_once: Need,
    /// What the task asks for.
    pub in_task: Need,
}

fn sent(label: &'static str, parameters: &[(&str, &str)]) -> Variant {
    let parameters = parameters.iter();
    Variant {
        label,
        parameters: parameters
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        at_once: Need::NOTHING,
        in_task: Need::NOTHING,
    }
}

impl Variant {
    fn needs(mut self, need: Need) -> Self {
        self.at_once = self.at_once.and(need);
        self
    }

    fn needs_in_task(mut self, need: Need) -> Self {
        self.in_task = self.in_task.and(need);
        self
    }
}

/// All ways to send a call at a place.
pub fn variants(call: &Served, place: &Place<'_>, world: &World, rights: &Rights) -> Vec<Variant> {
    if let Some(guest) = place.guest {
        let of_guest = ["/nodes/{node}/qemu/{vmid}", "/nodes/{node}/lxc/{vmid}"];
        let tail = of_guest.iter().find_map(|own| call.path.strip_prefix(own));
        return of_a_guest(
            call.method,
            tail.expect("a guest's path"),
            guest,
            world,
            rights,
        );
    }
    match (call.method, call.path) {
        ("POST", "/nodes/{node}/vzdump") => backups(place.node(), world),
        ("POST", "/nodes/{node}/qemu") => restores(place.node(), "qemu", world, rights),
        ("POST", "/nodes/{node}/lxc") => restores(place.node(), "lxc", world, rights),
        (method, "/nodes/{node}/storage/{storage}/content/{volume}") => {
            let id = place.get("volume").expect("a volume");
            let mut all = world.storages.iter().flat_map(|storage| &storage.contents);
            of_a_volume(
                method,
                all.find(|volume| volume.volid == id).expect("a volume"),
            )
        }
        ("POST", "/nodes/{node}/status") => vec![
            sent("command=reboot", &[("command", "reboot")]),
            sent("command=shutdown", &[("command", "shutdown")]),
        ],
        ("POST", "/cluster/ha/resources") => {
            let guests = world.guests.iter();
            guests
                .map(|guest| sent("", &[("sid", &sid(guest))]))
                .collect()
        }
        (
            "POST",
            "/cluster/ha/resources/{sid}/migrate" | "/cluster/ha/resources/{sid}/relocate",
        ) => {
            vec![sent("", &[("node", "pve2")])]
        }
        ("POST", "/nodes/{node}/replication/{id}/schedule_now") => {
            let id = place.get("id").expect("a job");
            let guest = id.split('-').next().expect("a number");
            vec![sent("", &[]).needs(Need::on(VM, guest, "VM.Replicate"))]
        }
        ("DELETE", "/nodes/{node}/tasks/{upid}") => {
            let need = Need::on("/nodes/{node}", place.node(), "Sys.Modify");
            vec![sent("", &[]).needs(need)]
        }
        (_, "/pools") => pools(call.method, world),
        ("PUT", "/access/acl") => grants(world),
        ("PUT", "/storage/{storage}") => vec![sent("", &[("disable", "1")])],
        ("POST", "/storage") => vec![sent("", &[("storage", "more"), ("type", "dir")])],
        _ => vec![sent("", &[])],
    }
}

fn of_a_guest(
    method: &str,
    tail: &str,
    guest: &GuestRecord,
    world: &World,
    rights: &Rights,
) -> Vec<Variant> {
    let vmid = guest.vmid;
    let (storage, slot) = disk(guest);
    let room = |storage: &str| Need::on(STORAGE, storage, ROOM);
    let plain = || sent("", &[]);
    let is_vm = guest.kind == "qemu";
    match (method, tail) {
        // Memory goes to where the disks are.
        ("POST", "/status/suspend") if is_vm => vec![
            plain(),
            sent("todisk=1", &[("todisk", "1")])
                .needs(Need::on(VM, vmid, "VM.Config.Disk"))
                .needs(room(storage)),
        ],
        ("POST", "/migrate") => {
            let how = if is_vm { "online" } else { "restart" };
            let target = world.another_node(&guest.node);
            vec![sent("", &[("target", target), (how, "1")])]
        }
        ("POST", "/snapshot") => vec![sent("", &[("snapname", "another")])],
        ("POST", "/clone") => {
            let numbers = world.free_numbers(rights).into_iter();
            numbers
                .map(|number| {
                    let need = room(storage).and(plugged_in(guest));
                    sent("", &[("newid", &number.to_string()), ("full", "1")]).needs(need)
                })
                .collect()
        }
        ("PUT", "/config") => settings(guest),
        ("PUT", "/resize") => {
            vec![sent("", &[("disk", slot), ("size", "900G")]).needs(room(storage))]
        }
        ("POST", "/move_disk" | "/move_volume") => {
            let key = if is_vm { "disk" } else { "volume" };
            let to = world.storage_names().into_iter();
            to.map(|to| sent("", &[(key, slot), ("storage", to), ("delete", "1")]).needs(room(to)))
                .collect()
        }
        ("GET", "/feature") => vec![sent("", &[("feature", "snapshot")])],
        ("GET", "/rrddata") => vec![sent("", &[("timeframe", "hour")])],
        ("PUT", "/unlink") => vec![sent("", &[("idlist", slot)])],
        _ => vec![plain()],
    }
}

fn plugged_in(guest: &GuestRecord) -> Need {
    Need::on("/sdn/zones/localnetwork/{bridge}", bridge(guest), "SDN.Use")
}

/// A setting for each privilege that settings take.
fn settings(guest: &GuestRecord) -> Vec<Variant> {
    let (_, slot) = disk(guest);
    let boot = format!("order={slot}");
    let mut all = vec![
        ("cores=", ("cores", "1"), "VM.Config.CPU"),
        ("memory=", ("memory", "512"), "VM.Config.Memory"),
        ("onboot=", ("onboot", "1"), "VM.Config.Options"),
        (
            "nameserver=",
            ("nameserver", "192.0.2.1"),
            "VM.Config.Network",
        ),
    ];
    if guest.kind == "qemu" {
        all.push(("boot=", ("boot", boot.as_str()), "VM.Config.Disk"));
    }
    let each = all.into_iter();
    each.map(|(label, setting, privilege)| {
        sent(label, &[setting]).needs(Need::on(VM, guest.vmid, privilege))
    })
    .collect()
}

/// Whose guest it is shows in the task only.
fn backups(node: &str, world: &World) -> Vec<Variant> {
    let guests = world.guests.iter().filter(|guest| guest.node == node);
    let mut all = Vec::new();
    for guest in guests {
        let vmid = guest.vmid.to_string();
        let backed_up = Need::on(VM, guest.vmid, "VM.Backup");
        let of_it = |label, more: &[(&str, &str)]| {
            let given = [&[("vmid", vmid.as_str())], more].concat();
            sent(label, &given).needs_in_task(backed_up.clone())
        };
        all.push(of_it("to nowhere", &[]));
        for storage in world.storage_names() {
            let to = ("storage", storage);
            let room = Need::on(STORAGE, storage, ROOM);
            all.push(of_it("", &[to, ("remove", "0")]).needs(room.clone()));
            let more = Need::on(STORAGE, storage, "Datastore.Allocate");
            let keep = ("prune-backups", "keep-last=1");
            all.push(
                of_it("prune-backups=", &[to, keep])
                    .needs(room.clone())
                    .needs(more),
            );
            let slower = of_it("bwlimit=", &[to, ("bwlimit", "1")]);
            all.push(slower.needs(room).needs(Need::on("/", "", "Sys.Modify")));
        }
    }
    // Of all guests, those are left out that the caller may not back up.
    for storage in world.storage_names() {
        let room = Need::on(STORAGE, storage, ROOM);
        all.push(sent("all=1", &[("all", "1"), ("storage", storage)]).needs(room));
    }
    all
}

/// New guests, and over the guest that the archive is of.
fn restores(node: &str, kind: &str, world: &World, rights: &Rights) -> Vec<Variant> {
    let mut all = Vec::new();
    for (archive, owner) in world.archives(node, kind) {
        let (home, _) = disk(owner);
        let unpacked = |label, vmid: u32, force: bool| {
            let number = vmid.to_string();
            let mut given = vec![("vmid", number.as_str())];
            if kind == "lxc" {
                given.extend([("ostemplate", archive.volid.as_str()), ("restore", "1")]);
            } else {
                given.push(("archive", &archive.volid));
            }
            if force {
                given.push(("force", "1"));
            }
            let sent = sent(label, &given).needs_in_task(plugged_in(owner));
            // A container goes to `local` where nobody says where, a VM to where it was.
            if kind == "lxc" {
                sent.needs(Need::on(STORAGE, "local", ROOM))
            } else {
                sent.needs_in_task(Need::on(STORAGE, home, ROOM))
            }
        };
        for vmid in world.free_numbers(rights) {
            let made = Need::on("/vms/{new}", vmid, "VM.Allocate");
            all.push(
                unpacked("as another", vmid, false)
                    .needs(made)
                    .needs(readable(archive)),
            );
        }
        // A guest's own archive may be read for it.
        let over = Need::any_on(VM, owner.vmid, &["VM.Allocate", "VM.Backup"]);
        all.push(unpacked("over itself", owner.vmid, true).needs(over));
    }
    all
}

/// Who may read a volume.
fn readable(volume: &VolumeRecord) -> Need {
    let storage = storage_of(&volume.volid);
    let on = |any_of: &[&'static str]| Need::any_on(STORAGE, storage, any_of);
    let of_owner = |privilege| volume.vmid.map(|vmid| Need::on(VM, vmid, privilege));
    let enough = match (volume.content.as_str(), volume.vmid) {
        ("iso" | "vztmpl", _) => on(&[ROOM, "Datastore.Audit"]),
        (_, None) => Need::Never,
        ("backup", _) => on(&[ROOM]).and(of_owner("VM.Backup").expect("an owner")),
        _ => on(&["Datastore.Audit"]).and(of_owner("VM.Config.Disk").expect("an owner")),
    };
    Need::Any(vec![on(&["Datastore.Allocate"]), enough])
}

fn of_a_volume(method: &str, volume: &VolumeRecord) -> Vec<Variant> {
    let storage = storage_of(&volume.volid);
    match (method, volume.vmid) {
        ("DELETE", Some(owner)) if volume.content == "backup" => {
            let room = Need::on(STORAGE, storage, ROOM);
            let need = room.and(Need::on(VM, owner, "VM.Backup"));
            vec![sent("of a backup", &[]).needs(need)]
        }
        ("DELETE", _) => {
            let need = Need::on(STORAGE, storage, "Datastore.Allocate");
            vec![sent("of another volume", &[]).needs(need)]
        }
        _ => [
            ("protected=1", ("protected", "1")),
            ("protected=0", ("protected", "0")),
            ("notes=", ("notes", "x")),
        ]
        .into_iter()
        .map(|(label, given)| sent(label, &[given]).needs(readable(volume)))
        .collect(),
    }
}

/// Whoever changes members changes rights on them.
fn pools(method: &str, world: &World) -> Vec<Variant> {
    let mut all = Vec::new();
    for pool in &world.pools {
        let id = ("poolid", pool.as_str());
        if method != "PUT" {
            all.push(sent("", &[id]));
            continue;
        }
        for guest in &world.guests {
            let vmid = guest.vmid.to_string();
            let need = Need::any_on(VM, &vmid, &["Permissions.Modify", "VM.Allocate"]);
            let member = ("vms", vmid.as_str());
            all.push(sent("vms=", &[id, member]).needs(need.clone()));
            all.push(sent("vms=, delete=1", &[id, member, ("delete", "1")]).needs(need));
        }
        for storage in world.storage_names() {
            let any_of = ["Permissions.Modify", "Datastore.Allocate"];
            let need = Need::any_on(STORAGE, storage, &any_of);
            all.push(sent("storage=", &[id, ("storage", storage)]).needs(need));
        }
    }
    all
}

/// Rights on everything that there is, for a token of the configuration.
fn grants(world: &World) -> Vec<Variant> {
    let guests = world
        .guests
        .iter()
        .map(|guest| format!("/vms/{}", guest.vmid));
    let storages = world.storage_names().into_iter();
    let nodes = world.nodes.iter().map(|node| format!("/nodes/{node}"));
    let pools = world.pools.iter().map(|pool| format!("/pool/{pool}"));
    let at_large = [
        "/",
        "/access",
        "/vms",
        "/storage",
        "/sdn/zones/localnetwork/vmbr0",
    ];
    let paths = guests
        .map(|path| ("on a guest", path))
        .chain(storages.map(|storage| ("on a storage", format!("/storage/{storage}"))))
        .chain(nodes.map(|path| ("on a node", path)))
        .chain(pools.map(|path| ("on a pool", path)))
        .chain(at_large.map(|path| ("at large", path.to_owned())));
    let given = |label, path: &str| {
        let (role, who) = ("Argus-VM.PowerMgmt", "argus@pve!ops");
        sent(label, &[("path", path), ("roles", role), ("tokens", who)])
    };
    paths.map(|(label, path)| given(label, &path)).collect()
}
