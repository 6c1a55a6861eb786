//! Puts settings back as they were.
//!
//! A setting is written only after a reading, once for each reading, and never again without one: a
//! write whose answer was lost may have been carried out. While the charger does not answer it is
//! only asked, for a bounded time.

use nrgkick_model::Command;
use nrgkick_model::document::Control;
use tokio::time::{Instant, sleep};

use crate::journal::Journal;
use crate::line::Line;
use crate::options::Times;
use crate::owner::{Owner, Point};
use crate::trouble::Trouble;

/// Writes of one setting, each after a reading that shows another value.
const TRIES: u32 = 3;

/// The settings that are not back, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left(pub(crate) Vec<String>);

/// Puts back every setting that `journal` names.
pub(crate) async fn put_back<O: Owner>(
    line: &Line,
    journal: &Journal,
    times: &Times,
    owner: &mut O,
) -> Result<(), Left> {
    let mut open = journal.to_put_back();
    let lost = |open: &[(Command, bool)], reason: &str| {
        let each = open.iter().map(|(c, _)| format!("{} = {}: {reason}", c.key(), c.query_value()));
        Left(each.collect())
    };
    for attempt in 0..TRIES {
        for (command, changed) in &open {
            let shown = patiently(line, times).await.map_err(|reason| lost(&open, &reason))?;
            // A write may show later than it was answered, so a setting that was changed is written
            // back even where the reading is still the old one.
            if (*changed && attempt == 0) || command.shown_by(&shown) == Some(false) {
                // Whatever comes of it, the reading decides.
                let _ = line.write(*command).await;
                owner.reached(Point::PutBack).await;
            }
        }
        let until = Instant::now() + times.settle;
        let shown = loop {
            let shown = patiently(line, times).await.map_err(|reason| lost(&open, &reason))?;
            if Instant::now() >= until {
                break shown;
            }
            sleep(times.look).await;
        };
        open.retain(|(command, _)| command.shown_by(&shown) != Some(true));
        if open.is_empty() {
            return Ok(());
        }
    }
    Err(lost(&open, &format!("the charger shows another value after {TRIES} writes")))
}

/// Reads the settings, as often as it takes within the limit.
async fn patiently(line: &Line, times: &Times) -> Result<Control, String> {
    let until = Instant::now() + times.patience;
    loop {
        let trouble: Trouble = match line.control().await {
            Ok(control) => return Ok(control),
            Err(trouble) => trouble,
        };
        if Instant::now() >= until {
            return Err(format!("nothing readable for {:?}: {trouble}", times.patience));
        }
        sleep(times.look).await;
    }
}
