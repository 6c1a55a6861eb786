//! The test of the connection: each step as it goes, and what to do about the first that fails.
//!
//! Not here: what a failure means ([`trial`](crate::trial)), and asking (`run`).

mod cause;
mod run;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::memo;
use crate::trial::Step;
use crate::words::{Advice, link, trial as words};

/// How far one step has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Not begun, or never reached.
    #[default]
    Open,
    /// Under way.
    Running,
    /// Passed, after a time, with what was found.
    Passed(Duration, String),
    /// Failed.
    Failed,
}

/// The test, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Progress {
    steps: [Stage; Step::ALL.len()],
    is_running: bool,
    /// The outcome; `None` before it.
    outcome: Option<Advice>,
}

type Shown = RwSignal<Progress>;

/// The card; hidden in the demo, which has no connection.
#[component]
pub fn Trial() -> impl IntoView {
    let app = App::get();
    let shown = Shown::default();
    let is_demo = memo::flag(move || app.endpoint.get().is_demo());
    let is_running = memo::flag(move || shown.with(|progress| progress.is_running));
    let start = move |_| {
        if !is_running.get_untracked() {
            spawn_local(run::run(app, shown));
        }
    };
    view! {
        <section class="card" id="trial" tabindex="-1" hidden=is_demo>
            <h2 class="card__head">{link::test()}</h2>
            <p class="hint">{words::about()}</p>
            <ol class="trial" data-testid="trial">{Step::ALL.map(|step| line(shown, step))}</ol>
            {outcome(shown)}
            <div class="notice__actions">
                <button
                    type="button" class="button" data-testid="trial-start" on:click=start
                    aria-busy=memo::bool_attribute(is_running)
                >
                    {words::start()}
                </button>
            </div>
        </section>
    }
}

fn line(shown: Shown, step: Step) -> impl IntoView {
    let stage = move || shown.with(|progress| progress.steps[step as usize].clone());
    let name = memo::text(move || name(&stage()).to_owned());
    let sign = memo::text(move || sign(&stage()).to_owned());
    let said = memo::text(move || said(&stage()).to_owned());
    let note = memo::text(move || match stage() {
        // Nobody was asked.
        Stage::Passed(took, note) if took.is_zero() => note,
        Stage::Passed(took, note) if note.is_empty() => milliseconds(took),
        Stage::Passed(took, note) => format!("{note} · {}", milliseconds(took)),
        Stage::Open | Stage::Running | Stage::Failed => String::new(),
    });
    view! {
        <li class="trial__step" data-testid=format!("trial-{}", step.name()) data-stage=name>
            <span class="trial__sign" aria-hidden="true">{sign}</span>
            <span class="trial__label">{label(step)}" "<span class="aside">{said}</span></span>
            <span class="trial__note">{note}</span>
        </li>
    }
}

/// What came of it, and what to do.
fn outcome(shown: Shown) -> impl IntoView {
    let part = move |part: fn(&Advice) -> String| {
        memo::text(move || {
            shown.with(|progress| progress.outcome.as_ref().map(part)).unwrap_or_default()
        })
    };
    let title = part(|advice| advice.title.to_string());
    let text = part(|advice| advice.text.to_string());
    let tone = memo::text(move || {
        let is_failed = shown.with(|progress| progress.steps.contains(&Stage::Failed));
        if is_failed { "error" } else { "charging" }.to_owned()
    });
    let class = memo::text(move || {
        if title.get().is_empty() { "trial__outcome" } else { "trial__outcome notice" }.to_owned()
    });
    view! {
        <div class=class role="status" data-testid="trial-outcome" data-tone=tone>
            <p><strong>{title}</strong></p>
            <p>{text}</p>
        </div>
    }
}

fn milliseconds(took: Duration) -> String {
    format!("{}\u{202f}ms", took.as_millis())
}

const fn name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Open => "open",
        Stage::Running => "running",
        Stage::Passed(..) => "passed",
        Stage::Failed => "failed",
    }
}

const fn sign(stage: &Stage) -> &'static str {
    match stage {
        Stage::Open => "",
        Stage::Running => "…",
        Stage::Passed(..) => "✓",
        Stage::Failed => "✕",
    }
}

/// For who does not see the sign.
fn said(stage: &Stage) -> &'static str {
    match stage {
        Stage::Open => "",
        Stage::Running => words::running(),
        Stage::Passed(..) => words::passed(),
        Stage::Failed => words::failed(),
    }
}

fn label(step: Step) -> &'static str {
    match step {
        Step::Address => words::step_address(),
        Step::Page => words::step_page(),
        Step::Host => words::step_host(),
        Step::Readable => words::step_readable(),
        Step::LogIn => words::step_log_in(),
        Step::Charger => words::step_charger(),
        Step::Documents => words::step_documents(),
    }
}

impl Progress {
    /// Marks `step` as the one that has failed. What is under way before it has passed, as the answer
    /// says; what is after it was not reached.
    fn fail(&mut self, step: Step, advice: Advice) {
        let (before, after) = self.steps.split_at_mut(step as usize);
        for stage in before.iter_mut().filter(|stage| **stage == Stage::Running) {
            *stage = Stage::Passed(Duration::ZERO, String::new());
        }
        after.fill(Stage::Open);
        self.steps[step as usize] = Stage::Failed;
        self.outcome = Some(advice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_ends_the_test_at_its_step_wherever_it_was_noticed() {
        let mut progress = Progress::default();
        progress.steps[Step::LogIn as usize] = Stage::Running;
        let advice = Advice { title: "a".into(), text: "b".into() };
        progress.fail(Step::Charger, advice.clone());
        let passed = Stage::Passed(Duration::ZERO, String::new());
        assert_eq!(progress.steps[Step::LogIn as usize], passed);
        assert_eq!(progress.steps[Step::Charger as usize], Stage::Failed);
        progress.steps[Step::Host as usize] = Stage::Running;
        progress.fail(Step::Page, advice);
        assert_eq!(progress.steps[Step::Page as usize], Stage::Failed);
        assert!(progress.steps[Step::Host as usize..].iter().all(|stage| *stage == Stage::Open));
    }
}
