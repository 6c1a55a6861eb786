//! `docs/custom-api.md`, written from the table of keys and the recipes. `UPDATE=1` rewrites it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use clap::ValueEnum as _;
use custom_api::Config;
use custom_api::config::KEYS;
use custom_api::example::Recipe;
use gateway_api::custom_api::SourceKind;

const HEAD: &str = "\
# The configuration of `custom-api`

Written from the code by its tests (`UPDATE=1 cargo test -p custom-api --test it docs`).

A value of the charger stands in a section of its device (`[inverters.0]`, `[energy_meters.0]`, `[batteries.0]`, `[smart_loads.0]`), the load of the house (`load_power_w`) above all sections.
A part of others stands in `[values]` under a name of its own.
Each is a number, `true` or `false`, or a table with one source.

Signs: grid plus is consumption, minus is feed-in; battery plus is discharging, minus is charging.
`battery_connected = true` says that the battery is behind the inverter and inside its power.

## Keys of a value

The kind of a source is named by one of the first eight keys.

| key | for | example | meaning |
| --- | --- | --- | --- |
";

const SECTIONS: &str = "
Arithmetic goes in this order: the unit of the reply, `factor`, `offset`, `invert`, then `min` and `max`.

## At the top

| key | meaning |
| --- | --- |
| `every`, `max_age`, `stale` | what holds for every value that does not say otherwise: `\"5s\"`, `\"30s\"` and `\"503\"` |
| `allow_hosts` | names and addresses beyond the local network, in a list; a name of the router, of Docker or of a FRITZ!Box too |
| `push_token_file` | file with the token that pushes must show |

## `[brokers.NAME]`

| key | meaning |
| --- | --- |
| `address` | host, with or without port: 1883, over TLS 8883 |
| `tls`, `trust` | encrypts; `trust` is the broker's fingerprint (`sha256:…`, shown by `check`) or a file with its certificate or the authority's |
| `username`, `password_file` | the log-in |
| `publish` | `{ topic = …, payload = …, every = \"30s\" }`, for brokers that have to be asked to talk |

## `[logins.NAME]`

A request that goes before others and gives a cookie or a token for the same host. It is renewed when a request is answered with 401 or 403; after a refusal it waits for half a minute and longer each time.

| key | meaning |
| --- | --- |
| `http`, `trust`, `headers_file` | as for a value |
| `post`, `post_file` | what is sent |
| `token` | JSON pointer of a token in the answer, sent along as `Authorization: Bearer`; without it the answer's cookies are |

## Certificates

No authority is trusted by itself, as devices at home sign their certificates themselves.
Without `trust`, `custom-api check` shows the fingerprint of the certificate and nothing is sent; compare it with the device's before you write it.
With a fingerprint, neither the name nor the dates in the certificate count; a certificate that changes is refused and said.
For a server with a public certificate, `trust` names the file of your system's authorities.

## Editing and reading it again

`custom-api --config FILE --edit` lets the file be edited in the server's page, by who calls from the same machine or has the token of `--token-file`; with `--trust-lan` on a network it needs that token too. The file may be empty or still to be written: until something is saved the charger gets no values.

- The file stays the truth. A change touches its own line and leaves comments, order and empty lines as they are; what is taken out takes the comment right above it along.
- A file is written whole or not at all, with the rights that it had, and what was there before is kept beside it as `FILE.bak`. A file that somebody else has changed meanwhile, one with mistakes, a read-only one and a full disk are told, and nothing is changed. In a container, mount the folder and not the single file, which cannot be replaced.
- What is saved is followed at once. Values whose source is the same keep what was observed, with its age; all connections are opened anew.
- `kill -HUP` makes the server read the file again, with and without `--edit`. A file with mistakes changes nothing: the log and the page say so.
- Who may edit can have this server ask any device on the local network, and read the replies. A page can name files for headers, passwords and bodies only beside the configuration or below, or those that the file names already.
- Passwords and tokens belong in those files. A key in the query of an address and the text of `post` stand in the file, so the file is shown to nobody else, and not with the view token.
- While a text is tried, the server leaves the Modbus devices in it to the trial, as some take a single connection (Huawei); what it has of them grows older meanwhile, by 10 s at most.

| route, with `--edit` | what |
| --- | --- |
| `GET /config` | the text, its revision, how it is read, and the recipes; `GET /config/recipes/NAME` has one |
| `POST /config/draft` | makes one change in a text and says how the result is read; writes nothing and asks no device |
| `POST /config/try` | tries every value of a text, or one, as `check` does, with the replies of the devices; one at a time |
| `PUT /config` | writes a text that was made from the revision which the file still has |

All but GET need `Content-Type: application/json` and `X-Nrgkick-Write: ID`; their types are in `gateway_api::custom_api::edit`.

## Recipes

`custom-api example` lists them with what each needs. They are made from documents and reports, and none was tried on a real device.

| name | for | needs |
| --- | --- | --- |
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for key in KEYS {
        let kinds = match key.kinds.len() == SourceKind::ALL.len() {
            true => "all".to_owned(),
            false => key.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", "),
        };
        let about = key.about.replace('|', "\\|");
        let _ = writeln!(page, "| `{}` | {kinds} | `{}` | {about} |", key.name, key.example);
    }
    page += SECTIONS;
    for recipe in Recipe::value_variants() {
        let (name, brand) = (recipe.name(), recipe.brand());
        let _ = writeln!(page, "| `{name}` | {brand} | {} |", recipe.needs());
    }
    page
}

#[test]
fn the_page_is_what_the_code_has() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/custom-api.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page, "UPDATE=1 writes it anew");
}

/// The least keys of a source.
fn least(kind: SourceKind) -> Vec<(&'static str, &'static str)> {
    match kind {
        SourceKind::Http => vec![("http", "\"http://192.168.1.20/\"")],
        SourceKind::Mqtt => vec![("mqtt", "\"home\""), ("topic", "\"a\"")],
        SourceKind::Modbus => {
            vec![("modbus", "\"192.168.1.24\""), ("address", "40080"), ("type", "\"u32\"")]
        }
        SourceKind::Push => vec![("push", "\"inverter\"")],
        SourceKind::Sum => vec![("sum", "[\"roof\"]")],
        SourceKind::Difference => vec![("difference", "[\"roof\", 5]")],
        SourceKind::Product => vec![("product", "[\"roof\", 5]")],
        SourceKind::Fixed | SourceKind::Derived => vec![("fixed", "5")],
    }
}

/// The keys that have to stand beside some.
fn beside(key: &str) -> &'static [(&'static str, &'static str)] {
    match key {
        "several" => &[("path", "\"$.a[*]\"")],
        "age_unit" => &[("age_pointer", "\"/a\"")],
        "username" => &[("password_file", "\"shelly.password\"")],
        "password_file" => &[("username", "\"admin\"")],
        "trust" => &[("http", "\"https://192.168.1.20/\"")],
        "negative_if" => &[("address", "13021")],
        _ => &[],
    }
}

/// Each example is put into a value of every kind that has the key.
#[test]
fn the_example_of_every_key_is_right() {
    const HEAD: &str = "push_token_file = \"push\"\n[brokers.home]\naddress = \"192.168.1.5\"\n\
                        [logins.powerwall]\nhttp = \"http://192.168.1.20/\"\npost = \"x\"\n\
                        [values]\nroof = 1\nshed = 1\nall = 1\ngarage = 1\nvoltage = 1\n\
                        current = 1\n[batteries.0]\nsoc";
    let folder = tempfile::tempdir().unwrap();
    for file in ["home.headers", "solax.post", "shelly.password"] {
        std::fs::write(folder.path().join(file), "A: b\n").unwrap();
    }
    std::fs::write(folder.path().join("push"), "0123456789abcdef").unwrap();
    for key in KEYS {
        for kind in key.kinds {
            // The charge is a share of a hundred.
            let example = match key.name {
                "fixed" => "50".to_owned(),
                "trust" => format!("\"sha256:{}\"", "0".repeat(64)),
                _ => key.example.to_owned(),
            };
            let mut table: BTreeMap<&str, &str> = least(*kind).into_iter().collect();
            table.extend(beside(key.name).iter().copied());
            table.insert(key.name, &example);
            if *kind == SourceKind::Fixed && key.name == "offset" {
                table.insert("factor", "-40");
            }
            let pairs: Vec<String> =
                table.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            let text = format!("{HEAD} = {{ {} }}\n", pairs.join(", "));
            let parsed = Config::parse(&text, &folder.path().join("x.toml"), None);
            // Five inverted is no charge, which is the field's word and not the key's.
            let told = parsed.err().map(|error| error.to_string()).unwrap_or_default();
            let is_right = told.is_empty() || told.contains("is not a number from 0 to 100 %");
            assert!(is_right, "{} for {kind:?}: {told}\n{text}", key.name);
        }
    }
}
