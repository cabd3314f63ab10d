//! Finds every cue in one pass, several stretches of the text at a time.
//!
//! A step of an automaton waits for the one before, most of the time for memory. Four that walk through four stretches
//! in turns wait together. Which state a stretch begins with depends on no more bytes before it than the longest cue has.

use std::ops::Range;

use aho_corasick::automaton::Automaton;
use aho_corasick::automaton::StateID;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, BuildError, MatchKind, StartKind};

/// Stretches at a time.
const LANES: usize = 4;
/// Bytes of a stretch, so that what was found in four of them stays small.
const LONGEST: usize = 4096;
/// Bytes below which several stretches are not worth their beginnings.
const SHORTEST: usize = 256;

/// All cues as one automaton, in which capitals do not count.
pub(super) struct Cues {
    dfa: DFA,
    start: StateID,
}

impl Cues {
    pub(super) fn new(words: &[Vec<u8>]) -> Result<Self, BuildError> {
        let dfa = DFA::builder()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Unanchored)
            .ascii_case_insensitive(true)
            .prefilter(false)
            .build(words)?;
        let start = dfa
            .start_state(Anchored::No)
            .expect("it was built with an unanchored start");
        Ok(Self { dfa, start })
    }

    /// Calls `stop` with the number of each cue and where it stands, in the order of their ends.
    pub(super) fn find(&self, bytes: &[u8], mut stop: impl FnMut(usize, Range<usize>)) {
        let mut hits: [Vec<(usize, StateID)>; LANES] = Default::default();
        let mut from = 0;
        while from < bytes.len() {
            let length = ((bytes.len() - from) / LANES).min(LONGEST);
            if length < SHORTEST {
                self.walk(bytes, from..bytes.len(), &mut hits[0]);
                from = bytes.len();
            } else {
                self.walk_lanes(bytes, from, length, &mut hits);
                from += length * LANES;
            }
            for (end, state) in hits.iter_mut().flat_map(|hits| hits.drain(..)) {
                for index in 0..self.dfa.match_len(state) {
                    let cue = self.dfa.match_pattern(state, index);
                    stop(cue.as_usize(), end - self.dfa.pattern_len(cue)..end);
                }
            }
        }
    }

    fn walk(&self, bytes: &[u8], range: Range<usize>, hits: &mut Vec<(usize, StateID)>) {
        let mut state = self.state_before(bytes, range.start);
        for (place, byte) in range.clone().zip(&bytes[range]) {
            state = self.step(state, *byte);
            self.keep(state, place, hits);
        }
    }

    fn walk_lanes(
        &self,
        bytes: &[u8],
        from: usize,
        length: usize,
        hits: &mut [Vec<(usize, StateID)>; LANES],
    ) {
        let begin = |lane: usize| from + lane * length;
        let lane = |lane: usize| &bytes[begin(lane)..begin(lane) + length];
        let mut states: [StateID; LANES] =
            std::array::from_fn(|lane| self.state_before(bytes, begin(lane)));
        let together = lane(0).iter().zip(lane(1)).zip(lane(2)).zip(lane(3));
        for (offset, (((first, second), third), fourth)) in together.enumerate() {
            states[0] = self.step(states[0], *first);
            states[1] = self.step(states[1], *second);
            states[2] = self.step(states[2], *third);
            states[3] = self.step(states[3], *fourth);
            for lane in 0..LANES {
                self.keep(states[lane], begin(lane) + offset, &mut hits[lane]);
            }
        }
    }

    /// The state after everything before `place`.
    fn state_before(&self, bytes: &[u8], place: usize) -> StateID {
        let from = place.saturating_sub(self.dfa.max_pattern_len());
        let before = bytes[from..place].iter();
        before.fold(self.start, |state, byte| self.step(state, *byte))
    }

    #[inline]
    fn step(&self, state: StateID, byte: u8) -> StateID {
        self.dfa.next_state(Anchored::No, state, byte)
    }

    #[inline]
    fn keep(&self, state: StateID, place: usize, hits: &mut Vec<(usize, StateID)>) {
        if self.dfa.is_special(state) && self.dfa.is_match(state) {
            hits.push((place + 1, state));
        }
    }
}
