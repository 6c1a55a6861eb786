//! F3 at scale: ten thousand reads, one reply in a hundred late.

use std::time::Duration;

use modbus_proxy::{ModbusCharger, Timeouts, read_address};
use nrgkick_model::field::{Field, FieldId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::Instant;

use crate::fake::{Act, Fake};
use crate::proxy::{timeouts, values};

const READS: u16 = 10_000;
const TIMEOUT: Duration = Duration::from_millis(20);
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f03_of_ten_thousand_reads_with_late_replies_none_is_wrong() {
    let fake = Fake::start().await;
    let count = Field::of(FieldId::ChargeCount).register.address;
    fake.state().counter = Some(count);
    let address = read_address(&fake.address.to_string(), false).unwrap();
    let mut charger = ModbusCharger::new(address, 1, Timeouts { request: TIMEOUT, ..timeouts() });
    let mut random = StdRng::seed_from_u64(42);
    let (mut late, mut failed, mut wrong) = (0, 0, 0);
    let began = Instant::now();
    for _ in 0..READS {
        let is_late = random.random_range(0..100) == 0;
        if is_late {
            late += 1;
            // From just too late to long after the next read.
            let delay = TIMEOUT + Duration::from_millis(random.random_range(1..=40));
            fake.fault(move |right| vec![Act::Pause(delay), Act::Send(right)]);
        }
        // The server counts requests, so every correct answer differs.
        let before = fake.state().seen.len();
        let read = loop {
            let read = values(&mut charger).await;
            // A call that fails to connect sends nothing and does not count as a read.
            let is_sent = fake.state().seen.len() > before;
            if is_sent || read.is_ok() || began.elapsed() > LIMIT {
                break read;
            }
            tokio::task::yield_now().await;
        };
        let after = fake.state().seen.len();
        match read.map(|values| values["general"]["charge_count"].as_u64()) {
            Ok(Some(count)) if (before as u64 + 1..=after as u64).contains(&count) => {}
            Ok(_) => wrong += 1,
            Err(_) => failed += 1,
        }
        // A read that failed before its fault was used must not pass the fault on to the next one.
        fake.state().clear_faults();
    }
    let took = began.elapsed();
    assert_eq!(wrong, 0, "{late} late, {failed} failed");
    assert!(late > 50, "{late} late");
    // Each late reply fails its own read, unless a busy machine checks the clock so late that the
    // reply is there. On such a machine a good reply may also take longer than 20 ms.
    assert!(failed > late / 2 && failed < READS / 4, "{late} late, {failed} failed");
    assert!(took < LIMIT, "{took:?}");
}
