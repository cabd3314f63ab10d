//! Every text of the cluster that the context tells, once more and as it is: what of it reads like an order.

use std::collections::BTreeSet;

use super::brief::Brief;
use super::context::{self, MOST_NAMES};
use super::hygiene::clean;
use super::orders::{self, Suspect};
use super::subject::Subject;
use crate::drafted::DraftTarget;
use crate::redact::{Redaction, placeholders};
use crate::scene::Scene;

/// Most characters of an excerpt.
const LONGEST_EXCERPT: usize = 200;
/// Most texts that are named: whoever reads them is not helped by more.
const MOST_SUSPECTS: usize = 40;

/// A text, and where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Told<'a> {
    object: String,
    field: &'static str,
    text: &'a str,
}

/// The texts of a prompt about this that read like an order to a model.
pub(super) fn suspects(
    subject: &Subject,
    brief: &Brief<'_>,
    redaction: &mut Redaction,
) -> Vec<Suspect> {
    let found = told(subject, brief).into_iter().filter_map(|told| {
        let reasons = orders::reasons(told.text);
        (!reasons.is_empty()).then(|| Suspect {
            object: redaction.text(&clean(&told.object)).as_str().to_owned(),
            field: told.field,
            reasons,
            excerpt: excerpt(told.text, redaction),
        })
    });
    found.take(MOST_SUSPECTS).collect()
}

/// What a model is told of a text, in plain words and without a placeholder that is cut through.
fn excerpt(text: &str, redaction: &mut Redaction) -> String {
    let redacted = redaction.text(&clean(text));
    let text = redacted.as_str();
    let Some((end, _)) = text.char_indices().nth(LONGEST_EXCERPT) else {
        return text.to_owned();
    };
    let cut = placeholders(text).find(|one| one.range.contains(&end));
    text[..cut.map_or(end, |one| one.range.start)].to_owned()
}

/// All of them, each once. The limits are those of the context.
fn told<'a>(subject: &Subject, brief: &Brief<'a>) -> Vec<Told<'a>> {
    let scene = brief.scene;
    let mut all = Vec::new();
    for guest in context::guests(subject, scene) {
        let object = object(guest.target());
        let mut put = |field, texts: &mut dyn Iterator<Item = &'a String>| {
            all.extend(texts.take(MOST_NAMES).map(|text| Told {
                object: object.clone(),
                field,
                text: text.as_str(),
            }));
        };
        put("name", &mut std::iter::once(&guest.name));
        put("tag", &mut guest.tags.iter());
        if let Some(details) = scene.details.get(&guest.target()) {
            put(
                "disk",
                &mut details.disks.iter().flatten().map(|one| &one.key),
            );
            let snapshots = details.snapshots.iter().flatten();
            put("snapshot", &mut snapshots.map(|one| &one.name));
            let backups = details.backups.iter().flatten();
            put("backup", &mut backups.map(|one| &one.volume));
        }
    }
    for (kind, name) in shared(subject, scene) {
        all.push(Told {
            object: format!("{kind}/{name}"),
            field: "name",
            text: name,
        });
    }
    all.extend(context::told(subject, brief.texts).map(|one| Told {
        object: object(one.target),
        field: one.channel.field(),
        text: &one.text,
    }));
    all
}

/// Names of what more than one guest has to do with: those that are told by themselves or with a guest.
fn shared<'a>(subject: &Subject, scene: &'a Scene) -> BTreeSet<(&'static str, &'a str)> {
    let named = |known: &'a [String]| {
        let named = known.iter().filter(|name| subject.names.contains(*name));
        named.take(MOST_NAMES)
    };
    let nodes = scene.nodes.iter().take(MOST_NAMES);
    let mut names: BTreeSet<(&str, &str)> = nodes.map(|name| ("node", name.as_str())).collect();
    names.extend(named(&scene.storages).map(|name| ("storage", name.as_str())));
    names.extend(named(&scene.pools).map(|name| ("pool", name.as_str())));
    for guest in context::guests(subject, scene) {
        names.insert(("node", &guest.node));
        names.extend(guest.pool.iter().map(|name| ("pool", name.as_str())));
        let Some(details) = scene.details.get(&guest.target()) else {
            continue;
        };
        let disks = details.disks.iter().flatten().take(MOST_NAMES);
        names.extend(disks.map(|one| ("storage", one.storage.as_str())));
        let backup = details.backup_storages.iter().flatten().take(MOST_NAMES);
        names.extend(backup.map(|name| ("storage", name.as_str())));
    }
    names
}

fn object(target: DraftTarget) -> String {
    format!("{}/{}", target.kind.as_str(), target.vmid)
}
