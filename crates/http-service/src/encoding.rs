//! Parser of `Accept-Encoding` (RFC 9110, section 12.5.3); the `headers` crate has no type for it.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// The weights of the available encodings, in thousandths; 0 is "not acceptable".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) brotli: u16,
    pub(crate) gzip: u16,
    pub(crate) plain: u16,
}

impl Accepted {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut plain, mut any) = (None, None, None, None);
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        for item in values.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')) {
            let (coding, parameters) = item.split_once(';').unwrap_or((item, "q=1"));
            let weight = weight(parameters);
            match coding.trim().to_ascii_lowercase().as_str() {
                "br" => brotli = Some(weight),
                "gzip" | "x-gzip" => gzip = Some(weight),
                "identity" => plain = Some(weight),
                "*" => any = Some(weight),
                _ => {}
            }
        }
        Self {
            brotli: brotli.or(any).unwrap_or(0),
            gzip: gzip.or(any).unwrap_or(0),
            // `identity` without an entry is acceptable, but listed encodings are preferred.
            plain: plain.unwrap_or(0),
        }
    }
}

/// Parses `q=0.5` as 500; an invalid weight as 0, which only costs the compression.
fn weight(parameter: &str) -> u16 {
    let Some((name, value)) = parameter.trim().split_once('=') else { return 0 };
    if !name.trim().eq_ignore_ascii_case("q") {
        return 0;
    }
    let (whole, decimals) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let is_short = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, format!("{decimals:0<3}").parse::<u16>()) {
        ("0", Ok(thousandths)) if is_short => thousandths,
        ("1", Ok(0)) if is_short => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights() {
        let table = [
            ("", (0, 0, 0)),
            ("gzip", (0, 1000, 0)),
            ("gzip, deflate, br, zstd", (1000, 1000, 0)),
            ("BR;q=0.5, gzip; Q=0.25", (500, 250, 0)),
            ("br;q=0, *", (0, 1000, 0)),
            ("*;q=0", (0, 0, 0)),
            ("identity, br;q=0.001", (1, 0, 1000)),
            ("br;q=1.000, gzip;q=1.5", (1000, 0, 0)),
            ("br;q=0.1234, gzip;q=", (0, 0, 0)),
            ("br;level=3", (0, 0, 0)),
            (",,;q=,", (0, 0, 0)),
        ];
        for (text, (brotli, gzip, plain)) in table {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, text.parse().unwrap());
            assert_eq!(Accepted::read(&headers), Accepted { brotli, gzip, plain }, "{text}");
        }
    }
}
