//! Asks the questions of the test, one after the other. None of them changes anything, and a charger
//! that is asked without a gateway gets them between the polls, one at a time.

use std::sync::Arc;

use leptos::prelude::*;
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;

use super::{Progress, Shown, Stage, cause};
use crate::app::App;
use crate::endpoint::{DirectEndpoint, Endpoint, GatewayEndpoint, Peer};
use crate::request_error::RequestError;
use crate::trial::{Cause, Step, Surroundings, identify, refused};
use crate::words::{Advice, trial as words};
use crate::{api, browser, discovery};

/// A step that failed, and why.
type Failure = (Step, Cause);

/// One run of the test.
struct Run {
    app: App,
    shown: Shown,
    endpoint: Arc<Endpoint>,
}

/// Tests the connection to the present endpoint and shows each step. What comes of it is dropped if
/// another endpoint takes its place.
pub(super) async fn run(app: App, shown: Shown) {
    let run = Run { app, shown, endpoint: app.endpoint.get_untracked() };
    shown.set(Progress { is_running: true, ..Progress::default() });
    let result = run.steps().await;
    if !run.is_current() {
        return shown.set(Progress::default());
    }
    shown.update(|progress| {
        progress.is_running = false;
        match result {
            Ok(()) => {
                let (title, text) = (words::all_passed().into(), "".into());
                progress.outcome = Some(Advice { title, text });
            }
            Err((step, cause)) => {
                let advice = cause::advice(&cause, &run.endpoint);
                progress.fail(step, advice);
            }
        }
    });
}

impl Run {
    fn is_current(&self) -> bool {
        Arc::ptr_eq(&self.app.endpoint.get_untracked(), &self.endpoint)
    }

    /// Shows that `step` is under way, and returns when it began.
    fn begin(&self, step: Step) -> Moment {
        self.shown.update(|progress| progress.steps[step as usize] = Stage::Running);
        browser::now()
    }

    /// Shows that `step`, which began `at`, has passed with what was found.
    fn pass(&self, step: Step, at: Moment, found: String) {
        let stage = Stage::Passed(browser::now().since(at), found);
        self.shown.update(|progress| progress.steps[step as usize] = stage);
    }

    async fn steps(&self) -> Result<(), Failure> {
        let at = self.begin(Step::Address);
        let origin =
            origin(&self.endpoint).map_err(|why| (Step::Address, Cause::NoAddress(why)))?;
        let named = if origin.is_empty() { words::own_host().to_owned() } else { origin.clone() };
        self.pass(Step::Address, at, named);
        self.host(&origin).await?;
        let at = self.begin(Step::LogIn);
        let endpoint = self.settled().await?;
        let read = async |step: Step, document| {
            let answer = api::read(&endpoint, document).await;
            answer.map(|(readings, _)| readings).map_err(|error| {
                let (found, cause) = refused(error, endpoint.has_credentials());
                (found.max(step), cause)
            })
        };
        read(Step::LogIn, DocumentName::Control).await?;
        self.pass(Step::LogIn, at, String::new());
        let at = self.begin(Step::Charger);
        let info = read(Step::Charger, DocumentName::Info).await?;
        let found = identify(&info).map_err(|cause| (Step::Charger, cause))?;
        self.pass(Step::Charger, at, found);
        let at = self.begin(Step::Documents);
        read(Step::Documents, DocumentName::Values).await?;
        self.pass(Step::Documents, at, String::new());
        Ok(())
    }

    /// Whether anybody is at `origin`, and lets this page read.
    async fn host(&self, origin: &str) -> Result<(), Failure> {
        let around = async || Surroundings {
            origin,
            is_https: browser::is_https(),
            is_online: browser::is_online(),
            is_local_allowed: browser::is_local_allowed().await,
        };
        let at = self.begin(Step::Page);
        if let Some(cause) = around().await.forbids() {
            return Err((Step::Page, cause));
        }
        self.pass(Step::Page, at, String::new());
        let at = self.begin(Step::Host);
        if let Err(error) = api::somebody_answers(origin).await {
            // The user may have been asked meanwhile.
            let around = around().await;
            return Err(match around.forbids() {
                Some(cause) => (Step::Page, cause),
                None => around.nobody(error),
            });
        }
        self.pass(Step::Host, at, String::new());
        let at = self.begin(Step::Readable);
        if !origin.is_empty() {
            api::readable(origin).await.map_err(|error| match error {
                RequestError::Unreachable => {
                    (Step::Readable, Cause::Other(RequestError::NotShared))
                }
                error => (Step::Readable, Cause::Other(error)),
            })?;
        }
        self.pass(Step::Readable, at, String::new());
        Ok(())
    }

    /// The endpoint, once it is known who is there.
    async fn settled(&self) -> Result<Endpoint, Failure> {
        let found = match &*self.endpoint {
            Endpoint::Direct(direct) if direct.peer != Peer::Charger => {
                discovery::probe(direct).await
            }
            Endpoint::Searching => {
                let answer = api::gateway("", None).await.map_err(|error| refused(error, false))?;
                let info = answer.ok_or((Step::Charger, Cause::NotNrgkick))?;
                let (base, credentials) = (String::new(), None);
                Some(Endpoint::Gateway(GatewayEndpoint { base, info, credentials }))
            }
            _ => None,
        };
        match found {
            Some(Endpoint::Direct(DirectEndpoint { peer: Peer::Refusing(error), .. })) => {
                Err(refused(error, false))
            }
            found => Ok(found.unwrap_or_else(|| (*self.endpoint).clone())),
        }
    }
}

/// The origin of `endpoint`; empty for the page's own. An error says why there is none.
fn origin(endpoint: &Endpoint) -> Result<String, Option<String>> {
    match endpoint {
        Endpoint::Searching | Endpoint::Demo(_) => Ok(String::new()),
        Endpoint::Gateway(gateway) if gateway.is_own() => Ok(String::new()),
        Endpoint::Gateway(gateway) => Ok(gateway.base.clone()),
        Endpoint::Direct(direct) => Ok(direct.origin.clone()),
        Endpoint::NotSet(why) => Err(why.clone()),
    }
}
