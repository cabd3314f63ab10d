//! Measured series as a diagnosis takes them.

use argus_llm::diagnosis::{Pressure, Sample};
use argus_proxmox::read::RrdPoint;

/// Proxmox writes pressure in per cent.
const PER_CENT: f64 = 100.0;

/// Samples of a guest's or a node's series. What a release does not write is not known: a container has no load, and
/// pressure comes with Proxmox VE 9.
///
/// `pvestatd` writes the series, once in ten seconds, and the database keeps the average of each interval:
/// - `loadavg` of a node is the kernel's average over *one* minute (`$avg1` in `PVE/Service/pvestatd.pm`);
/// - `iowait` of a node is a share, 0 to 1 (`wait` of `read_proc_stat` in `PVE/ProcFSTools.pm`);
/// - `swapused` of a node is in bytes;
/// - `pressurecpusome`, `pressureiosome` and `pressurememorysome` of a guest are `avg10` of `some` of its control group
///   (`vmstatus` in `PVE/QemuServer.pm`), which the kernel writes in per cent (`Documentation/accounting/psi.rst`).
pub(super) fn samples(points: &[RrdPoint]) -> Vec<Sample> {
    points.iter().filter_map(sample).collect()
}

fn sample(point: &RrdPoint) -> Option<Sample> {
    let value = |key: &str| point.values.get(key).copied();
    let share = |key: &str| value(key).map(|value| value / PER_CENT);
    Some(Sample {
        at_s: i64::try_from(point.time).ok()?,
        cpu: value("cpu"),
        // A guest's and a node's.
        memory: value("mem").or_else(|| value("memused")),
        disk_read: value("diskread"),
        disk_write: value("diskwrite"),
        load: value("loadavg"),
        io_wait: value("iowait"),
        swap_used: value("swapused"),
        pressure: Pressure {
            cpu: share("pressurecpusome"),
            io: share("pressureiosome"),
            memory: share("pressurememorysome"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(values: &[(&str, f64)]) -> RrdPoint {
        RrdPoint {
            time: 60,
            values: values
                .iter()
                .map(|(key, value)| ((*key).to_owned(), *value))
                .collect(),
        }
    }

    #[test]
    fn pressure_in_per_cent_becomes_a_share_and_io_wait_is_one_already() {
        let all = samples(&[point(&[
            ("pressureiosome", 12.5),
            ("iowait", 0.25),
            ("loadavg", 3.0),
            ("swapused", 1024.0),
            ("memused", 7.0),
        ])]);
        assert_eq!(
            all,
            [Sample {
                at_s: 60,
                memory: Some(7.0),
                load: Some(3.0),
                io_wait: Some(0.25),
                swap_used: Some(1024.0),
                pressure: Pressure {
                    io: Some(0.125),
                    ..Pressure::default()
                },
                ..Sample::default()
            }]
        );
    }

    #[test]
    fn what_a_release_does_not_write_is_not_known() {
        let all = samples(&[point(&[("cpu", 0.5)])]);
        assert!(
            !all[0].pressure.is_known() && all[0].load.is_none(),
            "{all:?}"
        );
    }
}
