//! What is handed in: the sheet, as it is printed, and the files.

use nrgkick_tests::http;
use nrgkick_tests::record::SOME;
use nrgkick_tests::webdriver::Browser;
use serde_json::{Value, json};

use super::costs::type_tariff;
use super::{charges, judge, open, show, texts, wait_for_texts};
use nrgkick_tests::axe::Axe;

/// What is seen of the page on paper.
async fn on_paper(browser: &Browser, name: &str) -> String {
    browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"})).await;
    let text = browser.driver.execute("return document.body.innerText", vec![]).await.unwrap();
    let text = text.json().as_str().unwrap().replace('\u{202f}', " ");
    let paper = json!({"preferCSSPageSize": true, "printBackground": true});
    let pdf = browser.devtools_answer("Page.printToPDF", paper).await;
    let encoded = pdf["data"].as_str().unwrap();
    let script = "return atob(arguments[0])";
    let bytes = browser.driver.execute(script, vec![json!(encoded)]).await.unwrap();
    let bytes: Vec<u8> = bytes
        .json()
        .as_str()
        .unwrap()
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let folder = nrgkick_tests::root().join("target/screens");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.pdf")), &bytes).unwrap();
    let pdf = String::from_utf8_lossy(&bytes);
    // A4 in points.
    assert!(pdf.contains("/MediaBox [0 0 594") || pdf.contains("/MediaBox [0 0 595"), "no A4");
    assert_eq!(pdf.matches("/Type /Page\n").count(), 1, "it fits on one sheet");
    browser.devtools("Emulation.setEmulatedMedia", json!({"media": ""})).await;
    text
}

fn counter(charge: &Value, key: &str) -> String {
    let wh = charge[key].as_u64().unwrap();
    let (mwh, kwh) = (wh / 1_000_000, wh / 1_000 % 1_000);
    let whole = if mwh > 0 { format!("{mwh} {kwh:03}") } else { kwh.to_string() };
    format!("{whole}.{:03} kWh", wh % 1000)
}

#[tokio::test]
async fn the_sheet_of_a_month_says_what_the_record_says() {
    let test = "the_sheet_of_a_month_says_what_the_record_says";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, "#/charges").await else {
        return;
    };
    wait_for_texts(&browser, "[data-testid='month']", |months| months.len() == 2).await;
    type_tariff(&browser, &[("employer-price", "0.34")], "base-employer").await;
    show(&browser, &kept, "#/charges/sheet-2026-11").await;
    wait_for_texts(&browser, "[data-testid='sheet-lines'] tr", |lines| lines.len() == 3).await;
    let all = charges(&kept).await;
    let lines = texts(&browser, "[data-testid='sheet-lines'] tr").await;
    let mut cents = 0;
    let mut energy = 0;
    for (line, charge) in lines.iter().zip(&all[2..]) {
        // 0.34 a kWh is 34 cents for 1,000 Wh; a half goes up.
        let wh = charge["energy_wh"].as_u64().unwrap();
        let cost = (wh * 34 + 500) / 1_000;
        (cents, energy) = (cents + cost, energy + wh);
        for part in [
            counter(charge, "counter_start_wh"),
            counter(charge, "counter_end_wh"),
            counter(charge, "energy_wh"),
            format!("{}.{:02} EUR", cost / 100, cost % 100),
        ] {
            assert!(line.contains(&part), "{part}: {line}");
        }
    }
    judge(&browser, &axe, "sheet").await;
    let paper = on_paper(&browser, "sheet-month").await;
    let serial = all[0]["serial_number"].as_str().unwrap();
    for part in [
        "Charges of November 2026",
        serial,
        "Simulated charger: these charges are not real.",
        &counter(&json!({"sum": energy}), "sum"),
        &format!("{}.{:02} EUR", cents / 100, cents % 100),
        "Not seen from",
        "1.00 kWh meanwhile, which is part of the energy",
        "by the charger’s own counter",
        "no calibrated measurement",
        "Flat rate of the employer for a kWh: 0.34 EUR",
        "Place, date, signature",
    ] {
        assert!(paper.contains(part), "{part}: {paper}");
    }
    for absent in ["Overview", "Print", "All charges"] {
        assert!(!paper.contains(absent), "{absent}: {paper}");
    }
    show(&browser, &kept, "#/charges/sheet-000000000000a002").await;
    wait_for_texts(&browser, "[data-testid='sheet-lines'] tr", |lines| lines.len() == 1).await;
    let paper = on_paper(&browser, "sheet-charge").await;
    assert!(paper.contains("2 006.000 kWh") && paper.contains("Ben"), "{paper}");
}

/// The text of the file that a link saves.
async fn file(browser: &Browser, testid: &str) -> String {
    let script = "const link = [...document.querySelectorAll(`[data-testid='${arguments[0]}']`)]
        .find((link) => link.checkVisibility());
        return decodeURIComponent(link.href.slice(link.href.indexOf(',') + 1))";
    let text = browser.driver.execute(script, vec![json!(testid)]).await.unwrap();
    text.convert().unwrap()
}

#[tokio::test]
async fn files_hold_what_the_proxy_tells_plain_and_as_german_writes_it() {
    let test = "files_hold_what_the_proxy_tells_plain_and_as_german_writes_it";
    let hash = "?lang=de#/charges";
    let mut all = SOME;
    all[2].label = Some("=cmd|' /C calc'!A0");
    let Some((browser, kept)) = open(test, "--scenario idle", &all, hash).await else { return };
    wait_for_texts(&browser, "[data-testid='month']", |months| months.len() == 2).await;
    let told = http::get(kept.proxy.address, "/charges?format=csv&from=2026-11-01T00:00:00Z").await;
    assert_eq!(file(&browser, "csv-plain").await, told.text());
    let saved: Value = serde_json::from_str(&file(&browser, "json").await).unwrap();
    let mut november = charges(&kept).await.split_off(2);
    november.reverse();
    assert_eq!(saved["charges"], json!(november));
    let german = file(&browser, "csv").await;
    let rows: Vec<_> = german.trim_start_matches('\u{feff}').split("\r\n").collect();
    assert!(rows[0].starts_with("Beginn;Ende;Dauer (min);Energie (kWh);"), "{}", rows[0]);
    assert!(
        rows[1].starts_with("2026-11-21 00:00:00;2026-11-21 00:45:00;45;4,500;"),
        "{}",
        rows[1]
    );
    // 21:30 in Vienna. What a spreadsheet would run is text.
    assert!(
        rows[3].starts_with("2026-11-03 21:30:00;2026-11-03 23:30:00;120;12,000;"),
        "{}",
        rows[3]
    );
    assert!(rows[3].contains(";'=cmd|' /C calc'!A0;"), "{}", rows[3]);
    assert_eq!(rows.len(), 5, "{german}");
    show(&browser, &kept, "?lang=de#/charges/000000000000a001").await;
    browser.wait_for("one-title", 15, |title| title.contains("2026")).await;
    let curve = "/charges/000000000000a001?format=csv";
    let told = http::get(kept.proxy.address, curve).await;
    assert_eq!(file(&browser, "csv-curve").await, told.text());
}
