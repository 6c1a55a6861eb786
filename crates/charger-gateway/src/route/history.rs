//! `GET /history`: the last 24 h in points, as JSON or CSV.

use std::time::SystemTime;

use axum::extract::RawQuery;
use axum::response::Response;
use charge_record::{csv, ring, wall};
use gateway_api::record::{DEFAULT_POINTS, History, MAX_POINTS};
use http::HeaderMap;
use http_service::ApiError;

use super::charges::{Form, Parameters, answer, answer_csv};
use super::{ChargerName, State};

pub(super) async fn history(
    state: State,
    name: ChargerName,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let recorded = state.record_of(&name)?;
    let query = Parameters::parse(query.as_deref(), &["from", "to", "points", "format"])?;
    let form = Form::wanted(&query, &headers)?;
    let now = wall::of(SystemTime::now()) + 1;
    let (from, to) = query.times(now - ring::KEPT_S, now)?;
    let points = query.number("points", DEFAULT_POINTS, MAX_POINTS)?;
    let count = u32::try_from(points).unwrap_or(u32::MAX);
    let length = u32::try_from(to - from).unwrap_or(u32::MAX);
    let serial_number = recorded.serial;
    let seen =
        serial_number.as_deref().map(|serial| recorded.record.points(serial, from, to, points));
    let history = History {
        from: wall::text(from),
        to: wall::text(to),
        step_s: f64::from(length) / f64::from(count),
        serial_number,
        points: seen.unwrap_or_default(),
    };
    Ok(match form {
        Form::Csv => answer_csv(&headers, csv::history(&history), "history", None),
        Form::Json => answer(&headers, &history),
    })
}
