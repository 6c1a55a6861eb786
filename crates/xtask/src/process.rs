//! Child processes: printed before they run, waited for within a limit, found on PATH.
//!
//! Not here: the servers of `run`, which run until they are stopped.

use crate::error::{Error, Result};
use std::{
    env,
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Limit for a program that prints its version.
pub(crate) const SHORT: Duration = Duration::from_secs(20);
/// Limit for the longest build on a slow machine.
pub(crate) const LONG: Duration = Duration::from_secs(60 * 60);
/// Interval at which a child is checked for its end.
const POLL: Duration = Duration::from_millis(10);

/// Returns a command for the `cargo` that started this program, so that both use one toolchain.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Formats a command as typed in a shell, with its environment variables except PATH.
pub(crate) fn shown(command: &Command) -> String {
    let quoted = |word: &OsStr| {
        let word = word.to_string_lossy();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+%".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    let mut words: Vec<String> = command
        .get_envs()
        .filter(|(name, _)| *name != "PATH")
        .filter_map(|(name, value)| Some(format!("{}={}", name.display(), quoted(value?))))
        .collect();
    let program = Path::new(command.get_program());
    let is_cargo = program.file_stem() == Some(OsStr::new("cargo"));
    words.push(if is_cargo { "cargo".to_owned() } else { quoted(program.as_os_str()) });
    words.extend(command.get_args().map(quoted));
    words.join(" ")
}

/// Builds a closure for `map_err` after starting a program.
pub(crate) fn not_started(command: &Command) -> impl FnOnce(io::Error) -> Error {
    let command = shown(command);
    move |source| Error::Start { command, source }
}

/// Runs a command with inherited output; any status but success is an error.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<()> {
    println!("$ {}", shown(command));
    let mut child = command.spawn().map_err(not_started(command))?;
    let status = wait(&mut child, command, limit)?;
    check(command, status, String::new())
}

/// Runs a command quietly and returns its standard output.
pub(crate) fn output(command: &mut Command, limit: Duration) -> Result<String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(not_started(command))?;
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let status = wait(&mut child, command, limit)?;
    let err = err.join().unwrap_or_default();
    let why = if err.trim().is_empty() { String::new() } else { format!(":\n{}", err.trim()) };
    check(command, status, why)?;
    Ok(out.join().unwrap_or_default())
}

fn check(command: &Command, status: ExitStatus, output: String) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed { command: shown(command), status: status.to_string(), output })
}

/// Reads a pipe to its end on a thread, so that the child never blocks on a full pipe.
fn drain(pipe: Option<impl io::Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // Output before a read error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for a child and kills it at the limit.
pub(crate) fn wait(child: &mut Child, command: &Command, limit: Duration) -> Result<ExitStatus> {
    match wait_until(child, Instant::now() + limit).map_err(not_started(command))? {
        Some(status) => Ok(status),
        None => {
            // It may have ended in between; either way it is gone afterwards.
            let _ = child.kill();
            let _ = child.wait();
            Err(Error::TooLong { command: shown(command), limit })
        }
    }
}

/// Waits for a child until `deadline`; `None` if it is still running then.
pub(crate) fn wait_until(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// Returns the first program on PATH with one of these names.
pub(crate) fn find_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| find_in(env::split_paths(&path), name))
}

fn find_in(mut folders: impl Iterator<Item = PathBuf>, name: &str) -> Option<PathBuf> {
    // npm and its programs are scripts on Windows.
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    folders.find_map(|folder| {
        let mut files = endings.iter().map(|ending| folder.join(format!("{name}{ending}")));
        files.find(|file| is_executable(file))
    })
}

/// `true` for a file that may be executed.
pub(crate) fn is_executable(file: &Path) -> bool {
    let Ok(found) = file.metadata() else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        found.is_file() && found.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    found.is_file()
}

/// Returns PATH with these folders first, for child processes only.
pub(crate) fn path_with(first: &[PathBuf]) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.iter().cloned().chain(env::split_paths(&rest)))
        .map_err(|error| Error::Other(format!("a tool's folder cannot stand in PATH: {error}")))
}

/// `true` for root on Unix; only root installs system packages.
pub(crate) fn is_root() -> bool {
    cfg!(unix)
        && output(Command::new("id").arg("-u"), SHORT).is_ok_and(|answer| answer.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("/usr/lib/rust/bin/cargo");
        command.args(["test", "--", "a b", "it's"]).env("PATH", "/x").env("MODE", "--a b");
        assert_eq!(shown(&command), r"MODE='--a b' cargo test -- 'a b' 'it'\''s'");
    }

    #[test]
    fn a_folder_is_not_a_program() {
        assert!(!is_executable(Path::new(env!("CARGO_MANIFEST_DIR"))));
        assert!(is_executable(&env::current_exe().unwrap()));
    }

    #[test]
    #[cfg(unix)]
    fn a_child_is_stopped_at_its_limit() {
        let started = Instant::now();
        let error = output(Command::new("sleep").arg("60"), Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, Error::TooLong { .. }), "{error}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    #[cfg(unix)]
    fn a_failure_carries_what_the_program_said() {
        let mut command = Command::new("sh");
        let error = output(command.args(["-c", "echo no >&2; exit 3"]), SHORT).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("exit status: 3") && text.ends_with(":\nno"), "{text}");
    }
}
