//! As little of the cluster as a draft can be made of: what the request is about, in numbers, names and words of closed
//! lists.

use serde_json::{Map, Value, json};

use super::brief::FreeText;
use super::hygiene::{clean, marked};
use super::subject::Subject;
use crate::scene::{Details, Scene, SceneGuest};

/// Most names of one list.
pub(super) const MOST_NAMES: usize = 40;
const DAY_S: i64 = 86_400;
const GIB: u64 = 1 << 30;

/// What a model is told of the cluster, as JSON. Field names are none that the redaction takes for a secret's.
pub(super) fn of(subject: &Subject, scene: &Scene, texts: &[FreeText]) -> Value {
    let guests = guests(subject, scene).into_iter();
    let guests: Vec<Value> = guests.map(|one| guest(one, scene)).collect();
    let named = |known: &[String]| {
        let named = known.iter().filter(|name| subject.names.contains(*name));
        names(named)
    };
    let mut context = Map::from_iter([
        ("guests".to_owned(), guests.into()),
        ("nodes".to_owned(), names(&scene.nodes)),
        ("storages".to_owned(), named(&scene.storages)),
        ("pools".to_owned(), named(&scene.pools)),
    ]);
    // Where there is none, nobody is told that there might be.
    let texts = of_others(subject, texts);
    if !texts.is_empty() {
        context.insert("texts_of_others".to_owned(), texts.into());
    }
    Value::Object(context)
}

/// The guests that are told of, in order.
pub(super) fn guests<'a>(subject: &Subject, scene: &'a Scene) -> Vec<&'a SceneGuest> {
    let mut guests: Vec<&SceneGuest> = scene
        .guests
        .iter()
        .filter(|guest| subject.guests.contains(&guest.target()))
        .collect();
    guests.sort_by_key(|guest| guest.target());
    guests
}

/// The texts of others that are told.
pub(super) fn told<'a>(
    subject: &Subject,
    texts: &'a [FreeText],
) -> impl Iterator<Item = &'a FreeText> {
    let about = texts
        .iter()
        .filter(|text| subject.guests.contains(&text.target));
    about.take(MOST_NAMES)
}

fn of_others(subject: &Subject, texts: &[FreeText]) -> Vec<Value> {
    let told = told(subject, texts).map(|text| {
        json!({
            "guest": format!("{}/{}", text.target.kind.as_str(), text.target.vmid),
            "where": text.channel.as_str(),
            "text": marked(&text.text),
        })
    });
    told.collect()
}

fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> Value {
    names
        .into_iter()
        .take(MOST_NAMES)
        .map(|name| clean(name))
        .collect()
}

fn guest(guest: &SceneGuest, scene: &Scene) -> Value {
    let mut told = Map::from_iter([
        ("kind".to_owned(), guest.kind.as_str().into()),
        ("vmid".to_owned(), guest.vmid.into()),
        ("name".to_owned(), clean(&guest.name).into()),
        ("node".to_owned(), clean(&guest.node).into()),
        ("running".to_owned(), guest.running.into()),
        ("tags".to_owned(), names(&guest.tags)),
    ]);
    if guest.template {
        told.insert("template".to_owned(), true.into());
    }
    if let Some(pool) = &guest.pool {
        told.insert("pool".to_owned(), clean(pool).into());
    }
    if let Some(details) = scene.details.get(&guest.target()) {
        tell(&mut told, details, scene.now_s);
    }
    Value::Object(told)
}

fn tell(told: &mut Map<String, Value>, details: &Details, now_s: i64) {
    let age = |taken: Option<i64>| taken.map(|taken| (now_s - taken).max(0) / DAY_S);
    let mut put = |name: &str, value: Option<Value>| {
        told.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("cores", details.cores.map(Value::from));
    put("memory_mib", details.memory_mib.map(Value::from));
    put(
        "disks",
        details.disks.as_ref().map(|disks| {
            let told = disks.iter().take(MOST_NAMES).map(|disk| {
                let gib = disk.bytes.map(|bytes| bytes / GIB);
                json!({ "disk": clean(&disk.key), "storage": clean(&disk.storage), "gib": gib })
            });
            told.collect()
        }),
    );
    put(
        "snapshots",
        details.snapshots.as_ref().map(|snapshots| {
            let told = snapshots
                .iter()
                .take(MOST_NAMES)
                .map(|one| json!({ "name": clean(&one.name), "age_days": age(one.taken_s) }));
            told.collect()
        }),
    );
    put(
        "backups",
        details.backups.as_ref().map(|backups| {
            let told = backups
                .iter()
                .take(MOST_NAMES)
                .map(|one| json!({ "volume": clean(&one.volume), "age_days": age(one.taken_s) }));
            told.collect()
        }),
    );
    put(
        "backup_storages",
        details.backup_storages.as_ref().map(names),
    );
}
