//! Every call that changes something, and every read that Proxmox itself guards, at everything that there is: each guest,
//! node, storage, volume and pool of the lab. What each needs is derived: from what the simulator's table declares, which
//! is held against Proxmox's own, and from what its code asks for beside that ([`super::variants`]).

use argus_proxmox_sim::{Check, GuestRecord, Served, served};

use super::need::{Need, Rights};
use super::variants::{Variant, variants};
use super::world::World;

/// One request, and what it needs.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method, path with names in braces, and what tells it from others there.
    pub name: String,
    pub method: &'static str,
    pub path: String,
    pub parameters: Vec<(String, String)>,
    /// What is asked before anything else.
    pub declared: Need,
    /// All that is asked before the answer.
    pub at_once: Need,
    /// What the task asks for that it starts.
    pub in_task: Need,
    /// The paths that it is about, as the access control list has them.
    pub about: Vec<String>,
}

/// What the names in a path stand for.
#[derive(Debug, Clone, Default)]
pub struct Place<'a> {
    names: Vec<(&'static str, String)>,
    pub guest: Option<&'a GuestRecord>,
}

impl Place<'_> {
    fn with(&self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        let mut place = self.clone();
        place.names.push((name, value.to_string()));
        place
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.names.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn node(&self) -> &str {
        self.get("node").unwrap_or_default()
    }
}

/// All of them. Reads that are open to everybody show what the reader has rights on, and are left out.
pub fn all(world: &World, rights: &Rights) -> Vec<Asked> {
    let wanted = served()
        // Whoever signs in is nobody yet, with a token or without.
        .filter(|call| call.check != Check::World)
        .filter(|call| call.method != "GET" || call.check != Check::User);
    wanted
        .flat_map(|call| {
            let places = places(&call, world).into_iter();
            places.flat_map(move |place| {
                let variants = variants(&call, &place, world, rights).into_iter();
                let asked: Vec<_> = variants.map(|one| asked(&call, &place, one)).collect();
                asked
            })
        })
        .collect()
}

/// Everything that a path can name.
fn places<'a>(call: &Served, world: &'a World) -> Vec<Place<'a>> {
    let names = |name: &str| call.path.contains(&format!("{{{name}}}"));
    let mut places = vec![Place::default()];
    if let Some(kind) = ["qemu", "lxc"]
        .into_iter()
        .find(|kind| names("vmid") && call.path.contains(&format!("/{kind}/")))
    {
        let guests = world.guests.iter().filter(|guest| guest.kind == kind);
        places = guests
            .map(|guest| {
                let at = Place {
                    guest: Some(guest),
                    ..Place::default()
                };
                at.with("vmid", &guest.vmid).with("node", &guest.node)
            })
            .collect();
    } else if names("id") && call.path.contains("/replication/") {
        let jobs = world.guests.iter().map(|guest| {
            let at = Place::default().with("id", &format!("{}-0", guest.vmid));
            at.with("vmid", &guest.vmid).with("node", &guest.node)
        });
        places = jobs.collect();
    } else if names("sid") {
        places = each(&places, "sid", world.guests.iter().map(sid));
    } else if names("storage") && names("node") {
        let storages = world.storages.iter();
        places = storages
            .flat_map(|storage| {
                let at = Place::default()
                    .with("storage", &storage.storage)
                    .with("node", world.seer_of(storage));
                if names("volume") {
                    let volumes = storage.contents.iter().map(|volume| &volume.volid);
                    each(&[at], "volume", volumes)
                } else {
                    vec![at]
                }
            })
            .collect();
    } else if names("storage") {
        places = each(&places, "storage", world.storage_names());
    } else if names("node") {
        places = each(&places, "node", &world.nodes);
    }
    if names("service") {
        places = each(&places, "service", ["chrony", "pve-firewall"]);
    }
    for (name, value) in [
        ("snapname", "before"),
        ("userid", "argus@pve"),
        ("tokenid", "ops"),
        ("roleid", "Argus-VM.Audit"),
        ("groupid", "argus"),
        // Of a task that is nobody's.
        (
            "upid",
            "UPID:pve1:0000A1B2:0001C3D4:69000000:qmstart:101:root@pam:",
        ),
    ] {
        if names(name) {
            places = each(&places, name, [value]);
        }
    }
    places
}

fn each<'a, T: ToString>(
    places: &[Place<'a>],
    name: &'static str,
    values: impl IntoIterator<Item = T>,
) -> Vec<Place<'a>> {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    let each = places
        .iter()
        .flat_map(|place| values.iter().map(|value| place.with(name, value)));
    each.collect()
}

pub fn sid(guest: &GuestRecord) -> String {
    let kind = if guest.kind == "qemu" { "vm" } else { "ct" };
    format!("{kind}:{}", guest.vmid)
}

fn asked(call: &Served, place: &Place<'_>, variant: Variant) -> Asked {
    let fill = |name: &str| {
        let given = variant.parameters.iter().find(|(known, _)| known == name);
        let given = given.map(|(_, value)| value.clone());
        place.get(name).map(str::to_owned).or(given)
    };
    let parts = call.path.split('/').map(|part| {
        let name = part.strip_prefix('{').and_then(|p| p.strip_suffix('}'));
        name.map_or_else(
            || part.to_owned(),
            |name| place.get(name).expect(name).to_owned(),
        )
    });
    let declared = Need::declared(call.check, &fill);
    let label = if variant.label.is_empty() {
        String::new()
    } else {
        format!(" {}", variant.label)
    };
    let about = [
        ("vmid", "/vms/"),
        ("storage", "/storage/"),
        ("node", "/nodes/"),
        ("poolid", "/pool/"),
    ];
    Asked {
        name: format!("{} {}{label}", call.method, call.path),
        method: call.method,
        path: parts.collect::<Vec<_>>().join("/"),
        at_once: declared.clone().and(variant.at_once),
        declared,
        in_task: variant.in_task,
        about: about
            .into_iter()
            .filter_map(|(name, root)| Some(format!("{root}{}", fill(name)?)))
            .collect(),
        parameters: variant.parameters,
    }
}
