//! Reads registers. One connection for each device or gateway; values are read one after another,
//! as most devices take one request at a time.

use std::io;
use std::time::Duration;

use modbus_client::{CallOutcome, Client, ConnectionError, Request, Response, Table};
use nrgkick_model::custom_api::Observed;
use tokio::time::Instant;

use super::{SourceContext, Timeouts, ticks};
use crate::config::{HostPort, ModbusSource, Source, WordOrder, WordType};

/// Reads `values`, which share one address, until the task is dropped.
pub(super) async fn poll(context: SourceContext, values: Vec<usize>) {
    let mut ticks = ticks(&context.config, &values);
    let mut connection = None;
    loop {
        ticks.tick().await;
        // A gateway may serve many units. A silent one costs a whole time limit, so it is asked
        // once in each round and does not delay the others further.
        let mut silent: Vec<u8> = Vec::new();
        let mut away = None;
        for value in &values {
            let Source::Modbus(source) = &context.config.values[*value].source else { continue };
            let found = match &away {
                Some(message) => Err(ReadError::Away(String::clone(message))),
                None if silent.contains(&source.unit) => Err(ReadError::Told(format!(
                    "not asked, as unit {} did not answer another question just before",
                    source.unit
                ))),
                None => read(&mut connection, source, context.timeouts).await,
            };
            match &found {
                Err(ReadError::Away(message)) => away = Some(message.clone()),
                Err(ReadError::Silent(_)) => silent.push(source.unit),
                Ok(_) | Err(ReadError::Told(_) | ReadError::Lost(_)) => {}
            }
            context.store.record(&context.config, *value, found.map_err(ReadError::into_words));
        }
    }
}

/// A failed read, by what it means for the next reads.
enum ReadError {
    /// The device answered with an exception or an unusable number; the connection is kept.
    Told(String),
    /// The answer was unusable; the connection is closed.
    Lost(String),
    /// The unit does not answer.
    Silent(String),
    /// The device cannot be reached.
    Away(String),
}

impl ReadError {
    fn into_words(self) -> String {
        match self {
            Self::Told(words) | Self::Lost(words) | Self::Silent(words) | Self::Away(words) => {
                words
            }
        }
    }
}

async fn read(
    connection: &mut Option<Client>,
    source: &ModbusSource,
    timeouts: Timeouts,
) -> Result<Observed, ReadError> {
    // Taken out: a late answer must never count as the answer to another request.
    let client = match connection.take().filter(Client::is_quiet) {
        Some(client) => client,
        None => connect(&source.at, timeouts.connect).await.map_err(ReadError::Away)?,
    };
    let mut device = Device {
        client: Some(client),
        limit: timeouts.exchange,
        deadline: Instant::now() + timeouts.exchange,
    };
    let number = device.number(source).await;
    // Kept only if every answer matched its request.
    *connection = device.client;
    let number = number? * source.factor + source.offset;
    Observed::number(number).ok_or_else(|| {
        let at = source.address;
        let message =
            format!("register {at} holds {number}, which means that the device has no value");
        ReadError::Told(message)
    })
}

async fn connect(at: &HostPort, limit: Duration) -> Result<Client, String> {
    let timeouts = modbus_client::Timeouts { connect: limit, settle: Duration::ZERO };
    Client::connect((&at.host, at.port), 0, timeouts).await.map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => format!("no connection within {limit:?}"),
        _ => format!("no connection: {error}"),
    })
}

/// A device during the reading of one value.
struct Device {
    client: Option<Client>,
    limit: Duration,
    deadline: Instant,
}

impl Device {
    async fn number(&mut self, source: &ModbusSource) -> Result<f64, ReadError> {
        let quantity = source.word_type.quantity();
        let words = self.words(source, source.address, quantity).await?;
        let bits = join(&words, source.word_order);
        if source.nan.contains(&bits) {
            let ModbusSource { address: at, word_type, .. } = source;
            return Err(ReadError::Told(format!(
                "register {at} holds {bits:#x}, which as {} means that the device has no value \
                 (nan = \"none\" where it is a number)",
                word_type.word()
            )));
        }
        let number = decode(bits, source.word_type);
        let Some(address) = source.scale_factor else { return Ok(number) };
        let scale = self.words(source, address, 1).await?;
        let exponent = scale.first().map_or(i16::MIN, |word| word.cast_signed());
        if !(-10..=10).contains(&exponent) {
            let message = format!("register {address} holds {exponent}, which is no scale factor");
            return Err(ReadError::Told(message));
        }
        Ok(number * 10_f64.powi(exponent.into()))
    }

    async fn words(
        &mut self,
        source: &ModbusSource,
        address: u16,
        quantity: u16,
    ) -> Result<Vec<u16>, ReadError> {
        let unusable = |why: &str| ReadError::Lost(format!("no usable Modbus answer ({why})"));
        let mut client = self.client.take().ok_or_else(|| unusable("no connection"))?;
        client.set_unit(source.unit);
        let table = if source.input { Table::Input } else { Table::Holding };
        let request = Request::Read { table, address, quantity };
        let left = self.deadline.saturating_duration_since(Instant::now());
        match client.call(&request, left).await {
            CallOutcome::Answered(client, Response::Words(words)) => {
                self.client = Some(client);
                Ok(words)
            }
            CallOutcome::Answered(_, Response::Written(_)) => Err(unusable("an echo")),
            CallOutcome::Refused(client, exception) => {
                self.client = Some(client);
                Err(ReadError::Told(format!("refuses register {address}: {exception}")))
            }
            CallOutcome::Broken(ConnectionError::Late(_)) => {
                Err(ReadError::Silent(format!("no answer within {:?}", self.limit)))
            }
            CallOutcome::Broken(error) => Err(unusable(&error.to_string())),
        }
    }
}

/// Joins the registers into one number.
fn join(words: &[u16], order: WordOrder) -> u64 {
    let join = |bits: u64, word: &u16| bits << 16 | u64::from(*word);
    match order {
        WordOrder::HighFirst => words.iter().fold(0, join),
        WordOrder::LowFirst => words.iter().rev().fold(0, join),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counters beyond 2^53 are refused by their fields")]
#[expect(clippy::cast_possible_truncation, reason = "as many bits as the type has")]
fn decode(bits: u64, word_type: WordType) -> f64 {
    let low = bits as u32;
    match word_type {
        WordType::U16 | WordType::U32 => f64::from(low),
        WordType::I16 => f64::from((low as u16).cast_signed()),
        WordType::I32 => f64::from(low.cast_signed()),
        WordType::U64 => bits as f64,
        WordType::F32 => f64::from(f32::from_bits(low)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_of_both_orders_are_the_same_number() {
        for (word_type, words, number) in [
            (WordType::U16, vec![0xffff], 65535.0),
            (WordType::I16, vec![0xffff], -1.0),
            (WordType::U32, vec![1, 2], 65538.0),
            (WordType::I32, vec![0xffff, 0xfffe], -2.0),
            (WordType::U64, vec![0, 1, 0, 0], 4_294_967_296.0),
            (WordType::F32, vec![0x42f6, 0xe666], 123.449_996_948_242_19),
        ] {
            let decoded = |words: &[u16], order| decode(join(words, order), word_type);
            assert_eq!(decoded(&words, WordOrder::HighFirst), number, "{word_type:?}");
            let reversed: Vec<u16> = words.into_iter().rev().collect();
            assert_eq!(decoded(&reversed, WordOrder::LowFirst), number, "{word_type:?}");
        }
    }
}
