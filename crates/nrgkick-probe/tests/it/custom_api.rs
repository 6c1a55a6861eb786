//! The charger's own polling, as the simulator does it.

use std::time::Duration;

use nrgkick_sim::custom_api::{Every, HttpVersion, Limits, Manner, Settings};
use nrgkick_sim::{Config, profile};
use nrgkick_sim_core::Setup;
use tokio::net::TcpListener;

use crate::support::{Rule, probe, scratch, start, still};

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn the_interval_and_the_form_of_requests_are_seen_and_replayed() {
    let ms = Duration::from_millis;
    for (keep_alive, version, host) in [
        (false, HttpVersion::Http11, true),
        (true, HttpVersion::Http11, true),
        (false, HttpVersion::Http10, false),
    ] {
        let port = free_port().await;
        let custom_api = Settings {
            url: Some(format!("http://127.0.0.1:{port}").parse().unwrap()),
            every: Every::new(ms(60), ms(60)).unwrap(),
            manner: Manner { keep_alive, version, host },
            limits: Limits { exchange: ms(250), ..Limits::default() },
        };
        let sim = start(Config { custom_api, ..still(Setup::default()) }).await;
        let folder = scratch();
        let mut options = sim.options(folder.path());
        options.no_writes = true;
        options.custom_api = Some(port);
        let answers = probe(&mut Rule::yes(&sim), &options).await.answers;
        let seen = &answers.custom_api;
        assert_eq!(seen.keep_alive, Some(keep_alive));
        assert_eq!(seen.headers.iter().any(|name| name == "host"), host, "{seen:?}");
        let [least, most] = seen.every_ms.unwrap();
        assert!((40..=most).contains(&least) && most < 1000, "{seen:?}");
        let timeout = seen.timeout_ms.unwrap();
        assert!((150..1000).contains(&timeout), "{seen:?}");
        let (replayed, _) = profile::apply(&answers, still(Setup::default()));
        assert_eq!(replayed.custom_api.manner, Manner { keep_alive, version, host });
        assert_eq!(replayed.custom_api.every.bounds(), [ms(least), ms(most)]);
        assert_eq!(replayed.custom_api.limits.exchange, ms(timeout));
    }
}
