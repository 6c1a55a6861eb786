//! Raw registers as jobs of a charger's owner, for the routes of a program whose chargers have any.
//!
//! Not here: what an answer looks like, and which registers there are.

use http_service::ApiError;

use crate::charger::{RegisterAnswer, RegisterRange};
use crate::fleet::Fleet;

impl Fleet {
    /// Whether there is a charger of this name, or any at all where no name is given.
    ///
    /// # Errors
    /// 404 `unknown_charger`.
    pub fn check_name(&self, name: Option<&str>) -> Result<(), ApiError> {
        self.named(name).map(|_| ())
    }

    /// Reads `quantity` registers from `address` on, in turn with whatever else the charger is
    /// asked.
    ///
    /// # Errors
    /// 404 where there is no charger of this name; otherwise as for a read of a document.
    pub async fn registers(
        &self,
        name: Option<&str>,
        address: u16,
        quantity: u16,
    ) -> Result<RegisterAnswer, ApiError> {
        Ok(self.named(name)?.registers(address, quantity).await?)
    }

    /// The registers of which the last documents were made. The charger is not asked.
    ///
    /// # Errors
    /// 404 where there is no charger of this name.
    pub fn cached_registers(&self, name: Option<&str>) -> Result<Vec<RegisterRange>, ApiError> {
        Ok(self.named(name)?.known.status.registers())
    }
}
