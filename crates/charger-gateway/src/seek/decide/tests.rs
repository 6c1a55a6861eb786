//! Announcements against a gateway with one charger, A1, at 192.168.1.20.

use super::*;

fn at(last: u8) -> SocketAddr {
    ([192, 168, 1, last], 80).into()
}

fn a1() -> Known {
    Known {
        name: "garage".to_owned(),
        place: Some(at(20)),
        serial: Some("A1".to_owned()),
        is_lost: true,
        ..Known::default()
    }
}

fn claim(serial: Option<&str>, last: &[u8]) -> Claim {
    Claim {
        name: "NRGkick".to_owned(),
        serial: serial.map(str::to_owned),
        own_api: Some(true),
        other_api: Some(false),
        addresses: last.iter().map(|last| at(*last).ip()).collect(),
        json_port: 80,
    }
}

fn charger(serial: &str) -> Probed {
    Probed::Charger(serial.to_owned())
}

/// The steps, where each address answers as given, and the addresses that were asked.
fn run(
    known: &[Known],
    claims: &[Claim],
    answers: &[(u8, Probed)],
    allowed: Allowed,
) -> (Vec<Step>, Vec<SocketAddr>) {
    let asked = questions(known, claims, allowed);
    let answers: HashMap<_, _> = answers
        .iter()
        .map(|(last, answer)| (at(*last), answer.clone()))
        .filter(|(to, _)| asked.contains(to))
        .collect();
    (decide(known, claims, &answers, allowed, Upstream::Http), asked)
}

fn to(last: u8) -> Step {
    Step::Move { charger: "garage".to_owned(), to: at(last), serial: Some("A1".to_owned()) }
}

fn warning(steps: &[Step]) -> &str {
    match steps {
        [Step::Warn(text)] => text,
        steps => panic!("{steps:?}"),
    }
}

const NOBODY: Allowed = Allowed { auto: false, follow: false, port: None };
const AUTO: Allowed = Allowed { auto: true, ..NOBODY };
const FOLLOW: Allowed = Allowed { follow: true, ..NOBODY };

#[test]
fn a_charger_that_does_not_answer_is_followed_to_where_its_number_was_read() {
    let (steps, asked) = run(&[a1()], &[claim(Some("A1"), &[40])], &[(40, charger("A1"))], NOBODY);
    assert_eq!((steps, asked), (vec![to(40)], vec![at(40)]));
    // A repeater left the number out.
    let (steps, _) = run(&[a1()], &[claim(None, &[40])], &[(40, charger("A1"))], NOBODY);
    assert_eq!(steps, [to(40)]);
}

#[test]
fn a_charger_that_answers_stays_whoever_claims_its_number() {
    let live = Known { is_lost: false, ..a1() };
    for allowed in [NOBODY, AUTO, FOLLOW] {
        let claims = [claim(Some("A1"), &[40])];
        assert_eq!(
            run(std::slice::from_ref(&live), &claims, &[(40, charger("A1"))], allowed),
            (vec![], vec![])
        );
    }
}

#[test]
fn an_impostor_is_refused_by_the_number_that_it_has() {
    let (steps, _) = run(&[a1()], &[claim(Some("A1"), &[66])], &[(66, charger("B2"))], NOBODY);
    assert!(warning(&steps).contains("the charger there has \"B2\""), "{steps:?}");
    for answer in [Probed::Other, Probed::Silent, Probed::ApiOff] {
        assert_eq!(run(&[a1()], &[claim(Some("A1"), &[66])], &[(66, answer)], NOBODY).0, []);
    }
    let (steps, asked) = run(&[a1()], &[claim(Some("B2"), &[66])], &[], NOBODY);
    assert_eq!((steps, asked), (vec![], vec![]), "another charger is none of its matter");
}

#[test]
fn a_password_goes_nowhere_unless_it_is_allowed() {
    let held = Known { has_password: true, ..a1() };
    let claims = [claim(Some("A1"), &[40])];
    for answer in [charger("A1"), Probed::AsksPassword] {
        let (steps, _) = run(std::slice::from_ref(&held), &claims, &[(40, answer.clone())], NOBODY);
        assert!(warning(&steps).contains("--follow"), "{steps:?}");
        assert_eq!(run(std::slice::from_ref(&held), &claims, &[(40, answer)], FOLLOW).0, [to(40)]);
    }
    let (steps, _) = run(&[held], &claims, &[(40, charger("B2"))], FOLLOW);
    assert!(warning(&steps).contains("B2"), "it was asked without the password first");
    let (steps, _) = run(&[a1()], &claims, &[(40, Probed::AsksPassword)], NOBODY);
    assert!(warning(&steps).contains("the charger had none"), "{steps:?}");
}

#[test]
fn one_number_at_two_addresses_is_followed_to_neither() {
    let both = [claim(Some("A1"), &[40]), claim(Some("A1"), &[66])];
    let answers = [(40, charger("A1")), (66, charger("A1"))];
    let (steps, _) = run(&[a1()], &both, &answers, NOBODY);
    assert!(warning(&steps).contains("more than one address"), "{steps:?}");
    // One charger with two addresses, and one that was announced twice.
    assert_eq!(run(&[a1()], &[claim(Some("A1"), &[40, 41])], &answers, NOBODY).0, [to(40)]);
    let twice = [claim(Some("A1"), &[40]), claim(None, &[40])];
    assert_eq!(run(&[a1()], &twice, &answers, NOBODY).0, [to(40)]);
    // The old announcement is still in force; nobody is there.
    let old = [claim(Some("A1"), &[20]), claim(Some("A1"), &[40])];
    assert_eq!(run(&[a1()], &old, &answers, NOBODY).0, [to(40)]);
}

#[test]
fn over_modbus_the_port_stays_what_it_was() {
    let place = Some(([192, 168, 1, 20], 5020).into());
    let known = Known { place, ..a1() };
    let allowed = Allowed { port: Some(502), ..NOBODY };
    let asked = questions(&[known], &[claim(Some("A1"), &[40])], allowed);
    assert_eq!(asked, [SocketAddr::from(([192, 168, 1, 40], 5020))]);
}

#[test]
fn chargers_that_nobody_named_are_taken_in_once() {
    let add = |last, serial: Option<&str>| Step::Add {
        device: "NRGkick".to_owned(),
        to: at(last),
        serial: serial.map(str::to_owned),
    };
    let live = Known { is_lost: false, ..a1() };
    let claims = [
        claim(Some("A1"), &[20]),
        claim(Some("B2"), &[30]),
        claim(None, &[31]),
        claim(Some("C3"), &[32]),
        claim(Some("D4"), &[33]),
    ];
    let answers = [
        (30, charger("B2")),
        (31, charger("B2")),
        (32, Probed::AsksPassword),
        (33, Probed::Silent),
    ];
    let (steps, _) = run(std::slice::from_ref(&live), &claims, &answers, AUTO);
    assert_eq!(steps, [add(30, Some("B2")), add(32, Some("C3"))]);
    assert_eq!(run(&[live], &claims, &answers, NOBODY), (vec![], vec![]), "nobody asked for any");
}

#[test]
fn the_first_takes_the_place_that_is_kept_for_it() {
    let awaited = Known { name: "charger".to_owned(), is_awaited: true, ..Known::default() };
    let claims = [claim(Some("D4"), &[29]), claim(Some("B2"), &[30]), claim(Some("C3"), &[31])];
    let answers = [(29, Probed::AsksPassword), (30, charger("B2")), (31, charger("C3"))];
    let (steps, _) = run(&[awaited], &claims, &answers, AUTO);
    let first =
        Step::Move { charger: "charger".to_owned(), to: at(30), serial: Some("B2".to_owned()) };
    assert_eq!(steps[0], first, "not one that showed no number");
    let places = steps[1..].iter().map(|step| match step {
        Step::Add { to, .. } => *to,
        step => panic!("{step:?}"),
    });
    assert!(places.eq([at(31), at(29)]));
}

#[test]
fn a_flood_of_chargers_has_an_end() {
    let serial = |last: u8| format!("F{last}");
    let claims: Vec<_> = (1..=64).map(|last| claim(Some(&serial(last)), &[last])).collect();
    let answers: Vec<_> = (1..=64).map(|last| (last, charger(&serial(last)))).collect();
    let (steps, _) = run(&[], &claims, &answers, AUTO);
    let added = steps.iter().filter(|step| matches!(step, Step::Add { .. })).count();
    assert_eq!(added, MOST);
    let warnings: Vec<_> = steps.iter().filter(|step| matches!(step, Step::Warn(_))).collect();
    assert!(warnings.windows(2).all(|two| two[0] == two[1]), "said once");
}

#[test]
fn where_only_the_other_api_is_on_the_other_proxy_is_named() {
    let other = Claim { own_api: Some(false), other_api: Some(true), ..claim(None, &[30]) };
    let (steps, _) = run(&[], std::slice::from_ref(&other), &[(30, Probed::ApiOff)], AUTO);
    assert!(warning(&steps).contains("start modbus-proxy --charger 192.168.1.30"), "{steps:?}");
    // One that an owner named is told why it does not answer.
    let steps = decide(
        &[Known { serial: None, ..a1() }],
        &[Claim { addresses: vec![at(20).ip()], ..other.clone() }],
        &HashMap::new(),
        NOBODY,
        Upstream::Modbus,
    );
    let [Step::Explain { charger: name, hint }] = steps.as_slice() else { panic!("{steps:?}") };
    assert!(name == "garage" && hint.contains("cors-proxy --charger http://192.168.1.20"));
    // The flag was old.
    let (steps, _) = run(&[], &[other], &[(30, charger("B2"))], AUTO);
    assert!(matches!(steps.as_slice(), [Step::Add { .. }]), "{steps:?}");
}
