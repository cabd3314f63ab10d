//! The settings of a guest that may be changed: a closed list, with the bounds that a draft is held to.

use serde::{Deserialize, Serialize};

use crate::id::{BootDevice, Tag};
use crate::text::ParameterText;

/// New values of some settings. At least one is named; one that is not stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1)))]
pub struct ConfigChange {
    /// Cores; of a virtual machine for each socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 512)))]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 512))]
    pub cores: Option<u16>,
    /// Memory in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 16, max = 16_777_216)))]
    #[cfg_attr(feature = "schema", schema(minimum = 16, maximum = 16_777_216))]
    pub memory_mib: Option<u32>,
    /// Least memory in MiB that ballooning leaves a virtual machine; 0 switches ballooning off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 16_777_216)))]
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 16_777_216))]
    pub balloon_mib: Option<u32>,
    /// Most processor time, in cores; 0 is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 128)))]
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 128))]
    pub cpu_limit: Option<u16>,
    /// Whether it starts with its node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onboot: Option<bool>,
    /// Whether Proxmox refuses to remove it and its disks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<bool>,
    /// All of its tags; none of the earlier ones stays that is not named again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 32)))]
    #[cfg_attr(feature = "schema", schema(max_items = 32))]
    pub tags: Option<Vec<Tag>>,
    /// Notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<ParameterText<1000>>,
    /// The devices that a virtual machine tries to boot from, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 8)))]
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 8))]
    pub boot: Option<Vec<BootDevice>>,
}

/// One setting, by Proxmox's name of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ConfigKey {
    /// See [`ConfigChange::cores`].
    Cores,
    /// See [`ConfigChange::memory_mib`].
    Memory,
    /// See [`ConfigChange::balloon_mib`].
    Balloon,
    /// See [`ConfigChange::cpu_limit`].
    CpuLimit,
    /// See [`ConfigChange::onboot`].
    Onboot,
    /// See [`ConfigChange::protection`].
    Protection,
    /// See [`ConfigChange::tags`].
    Tags,
    /// See [`ConfigChange::description`].
    Description,
    /// See [`ConfigChange::boot`].
    Boot,
}

impl ConfigKey {
    /// Every setting of the list.
    pub const ALL: [Self; 9] = [
        Self::Cores,
        Self::Memory,
        Self::Balloon,
        Self::CpuLimit,
        Self::Onboot,
        Self::Protection,
        Self::Tags,
        Self::Description,
        Self::Boot,
    ];

    /// Proxmox's name, in its calls and configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cores => "cores",
            Self::Memory => "memory",
            Self::Balloon => "balloon",
            Self::CpuLimit => "cpulimit",
            Self::Onboot => "onboot",
            Self::Protection => "protection",
            Self::Tags => "tags",
            Self::Description => "description",
            Self::Boot => "boot",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cores => "cores",
            Self::Memory => "memory (MiB)",
            Self::Balloon => "least memory (MiB)",
            Self::CpuLimit => "processor limit (cores)",
            Self::Onboot => "starts with its node",
            Self::Protection => "protected from removal",
            Self::Tags => "tags",
            Self::Description => "notes",
            Self::Boot => "boot order",
        }
    }

    /// Whether it is a switch, which Proxmox writes as 0 and 1 and people read as `no` and `yes`.
    pub fn is_switch(self) -> bool {
        matches!(self, Self::Onboot | Self::Protection)
    }
}

impl ConfigChange {
    /// The settings that are named, each with its value as people read it (see `argus_domain::value`): switches are
    /// `yes` and `no`, tags stand in order and are joined by `;`.
    pub fn values(&self) -> Vec<(ConfigKey, String)> {
        let number = |value: Option<u32>| value.map(|number| number.to_string());
        let switch = |value: Option<bool>| value.map(|on| if on { "yes" } else { "no" }.to_owned());
        let tags = self.tags.as_ref().map(|tags| {
            let tags: std::collections::BTreeSet<&str> = tags.iter().map(Tag::as_str).collect();
            tags.into_iter().collect::<Vec<_>>().join(";")
        });
        let description = self.description.as_ref();
        let boot = self.boot.as_ref().map(|order| {
            let order: Vec<&str> = order.iter().map(BootDevice::as_str).collect();
            format!("order={}", order.join(";"))
        });
        ConfigKey::ALL
            .into_iter()
            .filter_map(|key| {
                let value = match key {
                    ConfigKey::Cores => number(self.cores.map(u32::from)),
                    ConfigKey::Memory => number(self.memory_mib),
                    ConfigKey::Balloon => number(self.balloon_mib),
                    ConfigKey::CpuLimit => number(self.cpu_limit.map(u32::from)),
                    ConfigKey::Onboot => switch(self.onboot),
                    ConfigKey::Protection => switch(self.protection),
                    ConfigKey::Tags => tags.clone(),
                    ConfigKey::Description => {
                        description.map(|text| text.as_str().trim_end().to_owned())
                    }
                    ConfigKey::Boot => boot.clone(),
                };
                Some((key, value?))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_a_set_and_switches_are_words() {
        let change: ConfigChange =
            serde_json::from_str(r#"{"tags":["web","prod","web"],"onboot":false,"cores":4}"#)
                .unwrap();
        let texts: Vec<_> = change
            .values()
            .into_iter()
            .map(|(key, value)| format!("{}={value}", key.as_str()))
            .collect();
        assert_eq!(texts, ["cores=4", "onboot=no", "tags=prod;web"]);
    }

    #[test]
    fn what_is_not_on_the_list_is_refused() {
        for text in [
            r#"{"args":"-monitor"}"#,
            r#"{"hookscript":"local:snippets/x"}"#,
            r#"{"lock":"backup"}"#,
            r#"{"tags":["UPPER"]}"#,
            r#"{"tags":["a b"]}"#,
            r#"{"cores":-1}"#,
        ] {
            assert!(
                serde_json::from_str::<ConfigChange>(text).is_err(),
                "{text}"
            );
        }
    }
}
