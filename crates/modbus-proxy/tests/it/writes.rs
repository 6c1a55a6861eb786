//! Writes through the whole pipeline: sent once, with the right function, and read back.

use std::time::Duration;

use serde_json::json;

use crate::fake::{Act, Fake};
use crate::proxy::Proxy;

#[tokio::test]
async fn each_setting_goes_out_once_and_is_verified() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    for (body, write, words) in [
        (r#"{"current_set":16.5}"#, (6, 194, 165), vec![165]),
        (r#"{"charge_pause":1}"#, (6, 195, 1), vec![1]),
        (r#"{"energy_limit":100000}"#, (16, 196, 2), vec![0x86a0, 1]),
        (r#"{"phase_count":1}"#, (6, 198, 1), vec![1]),
        (
            r#"{"phase_count":2,"energy_limit":5,"charge_pause":0,"current_set":7}"#,
            (16, 194, 5),
            vec![70, 0, 5, 0, 2],
        ),
    ] {
        fake.take_reads();
        let (status, answer) = proxy.write(body).await;
        assert_eq!((status, &answer["outcome"]), (200, &json!("verified")), "{answer}");
        assert_eq!(fake.writes(), [write], "{body}");
        let first = usize::from(write.1);
        assert_eq!(fake.state().words[first..first + words.len()], words, "{body}");
    }
}

#[tokio::test]
async fn a_read_back_is_never_answered_from_words_before_the_write() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    // The words of this read are kept for `/control`.
    assert_eq!(proxy.get("/values?raw").await.0, 200);
    let (_, answer) = proxy.write(r#"{"current_set":16}"#).await;
    assert_eq!(answer["control"]["current_set"], 16.0, "{answer}");
}

#[tokio::test]
async fn settings_with_a_gap_go_in_order_and_stop_at_the_first_that_is_refused() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    let body = r#"{"current_set":10,"phase_count":1}"#;
    let (status, answer) = proxy.write(body).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(fake.writes(), [(6, 194, 100), (6, 198, 1)]);
    assert_eq!(answer["keys"], json!({"current_set":"verified","phase_count":"verified"}));

    // The first is refused: the second does not go out.
    fake.take_reads();
    fake.fault(|right| vec![Act::Send(exception(&right, 3))]);
    let (status, answer) = proxy.write(r#"{"current_set":12,"phase_count":3}"#).await;
    assert_eq!(status, 409, "{answer}");
    assert_eq!(fake.writes(), [(6, 194, 120)]);
    assert_eq!(answer["keys"], json!({"current_set":"refused","phase_count":"refused"}));
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains("Modbus exception 3 (illegal data value)"), "{message}");
    assert!(message.contains("phase_count=3 was not sent"), "{message}");

    // The second is refused: the first stays, and the answer says so.
    fake.take_reads();
    fake.fault(|right| vec![Act::Send(right)]);
    fake.fault(|right| vec![Act::Send(right)]);
    fake.fault(|right| vec![Act::Send(exception(&right, 4))]);
    let (status, answer) = proxy.write(r#"{"current_set":13,"phase_count":3}"#).await;
    assert_eq!(status, 409, "{answer}");
    assert_eq!(answer["keys"], json!({"current_set":"verified","phase_count":"refused"}));
    assert!(answer["message"].as_str().unwrap().contains("phase_count=3 with Modbus exception 4"));
}

fn exception(right: &[u8], code: u8) -> Vec<u8> {
    [&right[..4], &[0, 3], &right[6..7], &[right[7] | 0x80, code]].concat()
}

#[tokio::test]
async fn f12_a_write_that_was_applied_and_whose_reply_is_lost_is_verified_and_sent_once() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    for acts in [vec![Act::Hang], vec![Act::Close], vec![Act::Reset]] {
        fake.take_reads();
        fake.set(195, 0);
        fake.fault(|_| acts);
        let (status, answer) = proxy.write(r#"{"charge_pause":1}"#).await;
        assert_eq!((status, &answer["outcome"]), (200, &json!("verified")), "{answer}");
        assert_eq!(fake.writes(), [(6, 195, 1)]);
    }
    // An acknowledge (exception 5) is no refusal either.
    fake.take_reads();
    fake.set(195, 0);
    fake.fault(|right| vec![Act::Send(exception(&right, 5))]);
    let (_, answer) = proxy.write(r#"{"charge_pause":1}"#).await;
    assert_eq!(answer["outcome"], "verified", "{answer}");
    assert_eq!(fake.writes(), [(6, 195, 1)]);
}

#[tokio::test]
async fn f14_an_echo_of_another_value_is_a_mismatch() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    // The request is 20 A, the charger takes and echoes 16 A.
    fake.state().after_write = Some(|words| words[194] = 160);
    fake.reply(|_, mut right| {
        right[10..12].copy_from_slice(&160_u16.to_be_bytes());
        right
    });
    let (status, answer) = proxy.write(r#"{"current_set":20}"#).await;
    assert_eq!((status, &answer["outcome"]), (409, &json!("mismatch")), "{answer}");
    assert_eq!(answer["control"]["current_set"], 16.0);
    assert_eq!(fake.writes(), [(6, 194, 200)]);
    let counted = "nrgkick_writes_total{charger=\"charger\",outcome=\"mismatch\"} 1\n";
    let metrics = proxy.text("/metrics").await;
    assert!(metrics.contains(counted), "an alarm can be set on it: {metrics}");
}

#[tokio::test]
async fn f14_an_odd_echo_of_a_value_that_is_then_read_is_verified() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    fake.reply(|_, mut right| {
        right[10..12].copy_from_slice(&160_u16.to_be_bytes());
        right
    });
    let (status, answer) = proxy.write(r#"{"current_set":20}"#).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("verified")), "{answer}");
    assert_eq!(answer["control"]["current_set"], 20.0);
    assert_eq!(fake.writes(), [(6, 194, 200)]);
}

#[tokio::test]
async fn f15_a_value_that_is_changed_again_is_a_mismatch_and_not_sent_again() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    fake.state().after_write = Some(|words| words[194] = 60);
    let (status, answer) = proxy.write(r#"{"current_set":20}"#).await;
    assert_eq!((status, &answer["outcome"]), (409, &json!("mismatch")), "{answer}");
    assert!(answer["message"].as_str().unwrap().contains("shows Set current 6 A"), "{answer}");
    assert_eq!(fake.writes(), [(6, 194, 200)]);
}

/// Sends a write while a read of registers waits for a charger that does not answer.
async fn behind_registers(
    fake: &Fake,
    adjust: impl FnOnce(&mut modbus_proxy::Config),
) -> (u16, serde_json::Value) {
    let proxy = Proxy::start(&fake.address.to_string(), &[], adjust).await;
    for target in ["/info?raw", "/values?raw"] {
        assert_eq!(proxy.get(target).await.0, 200);
    }
    fake.take_reads();
    fake.fault(|_| vec![Act::Hang]);
    let registers = proxy.get("/registers?address=194&quantity=5");
    let write = async {
        while fake.seen().is_empty() {
            tokio::task::yield_now().await;
        }
        proxy.write(r#"{"charge_pause":1}"#).await
    };
    tokio::join!(registers, write).1
}

#[tokio::test]
async fn a_write_behind_a_read_of_registers_that_is_silent_was_never_sent_and_is_said_not_to_be() {
    let fake = Fake::start().await;
    let (status, answer) = behind_registers(&fake, |config| {
        // The missing answer takes longer than the write's turn.
        config.timeouts.request = Duration::from_millis(600);
        config.server.options.timing.turn = Duration::from_millis(100);
    })
    .await;
    assert_eq!((status, &answer["error"]["code"]), (503, &json!("busy")), "{answer}");
    assert!(fake.writes().is_empty());
}

#[tokio::test]
async fn a_write_waits_its_turn_behind_reads_of_registers_and_is_sent_once() {
    let fake = Fake::start().await;
    let (status, answer) = behind_registers(&fake, |config| {
        // Longer than the former limit of a write's wait for reads of registers.
        config.timeouts.request = Duration::from_millis(1500);
    })
    .await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("verified")), "{answer}");
    assert_eq!(fake.writes(), [(6, 195, 1)], "sent once");
}
