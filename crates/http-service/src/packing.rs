//! Answers that are packed as they are made, for callers that take gzip: the page's document with data
//! in it, and what a program answers at length. The files of a page are packed before
//! ([`bundle`](crate::bundle)).

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;

use crate::encoding::Accepted;

/// Bytes from which packing is worth its time.
const LEAST: usize = 1_024;

/// `bytes` in gzip; `None` where the caller does not take it, or they are few.
pub fn gzip(headers: &HeaderMap, bytes: &[u8]) -> Option<Vec<u8>> {
    let accepted = Accepted::read(headers);
    if bytes.len() < LEAST || accepted.gzip == 0 || accepted.gzip < accepted.plain {
        return None;
    }
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(bytes).ok()?;
    writer.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use http::HeaderValue;
    use http::header::ACCEPT_ENCODING;

    use super::*;

    #[test]
    fn what_is_long_is_packed_for_who_takes_it() {
        let packed = |offer: &'static str, bytes: &[u8]| {
            let offer = HeaderValue::from_static(offer);
            gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, offer)]), bytes)
        };
        let long = b"{\"power_w\":11040}".repeat(100);
        let short = packed("gzip, deflate, br", &long).unwrap();
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&short[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, long);
        assert!(short.len() * 10 < long.len(), "{}", short.len());
        assert_eq!(packed("br, gzip;q=0", &long), None);
        assert_eq!(packed("identity, gzip;q=0.5", &long), None);
        assert_eq!(packed("gzip", b"{}"), None);
        assert_eq!(gzip(&HeaderMap::new(), &long), None);
    }
}
