//! Faults of the HTTP connection and server, set by `POST /_sim/fault`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{mpsc, watch};

/// The kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The answer is delayed by `ms` (1000).
    Slow,
    /// No answer; the connection stays open until the fault ends.
    Silence,
    /// The connection is reset.
    Reset,
    /// The answer ends in the middle of its body.
    Truncated,
    /// An answer with `status` (500) and a body that is not JSON.
    Status,
    /// The answer is not HTTP.
    Garbage,
    /// The unit is off: with `ms` its ports are closed for that long; without, the unit answers
    /// `/_sim/*` and resets every other connection.
    Offline,
    /// The answer is an HTML page with status 200.
    Html,
    /// `with` is merged into the answer: objects key by key, any other value replaces the old one.
    /// [`LEFT_OUT`] removes a key.
    Rewrite,
    /// The connection is closed after the answer, without a header that announces it.
    Close,
    /// No fault.
    Off,
}

/// Removes its key from a rewritten answer.
pub const LEFT_OUT: &str = "__delete__";

/// A fault; the body of `POST /_sim/fault`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// Time in ms, at most 600,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// HTTP status, 200 to 599.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Count of requests that get the fault; all if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Limits the fault to requests of this path, without their query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Set if the charger still acts on the request. By default it does where only the answer is
    /// affected: `slow`, `truncated`, `garbage`, `rewrite`, `close`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// The changes of a rewritten answer, by document: `{"values": {…}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<Value>,
}

impl Fault {
    const MOST_MS: u64 = 600_000;

    /// No fault.
    pub const OFF: Self = Self {
        kind: FaultKind::Off,
        ms: None,
        status: None,
        count: None,
        path: None,
        applied: None,
        with: None,
    };

    /// Checks the bounds of the numbers and the type of `with`.
    ///
    /// # Errors
    /// A message with the key and its bounds.
    pub fn validate(&self) -> Result<(), String> {
        if let Some(with) = &self.with
            && !with.is_object()
        {
            return Err(format!("with: expected a JSON object, found {with}"));
        }
        match (self.ms, self.status) {
            (Some(ms), _) if ms > Self::MOST_MS => {
                Err(format!("ms: {ms} is more than {}", Self::MOST_MS))
            }
            (_, Some(status)) if !(200..=599).contains(&status) => {
                Err(format!("status: {status} is not 200 to 599"))
            }
            _ => Ok(()),
        }
    }

    /// `true` if the charger acts on a request that gets this fault.
    pub fn is_applied(&self) -> bool {
        use FaultKind::{Close, Garbage, Off, Rewrite, Slow, Truncated};
        let spoiled = matches!(self.kind, Slow | Truncated | Garbage | Rewrite | Close | Off);
        self.applied.unwrap_or(spoiled)
    }

    /// Rewrites `body`, the answer to a request of `path`; a body that is not JSON stays as it is.
    pub(crate) fn rewritten(&self, path: &str, body: &[u8]) -> Vec<u8> {
        let with = self.with.as_ref().and_then(|with| with.get(path.trim_start_matches('/')));
        match (with, serde_json::from_slice(body)) {
            (Some(with), Ok(mut answer)) => {
                merge(&mut answer, with);
                Value::to_string(&answer).into_bytes()
            }
            _ => body.to_vec(),
        }
    }

    /// Returns the delay of an answer; 1 s by default.
    pub fn delay(&self) -> Duration {
        Duration::from_millis(self.ms.unwrap_or(1000))
    }
}

/// Merges `with` into `answer`.
fn merge(answer: &mut Value, with: &Value) {
    let (Value::Object(answer), Value::Object(with)) = (&mut *answer, with) else {
        *answer = with.clone();
        return;
    };
    for (key, with) in with {
        if with == LEFT_OUT {
            answer.remove(key);
        } else {
            merge(answer.entry(key).or_insert(Value::Null), with);
        }
    }
}

/// The current fault, shared by all connections.
#[derive(Clone, Debug)]
pub(crate) struct FaultSwitches {
    current: watch::Sender<(u64, Fault)>,
    outages: mpsc::Sender<Duration>,
}

impl FaultSwitches {
    /// Starts without a fault; the receiver gets the length of each outage.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Duration>) {
        let (outages, announced) = mpsc::channel(1);
        (Self { current: watch::Sender::new((0, Fault::OFF)), outages }, announced)
    }

    /// Sets `fault`; requests held by the previous one are released.
    pub(crate) fn set(&self, fault: Fault) {
        if let (FaultKind::Offline, Some(ms)) = (fault.kind, fault.ms) {
            // An outage that is already announced comes first; a second adds nothing.
            let _ = self.outages.try_send(Duration::from_millis(ms));
            return;
        }
        self.current.send_modify(|(generation, current)| {
            *generation += 1;
            *current = fault;
        });
    }

    /// Returns the current fault.
    pub(crate) fn current(&self) -> Fault {
        self.current.borrow().1.clone()
    }

    /// Returns the fault for a request of `path` with its generation, and counts the request.
    pub(crate) fn meet(&self, path: &str) -> Option<(u64, Fault)> {
        let mut met = None;
        self.current.send_if_modified(|(generation, fault)| {
            let elsewhere = fault.path.as_deref().is_some_and(|only| only != path);
            if fault.kind == FaultKind::Off || fault.count == Some(0) || elsewhere {
                return false;
            }
            met = Some((*generation, fault.clone()));
            fault.count = fault.count.map(|left| left - 1);
            // Counting wakes no waiter.
            false
        });
        met
    }

    /// Completes when the fault of `generation` has been replaced.
    pub(crate) async fn ended(&self, generation: u64) {
        let mut changes = self.current.subscribe();
        // Cannot fail: the sender lives in `self`.
        let _ = changes.wait_for(|(now, _)| *now != generation).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_can_be_for_some_requests_of_one_path() {
        let (switches, _outages) = FaultSwitches::new();
        assert_eq!(switches.meet("/values"), None);
        let path = Some("/values".to_owned());
        switches.set(Fault { kind: FaultKind::Reset, count: Some(2), path, ..Fault::OFF });
        assert_eq!(switches.meet("/info"), None);
        assert!(switches.meet("/values").is_some() && switches.meet("/values").is_some());
        assert_eq!(switches.meet("/values"), None);
    }

    #[tokio::test]
    async fn an_outage_is_announced_and_is_no_fault_of_a_request() {
        let (switches, mut outages) = FaultSwitches::new();
        switches.set(Fault { kind: FaultKind::Offline, ms: Some(7), ..Fault::OFF });
        assert_eq!(outages.recv().await, Some(Duration::from_millis(7)));
        assert_eq!(switches.meet("/values"), None);
        switches.set(Fault { kind: FaultKind::Offline, ..Fault::OFF });
        assert!(switches.meet("/values").is_some());
    }
}
