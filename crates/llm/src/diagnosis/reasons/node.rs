//! What the node shows.

use super::{Limits, Reasons, average, evidence, memory_used, percent, real};
use crate::diagnosis::finding::{Cause, Evidence, Measure, Severity, Unit};
use crate::diagnosis::inquiry::{About, Symptom};
use crate::diagnosis::observed::NodeState;

const CPU: Limits = Limits(0.85, 0.95);
const IO_WAIT: Limits = Limits(0.15, 0.30);
/// Processes that want a processor, for each that there is.
const LOAD: Limits = Limits(1.5, 3.0);
/// Processors promised to guests, for each of the node.
const CPUS_PROMISED: f64 = 4.0;
/// Bytes promised to guests, for each of the node.
const MEMORY_PROMISED: f64 = 1.0;
/// Less swap in use than this is what any node has after some weeks.
const SWAP: f64 = 512.0 * MIB;
const MIB: f64 = 1_048_576.0;
/// A node is starting its guests for so many seconds.
const BOOTING_S: u64 = 15 * 60;

const SLOW: [Symptom; 2] = [Symptom::Slow, Symptom::Stuck];

impl Reasons<'_> {
    pub(super) fn of_node(&mut self) {
        let observed = self.observed;
        if observed.quorate == Some(false) {
            let state = evidence(Measure::State, "cluster", 0.0, Unit::Number, Some(1.0));
            self.add(
                (Cause::NoQuorum, Severity::Critical),
                &[
                    Symptom::Stuck,
                    Symptom::Down,
                    Symptom::Failed,
                    Symptom::Unreachable,
                ],
                "The cluster has no quorum: nothing can be started or changed until it has."
                    .to_owned(),
                vec![state],
            );
        }
        let Some(node) = &observed.node else {
            return;
        };
        let subject = format!("node/{}", node.name);
        if !node.online {
            let state = evidence(Measure::State, &subject, 0.0, Unit::Number, Some(1.0));
            self.add(
                (Cause::NodeAway, Severity::Critical),
                &[
                    Symptom::Down,
                    Symptom::Unreachable,
                    Symptom::Stuck,
                    Symptom::Slow,
                ],
                format!("{} does not answer.", self.it(node)),
                vec![state],
            );
            return;
        }
        self.node_uptime(node, &subject);
        self.node_cpu(node, &subject);
        self.node_memory(node, &subject);
        self.node_disks(node, &subject);
        self.promised(node, &subject);
    }

    /// The node in a sentence.
    fn it(&self, node: &NodeState) -> String {
        match self.inquiry.about {
            About::Node(_) => "The node".to_owned(),
            About::Guest(_) | About::Storage(_) => format!("Its node {}", node.name),
        }
    }

    fn node_uptime(&mut self, node: &NodeState, subject: &str) {
        let Some(uptime) = node.uptime_s.filter(|uptime| *uptime < BOOTING_S) else {
            return;
        };
        let limit = Some(real(BOOTING_S));
        let since = evidence(Measure::Uptime, subject, real(uptime), Unit::Seconds, limit);
        self.add(
            (Cause::NodeJustBooted, Severity::Notice),
            &[Symptom::Down, Symptom::Slow, Symptom::Unreachable],
            format!("{} booted {} minutes ago.", self.it(node), uptime / 60),
            vec![since],
        );
    }

    fn node_cpu(&mut self, node: &NodeState, subject: &str) {
        let cpus = node.cpu_count.filter(|count| *count > 0).map(f64::from);
        let share = average(&node.samples, self.observed.now_s, |sample| sample.cpu);
        let busy = share.and_then(|share| {
            let (severity, limit) = CPU.judge(share)?;
            let used = evidence(Measure::CpuShare, subject, share, Unit::Share, Some(limit));
            Some((
                severity,
                used,
                format!("uses {} of its processors", percent(share)),
            ))
        });
        let load = average(&node.samples, self.observed.now_s, |sample| sample.load);
        let load = load.zip(cpus).and_then(|(load, cpus)| {
            let each = load / cpus;
            let (severity, limit) = LOAD.judge(each)?;
            let told = evidence(
                Measure::LoadPerCpu,
                subject,
                each,
                Unit::Number,
                Some(limit),
            );
            Some((
                severity,
                told,
                format!("has {each:.1} processes for each processor"),
            ))
        });
        let all: Vec<(Severity, Evidence, String)> = busy.into_iter().chain(load).collect();
        let Some(severity) = all.iter().map(|(severity, ..)| *severity).max() else {
            return;
        };
        let text: Vec<&str> = all.iter().map(|(.., text)| text.as_str()).collect();
        let text = format!("{} {}.", self.it(node), text.join(" and "));
        let told = all.into_iter().map(|(_, told, _)| told).collect();
        self.add((Cause::NodeCpuBusy, severity), &SLOW, text, told);
    }

    fn node_memory(&mut self, node: &NodeState, subject: &str) {
        let used = average(&node.samples, self.observed.now_s, |sample| sample.memory);
        let total = node.memory_total.filter(|total| *total > 0);
        let share = used.zip(total).map(|(used, total)| used / real(total));
        if let Some(share) = share
            && let Some((severity, used)) = memory_used(subject, share)
        {
            self.add(
                (Cause::NodeMemoryFull, severity),
                &[Symptom::Slow, Symptom::Stuck, Symptom::Down, Symptom::Full],
                format!("{} uses {} of its memory.", self.it(node), percent(share)),
                vec![used],
            );
        }
        let swap = average(&node.samples, self.observed.now_s, |sample| {
            sample.swap_used
        });
        if let Some(swap) = swap.filter(|swap| *swap >= SWAP) {
            let is_short = share.is_none_or(|share| share >= 0.8);
            let severity = if is_short {
                Severity::Warning
            } else {
                Severity::Notice
            };
            let used = evidence(Measure::SwapUsed, subject, swap, Unit::Bytes, Some(SWAP));
            let text = format!("{} has {:.0} MiB in swap.", self.it(node), swap / MIB);
            self.add((Cause::NodeSwaps, severity), &SLOW, text, vec![used]);
        }
    }

    fn node_disks(&mut self, node: &NodeState, subject: &str) {
        let waits = average(&node.samples, self.observed.now_s, |sample| sample.io_wait);
        let judged = waits.and_then(|share| Some((share, IO_WAIT.judge(share)?)));
        let Some((share, (severity, limit))) = judged else {
            return;
        };
        let waited = evidence(Measure::IoWait, subject, share, Unit::Share, Some(limit));
        self.add(
            (Cause::NodeWaitsForDisk, severity),
            &SLOW,
            format!(
                "{} waits for disks {} of its processors' time.",
                self.it(node),
                percent(share)
            ),
            vec![waited],
        );
    }

    fn promised(&mut self, node: &NodeState, subject: &str) {
        let cpus = node.cpu_count.filter(|count| *count > 0).map(f64::from);
        let memory = node.memory_total.filter(|total| *total > 0).map(real);
        let table = [
            (
                node.guest_cpus.zip(cpus),
                Measure::CpusPromised,
                CPUS_PROMISED,
                "processors",
            ),
            (
                node.guest_memory.map(real).zip(memory),
                Measure::MemoryPromised,
                MEMORY_PROMISED,
                "memory",
            ),
        ];
        for (both, measure, limit, of_what) in table {
            let Some(each) = both.map(|(promised, there)| promised / there) else {
                continue;
            };
            if each > limit {
                let told = evidence(measure, subject, each, Unit::Number, Some(limit));
                self.add(
                    (Cause::NodeOvercommitted, Severity::Notice),
                    &SLOW,
                    format!(
                        "The running guests of {} may use {each:.1} times the {of_what} that it has.",
                        node.name
                    ),
                    vec![told],
                );
            }
        }
    }
}
