//! Writes: the same rules as for JSON, all or nothing, and their record.

use std::time::Duration;

use nrgkick_sim_core::Model;
use serde_json::json;

use crate::support::{Sim, start};

/// Time after which a write shows.
const LAG: Duration = Duration::from_secs(4);

fn settle(sim: &Sim) {
    sim.modbus.unit().with(|unit| unit.advance(LAG));
}

#[tokio::test]
async fn each_setting_can_be_written_and_shows_after_the_lag() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    let before = sim.document("/control");
    assert_eq!(client.write_one(194, 61).await, Ok(()));
    assert_eq!(client.write_one(195, 1).await, Ok(()));
    assert_eq!(client.write_many(196, &[10_000, 0]).await, Ok(()));
    assert_eq!(client.write_one(198, 1).await, Ok(()));
    assert_eq!(sim.document("/control"), before, "`/control` lags");
    settle(&sim);
    let after = json!({
        "current_set": 6.1, "charge_pause": 1, "energy_limit": 10_000, "phase_count": 1
    });
    assert_eq!(sim.document("/control"), after);
    assert_eq!(client.read(194, 5).await, Ok(vec![61, 1, 10_000, 0, 1]));
    assert_eq!(sim.write_count(), 4);
}

#[tokio::test]
async fn adjacent_settings_are_one_write() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    assert_eq!(client.write_many(194, &[80, 0, 0x4240, 0x000F, 3]).await, Ok(()));
    let query = "current_set=8.0&charge_pause=0&energy_limit=1000000&phase_count=3";
    assert_eq!(sim.last_write(), (query.to_owned(), 200));
    assert_eq!(sim.write_count(), 1);
}

#[tokio::test]
async fn values_outside_their_range_are_refused_and_nothing_is_applied() {
    let sim = start(Model::Rated16).await;
    let mut client = sim.connect().await;
    let before = sim.document("/control");
    for (address, words) in [
        (194, vec![59]),
        (194, vec![161]), // above the rated current
        (194, vec![321]),
        (194, vec![65535]),
        (195, vec![2]),
        (196, vec![0x4241, 0x000F]), // 1,000,001 Wh
        (196, vec![0, 0xFFFF]),
        (198, vec![0]),
        (198, vec![4]),
        (194, vec![80, 1, 0x4241, 0x000F, 3]), // the third of four
    ] {
        assert_eq!(client.write_many(address, &words).await, Err(3), "{address} {words:?}");
    }
    settle(&sim);
    assert_eq!(sim.document("/control"), before);
    assert_eq!(sim.write_count(), 10, "refused writes are recorded too");
    assert_eq!(sim.last_write(), ("address=194&words=0050,0001,4241,000f,0003".to_owned(), 3));
    sim.switch("above_rated", "accept");
    assert_eq!(client.write_one(194, 161).await, Ok(()));
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_as_the_switch_says() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    for (read_only, part) in [(2, 2), (1, 3), (3, 1)] {
        sim.answers(&json!({ "read_only": read_only, "part_of_limit": part }));
        for address in [0, 193, 199, 263] {
            assert_eq!(client.write_one(address, 1).await, Err(read_only), "{address}");
        }
        assert_eq!(client.write_many(198, &[1, 0, 0, 0, 0]).await, Err(read_only), "198 to 202");
        assert_eq!(client.write_one(196, 1).await, Err(part));
        assert_eq!(client.write_one(197, 1).await, Err(part));
    }
    assert_eq!(client.write_many(196, &[1]).await, Err(2), "half of the limit");
    assert_eq!(client.write_many(194, &[80, 0, 1]).await, Err(2), "half of the limit at the end");
    assert_eq!(client.write_one(264, 1).await, Err(2));
    assert_eq!(client.write_many(263, &[0, 0]).await, Err(2));
}

#[tokio::test]
async fn what_the_app_does_not_allow_is_an_exception_and_ends_the_whole_write() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    let before = sim.document("/control");
    sim.switch("phase_switch", false);
    assert_eq!(client.write_one(198, 1).await, Err(4));
    assert_eq!(sim.last_write(), ("phase_count=1".to_owned(), 4));
    assert_eq!(client.write_many(194, &[80, 0, 0, 0, 3]).await, Err(4));
    sim.answers(&json!({ "blocked": 6 }));
    assert_eq!(client.write_one(198, 1).await, Err(6));
    sim.switch("solar", true);
    assert_eq!(client.write_one(195, 1).await, Err(6));
    assert_eq!(client.write_one(194, 80).await, Ok(()), "solar charging blocks the pause only");
    sim.switch("solar_blocks_all", true);
    assert_eq!(client.write_one(194, 90).await, Err(6));
    settle(&sim);
    let mut expected = before;
    expected["current_set"] = json!(8.0);
    assert_eq!(sim.document("/control"), expected);
}

#[tokio::test]
async fn json_may_be_off() {
    let sim = start(Model::Rated32).await;
    sim.switch("json", false);
    let mut client = sim.connect().await;
    assert_eq!(client.write_one(194, 80).await, Ok(()));
    settle(&sim);
    assert_eq!(client.read(194, 1).await, Ok(vec![80]));
}
