//! Command-line flags of the poller.

use clap::Args;
use http_service::duration;

use super::settings::{Every, HttpVersion, Limits, Manner, ServerUrl, Settings};
use crate::on_off::OnOff;

/// The polling of the user's web server, and the form of its requests.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Custom API")]
pub struct CustomApiArgs {
    /// Server with the values of inverter, meter, battery and load, as http://HOST:PORT; see
    /// GET /_sim/custom-api
    #[arg(long, value_name = "URL")]
    pub custom_api: Option<ServerUrl>,

    /// How often it is asked: a time, or two to draw from
    #[arg(long, value_name = "TIME-TIME", default_value = "5s-7s", value_parser = every)]
    pub custom_api_every: Every,

    /// Whether a connection is used again; how a charger does it is not known
    #[arg(long, value_name = "on|off", default_value = "off", hide_possible_values = true)]
    pub custom_api_keep_alive: OnOff,

    /// Version of HTTP, 1.0 or 1.1; which one a charger speaks is not known
    #[arg(long, value_name = "VERSION", default_value = "1.1", hide_possible_values = true)]
    pub custom_api_http: HttpVersion,

    /// Whether requests have a Host; whether a charger's have one is not known
    #[arg(long, value_name = "on|off", default_value = "on", hide_possible_values = true)]
    pub custom_api_host: OnOff,
}

impl CustomApiArgs {
    /// Converts the flags into the poller's settings.
    pub fn settings(self) -> Settings {
        Settings {
            url: self.custom_api,
            every: self.custom_api_every,
            manner: Manner {
                keep_alive: self.custom_api_keep_alive.is_on(),
                version: self.custom_api_http,
                host: self.custom_api_host.is_on(),
            },
            limits: Limits::default(),
        }
    }
}

fn every(text: &str) -> Result<Every, String> {
    let time = |text| duration(text, &(Every::MIN..=Every::MAX));
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    Every::new(time(least)?, time(most)?)
        .ok_or_else(|| "not a time, or two in order as 5s-7s".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::Parser as _;

    use super::*;

    fn settings(flags: &str) -> Result<Settings, String> {
        let flags = ["nrgkick-sim"].into_iter().chain(flags.split_whitespace());
        let args = crate::cli::Args::try_parse_from(flags).map_err(|error| error.to_string())?;
        Ok(args.config().custom_api)
    }

    #[test]
    fn nothing_is_fetched_unless_a_server_is_named() {
        assert_eq!(settings("").unwrap(), Settings::default());
    }

    #[test]
    fn flags_reach_the_settings() {
        let flags = "--custom-api http://127.0.0.1:8082 --custom-api-every 500ms-1s \
                     --custom-api-keep-alive on --custom-api-http 1.0 --custom-api-host off";
        let settings = settings(flags).unwrap();
        assert_eq!(settings.url.unwrap().to_string(), "http://127.0.0.1:8082");
        let bounds = [500, 1000].map(Duration::from_millis);
        assert_eq!(settings.every.bounds(), bounds);
        let manner = Manner { keep_alive: true, version: HttpVersion::Http10, host: false };
        assert_eq!(settings.manner, manner);
    }

    #[test]
    fn what_cannot_be_is_refused_by_flag() {
        for (flags, part) in [
            ("--custom-api 127.0.0.1:8082", "http://HOST:PORT"),
            ("--custom-api-every 7s-5s", "--custom-api-every"),
            ("--custom-api-every 0s", "--custom-api-every"),
            ("--custom-api-every 5s-", "--custom-api-every"),
            ("--custom-api-http 2", "--custom-api-http"),
            ("--custom-api-host maybe", "--custom-api-host"),
        ] {
            let error = settings(flags).unwrap_err();
            assert!(error.contains(part), "{flags}: {error}");
        }
    }
}
