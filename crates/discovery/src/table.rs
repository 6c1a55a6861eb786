//! The announcements that are in force, bounded in number.

use std::collections::BTreeMap;

use crate::announcement::Announcement;

/// More chargers than any house has; who floods the network gets no more memory than that.
const MOST: usize = 64;

/// Announcements by the full name of their service.
#[derive(Debug, Default)]
pub(crate) struct Table(BTreeMap<String, Announcement>);

impl Table {
    /// Takes an announcement in. Returns whether that is news: it is none where nothing changed, nor
    /// where the table is full.
    pub(crate) fn insert(&mut self, full_name: &str, announcement: Announcement) -> bool {
        let is_full = self.0.len() >= MOST;
        match self.0.get_mut(full_name) {
            Some(known) if *known == announcement => false,
            Some(known) => {
                *known = announcement;
                true
            }
            None if is_full => false,
            None => {
                self.0.insert(full_name.to_owned(), announcement);
                true
            }
        }
    }

    /// Forgets a service. Returns whether it was known.
    pub(crate) fn remove(&mut self, full_name: &str) -> bool {
        self.0.remove(full_name).is_some()
    }

    /// All of them, in the order of their services' names.
    pub(crate) fn all(&self) -> Vec<Announcement> {
        self.0.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(last: u8) -> Announcement {
        Announcement {
            name: "NRGkick".to_owned(),
            model: None,
            serial_number: Some("A1".to_owned()),
            json_api: Some(true),
            modbus_api: None,
            addresses: vec![[192, 168, 1, last].into()],
            port: 80,
        }
    }

    #[test]
    fn only_a_change_is_news() {
        let mut table = Table::default();
        assert!(table.insert("a", at(1)));
        assert!((0..10).all(|_| !table.insert("a", at(1))), "ten times the same");
        assert!(table.insert("a", at(2)) && table.insert("b", at(2)), "one name, two services");
        assert_eq!(table.all(), [at(2), at(2)]);
        assert!(table.remove("a") && !table.remove("a"));
        assert_eq!(table.all(), [at(2)]);
    }

    #[test]
    fn a_flood_takes_no_place_of_what_is_known() {
        let mut table = Table::default();
        assert!(table.insert("charger", at(1)));
        let news = (0..1000).filter(|n| table.insert(&format!("flood-{n}"), at(9))).count();
        assert_eq!((news, table.all().len()), (MOST - 1, MOST));
        assert!(table.insert("charger", at(2)), "it still may move");
    }
}
