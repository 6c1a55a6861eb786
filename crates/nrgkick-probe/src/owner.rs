//! The person at the keyboard, who is asked.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// A place in a run at which tests interrupt it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A step begins.
    StepBegins,
    /// The journal is written, and nothing sent yet.
    BeforeWrite,
    /// A write was sent and answered, or its answer was lost.
    AfterWrite,
    /// A step has ended.
    StepEnds,
    /// A setting was put back and not yet confirmed.
    PutBack,
    /// All settings are confirmed, and the journal is still there.
    BeforeForgetting,
}

/// The person who is asked. Whoever does not answer has said no.
pub trait Owner {
    /// Tells something.
    fn say(&mut self, text: &str);

    /// Asks a question for yes or no.
    fn ask(&mut self, question: &str) -> impl Future<Output = bool>;

    /// Asks for something to be done, and waits at most `limit` until it is said to be done.
    fn request(&mut self, deed: &str, limit: Duration) -> impl Future<Output = bool>;

    /// Is called at each [`Point`]; for tests.
    fn reached(&mut self, _: Point) -> impl Future<Output = ()> {
        async {}
    }
}

/// The person at a terminal. Without one every answer is no.
#[derive(Debug)]
pub struct Console {
    lines: Option<mpsc::Receiver<String>>,
    patience: Duration,
}

impl Console {
    /// Begins to read standard input, if that is a terminal. A question waits at most `patience`.
    pub fn new(patience: Duration) -> Self {
        let lines = io::stdin().is_terminal().then(|| {
            let (sender, lines) = mpsc::channel(1);
            // A thread of its own, as a read of a terminal cannot be given up.
            thread::spawn(move || {
                for line in io::stdin().lock().lines().map_while(Result::ok) {
                    if sender.blocking_send(line).is_err() {
                        return;
                    }
                }
            });
            lines
        });
        Self { lines, patience }
    }

    /// Prints a question and waits for a line. One that was typed before is no answer to it.
    async fn answer(&mut self, question: &str, limit: Duration) -> Option<String> {
        while self.lines.as_mut().is_some_and(|lines| lines.try_recv().is_ok()) {}
        print(question);
        timeout(limit, self.lines.as_mut()?.recv()).await.ok().flatten()
    }
}

fn print(text: &str) {
    let mut out = io::stdout();
    // A closed standard output is no reason to leave settings changed.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

impl Owner for Console {
    fn say(&mut self, text: &str) {
        print(&format!("{text}\n"));
    }

    async fn ask(&mut self, question: &str) -> bool {
        let line = self.answer(&format!("{question} [y/N] "), self.patience).await;
        if line.is_none() {
            print("no\n");
        }
        line.is_some_and(|line| matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    async fn request(&mut self, deed: &str, limit: Duration) -> bool {
        let question =
            format!("{deed}\nPress Enter when it is done, or type n and Enter to leave it out. ");
        let line = self.answer(&question, limit).await;
        if line.is_none() {
            print("left out\n");
        }
        line.is_some_and(|line| line.trim().is_empty())
    }
}
