//! A whole run: the steps, an interruption at any moment, and the end in either case.

use std::pin::pin;

use crate::end::{Ended, RunError, advice, save};
use crate::http::Http;
use crate::journal::{Journal, place};
use crate::line::Line;
use crate::options::Options;
use crate::owner::{Owner, Point};
use crate::registers::Registers;
use crate::restore::{self, Left};
use crate::session::{Session, Skip};
use crate::steps::{Effect, Step};

/// Requests in a row that found nobody, after which the run ends.
const MISSES: u32 = 3;

/// Probes the charger until the end or until `interrupt` returns a future that completes. The second
/// one gives up putting settings back.
///
/// # Errors
/// See [`RunError`].
pub async fn run<O: Owner, F: Future<Output = ()>>(
    options: &Options,
    owner: &mut O,
    mut interrupt: impl FnMut() -> F,
) -> Result<Ended, RunError> {
    check(options)?;
    let journal = place(&options.output);
    if journal.exists() {
        offer(options, owner, &journal, interrupt()).await?;
    }
    let mut session = Session::new(options, owner);
    let ended = tokio::select! {
        ended = steps(&mut session) => ended,
        () = interrupt() => Err("interrupted".to_owned()),
    };
    if let Some(journal) = session.journal.take() {
        session.owner.say("Looking whether all settings are as before, and putting them back.");
        let line = session.line().map_err(|_| not_put_back(&journal, "no API can be used"))?;
        finish(&line, journal, options, session.owner, interrupt()).await?;
        session.owner.say("All settings are as before.");
    }
    match ended {
        Ok(()) => save(session, interrupt()).await,
        Err(reason) => Ok(Ended::Early(reason)),
    }
}

/// Puts back what the journal at `file` names.
///
/// # Errors
/// See [`RunError`].
pub async fn restore<O: Owner>(
    options: &Options,
    owner: &mut O,
    file: &std::path::Path,
    interrupt: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let journal = Journal::read(file).map_err(|error| RunError::Options(error.to_string()))?;
    let line = match (&options.http, &options.modbus) {
        (Some(http), _) => {
            Line::Http(Http::new(http.clone(), options.credentials.as_ref(), &options.times))
        }
        (None, Some(modbus)) => Line::Registers(Registers::new(modbus.clone(), options.times)),
        (None, None) => {
            return Err(RunError::Options("give --charger or --modbus".to_owned()));
        }
    };
    finish(&line, journal, options, owner, interrupt).await
}

fn not_put_back(journal: &Journal, reason: &str) -> RunError {
    RunError::NotPutBack { left: vec![reason.to_owned()], journal: journal.path().to_owned() }
}

async fn finish<O: Owner>(
    line: &Line,
    mut journal: Journal,
    options: &Options,
    owner: &mut O,
    interrupt: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let put_back = async {
        if let Some(expected) = journal.serial_number() {
            match line.serial_number().await {
                Ok(Some(found)) if found != expected => {
                    return Err(Left(vec!["another charger answers at this address".to_owned()]));
                }
                // Without a number, or an answer, the readings decide.
                _ => {}
            }
        }
        restore::put_back(line, &journal, &options.times, owner).await?;
        owner.reached(Point::BeforeForgetting).await;
        Ok(())
    };
    let result = tokio::select! {
        result = put_back => result,
        () = interrupt => Err(Left(vec!["interrupted while putting back".to_owned()])),
    };
    if let Err(Left(left)) = result {
        return Err(RunError::NotPutBack { left, journal: journal.path().to_owned() });
    }
    // Nothing is changed any more; a journal that stays only offers the same once more.
    let _ = journal.all_back();
    journal.forget().map_err(|error| RunError::Options(error.to_string()))
}

async fn offer<O: Owner>(
    options: &Options,
    owner: &mut O,
    file: &std::path::Path,
    interrupt: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let question = format!(
        "{}: an earlier run has ended before it put all settings back. Put them back now?",
        file.display()
    );
    let mut interrupt = pin!(interrupt);
    let wanted = tokio::select! {
        wanted = owner.ask(&question) => wanted,
        () = &mut interrupt => false,
    };
    if !wanted {
        return Err(RunError::Options(format!("{}: {}", file.display(), advice(file))));
    }
    restore(options, owner, file, interrupt).await?;
    owner.say("All settings are as they were before that run.");
    Ok(())
}

fn check(options: &Options) -> Result<(), RunError> {
    if options.http.is_none() && options.modbus.is_none() {
        return Err(RunError::Options("give --charger, --modbus, or both".to_owned()));
    }
    if options.output.exists() {
        let problem = "it is there already; name another file".to_owned();
        return Err(RunError::Output { file: options.output.clone(), problem });
    }
    Ok(())
}

async fn steps<O: Owner>(s: &mut Session<'_, O>) -> Result<(), String> {
    if !s.options.yes_to_reads && !s.owner.ask("Read from the charger now?").await {
        return Err("reading was not wanted; --yes-to-reads does not ask".to_owned());
    }
    let mut misses = 0;
    for (number, step) in Step::ALL.iter().enumerate() {
        let title = step.title();
        s.owner.say(&format!("{}/{} {title}. {}", number + 1, Step::ALL.len(), step.about()));
        s.owner.reached(Point::StepBegins).await;
        match step.run(s).await {
            Ok(()) => misses = 0,
            Err(Skip::Left(reason)) => s.owner.say(&format!("  Left out: {reason}.")),
            Err(Skip::Failed(trouble)) => {
                s.owner.say(&format!("  Not found out: {trouble}."));
                s.note(title, &trouble.to_string());
                if step.effect() != Effect::Reads {
                    // A write whose answer was lost may have been carried out.
                    s.put_back().await.map_err(|_| "a setting could not be put back".to_owned())?;
                }
                misses += 1;
                if misses == MISSES {
                    return Err("the charger does not answer any more".to_owned());
                }
            }
            Err(Skip::End(reason)) => return Err(reason),
        }
        s.owner.reached(Point::StepEnds).await;
    }
    Ok(())
}
