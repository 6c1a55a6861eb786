//! The mDNS face: what a real charger announces of itself, kept true while it changes.
//!
//! Which API is on is announced as the app's switches stand. Not here: names that hold on a network
//! with several chargers beyond the serial number in them; the rule of real ones is not known.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use discovery::{Announced, Announcer};
use nrgkick_model::FieldId;
use tokio::time::{MissedTickBehavior, interval};

use crate::Unit;

/// How often a change is looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Announces `unit`, whose JSON API listens on `address`, until `shutdown` completes. What goes
/// wrong is logged: the other faces serve all the same.
pub(crate) async fn run(unit: &Unit, address: SocketAddr, shutdown: impl Future<Output = ()>) {
    let mut announced = announcement(unit, address);
    let announcer = match Announcer::start(&announced) {
        Ok(announcer) => announcer,
        Err(error) => {
            tracing::error!(%error, "it is not announced");
            return;
        }
    };
    let mut shutdown = pin!(shutdown);
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            _ = ticks.tick() => {}
        }
        let now = announcement(unit, address);
        // Its service is named by its number, under which it stays known.
        let now = Announced { serial_number: announced.serial_number.clone(), ..now };
        if now != announced {
            if let Err(error) = announcer.update(&now) {
                tracing::warn!(%error, "a change is not announced");
            }
            announced = now;
        }
    }
    announcer.stop().await;
}

fn announcement(unit: &Unit, address: SocketAddr) -> Announced {
    unit.with(|simulator| {
        let readings = simulator.readings();
        let text = |field| readings.text(field).unwrap_or_default().to_owned();
        let switches = simulator.switches();
        Announced {
            name: text(FieldId::DeviceName),
            model: text(FieldId::ModelType),
            serial_number: text(FieldId::SerialNumber),
            json_api: switches.json,
            modbus_api: switches.modbus,
            address: (!address.ip().is_unspecified()).then_some(address.ip()),
            port: address.port(),
        }
    })
}

#[cfg(test)]
mod tests {
    use nrgkick_sim_core::{Setup, Switches};

    use super::*;

    #[test]
    fn what_is_announced_is_what_info_and_the_switches_say() {
        let switches = Switches { json: false, ..Switches::default() };
        let setup =
            Setup { number: 7, device_name: "Garage".to_owned(), switches, ..Setup::default() };
        let unit = Unit::new(setup, 0.0);
        let expected = Announced {
            name: "Garage".to_owned(),
            model: "NRGkick Gen2".to_owned(),
            serial_number: "SIMULATED000000000007".to_owned(),
            json_api: false,
            modbus_api: true,
            address: Some([192, 168, 1, 40].into()),
            port: 8090,
        };
        assert_eq!(announcement(&unit, ([192, 168, 1, 40], 8090).into()), expected);
        assert_eq!(announcement(&unit, ([0, 0, 0, 0], 8090).into()).address, None);
    }
}
