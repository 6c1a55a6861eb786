//! Charges as CSV as the language writes it, to hand in.
//!
//! Not here: the plain CSV, which is the gateway's own (`gateway_api::csv`).

use gateway_api::csv::{self, cell};
use gateway_api::record::Charge;
use gateway_api::utc;

use super::zone::Zone;

/// The columns of the language's CSV, by the names of their heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Start, by the clock on the wall.
    Start,
    /// End.
    End,
    /// Duration, minutes.
    Duration,
    /// Energy, kWh.
    Energy,
    /// Cost.
    Cost,
    /// Counter at the start, kWh.
    CounterStart,
    /// Counter at the end, kWh.
    CounterEnd,
    /// Highest power, kW.
    Peak,
    /// Phases.
    Phases,
    /// Why it ended.
    EndedBy,
    /// Whether all of it was seen.
    Complete,
    /// Label.
    Label,
    /// Serial number.
    Serial,
    /// Its id.
    Id,
}

impl Column {
    /// All of them, in their order.
    pub const ALL: [Self; 14] = [
        Self::Start,
        Self::End,
        Self::Duration,
        Self::Energy,
        Self::Cost,
        Self::CounterStart,
        Self::CounterEnd,
        Self::Peak,
        Self::Phases,
        Self::EndedBy,
        Self::Complete,
        Self::Label,
        Self::Serial,
        Self::Id,
    ];
}

/// How a language writes a table.
pub struct Flavour<'a> {
    /// The decimal sign; with a comma the cells are set apart by semicolons.
    pub decimal: char,
    /// The clock on the wall.
    pub zone: Zone,
    /// The head of each column.
    pub head: &'a dyn Fn(Column) -> String,
    /// Yes or no, and the reason for which a charge ended, in words.
    pub words: &'a dyn Fn(&Charge, Column) -> String,
    /// The cost of a charge with a point; empty where there is none.
    pub cost: &'a dyn Fn(&Charge) -> String,
}

impl Flavour<'_> {
    /// Charges, a row each. It begins with the mark by which spreadsheets know UTF-8.
    pub fn csv(&self, charges: &[Charge]) -> String {
        let separator = if self.decimal == ',' { ';' } else { ',' };
        let mut text = "\u{feff}".to_owned();
        let heads = Column::ALL.map(|column| cell(&(self.head)(column), separator));
        csv::line(&mut text, &heads, separator);
        for charge in charges {
            let cells = Column::ALL.map(|column| cell(&self.cell(charge, column), separator));
            csv::line(&mut text, &cells, separator);
        }
        text
    }

    fn cell(&self, charge: &Charge, column: Column) -> String {
        let time = |text: &str| utc::parse(text).map(|at| self.zone.text(at)).unwrap_or_default();
        match column {
            Column::Start => time(&charge.start),
            Column::End => charge.end.as_deref().map(time).unwrap_or_default(),
            Column::Duration => (charge.duration_s / 60).to_string(),
            Column::Energy => self.thousandths(charge.energy_wh),
            Column::Cost => self.decimal(&(self.cost)(charge)),
            Column::CounterStart => self.thousandths(charge.counter_start_wh),
            Column::CounterEnd => self.thousandths(charge.counter_end_wh),
            Column::Peak => self.thousandths(charge.peak_w.map(u64::from)),
            Column::Phases => csv::number(charge.phases),
            Column::EndedBy | Column::Complete => (self.words)(charge, column),
            Column::Label => charge.label.clone().unwrap_or_default(),
            Column::Serial => charge.serial_number.clone(),
            Column::Id => charge.id.clone(),
        }
    }

    /// A number of Wh or W in kWh or kW.
    fn thousandths(&self, number: Option<u64>) -> String {
        let text = number.map(|number| format!("{}.{:03}", number / 1000, number % 1000));
        self.decimal(&text.unwrap_or_default())
    }

    fn decimal(&self, text: &str) -> String {
        text.replace('.', &self.decimal.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::charge;
    use super::super::zone::tests::VIENNA;
    use super::*;

    fn flavour(decimal: char) -> String {
        let flavour = Flavour {
            decimal,
            zone: VIENNA,
            head: &|column| format!("{column:?}"),
            words: &|_, column| if column == Column::Complete { "ja" } else { "=1+1" }.to_owned(),
            cost: &|_| "2.30".to_owned(),
        };
        flavour.csv(&[Charge { label: Some("-5; =SUM(A1)".into()), ..charge() }])
    }

    const HEADS: &str = "Start,End,Duration,Energy,Cost,CounterStart,CounterEnd,Peak,Phases,\
        EndedBy,Complete,Label,Serial,Id";

    #[test]
    fn a_language_with_a_decimal_comma_sets_cells_apart_by_semicolons() {
        let row = "2026-11-29 18:00:00;2026-11-29 20:00:00;120;7,200;2,30;1000,000;1007,200;\
            11,040;3;'=1+1;ja;\"'-5; =SUM(A1)\";S1;00000000000000a1";
        assert_eq!(flavour(','), format!("\u{feff}{}\r\n{row}\r\n", HEADS.replace(',', ";")));
    }

    #[test]
    fn any_other_by_commas() {
        let row = "2026-11-29 18:00:00,2026-11-29 20:00:00,120,7.200,2.30,1000.000,1007.200,\
            11.040,3,'=1+1,ja,'-5; =SUM(A1),S1,00000000000000a1";
        assert_eq!(flavour('.'), format!("\u{feff}{HEADS}\r\n{row}\r\n"));
    }

    #[test]
    fn what_is_not_known_is_empty() {
        let unknown = Charge { end: None, energy_wh: None, peak_w: None, ..charge() };
        let flavour = Flavour {
            decimal: '.',
            zone: VIENNA,
            head: &|_| String::new(),
            words: &|_, _| String::new(),
            cost: &|_| String::new(),
        };
        let csv = flavour.csv(&[unknown]);
        let row = csv.lines().nth(1).unwrap();
        assert!(row.starts_with("2026-11-29 18:00:00,,120,,,1000.000,1007.200,,3,"), "{row}");
    }
}
