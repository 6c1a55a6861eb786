//! Which blocks of registers to read.
//!
//! A block never cuts a row, never mixes rows of different presence (a charger without a modem
//! refuses a block that touches the modem's registers) and never exceeds the limit. Blocks are
//! computed from the table; nobody types an address.

use std::time::Duration;

use crate::document::Info;
use crate::field::{DocumentName, FIELDS, Presence};
use crate::time::Moment;

/// The most registers that Modbus allows in one read.
pub const MAX_QUANTITY: u16 = 125;

/// A position comes and goes, so its block is asked again after this time.
pub const GPS_PERIOD: Duration = Duration::from_secs(60);

/// Registers to be read in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// First register, 0-based.
    pub address: u16,
    /// Number of registers.
    pub quantity: u16,
    /// On which units they exist.
    pub presence: Presence,
}

impl Block {
    /// The register behind the last one.
    pub const fn end(&self) -> u16 {
        self.address + self.quantity
    }
}

/// The blocks that hold all rows of `documents`, each at most `limit` registers long.
///
/// A single row longer than `limit` is a block of its own: a shorter read of it is not allowed.
pub fn blocks(documents: &[DocumentName], limit: u16) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for field in FIELDS.iter().filter(|field| documents.contains(&field.document())) {
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

/// What has been learnt about a charger on one connection, and so what to read next.
#[derive(Clone, Debug)]
pub struct ReadPlan {
    limit: u16,
    modem: bool,
    absent: Vec<(Block, Moment)>,
}

impl Default for ReadPlan {
    fn default() -> Self {
        Self { limit: MAX_QUANTITY, modem: false, absent: Vec::new() }
    }
}

impl ReadPlan {
    /// Reads shorter than this are not made shorter still.
    const SHORTEST_LIMIT: u16 = 16;

    /// The blocks of `documents` that every charger has.
    pub fn required(&self, documents: &[DocumentName]) -> Vec<Block> {
        let mut blocks = blocks(documents, self.limit);
        blocks.retain(|block| block.presence == Presence::Always);
        blocks
    }

    /// The blocks of `documents` to be tried besides: none without a modem, none that was found
    /// absent on this connection, but a position is looked for again every minute.
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
        let mut blocks = blocks(documents, self.limit);
        blocks.retain(|block| block.presence != Presence::Always && !found_absent(block));
        blocks
    }

    /// The model type tells whether optional blocks may be tried at all.
    pub fn learn(&mut self, info: &Info) {
        self.modem = info.has_modem();
    }

    /// The charger answered exception 2 to an optional block.
    pub fn mark_absent(&mut self, block: Block, now: Moment) {
        self.absent.retain(|(absent, _)| absent.address != block.address);
        self.absent.push((block, now));
    }

    /// The charger answered exception 3 to a read of `quantity` registers: some devices allow
    /// fewer than the protocol. Returns whether shorter blocks are worth a try.
    pub fn shorten(&mut self, quantity: u16) -> bool {
        let limit = quantity / 2;
        if quantity <= Self::SHORTEST_LIMIT || limit >= self.limit {
            return false;
        }
        self.limit = limit.max(Self::SHORTEST_LIMIT);
        true
    }

    /// On a new connection absent blocks may be there, and the limit is the protocol's again.
    pub fn reconnected(&mut self) {
        *self = Self { modem: self.modem, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::General;
    use crate::field::Field;
    use crate::register::RowsOf as _;

    fn places(blocks: &[Block]) -> Vec<(u16, u16)> {
        blocks.iter().map(|block| (block.address, block.quantity)).collect()
    }

    fn info(model: &str) -> Info {
        let general = General { model_type: Some(model.into()), ..General::default() };
        Info { general: Some(general), ..Info::default() }
    }

    #[test]
    fn blocks_hold_every_row_once_for_every_limit() {
        for limit in 1..=MAX_QUANTITY {
            let blocks = blocks(&DocumentName::ALL, limit);
            let rows: Vec<_> = blocks
                .iter()
                .flat_map(|block| {
                    let rows: Vec<&Field> = (block.address..block.end()).rows().collect();
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
    fn a_refused_length_is_halved_down_to_the_longest_row() {
        let mut plan = ReadPlan::default();
        assert!(plan.shorten(80));
        assert!(plan.required(&DocumentName::ALL).iter().all(|block| block.quantity <= 40));
        assert!(plan.shorten(40) && plan.shorten(20));
        assert!(!plan.shorten(16), "no row is longer than 16");
        assert!(plan.required(&DocumentName::ALL).iter().all(|block| block.quantity <= 16));
    }
}
