//! The command line.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;
use nrgkick_sim_core::{Credentials, Firmware, Model, Scenario, Setup, Switches};

use crate::custom_api::cli::CustomApiArgs;
use crate::on_off::OnOff;
use crate::{Config, Unit};

/// A SIMULATED NRGkick Gen2 charger with its local JSON API. For development and tests: it is
/// not protected, do not expose it
#[derive(Clone, Debug, Parser)]
#[command(name = "nrgkick-sim", version = http_service::version!())]
pub struct Args {
    /// Address and port of the JSON API
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub http: SocketAddr,

    /// Address and port of the Modbus API, such as 127.0.0.1:5020; none where it is not given
    #[arg(long, value_name = "ADDR")]
    pub modbus: Option<SocketAddr>,

    /// Which charger: 16a, 32a, sim, sim-no-fix or domestic
    #[arg(long, default_value_t)]
    pub model: Model,

    /// Version of its SmartModule; before 4.0.0.100 some keys end in a colon
    #[arg(long, value_name = "VERSION", default_value_t)]
    pub firmware: Firmware,

    /// What it is doing: idle, connected, charging, paused, limit-reached, waking, warning, error,
    /// derating, rcd-trip or cycle
    #[arg(long, default_value_t)]
    pub scenario: Scenario,

    /// User name that the API asks for
    #[arg(long, requires = "password")]
    pub username: Option<String>,

    /// Password that the API asks for; that of a simulator is no secret
    #[arg(long, requires = "username")]
    pub password: Option<String>,

    /// Whether the JSON API is enabled in the app
    #[arg(long, value_name = "on|off", default_value = "on", hide_possible_values = true)]
    pub json: OnOff,

    /// Whether the Modbus API is enabled in the app; where it is off, connections are reset
    #[arg(long, value_name = "on|off", default_value = "on", hide_possible_values = true)]
    pub modbus_api: OnOff,

    /// Whether CORS headers are sent; no real charger was seen to send any
    #[arg(long, value_name = "on|off", default_value = "off", hide_possible_values = true)]
    pub cors: OnOff,

    /// Whether phase switching is allowed in the app
    #[arg(long, value_name = "on|off", default_value = "on", hide_possible_values = true)]
    pub phase_switch: OnOff,

    /// Whether solar charging has the say, so that the pause cannot be set
    #[arg(long, value_name = "on|off", default_value = "off", hide_possible_values = true)]
    pub solar: OnOff,

    /// Simulated seconds in one second, 0 to 10000; with 0 time stands still
    #[arg(long, value_name = "N", default_value = "1", value_parser = speed)]
    pub speed: f64,

    /// How long a write takes to show, up to 1h
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = lag)]
    pub control_lag: Duration,

    /// Last digits of its serial number, to tell simulators apart
    #[arg(long, value_name = "N", default_value_t = Setup::default().number)]
    pub number: u32,

    /// The name that its user gave it
    #[arg(long, value_name = "TEXT", default_value_t = Setup::default().device_name)]
    pub name: String,

    /// Announce it in the local network by mDNS, as real chargers do, so that the proxies find it
    /// with --charger auto. Needs --http with an address of the network or 0.0.0.0: everybody there
    /// can then use it
    #[arg(long)]
    pub mdns: bool,

    /// The polling of the Custom API.
    #[command(flatten)]
    pub custom_api: CustomApiArgs,
}

impl Args {
    /// Refuses flags that contradict each other.
    ///
    /// # Errors
    /// Names the flags.
    pub fn check(&self) -> Result<(), String> {
        if self.mdns && self.http.ip().is_loopback() {
            return Err(format!(
                "--mdns: nobody in the network can reach --http {}; give an address of this \
                 machine there, or 0.0.0.0:{}",
                self.http,
                self.http.port()
            ));
        }
        Ok(())
    }

    /// Converts the flags into the configuration of the simulator.
    pub fn config(self) -> Config {
        let credentials = self.username.zip(self.password);
        Config {
            setup: Setup {
                model: self.model,
                firmware: self.firmware,
                number: self.number,
                device_name: self.name,
                scenario: self.scenario,
                control_lag: self.control_lag,
                credentials: credentials
                    .map(|(username, password)| Credentials { username, password }),
                switches: Switches {
                    json: self.json.is_on(),
                    modbus: self.modbus_api.is_on(),
                    phase_switch: self.phase_switch.is_on(),
                    solar: self.solar.is_on(),
                    ..Switches::default()
                },
            },
            cors: self.cors.is_on(),
            speed: self.speed,
            custom_api: self.custom_api.settings(),
            mdns: self.mdns,
        }
    }
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (0.0..=Unit::MAX_SPEED).contains(speed));
    speed.ok_or_else(|| format!("not a number from 0 to {}", Unit::MAX_SPEED))
}

/// Parses `--control-lag`; at most an hour, longer than any unit could need.
fn lag(text: &str) -> Result<Duration, String> {
    http_service::duration(text, &(Duration::ZERO..=Duration::from_secs(3600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(flags: &str) -> Result<Args, String> {
        let flags = ["nrgkick-sim"].into_iter().chain(flags.split_whitespace());
        Args::try_parse_from(flags).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_given_is_a_charging_32_a_unit_on_loopback() {
        let args = parse("").unwrap();
        assert_eq!(args.http.to_string(), "127.0.0.1:8090");
        assert_eq!(args.modbus, None);
        let config = args.config();
        assert_eq!(config.setup, Setup::default());
        assert!(!config.cors);
    }

    #[test]
    fn flags_reach_the_setup() {
        let flags = "--model domestic --firmware 4.0.0.64 --scenario waking --username u \
                     --password p --json off --modbus-api off --cors on --phase-switch off --solar on --speed 60 \
                     --control-lag 250ms --number 7";
        let config = parse(flags).unwrap().config();
        assert!(config.cors && config.setup.firmware.has_colon_keys());
        let switches = &config.setup.switches;
        assert_eq!((switches.json, switches.phase_switch, switches.solar), (false, false, true));
        assert!(!switches.modbus);
        assert_eq!(config.setup.control_lag, Duration::from_millis(250));
        assert_eq!(
            (config.setup.model, config.setup.scenario),
            (Model::Domestic, Scenario::Waking)
        );
        assert_eq!(config.setup.credentials.unwrap().username, "u");
    }

    #[test]
    fn only_an_address_of_the_network_is_announced() {
        assert_eq!(parse("").unwrap().check(), Ok(()));
        let error = parse("--mdns").unwrap().check().unwrap_err();
        assert!(error.contains("--http 127.0.0.1:8090"), "{error}");
        let args = parse("--mdns --http 0.0.0.0:8090").unwrap();
        assert_eq!(args.check(), Ok(()));
        assert!(args.config().mdns);
    }

    #[test]
    fn what_cannot_be_is_refused_by_flag() {
        for (flags, part) in [
            ("--http localhost", "--http"),
            ("--modbus 5020", "--modbus"),
            ("--modbus-api maybe", "--modbus-api"),
            ("--model 64a", "sim-no-fix"),
            ("--firmware 4.1", "--firmware"),
            ("--scenario party", "limit-reached"),
            ("--username u", "--password"),
            ("--json maybe", "--json"),
            ("--speed=-1", "--speed"),
            ("--speed NaN", "--speed"),
            ("--control-lag 2h", "--control-lag"),
            ("--control-lag 1e9", "--control-lag"),
            ("--control-lag 2", "write 2s for seconds or 2ms for milliseconds"),
        ] {
            let error = parse(flags).unwrap_err();
            assert!(error.contains(part), "{flags}: {error}");
        }
    }
}
