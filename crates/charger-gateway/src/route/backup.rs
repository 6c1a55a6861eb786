//! `GET /record/backup`: the file of the record, as of its last commit.

use axum::Extension;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, HeaderValue};
use http_service::{ApiError, Caller};

use super::charges::failed;
use super::{ChargerName, State};

/// It has the charges of all chargers, so only a caller who may change and see everything gets it.
pub(super) async fn backup(
    state: State,
    caller: Option<Extension<Caller>>,
) -> Result<Response, ApiError> {
    let may = caller.is_some_and(|Extension(caller)| caller.may_write() && caller.is_trusted());
    if !may {
        return Err(ApiError::forbidden("A backup needs the token, or this machine itself."));
    }
    let recorded = state.record_of(&ChargerName(None))?;
    let bytes = recorded.record.backup().await.map_err(failed)?;
    let content_type = HeaderValue::from_static("application/octet-stream");
    Ok(([(CONTENT_TYPE, content_type)], bytes).into_response())
}
