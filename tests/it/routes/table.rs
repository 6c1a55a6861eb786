//! The rows.

use super::Route;
use super::Who::{Everybody, Owner, Pushers, Viewers, Writers};

/// Routes that belong together.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    /// The files of the router.
    pub(super) sources: &'static [&'static str],
    pub(super) routes: &'static [Route],
}

const NO_RECORD: (u16, &str) = (404, "`no_record` without `--data`");
const NO_CHARGE: (u16, &str) = (404, "`unknown_charge`, `no_record`");
const RECORD_FAILED: (u16, &str) = (503, "`record_failed`");
const BAD: (u16, &str) = (400, "`bad_request`, which names the parameter");
const NOT_THERE: (u16, &str) =
    (502, "`unreachable`, `closed`, `protocol`, `too_large_answer`, `upstream_auth`");
const TOO_LATE: (u16, &str) = (504, "`timeout`");
const DOWN: (u16, &str) = (503, "`charger_down`, `busy`, with `Retry-After`");
const AS_THE_CHARGER: (u16, &str) = (501, "the charger's own words to an unknown parameter");
const UNKNOWN: (u16, &str) = (404, "`unknown_charger`");
const INVALID: (u16, &str) = (422, "`invalid`, with each mistake of the text");

/// Reads a document of the charger.
const fn read(path: &'static str, what: &'static str) -> Route {
    const ANSWERS: &[(u16, &str)] = &[
        (200, "as the charger sent it, or its refusal"),
        AS_THE_CHARGER,
        UNKNOWN,
        NOT_THERE,
        DOWN,
        TOO_LATE,
    ];
    Route { path, method: "GET", for_each: true, who: Viewers, what, answers: ANSWERS }
}

/// A question without a write.
const fn get(
    path: &'static str,
    for_each: bool,
    what: &'static str,
    answers: &'static [(u16, &'static str)],
) -> Route {
    Route { path, method: "GET", for_each, who: Viewers, what, answers }
}

/// A change.
const fn change(
    method: &'static str,
    path: &'static str,
    for_each: bool,
    what: &'static str,
    answers: &'static [(u16, &'static str)],
) -> Route {
    Route { path, method, for_each, who: Writers, what, answers }
}

pub(super) const GROUPS: [Group; 4] = [
    Group {
        title: "Both proxies",
        about: "At the root for the first charger, under `/c/{name}` for each.",
        sources: &["crates/charger-gateway/src/route/mod.rs"],
        routes: &[
            read("/info", "who the charger is; private values for the owner alone"),
            read("/values", "what it measures, with its age in `Age` and `X-Nrgkick-Age-Ms`"),
            read("/control", "its settings; with settings in the query it is a write, and 405"),
            change(
                "POST",
                "/control",
                true,
                "changes settings, once; a repeated ID is answered with the first outcome",
                &[
                    (200, "`verified`"),
                    (409, "`refused`, `mismatch`, or `superseded`"),
                    (422, "`invalid_value`, `write_id_reused`"),
                    (502, "`unknown`"),
                    (503, "`not_sent`, `charger_down`, `busy`, `stopping`: nothing was changed"),
                    (504, "`unknown`, the charger was silent"),
                ],
            ),
            get(
                "/api",
                true,
                "which of its APIs are on, and who answers here",
                &[(200, "always"), UNKNOWN],
            ),
            get(
                "/events",
                true,
                "a stream: one `snapshot`, then a `change` for each poll",
                &[(200, "`text/event-stream`"), UNKNOWN, (503, "more than 1,024 streams")],
            ),
            get(
                "/history",
                true,
                "the last 24 h of the record, by `from`, `to`, `points`, `format`",
                &[(200, "JSON or CSV"), BAD, NO_RECORD, RECORD_FAILED],
            ),
            get(
                "/charges",
                true,
                "the charges, by `from`, `to`, `limit`, `before`, `format`",
                &[(200, "JSON or CSV"), (304, "unchanged"), BAD, NO_RECORD, RECORD_FAILED],
            ),
            change(
                "DELETE",
                "/charges",
                true,
                "removes all charges of this charger",
                &[(200, "how many"), BAD, NO_RECORD, RECORD_FAILED],
            ),
            get(
                "/charges/{id}",
                true,
                "one charge with its curve",
                &[(200, "JSON or CSV"), (304, "unchanged"), BAD, NO_CHARGE, RECORD_FAILED],
            ),
            change(
                "PATCH",
                "/charges/{id}",
                true,
                "sets its label",
                &[(200, "the charge"), BAD, NO_CHARGE, (422, "`invalid_value`"), RECORD_FAILED],
            ),
            change(
                "DELETE",
                "/charges/{id}",
                true,
                "removes it",
                &[
                    (200, "how many"),
                    NO_CHARGE,
                    (409, "`charge_runs`: only one that has ended can be removed"),
                    RECORD_FAILED,
                ],
            ),
            get(
                "/chargers",
                false,
                "all chargers with name and state; none is asked",
                &[(200, "always")],
            ),
            Route {
                path: "/discover",
                method: "GET",
                for_each: false,
                who: Owner,
                what: "who announces a charger in this network within 4 s",
                answers: &[(200, "the list"), (503, "`search_failed`")],
            },
            Route {
                path: "/record/backup",
                method: "GET",
                for_each: false,
                who: Owner,
                what: "the file of the record",
                answers: &[(200, "`application/octet-stream`"), NO_RECORD, RECORD_FAILED],
            },
            Route {
                path: "/healthz",
                method: "GET",
                for_each: false,
                who: Everybody,
                what: "that the server runs; with a token the accounts of each charger",
                answers: &[(200, "always")],
            },
            get(
                "/metrics",
                false,
                "accounts and values for Prometheus; no charger is asked",
                &[(200, "text")],
            ),
        ],
    },
    Group {
        title: "modbus-proxy",
        about: "Beside those of both proxies.",
        sources: &["crates/modbus-proxy/src/registers.rs"],
        routes: &[
            get(
                "/registers",
                true,
                "words, read now by `address` and `quantity`, or those of the last documents",
                &[
                    (200, "words and the rows that they hold"),
                    BAD,
                    UNKNOWN,
                    (404, "`modbus_exception` 2; each exception has its status"),
                    NOT_THERE,
                    DOWN,
                    TOO_LATE,
                ],
            ),
            get("/registers/map", true, "the table", &[(200, "always"), UNKNOWN]),
        ],
    },
    Group {
        title: "custom-api",
        about: "The first two are the charger's: without a token, a `Host`, or more headers than a \
            small parser has room for.",
        sources: &["crates/custom-api/src/route.rs"],
        routes: &[
            Route {
                path: "/api/v1/values.json",
                method: "GET",
                for_each: false,
                who: Everybody,
                what: "what the charger is told",
                answers: &[
                    (200, "the document"),
                    (503, "a value that it needs is missing or too old"),
                ],
            },
            Route {
                path: "/api/v1/info.json",
                method: "GET",
                for_each: false,
                who: Everybody,
                what: "which devices there are",
                answers: &[(200, "the document")],
            },
            get("/status", false, "each value with source, age and last error", &[(200, "always")]),
            get(
                "/history",
                false,
                "the last 24 h of one value, by `value`",
                &[(200, "a point a minute"), BAD, (404, "there is no such value")],
            ),
            Route {
                path: "/healthz",
                method: "GET",
                for_each: false,
                who: Everybody,
                what: "that the server runs; with a token whether values are served",
                answers: &[(200, "always")],
            },
            Route {
                path: "/push",
                method: "PUT",
                for_each: false,
                who: Pushers,
                what: "a part of `device_values`, taken whole or not at all",
                answers: &[(204, "taken"), BAD, (422, "`unusable`, with the value")],
            },
            Route {
                path: "/push/{name}",
                method: "PUT",
                for_each: false,
                who: Pushers,
                what: "one number or switch",
                answers: &[
                    (204, "taken"),
                    BAD,
                    (404, "nothing is pushed by that name"),
                    (422, "`unusable`"),
                ],
            },
        ],
    },
    Group {
        title: "custom-api --edit",
        about: "For the owner alone, as the text may hold secrets and a trial asks any device. Without \
            `--edit` all of it is 404.",
        sources: &["crates/custom-api/src/route/edit.rs"],
        routes: &[
            Route {
                path: "/config",
                method: "GET",
                for_each: false,
                who: Owner,
                what: "the text of the file with its revision, and how the server reads it",
                answers: &[(200, "the configuration"), INVALID],
            },
            change(
                "PUT",
                "/config",
                false,
                "saves a text and follows it",
                &[
                    (200, "the new revision"),
                    (409, "`changed` by somebody else"),
                    INVALID,
                    (507, "`not_written`"),
                ],
            ),
            Route {
                path: "/config/recipes/{name}",
                method: "GET",
                for_each: false,
                who: Owner,
                what: "the text of a recipe",
                answers: &[(200, "text"), (404, "there is no such recipe")],
            },
            change(
                "POST",
                "/config/draft",
                false,
                "one change to a text, and how it would be read",
                &[(200, "the text"), (422, "`no_such_change`, `invalid`")],
            ),
            change(
                "POST",
                "/config/try",
                false,
                "asks the devices of a text once",
                &[(200, "what came"), INVALID, (429, "`busy`: another trial runs")],
            ),
        ],
    },
];
