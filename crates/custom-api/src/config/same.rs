//! Two configurations compared: the values whose observations still hold.

use super::source::HttpRequest;
use super::{Config, ModbusSource, Source, Value};

impl Config {
    /// Returns the index of the value in `before` that was observed as `value` is here: of the same
    /// name, from the same place, with the same rules. Intervals and ages may differ.
    pub(crate) fn observed_as(&self, value: &Value, before: &Self) -> Option<usize> {
        before.values.iter().position(|other| {
            value.name == other.name
                && value.adjust == other.adjust
                && value.bounds == other.bounds
                && self.is_same_source(value, before, other)
        })
    }

    fn is_same_source(&self, value: &Value, before: &Self, other: &Value) -> bool {
        match (&value.source, &other.source) {
            (Source::Http(new), Source::Http(old)) => {
                new.pick == old.pick && self.is_same_request(&new.request, before, &old.request)
            }
            (Source::Mqtt(new), Source::Mqtt(old)) => {
                let at = self.brokers.get(new.broker).map(|broker| &broker.at);
                at == before.brokers.get(old.broker).map(|broker| &broker.at)
                    && new.topic == old.topic
                    && new.pick == old.pick
                    && new.retained == old.retained
                    && new.alive == old.alive
            }
            (Source::Modbus(new), Source::Modbus(old)) => reads_the_same(new, old),
            (Source::Push(new), Source::Push(old)) => new == old,
            // Constants and what is computed are known at once.
            _ => false,
        }
    }

    fn is_same_request(&self, new: &HttpRequest, before: &Self, old: &HttpRequest) -> bool {
        let step = new.login.map(|index| self.logins.get(index));
        step == old.login.map(|index| before.logins.get(index))
            && new.url == old.url
            && new.headers == old.headers
            && new.post == old.post
            && new.trust == old.trust
            && new.user == old.user
    }
}

fn reads_the_same(new: &ModbusSource, old: &ModbusSource) -> bool {
    let what = |source: &ModbusSource| {
        let ModbusSource { unit, input, address, word_type, word_order, byte_order, .. } = *source;
        (unit, input, address, word_type, word_order, byte_order)
    };
    let rules = |source: &ModbusSource| {
        let ModbusSource { mask, scale_factor, negative_if, null, .. } = *source;
        (mask, scale_factor, negative_if, null)
    };
    new.at == old.at && what(new) == what(old) && rules(new) == rules(old) && new.nan == old.nan
}
