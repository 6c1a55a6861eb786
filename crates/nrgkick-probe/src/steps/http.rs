//! Requests to the JSON API that are not its daily use.

use charger_profile::{RawZero, scrub};
use http::Method;
use nrgkick_model::field::DocumentName;
use nrgkick_model::{Field, FieldId, ReplyError, Request};
use serde_json::Value;

use crate::http::Ask;
use crate::owner::Owner;
use crate::session::{Session, Skip, left};

/// An origin that no charger has.
const ORIGIN: (&str, &str) = ("origin", "http://probe.invalid");

pub(super) async fn headers<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let target = Request::values().target();
    let http = s.http()?;
    s.pace().await;
    let mut connection = http.open().await?;
    let ask = Ask { headers: &[ORIGIN], ..Ask::get(&target) };
    let answer = connection.send(ask.clone()).await?;
    s.answers.http.headers = Some(scrub::exchange(&answer.exchange()).headers);
    // Those too that belong to the exchange, for people.
    let all: Vec<_> =
        answer.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    s.note("headers of a read from another origin", &all.join("\n"));
    s.pace().await;
    s.answers.http.keep_alive = Some(connection.send(ask).await.is_ok());
    Ok(())
}

pub(super) async fn preflight<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let target = Request::values().target();
    let headers = [
        ORIGIN,
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
        ("access-control-request-private-network", "true"),
    ];
    let ask =
        Ask { method: Method::OPTIONS, target: &target, headers: &headers, authorized: false };
    let answer = s.send(ask).await?;
    s.answers.http.preflight = Some(scrub::exchange(&answer.exchange()));
    Ok(())
}

pub(super) async fn password<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    if !s.http()?.has_password() {
        return left("no password was given");
    }
    let target = Request::values().target();
    let answer = s.send(Ask { authorized: false, ..Ask::get(&target) }).await?;
    let refused = matches!(answer.reply().json(), Err(ReplyError::Refused(_)));
    if !refused {
        return left("reads are answered without the password");
    }
    s.answers.http.unauthorized = Some(scrub::exchange(&answer.exchange()));
    let page = s.send(Ask { authorized: false, ..Ask::get("/") }).await?;
    s.answers.http.open_page = Some(page.status);
    let target = Request::Api.target();
    let api = s.send(Ask { authorized: false, ..Ask::get(&target) }).await?;
    s.answers.http.open_api = Some(api.status);
    Ok(())
}

pub(super) async fn unknown<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let answer = s.get("/nrgkick-probe").await?;
    s.answers.http.unknown_path = Some(scrub::exchange(&answer.exchange()));
    let answer = s.get(&format!("/{}?nrgkick_probe", DocumentName::Values)).await?;
    s.answers.http.unknown_flag = Some(scrub::exchange(&answer.exchange()));
    for id in [FieldId::Imei, FieldId::Latitude, FieldId::AttachmentType] {
        let (Some(section), true) = (Field::of(id).section(), s.readings.reported(id).is_none())
        else {
            continue;
        };
        let target = format!("/{}?{section}", DocumentName::Info);
        let answer = s.get(&target).await?;
        s.note_document(DocumentName::Info, &target, &answer);
        if s.answers.http.absent_group.is_none() {
            s.answers.http.absent_group = Some(scrub::exchange(&answer.exchange()));
        }
    }
    Ok(())
}

pub(super) async fn raw_zero<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let answer = s.get(&format!("{}=0", Request::values().target())).await?;
    let exchange = answer.exchange();
    if exchange.refusal().is_some() {
        s.answers.http.raw_zero = Some(RawZero::Refused);
        s.answers.http.raw_zero_refusal = Some(scrub::exchange(&exchange));
        return Ok(());
    }
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let keys = Field::of(FieldId::Status).keys();
    let status = keys.fold(json.as_ref(), |value, key| value?.get(key));
    s.answers.http.raw_zero = match status {
        Some(Value::Number(_)) => Some(RawZero::On),
        Some(Value::String(_)) => Some(RawZero::Off),
        _ => return left("the answer has no status"),
    };
    Ok(())
}
