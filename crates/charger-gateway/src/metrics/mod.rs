//! The accounts and the last values as Prometheus text (exposition format 0.0.4).
//!
//! Built for each scrape from stored data; the charger is not asked. Texts and private values are
//! left out for all callers: there is no serial number and no secret here.

mod values;

use std::fmt;
use std::time::Duration;

use gateway_api::LinkState;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeGaugeValue, NoLabelSet, prometheus_text,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::Instant;

use crate::accounts::{Counters, ErrorKind, LATENCY_BOUNDS_MS, WriteKind};
use crate::fleet::Fleet;
use crate::handle::Handle;

/// The metrics of the server itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerFacts {
    /// Name and version of the program.
    pub(crate) program: (&'static str, &'static str),
    /// Open connections, this one included.
    pub(crate) connections: usize,
    /// Open event streams.
    pub(crate) streams: usize,
    /// Log lines lost since the start.
    pub(crate) lost_log_lines: u64,
    /// A broker has the connection; `None` where there is to be none.
    pub(crate) mqtt_connected: Option<bool>,
}

/// Returns the text of a scrape.
pub(crate) fn text(fleet: &Fleet, server: ServerFacts) -> String {
    let mut registry = Registry::with_prefix("nrgkick");
    registry.register_collector(Box::new(Scrape { fleet: fleet.clone(), server }));
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = prometheus_text::encode(&mut text, &registry);
    text
}

struct Scrape {
    fleet: Fleet,
    server: ServerFacts,
}

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrape")
    }
}

impl Collector for Scrape {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut families = Families { encoder, fleet: &self.fleet };
        let (name, version) = self.server.program;
        families
            .encoder
            .encode_descriptor("gateway", "Program and version", None, MetricType::Info)?
            .encode_info(&[("program", name), ("version", version)])?;
        families.one("gateway_connections", "Open connections", self.server.connections as u64)?;
        families.one("gateway_event_streams", "Open event streams", self.server.streams as u64)?;
        let help = "Lines of the log that were lost";
        families
            .encoder
            .encode_descriptor("gateway_lost_log_lines", help, None, MetricType::Counter)?
            .encode_counter::<NoLabelSet, u64, f64>(&self.server.lost_log_lines, None)?;
        if let Some(is_connected) = self.server.mqtt_connected {
            let help = "1 while the MQTT broker has the connection";
            families.one("gateway_mqtt_connected", help, u64::from(is_connected))?;
        }
        families.of_reads()?;
        families.of_writes()?;
        families.of_links()?;
        values::encode(&mut families)
    }
}

/// Encodes families of metrics, each with samples per charger.
pub(crate) struct Families<'e, 'f> {
    encoder: DescriptorEncoder<'e>,
    fleet: &'f Fleet,
}

type Label = (&'static str, &'static str);

impl Families<'_, '_> {
    fn one(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    /// Encodes a family of counters: for each charger the values of `samples`, each with its label
    /// beside the charger's.
    fn counters<S: IntoIterator<Item = (Option<Label>, u64)>>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl Fn(&Handle) -> S,
    ) -> fmt::Result {
        let mut family = self.encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for handle in &self.fleet.all() {
            for (label, count) in samples(handle) {
                family
                    .encode_family(&labels(handle, label))?
                    .encode_counter::<NoLabelSet, u64, f64>(&count, None)?;
            }
        }
        Ok(())
    }

    /// Like [`Families::counters`], for gauges.
    fn gauges<V: EncodeGaugeValue, S: IntoIterator<Item = (Option<Label>, V)>>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        samples: impl Fn(&Handle) -> S,
    ) -> fmt::Result {
        let mut family = self.encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?;
        for handle in &self.fleet.all() {
            for (label, value) in samples(handle) {
                family.encode_family(&labels(handle, label))?.encode_gauge(&value)?;
            }
        }
        Ok(())
    }

    fn of_reads(&mut self) -> fmt::Result {
        fn counters(handle: &Handle) -> &Counters {
            &handle.known.accounts.counters
        }
        self.counters("reads", "Reads that somebody asked for", |handle| {
            [(None, counters(handle).reads())]
        })?;
        self.counters("reads_shared", "Reads that cost no exchange of their own", |handle| {
            [(None, counters(handle).shared())]
        })?;
        self.counters(
            "exchanges",
            "Requests or transactions that were sent to the charger",
            |handle| [(None, counters(handle).exchanges())],
        )?;
        self.counters("errors", "Exchanges that failed, by kind", |handle| {
            let of_kind = |(kind, count): (ErrorKind, u64)| (Some(("kind", kind.name())), count);
            counters(handle).failures().map(of_kind).collect::<Vec<_>>()
        })?;
        self.latency()
    }

    fn latency(&mut self) -> fmt::Result {
        let mut family = self.encoder.encode_descriptor(
            "exchange",
            "Time that the charger took for a read or a write",
            Some(&Unit::Seconds),
            MetricType::Histogram,
        )?;
        let bounds = LATENCY_BOUNDS_MS.map(Duration::from_millis);
        let bounds = bounds.map(|bound| bound.as_secs_f64()).into_iter().chain([f64::INFINITY]);
        for handle in &self.fleet.all() {
            let latency = handle.known.accounts.counters.latency();
            let buckets: Vec<_> = bounds.clone().zip(latency.buckets).collect();
            let count = latency.buckets.iter().sum();
            family.encode_family(&labels(handle, None))?.encode_histogram::<NoLabelSet>(
                latency.sum.as_secs_f64(),
                count,
                &buckets,
                None,
            )?;
        }
        Ok(())
    }

    fn of_writes(&mut self) -> fmt::Result {
        self.counters("writes", "Writes that somebody asked for, by outcome", |handle| {
            let of_kind = |(kind, count): (WriteKind, u64)| (Some(("outcome", kind.name())), count);
            handle.known.accounts.counters.writes().map(of_kind).collect::<Vec<_>>()
        })?;
        self.gauges("waiting", "Requests that wait for their turn", None, |handle| {
            let [reads, writes] = handle.waiting();
            [(Some(("kind", "read")), reads as u64), (Some(("kind", "write")), writes as u64)]
        })
    }

    fn of_links(&mut self) -> fmt::Result {
        let now = Instant::now();
        let seen = |handle: &Handle| handle.known.status.seen(now);
        self.gauges("link", "1 for the state of the link to the charger", None, |handle| {
            let link = seen(handle).link;
            LinkState::ALL.map(|state| (Some(("state", state.name())), u64::from(state == link)))
        })?;
        let help = "Time since the charger's last answer";
        self.gauges("last_answer_age", help, Some(&Unit::Seconds), |handle| {
            seen(handle).since_answer.map(|age| (None, age.as_secs_f64()))
        })?;
        self.gauges("simulated", "1 where the charger is a simulated one", None, |handle| {
            [(None, u64::from(seen(handle).simulated))]
        })
    }
}

fn labels(handle: &Handle, label: Option<Label>) -> Vec<(&str, &str)> {
    let own = ("charger", handle.known.name.as_str());
    [own].into_iter().chain(label).collect()
}
