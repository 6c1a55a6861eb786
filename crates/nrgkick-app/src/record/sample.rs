//! A charge for tests.

use gateway_api::record::{Charge, EndedBy, EnergyFrom};

/// 7.2 kWh in two hours on 29 November 2026.
pub(crate) fn charge() -> Charge {
    Charge {
        id: "00000000000000a1".into(),
        start: "2026-11-29T17:00:00Z".into(),
        end: Some("2026-11-29T19:00:00Z".into()),
        energy_wh: Some(7_200),
        energy_from: Some(EnergyFrom::Counter),
        before_wh: None,
        peak_w: Some(11_040),
        duration_s: 7_200,
        phases: Some(3),
        ended_by: Some(EndedBy::Unplugged),
        complete: true,
        seen_from: None,
        gaps: Vec::new(),
        more_gaps: 0,
        clock_set_s: None,
        serial_number: "S1".into(),
        simulated: true,
        counter_start_wh: Some(1_000_000),
        counter_end_wh: Some(1_007_200),
        label: None,
    }
}
