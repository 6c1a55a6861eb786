//! The connection to a charger, and the cache of its reads.
//!
//! The connection is kept while answers are valid, closed after the first invalid one and rebuilt
//! for the next request. Not here: the order of jobs, and the pauses after failures.

mod documents;

use charger_gateway::{Address, ChargerError, Failure, FailureKind, MisfitLog, RegisterRange};
use modbus_client::{
    CallOutcome, Client, ConnectionError, Echo, Exception, Request, Response, Table,
};
use nrgkick_model::Readings;
use nrgkick_model::field::DocumentName;
use nrgkick_model::register::{Block, ReadPlan};
use nrgkick_model::time::Moment;
use tokio::time::Instant;

use crate::cache::RegisterCache;
use crate::timeouts::Timeouts;

/// The reason for a request without a result.
#[derive(Debug)]
pub(crate) enum SessionError {
    /// The charger answered with an exception.
    Refused(Exception),
    /// There is no usable answer.
    Failed(ChargerError),
}

impl SessionError {
    /// `true` if the charger did not answer in time, or closed the connection instead.
    fn is_silence(&self) -> bool {
        matches!(self, Self::Failed(ChargerError::Lost(failure))
            if matches!(failure.kind, FailureKind::Timeout | FailureKind::Closed))
    }
}

/// A block that got no answer, perhaps because it is too long.
#[derive(Clone, Copy, Debug)]
struct Suspect {
    block: Block,
    /// Consecutive failures.
    misses: u32,
    /// The shorter length to try next.
    step: u16,
}

/// The second document of a read that served two; kept for the next request.
struct CachedState {
    readings: Readings,
    for_document: DocumentName,
    at: Instant,
}

pub(crate) struct Session {
    address: Address,
    unit: u8,
    timeouts: Timeouts,
    client: Option<Client>,
    plan: ReadPlan,
    cached_state: Option<CachedState>,
    /// The readings so far of an `/info` in progress, and its start.
    unfinished: Option<(Readings, Instant)>,
    suspect: Option<Suspect>,
    /// The time since which the charger refuses everything.
    hopeless: Option<Instant>,
    cache: RegisterCache,
    misfits: MisfitLog,
    /// `true` if the charger has answered since the last failure.
    is_proven: bool,
    /// Transactions begun, wrapping.
    transactions: u32,
    started: Instant,
}

impl Session {
    pub(crate) fn new(address: Address, unit: u8, timeouts: Timeouts) -> Self {
        Self {
            address,
            unit,
            timeouts,
            client: None,
            plan: ReadPlan::default(),
            cached_state: None,
            unfinished: None,
            suspect: None,
            hopeless: None,
            cache: RegisterCache::new(),
            misfits: MisfitLog::default(),
            is_proven: false,
            transactions: 0,
            started: Instant::now(),
        }
    }

    /// Goes on with a charger at `address`, of which nothing is known yet.
    pub(crate) fn move_to(&mut self, address: Address) {
        // Exchanges are counted on: whoever limits them looks at the difference.
        let transactions = self.transactions;
        *self = Self { transactions, ..Self::new(address, self.unit, self.timeouts) };
    }

    /// Reads `quantity` registers in one request.
    pub(crate) async fn words(
        &mut self,
        address: u16,
        quantity: u16,
    ) -> Result<Vec<u16>, SessionError> {
        match self.transact(&Request::Read { table: Table::Holding, address, quantity }).await? {
            Response::Words(words) => Ok(words),
            Response::Written(_) => Err(self.protocol("an echo in place of words".to_owned())),
        }
    }

    /// Sends a write once. Discards the kept document first.
    pub(crate) async fn write(&mut self, request: &Request) -> Result<Echo, SessionError> {
        self.cached_state = None;
        match self.transact(request).await? {
            Response::Written(echo) => Ok(echo),
            Response::Words(_) => Err(self.protocol("words in place of an echo".to_owned())),
        }
    }

    /// Returns the number of transactions begun so far, wrapping.
    pub(crate) const fn transactions(&self) -> u32 {
        self.transactions
    }

    /// Returns the cached registers of the last documents.
    pub(crate) fn cached(&self) -> Vec<RegisterRange> {
        self.cache.ranges()
    }

    /// Sends a request once. The client is taken out of `self`: a future dropped early also drops
    /// the connection, so that a late answer is never read as the answer to another request.
    async fn transact(&mut self, request: &Request) -> Result<Response, SessionError> {
        let client = match self.client.take().filter(Client::is_quiet) {
            Some(client) => client,
            None => self.connect().await?,
        };
        self.transactions = self.transactions.wrapping_add(1);
        let called = client.call(request, self.timeouts.request).await;
        let (client, result) = match called {
            CallOutcome::Answered(client, response) => (client, Ok(response)),
            CallOutcome::Refused(client, exception) => {
                (client, Err(SessionError::Refused(exception)))
            }
            CallOutcome::Broken(ConnectionError::OtherValue { address, written, echoed }) => {
                tracing::warn!(charger = %self.address, address, written, echoed, "another value");
                return Ok(Response::Written(Echo::Other(echoed)));
            }
            CallOutcome::Broken(broken) => return Err(self.connection_lost(&broken)),
        };
        self.client = Some(client);
        self.is_proven = true;
        result
    }

    async fn connect(&mut self) -> Result<Client, SessionError> {
        let address = self.address.to_string();
        let not_sent = |failure| SessionError::Failed(ChargerError::NotSent(failure));
        let Some((host, port)) = self.address.target() else {
            return Err(not_sent(Failure::not_found(address)));
        };
        let target = (host.as_str(), port);
        match Client::connect(target, self.unit, self.timeouts.connection()).await {
            Ok(client) => {
                self.plan.reconnected();
                Ok(client)
            }
            Err(error) => {
                let failure = Failure::connecting(address, &error);
                self.is_proven = false;
                Err(not_sent(failure))
            }
        }
    }

    /// Converts the error. A connection that worked may be rebuilt at once; one that never did is
    /// reported to the gateway as unproven.
    fn connection_lost(&mut self, broken: &ConnectionError) -> SessionError {
        tracing::debug!(charger = %self.address, %broken, "connection given up");
        let is_unproven = !std::mem::take(&mut self.is_proven);
        let (kind, detail) = match broken {
            ConnectionError::Late(_) => (FailureKind::Timeout, broken.to_string()),
            ConnectionError::Closed(_) => (FailureKind::Closed, String::new()),
            ConnectionError::Protocol(_) | ConnectionError::OtherValue { .. } => {
                (FailureKind::Protocol, broken.to_string())
            }
        };
        let failure = Failure::new(kind, self.address.to_string(), detail).because(broken);
        SessionError::Failed(ChargerError::Lost(failure.unproven(is_unproven)))
    }

    fn protocol(&self, detail: String) -> SessionError {
        self.lost(FailureKind::Protocol, detail)
    }

    fn lost(&self, kind: FailureKind, detail: String) -> SessionError {
        SessionError::Failed(ChargerError::Lost(Failure::new(
            kind,
            self.address.to_string(),
            detail,
        )))
    }

    fn now(&self) -> Moment {
        let elapsed = self.started.elapsed().as_millis();
        Moment::from_millis(u64::try_from(elapsed).unwrap_or(u64::MAX))
    }
}
