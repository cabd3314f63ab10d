//! What the agent within a running virtual machine tells, in the guest's own words: nobody vouches for them. All need
//! `VM.GuestAgent.Audit`, before 9 `VM.Monitor`. One that does not answer is
//! [`crate::ApiErrorKind::AgentNotRunning`].

use serde::{Deserialize, de::DeserializeOwned};

use super::{Read, of_guest};
use crate::{
    answer::{self, Malformed},
    guest::GuestRef,
    lenient,
};

/// The operating system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OsInfo {
    /// Such as `debian` or `mswindows`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub id: Option<String>,
    /// Such as `Debian GNU/Linux`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// Name with version.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub pretty_name: Option<String>,
    /// Such as `13`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub version_id: Option<String>,
    /// Release of the kernel that runs.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub kernel_release: Option<String>,
    /// Architecture, such as `x86_64`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub machine: Option<String>,
}

/// `GET …/agent/get-osinfo`.
pub fn agent_osinfo(guest: &GuestRef) -> Read<OsInfo> {
    told(guest, "get-osinfo", result)
}

/// `GET …/agent/get-host-name`.
pub fn agent_host_name(guest: &GuestRef) -> Read<String> {
    #[derive(Deserialize)]
    struct HostName {
        #[serde(rename = "host-name", deserialize_with = "lenient::text")]
        name: String,
    }
    told(guest, "get-host-name", |body| {
        result::<HostName>(body).map(|host| host.name)
    })
}

/// A mounted file system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileSystem {
    /// Device.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// Where it is mounted.
    #[serde(deserialize_with = "lenient::text")]
    pub mountpoint: String,
    /// Such as `ext4`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub type_: Option<String>,
    /// Bytes in use.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub used_bytes: Option<u64>,
    /// Bytes there are.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub total_bytes: Option<u64>,
}

/// `GET …/agent/get-fsinfo`.
pub fn agent_fsinfo(guest: &GuestRef) -> Read<Vec<FileSystem>> {
    told(guest, "get-fsinfo", result)
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Interface {
    /// Such as `eth0`.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// MAC address.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub hardware_address: Option<String>,
    /// Its addresses.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub ip_addresses: Vec<InterfaceAddress>,
}

/// An address of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InterfaceAddress {
    /// The address, as the guest writes it.
    #[serde(deserialize_with = "lenient::text")]
    pub ip_address: String,
    /// Length of its network's prefix in bits.
    #[serde(default, deserialize_with = "lenient::opt_uint32")]
    pub prefix: Option<u32>,
}

/// `GET …/agent/network-get-interfaces`.
pub fn agent_interfaces(guest: &GuestRef) -> Read<Vec<Interface>> {
    told(guest, "network-get-interfaces", result)
}

fn told<T>(guest: &GuestRef, question: &str, decode: fn(&[u8]) -> Result<T, Malformed>) -> Read<T> {
    Read::new(of_guest(guest).segment("agent").segment(question), decode)
}

/// The agent's answer within Proxmox's.
fn result<T: DeserializeOwned>(body: &[u8]) -> Result<T, Malformed> {
    #[derive(Deserialize)]
    struct Answer<T> {
        result: T,
    }
    answer::data::<Answer<T>>(body).map(|answer| answer.result)
}
