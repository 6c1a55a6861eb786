//! The tables of the file. A change of any of them is a new version of the file.

use redb::TableDefinition;

/// Charges that can go on no more, by id; as JSON.
pub(super) const CHARGES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("charges");
/// They in the order of their start: number of the charger, start, id.
pub(super) const BY_START: TableDefinition<'_, (u32, i64, u64), ()> =
    TableDefinition::new("by_start");
/// Curves by the id of the charge.
pub(super) const CURVES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("curves");
/// Numbers of chargers by serial number.
pub(super) const SERIALS: TableDefinition<'_, &str, u32> = TableDefinition::new("serials");
/// Which charger answered last under a name: its serial number, and whether it is simulated.
pub(super) const NAMES: TableDefinition<'_, &str, (&str, bool)> = TableDefinition::new("names");
/// The charge that runs, by number of the charger; as JSON.
pub(super) const RUNNING: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("running");
/// Looks of the last 24 h: number of the charger, then in the order of writing.
pub(super) const SAMPLES: TableDefinition<'_, (u32, u64), &[u8]> = TableDefinition::new("samples");
