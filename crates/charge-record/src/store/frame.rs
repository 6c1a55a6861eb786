//! The first page of the file, which is ours: what the file is, and its version. The database begins
//! behind it, so that a foreign or newer file is known before anything of it is touched.

use std::io;
use std::ops::Bound;

use redb::{BackendError, StorageBackend};

/// The version of the file that this program writes.
pub const VERSION: u32 = 1;
/// Bytes of the first page.
pub const PAGE: u64 = 4096;
/// The page has the mark twice, so that a file with a damaged one is still known as ours.
const COPY: usize = 2048;
const MARK: &str = "NRGkick Web, record of charges, version ";

/// What a file is by its first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Nothing yet, or a page that was not finished.
    Empty,
    /// Ours.
    Ours,
    /// Ours, of a later version.
    Newer(u32),
    /// Something else.
    Foreign,
}

/// The first page.
pub fn page() -> Vec<u8> {
    let mark = format!("{MARK}{VERSION}\n");
    let mut page = vec![0; usize::try_from(PAGE).unwrap_or_default()];
    page[..mark.len()].copy_from_slice(mark.as_bytes());
    page[COPY..COPY + mark.len()].copy_from_slice(mark.as_bytes());
    page
}

/// Tells a file by its first bytes, at most [`PAGE`] of them.
pub fn head(bytes: &[u8]) -> Head {
    let at = |start: usize| bytes.get(start..).and_then(version);
    match at(0).or_else(|| at(COPY)) {
        Some(VERSION) if bytes.len() < page().len() => Head::Empty,
        Some(VERSION) => Head::Ours,
        Some(other) => Head::Newer(other),
        None if page().starts_with(bytes) => Head::Empty,
        None => Head::Foreign,
    }
}

fn version(bytes: &[u8]) -> Option<u32> {
    let rest = bytes.strip_prefix(MARK.as_bytes())?;
    let end = rest.iter().position(|byte| *byte == b'\n').filter(|end| *end <= 10)?;
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

/// A storage behind the first page.
#[derive(Debug)]
pub struct Framed<B>(pub B);

impl<B: StorageBackend> StorageBackend for Framed<B> {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(self.0.len()?.saturating_sub(PAGE))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.0.read(behind(offset)?, out)
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.0.set_len(behind(len)?)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.0.write(behind(offset)?, data)
    }

    fn close(&self) -> Result<(), io::Error> {
        self.0.close()
    }

    // The bytes of locks are far behind the end of any file, and mean the whole of it.
    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.0.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.query_lock_range(start, end)
    }
}

fn behind(offset: u64) -> io::Result<u64> {
    offset.checked_add(PAGE).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_page() {
        assert_eq!(head(&page()), Head::Ours);
        let mut damaged = page();
        damaged[..512].fill(7);
        assert_eq!(head(&damaged), Head::Ours, "the second mark is still there");
        assert_eq!(head(b"NRGkick Web, record of charges, version 2\n"), Head::Newer(2));
        assert_eq!(head(b""), Head::Empty);
        for cut in [1, 20, 100, 4095] {
            assert_eq!(head(&page()[..cut]), Head::Empty, "{cut}");
        }
        for foreign in [&b"SQLite format 3\0"[..], b"redb\x1a", b"{}", &[0; 4096]] {
            assert_eq!(head(foreign), Head::Foreign, "{foreign:?}");
        }
    }
}
