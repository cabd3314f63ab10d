//! How far a caller reaches: what their role's scope and, for a script, the token's scope both cover.

use argus_types::id::ClusterId;
use argus_types::scope::Scope;

/// The scopes that must all cover something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Reach {
    role: Scope,
    token: Option<Scope>,
}

impl Reach {
    /// A person's own.
    pub fn of_role(role: Scope) -> Self {
        Self { role, token: None }
    }

    /// A script's.
    pub fn of_token(role: Scope, token: Scope) -> Self {
        Self {
            role,
            token: Some(token),
        }
    }

    /// The scope of the role alone.
    pub fn role(&self) -> &Scope {
        &self.role
    }

    /// Whether it limits nothing.
    pub fn is_everything(&self) -> bool {
        self.scopes().all(Scope::is_everything)
    }

    /// Whether it reaches into a cluster at all.
    pub fn reaches(&self, cluster: &ClusterId) -> bool {
        self.scopes().all(|scope| scope.reaches(cluster))
    }

    /// Whether it covers all of a cluster.
    pub fn covers_cluster(&self, cluster: &ClusterId) -> bool {
        self.scopes().all(|scope| scope.covers_cluster(cluster))
    }

    /// Whether it covers a guest of a cluster in this pool with these tags.
    pub fn covers(&self, cluster: &ClusterId, pool: Option<&str>, tags: &[String]) -> bool {
        self.scopes().all(|scope| scope.covers(cluster, pool, tags))
    }

    fn scopes(&self) -> impl Iterator<Item = &Scope> {
        std::iter::once(&self.role).chain(&self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_reaches_further_than_its_person() {
        let scope = |tag: &str| Scope {
            tags: vec![tag.to_owned()],
            ..Scope::default()
        };
        let cluster = "main".parse().unwrap();
        let tags = |list: &[&str]| list.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        let reach = Reach::of_token(scope("web"), scope("dev"));
        assert!(reach.covers(&cluster, None, &tags(&["web", "dev"])));
        assert!(!reach.covers(&cluster, None, &tags(&["dev"])));
        assert!(!reach.covers(&cluster, None, &tags(&["web"])));
        let reach = Reach::of_token(scope("web"), Scope::default());
        assert!(!reach.covers(&cluster, None, &tags(&["dev"])));
        assert!(!reach.is_everything() && !reach.covers_cluster(&cluster));
        assert!(Reach::of_role(Scope::default()).covers_cluster(&cluster));
    }
}
