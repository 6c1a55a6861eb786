//! What one charger tells, as a template for many.

use std::fmt::Write as _;

use super::CHARGING;

/// What a real gateway has told of a simulated charger that charges.
pub(super) struct Shape {
    /// The lines of its metrics that are samples.
    samples: Vec<Sample>,
    /// The lines of help and type, which stand in every scrape.
    comments: String,
    /// Topics and payloads.
    pub(super) messages: Vec<(String, String)>,
}

struct Sample {
    /// Name and labels.
    name: String,
    value: f64,
    moves: Moves,
}

/// How a value moves while a charger charges.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moves {
    /// It stands.
    Not,
    /// It wavers by some thousandths, with one decimal.
    Wavers,
    /// It rises by this much a second, also while nothing is charged.
    Counts(f64),
    /// It rises by this much a second.
    Rises(f64),
}

impl Shape {
    /// Takes apart what was told.
    pub(super) fn new(metrics: &str, messages: Vec<(String, String)>) -> Self {
        let mut comments = String::new();
        let mut samples = Vec::new();
        for line in metrics.lines() {
            if let Some((name, value)) = line.rsplit_once(' ').filter(|_| !line.starts_with('#')) {
                let (name, value) = (name.to_owned(), value.parse().unwrap_or_default());
                let moves = moves(&name);
                samples.push(Sample { name, value, moves });
            } else if line != "# EOF" {
                comments += line;
                comments.push('\n');
            }
        }
        Self { samples, comments, messages }
    }

    /// Time series of one gateway.
    pub(super) fn series(&self) -> usize {
        self.samples.len()
    }

    /// Name and labels of each series.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.samples.iter().map(|sample| sample.name.as_str())
    }

    /// A scrape of the gateway of `site` at this second.
    pub(super) fn scrape(&self, site: usize, second: u64) -> String {
        let mut text = self.comments.clone();
        for (row, sample) in self.samples.iter().enumerate() {
            // Writing into a text cannot fail.
            let _ = writeln!(text, "{} {}", sample.name, self.value(row, site, second));
        }
        text
    }

    /// The value of a series.
    #[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
    pub(super) fn value(&self, row: usize, site: usize, second: u64) -> f64 {
        let Sample { value, moves, .. } = self.samples[row];
        let charges = site.is_multiple_of(CHARGING);
        match moves {
            Moves::Counts(a_second) => (value + a_second * second as f64).floor(),
            Moves::Rises(a_second) if charges => (value + a_second * second as f64).floor(),
            Moves::Wavers if charges => {
                let step = noise(site as u64 ^ (second << 20) ^ ((row as u64) << 50)) % 11;
                (value * (1.0 + (step as f64 - 5.0) / 1_000.0) * 10.0).round() / 10.0
            }
            Moves::Wavers if !is_kept(&self.samples[row].name) => 0.0,
            Moves::Wavers | Moves::Rises(_) | Moves::Not => value,
        }
    }

    /// A message of `site`.
    pub(super) fn message(&self, index: usize, site: usize) -> (String, String) {
        let (topic, payload) = &self.messages[index];
        let of_site = |text: &str| text.replace("site-0", &format!("site-{site}"));
        (of_site(topic), of_site(payload))
    }
}

/// What does not fall to zero while nothing is charged.
fn is_kept(name: &str) -> bool {
    ["voltage", "frequency", "celsius", "age"].iter().any(|part| name.contains(part))
}

fn moves(name: &str) -> Moves {
    if name.contains("total_charged_energy") || name.contains("charged_energy") {
        return Moves::Rises(3.0);
    }
    if name.contains("vehicle_") {
        return Moves::Rises(1.0);
    }
    let is_measured = name.contains("values_powerflow") || name.contains("celsius");
    if is_measured || name.contains("age_seconds") {
        return Moves::Wavers;
    }
    let counts =
        ["reads_total", "exchanges_total", "seconds_bucket", "seconds_count", "seconds_sum"];
    if counts.iter().any(|part| name.contains(part)) { Moves::Counts(0.2) } else { Moves::Not }
}

/// The same number for the same input, evenly spread (splitmix64).
fn noise(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
