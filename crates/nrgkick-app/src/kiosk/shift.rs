//! Moving the whole picture a little each minute, so that nothing burns into the screen.

/// The farthest that the picture is moved from its place, px; the style sheet leaves this much room.
const REACH: i32 = 8;

/// The length of a step, px.
const STEP: i32 = 2;

/// The steps from one end to the other.
const STEPS: u64 = 8;

/// The place of the picture in a minute, px to the right and down.
///
/// It goes to and fro in both directions, downwards one step ahead more after each time it is back,
/// so that in some hours every other place of the square has had its turn.
pub(super) fn offset(minute: u64) -> (i32, i32) {
    let times_back = minute / (2 * STEPS);
    (place(minute), place(minute + times_back))
}

/// The place on the way to and fro after so many steps.
fn place(steps: u64) -> i32 {
    let step = steps % (2 * STEPS);
    let from_end = step.min(2 * STEPS - step);
    i32::try_from(from_end).unwrap_or(0) * STEP - REACH
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_minute_moves_it_by_one_small_step_and_never_out_of_reach() {
        for minute in 0..3_000 {
            let ((x, y), (next_x, next_y)) = (offset(minute), offset(minute + 1));
            assert_eq!((next_x - x).abs(), STEP, "{minute}");
            assert!((next_y - y).abs() <= 2 * STEP, "{minute}");
            assert!(x.abs() <= REACH && y.abs() <= REACH, "{minute}: {x}, {y}");
        }
    }

    #[test]
    fn no_place_is_kept_for_long_and_many_have_their_turn() {
        let day = 24 * 60;
        let places: BTreeSet<_> = (0..day).map(offset).collect();
        assert!(places.len() > 60, "{}", places.len());
        for place in &places {
            let minutes = (0..day).filter(|minute| offset(*minute) == *place).count();
            assert!(minutes <= 60, "{place:?}: {minutes} minutes of a day");
        }
    }
}
