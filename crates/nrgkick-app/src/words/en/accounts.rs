//! The words of the accounts.

/// Heading of the card.
pub const ACCOUNTS: &str = "What happened";
/// Heading over the last writes.
pub const LAST_CHANGES: &str = "Last changes";
/// Shown without a write.
pub const NO_CHANGES: &str = "None since the proxy was started.";
/// Heading over changes that no write explains.
pub const ELSEWHERE: &str = "Changed elsewhere";
/// The meaning of that heading.
pub const ABOUT_ELSEWHERE: &str = "Settings that changed without this proxy: by the NRGkick app, \
                                   another controller or the charger itself.";
/// Shown if the accounts cannot be read.
pub const NO_ACCOUNTS: &str = "The proxy does not tell what happened. It is asked again.";
/// The button for the rest of both lists.
pub const SHOW_ALL: &str = "Show all";

/// The text about the gateway's start, with a local time.
pub fn started(time: &str) -> String {
    format!("The proxy was started on {time}. Nothing is kept from before.")
}

/// The text about the charger's last answers; `since` is a local time.
pub fn answers(since: Option<&str>, answered: &str, failed: &str) -> String {
    let since = match since {
        Some(since) => format!("The charger has answered without a gap since {since}"),
        None => "The charger does not answer now".to_owned(),
    };
    let failed = if failed.is_empty() { "none" } else { failed };
    format!("{since}. Answers: {answered}; failures: {failed}.")
}

/// The word for a kind of failure.
pub fn failure(kind: &str) -> &str {
    match kind {
        "connect" => "not reachable",
        "timeout" => "no answer in time",
        "closed" => "cut off",
        "protocol" => "unreadable",
        "too_large" => "too long",
        "undecided" => "without yes or no",
        "declined" => "refused",
        other => other,
    }
}

/// The word for the outcome of a write.
pub fn outcome(outcome: &str) -> &str {
    match outcome {
        "verified" => "confirmed",
        "refused" => "refused",
        "mismatch" => "not taken over",
        "unknown" | "outcome_lost" => "not known",
        "not_sent" | "charger_down" | "busy" | "stopping" | "superseded" | "invalid_value"
        | "write_id_reused" => "not sent",
        // Of a newer gateway: better a foreign word than a wrong one.
        other => other,
    }
}

/// The value of a pause.
pub const fn pause(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

/// The value of an energy limit that is none.
pub const NO_LIMIT: &str = "none";

/// The caller of a write.
pub fn caller(address: &str) -> String {
    format!("from {address}")
}

/// A change of a setting.
pub fn changed(setting: &str, from: &str, to: &str) -> String {
    format!("{setting} from {from} to {to}")
}
