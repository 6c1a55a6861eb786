//! The findings, in a few lines for the owner.

use charger_profile::{AfterUnplug, Answers, Exchange};

/// Returns a line for each finding.
pub(crate) fn summary(answers: &Answers) -> Vec<String> {
    let http = &answers.http;
    let mut lines = Vec::new();
    let mut line = |name: &str, found: Option<String>| {
        let found = found.unwrap_or_else(|| "not found out".to_owned());
        lines.push(format!("  {name}: {found}"));
    };
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let refusal = |exchange: &Option<Exchange>| {
        exchange.as_ref().map(|exchange| match exchange.refusal() {
            None => "accepted".to_owned(),
            Some(refusal) => format!("refused, {} {:?}", exchange.status, refusal.text),
        })
    };
    let allows = |headers: &Vec<(String, String)>| {
        yes(headers.iter().any(|(name, _)| name.starts_with("access-control-allow-origin")))
    };
    line("pages of another origin may read", http.headers.as_ref().map(allows));
    line("OPTIONS", http.preflight.as_ref().map(|answer| format!("status {}", answer.status)));
    line(
        "without the password",
        http.unauthorized.as_ref().map(|a| format!("status {}", a.status)),
    );
    line("a connection is kept", http.keep_alive.map(yes));
    line("numbers seen while charging", http.numbers.as_ref().map(|n| yes(n.while_charging)));
    line("raw=0", http.raw_zero.map(|raw| format!("{raw:?}").to_lowercase()));
    line("a setting that does not exist", refusal(&http.unknown_key));
    line("the phase count that is set already", refusal(&http.same_phases));
    line("the pause that is set already", refusal(&http.same_pause));
    line("a write shows after", http.control_lag_ms.map(|ms| format!("{ms} ms")));
    line("clients at once", http.parallel.map(|p| format!("{} of {}", p.answered, p.tried)));
    let modbus = &answers.modbus;
    line("Modbus", modbus.enabled.map(yes));
    line("registers at once", modbus.most_registers.map(|most| most.to_string()));
    line("absent registers", modbus.absent.map(|reply| format!("{reply:?}").to_lowercase()));
    line(
        "the energy limit after unplugging",
        answers.charger.limit_after_unplug.map(|after| match after {
            AfterUnplug::Kept => "kept".to_owned(),
            AfterUnplug::Cleared => "cleared".to_owned(),
        }),
    );
    let every = answers.custom_api.every_ms;
    line("asks a server of values every", every.map(|[a, b]| format!("{a} to {b} ms")));
    lines
}
