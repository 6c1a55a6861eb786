//! Devices of one kind by their number: an object keyed by `"0"`, `"1"` …, never an array.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// The number of a device, 0 to 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIndex(u8);

impl DeviceIndex {
    /// The first device.
    pub const FIRST: Self = Self(0);
    /// The number of device numbers.
    pub const COUNT: u8 = 5;

    /// Returns the index; `None` from 5 on.
    pub const fn new(number: u8) -> Option<Self> {
        if number < Self::COUNT { Some(Self(number)) } else { None }
    }

    /// Parses one digit, as in the documents.
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [digit @ b'0'..=b'9'] => Self::new(digit - b'0'),
            _ => None,
        }
    }

    /// Returns all five.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// Returns the number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for DeviceIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// At most `MAX` devices of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Devices<T, const MAX: u8>(BTreeMap<DeviceIndex, T>);

impl<T, const MAX: u8> Default for Devices<T, MAX> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T, const MAX: u8> Devices<T, MAX> {
    /// Returns `true` if there is no device.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of devices.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the device of this number.
    pub fn get(&self, index: DeviceIndex) -> Option<&T> {
        self.0.get(&index)
    }

    /// Returns all devices, by their number.
    pub fn iter(&self) -> impl Iterator<Item = (DeviceIndex, &T)> {
        self.0.iter().map(|(index, device)| (*index, device))
    }
}

impl<T: Serialize, const MAX: u8> Serialize for Devices<T, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(index, device)| (index.to_string(), device)))
    }
}

impl<'de, T: Deserialize<'de>, const MAX: u8> Deserialize<'de> for Devices<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByNumber(PhantomData))
    }
}

struct ByNumber<T, const MAX: u8>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: u8> Visitor<'de> for ByNumber<T, MAX> {
    type Value = Devices<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of at most {MAX} devices keyed by \"0\" to \"{}\"", MAX - 1)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut devices = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            let index = DeviceIndex::parse(&key).filter(|index| index.get() < MAX);
            let index = index.ok_or_else(|| {
                A::Error::custom(format_args!(
                    "there is no device {key:?}: devices are numbered \"0\" to \"{}\"",
                    MAX - 1
                ))
            })?;
            if devices.insert(index, map.next_value()?).is_some() {
                return Err(A::Error::custom(format_args!("device {key:?} is there twice")));
            }
        }
        Ok(Devices(devices))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_keys_of_an_object() {
        let devices: Devices<u8, 5> = serde_json::from_str(r#"{"4":1,"0":2}"#).unwrap();
        assert_eq!(serde_json::to_string(&devices).unwrap(), r#"{"0":2,"4":1}"#);
        assert_eq!((devices.len(), devices.get(DeviceIndex::FIRST)), (2, Some(&2)));
    }

    #[test]
    fn what_is_no_device_is_refused_by_its_key() {
        for bad in [r#"{"5":1}"#, r#"{"-1":1}"#, r#"{"00":1}"#, r#"{"0":1,"0":2}"#, "[1]", "1"] {
            assert!(serde_json::from_str::<Devices<u8, 5>>(bad).is_err(), "{bad}");
        }
        let error = serde_json::from_str::<Devices<u8, 1>>(r#"{"1":1}"#).unwrap_err();
        assert!(error.to_string().contains("no device \"1\""), "{error}");
    }
}
