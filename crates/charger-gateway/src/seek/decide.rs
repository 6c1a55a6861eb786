//! What to do about announcements: a decision of what is known, without I/O.
//!
//! An announcement proves nothing. A charger that answers where it is stays there, whoever else
//! claims its serial number. One that does not is followed only to where its serial number was
//! read from the charger itself, or, where that takes a password, only by an owner's word.

use std::collections::HashMap;
use std::net::SocketAddr;

use gateway_api::Upstream;

use super::claims::Claim;
use crate::link::only_the_other;
use crate::probe::Probed;

/// The most chargers of one gateway that were found by themselves.
const MOST: usize = 16;

/// A charger of the gateway, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    /// Where it is, as an IP address.
    pub(super) place: Option<SocketAddr>,
    /// It was to be found by itself and was not yet.
    pub(super) is_awaited: bool,
    pub(super) serial: Option<String>,
    /// Whether it was not met at its place for a while.
    pub(super) is_lost: bool,
    pub(super) has_password: bool,
}

/// What the owner allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    /// Chargers that nobody named are taken in.
    pub(super) auto: bool,
    /// A charger is followed with its password.
    pub(super) follow: bool,
    /// The port where an announcement does not name it.
    pub(super) port: Option<u16>,
}

/// What is done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A known charger may be at `to`, where its owner has to find `serial`, if that is known.
    Move { charger: String, to: SocketAddr, serial: Option<String> },
    /// A charger that nobody named is taken in.
    Add { device: String, to: SocketAddr, serial: Option<String> },
    /// It is known why a charger does not answer.
    Explain { charger: String, hint: String },
    /// It is worth a line in the log, as a warning.
    Warn(String),
}

/// The addresses that have to be asked before anything is decided.
pub(super) fn questions(known: &[Known], claims: &[Claim], allowed: Allowed) -> Vec<SocketAddr> {
    let mut questions = Vec::new();
    for charger in known.iter().filter(|charger| may_be_followed(charger)) {
        questions.extend(candidates(charger, claims, allowed).map(|(_, to)| to));
    }
    for claim in strangers(known, claims, allowed) {
        questions.extend(claim.addresses.iter().map(|ip| claim.at(*ip, allowed.port)));
    }
    questions.sort_unstable();
    questions.dedup();
    questions
}

/// What to do, by what the asked addresses answered.
pub(super) fn decide(
    known: &[Known],
    claims: &[Claim],
    answers: &HashMap<SocketAddr, Probed>,
    allowed: Allowed,
    upstream: Upstream,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for charger in known.iter().filter(|charger| charger.is_lost) {
        let ip = charger.place.map(|place| place.ip());
        let is_its = |claim: &&Claim| ip.is_some_and(|ip| claim.addresses.contains(&ip));
        if let (Some(ip), Some(_)) =
            (ip, claims.iter().filter(is_its).find(|c| c.is_for_the_other()))
        {
            let hint = only_the_other(upstream, &ip.to_string());
            steps.push(Step::Explain { charger: charger.name.clone(), hint });
        }
    }
    for charger in known.iter().filter(|charger| may_be_followed(charger)) {
        steps.extend(follow(charger, claims, answers, allowed));
    }
    steps.extend(take_in(known, claims, answers, allowed, upstream));
    steps
}

/// Who answered where a charger was announced that nobody named.
struct Found<'a> {
    claim: &'a Claim,
    to: SocketAddr,
    /// As it was read there.
    verified: Option<String>,
}

fn take_in(
    known: &[Known],
    claims: &[Claim],
    answers: &HashMap<SocketAddr, Probed>,
    allowed: Allowed,
    upstream: Upstream,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut all = Vec::new();
    for claim in strangers(known, claims, allowed) {
        let mut asked = claim.addresses.iter().filter_map(|ip| {
            let to = claim.at(*ip, allowed.port);
            Some((to, answers.get(&to)?))
        });
        let found = asked.find_map(|(to, answer)| match answer {
            Probed::Charger(serial) => Some(Found { claim, to, verified: Some(serial.clone()) }),
            // Whoever looks at it is told that it asks for a password.
            Probed::AsksPassword => Some(Found { claim, to, verified: None }),
            Probed::ApiOff | Probed::Other | Probed::Silent => None,
        });
        if found.is_none() && claim.is_for_the_other() {
            let address = claim.addresses.first().map(ToString::to_string).unwrap_or_default();
            let hint = only_the_other(upstream, &address);
            let name = &claim.name;
            steps.push(Step::Warn(format!("{name:?} at {address} is left out: {hint}")));
        }
        all.extend(found);
    }
    // The place that is kept goes to a charger that showed its number, if there is one.
    all.sort_by_key(|found| found.verified.is_none());
    let mut seats = MOST.saturating_sub(known.len());
    let mut awaited = known.iter().find(|charger| charger.is_awaited);
    let mut taken: Vec<String> = Vec::new();
    for Found { claim, to, verified } in all {
        let serial = verified.clone().or_else(|| claim.serial.clone());
        // Announced twice, or at an address of a charger that is here already.
        if let Some(serial) = &serial {
            let is_known = known.iter().any(|charger| charger.serial.as_ref() == Some(serial));
            if is_known || taken.contains(serial) {
                continue;
            }
            taken.push(serial.clone());
        }
        if let Some(awaited) = awaited.take() {
            steps.push(Step::Move { charger: awaited.name.clone(), to, serial: verified });
        } else if seats > 0 {
            seats -= 1;
            steps.push(Step::Add { device: claim.name.clone(), to, serial });
        } else {
            steps.push(Step::Warn(format!("more than {MOST} chargers: the rest is left out")));
        }
    }
    steps
}

fn may_be_followed(charger: &Known) -> bool {
    charger.is_lost && charger.place.is_some() && charger.serial.is_some()
}

/// Where `charger` is said to be, other than where it was. An announcement without a serial number
/// may be its own.
fn candidates<'a>(
    charger: &'a Known,
    claims: &'a [Claim],
    allowed: Allowed,
) -> impl Iterator<Item = (&'a Claim, SocketAddr)> {
    // Of Modbus nobody announces the port, which stays what it was.
    let port = allowed.port.and(charger.place.map(|place| place.port()));
    let may_be = |claim: &&Claim| claim.serial.is_none() || claim.serial == charger.serial;
    claims
        .iter()
        .filter(may_be)
        .flat_map(move |claim| claim.addresses.iter().map(move |ip| (claim, claim.at(*ip, port))))
        .filter(|(_, to)| charger.place != Some(*to))
}

/// Announcements that are of no known charger, as far as they say; none where nobody wants them.
fn strangers<'a>(
    known: &'a [Known],
    claims: &'a [Claim],
    allowed: Allowed,
) -> impl Iterator<Item = &'a Claim> {
    let is_strange = move |claim: &&Claim| {
        let here = |charger: &Known| {
            let same_number = claim.serial.is_some() && claim.serial == charger.serial;
            let is_there =
                |ip: &std::net::IpAddr| charger.place == Some(claim.at(*ip, allowed.port));
            same_number || claim.addresses.iter().any(is_there)
        };
        !known.iter().any(here)
    };
    claims.iter().filter(move |_| allowed.auto).filter(is_strange)
}

fn follow(
    charger: &Known,
    claims: &[Claim],
    answers: &HashMap<SocketAddr, Probed>,
    allowed: Allowed,
) -> Vec<Step> {
    let name = &charger.name;
    let mut warnings = Vec::new();
    let mut found: Vec<(&Claim, SocketAddr)> = Vec::new();
    for (claim, to) in candidates(charger, claims, allowed) {
        let is_announced = claim.serial.is_some();
        match answers.get(&to) {
            Some(Probed::Charger(serial)) if Some(serial) == charger.serial.as_ref() => {
                found.push((claim, to));
            }
            Some(Probed::Charger(serial)) if is_announced => warnings.push(Step::Warn(format!(
                "{name} is not followed to {to}: its serial number is announced there, and the \
                 charger there has {serial:?}"
            ))),
            Some(Probed::AsksPassword)
                if is_announced && charger.has_password && allowed.follow =>
            {
                found.push((claim, to));
            }
            Some(Probed::AsksPassword) if is_announced && !charger.has_password => {
                warnings.push(Step::Warn(format!(
                    "{name} is not followed to {to}: what is there asks for a password, and the \
                     charger had none"
                )));
            }
            _ => {}
        }
        let matters = is_announced || found.last().is_some_and(|(_, last)| *last == to);
        if matters && charger.has_password && !allowed.follow {
            return vec![Step::Warn(format!(
                "{name} does not answer and may be at {to} now. It is not followed there, as an \
                 announcement can be forged and the password would go to whoever forged it: give \
                 the new address with --charger, or allow it with --follow"
            ))];
        }
    }
    let is_one = |claim: &Claim| found.iter().all(|(_, to)| claim.addresses.contains(&to.ip()));
    if found.first().is_some_and(|(claim, _)| !is_one(claim)) {
        let places: Vec<_> = found.iter().map(|(_, to)| to.to_string()).collect();
        return vec![Step::Warn(format!(
            "{name} is not followed: its serial number is at more than one address ({})",
            places.join(", ")
        ))];
    }
    match found.first() {
        Some((_, to)) => {
            let (charger, serial) = (name.clone(), charger.serial.clone());
            vec![Step::Move { charger, to: *to, serial }]
        }
        None => warnings,
    }
}

#[cfg(test)]
mod tests;
