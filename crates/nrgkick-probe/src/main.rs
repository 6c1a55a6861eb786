//! `nrgkick-probe`: arguments, signals and exit codes. Everything else is in the library.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use http_service::program::{USAGE, shutdown_signal};
use nrgkick_probe::{Args, Console, Ended, Options, RunError, restore, run};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let (file, options) = match Args::parse().options() {
        Ok(options) => options,
        Err(message) => return tell(&message, USAGE),
    };
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return tell(&error.to_string(), 1),
    };
    let ended = runtime.block_on(act(file, &options));
    // A thread may still wait for the keyboard.
    runtime.shutdown_background();
    match ended {
        Ok(text) => {
            let _ = writeln!(io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(error @ RunError::Options(_)) => tell(&error.to_string(), USAGE),
        Err(error) => tell(&error.to_string(), 1),
    }
}

async fn act(file: Option<std::path::PathBuf>, options: &Options) -> Result<String, RunError> {
    let mut owner = Console::new(options.times.owner);
    if let Some(file) = file {
        restore(options, &mut owner, &file, shutdown_signal()).await?;
        return Ok("All settings are as before.".to_owned());
    }
    Ok(match run(options, &mut owner, shutdown_signal).await? {
        Ended::Saved(_) => format!("Saved as {}.", options.output.display()),
        Ended::NotSaved(_) => "Not saved.".to_owned(),
        Ended::Early(reason) => format!("Ended early: {reason}. No file was written."),
    })
}

fn tell(message: &str, code: u8) -> ExitCode {
    // Standard error may be closed.
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::from(code)
}
