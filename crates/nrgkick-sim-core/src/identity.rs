//! `/info` of each model: invented data, marked as such by the serial number.

use nrgkick_model::code::{AttachmentType, CellularMode, GridPhases, Phase};
use nrgkick_model::document::{Cellular, Connector, General, Gps, Grid, Info, Network, Versions};
use nrgkick_model::reading::SIMULATED;

use crate::model::Model;
use crate::setup::Setup;

/// Returns `/info` of a charger built from `setup`.
pub(crate) fn info(setup: &Setup) -> Info {
    let model = setup.model;
    let domestic = model == Model::Domestic;
    let text = |text: &str| Some(text.to_owned());
    Info {
        general: Some(General {
            // 21 characters, as on real units.
            serial_number: Some(format!("{SIMULATED}{:012}", setup.number)),
            model_type: text(if model.has_modem() { "NRGkick Gen2 SIM" } else { "NRGkick Gen2" }),
            device_name: Some(setup.device_name.clone()),
            rated_current: Some(if model == Model::Rated16 { 16 } else { 32 }),
        }),
        connector: Some(Connector {
            phase_count: Some(if domestic { 1 } else { 3 }),
            max_current: Some(match model {
                Model::Rated16 => 16.0,
                Model::Domestic => 13.0,
                Model::Rated32 | Model::Modem | Model::ModemNoFix => 32.0,
            }),
            kind: Some(if domestic { AttachmentType::Domestic } else { AttachmentType::Cee }),
            serial: Some(format!("S{:07}", setup.number % 10_000_000)),
        }),
        grid: Some(Grid {
            voltage: Some(230),
            frequency: Some(50),
            phases: Some(if domestic {
                GridPhases::of([Phase::L1])
            } else {
                GridPhases::of(Phase::ALL)
            }),
        }),
        network: Some(Network {
            // An address reserved for documentation, and one assigned to no manufacturer.
            ip_address: text("192.0.2.10"),
            mac_address: text("02:00:00:53:49:4D"),
            ssid: text("Simulated Wi-Fi"),
            rssi: Some(-61),
        }),
        cellular: model.has_modem().then(|| Cellular {
            imei: text("000000000000000"),
            imsi: text("001010000000000"),
            operator: text("Simulated Operator"),
            rssi: Some(-71),
            mode: Some(CellularMode::LteCatM1),
        }),
        gps: (model == Model::Modem).then_some(Gps {
            latitude: Some(47.07),
            longitude: Some(15.44),
            altitude: Some(353.0),
            accuracy: Some(15.0),
        }),
        versions: Some(Versions {
            sw_sm: Some(setup.firmware.to_string()),
            hw_sm: text("1.0.0.300"),
            sw_ma: text("4.2.3.11"),
            hw_ma: text("1.1.0.0"),
            sw_to: text("1.5.1.0"),
            hw_to: text("1.1.0.0"),
            sw_st: text("1.4.4.0"),
            hw_st: text("1.1.0.0"),
            sw_cm: model.has_modem().then(|| "1951B15V01".to_owned()),
        }),
    }
}
