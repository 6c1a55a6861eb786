//! The servers as child processes: started, checked for an answer, stopped together.
//!
//! Ctrl-C in a terminal reaches the children directly. A signal that reaches only this process is
//! passed on with `kill`, so that they end in their own way; a child that remains is killed.

use super::program::Program;
use crate::{
    error::{Error, Result, other},
    process::{not_started, wait_until},
};
use std::{
    collections::VecDeque,
    io::{self, BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Interval at which a child is checked for its end or its first answer.
const POLL: Duration = Duration::from_millis(100);
/// Longest delay between a child's Ctrl-C and our own.
const SIGNAL: Duration = Duration::from_millis(500);
/// Time for a server to finish its requests after it is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// Count of output lines that an error repeats.
const LAST_LINES: usize = 12;

/// All started programs; dropping it kills those that remain.
pub(super) struct Children {
    running: Vec<Running>,
    /// Receives a message on Ctrl-C or a termination signal.
    asked_to_end: Receiver<()>,
}

struct Running {
    name: &'static str,
    child: Child,
    output: Vec<JoinHandle<()>>,
    last_lines: Arc<Mutex<VecDeque<String>>>,
}

impl Children {
    /// Installs the handler for Ctrl-C; nothing is started yet.
    pub(super) fn new() -> Result<Self> {
        let (ask, asked_to_end) = mpsc::channel();
        // The receiver is dropped only at the end.
        ctrlc::set_handler(move || {
            let _ = ask.send(());
        })
        .map_err(|error| Error::Other(format!("cannot handle Ctrl-C: {error}")))?;
        Ok(Self { running: Vec::new(), asked_to_end })
    }

    /// Starts a program of this folder; its output goes to standard error with its name.
    pub(super) fn start(&mut self, folder: &Path, program: &Program) -> Result<()> {
        let file = folder.join(format!("{}{}", program.name, std::env::consts::EXE_SUFFIX));
        let mut command = Command::new(file);
        command.args(&program.args).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(not_started(&command))?;
        let last_lines = Arc::default();
        let output = [
            child.stdout.take().map(|pipe| pass_on(pipe, program.name, &last_lines)),
            child.stderr.take().map(|pipe| pass_on(pipe, program.name, &last_lines)),
        ];
        let output = output.into_iter().flatten().collect();
        self.running.push(Running { name: program.name, child, output, last_lines });
        Ok(())
    }

    /// Waits for a program's first answer; `false` if a stop is requested before.
    pub(super) fn wait_until_ready(&mut self, program: &Program, limit: Duration) -> Result<bool> {
        let deadline = Instant::now() + limit;
        loop {
            if let Err(error) = self.check() {
                return self.unless_asked(error).map(|()| false);
            }
            if program.answers() {
                return Ok(true);
            }
            if Instant::now() >= deadline {
                let (name, path) = (program.name, program.path);
                let seconds = limit.as_secs();
                return other(format!("{name} did not answer GET {path} within {seconds} s"));
            }
            if self.asked_within(POLL) {
                return Ok(false);
            }
        }
    }

    /// Waits until a stop is requested; a program that ends by itself is an error.
    pub(super) fn wait(&mut self) -> Result<()> {
        while !self.asked_within(POLL) {
            if let Err(error) = self.check() {
                return self.unless_asked(error);
            }
        }
        Ok(())
    }

    /// Ignores the error if the Ctrl-C that ended the program reaches us too.
    fn unless_asked(&self, error: Error) -> Result<()> {
        if self.asked_within(SIGNAL) { Ok(()) } else { Err(error) }
    }

    fn asked_within(&self, time: Duration) -> bool {
        !matches!(self.asked_to_end.recv_timeout(time), Err(RecvTimeoutError::Timeout))
    }

    fn check(&mut self) -> Result<()> {
        for running in &mut self.running {
            let status = running.child.try_wait();
            if let Some(status) = status.map_err(|error| Error::Other(error.to_string()))? {
                return Err(running.ended(status));
            }
        }
        Ok(())
    }

    /// Stops all programs in reverse order.
    pub(super) fn stop(mut self) -> Result<()> {
        for running in self.running.iter_mut().rev() {
            running.stop();
        }
        Ok(())
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.running.iter_mut().rev().for_each(Running::stop);
    }
}

impl Running {
    /// Builds the error for a program that ended, with its last lines of output.
    fn ended(&mut self, status: ExitStatus) -> Error {
        // It has ended, so its pipes are closed; after this all output has been read.
        self.output.drain(..).for_each(|thread| drop(thread.join()));
        let lines = self.last_lines.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<_> = lines.iter().map(|line| format!("    {line}")).collect();
        let said = match lines.as_slice() {
            [] => " and said nothing".to_owned(),
            lines => format!("; its last lines:\n{}", lines.join("\n")),
        };
        Error::Other(format!("{} ended ({status}){said}", self.name))
    }

    fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        if cfg!(unix) {
            // If this fails, the program is gone or is killed below.
            let _ = Command::new("kill").arg(self.child.id().to_string()).status();
            if matches!(wait_until(&mut self.child, Instant::now() + GRACE), Ok(Some(_))) {
                return;
            }
            eprintln!("{} did not stop within {} s", self.name, GRACE.as_secs());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Copies a server's lines to standard error and keeps the last ones.
fn pass_on(
    pipe: impl io::Read + Send + 'static,
    name: &'static str,
    last: &Arc<Mutex<VecDeque<String>>>,
) -> JoinHandle<()> {
    let last = Arc::clone(last);
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(io::Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            eprintln!("{name} | {line}");
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.len() == LAST_LINES {
                last.pop_front();
            }
            last.push_back(line);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::program::ASK;
    use std::{
        io::Write as _,
        net::{SocketAddr, TcpListener},
    };

    /// Children without the signal handler, which a process can install only once.
    fn children() -> (Children, mpsc::Sender<()>) {
        let (ask, asked_to_end) = mpsc::channel();
        (Children { running: Vec::new(), asked_to_end }, ask)
    }

    fn shell(script: &str, address: SocketAddr) -> Program {
        Program::new("sh", address, "/healthz").with("-c", script)
    }

    fn nobody() -> SocketAddr {
        // Bound and closed again, so that a connection is refused.
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    #[test]
    #[cfg(unix)]
    fn a_program_that_ends_is_named_with_its_last_lines() {
        let (mut children, _ask) = children();
        let program = shell("echo port is taken >&2; exit 3", nobody());
        children.start(Path::new("/bin"), &program).unwrap();
        let error = children.wait_until_ready(&program, ASK * 10).unwrap_err().to_string();
        assert_eq!(error, "sh ended (exit status: 3); its last lines:\n    port is taken");
    }

    #[test]
    #[cfg(unix)]
    fn a_program_that_never_answers_is_waited_for_within_the_limit_and_stopped() {
        let (mut children, _ask) = children();
        let program = shell("exec sleep 600", nobody());
        children.start(Path::new("/bin"), &program).unwrap();
        let error = children.wait_until_ready(&program, POLL * 3).unwrap_err().to_string();
        assert!(error.starts_with("sh did not answer GET /healthz"), "{error}");
        let pid = children.running[0].child.id().to_string();
        children.stop().unwrap();
        assert!(!Command::new("kill").args(["-0", &pid]).output().unwrap().status.success());
    }

    #[test]
    #[cfg(unix)]
    fn an_answer_is_readiness_and_a_signal_ends_the_wait() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let program = shell("exec sleep 600", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n").unwrap();
        });
        let (mut children, ask) = children();
        children.start(Path::new("/bin"), &program).unwrap();
        assert!(children.wait_until_ready(&program, ASK).unwrap());
        server.join().unwrap();
        ask.send(()).unwrap();
        children.wait().unwrap();
        children.stop().unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_child_that_hears_of_ctrl_c_first_is_no_error() {
        let (mut children, ask) = children();
        children.start(Path::new("/bin"), &shell("exit 130", nobody())).unwrap();
        children.running[0].child.wait().unwrap();
        let error = children.check().unwrap_err();
        ask.send(()).unwrap();
        children.unless_asked(error).unwrap();
        let error = children.wait().unwrap_err().to_string();
        assert!(error.starts_with("sh ended (exit status: 130)"), "{error}");
    }
}
