//! From a person's groups to what they are granted. Pure; what is granted is the caller's own type.

use super::proven::Groups;

/// Why a person's groups grant nothing. Each has another remedy, so each is told apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmapped {
    /// Groups, but none that a rule names.
    #[error("none of the person's {count} groups is mapped")]
    NoneMapped {
        /// How many groups.
        count: usize,
    },
    /// One group, and no rule names it.
    #[error("the person's only group is not mapped")]
    OnlyOneNotMapped,
    /// A list without entries.
    #[error("the person is in no group")]
    NoGroups,
    /// No such claim: the provider does not send it, or by another name.
    #[error("the token carries no `{claim}` claim")]
    NoClaim {
        /// The claim that was looked for.
        claim: String,
    },
    /// Such a claim, but no list of names.
    #[error("the token's `{claim}` claim is not a list of group names")]
    Malformed {
        /// The claim.
        claim: String,
    },
    /// A reference instead of the groups.
    #[error(
        "the provider sent a reference instead of the groups (overage): limit the groups in the token"
    )]
    Overage,
}

impl Unmapped {
    /// A stable word for metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoneMapped { .. } | Self::OnlyOneNotMapped => "groups_not_mapped",
            Self::NoGroups => "groups_empty",
            Self::NoClaim { .. } => "groups_absent",
            Self::Malformed { .. } => "groups_malformed",
            Self::Overage => "groups_overage",
        }
    }
}

/// Everything that rules grant to these groups: the greatest first, each once, never an empty list. Names of groups
/// are compared exactly.
pub fn map<'a, G: Ord>(rules: &'a [(String, G)], groups: &Groups) -> Result<Vec<&'a G>, Unmapped> {
    let listed = match groups {
        Groups::Listed(listed) => listed,
        Groups::Absent { claim } => {
            return Err(Unmapped::NoClaim {
                claim: claim.clone(),
            });
        }
        Groups::Malformed { claim } => {
            return Err(Unmapped::Malformed {
                claim: claim.clone(),
            });
        }
        Groups::Overage => return Err(Unmapped::Overage),
    };
    let mut granted: Vec<&G> = rules
        .iter()
        .filter(|(group, _)| listed.contains(group))
        .map(|(_, grant)| grant)
        .collect();
    granted.sort_by(|one, other| other.cmp(one));
    granted.dedup();
    if !granted.is_empty() {
        return Ok(granted);
    }
    Err(match listed.len() {
        0 => Unmapped::NoGroups,
        1 => Unmapped::OnlyOneNotMapped,
        count => Unmapped::NoneMapped { count },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<(String, u8)> {
        [("viewers", 1), ("ops", 2), ("Ops", 2), ("admins", 3)]
            .map(|(group, grant)| (group.to_owned(), grant))
            .to_vec()
    }

    fn listed(names: &[&str]) -> Groups {
        Groups::Listed(names.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn the_greatest_grant_comes_first_and_each_comes_once() {
        let rules = rules();
        let granted = map(&rules, &listed(&["viewers", "Ops", "ops", "other"])).unwrap();
        assert_eq!(granted, [&2, &1]);
    }

    #[test]
    fn group_names_are_compared_exactly() {
        let rules = rules();
        for name in ["ADMINS", " admins", "admins ", "admin", "/admins", ""] {
            assert!(map(&rules, &listed(&[name])).is_err(), "{name}");
        }
    }

    #[test]
    fn groups_that_grant_nothing_say_why() {
        let rules = rules();
        let claim = || "roles".to_owned();
        for (groups, why) in [
            (
                listed(&["a", "b", "c"]),
                "none of the person's 3 groups is mapped",
            ),
            (listed(&["a"]), "the person's only group is not mapped"),
            (listed(&[]), "the person is in no group"),
            (
                Groups::Absent { claim: claim() },
                "the token carries no `roles` claim",
            ),
            (
                Groups::Malformed { claim: claim() },
                "the token's `roles` claim is not a list of group names",
            ),
            (
                Groups::Overage,
                "the provider sent a reference instead of the groups (overage): limit the groups in the token",
            ),
        ] {
            assert_eq!(map(&rules, &groups).unwrap_err().to_string(), why);
        }
    }

    #[test]
    fn the_last_of_three_hundred_groups_counts() {
        let mut names: Vec<String> = (0..299).map(|number| format!("g{number}")).collect();
        names.push("admins".to_owned());
        assert_eq!(map(&rules(), &Groups::Listed(names)).unwrap(), [&3]);
    }

    #[test]
    fn without_rules_nobody_is_granted_anything() {
        let rules: [(String, u8); 0] = [];
        assert!(map(&rules, &listed(&["admins"])).is_err());
    }
}
