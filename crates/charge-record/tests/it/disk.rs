//! A disk in memory that stops at any byte, loses what was not synchronised, or has no room.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use redb::StorageBackend;

#[derive(Debug, Default)]
pub(crate) struct Plate {
    pub(crate) bytes: Vec<u8>,
    /// As of the last synchronisation.
    pub(crate) safe: Vec<u8>,
    /// Bytes that can be written before the power goes.
    pub(crate) left: Option<u64>,
    pub(crate) written: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<Plate>>);

impl Disk {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        let plate = Plate { safe: bytes.clone(), bytes, ..Plate::default() };
        Self(Arc::new(Mutex::new(plate)))
    }

    pub(crate) fn plate(&self) -> MutexGuard<'_, Plate> {
        self.0.lock().unwrap()
    }
}

fn out_of_power() -> io::Error {
    io::Error::other("the power is gone")
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(self.plate().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let start = usize::try_from(offset).unwrap();
        let plate = self.plate();
        let found = plate.bytes.get(start..start + out.len());
        out.copy_from_slice(found.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        let mut plate = self.plate();
        if plate.left == Some(0) {
            return Err(out_of_power());
        }
        plate.bytes.resize(usize::try_from(len).unwrap(), 0);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        let mut plate = self.plate();
        if plate.left == Some(0) {
            return Err(out_of_power());
        }
        plate.safe = plate.bytes.clone();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        let start = usize::try_from(offset).unwrap();
        let mut plate = self.plate();
        let fits = plate.left.unwrap_or(u64::MAX).min(data.len() as u64);
        let part = usize::try_from(fits).unwrap();
        plate.bytes[start..start + part].copy_from_slice(&data[..part]);
        plate.written += fits;
        plate.left = plate.left.map(|left| left - fits);
        if part < data.len() { Err(out_of_power()) } else { Ok(()) }
    }
}
