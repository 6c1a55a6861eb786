use super::*;

fn parse(flags: &str) -> Result<Args, String> {
    let flags = ["nrgkick-sim"].into_iter().chain(flags.split_whitespace());
    Args::try_parse_from(flags).map_err(|error| error.to_string())
}

#[test]
fn nothing_given_is_a_charging_32_a_unit_on_loopback() {
    let args = parse("").unwrap();
    assert_eq!(args.http.to_string(), "127.0.0.1:8090");
    assert_eq!(args.modbus, None);
    let config = args.config();
    assert_eq!(config.setup, Setup::default());
    assert!(!config.cors);
}

#[test]
fn flags_reach_the_setup() {
    let flags = "--model domestic --firmware 4.0.0.64 --scenario waking --username u \
                 --password p --json off --modbus-api off --cors on --phase-switch off --solar on --speed 60 \
                 --control-lag 250ms --number 7";
    let config = parse(flags).unwrap().config();
    assert!(config.cors && config.setup.firmware.has_colon_keys());
    let switches = &config.setup.switches;
    assert_eq!((switches.json, switches.phase_switch, switches.solar), (false, false, true));
    assert!(!switches.modbus);
    assert_eq!(config.setup.control_lag, Duration::from_millis(250));
    assert_eq!((config.setup.model, config.setup.scenario), (Model::Domestic, Scenario::Waking));
    assert_eq!(config.setup.credentials.unwrap().username, "u");
}

#[test]
fn only_an_address_of_the_network_is_announced() {
    assert_eq!(parse("").unwrap().check(), Ok(()));
    let error = parse("--mdns").unwrap().check().unwrap_err();
    assert!(error.contains("--http 127.0.0.1:8090"), "{error}");
    let args = parse("--mdns --http 0.0.0.0:8090").unwrap();
    assert_eq!(args.check(), Ok(()));
    assert!(args.config().mdns);
}

#[test]
fn a_profile_and_what_it_knows_are_not_both_given() {
    for flag in [
        "--model 16a",
        "--firmware 4.1.30.65",
        "--json on",
        "--modbus-api on",
        "--cors off",
        "--phase-switch on",
        "--solar off",
        "--control-lag 2s",
        "--custom-api-every 5s",
        "--custom-api-keep-alive on",
        "--custom-api-http 1.0",
        "--custom-api-host on",
    ] {
        let error = parse(&format!("--profile x.json {flag}")).unwrap_err();
        assert!(error.contains("--profile"), "{flag}: {error}");
    }
    let args = parse("--profile x.json --scenario idle --speed 5 --number 3").unwrap();
    let error = args.profiled().unwrap_err().to_string();
    assert!(error.contains("--profile x.json: cannot be read"), "{error}");
}

#[test]
fn what_cannot_be_is_refused_by_flag() {
    for (flags, part) in [
        ("--http localhost", "--http"),
        ("--modbus 5020", "--modbus"),
        ("--modbus-api maybe", "--modbus-api"),
        ("--model 64a", "sim-no-fix"),
        ("--firmware 4.1", "--firmware"),
        ("--scenario party", "limit-reached"),
        ("--username u", "--password"),
        ("--json maybe", "--json"),
        ("--speed=-1", "--speed"),
        ("--speed NaN", "--speed"),
        ("--control-lag 2h", "--control-lag"),
        ("--control-lag 1e9", "--control-lag"),
        ("--control-lag 2", "write 2s for seconds or 2ms for milliseconds"),
    ] {
        let error = parse(flags).unwrap_err();
        assert!(error.contains(part), "{flags}: {error}");
    }
}
