//! The parts of the screens, one component per file.
//!
//! A part reads the shared signals through memos of its own, so that a poll touches only what
//! has changed. None of them fetches; changes go through [`send`](crate::send).

pub mod alert;
pub mod banner;
pub mod charger_form;
pub mod current;
pub mod diagnosis;
pub mod faults;
pub mod hero;
pub mod lacking;
pub mod lane;
pub mod limit;
pub mod lines;
pub mod masthead;
pub mod notice;
pub mod outcome;
pub mod pause;
pub mod phases;
pub mod reading;
pub mod row;
pub mod stranger;
pub mod strip;
pub mod tabs;
pub mod theme_choice;
pub mod top;

pub use alert::Alert;
pub use banner::Banner;
pub use charger_form::{ChargerForm, FORM};
pub use current::Current;
pub use diagnosis::Diagnosis;
pub use faults::Faults;
pub use hero::Hero;
pub use lacking::{Lacking, Open};
pub use lane::Lane;
pub use limit::Limit;
pub use lines::Lines;
pub use masthead::Masthead;
pub use notice::Notice;
pub use outcome::OutcomeLine;
pub use pause::Pause;
pub use phases::Phases;
pub use reading::Reading;
pub use row::Row;
pub use stranger::Stranger;
pub use strip::Strip;
pub use tabs::Tabs;
pub use theme_choice::ThemeChoice;
pub use top::Top;
