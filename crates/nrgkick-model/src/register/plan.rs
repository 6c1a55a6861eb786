//! The choice of register blocks to read.
//!
//! A block never cuts a row, never mixes rows of different presence (a charger without a modem
//! refuses a block that touches the modem's registers) and never exceeds the limit. All blocks are
//! computed from the table.

use std::time::Duration;

use crate::field::{DocumentName, FIELDS, Field, FieldId, Presence};
use crate::reading::Readings;
use crate::time::Moment;

/// The largest number of registers that Modbus allows in one read.
pub const MAX_QUANTITY: u16 = 125;

/// A position may appear and disappear, so its block is tried again after this time.
pub const GPS_PERIOD: Duration = Duration::from_secs(60);

/// Registers to read with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// First register, 0-based.
    pub address: u16,
    /// Number of registers.
    pub quantity: u16,
    /// The units on which they exist.
    pub presence: Presence,
}

impl Block {
    /// Returns the address after the last register.
    pub const fn end(&self) -> u16 {
        self.address + self.quantity
    }

    /// Returns the block's rows.
    pub fn rows(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let (first, end) = (self.address, self.end());
        let lies_inside =
            move |row: &&Field| first <= row.register.address && row.register.end() <= end;
        FIELDS.iter().filter(lies_inside)
    }

    /// Returns the first rows that fit into `limit` registers, at least one row.
    #[must_use]
    pub fn front(&self, limit: u16) -> Self {
        let held = self.rows().map(|row| row.register.end() - self.address);
        let first = self.rows().next().map_or(self.quantity, |row| row.register.encoding.words());
        let quantity = held.take_while(|end| *end <= limit).last().unwrap_or(first);
        Self { quantity, ..*self }
    }

    /// Returns the first and the second half, each of whole rows; `None` for a single row.
    pub fn halves(&self) -> Option<(Self, Self)> {
        let front = self.front(self.quantity / 2);
        let (address, quantity) = (front.end(), self.quantity - front.quantity);
        (quantity > 0).then_some((front, Self { address, quantity, ..*self }))
    }
}

/// Returns the blocks that hold all rows of `documents`, each at most `limit` registers long.
///
/// A single row longer than `limit` is a block of its own: a shorter read of it is not allowed.
pub fn blocks(documents: &[DocumentName], limit: u16) -> Vec<Block> {
    blocks_without(&[], documents, limit)
}

/// Returns such blocks without the rows that were `refused`.
fn blocks_without(refused: &[FieldId], documents: &[DocumentName], limit: u16) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let wanted =
        |field: &&Field| documents.contains(&field.document()) && !refused.contains(&field.id);
    for field in FIELDS.iter().filter(wanted) {
        let register = field.register;
        let words = register.encoding.words();
        match blocks.last_mut() {
            Some(block)
                if block.end() == register.address
                    && block.presence == field.presence
                    && block.quantity + words <= limit =>
            {
                block.quantity += words;
            }
            _ => blocks.push(Block {
                address: register.address,
                quantity: words,
                presence: field.presence,
            }),
        }
    }
    blocks
}

/// The known properties of a charger that decide which blocks to read.
#[derive(Clone, Debug)]
pub struct ReadPlan {
    /// The largest number of registers in one read, from refusals on this connection.
    limit: u16,
    /// The same, from reads without an answer and from closed connections; kept across connections.
    endured: u16,
    /// The longest read that was answered on this connection.
    longest: u16,
    /// Blocks whose last read on this connection was answered.
    answered: Vec<Block>,
    /// Rows that are refused in every block, on this connection.
    refused: Vec<FieldId>,
    modem: bool,
    absent: Vec<(Block, Moment)>,
}

impl Default for ReadPlan {
    fn default() -> Self {
        Self {
            limit: MAX_QUANTITY,
            endured: MAX_QUANTITY,
            longest: 0,
            answered: Vec::new(),
            refused: Vec::new(),
            modem: false,
            absent: Vec::new(),
        }
    }
}

impl ReadPlan {
    fn blocks(&self, documents: &[DocumentName]) -> Vec<Block> {
        blocks_without(&self.refused, documents, self.limit.min(self.endured))
    }

    /// Returns the blocks of `documents` that every charger has.
    pub fn required(&self, documents: &[DocumentName]) -> Vec<Block> {
        let mut blocks = self.blocks(documents);
        blocks.retain(|block| block.presence == Presence::Always);
        blocks
    }

    /// Returns the other blocks of `documents` to try: none without a modem, and none that was
    /// found absent on this connection, except that a position is tried again every minute.
    pub fn optional(&self, documents: &[DocumentName], now: Moment) -> Vec<Block> {
        if !self.modem {
            return Vec::new();
        }
        let found_absent = |block: &Block| {
            self.absent.iter().any(|(absent, at)| {
                let again = absent.presence == Presence::Gps && now.since(*at) >= GPS_PERIOD;
                absent.address == block.address && !again
            })
        };
        let mut blocks = self.blocks(documents);
        blocks.retain(|block| block.presence != Presence::Always && !found_absent(block));
        blocks
    }

    /// Takes over from the model type whether optional blocks may be tried at all.
    pub fn learn(&mut self, info: &Readings) {
        self.modem = info.has_modem();
    }

    /// Notes that the charger answered exception 2 to an optional block.
    pub fn mark_absent(&mut self, block: Block, now: Moment) {
        self.absent.retain(|(absent, _)| absent.address != block.address);
        self.absent.push((block, now));
    }

    /// Notes that the charger answered a read of `block`.
    pub fn answered(&mut self, block: Block) {
        self.longest = self.longest.max(block.quantity);
        if !self.answered.contains(&block) {
            self.answered.push(block);
        }
    }

    /// Notes that the charger refused `block`. Returns `true` if the last read of it was answered:
    /// then neither its length nor its rows are the reason, unless the refusal is repeated.
    pub fn refused_now(&mut self, block: &Block) -> bool {
        let before = self.answered.len();
        self.answered.retain(|answered| answered != block);
        self.answered.len() < before
    }

    /// Returns `true` if a refusal of `block` may be due to its length: a read as long was never
    /// answered.
    pub const fn is_untried(&self, block: &Block) -> bool {
        block.quantity > self.longest
    }

    /// Learns from the refusals of `blocks`, whose `rows` were refused alone too. A block without
    /// such a row is too long: its parts were answered, the longest of them with `answered`
    /// registers.
    pub fn learn_refusals(&mut self, blocks: &[Block], rows: &[FieldId], answered: u16) {
        for id in rows {
            if !self.refused.contains(id) {
                self.refused.push(*id);
            }
        }
        let is_too_long = |block: &&Block| !block.rows().any(|row| rows.contains(&row.id));
        if let Some(shortest) = blocks.iter().filter(is_too_long).map(|b| b.quantity).min() {
            self.limit = self.limit.min(answered.min(shortest - 1).max(1));
        }
    }

    /// Sets the limit for this charger: longer reads get no answer, or the connection is closed.
    pub const fn endure(&mut self, limit: u16) {
        self.endured = limit;
    }

    /// Returns the rows of `documents` that the charger refuses one by one.
    pub fn refused(&self, documents: &[DocumentName]) -> Vec<FieldId> {
        let wanted = |id: &&FieldId| documents.contains(&Field::of(**id).document());
        self.refused.iter().filter(wanted).copied().collect()
    }

    /// Resets the plan for a new connection: absent blocks may be present and no row is refused.
    /// Only the limit from closed connections and missing answers is kept.
    pub fn reconnected(&mut self) {
        *self = Self { modem: self.modem, endured: self.endured, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Scalar;

    fn places(blocks: &[Block]) -> Vec<(u16, u16)> {
        blocks.iter().map(|block| (block.address, block.quantity)).collect()
    }

    fn info(model: &str) -> Readings {
        let mut readings = Readings::default();
        readings.set(FieldId::ModelType, Some(Scalar::Text(model.into())));
        readings
    }

    #[test]
    fn blocks_hold_every_row_once_for_every_limit() {
        for limit in 1..=MAX_QUANTITY {
            let blocks = blocks(&DocumentName::ALL, limit);
            let rows: Vec<_> = blocks
                .iter()
                .flat_map(|block| {
                    let rows: Vec<&Field> = block.rows().collect();
                    assert!(rows.iter().all(|row| row.presence == block.presence), "{block:?}");
                    assert!(block.quantity <= limit || rows.len() == 1, "{block:?} of {limit}");
                    let words: u16 = rows.iter().map(|row| row.register.encoding.words()).sum();
                    assert_eq!(words, block.quantity, "{block:?} cuts a row");
                    rows.into_iter().map(|row| row.id)
                })
                .collect();
            assert_eq!(rows, FIELDS.iter().map(|field| field.id).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_poll_is_one_block_and_everything_is_three() {
        let plan = ReadPlan::default();
        let poll = plan.required(&[DocumentName::Control, DocumentName::Values]);
        assert_eq!(places(&poll), [(194, 70)]);
        let all = plan.required(&DocumentName::ALL);
        assert_eq!(places(&all), [(0, 80), (122, 64), (194, 70)]);
    }

    #[test]
    fn optional_blocks_are_tried_only_with_a_modem() {
        let mut plan = ReadPlan::default();
        let now = Moment::default();
        plan.learn(&info("NRGkick Gen2"));
        assert_eq!(plan.optional(&DocumentName::ALL, now), []);
        plan.learn(&info("NRGkick Gen2 SIM"));
        let optional = plan.optional(&DocumentName::ALL, now);
        assert_eq!(places(&optional), [(80, 34), (114, 8), (186, 8)]);
        assert_eq!(plan.optional(&[DocumentName::Values], now), []);
    }

    #[test]
    fn an_absent_block_is_left_alone_and_a_position_looked_for_again() {
        let mut plan = ReadPlan::default();
        plan.learn(&info("NRGkick Gen2 SIM"));
        for block in plan.optional(&DocumentName::ALL, Moment::default()) {
            plan.mark_absent(block, Moment::default());
        }
        let at = |seconds: u64| Moment::from_millis(seconds * 1_000);
        assert_eq!(plan.optional(&DocumentName::ALL, at(59)), []);
        assert_eq!(places(&plan.optional(&DocumentName::ALL, at(60))), [(114, 8)]);
        plan.reconnected();
        assert_eq!(plan.optional(&DocumentName::ALL, at(60)).len(), 3);
    }

    #[test]
    fn halves_are_whole_rows_down_to_one() {
        let whole = Block { address: 194, quantity: 70, presence: Presence::Always };
        let mut parts = vec![whole];
        let mut rows = Vec::new();
        while let Some(part) = parts.pop() {
            match part.halves() {
                Some((front, back)) => {
                    assert_eq!((front.address, front.end()), (part.address, back.address));
                    assert_eq!(back.end(), part.end());
                    parts.extend([back, front]);
                }
                None => rows.extend(part.rows().map(|row| row.id)),
            }
        }
        let all: Vec<_> = whole.rows().map(|row| row.id).collect();
        assert_eq!(rows, all);
    }

    #[test]
    fn a_length_and_a_row_that_are_refused_are_told_apart() {
        let poll = [DocumentName::Control, DocumentName::Values];
        let whole = Block { address: 194, quantity: 70, presence: Presence::Always };
        let mut plan = ReadPlan::default();
        plan.learn_refusals(&[whole], &[], 35);
        assert!(plan.required(&poll).iter().all(|block| block.quantity <= 35));
        plan.reconnected();
        assert_eq!(plan.required(&poll).len(), 1);
        plan.learn_refusals(&[whole], &[FieldId::ChargePermitted], 35);
        assert_eq!(places(&plan.required(&poll)), [(194, 58), (253, 11)]);
        assert_eq!(plan.refused(&poll), [FieldId::ChargePermitted]);
        plan.endure(20);
        plan.reconnected();
        assert!(plan.required(&poll).iter().all(|block| block.quantity <= 20), "it is kept");
    }
}
