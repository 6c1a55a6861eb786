//! A charger of which only the API is on that is not used here: which proxy is the right one.

use gateway_api::Upstream;
use nrgkick_model::ReplyError;
use nrgkick_model::refusal::RefusalKind;
use tokio::time::Instant;

use super::ChargerLink;
use crate::charger::Charger;

impl<C: Charger> ChargerLink<C> {
    /// The JSON API is off: says which proxy is the right one, where the charger says that the other
    /// API is on. Asked once until it answers.
    pub(super) async fn look_for_the_other_api(&mut self, deadline: Instant) {
        if std::mem::replace(&mut self.has_asked_for_other, true) {
            return;
        }
        let asked = self.api(deadline).await;
        if asked.is_ok_and(|status| status.modbus == Some(true)) {
            let hint = only_the_other(Upstream::Http, &self.charger.address());
            if self.known.status.explain(&hint) {
                tracing::warn!(charger = self.known.name, "{hint}");
            }
        }
    }
}

/// What to do where only the API is on that is not `upstream`; a part of a sentence.
pub(crate) fn only_the_other(upstream: Upstream, address: &str) -> String {
    match upstream {
        Upstream::Http => format!(
            "only its Modbus API is on: start modbus-proxy --charger {address}, or enable the JSON \
             API in the NRGkick app"
        ),
        Upstream::Modbus => format!(
            "only its JSON API is on: start cors-proxy --charger http://{address}, or enable the \
             Modbus API in the NRGkick app"
        ),
    }
}

/// Whether the charger says that its JSON API is off.
pub(super) fn is_off(error: &ReplyError) -> bool {
    matches!(error, ReplyError::Refused(refusal) if refusal.kind == RefusalKind::Disabled)
}
