//! The command line.

use http_service::HostPort;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use http_service::secret::secret_file;

use crate::address;
use crate::options::{Options, Times};

/// Finds out how your NRGkick Gen2 answers, and writes it to a file that you can send in. It asks
/// before every write, puts every setting back, and leaves serial numbers, names, networks and
/// positions out
#[derive(Clone, Debug, Parser)]
#[command(name = "nrgkick-probe", version = http_service::version!(), args_conflicts_with_subcommands = true)]
pub struct Args {
    /// Another task than probing.
    #[command(subcommand)]
    task: Option<Task>,
    /// The charger, and what may be done.
    #[command(flatten)]
    probe: ProbeArgs,
}

/// Another task than probing.
#[derive(Clone, Debug, Subcommand)]
pub enum Task {
    /// Puts back what a run has left changed, after a power cut for example
    Restore {
        /// The file FILE.restore beside the output of that run
        file: PathBuf,
        /// The charger.
        #[command(flatten)]
        charger: ChargerArgs,
    },
}

/// The charger.
#[derive(Clone, Debug, clap::Args)]
pub struct ChargerArgs {
    /// The JSON API, such as http://192.168.1.50
    #[arg(long, value_name = "URL", value_parser = address::http)]
    charger: Option<HostPort>,

    /// The Modbus API, such as 192.168.1.50 or 192.168.1.50:502
    #[arg(long, value_name = "HOST", value_parser = address::modbus)]
    modbus: Option<HostPort>,

    /// User name of the JSON API, where the app asks for one
    #[arg(long, requires = "password_file")]
    username: Option<String>,

    /// File with the password of the JSON API, on one line
    #[arg(long, value_name = "FILE", requires = "username")]
    password_file: Option<PathBuf>,
}

#[derive(Clone, Debug, clap::Args)]
struct ProbeArgs {
    #[command(flatten)]
    charger: ChargerArgs,

    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE", default_value = "nrgkick-profile.json")]
    output: PathBuf,

    /// Only read; nothing is written to the charger
    #[arg(long)]
    no_writes: bool,

    /// Read, and save the file, without being asked. Writes are asked for all the same
    #[arg(long)]
    yes_to_reads: bool,

    /// Offer writes while a vehicle charges, too. They could interrupt the charge
    #[arg(long)]
    may_interrupt: bool,

    /// Watch on this port how the charger asks a server of values (Custom API)
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    custom_api: Option<u16>,
}

impl Args {
    /// Returns the file to restore from, if that is the task, and the options.
    ///
    /// # Errors
    /// Names the flag that cannot be used.
    pub fn options(self) -> Result<(Option<PathBuf>, Options), String> {
        let (file, charger) = match self.task {
            Some(Task::Restore { file, charger }) => (Some(file), charger),
            None => (None, self.probe.charger),
        };
        if charger.charger.is_none() && charger.modbus.is_none() {
            return Err("give --charger, --modbus, or both".to_owned());
        }
        let password = charger.password_file.as_deref().map(secret_file).transpose();
        let password = password.map_err(|error| format!("--password-file: {error}"))?;
        Ok((
            file,
            Options {
                http: charger.charger,
                credentials: charger.username.zip(password),
                modbus: charger.modbus,
                output: self.probe.output,
                no_writes: self.probe.no_writes,
                yes_to_reads: self.probe.yes_to_reads,
                may_interrupt: self.probe.may_interrupt,
                custom_api: self.probe.custom_api,
                times: Times::default(),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(flags: &str) -> Result<(Option<PathBuf>, Options), String> {
        let flags = ["nrgkick-probe"].into_iter().chain(flags.split_whitespace());
        Args::try_parse_from(flags).map_err(|error| error.to_string())?.options()
    }

    #[test]
    fn nothing_is_allowed_that_was_not_asked_for() {
        let (file, options) = options("--charger http://192.168.1.50").unwrap();
        assert_eq!(file, None);
        assert!(!options.may_interrupt && !options.yes_to_reads && !options.no_writes);
        assert_eq!((options.custom_api, options.modbus), (None, None));
        assert_eq!(options.http.unwrap().to_string(), "192.168.1.50:80");
    }

    #[test]
    fn a_restore_needs_a_file_and_a_charger() {
        let (file, options) = options("restore x.json.restore --modbus 192.168.1.50").unwrap();
        assert_eq!(file, Some(PathBuf::from("x.json.restore")));
        assert_eq!(options.modbus.unwrap().port, 502);
    }

    #[test]
    fn what_cannot_be_is_refused_by_flag() {
        for (flags, part) in [
            ("", "--charger"),
            ("restore x", "--charger"),
            ("--charger https://x", "http://192.168.1.50"),
            ("--charger x --username u", "--password-file"),
            ("--charger x --username u --password-file /no/such", "--password-file"),
            ("--charger x --custom-api 0", "--custom-api"),
            ("--charger x --colour", "--colour"),
        ] {
            let error = options(flags).unwrap_err();
            assert!(error.contains(part), "{flags}: {error}");
        }
    }
}
