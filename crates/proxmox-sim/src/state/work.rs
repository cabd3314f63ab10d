//! Workers: a task begins, waits for the guest's configuration file, runs its program, ends.

use super::Machine;
use super::access::Caller;
use super::guest::Guest;
use super::guest_job::FileUse;
use super::program::{Beat, Effect, Job, Program};
use super::schedule::Event;
use super::task::{Exit, Task, TaskKey, Twist};
use super::upid::Upid;

/// The order of a new task.
pub struct Order<'a> {
    /// On which node.
    pub node: &'a str,
    /// `qmstart` and so on.
    pub kind: &'a str,
    /// For which guest.
    pub vmid: u32,
    /// What to do.
    pub job: Job,
}

impl Machine {
    /// Forks a worker and answers its UPID at once, whatever will become of it.
    pub(crate) fn fork(&mut self, caller: &Caller, order: Order<'_>) -> String {
        let id = order.vmid.to_string();
        self.launch(
            caller,
            (order.node, order.kind, &id),
            Some(order.vmid),
            order.job,
        )
    }

    /// Forks a worker that may be about no guest; `name` is its node, its type and its id.
    pub(crate) fn launch(
        &mut self,
        caller: &Caller,
        name: (&str, &str, &str),
        vmid: Option<u32>,
        job: Job,
    ) -> String {
        let (node, kind, id) = name;
        let twist = self.next_twist.take();
        let now = self.now_ms;
        let boot = self.node(node).map_or(now, |n| n.booted_ms);
        let key = self.tasks.add(|key| Task {
            upid: Upid {
                node: node.into(),
                pid: 0x1000 + u32::try_from(key % 0x3F_0000).unwrap_or(0) * 3,
                // Ticks of a hundredth of a second since boot.
                pstart: (now.saturating_sub(boot) / 10) & 0xF_FFFF_FFFF,
                starttime: now / 1000,
                kind: kind.into(),
                id: id.into(),
                user: caller.id.clone(),
            },
            vmid,
            job,
            log: Vec::new(),
            started_ms: now,
            ended: None,
            twist,
            held: None,
        });
        self.revision += 1;
        let upid = self.upid_of(key);
        self.write_log(node, &caller.id, &format!("starting task {upid}"));
        self.begin(key);
        upid
    }

    fn upid_of(&self, key: TaskKey) -> String {
        self.tasks
            .get(key)
            .map(|t| t.upid.to_string())
            .unwrap_or_default()
    }

    /// Takes the configuration file or queues for it.
    pub(super) fn begin(&mut self, key: TaskKey) {
        if self.awaits_dump(key) {
            return;
        }
        let Some(task) = self.tasks.get(key) else {
            return;
        };
        let file_use = self.file_use(task);
        let until = self.now_ms + self.file_patience(task);
        let kept = self.file_is_kept_from(key, task);
        if let Some(guest) = task.vmid.and_then(|vmid| self.guests.get_mut(&vmid)) {
            if kept {
                guest.waiting.push_back(key);
                self.schedule.at(until, Event::FileLockTimeout(key));
                return;
            }
            match file_use {
                FileUse::Whole => guest.file_lock = Some(key),
                FileUse::Shared => {
                    guest.readers.insert(key);
                }
                FileUse::None | FileUse::Brief => {}
            }
        }
        self.run(key);
    }

    /// Checks what only the worker checks, then plans what it does.
    fn run(&mut self, key: TaskKey) {
        let Some(task) = self.tasks.get(key) else {
            return;
        };
        match self.plan(task) {
            Err(text) => self.end(key, Exit::Error(text)),
            Ok(program) => {
                let (program, held) = program.bent(task.twist.as_ref());
                if let Some(task) = self.tasks.get_mut(key) {
                    task.held = held;
                }
                self.follow(key, program);
            }
        }
    }

    fn follow(&mut self, key: TaskKey, program: Program) {
        let now = self.now_ms;
        for (offset, beat) in program.beats {
            self.plan_beat(key, now.saturating_add(offset), beat);
        }
        if program.end_ms != u64::MAX {
            self.plan_beat(
                key,
                now.saturating_add(program.end_ms),
                Beat::End(program.exit),
            );
        }
    }

    /// What happens now happens before the caller has its answer.
    fn plan_beat(&mut self, key: TaskKey, at_ms: u64, beat: Beat) {
        if at_ms <= self.now_ms && !matches!(beat, Beat::End(_)) {
            self.beat(key, beat);
        } else {
            self.schedule.at(at_ms, Event::Beat(key, beat));
        }
    }

    fn plan(&self, task: &Task) -> Result<Program, String> {
        if let Job::Guest(job) = &task.job {
            return self.plan_guest_job(task, job);
        }
        let Some(vmid) = task.vmid else {
            return self.plan_on_node(task);
        };
        if let Job::Ha { line } = &task.job {
            return Ok(Program::lasting(500).line(0, line.clone()));
        }
        let guest = self
            .guests
            .get(&vmid)
            .filter(|g| g.node == task.upid.node)
            .ok_or_else(|| missing(task, vmid))?;
        match &task.job {
            Job::Start => self.plan_start(guest),
            Job::Stop => self.plan_stop(guest),
            Job::Shutdown { timeout_s, force } => self.plan_shutdown(guest, *timeout_s, *force),
            Job::Reboot { timeout_s } => self.plan_reboot(guest, *timeout_s),
            Job::Reset => self.plan_reset(guest),
            Job::Migrate {
                target,
                restart,
                with_local_disks,
                ..
            } => self.plan_migrate(guest, target, *restart, *with_local_disks),
            Job::Snapshot {
                name,
                description,
                vmstate,
            } => self.plan_snapshot(guest, name, description, *vmstate),
            Job::DeleteSnapshot { name } => self.plan_delete_snapshot(guest, name),
            Job::Rollback { name, start } => self.plan_rollback(guest, name, *start),
            Job::Ha { .. } | Job::OnNode(_) | Job::Guest(_) => Ok(Program::lasting(0)),
        }
    }

    /// A worker does one thing.
    pub(super) fn beat(&mut self, key: TaskKey, beat: Beat) {
        self.revision += 1;
        match beat {
            Beat::Line(text) => {
                if let Some(task) = self.tasks.get_mut(key) {
                    task.log.push(text);
                }
            }
            Beat::Effect(effect) => {
                // What goes beyond a guest needs none.
                let vmid = self.tasks.get(key).and_then(|t| t.vmid);
                self.apply(vmid.unwrap_or_default(), effect);
            }
            Beat::Unit { unit, on } => self.switch_unit(key, &unit, on),
            Beat::End(exit) => self.end(key, exit),
        }
    }

    pub(super) fn apply(&mut self, vmid: u32, effect: Effect) {
        let now = self.now_ms;
        if let Effect::Guest(effect) = effect {
            return self.apply_guest(vmid, *effect);
        }
        let Some(guest) = self.guests.get_mut(&vmid) else {
            return;
        };
        match effect {
            Effect::Power(on) => guest.switch(on, now),
            Effect::Lock(lock) => guest.set_lock(lock.as_deref()),
            Effect::Move(target) => {
                let from = std::mem::replace(&mut guest.node, target.clone());
                if guest.running {
                    // What stood still stands still there as well.
                    let paused = guest.paused;
                    guest.renew(true, now);
                    guest.paused = paused;
                }
                self.turn_replications(vmid);
                self.carry_disks(vmid, &from, &target);
            }
            Effect::Save(snapshot) => guest.save(snapshot),
            Effect::Drop(name) => guest.drop_snapshot(&name),
            Effect::Restore(name) => guest.restore(&name),
            Effect::Guest(_) => {}
        }
    }

    /// Writes the end of a task and lets the next one have the configuration file.
    pub(super) fn end(&mut self, key: TaskKey, exit: Exit) {
        let now = self.now_ms;
        let Some(task) = self.tasks.get_mut(key) else {
            return;
        };
        if task.ended.is_some() {
            return;
        }
        self.revision += 1;
        let text = exit.text();
        task.ended = Some((now, exit));
        task.held = None;
        let (node, user) = (task.upid.node.clone(), task.upid.user.clone());
        let (upid, vmid) = (task.upid.to_string(), task.vmid);
        self.write_log(&node, &user, &format!("end task {upid} {text}"));
        if let Some(vmid) = vmid {
            self.after_ha_worker(vmid, key);
            self.release(vmid, key);
        }
        self.release_dump(&node, key);
    }

    fn release(&mut self, vmid: u32, key: TaskKey) {
        let Some(guest) = self.guests.get_mut(&vmid) else {
            return;
        };
        guest.waiting.retain(|waiting| *waiting != key);
        guest.readers.remove(&key);
        if guest.file_lock == Some(key) {
            guest.file_lock = None;
        }
        while let Some(next) = self.next_for_file(vmid) {
            self.schedule.cancel(next);
            self.begin(next);
        }
    }

    /// Takes the first worker out of the queue for a configuration file, if it need not wait any longer.
    fn next_for_file(&mut self, vmid: u32) -> Option<TaskKey> {
        let next = *self.guests.get(&vmid)?.waiting.front()?;
        let kept = |task| self.file_is_kept_from(next, task);
        if self.tasks.get(next).is_some_and(kept) {
            return None;
        }
        self.guests.get_mut(&vmid)?.waiting.pop_front()
    }

    /// A worker has waited for the configuration file long enough.
    pub(super) fn file_lock_timeout(&mut self, key: TaskKey) {
        let text = self
            .tasks
            .get(key)
            .and_then(|t| t.vmid)
            .and_then(|vmid| self.guests.get(&vmid))
            .map(Guest::file_lock_timeout);
        if let Some(text) = text {
            self.end(key, Exit::Error(text));
        }
    }

    /// Kills a worker: what it had not done is not done, and a configuration lock it set stays behind.
    pub(crate) fn kill_task(&mut self, key: TaskKey, exit: Exit) {
        self.schedule.cancel(key);
        self.end(key, exit);
    }

    /// Lets a task go on that a fault kept from ending.
    pub(super) fn resume_held(&mut self) {
        for key in self.tasks.running(|t| t.held.is_some()) {
            let held = self.tasks.get_mut(key).and_then(|t| t.held.take());
            if let Some(program) = held {
                self.follow(key, program);
            }
        }
    }

    /// Bends the next task that is made.
    pub fn bend_next_task(&mut self, twist: Option<Twist>) {
        self.next_twist = twist;
    }
}

/// What a worker says that does not find its guest.
pub(super) fn missing(task: &Task, vmid: u32) -> String {
    let kind = if task.upid.kind.starts_with("vz") {
        crate::scenario::GuestKind::Lxc
    } else {
        crate::scenario::GuestKind::Qemu
    };
    Guest::missing(&task.upid.node, kind, vmid)
}
