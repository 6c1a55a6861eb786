//! The parts of the screens, one per file.
//!
//! Those of frame and overview are tables of slots of the markup; the others are components that read
//! the shared signals through memos of their own. Either way a poll touches only what has changed.
//! None of them fetches; changes go through [`send`](crate::send).

pub mod accounts;
pub mod alert;
pub mod asking;
pub mod bubble;
pub mod charger_form;
pub mod chargers_entry;
pub mod charges;
pub mod chooser;
pub mod current;
pub mod curve;
pub mod demo_choice;
pub mod diagnosis;
pub mod diagnostics;
pub mod face;
pub mod frame;
pub mod hero;
pub mod language_choice;
pub mod limit;
pub mod map_link;
pub mod masthead;
pub mod new_version;
pub mod outcome;
pub mod pause;
pub mod phase_table;
pub mod phases;
pub mod qr_picture;
pub mod reading;
pub mod request_log;
pub mod row;
pub mod share_bar;
pub mod theme_choice;
pub mod token_link;
pub mod trial;
pub mod words_missing;

pub use accounts::Accounts;
pub use alert::Alert;
pub use asking::Asking;
pub use charger_form::ChargerForm;
pub use chargers_entry::ChargersEntry;
pub use curve::Curve;
pub use demo_choice::DemoChoice;
pub use diagnosis::Diagnosis;
pub use diagnostics::Diagnostics;
pub use language_choice::LanguageChoice;
pub use limit::Limit;
pub use map_link::MapLink;
pub use masthead::Masthead;
pub use new_version::NewVersion;
pub use outcome::OutcomeLine;
pub use phases::Phases;
pub use qr_picture::QrPicture;
pub use reading::Reading;
pub use request_log::RequestLog;
pub use row::Row;
pub use theme_choice::ThemeChoice;
pub use token_link::TokenLink;
pub use trial::Trial;
pub use words_missing::WordsMissing;
