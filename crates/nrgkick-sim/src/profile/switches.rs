//! The switches of the core, set from a profile.

use std::collections::BTreeMap;

use charger_profile::{AfterUnplug, Answers, Exchange, Modbus, RawZero, Reply};
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::{Field, FieldId, Refusal};
use nrgkick_sim_core::switches::{self, AboveRated, UnknownKey, Wording};
use nrgkick_sim_core::{ModbusAnswers, Numbers, Occasion, RecordedAnswer, Switches};

/// The rows that are missing without an attachment.
const ATTACHMENT: [FieldId; 4] = [
    FieldId::AttachmentPhaseCount,
    FieldId::AttachmentMaxCurrent,
    FieldId::AttachmentType,
    FieldId::AttachmentSerial,
];

/// Returns the switches, and adds to `notes` what they cannot do.
pub(super) fn switches(answers: &Answers, notes: &mut Vec<String>) -> Switches {
    let (http, defaults) = (&answers.http, Switches::default());
    let refused = |exchange: &Option<Exchange>| exchange.as_ref().and_then(Exchange::refusal);
    let by_solar = |exchange: &Option<Exchange>| refused(exchange).filter(is_solar);
    let solar_over_http = by_solar(&http.same_pause);
    let others = [by_solar(&http.same_current), by_solar(&http.same_phases)];
    let phase_refusal = refused(&http.same_phases).filter(|refusal| !is_solar(refusal));
    let modbus = &answers.modbus;
    let excepted = |reply: Option<Reply>| reply.and_then(Reply::exception).is_some();
    // Where only Modbus could be asked, an exception to both is solar charging.
    let solar_over_modbus = http.same_pause.is_none() && excepted(modbus.same_pause);
    let phases_over_modbus =
        http.same_phases.is_none() && !solar_over_modbus && excepted(modbus.same_phases);
    let unplugged = |path: &String| ATTACHMENT.iter().any(|id| Field::of(*id).path == path);
    let missing = &answers.charger.missing;
    let attachment = !ATTACHMENT.iter().all(|id| missing.iter().any(|p| p == Field::of(*id).path));
    let needed = |status: Option<u16>| matches!(status, Some(401 | 403));
    Switches {
        json: http.enabled.unwrap_or(defaults.json),
        modbus: modbus.enabled.unwrap_or(defaults.modbus),
        phase_switch: phase_refusal.is_none() && !phases_over_modbus,
        solar: solar_over_http.is_some() || solar_over_modbus,
        attachment,
        missing: missing.iter().filter(|path| attachment || !unplugged(path)).cloned().collect(),
        solar_status: solar_over_http
            .as_ref()
            .map_or(defaults.solar_status, |refusal| sendable(refusal.status)),
        solar_blocks_all: others.iter().any(Option::is_some),
        above_rated: match &http.above_rated {
            Some(exchange) if exchange.refusal().is_none() => AboveRated::Accept,
            _ => AboveRated::Refuse,
        },
        unknown_key: match &http.unknown_key {
            Some(exchange) if exchange.refusal().is_none() => UnknownKey::Ignore,
            _ => UnknownKey::Refuse,
        },
        raw_zero: match http.raw_zero {
            Some(RawZero::On) => switches::RawZero::On,
            Some(RawZero::Off) => switches::RawZero::Off,
            Some(RawZero::Refused) | None => switches::RawZero::Refuse,
        },
        phase_refusal: phase_refusal.map_or(defaults.phase_refusal, |refusal| Wording {
            status: sendable(refusal.status),
            text: refusal.text,
        }),
        unauthorized: refused(&http.unauthorized)
            .map_or(defaults.unauthorized, |refusal| refusal.text),
        challenge: http.unauthorized.as_ref().map_or(defaults.challenge, |exchange| {
            exchange.headers.iter().any(|(name, _)| name == "www-authenticate")
        }),
        guarded_page: needed(http.open_page),
        guarded_api: needed(http.open_api),
        unplug_clears_limit: answers.charger.limit_after_unplug == Some(AfterUnplug::Cleared),
        numbers: http.numbers.as_ref().map_or(defaults.numbers, |numbers| Numbers {
            point: numbers.point,
            decimals: numbers.decimals.clone(),
        }),
        headers: lasting(http.headers.as_deref().unwrap_or_default()),
        recorded: recorded(answers),
        modbus_answers: registers(modbus, notes),
    }
}

fn is_solar(refusal: &Refusal) -> bool {
    refusal.kind == RefusalKind::Blocked && refusal.text.contains("solar")
}

/// Headers of every answer, but for the type of its body, which each has of its own.
fn lasting(headers: &[(String, String)]) -> Vec<(String, String)> {
    headers.iter().filter(|(name, _)| name != "content-type").cloned().collect()
}

/// A status that a simulator can send at the end of an exchange.
fn sendable(status: u16) -> u16 {
    status.max(200)
}

fn recorded(answers: &Answers) -> BTreeMap<Occasion, RecordedAnswer> {
    let http = &answers.http;
    let refused = |exchange: &Option<Exchange>, solar: bool| {
        let refusal = exchange.as_ref().and_then(Exchange::refusal);
        refusal.filter(|refusal| is_solar(refusal) == solar).and(exchange.clone())
    };
    // What the simulator computes is better computed: its switches may change.
    let odd_api = http.api.clone().filter(|api| {
        let body: Option<serde_json::Value> = serde_json::from_str(&api.body).ok();
        let is_usual = body.is_some_and(|body| body.get("json").is_some());
        api.status != 200 || !is_usual
    });
    [
        (Occasion::Unauthorized, http.unauthorized.clone()),
        (Occasion::Disabled, http.disabled.clone()),
        (Occasion::Api, odd_api),
        (Occasion::Preflight, http.preflight.clone()),
        (Occasion::UnknownPath, http.unknown_path.clone()),
        (Occasion::UnknownFlag, http.unknown_flag.clone()),
        (Occasion::RawZero, http.raw_zero_refusal.clone()),
        (Occasion::AbsentGroup, http.absent_group.clone()),
        (Occasion::UnknownKey, refused(&http.unknown_key, false)),
        (Occasion::AboveRated, refused(&http.above_rated, false)),
        (Occasion::PhaseSwitch, refused(&http.same_phases, false)),
        (Occasion::SolarPause, refused(&http.same_pause, true)),
        (Occasion::SolarCurrent, refused(&http.same_current, true)),
        (Occasion::SolarPhases, refused(&http.same_phases, true)),
    ]
    .into_iter()
    .filter_map(|(occasion, exchange)| {
        let Exchange { status, headers, body } = exchange?;
        Some((occasion, RecordedAnswer { status: sendable(status), headers, body }))
    })
    .collect()
}

fn registers(modbus: &Modbus, notes: &mut Vec<String>) -> ModbusAnswers {
    let defaults = ModbusAnswers::default();
    let mut code = |key: &str, reply: Option<Reply>, default: u8| match reply {
        Some(Reply::Exception(code)) => code,
        None => default,
        Some(reply) => {
            notes.push(format!("modbus.{key}: {reply:?} is answered with exception {default}"));
            default
        }
    };
    ModbusAnswers {
        other_unit: modbus.other_unit.and_then(Reply::exception),
        cut_reads: modbus.cut_read == Some(Reply::Answered),
        cut: match modbus.cut_read {
            Some(Reply::Answered) => defaults.cut,
            reply => code("cut_read", reply, defaults.cut),
        },
        most_registers: modbus.most_registers.unwrap_or(defaults.most_registers),
        refuse_missing: modbus.missing.and_then(Reply::exception).is_some(),
        absent: code("absent", modbus.absent, defaults.absent),
        outside: code("outside", modbus.outside, defaults.outside),
        too_many: code("too_many", modbus.too_many, defaults.too_many),
        float_high_word_first: modbus.float_low_word_first == Some(false),
        read_only: code("read_only", modbus.read_only, defaults.read_only),
        out_of_range: code("out_of_range", modbus.out_of_range, defaults.out_of_range),
        part_of_limit: code("part_of_limit", modbus.part_of_limit, defaults.part_of_limit),
        blocked: modbus
            .same_phases
            .and_then(Reply::exception)
            .or(modbus.same_pause.and_then(Reply::exception))
            .unwrap_or(defaults.blocked),
    }
}
