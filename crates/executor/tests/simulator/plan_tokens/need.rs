//! What calls need, as formulas over privileges on paths, and what a plan's token has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use argus_proxmox_sim::Check;
use argus_types::plan::Plan;

/// What has to be held so that a call is let through.
#[derive(Debug, Clone)]
pub enum Need {
    /// Any of the privileges on the path.
    One {
        /// With its names in braces, for people.
        template: String,
        path: String,
        any_of: Vec<&'static str>,
    },
    All(Vec<Need>),
    Any(Vec<Need>),
    /// No token ever is.
    Never,
}

impl Need {
    pub const NOTHING: Self = Self::All(Vec::new());

    /// One privilege on the path of a thing: `on("/vms/{vmid}", 101, "VM.Backup")`.
    pub fn on(template: &str, thing: impl fmt::Display, privilege: &'static str) -> Self {
        Self::any_on(template, thing, &[privilege])
    }

    /// Any of several.
    pub fn any_on(template: &str, thing: impl fmt::Display, any_of: &[&'static str]) -> Self {
        let (root, _) = template.split_once('{').unwrap_or((template, ""));
        Self::One {
            template: template.to_owned(),
            path: format!("{root}{thing}"),
            any_of: any_of.to_vec(),
        }
    }

    /// Both.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(mut all), other) if all.is_empty() => {
                all.push(other);
                Self::All(all)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// What Proxmox documents that it asks before anything else, with the names in its paths filled in. A path with a name
    /// that is not given is out of the question.
    pub fn declared(check: Check, fill: &impl Fn(&str) -> Option<String>) -> Self {
        let one = |template: &str, any_of: &[&'static str]| match filled(template, fill) {
            Some(path) => Self::One {
                template: template.to_owned(),
                path,
                any_of: any_of.to_vec(),
            },
            None => Self::Never,
        };
        let each = |checks: &[Check]| checks.iter().map(|c| Self::declared(*c, fill)).collect();
        match check {
            Check::User => Self::NOTHING,
            // Signing in: tokens have no business there, and are no user themselves.
            Check::World | Check::OwnUser => Self::Never,
            Check::Any(template, any_of) => one(template, any_of),
            Check::Either(templates, privilege) => {
                Self::Any(templates.iter().map(|t| one(t, &[privilege])).collect())
            }
            Check::All(checks) => Self::All(each(checks)),
            Check::OneOf(checks) => Self::Any(each(checks)),
            // The one user that the lab's tokens are of is in the group `argus`.
            Check::UsersGroup(any_of) => Self::Any(vec![
                one("/access/groups", any_of),
                one("/access/groups/argus", any_of),
            ]),
            Check::ModifyRights => {
                let path = fill("path").unwrap_or_default();
                let own = match path.split('/').nth(1) {
                    Some("vms") => Some("VM.Allocate"),
                    Some("storage") => Some("Datastore.Allocate"),
                    Some("pool") => Some("Pool.Allocate"),
                    _ => None,
                };
                // On one thing, the right over it is enough; on the root of all of them it is not.
                let own = own.filter(|_| path.split('/').nth(2).is_some());
                let any_of: Vec<_> = own.into_iter().chain(["Permissions.Modify"]).collect();
                one("{path}", &any_of)
            }
        }
    }

    pub fn is_met(&self, rights: &Rights) -> bool {
        match self {
            Self::One { path, any_of, .. } => any_of.iter().any(|one| rights.has(path, one)),
            Self::All(all) => all.iter().all(|need| need.is_met(rights)),
            Self::Any(any) => any.iter().any(|need| need.is_met(rights)),
            Self::Never => false,
        }
    }

    /// The privileges, each with the path that it is on, that are enough of those that are held.
    pub fn met_by(&self, rights: &Rights) -> BTreeSet<(&str, &'static str)> {
        let mut ones = Vec::new();
        self.gather(rights, &mut ones);
        // What leaves no choice first: it may be what something else could choose.
        ones.sort_by_key(|(_, _, any_of)| any_of.len());
        let mut met = BTreeSet::new();
        for (template, path, any_of) in ones {
            if any_of.iter().all(|one| !met.contains(&(template, *one))) {
                let mut held = any_of.iter().filter(|one| rights.has(path, one));
                met.extend(held.next().map(|one| (template, *one)));
            }
        }
        met
    }

    fn gather<'a>(
        &'a self,
        rights: &Rights,
        ones: &mut Vec<(&'a str, &'a str, &'a [&'static str])>,
    ) {
        match self {
            Self::One {
                template,
                path,
                any_of,
            } => ones.push((template, path, any_of)),
            Self::All(all) => all.iter().for_each(|need| need.gather(rights, ones)),
            Self::Any(any) => {
                if let Some(met) = any.iter().find(|need| need.is_met(rights)) {
                    met.gather(rights, ones);
                }
            }
            Self::Never => {}
        }
    }
}

fn filled(template: &str, fill: &impl Fn(&str) -> Option<String>) -> Option<String> {
    if template == "{path}" {
        return fill("path");
    }
    let parts = template.split('/').map(|part| {
        match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => fill(name),
            None => Some(part.to_owned()),
        }
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

/// What a plan's steps name: each privilege on its path, and not below it.
#[derive(Debug, Clone)]
pub struct Rights {
    by_path: BTreeMap<String, BTreeSet<String>>,
    /// Which pool a path belongs to: rights on a pool reach its members.
    pools: BTreeMap<String, String>,
}

impl Rights {
    pub fn of(plan: &Plan, pools: BTreeMap<String, String>) -> Self {
        let mut by_path: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for privilege in plan.steps.iter().flat_map(|step| &step.privileges) {
            let here = by_path.entry(privilege.path.clone()).or_default();
            here.insert(privilege.name.clone());
        }
        Self { by_path, pools }
    }

    fn has(&self, path: &str, privilege: &str) -> bool {
        let on = |path: &str| {
            let held = self.by_path.get(path);
            held.is_some_and(|held| held.contains(privilege))
        };
        on(path) || self.pools.get(path).is_some_and(|pool| on(pool))
    }

    /// Whether anything is held on this very path, or on its pool.
    pub fn reaches(&self, path: &str) -> bool {
        let pool = self.pools.get(path);
        self.by_path.contains_key(path) || pool.is_some_and(|pool| self.by_path.contains_key(pool))
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().map(String::as_str)
    }
}
