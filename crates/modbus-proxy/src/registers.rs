//! `GET /registers` and `GET /registers/map`: raw words, and the register table.
//!
//! With a range, the registers are read now, as a job of the charger's owner. Without one, the
//! charger is not asked: the answer holds the registers of the last documents. The routes and their
//! bounds are here, the form of the answers in [`view`].

mod view;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use charger_gateway::{ChargerName, Fleet, RegisterAnswer};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_service::{ApiError, Caller};
use modbus_client::Exception;
use nrgkick_model::field::{DocumentName, FIELDS};
use nrgkick_model::register::MAX_QUANTITY;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::status;

/// Maximum requests that wait for registers at once, over all chargers.
const WAITING: usize = 16;
/// `Retry-After` for a charger that answers that it is busy.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

struct Shared {
    fleet: Fleet,
    waiting: Semaphore,
    show_private: bool,
}

/// Builds the routes, at the root for the first charger and under `/c/{name}` for each.
pub(crate) fn router(fleet: Fleet, show_private: bool) -> Router {
    let shared = Shared { fleet, waiting: Semaphore::new(WAITING), show_private };
    Router::new()
        .route("/registers", get(registers))
        .route("/c/{name}/registers", get(registers))
        .route("/registers/map", get(map))
        .route("/c/{name}/registers/map", get(map))
        .with_state(Arc::new(shared))
}

async fn registers(
    State(shared): State<Arc<Shared>>,
    ChargerName(name): ChargerName,
    RawQuery(query): RawQuery,
    caller: Option<Extension<Caller>>,
) -> Result<Response, ApiError> {
    shared.fleet.check_name(name.as_deref())?;
    let query = query.unwrap_or_default();
    let is_trusted = caller.is_some_and(|Extension(caller)| caller.is_trusted());
    let shows_private = is_trusted || shared.show_private;
    let range = if query.is_empty() { None } else { Some(range(&query)?) };
    let _place = shared
        .waiting
        .try_acquire()
        .map_err(|_| ApiError::unavailable("Too many requests wait for registers."))?;
    let Some((address, quantity)) = range else {
        let ranges = shared.fleet.cached_registers(name.as_deref())?;
        return Ok(json(&view::cached(&ranges, shows_private)));
    };
    match shared.fleet.registers(name.as_deref(), address, quantity).await? {
        RegisterAnswer::Words(words) => Ok(json(&view::reading(address, &words, shows_private))),
        RegisterAnswer::Refused(code) => Err(refused(Exception(code), address, quantity)),
        RegisterAnswer::None => Err(ApiError::not_found()),
    }
}

async fn map(
    State(shared): State<Arc<Shared>>,
    ChargerName(name): ChargerName,
) -> Result<Response, ApiError> {
    shared.fleet.check_name(name.as_deref())?;
    Ok(json(&view::map()))
}

fn json<T: Serialize>(body: &T) -> Response {
    let content_type = HeaderValue::from_static("application/json");
    // Numbers, strings and lists always serialise.
    let body = serde_json::to_vec(body).unwrap_or_default();
    ([(CONTENT_TYPE, content_type)], body).into_response()
}

fn refused(exception: Exception, address: u16, quantity: u16) -> ApiError {
    let status =
        StatusCode::from_u16(status::of_read(exception)).unwrap_or(StatusCode::BAD_GATEWAY);
    let message = format!(
        "The charger answered to a read of {quantity} registers from {address} on with \
         {exception}."
    );
    let error = ApiError::new(status, "modbus_exception", message);
    match exception {
        Exception::BUSY => error.retry_after(BUSY_PAUSE),
        _ if exception.is_passing() => error.retryable(),
        _ => error,
    }
}

/// Parses `address` and `quantity` of a query; they must cover whole rows of the table.
fn range(query: &str) -> Result<(u16, u16), ApiError> {
    let mut address = None;
    let mut quantity = None;
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match &*key {
            "address" => &mut address,
            "quantity" => &mut quantity,
            _ => return Err(bad(format!("{:?} is no parameter here", shown(&key)))),
        };
        let is_plain = value.bytes().all(|byte| byte.is_ascii_digit());
        let number: u16 = value.parse().ok().filter(|_| is_plain).ok_or_else(|| {
            bad(format!("{key} is {:?}, not a number from 0 to {}", shown(&value), u16::MAX))
        })?;
        if place.replace(number).is_some() {
            return Err(bad(format!("{key} is there twice")));
        }
    }
    let (Some(address), Some(quantity)) = (address, quantity) else {
        return Err(bad("address and quantity are needed"));
    };
    check(address, quantity).map(|()| (address, quantity)).map_err(bad)
}

fn check(address: u16, quantity: u16) -> Result<(), String> {
    if !(1..=MAX_QUANTITY).contains(&quantity) {
        return Err(format!(
            "quantity is {quantity}; one read holds 1 to {MAX_QUANTITY} registers"
        ));
    }
    let beyond = FIELDS.last().map_or(0, |field| field.register.end());
    let end = u32::from(address) + u32::from(quantity);
    if end > beyond.into() {
        return Err(format!(
            "registers {address} to {} are asked for; the last one is {}",
            end - 1,
            beyond.saturating_sub(1)
        ));
    }
    for edge in [u32::from(address), end] {
        let cut = FIELDS.iter().find(|field| {
            u32::from(field.register.address) < edge && edge < field.register.end().into()
        });
        if let Some(field) = cut {
            return Err(format!(
                "registers {address} to {} cut {}, which is {} to {} and must be read whole",
                end - 1,
                field.path,
                field.register.address,
                field.register.end() - 1
            ));
        }
    }
    Ok(())
}

fn bad(what: impl std::fmt::Display) -> ApiError {
    // The settings serve as the example: few registers, known to everybody.
    let (mut address, mut end) = (u16::MAX, 0);
    for field in DocumentName::Control.fields() {
        address = address.min(field.register.address);
        end = end.max(field.register.end());
    }
    let quantity = end.saturating_sub(address);
    ApiError::bad_request(format!(
        "{what} (example: /registers?address={address}&quantity={quantity})."
    ))
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_rows_within_the_bounds_are_read() {
        for (query, said) in [
            ("address=194&quantity=0", "quantity is 0; one read holds 1 to 125"),
            ("address=0&quantity=126", "quantity is 126; one read holds 1 to 125"),
            ("address=263&quantity=2", "registers 263 to 264 are asked for; the last one is 263"),
            ("address=65535&quantity=125", "the last one is 263"),
            ("address=197&quantity=1", "cut control.energy_limit, which is 196 to 197"),
            ("address=194&quantity=3", "cut control.energy_limit, which is 196 to 197"),
            ("address=0&quantity=1", "cut info.general.serial_number, which is 0 to 10"),
            ("address=-1&quantity=1", "address is \"-1\", not a number"),
            ("address=1.5&quantity=1", "address is \"1.5\", not a number"),
            ("address=%2B1&quantity=1", "address is \"+1\", not a number"),
            (
                "address=194",
                "address and quantity are needed (example: /registers?address=194&quantity=5).",
            ),
            ("address=194&quantity=5&unit=2", "\"unit\" is no parameter"),
            ("address=194&address=195&quantity=1", "address is there twice"),
        ] {
            let error = range(query).unwrap_err();
            assert_eq!(error.status(), StatusCode::BAD_REQUEST);
            assert!(error.message().contains(said), "{query}: {}", error.message());
        }
        for (query, range_of) in [
            ("address=194&quantity=5", (194, 5)),
            ("quantity=1&address=263", (263, 1)),
            ("address=0&quantity=122", (0, 122)),
        ] {
            assert_eq!(range(query).unwrap(), range_of);
        }
    }
}
