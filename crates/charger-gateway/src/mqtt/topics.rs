//! The names of topics.

use nrgkick_model::field::DocumentName;

/// The topics of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topics {
    prefix: String,
    discovery: Option<String>,
}

/// A charger's topics, without those of its discovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    /// `online` or `offline`.
    Status,
    /// What it does.
    State,
    /// A document.
    Document(DocumentName),
    /// The last charge that ended.
    Charge,
}

/// The payloads of `status`, by the words that Home Assistant takes without being told.
pub(super) const ONLINE: &str = "online";
/// The same for what is away.
pub(super) const OFFLINE: &str = "offline";

impl Topic {
    /// The last level.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::State => "state",
            Self::Document(document) => document.name(),
            Self::Charge => "charge",
        }
    }
}

impl Topics {
    pub(super) const fn new(prefix: String, discovery: Option<String>) -> Self {
        Self { prefix, discovery }
    }

    /// The topic that tells if the gateway is there.
    pub(super) fn gateway(&self) -> String {
        format!("{}/{}", self.prefix, Topic::Status.name())
    }

    /// A topic of the charger with this name.
    pub(super) fn of(&self, charger: &str, topic: Topic) -> String {
        format!("{}/{charger}/{}", self.prefix, topic.name())
    }

    /// The topic by which Home Assistant finds the charger with this serial number; `None` where it
    /// is to find none. Its node is the last level of the prefix, so that a broker's rules can give
    /// each gateway its own.
    pub(super) fn discovery(&self, serial: &str) -> Option<String> {
        let node = self.prefix.rsplit('/').next().unwrap_or_default();
        let discovery = self.discovery.as_ref()?;
        Some(format!("{discovery}/device/{}/nrgkick_{}/config", id(node), id(serial)))
    }
}

/// A text as it may stand in an identifier of Home Assistant.
pub(super) fn id(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.chars().map(|c| if is_plain(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_has_a_prefix_and_a_charger_its_name() {
        let topics = Topics::new("nrgkick/site 17".to_owned(), Some("ha".to_owned()));
        assert_eq!(topics.gateway(), "nrgkick/site 17/status");
        assert_eq!(topics.of("garage", Topic::Charge), "nrgkick/site 17/garage/charge");
        let found = topics.discovery("A/1+").unwrap();
        assert_eq!(found, "ha/device/site_17/nrgkick_A_1_/config");
        assert_eq!(Topics::new("a".to_owned(), None).discovery("A1"), None);
    }
}
