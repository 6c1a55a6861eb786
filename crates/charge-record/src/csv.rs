//! The record as CSV (RFC 4180): a head, CRLF, times in UTC.

use std::fmt::Write as _;

pub use gateway_api::csv::{charges, curve};
use gateway_api::csv::{line, number};
use gateway_api::record::{History, Spread};

/// A history, a row for each point.
pub fn history(history: &History) -> String {
    let mut text = "at,seen,missed,status".to_owned();
    let names = ["power_w", "current_set_a", "signalled_a", "l1_a", "l2_a", "l3_a", "housing_c"];
    for name in names {
        // Writing to a string cannot fail.
        let _ = write!(text, ",{name}_min,{name}_max,{name}_mean");
    }
    text.push_str("\r\n");
    for point in &history.points {
        let mut row = vec![
            point.at.clone(),
            point.seen.to_string(),
            point.missed.to_string(),
            number(point.status),
        ];
        let series: [Option<Spread>; 7] = [
            point.power_w,
            point.current_set_a,
            point.signalled_a,
            point.l1_a,
            point.l2_a,
            point.l3_a,
            point.housing_c,
        ];
        for spread in series {
            row.extend((0..3).map(|at| number(spread.map(|spread| spread[at]))));
        }
        line(&mut text, &row, ',');
    }
    text
}
