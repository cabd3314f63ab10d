//! Bounds of numbers, as the proposal schema has them.

use std::ops::RangeInclusive;

/// Cores.
pub const CORES: RangeInclusive<u64> = 1..=512;
/// Memory in MiB.
pub const MEMORY_MIB: RangeInclusive<u64> = 16..=16_777_216;
/// A disk in GiB.
pub const DISK_GIB: RangeInclusive<u64> = 1..=131_072;
/// A guest's number.
pub const VMID: RangeInclusive<u64> = 100..=999_999_999;
