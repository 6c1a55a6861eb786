//! Reads registers. One connection for each device or gateway, and one request at a time, as most
//! devices take no more; all values that are due are read in as few blocks as possible.

mod link;
mod number;
mod plan;

use modbus_client::Exception;
use tokio::time::{Instant, sleep_until};

use super::SourceContext;
use crate::config::{Config, ModbusLink, ModbusSource, Source};
use crate::store::Sighting;
use link::{Link, ReadError};
use plan::{Block, Plan, Planned, Span};

/// Reads `values`, which share one address, until the task is dropped.
pub(super) async fn poll(context: SourceContext, values: Vec<usize>) {
    let config = &context.config;
    let Some(first) = values.iter().find_map(|value| source(config, *value)) else { return };
    let link = Link::new(&first.at, needs(config, &values), context.timeouts, &context.turns);
    let mut device = Device { config, link, plan: Plan::default() };
    let start = Instant::now();
    let mut due: Vec<(usize, Instant)> = values.iter().map(|value| (*value, start)).collect();
    while let Some(next) = due.iter().map(|(_, at)| *at).min() {
        sleep_until(next).await;
        let began = Instant::now();
        let mut now = Vec::new();
        for (value, at) in &mut due {
            if *at <= began {
                now.push(*value);
                *at = later(config, *value, *at, began);
            }
        }
        device.round(&context, &now).await;
        // What took longer than the interval is not made up for.
        let ended = Instant::now();
        for (value, at) in &mut due {
            if *at < ended {
                *at = later(config, *value, *at, ended);
            }
        }
    }
}

/// Returns the first time of the value's own rhythm after `now`. All values began together, so those
/// of the same rhythm stay together.
fn later(config: &Config, value: usize, at: Instant, now: Instant) -> Instant {
    let every = config.values[value].source.every().unwrap_or(crate::config::DEFAULT_EVERY);
    let missed = now.saturating_duration_since(at).as_nanos() / every.as_nanos().max(1);
    at + every * u32::try_from(missed + 1).unwrap_or(u32::MAX)
}

fn source(config: &Config, value: usize) -> Option<&ModbusSource> {
    match &config.values[value].source {
        Source::Modbus(source) => Some(source),
        _ => None,
    }
}

/// Returns the most that any of the values asks of the connection.
fn needs(config: &Config, values: &[usize]) -> ModbusLink {
    let links = values.iter().filter_map(|value| Some(source(config, *value)?.link));
    links.fold(ModbusLink::default(), |most, link| ModbusLink {
        connect_delay: most.connect_delay.max(link.connect_delay),
        timeout: most.timeout.max(link.timeout),
        framing: most.framing.max(link.framing),
    })
}

/// A device with what is known of it.
struct Device<'a> {
    config: &'a Config,
    link: Link<'a>,
    plan: Plan,
}

impl Device<'_> {
    /// Reads the values once. A gateway may serve many units. A silent one costs a whole time limit,
    /// so it is asked once in each round and does not delay the others further.
    async fn round(&mut self, context: &SourceContext, values: &[usize]) {
        let spans = values.iter().filter_map(|value| {
            let source = source(self.config, *value)?;
            let ModbusSource { unit, input, .. } = *source;
            Some(Span { value: *value, unit, input, registers: source.span() })
        });
        let mut blocks = self.plan.blocks(spans.collect());
        blocks.reverse();
        let mut silent: Vec<u8> = Vec::new();
        let mut away = None;
        while let Some(planned) = blocks.pop() {
            let unit = planned.block.unit;
            let found = match &away {
                Some(message) => Err(ReadError::Away(String::clone(message))),
                None if silent.contains(&unit) => Err(ReadError::Lost(format!(
                    "not asked, as unit {unit} did not answer another question just before"
                ))),
                None => self.read(&planned.block).await,
            };
            match found {
                Ok(words) => {
                    self.plan.answered(planned.block);
                    let record = planned.spans.iter().filter_map(|span| {
                        let source = source(self.config, span.value)?;
                        let part = |address: u16, quantity: u16| {
                            let address = u32::from(address);
                            planned.block.part(&words, address..address + u32::from(quantity))
                        };
                        Some((span.value, source.sighting(part)))
                    });
                    context.store.record_all(self.config, record.collect::<Vec<_>>());
                }
                Err(ReadError::Refused(exception)) => {
                    if exception.may_be_length() && self.plan.cut(&planned) {
                        let mut parts = self.plan.blocks(planned.spans);
                        parts.reverse();
                        blocks.extend(parts);
                        continue;
                    }
                    for span in &planned.spans {
                        let found = self.alone(span.value, &planned, exception).await;
                        context.store.record(self.config, span.value, found);
                    }
                }
                Err(ReadError::Silent) => {
                    silent.push(unit);
                    let message = self.silence();
                    self.plan.cut_silent(&planned);
                    self.fail(context, &planned, &message);
                }
                Err(ReadError::Away(message)) => {
                    away = Some(message.clone());
                    self.fail(context, &planned, &message);
                }
                Err(ReadError::Lost(message)) => self.fail(context, &planned, &message),
            }
        }
    }

    async fn read(&mut self, block: &Block) -> Result<Vec<u16>, ReadError> {
        let mut is_new = false;
        let found = self.link.read(block, &mut is_new).await;
        if is_new {
            self.plan.reconnected();
        }
        found
    }

    fn silence(&self) -> String {
        format!("no answer within {:?}", self.link.limit())
    }

    fn fail(&self, context: &SourceContext, planned: &Planned, message: &str) {
        let failed = planned.spans.iter().map(|span| (span.value, Err(message.to_owned())));
        context.store.record_all(self.config, failed.collect::<Vec<_>>());
    }

    /// Reads a value whose registers are refused together, one after another: the scale factor and
    /// the sign before and after the number, which counts only if they have not moved.
    async fn alone(
        &mut self,
        value: usize,
        Planned { block, .. }: &Planned,
        exception: Exception,
    ) -> Result<Sighting, String> {
        let refused =
            |address: u16, exception: Exception| format!("refuses register {address}: {exception}");
        let Some(source) = source(self.config, value) else { return Err(String::new()) };
        if source.others().next().is_none() || !exception.may_be_length() {
            return Err(refused(source.address, exception));
        }
        let own =
            Block { address: source.address, quantity: source.word_type.quantity(), ..*block };
        let others = source.others().map(|address| Block { address, quantity: 1, ..*block });
        let others: Vec<Block> = others.collect();
        let order = others.iter().chain([&own]).chain(&others);
        let mut words: Vec<(Block, Vec<u16>)> = Vec::new();
        for part in order {
            let read = self.read(part).await.map_err(|error| match error {
                ReadError::Refused(exception) => refused(part.address, exception),
                ReadError::Silent => self.silence(),
                ReadError::Lost(message) | ReadError::Away(message) => message,
            })?;
            match words.iter().find(|(before, _)| before == part) {
                Some((_, before)) if *before != read => {
                    return Err(format!(
                        "register {} moved while register {} was read, and the device refuses to \
                         read both at once",
                        part.address, own.address
                    ));
                }
                Some(_) => {}
                None => words.push((*part, read)),
            }
        }
        source.sighting(|address, _| {
            let found = words.iter().find(|(block, _)| block.address == address);
            found.map(|(_, words)| words.as_slice()).unwrap_or_default()
        })
    }
}
