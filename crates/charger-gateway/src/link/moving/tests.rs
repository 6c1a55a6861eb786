//! A charger in memory, with somebody at each address.

use std::net::SocketAddr;
use std::sync::Arc;

use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use nrgkick_model::{Control, ControlWrite, Refusal, Reply, ReplyError};
use serde_json::json;
use tokio::sync::oneshot;

use super::*;
use crate::charger::Answer;
use crate::failure::{ChargerError, Failure, FailureKind};
use crate::known::Known;
use crate::stop;
use crate::timing::Timing;

fn at(last: u8) -> SocketAddr {
    ([192, 168, 1, last], 80).into()
}

/// At .40 is A1, at .66 is B2, at .41 something that asks for a password, nobody elsewhere.
struct Street(Place);

impl Charger for Street {
    async fn read(&mut self, read: &Read) -> Result<Answer, ChargerError> {
        let info = |serial| json!({"general": {"serial_number": serial, "rated_current": 16}});
        let reply = |status, body: String| Reply { status, body: body.into_bytes() };
        let reply = match self.0 {
            Place::At(place) if place == at(40) => reply(200, info("A1").to_string()),
            Place::At(place) if place == at(66) => reply(200, info("B2").to_string()),
            Place::At(place) if place == at(41) => reply(401, Refusal::new(401, "no").body()),
            _ => {
                let failure = Failure::new(FailureKind::Connect, self.address(), "nobody");
                return Err(ChargerError::NotSent(failure));
            }
        };
        Ok(Answer::received(reply, read.document))
    }

    async fn control(&mut self) -> Result<Result<Control, ReplyError>, ChargerError> {
        panic!("a move reads nothing but /info")
    }

    async fn write(&mut self, _: &ControlWrite) -> Result<Sent, ChargerError> {
        panic!("a move writes nothing")
    }

    async fn api(&mut self) -> Result<ApiStatus, ChargerError> {
        panic!("a move reads nothing but /info")
    }

    fn exchanges(&self) -> u32 {
        0
    }

    fn upstream(&self) -> Upstream {
        Upstream::Http
    }

    fn address(&self) -> String {
        format!("{:?}", self.0)
    }

    fn place(&self) -> Place {
        self.0
    }

    fn set_place(&mut self, place: Option<SocketAddr>) {
        self.0 = place.map_or(Place::Unknown, Place::At);
    }
}

/// What became of a move, and where the charger is then, by its link and by its status.
async fn moved(home: Place, to: u8, serial: Option<&str>) -> (Moved, Place, Place) {
    let timing = Timing::default();
    let (_stopper, stop) = stop::switch();
    let charger = Street(home);
    let known = Arc::new(Known::new("garage".to_owned(), &charger, timing.max_age));
    let mut link = ChargerLink::new(Arc::clone(&known), charger, &timing, stop);
    let (reply, moved) = oneshot::channel();
    link.move_to(MoveJob { to: at(to), serial: serial.map(str::to_owned), reply }).await;
    (moved.await.unwrap(), link.charger.place(), known.status.seen(Instant::now()).place)
}

#[tokio::test(start_paused = true)]
async fn a_charger_moves_only_to_where_its_number_is() {
    let home = Place::At(at(20));
    let there = |last| (Moved::There, Place::At(at(last)), Place::At(at(last)));
    let back = |found| (Moved::Back(found), home, home);
    assert_eq!(moved(home, 40, Some("A1")).await, there(40));
    assert_eq!(moved(home, 66, Some("A1")).await, back(Probed::Charger("B2".to_owned())));
    assert_eq!(moved(home, 41, Some("A1")).await, back(Probed::AsksPassword));
    assert_eq!(moved(home, 50, Some("A1")).await, back(Probed::Silent));
}

#[tokio::test(start_paused = true)]
async fn one_that_was_never_met_may_be_any_charger() {
    let there = |last| (Moved::There, Place::At(at(last)), Place::At(at(last)));
    assert_eq!(moved(Place::Unknown, 66, None).await, there(66));
    assert_eq!(moved(Place::Unknown, 41, None).await, there(41));
    let nowhere = (Moved::Back(Probed::Silent), Place::Unknown, Place::Unknown);
    assert_eq!(moved(Place::Unknown, 50, None).await, nowhere);
}
