//! The parts of the screens, one component per file.
//!
//! A part reads the shared signals through memos of its own, so that a poll touches only what
//! has changed. None of them fetches; changes go through [`send`](crate::send).

pub mod accounts;
pub mod alert;
pub mod banner;
pub mod charger_form;
pub mod current;
pub mod demo_choice;
pub mod diagnosis;
pub mod faults;
pub mod hero;
pub mod language_choice;
pub mod limit;
pub mod masthead;
pub mod missing_documents;
pub mod notice;
pub mod other_charger;
pub mod outcome;
pub mod pause;
pub mod phase_table;
pub mod phases;
pub mod reading;
pub mod row;
pub mod share_bar;
pub mod strip;
pub mod tabs;
pub mod theme_choice;
pub mod top;
pub mod unprotected;
pub mod words_missing;

pub use accounts::Accounts;
pub use alert::Alert;
pub use banner::Banner;
pub use charger_form::{ChargerForm, FORM};
pub use current::Current;
pub use demo_choice::DemoChoice;
pub use diagnosis::Diagnosis;
pub use faults::Faults;
pub use hero::Hero;
pub use language_choice::LanguageChoice;
pub use limit::Limit;
pub use masthead::Masthead;
pub use missing_documents::MissingDocuments;
pub use notice::Notice;
pub use other_charger::OtherCharger;
pub use outcome::OutcomeLine;
pub use pause::Pause;
pub use phase_table::PhaseTable;
pub use phases::Phases;
pub use reading::Reading;
pub use row::Row;
pub use share_bar::ShareBar;
pub use strip::Strip;
pub use tabs::Tabs;
pub use theme_choice::ThemeChoice;
pub use top::Top;
pub use unprotected::Unprotected;
pub use words_missing::WordsMissing;
