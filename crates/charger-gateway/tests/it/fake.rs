//! A charger in memory with switchable faults, and a gateway in front of it.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use charger_gateway::{
    Answer, Charger, ChargerError, Failure, FailureKind, Fleet, Options, Owners, Program,
    RegisterAnswer, router,
};
use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use http::{Request as HttpRequest, Response};
use http_body_util::BodyExt as _;
use http_service::Caller;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, Refusal, Reply, ReplyError, Request};
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower::ServiceExt as _;

/// The charger's reaction to a write.
#[derive(Clone, Debug)]
pub(crate) enum OnWrite {
    Apply,
    ApplyAndLoseTheReply,
    LoseIt,
    AcceptOnly,
    Refuse(Refusal),
    Unreachable,
}

pub(crate) struct State {
    pub(crate) info: Reply,
    pub(crate) values: Reply,
    pub(crate) api: Reply,
    pub(crate) control: Value,
    pub(crate) on_write: OnWrite,
    pub(crate) lag: Duration,
    pub(crate) reads_fail: Option<FailureKind>,
    /// `Retry-After` of every answer.
    pub(crate) retry_after: Option<u32>,
    /// Delay of every answer.
    pub(crate) delay: Duration,
    /// Set if reads are never answered.
    pub(crate) is_silent: bool,
    pub(crate) asked: Vec<String>,
    /// Where there are dice, one exchange of twenty fails in one of the ways it can.
    pub(crate) dice: Option<StdRng>,
    pending: Option<(Instant, ControlWrite)>,
}

/// The charger; clones share its state.
#[derive(Clone)]
pub(crate) struct Fake {
    state: Arc<Mutex<State>>,
    /// Each write consumes one permit before it is applied.
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) has_password: bool,
    pub(crate) upstream: Upstream,
}

pub(crate) fn ok(body: &str) -> Reply {
    Reply { status: 200, body: body.into() }
}

impl Fake {
    pub(crate) fn new() -> Self {
        let state = State {
            info: ok(r#"{"general":{"serial_number":"A1","rated_current":32}}"#),
            values: ok(r#"{"energy":{"charged_energy":5}}"#),
            api: ok(r#"{"json":true,"modbus":false}"#),
            control: json!({
                "current_set": 6.0, "charge_pause": 0, "energy_limit": 0, "phase_count": 3
            }),
            on_write: OnWrite::Apply,
            lag: Duration::ZERO,
            reads_fail: None,
            retry_after: None,
            delay: Duration::ZERO,
            is_silent: false,
            asked: Vec::new(),
            dice: None,
            pending: None,
        };
        let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        Self {
            state: Arc::new(Mutex::new(state)),
            gate,
            has_password: false,
            upstream: Upstream::Http,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn writes(&self) -> Vec<String> {
        self.state().asked.iter().filter(|asked| asked.contains('=')).cloned().collect()
    }

    fn failure(&self, kind: FailureKind) -> Failure {
        Failure::new(kind, self.address(), "as told")
    }

    fn apply(&self, write: ControlWrite, on_write: OnWrite) -> Result<Reply, ChargerError> {
        let mut state = self.state();
        if matches!(on_write, OnWrite::Apply | OnWrite::ApplyAndLoseTheReply) {
            state.pending = Some((Instant::now() + state.lag, write));
        }
        match on_write {
            OnWrite::Apply | OnWrite::AcceptOnly => Ok(ok("{}")),
            OnWrite::ApplyAndLoseTheReply => {
                Err(ChargerError::Lost(self.failure(FailureKind::Closed)))
            }
            OnWrite::LoseIt => Err(ChargerError::Lost(self.failure(FailureKind::Timeout))),
            OnWrite::Refuse(refusal) => {
                Ok(Reply { status: refusal.status, body: refusal.body().into_bytes() })
            }
            OnWrite::Unreachable => Err(ChargerError::NotSent(self.failure(FailureKind::Connect))),
        }
    }

    fn answer(&self, request: &Request) -> Result<Reply, ChargerError> {
        let mut state = self.state();
        if let Some(kind) = state.reads_fail {
            let failure = self.failure(kind);
            return Err(match kind {
                FailureKind::Connect => ChargerError::NotSent(failure),
                _ => ChargerError::Lost(failure),
            });
        }
        Ok(match request {
            Request::Read(read) if read.document == DocumentName::Info => state.info.clone(),
            Request::Read(read) if read.document == DocumentName::Values => state.values.clone(),
            Request::Api => state.api.clone(),
            Request::Read(_) | Request::Control | Request::Write(_) => {
                if let Some((_, write)) = state.pending.take_if(|(at, _)| *at <= Instant::now()) {
                    for command in write.commands() {
                        let value: Value = serde_json::from_str(&command.query_value()).unwrap();
                        state.control[command.key()] = value;
                    }
                }
                ok(&state.control.to_string())
            }
        })
    }
}

impl Fake {
    /// The way in which this exchange fails, 0 to 3; `None` if it does not.
    fn roll(&self) -> Option<u8> {
        let mut state = self.state();
        let dice = state.dice.as_mut()?;
        dice.random_bool(0.05).then(|| dice.random_range(0..4))
    }

    async fn exchange(&self, request: &Request) -> Result<Reply, ChargerError> {
        self.state().asked.push(request.target());
        let delay = self.state().delay;
        let dice = self.roll();
        tokio::time::sleep(delay).await;
        match request {
            Request::Write(write) => {
                self.gate.acquire().await.unwrap().forget();
                let on_write = match dice {
                    Some(0) => OnWrite::ApplyAndLoseTheReply,
                    Some(1) => OnWrite::LoseIt,
                    Some(_) => OnWrite::Unreachable,
                    None => self.state().on_write.clone(),
                };
                self.apply(*write, on_write)
            }
            _ if dice == Some(0) => Err(ChargerError::Lost(self.failure(FailureKind::Closed))),
            _ if dice == Some(1) => Err(ChargerError::Lost(self.failure(FailureKind::Protocol))),
            _ if dice == Some(2) => Err(ChargerError::NotSent(self.failure(FailureKind::Connect))),
            _ if dice.is_some() => std::future::pending().await,
            _ if self.state().is_silent => std::future::pending().await,
            _ => self.answer(request),
        }
    }
}

impl Charger for Fake {
    async fn read(&mut self, read: &Read) -> Result<Answer, ChargerError> {
        let reply = self.exchange(&Request::Read(read.clone())).await?;
        let retry_after = self.state().retry_after;
        Ok(Answer { retry_after, ..Answer::received(reply, read.document) })
    }

    async fn control(&mut self) -> Result<Result<Control, ReplyError>, ChargerError> {
        Ok(self.exchange(&Request::Control).await?.document())
    }

    async fn write(&mut self, write: &ControlWrite) -> Result<Sent, ChargerError> {
        Ok(Sent::of(&self.exchange(&Request::Write(*write)).await?))
    }

    async fn api(&mut self) -> Result<ApiStatus, ChargerError> {
        Ok(ApiStatus::of_charger(&self.exchange(&Request::Api).await?))
    }

    async fn registers(&mut self, _: u16, quantity: u16) -> Result<RegisterAnswer, ChargerError> {
        self.state().asked.push("registers".to_owned());
        if self.state().is_silent {
            std::future::pending::<()>().await;
        }
        Ok(RegisterAnswer::Words(vec![0; quantity.into()]))
    }

    fn exchanges(&self) -> u32 {
        u32::try_from(self.state().asked.len()).unwrap()
    }

    fn upstream(&self) -> Upstream {
        self.upstream
    }

    fn address(&self) -> String {
        "192.168.1.20".to_owned()
    }

    fn has_password(&self) -> bool {
        self.has_password
    }
}

/// A gateway with its owners.
pub(crate) struct Gateway {
    pub(crate) router: Router,
    pub(crate) owners: Owners,
}

pub(crate) fn options() -> Options {
    let program = Program { name: "test", version: "1", listen: ([127, 0, 0, 1], 0).into() };
    let mut options = Options::new(program);
    // Every request causes an exchange; sharing has its own tests.
    options.timing.max_age = Duration::ZERO;
    options.timing.per_exchange = Duration::ZERO;
    options
}

pub(crate) fn gateway(fake: &Fake, options: Options) -> Gateway {
    let chargers = [("garage".to_owned(), fake.clone())];
    let (fleet, owners) = Fleet::start(chargers, options.timing);
    Gateway { router: router(fleet, options), owners }
}

/// An answer of the gateway.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) head: http::response::Parts,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Returns the code of the error body.
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_else(|| panic!("{}", self.body)).to_owned()
    }
}

impl Gateway {
    pub(crate) async fn send(&self, request: HttpRequest<Body>) -> Got {
        send(self.router.clone(), request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.get_as(Caller::Loopback, path).await
    }

    pub(crate) async fn get_as(&self, caller: Caller, path: &str) -> Got {
        self.send(HttpRequest::get(path).extension(caller).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, id: &str, body: &str) -> Got {
        self.send(post(id, body)).await
    }
}

pub(crate) fn post(id: &str, body: &str) -> HttpRequest<Body> {
    HttpRequest::post("/control")
        .header("content-type", "application/json")
        .header("x-nrgkick-write", id)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub(crate) async fn send(router: Router, request: HttpRequest<Body>) -> Got {
    got(router.oneshot(request).await.unwrap()).await
}

async fn got(response: Response<Body>) -> Got {
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(bytes.to_vec()).unwrap();
    Got { status: head.status.as_u16(), head, body }
}
