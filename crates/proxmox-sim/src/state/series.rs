//! Numbers over time: load, memory and traffic as functions of who and when, so that no series has to be stored
//! and any two runs see the same.

use std::f64::consts::TAU;

use time::OffsetDateTime;
use time::macros::format_description;

use super::Machine;
use super::broadcast::{GuestSample, NodeSample};
use super::guest::Guest;
use super::node::Node;

/// Virtual milliseconds as Proxmox writes a time into a log.
pub fn clock_text(at_ms: u64) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    text_of(at_ms, form)
}

/// Virtual milliseconds as syslog begins a line.
pub fn syslog_text(at_ms: u64) -> String {
    let form = format_description!("[month repr:short] [day] [hour]:[minute]:[second]");
    text_of(at_ms, form)
}

fn text_of(at_ms: u64, form: &[time::format_description::BorrowedFormatItem<'_>]) -> String {
    let seconds = i64::try_from(at_ms / 1000).unwrap_or(0);
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|at| at.format(form).ok())
        .unwrap_or_default()
}

/// Seconds as a decimal that arithmetic can use; exact up to 2^52, far beyond any date.
#[expect(
    clippy::cast_precision_loss,
    reason = "times and byte counts stay far below 2^52"
)]
pub fn float(value: u64) -> f64 {
    value as f64
}

/// A share of a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the product of a count and a share from 0 to 1 fits the count's type"
)]
pub fn share_of(whole: u64, share: f64) -> u64 {
    (float(whole) * share.clamp(0.0, 1.0)) as u64
}

/// Spreads small numbers over 0 to 1.
fn scatter(seed: u64) -> f64 {
    let mixed = seed
        .wrapping_add(0x9E37_79B9_7F4A_7C15)
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94D0_49BB_1331_11EB);
    float(mixed >> 44) / float(1 << 20)
}

/// A load between 0 and 1 that follows the day and flutters over minutes.
pub fn load(seed: u64, at_ms: u64) -> f64 {
    let at = float(at_ms / 1000);
    let base = 0.03 + 0.32 * scatter(seed);
    let day = (TAU * (at / 86_400.0 + scatter(seed + 1))).sin();
    let flutter = (TAU * (at / 540.0 + scatter(seed + 2))).sin();
    let tremble = (TAU * (at / 47.0 + scatter(seed + 3))).sin();
    (base * (1.0 + 0.45 * day + 0.25 * flutter + 0.1 * tremble)).clamp(0.001, 1.0)
}

impl Machine {
    /// A guest's numbers at a time.
    pub fn guest_sample(&self, guest: &Guest, at_ms: u64) -> GuestSample {
        let seed = u64::from(guest.vmid) * 17;
        let running = if at_ms >= self.now_ms {
            guest.running
        } else {
            guest.ran_at(at_ms)
        };
        let up = if running { guest.uptime_s(at_ms) } else { 0 };
        let traffic =
            |number: u64, most: u64| up.saturating_mul(share_of(most, scatter(seed + number)));
        let disk_total = super::volume::volumes(&guest.config)
            .first()
            .map_or(0, |v| v.size);
        let is_container = guest.kind == crate::scenario::GuestKind::Lxc;
        GuestSample {
            running,
            uptime_s: up,
            cpu: if running { load(seed, at_ms) } else { 0.0 },
            mem: if running {
                let held = 0.35 + 0.4 * scatter(seed + 9) + 0.1 * load(seed + 5, at_ms);
                share_of(guest.memory_bytes(), held)
            } else {
                0
            },
            disk: if is_container && running {
                share_of(disk_total, 0.2 + 0.5 * scatter(seed + 8))
            } else {
                0
            },
            netin: traffic(4, 90_000),
            netout: traffic(5, 120_000),
            diskread: traffic(6, 40_000),
            diskwrite: traffic(7, 70_000),
        }
    }

    /// A node's numbers at a time: its own work and that of its guests.
    pub fn node_sample(&self, node: &Node, at_ms: u64) -> NodeSample {
        let mut busy = f64::from(node.cpus) * 0.02;
        let mut mem = 2_u64 << 30;
        for guest in self.guests.values().filter(|g| g.node == node.name) {
            let sample = self.guest_sample(guest, at_ms);
            busy += sample.cpu * float(guest.cpus());
            mem = mem.saturating_add(sample.mem);
        }
        NodeSample {
            uptime_s: node.uptime_s(at_ms),
            cpu: (busy / f64::from(node.cpus.max(1))).clamp(0.0, 1.0),
            mem: mem.min(node.memory_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_stays_between_nothing_and_everything_and_moves() {
        let samples: Vec<f64> = (0..200).map(|n| load(1717, n * 60_000)).collect();
        assert!(samples.iter().all(|v| (0.0..=1.0).contains(v)));
        let most = samples.iter().copied().fold(0.0, f64::max);
        let least = samples.iter().copied().fold(1.0, f64::min);
        assert!(most > least + 0.01);
    }

    #[test]
    fn times_are_written_as_proxmox_writes_them() {
        assert_eq!(clock_text(1_700_000_000_000), "2023-11-14 22:13:20");
    }
}
