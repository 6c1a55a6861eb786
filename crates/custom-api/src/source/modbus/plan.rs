//! The choice of register blocks to read.
//!
//! What belongs to one value is never cut: its number, scale factor and sign are of one moment.
//! Neighbours are read together, over a gap too; where a device refuses that, its answer tells where
//! to cut, and the cut is kept.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::config::MOST_REGISTERS;

/// Most registers between two values that are read along to save a request.
const WIDEST_GAP: u32 = 32;

/// A table of one unit, by unit and function 4.
type Table = (u8, bool);

/// The registers of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The value's index.
    pub(super) value: usize,
    pub(super) unit: u8,
    /// Function 4.
    pub(super) input: bool,
    /// The registers, the end excluded.
    pub(super) registers: Range<u32>,
}

/// Registers to read with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Block {
    pub(super) unit: u8,
    pub(super) input: bool,
    /// The first register.
    pub(super) address: u16,
    /// The number of registers.
    pub(super) quantity: u16,
}

impl Block {
    /// Returns the words of `registers` among those of this block.
    pub(super) fn part<'w>(&self, words: &'w [u16], registers: Range<u32>) -> &'w [u16] {
        let first = u32::from(self.address);
        let at = |register: u32| usize::try_from(register.saturating_sub(first)).unwrap_or(0);
        words.get(at(registers.start)..at(registers.end)).unwrap_or_default()
    }
}

/// A block with the values that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) block: Block,
    pub(super) spans: Vec<Span>,
}

/// The known limits of a device.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The registers at which a block has to begin.
    cuts: BTreeSet<(Table, u32)>,
    /// The blocks that were answered.
    answered: BTreeSet<Block>,
    /// The units that answered on this connection: a gateway does while a unit behind it is away.
    heard: BTreeSet<u8>,
}

impl Plan {
    /// Returns the blocks that hold all `spans`, in the order of units and registers.
    pub(super) fn blocks(&self, mut spans: Vec<Span>) -> Vec<Planned> {
        spans.sort_by_key(|span| (span.unit, span.input, span.registers.start, span.registers.end));
        let mut groups: Vec<(Range<u32>, Vec<Span>)> = Vec::new();
        for span in spans {
            match groups.last_mut() {
                Some((registers, group)) if self.may_join(registers, &group[0], &span) => {
                    registers.end = registers.end.max(span.registers.end);
                    group.push(span);
                }
                _ => groups.push((span.registers.clone(), vec![span])),
            }
        }
        groups.into_iter().filter_map(|(registers, spans)| planned(registers, spans)).collect()
    }

    fn may_join(&self, registers: &Range<u32>, first: &Span, next: &Span) -> bool {
        let table = (next.unit, next.input);
        table == (first.unit, first.input)
            && next.registers.start <= registers.end + WIDEST_GAP
            && registers.end.max(next.registers.end) - registers.start <= MOST_REGISTERS
            // What begins where a block begins is not cut from it.
            && (next.registers.start == registers.start
                || !self.cuts.contains(&(table, next.registers.start)))
    }

    /// Forgets what was answered: another device may be at the address now. Cuts only cost requests.
    pub(super) fn reconnected(&mut self) {
        self.answered.clear();
        self.heard.clear();
    }

    pub(super) fn answered(&mut self, block: Block) {
        self.answered.insert(block);
        self.heard.insert(block.unit);
    }

    /// As [`cut`](Self::cut), for a block that got no answer: a read may be too long for a device,
    /// but one that never answered is more likely away.
    pub(super) fn cut_silent(&mut self, planned: &Planned) -> bool {
        self.heard.contains(&planned.block.unit) && self.cut(planned)
    }

    /// Notes that its unit refused `planned`. Returns `true` if another plan is worth a
    /// try: it holds several values and was never answered.
    pub(super) fn cut(&mut self, Planned { block, spans }: &Planned) -> bool {
        self.heard.insert(block.unit);
        if self.answered.contains(block) {
            return false;
        }
        // The widest gap is the likeliest reason; without one, half the length.
        let mut end = spans.first().map_or(0, |span| span.registers.end);
        let middle = u32::from(block.address) + u32::from(block.quantity) / 2;
        let mut best = None;
        for span in spans.iter().skip(1) {
            let start = span.registers.start;
            let worth = (start.saturating_sub(end), u32::MAX - start.abs_diff(middle));
            // Values on the same registers stay together.
            let is_apart = start > u32::from(block.address);
            if is_apart && best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, start));
            }
            end = end.max(span.registers.end);
        }
        let Some((_, start)) = best else { return false };
        self.cuts.insert(((block.unit, block.input), start))
    }
}

fn planned(registers: Range<u32>, spans: Vec<Span>) -> Option<Planned> {
    let Span { unit, input, .. } = *spans.first()?;
    let address = u16::try_from(registers.start).ok()?;
    let quantity = u16::try_from(registers.end - registers.start).ok()?;
    Some(Planned { block: Block { unit, input, address, quantity }, spans })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(value: usize, registers: Range<u32>) -> Span {
        Span { value, unit: 1, input: false, registers }
    }

    fn places(blocks: &[Planned]) -> Vec<(u16, u16)> {
        blocks.iter().map(|planned| (planned.block.address, planned.block.quantity)).collect()
    }

    #[test]
    fn neighbours_are_one_block_and_a_value_is_never_cut() {
        let plan = Plan::default();
        let near = vec![span(0, 40_083..40_085), span(1, 40_093..40_096), span(2, 40_091..40_093)];
        assert_eq!(places(&plan.blocks(near.clone())), [(40_083, 13)]);
        let far = [near, vec![span(3, 40_206..40_211), span(4, 0..125)]].concat();
        assert_eq!(places(&plan.blocks(far)), [(0, 125), (40_083, 13), (40_206, 5)]);
        let long =
            (0..30).zip((0..).step_by(10)).map(|(at, first)| span(at, first..first + 8)).collect();
        let blocks = plan.blocks(long);
        assert_eq!(places(&blocks), [(0, 118), (120, 118), (240, 58)]);
        assert_eq!(blocks.iter().map(|planned| planned.spans.len()).sum::<usize>(), 30);
        let other = Span { unit: 2, ..span(1, 2..4) };
        let input = Span { input: true, ..span(2, 2..4) };
        assert_eq!(plan.blocks(vec![span(0, 0..2), other, input]).len(), 3);
    }

    #[test]
    fn a_refused_block_is_cut_at_its_widest_gap_until_every_value_is_alone() {
        let mut plan = Plan::default();
        let spans = vec![span(0, 0..2), span(1, 2..4), span(2, 20..22), span(3, 20..21)];
        let whole = plan.blocks(spans.clone());
        assert_eq!(places(&whole), [(0, 22)]);
        assert!(plan.cut(&whole[0]));
        let halves = plan.blocks(spans.clone());
        assert_eq!(places(&halves), [(0, 4), (20, 2)]);
        assert!(plan.cut(&halves[0]));
        assert!(!plan.cut(&halves[1]), "the same registers cannot be cut");
        let alone = plan.blocks(spans);
        assert_eq!(places(&alone), [(0, 2), (2, 2), (20, 2)]);
        assert!(!plan.cut(&alone[0]));
    }

    #[test]
    fn a_silent_block_is_cut_only_if_its_own_unit_has_answered() {
        let mut plan = Plan::default();
        let at = |unit, registers| Span { unit, ..span(0, registers) };
        // Too far apart for one block.
        let spans = vec![at(1, 0..2), at(2, 0..2), at(2, 2..4), at(2, 900..901)];
        let [near, pair, far] = &plan.blocks(spans)[..] else { panic!() };
        plan.answered(near.block);
        assert!(!plan.cut_silent(pair), "unit 1 tells nothing of unit 2");
        plan.answered(far.block);
        plan.reconnected();
        assert!(!plan.cut_silent(pair), "it may be away by now");
        plan.answered(far.block);
        assert!(plan.cut_silent(pair), "this read may be too long");
    }

    #[test]
    fn a_block_that_was_answered_is_not_cut() {
        let mut plan = Plan::default();
        let whole = plan.blocks(vec![span(0, 0..2), span(1, 2..4)]);
        plan.answered(whole[0].block);
        assert!(!plan.cut(&whole[0]));
    }
}
