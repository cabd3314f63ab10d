//! `compose.yaml` as far as it can be judged without containers: what it builds exists, and nothing is let loose.

use anyhow::{Context, Result};
use serde_yaml_ng::Value;

use super::Tree;

/// Every breach in it.
pub fn breaches(tree: &Tree) -> Result<Vec<String>> {
    let text = tree
        .get("compose.yaml")
        .context("there is no compose.yaml")?;
    let mut compose: Value = serde_yaml_ng::from_str(text).context("cannot parse compose.yaml")?;
    // Twice: an anchor may itself be made of another one.
    for _ in 0..2 {
        compose
            .apply_merge()
            .context("cannot merge the anchors of compose.yaml")?;
    }
    let mut breaches = judge(&compose);
    breaches.extend(
        mentioned_files(&compose)
            .into_iter()
            .filter(|file| tree.get(file).is_none())
            .map(|file| format!("there is no {file}")),
    );
    Ok(breaches
        .into_iter()
        .map(|breach| format!("compose.yaml: {breach}"))
        .collect())
}

fn judge(compose: &Value) -> Vec<String> {
    let mut breaches = Vec::new();
    let Some(services) = compose.get("services").and_then(Value::as_mapping) else {
        return vec!["has no services".to_owned()];
    };
    for wanted in ["postgres", "api", "web", "simulator"] {
        if !services.contains_key(wanted) {
            breaches.push(format!("has no service {wanted}"));
        }
    }
    for (name, service) in services {
        let name = name.as_str().unwrap_or("?");
        let mut must = |holds: bool, what: &str| {
            if !holds {
                breaches.push(format!("{name} {what}"));
            }
        };
        let has = |key: &str, value: &str| {
            service
                .get(key)
                .and_then(Value::as_sequence)
                .is_some_and(|list| list.iter().any(|item| item.as_str() == Some(value)))
        };
        must(
            service.get("image").is_some() || service.get("build").is_some(),
            "has neither image nor build",
        );
        must(
            service.get("privileged").is_none(),
            "must not ask for privileges",
        );
        must(
            service.get("network_mode").and_then(Value::as_str) != Some("host"),
            "must not use the host's network",
        );
        must(
            service.get("pid").is_none() && service.get("ipc").is_none(),
            "must not share the host's processes",
        );
        must(
            service.get("read_only").and_then(Value::as_bool) == Some(true),
            "needs a read-only root file system",
        );
        must(has("cap_drop", "ALL"), "must drop all capabilities");
        must(
            has("security_opt", "no-new-privileges:true"),
            "must not gain privileges",
        );
        must(service.get("healthcheck").is_some(), "needs a health check");
        must(
            service.get("restart").is_some(),
            "says nothing about restarts",
        );
        for volume in service
            .get("volumes")
            .and_then(Value::as_sequence)
            .into_iter()
            .flatten()
        {
            let text = volume.as_str().unwrap_or_default();
            must(
                !text.contains("docker.sock"),
                "must not reach the container engine",
            );
        }
        if let Some(image) = service.get("image").and_then(Value::as_str) {
            must(
                image.contains(':') && !image.ends_with(":latest"),
                "must name its image's version",
            );
        }
    }
    breaches.extend(of_networks(compose));
    breaches
}

/// The database is reached by the API alone.
fn of_networks(compose: &Value) -> Vec<String> {
    let mut breaches = Vec::new();
    let service = |name: &str| {
        compose
            .get("services")
            .and_then(|services| services.get(name))
    };
    let networks = |name: &str| -> Vec<&str> {
        let list = service(name)
            .and_then(|service| service.get("networks"))
            .and_then(Value::as_sequence);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    for network in networks("postgres") {
        let internal = compose
            .get("networks")
            .and_then(|all| all.get(network))
            .and_then(|network| network.get("internal"));
        if internal.and_then(Value::as_bool) != Some(true) {
            breaches.push(format!("the database's network {network} is not internal"));
        }
        if networks("web").contains(&network) {
            breaches.push("web is on the database's network".to_owned());
        }
    }
    if service("postgres")
        .and_then(|service| service.get("ports"))
        .is_some()
    {
        breaches.push("postgres publishes a port".to_owned());
    }
    breaches
}

/// Dockerfiles of all builds.
fn mentioned_files(compose: &Value) -> Vec<String> {
    let services = compose.get("services").and_then(Value::as_mapping);
    services
        .into_iter()
        .flat_map(|services| services.values())
        .filter_map(|service| {
            service
                .get("build")?
                .get("dockerfile")?
                .as_str()
                .map(str::to_owned)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_a_container_loose_is_named() {
        let compose: Value = serde_yaml_ng::from_str(
            "services:\n  postgres:\n    image: postgres:latest\n    privileged: true\n    network_mode: host\n    ports: ['5432:5432']\n",
        )
        .unwrap();
        let breaches = judge(&compose).join("; ");
        for part in [
            "privileges",
            "host's network",
            "read-only",
            "version",
            "publishes a port",
            "no service api",
        ] {
            assert!(breaches.contains(part), "{part}: {breaches}");
        }
    }
}
