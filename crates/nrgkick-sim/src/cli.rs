//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use nrgkick_sim_core::{Credentials, Firmware, Model, Scenario, Setup, Switches};

use crate::custom_api::cli::CustomApiArgs;
use crate::on_off::OnOff;
use crate::profile::{self, ProfileError};
use crate::{Config, Unit};

/// The flags whose answers a profile has.
const KNOWN_TO_A_PROFILE: [&str; 12] = [
    "model",
    "firmware",
    "json",
    "modbus_api",
    "cors",
    "phase_switch",
    "solar",
    "control_lag",
    "custom_api_every",
    "custom_api_keep_alive",
    "custom_api_http",
    "custom_api_host",
];

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

    /// Answer as the charger of this profile, a file of nrgkick-probe. What a profile knows cannot
    /// be given beside it
    #[arg(long, value_name = "FILE", conflicts_with_all = KNOWN_TO_A_PROFILE)]
    pub profile: Option<PathBuf>,

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

    /// Converts the flags into the configuration of the simulator, with the profile if one is named,
    /// and what of that cannot be simulated.
    ///
    /// # Errors
    /// Names the file, and the path of a wrong value in it.
    pub fn profiled(self) -> Result<(Config, Vec<String>), ProfileError> {
        let profile = self.profile.as_deref().map(profile::read).transpose()?;
        let config = self.config();
        Ok(match profile {
            Some(profile) => profile::apply(&profile.answers, config),
            None => (config, Vec::new()),
        })
    }

    /// Converts the flags into the configuration of the simulator. The profile is left out, see
    /// [`Args::profiled`].
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
                ..Setup::default()
            },
            cors: self.cors.is_on(),
            speed: self.speed,
            keep_alive: true,
            connections: None,
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
mod tests;
