//! The keys of a value's table in the configuration: one row each, for reading, for messages and
//! for the documentation.

use gateway_api::custom_api::SourceKind;
use gateway_api::custom_api::SourceKind::{
    Difference, Fixed, Http, Modbus, Mqtt, Product, Push, Sum,
};

/// One key of a value.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// The kinds of source that have it.
    pub kinds: &'static [SourceKind],
    /// An example of its value, as TOML.
    pub example: &'static str,
    /// Its meaning with its default, in one sentence.
    pub about: &'static str,
}

const ASKED: &[SourceKind] = &[Http, Modbus];
const JSON: &[SourceKind] = &[Http, Mqtt];
const AGED: &[SourceKind] = &[Http, Mqtt, Modbus, Push];
const COMPUTED: &[SourceKind] = &[Http, Mqtt, Modbus, Push, Sum, Difference, Product, Fixed];

const fn key(
    name: &'static str,
    kinds: &'static [SourceKind],
    example: &'static str,
    about: &'static str,
) -> Key {
    Key { name, kinds, example, about }
}

/// Every key, those that name the kind of a source first.
pub const KEYS: &[Key] = &[
    key("fixed", &[Fixed], "10000", "A number, `true` or `false` that never changes."),
    key(
        "http",
        &[Http],
        "\"http://192.168.1.20/status\"",
        "The address of JSON, asked for every `every`; `https` needs `trust`.",
    ),
    key(
        "mqtt",
        &[Mqtt],
        "\"home\"",
        "The broker: the name of a section `[brokers.NAME]`, or an address.",
    ),
    key(
        "modbus",
        &[Modbus],
        "\"192.168.1.24:502\"",
        "The address of a Modbus device or gateway. All its values that are due are read in as few blocks as possible, a value and its scale factor always in one.",
    ),
    key(
        "push",
        &[Push],
        "\"inverter\"",
        "The name under which others send the value: `PUT /push/NAME`.",
    ),
    key(
        "sum",
        &[Sum],
        "[\"roof\", \"-shed\", 50]",
        "Adds up values by name and numbers; a minus before a name subtracts.",
    ),
    key("difference", &[Difference], "[\"all\", \"garage\"]", "The first less all the others."),
    key(
        "product",
        &[Product],
        "[\"voltage\", \"current\"]",
        "Multiplies values by name and numbers.",
    ),
    key(
        "pointer",
        JSON,
        "\"/Body/Data/Site/P_Grid\"",
        "JSON pointer (RFC 6901) of the value; of a list the first that exists. The whole answer by default.",
    ),
    key(
        "path",
        JSON,
        "\"$.meters[?@.type == 'grid'].power\"",
        "JSONPath (RFC 9535) in place of `pointer`, for lists. It has to find exactly one value, unless `several` says more.",
    ),
    key("several", JSON, "\"sum\"", "Adds up all that `path` finds."),
    key(
        "text",
        JSON,
        "true",
        "The value is a text in the JSON: a number with or without its unit, or `on` and `off`. A message that is no JSON is read so anyway.",
    ),
    key(
        "decimal",
        JSON,
        "\",\"",
        "The comma of a text is its decimal sign, also in `1,234`, which is otherwise refused because it can mean two numbers.",
    ),
    key(
        "unit_pointer",
        JSON,
        "\"/unit\"",
        "JSON pointer of the number's unit, so that kW becomes W. The unit that Home Assistant sends beside its states, and one in a text, count without it.",
    ),
    key(
        "age_pointer",
        JSON,
        "\"/inverters/0/data_age\"",
        "JSON pointer of the value's age in the answer; of a list the first that exists.",
    ),
    key("age_unit", JSON, "\"s\"", "The unit of that age: `s` (the default), `ms` or `min`."),
    key(
        "time_pointer",
        JSON,
        "\"/last_updated\"",
        "JSON pointer of the value's time in the answer: RFC 3339 with its time zone, or unix time in s or ms; of a list the first that exists.",
    ),
    key(
        "valid_if",
        JSON,
        "{ pointer = \"/Head/Status/Code\", equals = 0 }",
        "The answer counts only if this is in it; `equals` may be a list.",
    ),
    key(
        "null",
        &[Http, Mqtt, Modbus],
        "0",
        "The number that `null` (in registers: \"no value\") stands for, at once and not converted. Without it there is no value then.",
    ),
    key("factor", COMPUTED, "-1", "Multiplies the number."),
    key("offset", COMPUTED, "273.15", "Is added after that."),
    key("invert", COMPUTED, "true", "Changes the sign after that, or turns a switch over."),
    key(
        "min",
        COMPUTED,
        "-20000",
        "The smallest number that counts, in the value's own unit; one below is no value.",
    ),
    key("max", COMPUTED, "20000", "The largest number that counts."),
    key(
        "headers_file",
        &[Http],
        "\"home.headers\"",
        "File with lines `Name: value` to send along.",
    ),
    key(
        "post",
        &[Http],
        "\"optType=ReadRealTimeData\"",
        "Sends this with POST, as JSON if it looks like it, otherwise as a form.",
    ),
    key(
        "post_file",
        &[Http],
        "\"solax.post\"",
        "The same from a file, for a body that holds a password.",
    ),
    key(
        "username",
        &[Http],
        "\"admin\"",
        "User name for HTTP Basic or Digest, whichever the device asks for.",
    ),
    key("password_file", &[Http], "\"shelly.password\"", "File with the password, one line."),
    key(
        "login",
        &[Http],
        "\"powerwall\"",
        "The name of a section `[logins.NAME]`: a request that gives the cookie or token for this one.",
    ),
    key(
        "trust",
        &[Http],
        "\"sha256:…\"",
        "The certificate of an `https` address: its fingerprint, which `check` shows, or a file with it.",
    ),
    key("topic", &[Mqtt], "\"solar/power\"", "The topic, without wildcards."),
    key("retained", &[Mqtt], "true", "Counts messages that the broker kept from an unknown time."),
    key(
        "alive",
        &[Mqtt],
        "{ topic = \"solar/status\", equals = \"online\" }",
        "For publishers that send changes only: while this topic says so, the last value stays as fresh as when it came. Without `equals`: `online`, `on`, `true` or `connected` until `offline`, `off`, `false`, `0` or `disconnected`; any other message is a sign of life for `max_age`.",
    ),
    key(
        "availability",
        &[Mqtt],
        "\"solar/status\"",
        "Short for `alive = { topic = …, equals = \"online\" }`.",
    ),
    key("unit", &[Modbus], "1", "The unit id, 1 by default."),
    key("address", &[Modbus], "40083", "The first register as sent, counted from 0."),
    key(
        "function",
        &[Modbus],
        "4",
        "3 for holding registers (the default), 4 for input registers.",
    ),
    key("type", &[Modbus], "\"i16\"", "`u16`, `i16`, `u32`, `i32`, `u64`, `i64`, `f32` or `f64`."),
    key(
        "word_order",
        &[Modbus],
        "\"low-first\"",
        "The order of several registers, `high-first` by default.",
    ),
    key(
        "byte_order",
        &[Modbus],
        "\"low-first\"",
        "The order of the two bytes in each register, `high-first` by default.",
    ),
    key("bit", &[Modbus], "2", "Only this bit of the register, counted from 0: 0 or 1."),
    key("mask", &[Modbus], "0x00f0", "Only these bits, moved down to bit 0."),
    key(
        "negative_if",
        &[Modbus],
        "{ address = 13000, bit = 1 }",
        "The number is negative while this bit (or any of `mask`) of another register is set, or while the register (or its `mask`) has the content `equals`. Both are read at once.",
    ),
    key(
        "scale_factor",
        &[Modbus],
        "40084",
        "The register with the exponent of ten, as in SunSpec, at most 124 registers away. Both are read at once.",
    ),
    key(
        "nan",
        &[Modbus],
        "[0x8000]",
        "Raw contents that mean \"no value\", in place of the type's own; `\"none\"` for none.",
    ),
    key(
        "framing",
        &[Modbus],
        "\"rtu\"",
        "Frames of a serial line over TCP, `tcp` by default; one value of a device is enough to say it.",
    ),
    key(
        "connect_delay",
        &[Modbus],
        "\"1s\"",
        "Pause between connecting and the first request; one value of a device is enough to say it.",
    ),
    key("timeout", ASKED, "\"10s\"", "Limit for one answer, 5 s by default."),
    key("every", ASKED, "\"5s\"", "The interval of asking."),
    key("max_age", AGED, "\"30s\"", "The largest age that counts."),
    key(
        "stale",
        AGED,
        "\"zero\"",
        "What the charger gets when the value is older: `503` no values at all (the default), `zero`, `last` the last value all the same, `omit` the others without it (not for powers).",
    ),
];

/// Returns the keys of a source of this kind, beginning with the one that names it.
pub(super) fn keys(kind: SourceKind) -> Vec<&'static str> {
    KEYS.iter().filter(|key| key.kinds.contains(&kind)).map(|key| key.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_named_by_a_key_of_its_own_and_no_key_stands_twice() {
        for kind in SourceKind::ALL {
            assert_eq!(keys(kind)[0], kind.word());
        }
        let mut names: Vec<_> = KEYS.iter().map(|key| key.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KEYS.len());
    }
}
