//! A program that runs in parallel with others: quiet, unless it fails.

use crate::{
    error::{Error, Result},
    process::{not_started, shown, wait_until},
};
use std::{
    io::Read as _,
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// A child process that is stopped when dropped.
pub(crate) struct Beside {
    child: Child,
    /// The command line.
    shown: String,
    said: Option<JoinHandle<String>>,
    started: Instant,
}

impl Beside {
    /// Starts `command`, which reports on standard error, as cargo does.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        println!("$ {} (beside what follows)", shown(command));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(not_started(command))?;
        let pipe = child.stderr.take();
        let said = thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                // Output before a read error is still worth showing.
                let _ = pipe.read_to_end(&mut bytes);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Ok(Self { child, shown: shown(command), said: Some(said), started: Instant::now() })
    }

    /// Waits for its end, at most `limit`; on failure the error has its output.
    pub(crate) fn finish(mut self, limit: Duration) -> Result<()> {
        let command = self.shown.clone();
        let ended = wait_until(&mut self.child, Instant::now() + limit);
        let not_waited = |source| Error::Start { command: command.clone(), source };
        let Some(status) = ended.map_err(not_waited)? else {
            return Err(Error::TooLong { command, limit });
        };
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if !status.success() {
            let output = format!(":\n{}", said.trim());
            return Err(Error::Failed { command, status: status.to_string(), output });
        }
        println!("done beside it: {command} ({:.0} s)", self.started.elapsed().as_secs_f64());
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // No effect on a child that has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn shell(script: &str) -> Beside {
        Beside::start(Command::new("sh").args(["-c", script])).unwrap()
    }

    #[test]
    fn what_it_said_is_told_where_it_failed() {
        assert!(shell("echo well >&2").finish(LONG).is_ok());
        let error = shell("echo no such crate >&2; exit 7").finish(LONG).unwrap_err().to_string();
        assert!(error.contains("no such crate") && error.contains('7'), "{error}");
    }

    #[test]
    fn it_is_stopped_where_nobody_waits_for_it() {
        let started = Instant::now();
        drop(shell("exec sleep 60"));
        assert!(started.elapsed() < LONG);
        let error = shell("exec sleep 60").finish(Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, Error::TooLong { .. }));
        assert!(started.elapsed() < LONG);
    }
}
