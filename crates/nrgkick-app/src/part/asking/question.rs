//! A question to the charger as it is put together, and as it is written elsewhere. It can only read.

use nrgkick_model::Request;
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use nrgkick_model::request::Read;

use crate::endpoint::Endpoint;

/// What can be asked for, by name: each document, and which of the charger's APIs are on.
pub(super) const NAMES: [&str; 4] = ["info", "values", "control", "api"];

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The document; `None` for the APIs that are on.
    pub(super) document: Option<DocumentName>,
    /// Only these sections; all if none is named.
    pub(super) sections: Vec<&'static str>,
    /// Whether codes come as numbers.
    pub(super) is_raw: bool,
}

impl Default for Question {
    fn default() -> Self {
        Self { document: Some(DocumentName::Info), sections: Vec::new(), is_raw: true }
    }
}

impl Question {
    /// The question for the whole of `name`.
    pub(super) fn of(name: &str, is_raw: bool) -> Self {
        let document = DocumentName::ALL.into_iter().find(|document| document.name() == name);
        Self { document, sections: Vec::new(), is_raw }
    }

    /// Whether it has sections and a form.
    pub(super) fn has_flags(&self) -> bool {
        matches!(self.document, Some(DocumentName::Info | DocumentName::Values))
    }

    /// Adds or removes a section; they stand in the order of the device.
    pub(super) fn choose(&mut self, section: &'static str, is_wanted: bool) {
        let all = self.document.map(DocumentName::sections).unwrap_or_default();
        let chosen = std::mem::take(&mut self.sections);
        let is_chosen =
            |name: &&str| if *name == section { is_wanted } else { chosen.contains(name) };
        self.sections = all.into_iter().filter(is_chosen).collect();
    }

    /// As it is sent.
    pub(super) fn request(&self) -> Request {
        match self.document {
            None => Request::Api,
            Some(DocumentName::Control) => Request::Control,
            Some(document) => {
                let form = if self.is_raw { Form::Raw } else { Form::Text };
                Request::Read(Read { document, form, sections: self.sections.clone() })
            }
        }
    }

    /// The whole address at `endpoint`, where there is one. `page` is the page's own, without query.
    pub(super) fn url(&self, endpoint: &Endpoint, page: &str) -> Option<String> {
        let target = self.request().target();
        match endpoint {
            Endpoint::Direct(direct) => Some(format!("{}{target}", direct.origin)),
            Endpoint::Gateway(gateway) if gateway.is_own() => {
                let folder = page.rsplit_once('/').map_or(page, |(folder, _)| folder);
                let slash = if gateway.base.is_empty() { "" } else { "/" };
                Some(format!("{folder}{slash}{}{target}", gateway.base))
            }
            Endpoint::Gateway(gateway) => Some(format!("{}{target}", gateway.base)),
            Endpoint::Searching | Endpoint::Demo(_) | Endpoint::NotSet(_) => None,
        }
    }

    /// The same for a command line, which asks for a password itself and takes a token from its
    /// surroundings: neither is written here.
    pub(super) fn command(&self, endpoint: &Endpoint, page: &str) -> Option<String> {
        let url = self.url(endpoint, page)?.replace('\'', "%27");
        let log_in = match endpoint {
            Endpoint::Direct(direct) if direct.credentials.is_some() => "--user USER ",
            Endpoint::Gateway(gateway) if gateway.credentials.is_some() => {
                "--header \"Authorization: Bearer $TOKEN\" "
            }
            _ => "",
        };
        Some(format!("curl {log_in}'{url}'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Credentials;

    const PAGE: &str = "http://192.168.1.10:8080/panel/index.html";

    #[test]
    fn whatever_is_put_together_only_reads() {
        for name in NAMES {
            for is_raw in [false, true] {
                let mut question = Question::of(name, is_raw);
                let all = question.document.map(DocumentName::sections).unwrap_or_default();
                for section in all {
                    question.choose(section, true);
                    assert!(!question.request().is_write(), "{question:?}");
                }
            }
        }
    }

    #[test]
    fn sections_stand_in_the_order_of_the_device_and_can_be_taken_back() {
        let mut question = Question::of("values", true);
        let sections = DocumentName::Values.sections();
        question.choose(sections[1], true);
        question.choose(sections[0], true);
        question.choose("no section", true);
        assert_eq!(question.sections, sections[..2]);
        let target = format!("/values?raw&{}&{}", sections[0], sections[1]);
        assert_eq!(question.request().target(), target);
        question.choose(sections[0], false);
        assert_eq!(question.sections, [sections[1]]);
        assert_eq!(Question::of("control", true).request().target(), "/control");
        assert_eq!(Question::of("api", true).request().target(), "/api");
    }

    #[test]
    fn no_password_is_in_the_command() {
        let origin = "http://192.168.1.50".to_owned();
        let (username, password) = ("ada".to_owned(), "secret".to_owned());
        let credentials = Some(Credentials { origin: origin.clone(), username, password });
        let endpoint = Endpoint::direct(origin, credentials);
        let question = Question::of("values", true);
        assert_eq!(
            question.command(&endpoint, PAGE).unwrap(),
            "curl --user USER 'http://192.168.1.50/values?raw'"
        );
        assert_eq!(question.command(&Endpoint::NotSet(None), PAGE), None);
    }
}
