//! Labels, removals and the tariff.

use leptos::prelude::*;

use super::Ledger;
use crate::record::tariff::Tariff;
use crate::{api, store};

impl Ledger {
    /// Whether labels and removals are offered: the gateway takes them from here, and no display keeps
    /// hands off.
    pub fn may_change(self) -> bool {
        let is_kept_off = self.app.hands.get().are_kept_off(self.app.ui.get().now);
        !is_kept_off && !self.app.endpoint.with(|endpoint| endpoint.is_read_only())
    }

    /// Labels the charge with `id`, once. Returns what to say of a failure.
    pub async fn label(self, id: &str, label: &str) -> Result<(), String> {
        let gateway = self.gateway().ok_or_else(String::new)?;
        let labelled = api::label_charge(&gateway, id, label).await;
        self.replace(labelled.map_err(|error| self.words(&error))?);
        Ok(())
    }

    /// Removes the charge with `id`, or all, once. Returns how many that were, or what to say of a
    /// failure.
    pub async fn delete(self, id: Option<&str>) -> Result<u64, String> {
        let gateway = self.gateway().ok_or_else(String::new)?;
        let deleted = api::delete_charges(&gateway, id).await;
        let deleted = deleted.map_err(|error| self.words(&error))?;
        let is_left = |known: &str| id.is_some_and(|id| id != known);
        self.charges.try_update(|charges| charges.retain(|charge| is_left(&charge.id)));
        self.curves.try_update(|curves| curves.retain(|known, _| is_left(known)));
        let outcome = self.read_page(&gateway, None).await;
        self.told(outcome);
        Ok(deleted)
    }

    /// Keeps the owner's tariff; `false` if the browser does not.
    pub fn set_tariff(self, tariff: Tariff) -> bool {
        self.tariff.set(tariff);
        store::set_tariff(&tariff.write()).is_ok()
    }
}
