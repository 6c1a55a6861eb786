//! Three places with the same options: which counts, what is wrong is named by place and line.

use std::time::Duration;

use super::*;

#[derive(Debug, clap::Parser)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Program {
    #[command(flatten)]
    settings: SettingsArgs,
    #[arg(long, required = true)]
    charger: Vec<String>,
    #[arg(long)]
    follow: bool,
    #[arg(long)]
    data: Option<PathBuf>,
    #[arg(long, default_value = "10s", value_parser = every, requires = "data")]
    record_every: Duration,
    #[arg(long, default_value_t = 512)]
    max_connections: u32,
    #[arg(long)]
    password_file: Option<String>,
    #[command(subcommand)]
    command: Option<Something>,
}

#[derive(Debug, clap::Subcommand)]
enum Something {
    Discover,
}

fn every(text: &str) -> Result<Duration, String> {
    crate::duration(text, &(Duration::from_secs(1)..=Duration::from_secs(60)))
}

fn parse(
    line: &[&str],
    environment: &[(&str, &str)],
    file: &str,
) -> Result<Settings<Program>, String> {
    parse_named("options.toml", line, environment, file)
}

fn parse_named(
    name: &str,
    line: &[&str],
    environment: &[(&str, &str)],
    file: &str,
) -> Result<Settings<Program>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, file).unwrap();
    let path = path.display().to_string();
    let mut all = vec!["program"];
    all.extend(line.iter().map(|word| if *word == "FILE" { path.as_str() } else { word }));
    let find = |name: &str| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(if *value == "FILE" { &*path } else { value }))
    };
    let parsed = parse_from(&all.into_iter().map(OsString::from).collect::<Vec<_>>(), &find);
    parsed.map_err(|error| error.to_string().replace(&path, "FILE"))
}

const WHOLE: &str = "charger = [\"a=http://192.168.1.20\", \"b=http://192.168.1.21\"]\n\
    follow = true\ndata = \"x.record\"\nrecord-every = \"20s\"\nmax-connections = 100\n";

#[test]
fn the_line_comes_before_the_environment_and_that_before_the_file() {
    let file = parse(&["--config", "FILE"], &[], WHOLE).unwrap().args;
    assert_eq!(file.charger, ["a=http://192.168.1.20", "b=http://192.168.1.21"]);
    assert!(file.follow && file.data == Some("x.record".into()));
    assert_eq!((file.record_every, file.max_connections), (Duration::from_secs(20), 100));
    let environment = [("NRGKICK_CONFIG", "FILE"), ("NRGKICK_MAX_CONNECTIONS", "200")];
    let args = parse(&[], &environment, WHOLE).unwrap().args;
    assert_eq!((args.max_connections, args.follow), (200, true));
    let line = ["--max-connections=300", "--charger", "c"];
    let args = parse(&line, &environment, WHOLE).unwrap().args;
    assert_eq!((args.max_connections, args.charger), (300, vec!["c".to_owned()]));
    let several = [("NRGKICK_CHARGER", "a=x b=y"), ("NRGKICK_FOLLOW", "true")];
    let args = parse(&[], &several, "").unwrap().args;
    assert_eq!((args.charger, args.follow), (vec!["a=x".to_owned(), "b=y".to_owned()], true));
    assert!(
        !parse(&[], &[("NRGKICK_CHARGER", "a"), ("NRGKICK_FOLLOW", "false")], "")
            .unwrap()
            .args
            .follow
    );
}

#[test]
fn a_mistake_in_a_file_is_named_by_its_line_and_all_at_once() {
    let file = "chargr = \"http://a\"\n\nfollow = \"yes\"\nmax-connections = [1, 2]\ncheck = true\nxyz = 1\ndata = {}\n";
    let error = parse(&["--config", "FILE"], &[], file).unwrap_err();
    for part in [
        "FILE:1: chargr: there is no such option; did you mean charger?",
        "FILE:3: follow: write follow = true, or false",
        "FILE:4: max-connections: there may be one only: leave out [ and ]",
        "FILE:5: check: there is no such option in a file: it stands on the command line",
        "FILE:6: xyz: there is no such option; --help lists all",
        "FILE:7: data: write a text in quotes, as data = \"…\", or a number",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
    let error = parse(&["--config", "FILE"], &[], "charger = \"a\"\nfollow =\n").unwrap_err();
    assert!(error.contains("FILE:2: "), "{error}");
    let error = parse(&["--config", "/no/such"], &[], "").unwrap_err();
    assert!(error.contains("/no/such: "), "{error}");
    let long = format!("# {}", "x".repeat(70_000));
    let error = parse(&["--config", "FILE"], &[], &long).unwrap_err();
    assert!(error.contains("no file of options has more than 65536 bytes"), "{error}");
}

#[test]
fn a_value_is_checked_as_on_the_line_and_its_place_is_said() {
    let file = "charger = \"a\"\nmax-connections = -4\n";
    let error = parse(&["--config", "FILE"], &[], file).unwrap_err();
    assert!(error.contains("invalid value '-4' for '--max-connections"), "{error}");
    assert!(error.contains("--max-connections stands in FILE"), "{error}");
    let environment = [("NRGKICK_MAX_CONNECTIONS", "many"), ("NRGKICK_CHARGER", "a")];
    let error = parse(&[], &environment, "").unwrap_err();
    assert!(error.contains("stands in the environment's NRGKICK_MAX_CONNECTIONS"), "{error}");
    // Options that need others say so, wherever they stand.
    let error = parse(&["--config", "FILE"], &[], "charger = \"a\"\nrecord-every = \"9s\"\n");
    assert!(error.unwrap_err().contains("--data"));
}

#[test]
fn what_is_shown_is_a_file_that_says_the_same() {
    let environment = [("NRGKICK_MAX_CONNECTIONS", "200")];
    let line = ["--config", "FILE", "--data", "with \"quotes\" and \\", "--print-config"];
    let shown = parse(&line, &environment, WHOLE).unwrap().shown.unwrap();
    for line in [
        "max-connections = \"200\" # the environment's NRGKICK_MAX_CONNECTIONS",
        "data = \"with \\\"quotes\\\" and \\\\\" # the command line",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    let again = parse(&["--config", "FILE"], &[], &shown).unwrap();
    assert!(again.shown.is_none());
    let args = again.args;
    assert_eq!(args.charger, ["a=http://192.168.1.20", "b=http://192.168.1.21"]);
    assert_eq!((args.follow, args.max_connections), (true, 200));
    assert_eq!(args.data, Some("with \"quotes\" and \\".into()));
    let shown = parse(&["--charger", "a", "--print-config"], &[], "").unwrap().shown.unwrap();
    assert!(shown.contains("# record-every = \"10s\"\n# max-connections = \"512\"\n"), "{shown}");
    assert!(shown.contains("# data =\n") && shown.contains("# follow = false\n"), "{shown}");
}

#[test]
fn a_command_of_its_own_takes_nothing_of_the_file() {
    let environment = [("NRGKICK_CONFIG", "FILE"), ("NRGKICK_MAX_CONNECTIONS", "many")];
    let args = parse(&["discover"], &environment, "wrong = 1").unwrap().args;
    assert!(matches!(args.command, Some(Something::Discover)) && args.charger.is_empty());
}

#[test]
fn an_add_ons_options_are_json_with_its_secrets_inside() {
    let json = |text| parse_named("options.json", &["--config", "FILE"], &[], text);
    let args = json(
        r#"{"charger": ["auto"], "follow": true, "data": "", "max_connections": 100,
            "password": "secret"}"#,
    );
    let args = args.unwrap().args;
    assert_eq!((args.charger, args.follow), (vec!["auto".to_owned()], true));
    assert_eq!((args.data, args.max_connections), (None, 100));
    assert!(args.password_file.unwrap().ends_with("/options.json#password"));
    let none = json(r#"{"charger": "auto", "password": ""}"#).unwrap().args;
    assert_eq!(none.password_file, None);
    for (text, part) in [
        (
            r#"{"charger": "auto", "folow": true}"#,
            "FILE: folow: there is no such option; did you mean follow?",
        ),
        (r#"{"charger": "auto", "follow": "yes"}"#, "FILE: follow: write follow = true, or false"),
        (r#"{"charger": {"a": 1}}"#, "FILE: charger: write a text"),
        (r#"{"charger": "auto", "max_connections": "many"}"#, "max-connections"),
        ("[]", "FILE: invalid type"),
        ("{\"charger\": ", "FILE: EOF"),
    ] {
        let error = json(text).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}
