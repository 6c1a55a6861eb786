//! Faults of a charger, a network or a machine.

use super::Proof::{Command, Test};
use super::Row;

pub(super) const FAULTS: &[Row] = &[
    Row {
        id: "F1",
        case: "The charger refuses connections for a minute, then it is back",
        expected: "While nobody asks, nobody connects; while somebody asks twice a second, at most 30 \
            connections a minute. 503 at once with `Retry-After` during a pause; found within 5 s of \
            its return",
        proofs: &[
            Test(
                "crates/charger-gateway/tests/it/reads.rs: a_charger_that_is_away_is_asked_seldom_and_found_again_within_5_seconds",
            ),
            Test(
                "crates/charger-gateway/tests/it/reads.rs: a_charger_that_cannot_be_reached_is_left_alone_for_a_moment_and_then_found_again",
            ),
            Test(
                "crates/modbus-proxy/tests/it/faults_end.rs: a_charger_that_is_away_is_left_alone_and_found_again_within_a_step",
            ),
            Test("tests/it/proxy.rs: a_charger_that_is_gone_is_told_at_once_and_found_again"),
        ],
    },
    Row {
        id: "F2",
        case: "It takes the connection and never answers",
        expected: "504 when its time is over (Modbus 3 s, HTTP 5 s), within 8 s for all who wait \
            together; the next request has a new connection",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/faults.rs: f02_silence_ends_in_time_and_the_next_request_has_a_new_connection",
            ),
            Test(
                "crates/cors-proxy/tests/it/faults.rs: every_fault_is_one_clear_error_in_time_and_the_next_read_is_right",
            ),
            Test(
                "crates/cors-proxy/tests/it/faults.rs: an_answer_after_the_deadline_is_dropped_with_its_connection",
            ),
            Test(
                "crates/charger-gateway/tests/it/reads.rs: readers_of_a_silent_charger_share_its_silence",
            ),
        ],
    },
    Row {
        id: "F3",
        case: "The answer comes after the time is over",
        expected: "Of 10,000 reads with one answer in a hundred late none is wrong, and a late answer \
            fails no read but its own",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/late.rs: f03_of_ten_thousand_reads_with_late_replies_none_is_wrong",
            ),
            Test("crates/modbus-proxy/tests/it/faults.rs: f03_a_late_reply_is_read_by_nobody"),
            Test(
                "crates/cors-proxy/tests/it/faults.rs: a_second_answer_is_never_taken_for_the_next_one",
            ),
            Test(
                "crates/modbus-client/tests/reader.rs: a_late_answer_is_skipped_and_the_connection_kept",
            ),
        ],
    },
    Row {
        id: "F4",
        case: "A Modbus answer with another transaction, unit, function or protocol",
        expected: "502, a new connection for the next request",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/faults.rs: f04_wrong_transaction_unit_function_and_protocol",
            ),
            Test(
                "crates/modbus-proxy/tests/it/bad_input.rs: a_device_that_answers_for_another_unit",
            ),
        ],
    },
    Row {
        id: "F5",
        case: "A Modbus header that announces 0, 1, 2, 254 or 65535 bytes, or stands alone",
        expected: "502 or 504 in time; of a peer that sends without an end one frame is held, 260 bytes",
        proofs: &[
            Test("crates/modbus-proxy/tests/it/faults.rs: f05_lengths_that_no_frame_has"),
            Test("crates/modbus-proxy/tests/it/bad_input.rs: a_frame_that_never_ends"),
            Test(
                "crates/modbus-client/src/frames.rs: of_an_endless_answer_one_frame_is_held_and_of_an_impossible_one_nothing",
            ),
        ],
    },
    Row {
        id: "F6",
        case: "A byte count or a number of registers that is not the one asked for",
        expected: "Never read as values, with and without the debug assertions of the library: \
            `cargo xtask test` runs these tests in both builds",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/faults.rs: f06_byte_counts_and_register_counts_that_are_not_the_asked_ones",
            ),
            Test(
                "crates/modbus-proxy/tests/it/frames.rs: every_byte_of_a_reply_replaced_is_an_error_or_only_another_word",
            ),
        ],
    },
    Row {
        id: "F7",
        case: "Modbus exceptions 1 to 11, one that nobody knows, and one without its code",
        expected: "1→501, 2→404, 3→422, 5→202, 6→503, 11→504, the others 502, and the connection is \
            kept; an exception that is none ends it",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/faults.rs: f07_exceptions_have_their_status_and_keep_the_connection",
            ),
            Test(
                "crates/modbus-proxy/tests/it/faults.rs: f07_exceptions_that_are_no_frame_or_of_another_function",
            ),
        ],
    },
    Row {
        id: "F8",
        case: "An answer byte by byte, in pieces, or two in one segment",
        expected: "Read as whole; a second answer is nobody's",
        proofs: &[
            Test("crates/modbus-proxy/tests/it/faults.rs: f08_byte_by_byte_and_in_pieces"),
            Test(
                "crates/modbus-proxy/tests/it/faults.rs: f08_a_second_reply_in_one_segment_is_never_an_answer",
            ),
            Test(
                "crates/cors-proxy/tests/it/faults.rs: a_second_answer_is_never_taken_for_the_next_one",
            ),
        ],
    },
    Row {
        id: "F9",
        case: "A web server, TLS or noise on the Modbus port",
        expected: "502 in time, which says that it is not Modbus",
        proofs: &[
            Test("crates/modbus-proxy/tests/it/faults.rs: f09_other_protocols"),
            Test("crates/modbus-proxy/tests/it/bad_input.rs: a_web_server_in_place_of_a_charger"),
        ],
    },
    Row {
        id: "F10",
        case: "The connection is reset or closed before, within or after an answer",
        expected: "A read is one clean error and is not repeated over Modbus; a write is sent once and \
            decided by reading back",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/faults_end.rs: f10_a_read_whose_connection_ends_is_one_clean_error",
            ),
            Test(
                "crates/modbus-proxy/tests/it/faults_end.rs: f10_a_connection_that_ended_in_between_is_noticed_before_a_request_is_sent",
            ),
            Test(
                "crates/modbus-proxy/tests/it/faults_end.rs: f10_a_write_whose_connection_ends_is_decided_by_reading_back",
            ),
            Test(
                "crates/cors-proxy/tests/it/surface.rs: reads_share_one_connection_and_survive_its_end",
            ),
            Test(
                "crates/cors-proxy/tests/it/writes.rs: silence_and_half_answers_are_unknown_and_never_sent_again",
            ),
        ],
    },
    Row {
        id: "F11",
        case: "The connection has died without a word",
        expected: "Known when the time of the next request is over; others wait no longer than for any \
            silence, 8 s",
        proofs: &[
            Test(
                "tests/it/half_open.rs: f11_a_cable_that_is_pulled_is_noticed_in_time_and_the_charger_found_again",
            ),
            Test(
                "crates/modbus-proxy/tests/it/faults_end.rs: f11_a_connection_that_died_in_silence_is_noticed_by_the_next_request",
            ),
            Test(
                "crates/charger-gateway/tests/it/reads.rs: readers_of_a_silent_charger_share_its_silence",
            ),
        ],
    },
    Row {
        id: "F12",
        case: "A write is carried out and its answer is lost",
        expected: "The charger counts one write; reading back makes it `verified`",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/writes.rs: f12_a_write_that_was_applied_and_whose_reply_is_lost_is_verified_and_sent_once",
            ),
            Test(
                "crates/cors-proxy/tests/it/writes.rs: a_lost_reply_is_verified_by_reading_back_and_never_sent_again",
            ),
            Test("tests/it/proxy.rs: a_lost_reply_is_read_back_and_the_write_not_repeated"),
        ],
    },
    Row {
        id: "F13",
        case: "A write is refused in words or by an exception",
        expected: "409 `refused` with the charger's own words or its exception; nothing has changed",
        proofs: &[
            Test("tests/it/proxy.rs: a_refusal_keeps_the_chargers_words"),
            Test("tests/it/proxy.rs: solar_charging_that_has_the_say_is_told"),
            Test("tests/it/modbus.rs: a_refusal_names_the_exception"),
            Test(
                "crates/modbus-proxy/tests/it/writes.rs: settings_with_a_gap_go_in_order_and_stop_at_the_first_that_is_refused",
            ),
        ],
    },
    Row {
        id: "F14",
        case: "The echo of a Modbus write has another value",
        expected: "The last reading decides: `mismatch`, which `/metrics` counts, or `verified` with a \
            warning in the log",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/writes.rs: f14_an_echo_of_another_value_is_a_mismatch",
            ),
            Test(
                "crates/modbus-proxy/tests/it/writes.rs: f14_an_odd_echo_of_a_value_that_is_then_read_is_verified",
            ),
        ],
    },
    Row {
        id: "F15",
        case: "The value is changed again between echo and reading back",
        expected: "`mismatch` with what the charger shows; it is not sent again",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/writes.rs: f15_a_value_that_is_changed_again_is_a_mismatch_and_not_sent_again",
            ),
            Test(
                "crates/cors-proxy/tests/it/faults.rs: case_50_a_second_write_that_is_ignored_is_a_mismatch_with_its_key",
            ),
        ],
    },
    Row {
        id: "F16",
        case: "JSON that is cut off, no JSON, too deep, with a key twice, with a byte order mark, of 300 \
            MB, in broken chunks; one odd leaf; a character in two pieces; another content type",
        expected: "What is no document is 502, in less than 1 MiB of memory, and never an empty one. An \
            odd leaf is unknown by itself, and the rest is served",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/answers.rs: f16_what_is_no_document_is_502_whatever_its_content_type",
            ),
            Test(
                "crates/cors-proxy/tests/it/answers.rs: f16_an_odd_leaf_takes_no_document_with_it",
            ),
            Test(
                "crates/cors-proxy/tests/it/answers.rs: f16_a_character_in_two_pieces_arrives_whole",
            ),
            Test(
                "crates/cors-proxy/tests/it/answers.rs: f16_chunks_that_cannot_be_read_are_502_and_the_connection_is_given_up",
            ),
            Test("crates/cors-proxy/tests/it/crowd.rs: f16_answers_of_300_mib_take_less_than_one"),
            Test(
                "crates/cors-proxy/tests/it/faults.rs: every_fault_is_one_clear_error_in_time_and_the_next_read_is_right",
            ),
            Test(
                "crates/nrgkick-model/src/reading/laws.rs: one_leaf_replaced_changes_at_most_its_row",
            ),
        ],
    },
    Row {
        id: "F17",
        case: "An answer that comes a byte at a time, or whose head never ends",
        expected: "504 when the time of the whole exchange is over, 5 s",
        proofs: &[Test(
            "crates/cors-proxy/tests/it/faults.rs: every_fault_is_one_clear_error_in_time_and_the_next_read_is_right",
        )],
    },
    Row {
        id: "F18",
        case: "A redirect to another address",
        expected: "502; the other address hears nothing, of a write neither",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/answers.rs: f18_a_redirect_is_an_error_and_its_target_hears_nothing",
            ),
            Test("crates/custom-api/tests/it/access.rs: a_redirect_is_told_and_not_followed"),
        ],
    },
    Row {
        id: "F19",
        case: "401, 403, 429, 500 or 503 of the charger",
        expected: "401 and 403 without a prompt of the browser (502 where the proxy has the password), \
            the others as they are or 502; one request to the charger for each, and `Retry-After` kept",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/answers.rs: f19_a_status_of_the_charger_is_mapped_and_asked_for_once",
            ),
            Test(
                "crates/charger-gateway/tests/it/reads.rs: refusals_pass_with_their_status_and_the_password_is_whose_it_is",
            ),
            Test(
                "crates/charger-gateway/tests/it/sharing.rs: a_busy_charger_is_left_alone_for_as_long_as_it_says",
            ),
        ],
    },
    Row {
        id: "F20",
        case: "1,000 equal reads at once of a charger that takes 200 ms",
        expected: "One request, equal bytes for all, after 200 ms",
        proofs: &[
            Test(
                "crates/charger-gateway/tests/it/sharing.rs: a_thousand_readers_of_the_same_are_one_request_and_get_equal_bytes",
            ),
            Test(
                "crates/charger-gateway/tests/it/sharing.rs: a_thousand_pages_are_answered_however_slow_the_charger_is",
            ),
        ],
    },
    Row {
        id: "F21",
        case: "Ten readers and a writer for minutes, while one exchange in twenty fails",
        expected: "No read older than a verified write, nothing sent twice, for eight seeds",
        proofs: &[Test(
            "crates/charger-gateway/tests/it/storm.rs: no_read_is_older_than_a_verified_write_and_each_write_is_sent_once",
        )],
    },
    Row {
        id: "F22",
        case: "2,000 connections with half a head and 500 silent ones",
        expected: "Others are answered within 50 ms; all are closed in 5.5 s (7.5 on a busy machine), \
            and their descriptors given back",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/crowd.rs: f22_2500_connections_that_say_nothing_hold_nobody_up_and_are_closed_in_time",
            ),
            Test(
                "crates/http-service/tests/it/connections.rs: idle_connections_give_way_and_a_request_under_way_does_not",
            ),
        ],
    },
    Row {
        id: "F23",
        case: "A client of the events stops reading",
        expected: "At most one event waits for it, the newest; its connection is cut after 30 s",
        proofs: &[
            Test("crates/charger-gateway/tests/it/events.rs: a_slow_client_skips_to_the_newest"),
            Test(
                "crates/http-service/tests/it/connections.rs: a_peer_that_does_not_read_loses_its_place",
            ),
        ],
    },
    Row {
        id: "F24",
        case: "SIGTERM with 1,000 event streams and a write under way",
        expected: "Streams end whole, the write has its outcome, the process ends: within 9 s, and within \
            5 s without a write",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/crowd.rs: f24_a_stop_with_1000_streams_and_a_write_under_way_is_over_in_time",
            ),
            Test(
                "crates/gateway-api/src/budget.rs: a_server_that_is_told_to_stop_has_stopped_before_docker_kills_it",
            ),
            Test(
                "crates/charger-gateway/tests/it/stopping.rs: a_write_that_was_sent_has_its_outcome_in_time_and_claims_no_more_than_is_known",
            ),
        ],
    },
    Row {
        id: "F25",
        case: "The clock jumps, the machine sleeps",
        expected: "One poll and no burst when it wakes; ages only grow until the charger is asked again; \
            a set clock changes no duration of a charge",
        proofs: &[
            Test(
                "crates/charger-gateway/tests/it/clock.rs: f25_after_ten_minutes_of_sleep_one_poll_is_made_and_nothing_old_is_fresh",
            ),
            Test(
                "crates/charger-gateway/tests/it/clock.rs: f25_ages_only_grow_until_the_charger_is_asked_again",
            ),
            Test(
                "crates/charge-record/tests/it/book.rs: a_clock_that_is_set_moves_the_charge_and_changes_no_duration",
            ),
            Test(
                "crates/charge-record/tests/it/book.rs: a_machine_that_slept_is_a_gap_and_no_clock_that_was_set",
            ),
            Test(
                "crates/charge-record/src/ring.rs: a_clock_that_was_set_back_leaves_nothing_from_the_future",
            ),
            Test(
                "crates/custom-api/src/history/tests.rs: a_clock_that_stands_or_goes_back_changes_no_finished_point",
            ),
        ],
    },
    Row {
        id: "F26",
        case: "The disk is full, or nobody reads the log",
        expected: "It goes on serving and says what was lost",
        proofs: &[
            Test(
                "crates/cors-proxy/tests/it/process.rs: f26_a_log_that_nobody_reads_stops_nothing_and_what_was_lost_is_said",
            ),
            Test(
                "tests/it/full_disk.rs: what_is_on_a_full_disk_is_told_and_the_record_goes_on_when_there_is_room",
            ),
            Test("tests/it/full_disk.rs: a_configuration_stays_whole_on_a_full_disk"),
        ],
    },
    Row {
        id: "F27",
        case: "The charger comes back at another address, or another one announces its number",
        expected: "Followed only where its serial number is read, with a password only by `--follow`",
        proofs: &[
            Test("tests/it/mdns.rs: chargers_are_found_and_followed_and_an_impostor_is_not"),
            Test(
                "crates/charger-gateway/src/link/moving/tests.rs: a_charger_moves_only_to_where_its_number_is",
            ),
            Test(
                "crates/charger-gateway/src/seek/decide/tests.rs: an_impostor_is_refused_by_the_number_that_it_has",
            ),
        ],
    },
    Row {
        id: "F28",
        case: "Faults at random for a long time",
        expected: "Memory and descriptors of the servers stay, and they answer; the page on a wall holds \
            no more after an hour at 20 times the speed; a million requests leave `custom-api` as it was",
        proofs: &[
            Test(
                "tests/it/soak.rs: f28_programs_whose_charger_fails_at_random_neither_grow_nor_end",
            ),
            Command("cargo xtask bench soak", "tests/bench/soak.rs: judge"),
            Command("cargo xtask bench custom-api", "tests/bench/custom_api.rs: memory"),
        ],
    },
    Row {
        id: "F29",
        case: "Bytes of chance as frames, documents, hosts, commands and refusals",
        expected: "A checked value or an error, never a panic; `PROPTEST_CASES` makes the runs longer",
        proofs: &[
            Test(
                "crates/modbus-proxy/tests/it/frames.rs: f29_any_bytes_are_an_error_or_as_many_words_as_were_asked_for",
            ),
            Test(
                "crates/nrgkick-model/tests/any_bytes.rs: f29_any_reply_is_a_document_or_an_error",
            ),
            Test(
                "crates/nrgkick-model/tests/any_bytes.rs: f29_any_body_and_query_is_a_checked_write_or_an_error",
            ),
            Test(
                "crates/nrgkick-model/tests/any_bytes.rs: f29_a_plan_reads_each_row_once_whatever_was_refused",
            ),
            Test("crates/http-service/src/guard/tests.rs: any_bytes_get_a_decision"),
        ],
    },
    Row {
        id: "F30",
        case: "One state, read as JSON and as registers",
        expected: "All 82 values agree within the scale of their registers, over 1,000 generated states; \
            other people's clients read the same",
        proofs: &[
            Test("tests/it/modbus.rs: both_faces_of_a_state_agree"),
            Test("tests/it/modbus.rs: documents_from_registers_are_the_chargers_own"),
            Test("tests/it/outsiders.rs: pymodbus_reads_all_82_rows_with_the_values_of_json"),
            Test("tests/it/outsiders.rs: mbpoll_reads_all_82_rows_with_the_values_of_json"),
            Test("tests/it/outsiders.rs: the_proxy_reads_and_writes_a_pymodbus_server"),
        ],
    },
];
