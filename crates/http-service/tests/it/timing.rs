//! S19: the time that a wrong token takes says nothing of how much of it is right.
//!
//! Measured as "dudect" does: two kinds of input in random order, the slowest tenth left out, and
//! Welch's t between them. What else the machine does falls on both alike.

use std::hint::black_box;

use http_service::access::Token;
use tokio::time::Instant;

/// Beyond it two kinds of input are told apart.
const TOLD_APART: f64 = 4.5;

/// Welch's t of the times of `compare` for the two inputs of equal length, in random order.
fn t(count: usize, inputs: [&str; 2], mut compare: impl FnMut(&str) -> bool) -> f64 {
    // Both are compared at one place in memory, as the place has its own time.
    let mut shown = inputs[0].to_owned();
    let mut times = [Vec::with_capacity(count), Vec::with_capacity(count)];
    let mut state = 1_u64;
    for _ in 0..count {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let kind = usize::from(state >> 63 == 1);
        shown.clear();
        shown.push_str(inputs[kind]);
        let begun = Instant::now();
        assert!(!black_box(compare(black_box(&shown))));
        times[kind].push(begun.elapsed().as_secs_f64());
    }
    let mut all: Vec<f64> = times.concat();
    all.sort_by(f64::total_cmp);
    let slow = all[all.len() * 9 / 10];
    let [(n, mean, variance), (m, other, spread)] = times.map(|times| {
        let kept: Vec<f64> = times.into_iter().filter(|time| *time < slow).collect();
        #[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
        let n = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / n;
        (n, mean, kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (n - 1.0))
    });
    (mean - other) / (variance / n + spread / m).sqrt()
}

/// The inputs: wrong at the first character, and wrong at the last one.
fn wrong(right: &str) -> [String; 2] {
    let (first, last) = (&right[1..], &right[..right.len() - 1]);
    [format!("x{first}"), format!("{last}x")]
}

#[test]
fn s19_a_wrong_token_takes_the_same_time_wherever_it_is_wrong() {
    let right = "k".repeat(64);
    let token = Token::new(&right).unwrap();
    let [early, late] = wrong(&right);
    let apart = t(100_000, [&early, &late], |shown| token.matches(shown));
    assert!(apart.abs() < TOLD_APART, "t = {apart}");
}

#[test]
fn a_comparison_that_stops_early_is_told_apart() {
    let right = "k".repeat(4_096);
    let [early, late] = wrong(&right);
    let stops = |shown: &str| right.bytes().zip(shown.bytes()).all(|(a, b)| a == b);
    let apart = t(4_000, [&early, &late], stops);
    assert!(apart.abs() > TOLD_APART, "t = {apart}");
}
