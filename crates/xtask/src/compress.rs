//! Compression for browsers at the strongest settings: made once, sent often.

use std::{io::Write as _, num::NonZeroU64, path::Path};

const QUALITY: u32 = 11;
const WINDOW: u32 = 22;
/// More save a few bytes for as much time again.
const ITERATIONS: NonZeroU64 = NonZeroU64::new(40).expect("not zero");

/// Compresses with brotli at quality 11 and a window of 4 MiB.
pub(crate) fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, QUALITY, WINDOW);
    // Writing to memory does not fail.
    let _ = writer.write_all(bytes);
    writer.into_inner()
}

/// Compresses with gzip, some 4 % better than its level 9, for half a minute more of a page's build.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut small = Vec::new();
    let options = zopfli::Options { iteration_count: ITERATIONS, ..zopfli::Options::default() };
    // Reading from memory and writing to it does not fail.
    let _ = zopfli::compress(options, zopfli::Format::Gzip, bytes, &mut small);
    small
}

/// `true` if `file` is the compressed form of another one.
pub(crate) fn is_compressed(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "br" || ending == "gz")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn what_is_compressed_comes_back() {
        let bytes = b"charger ".repeat(1_000);
        let small = brotli(&bytes);
        assert!(small.len() < 100);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut small.as_slice(), &mut back).unwrap();
        assert_eq!(back, bytes);
        let small = gzip(&bytes);
        assert!(small.len() < 100);
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(small.as_slice()).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
    }
}
