//! A bounded queue of log lines with its own writer thread, so that a pipe that nobody reads stops
//! the log and nothing else.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::escape::one_line;

/// Maximum queued lines, of about 150 bytes each.
const MAX_LINES: usize = 1024;

/// Number of lines lost since the start of the process.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Returns the number of lines lost since the start of the process.
pub(super) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// The queue; clones share it.
#[derive(Clone)]
pub(super) struct Queue {
    shared: Arc<(Mutex<State>, Condvar)>,
    /// Set if lines may contain the escape sequences of terminal colours.
    has_colours: bool,
}

#[derive(Default)]
struct State {
    lines: VecDeque<String>,
    lost: u64,
    is_writing: bool,
}

impl Queue {
    /// Starts the thread that writes to `out`, for the life of the process.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(super) fn start(out: impl Write + Send + 'static, has_colours: bool) -> io::Result<Self> {
        let queue = Self { shared: Arc::default(), has_colours };
        let written = queue.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || written.write_to(out))?;
        Ok(queue)
    }

    /// Appends a line, or counts it as lost if the queue is full. Never waits for the reader.
    fn push(&self, line: String) {
        let mut state = self.lock();
        if state.lines.len() >= MAX_LINES {
            state.lost += 1;
            LOST.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if let Some(note) = state.note() {
            state.lines.push_back(note);
        }
        state.lines.push_back(line);
        self.shared.1.notify_all();
    }

    fn write_to(&self, mut out: impl Write) {
        let mut state = self.lock();
        loop {
            state = match state.lines.pop_front() {
                Some(line) => {
                    state.is_writing = true;
                    drop(state);
                    // The reader of the log may be gone.
                    let _ = out.write_all(line.as_bytes());
                    let mut state = self.lock();
                    state.is_writing = false;
                    state
                }
                None => {
                    self.shared.1.notify_all();
                    self.shared.1.wait(state).unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }

    /// Waits until everything is written, at most `limit`.
    pub(super) fn finish(&self, limit: Duration) {
        let mut state = self.lock();
        if let Some(note) = state.note() {
            state.lines.push_back(note);
        }
        self.shared.1.notify_all();
        let is_under_way = |state: &mut State| state.is_writing || !state.lines.is_empty();
        let _ = self.shared.1.wait_timeout_while(state, limit, is_under_way);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns a line with the number of lost lines and resets it.
    fn note(&mut self) -> Option<String> {
        let lost = std::mem::take(&mut self.lost);
        (lost > 0).then(|| format!("{lost} log lines were lost: nobody read them in time\n"))
    }
}

/// The formatter writes each event in one call.
impl Write for Queue {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.push(one_line(&String::from_utf8_lossy(event), self.has_colours));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// A writer that accepts a line only on request.
    struct Pipe {
        may_write: Receiver<()>,
        written: Sender<String>,
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.may_write.recv();
            let _ = self.written.send(String::from_utf8(bytes.to_vec()).unwrap());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_logs_never_waits_and_what_is_lost_is_counted_and_said() {
        let (read, may_write) = channel();
        let (written, lines) = channel();
        let mut queue = Queue::start(Pipe { may_write, written }, false).unwrap();
        let next = || {
            read.send(()).unwrap();
            lines.recv_timeout(PATIENCE).unwrap()
        };
        queue.write_all(b"first\n").unwrap();
        assert_eq!(next(), "first\n");
        // One more line than fits may be with the thread already.
        for n in 0..MAX_LINES + 11 {
            queue.write_all(format!("{n}\n").as_bytes()).unwrap();
        }
        let lost = queue.lock().lost;
        assert!(lost == 10 || lost == 11, "{lost}");
        assert_eq!(next(), "0\n");
        assert_eq!(next(), "1\n");
        queue.write_all(b"last\n").unwrap();
        let rest: Vec<_> =
            std::iter::from_fn(|| Some(next())).take_while(|l| l != "last\n").collect();
        let note = format!("{lost} log lines were lost: nobody read them in time\n");
        assert_eq!(rest.last(), Some(&note));
        assert_eq!(rest.iter().filter(|line| **line == note).count(), 1);
    }

    #[test]
    fn the_end_waits_for_what_is_written_and_not_for_ever() {
        let (read, may_write) = channel();
        let (written, lines) = channel();
        let mut queue = Queue::start(Pipe { may_write, written }, false).unwrap();
        queue.write_all(b"one\n").unwrap();
        queue.finish(Duration::from_millis(10));
        assert!(lines.try_recv().is_err(), "nobody reads, and the end is reached");
        read.send(()).unwrap();
        queue.finish(PATIENCE);
        assert_eq!(lines.try_recv().unwrap(), "one\n");
    }
}
