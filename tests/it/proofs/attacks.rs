//! Attacks of web pages, of neighbours in the network and of those who send what nobody should.

use super::Proof::{Gap, Test};
use super::Row;

pub(super) const ATTACKS: &[Row] = &[
    Row {
        id: "S1",
        case: "A write by GET or HEAD, also with a doubled slash or an encoded question mark",
        expected: "405 with `Allow: POST`, or 404 for what is another path; nothing is written",
        proofs: &[
            Test("tests/it/proxy.rs: nothing_but_a_proper_write_reaches_the_charger"),
            Test(
                "crates/charger-gateway/tests/it/get_writes.rs: a_get_write_is_405_and_nothing_reaches_the_charger",
            ),
            Test(
                "crates/charger-gateway/tests/it/get_writes.rs: browsers_head_and_strangers_are_refused_even_then",
            ),
        ],
    },
    Row {
        id: "S2",
        case: "A POST that a form of any page could send, or without the header of a write",
        expected: "415 or 403; nothing is written",
        proofs: &[
            Test(
                "crates/charger-gateway/tests/it/writes.rs: bad_writes_are_refused_before_anything_is_sent",
            ),
            Test("tests/it/proxy.rs: nothing_but_a_proper_write_reaches_the_charger"),
        ],
    },
    Row {
        id: "S3",
        case: "A proper write, also repeated with its ID",
        expected: "200 `verified`; the charger counts one",
        proofs: &[
            Test(
                "tests/it/proxy.rs: a_write_is_verified_and_sent_once_however_often_it_is_repeated",
            ),
            Test("tests/it/modbus.rs: writes_are_verified_and_sent_once"),
        ],
    },
    Row {
        id: "S4",
        case: "A proper write from a page of elsewhere: a foreign `Origin`, `null`, `cross-site`",
        expected: "403 without any header of CORS; nothing is written",
        proofs: &[
            Test("tests/it/proxy.rs: nothing_but_a_proper_write_reaches_the_charger"),
            Test("crates/cors-proxy/tests/it/surface.rs: foreign_hosts_and_origins_are_refused"),
        ],
    },
    Row {
        id: "S5",
        case: "A browser's question before a request from elsewhere",
        expected: "No header of CORS",
        proofs: &[
            Test("crates/http-service/tests/it/cross_origin.rs: closed_by_default"),
            Test("tests/it/proxy.rs: nothing_but_a_proper_write_reaches_the_charger"),
        ],
    },
    Row {
        id: "S6",
        case: "An origin that is almost one that was declared",
        expected: "Only the exact one passes; `Vary: Origin`, never `*`, never credentials, and \
            `Authorization` by name",
        proofs: &[
            Test("crates/http-service/tests/it/cross_origin.rs: a_declared_origin_is_exact"),
            Test(
                "crates/http-service/tests/it/cross_origin.rs: a_declared_origin_reads_errors_as_well",
            ),
            Test("crates/http-service/src/guard/tests.rs: origins"),
        ],
    },
    Row {
        id: "S7",
        case: "A name of the public network that leads here (rebinding)",
        expected: "421, or 400 for what is no name, before anything else: for files and streams too",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/attacks.rs: s07_a_foreign_name_gets_nothing_not_even_a_file_or_a_stream",
            ),
            Test("crates/http-service/src/guard/tests.rs: hosts"),
            Test("crates/http-service/src/guard/tests.rs: no_name_of_public_dns_passes"),
        ],
    },
    Row {
        id: "S8",
        case: "The names by which an owner calls the server",
        expected: "Addresses, `localhost`, `*.local` and those of `--allow-host` pass",
        proofs: &[
            Test("crates/http-service/src/guard/tests.rs: hosts"),
            Test("crates/cors-proxy/tests/it/surface.rs: foreign_hosts_and_origins_are_refused"),
        ],
    },
    Row {
        id: "S9",
        case: "Two hosts, none, or another one in the request line",
        expected: "400; without a host only the charger's two paths of `custom-api` answer",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/attacks.rs: s09_a_request_that_names_two_places_or_none_is_400",
            ),
            Test(
                "crates/custom-api/tests/it/serving.rs: a_request_of_the_plainest_kind_is_answered_with_a_length",
            ),
            Test("crates/http-service/src/guard/tests.rs: a_request_names_one_host"),
        ],
    },
    Row {
        id: "S10",
        case: "A target in the path, the query or a header; a proxy in the environment; a redirect",
        expected: "404 or the charger's own 501; nobody but the charger hears anything. The program does \
            not start with a public name unless that is allowed, nor with a link-local address",
        proofs: &[
            Test("crates/cors-proxy/tests/it/attacks.rs: s10_no_request_names_a_target_of_its_own"),
            Test(
                "crates/cors-proxy/tests/it/process.rs: s10_a_proxy_of_the_environment_is_not_asked",
            ),
            Test(
                "crates/cors-proxy/tests/it/process.rs: what_cannot_be_served_is_refused_with_2_and_its_value",
            ),
            Test(
                "crates/cors-proxy/tests/it/answers.rs: f18_a_redirect_is_an_error_and_its_target_hears_nothing",
            ),
        ],
    },
    Row {
        id: "S11",
        case: "Paths and parameters that the charger's API does not have",
        expected: "404, and 501 as the charger says; they do not reach it",
        proofs: &[
            Test(
                "crates/charger-gateway/tests/it/reads.rs: bytes_pass_unchanged_and_only_known_flags_reach_the_charger",
            ),
            Test("crates/charger-gateway/tests/it/reads.rs: paths_are_what_they_are_written_as"),
            Test(
                "crates/cors-proxy/tests/it/surface.rs: the_page_is_at_the_root_and_everything_else_is_404",
            ),
        ],
    },
    Row {
        id: "S12",
        case: "A way out of the page's folder: dots, encoded ones, hidden files, links",
        expected: "404",
        proofs: &[Test("crates/http-service/tests/it/bundle.rs: nothing_outside_is_served")],
    },
    Row {
        id: "S13",
        case: "A line break in a path, a query, a header or the charger's own words",
        expected: "No new header on either side, and no new line in the log",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/attacks.rs: s13_nothing_that_is_sent_becomes_a_header_on_either_side",
            ),
            Test("crates/http-service/src/logging/escape.rs: an_event_stays_one_line"),
        ],
    },
    Row {
        id: "S14",
        case: "A request whose end two servers see in different places",
        expected: "400 and the end of the connection; no route is reached, and no header of a client \
            goes to the charger",
        proofs: &[
            Test(
                "crates/http-service/tests/it/connections.rs: requests_that_two_servers_read_differently_reach_no_route",
            ),
            Test(
                "crates/cors-proxy/tests/it/surface.rs: bytes_pass_and_no_header_does_in_either_direction",
            ),
        ],
    },
    Row {
        id: "S15",
        case: "A head of 20 KiB, 101 headers, an address of 9 KiB, a body of 5 KiB, JSON of 65 levels",
        expected: "431, 414, 413, and 422 or 400; nothing is sent",
        proofs: &[
            Test("crates/http-service/tests/it/connections.rs: a_header_section_has_its_size"),
            Test(
                "crates/cors-proxy/tests/it/attacks.rs: s15_a_body_that_is_too_deep_or_too_long_sends_nothing",
            ),
            Test("crates/http-service/tests/it/app.rs: a_body_without_a_length_is_bounded_too"),
        ],
    },
    Row {
        id: "S16",
        case: "100,000 requests of chance, and those that have ended other servers",
        expected: "The server goes on answering",
        proofs: &[
            Test(
                "crates/http-service/tests/it/random.rs: s16_a_hundred_thousand_requests_of_chance_end_nothing_but_themselves",
            ),
            Test(
                "crates/http-service/tests/it/connections.rs: malformed_requests_never_end_the_server",
            ),
        ],
    },
    Row {
        id: "S17",
        case: "A start without a word about who may call",
        expected: "Only this machine is served; beyond it the program ends with 2 and says which flags \
            there are",
        proofs: &[
            Test("tests/it/settings.rs: s17_without_a_flag_only_this_machine_is_served"),
            Test(
                "crates/cors-proxy/tests/it/process.rs: what_cannot_be_served_is_refused_with_2_and_its_value",
            ),
            Test("crates/http-service/src/access/mod.rs: only_loopback_is_open_without_a_flag"),
        ],
    },
    Row {
        id: "S18",
        case: "Without a token, with a wrong one, with a session",
        expected: "401 without a prompt of the browser; the token as `Bearer`, or once in the address \
            for an `HttpOnly` session of the same site (`Secure` over HTTPS), which alone writes nothing",
        proofs: &[
            Test(
                "crates/http-service/src/access/check_tests.rs: where_a_token_is_given_this_machine_is_asked_too",
            ),
            Test(
                "crates/http-service/src/access/check_tests.rs: a_token_in_the_address_becomes_a_session",
            ),
            Test(
                "crates/http-service/src/access/check_tests.rs: a_token_opens_as_bearer_and_as_a_password_and_not_as_a_cookie",
            ),
            Test(
                "crates/cors-proxy/tests/it/attacks.rs: s18_a_session_alone_is_not_enough_for_a_write",
            ),
            Test("crates/http-service/tests/it/https.rs: a_session_never_travels_in_the_clear"),
        ],
    },
    Row {
        id: "S19",
        case: "Time as a sign of how much of a token is right",
        expected: "None in 100,000 comparisons (Welch's t below 4.5); the same measurement finds a \
            comparison that stops early",
        proofs: &[
            Test(
                "crates/http-service/tests/it/timing.rs: s19_a_wrong_token_takes_the_same_time_wherever_it_is_wrong",
            ),
            Test(
                "crates/http-service/tests/it/timing.rs: a_comparison_that_stops_early_is_told_apart",
            ),
        ],
    },
    Row {
        id: "S20",
        case: "More than 20 wrong tokens a minute from one address",
        expected: "429, and the right token of the same address passes still",
        proofs: &[
            Test(
                "crates/http-service/src/access/check_tests.rs: wrong_tokens_are_limited_and_never_lock_the_right_one_out",
            ),
            Test(
                "crates/http-service/src/access/attempts.rs: the_21st_is_told_to_wait_until_the_window_ends",
            ),
            Test(
                "crates/custom-api/src/tests.rs: wrong_push_tokens_are_limited_and_the_right_one_passes_still",
            ),
        ],
    },
    Row {
        id: "S21",
        case: "The charger's password and the tokens in logs, answers, `/metrics` or the process list",
        expected: "Nowhere; secrets come from files alone",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/attacks.rs: s21_no_answer_holds_a_password_or_a_token",
            ),
            Test(
                "crates/cors-proxy/tests/it/process.rs: the_password_is_in_no_log_whatever_its_level",
            ),
            Test(
                "crates/cors-proxy/tests/it/surface.rs: the_password_is_sent_to_the_charger_and_shown_to_nobody",
            ),
            Test(
                "crates/cors-proxy/tests/it/process.rs: what_cannot_be_served_is_refused_with_2_and_its_value",
            ),
            Test("crates/http-service/tests/it/app.rs: a_librarys_own_words_and_headers_stay"),
        ],
    },
    Row {
        id: "S22",
        case: "Private values in a network that is trusted, or with the token that only looks",
        expected: "Modem, position and Wi-Fi are left out everywhere",
        proofs: &[
            Test(
                "crates/charger-gateway/tests/it/reads.rs: private_values_are_for_this_machine_and_the_token",
            ),
            Test("crates/charger-gateway/tests/it/events.rs: private_values_are_hidden_here_too"),
            Test(
                "crates/charger-gateway/tests/it/accounts.rs: metrics_hold_counts_and_numbers_and_nothing_private",
            ),
            Test(
                "crates/modbus-proxy/src/registers/view.rs: private_words_are_nowhere_in_the_answer",
            ),
            Test("crates/cors-proxy/tests/it/memory.rs: who_may_not_read_gets_nothing_from_memory"),
        ],
    },
    Row {
        id: "S23",
        case: "Headers against what a page could be made to do",
        expected: "A strict policy, `nosniff`, `no-referrer` and `no-store` on every status; no breach \
            of the policy in a browser. `Cross-Origin-Opener-Policy` is left out, as browsers ignore it \
            on plain HTTP",
        proofs: &[
            Test("crates/http-service/tests/it/app.rs: every_error_has_the_shape_and_the_headers"),
            Test(
                "crates/http-service/tests/it/app.rs: good_answers_have_the_headers_and_their_own_cache_control",
            ),
            Test(
                "crates/http-service/tests/it/connections.rs: what_hyper_refuses_by_itself_has_the_body_and_headers_of_every_error",
            ),
            Test(
                "crates/http-service/tests/it/bundle.rs: only_a_page_gets_the_policy_of_pages_also_where_the_browser_has_kept_it",
            ),
            Test("tests/browser/looks.rs: every_screen_fits_and_the_console_is_silent"),
        ],
    },
    Row {
        id: "S24",
        case: "Any write with `--read-only`",
        expected: "403; nothing is written, in the record neither",
        proofs: &[
            Test("crates/charger-gateway/tests/it/writes.rs: read_only_refuses_every_write"),
            Test(
                "crates/charger-gateway/tests/it/get_writes.rs: browsers_head_and_strangers_are_refused_even_then",
            ),
            Test(
                "tests/it/settings.rs: a_program_takes_its_options_from_file_environment_and_line",
            ),
            Test("tests/it/record.rs: changes_pass_the_gate_of_a_write_or_nothing_changes"),
        ],
    },
    Row {
        id: "S25",
        case: "Modbus to the proxy, and registers that nobody may read",
        expected: "No Modbus is spoken to anybody: 400, nothing is written; ranges outside the map are \
            400 and not asked for",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/bad_input.rs: s25_a_modbus_request_to_the_proxy_gets_no_modbus_and_writes_nothing",
            ),
            Test(
                "crates/modbus-proxy/tests/it/bad_input.rs: registers_outside_the_map_or_across_a_value_are_not_asked_for",
            ),
        ],
    },
    Row {
        id: "S26",
        case: "5.9, 32.1, −1, 1e9, \"6\", NaN as amperes, a key that is none",
        expected: "422, or 400 for what is no JSON; nothing is written",
        proofs: &[
            Test("crates/modbus-proxy/tests/it/bad_input.rs: settings_that_are_none_are_not_sent"),
            Test(
                "crates/charger-gateway/tests/it/writes.rs: bad_writes_are_refused_before_anything_is_sent",
            ),
            Test("tests/it/proxy.rs: a_value_that_cannot_be_is_named_and_not_sent"),
        ],
    },
    Row {
        id: "S27",
        case: "`custom-api`: another method or path, ten idle sockets, a push without its token",
        expected: "405, 404, 401; the charger is answered at once all the same",
        proofs: &[
            Test(
                "crates/custom-api/tests/it/serving.rs: elsewhere_is_nothing_and_other_methods_are_refused",
            ),
            Test("crates/custom-api/tests/it/serving.rs: idle_and_slow_clients_are_in_nobodys_way"),
            Test(
                "crates/custom-api/tests/it/serving.rs: a_crowd_of_idle_connections_does_not_starve_the_charger",
            ),
            Test("crates/custom-api/src/tests.rs: pushing_needs_its_own_token_even_from_here"),
            Test("crates/custom-api/tests/it/editing/refused.rs: only_the_owner_edits"),
        ],
    },
    Row {
        id: "S28",
        case: "A charger that takes commands without a password",
        expected: "A warning in the log and on the page, and `charger_open` in `/api` and `/healthz`",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/process.rs: a_simulated_and_open_charger_is_said_to_be_both",
            ),
            Test(
                "crates/charger-gateway/tests/it/links.rs: a_charger_that_answers_without_a_password_is_said_to_be_open",
            ),
            Test("tests/browser/states.rs: a_charger_without_a_password_is_warned_of"),
        ],
    },
    Row {
        id: "S29",
        case: "A page of an attacker in Chromium, Firefox and WebKitGTK: picture, frame, form, window, \
            beacon, link, every mode of a request, stream, rebinding",
        expected: "Nothing written and nothing read, at both proxies and at `custom-api` with its editor",
        proofs: &[
            Test("tests/browser/attack.rs: pages_of_elsewhere_write_nothing_and_read_nothing"),
            Test("tests/browser/attack.rs: a_name_of_elsewhere_that_leads_here_gets_nothing"),
            Test("tests/browser/engines.rs: pages_of_elsewhere_write_nothing_and_read_nothing"),
            Test("tests/browser/engines.rs: a_name_of_elsewhere_that_leads_here_gets_nothing"),
        ],
    },
    Row {
        id: "S30",
        case: "HTTPS as an option: old versions, an address in place of a name, a renewed certificate, \
            plain HTTP on its port",
        expected: "TLS 1.2 and later; trusted by name and by address; taken without a restart; readers \
            are sent on and changes refused",
        proofs: &[
            Test(
                "crates/http-service/tests/it/https.rs: s30_what_is_older_than_tls_1_2_is_refused",
            ),
            Test(
                "crates/http-service/tests/it/https.rs: a_device_that_trusts_the_authority_is_answered_by_name_and_by_address",
            ),
            Test(
                "crates/http-service/src/tls/tests.rs: a_renewed_certificate_is_taken_and_a_broken_one_is_not",
            ),
            Test("crates/http-service/tests/it/https.rs: a_session_never_travels_in_the_clear"),
            Test(
                "tests/it/https.rs: openssl_trusts_the_authority_that_was_made_at_the_first_start_and_nobody_else_does",
            ),
        ],
    },
    Row {
        id: "S31",
        case: "Libraries that should not be inside; unsafe code of our own",
        expected: "Licences that are accepted, one registry, none that is banned; no unsafe code but what \
            a macro writes for the page's chunks",
        proofs: &[
            Test("tests/it/supply.rs: s31_licences_sources_and_bans_are_kept"),
            Test("tests/it/supply.rs: s31_what_is_written_out_with_a_release_is_what_is_accepted"),
            Test("tests/it/supply.rs: s31_no_code_of_our_own_is_unsafe"),
            Gap(
                "known faults of libraries: their database has to be fetched, and tests fetch nothing; \
                `cargo deny check advisories` asks for it",
            ),
        ],
    },
];
