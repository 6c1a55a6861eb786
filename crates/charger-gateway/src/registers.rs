//! Reads of raw registers as jobs of a charger's owner, for programs whose chargers have registers.
//!
//! Not here: the form of the answers, and the table of registers.

use http_service::ApiError;

use crate::charger::{RegisterAnswer, RegisterRange};
use crate::fleet::Fleet;

impl Fleet {
    /// Checks that there is a charger of this name, or any at all without a name.
    ///
    /// # Errors
    /// 404 `unknown_charger`.
    pub fn check_name(&self, name: Option<&str>) -> Result<(), ApiError> {
        self.named(name).map(|_| ())
    }

    /// Reads `quantity` registers from `address` on, queued with all other reads of the charger.
    ///
    /// # Errors
    /// 404 if there is no charger of this name; otherwise as for a read of a document.
    pub async fn registers(
        &self,
        name: Option<&str>,
        address: u16,
        quantity: u16,
    ) -> Result<RegisterAnswer, ApiError> {
        Ok(self.named(name)?.registers(address, quantity).await?)
    }

    /// Returns the registers of the last documents. The charger is not asked.
    ///
    /// # Errors
    /// 404 if there is no charger of this name.
    pub fn cached_registers(&self, name: Option<&str>) -> Result<Vec<RegisterRange>, ApiError> {
        Ok(self.named(name)?.known.status.registers())
    }
}
