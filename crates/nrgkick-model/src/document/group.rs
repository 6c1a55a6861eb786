//! Structs of optional values, and their conversion from and to readings by path.
//!
//! Not derived by serde: the table already has every type and every tolerance, and a second decoder
//! would increase the size of the page.

use crate::code::{
    AttachmentType, CellularMode, ChargingStatus, Code, ErrorCode, GridPhases, RcdTrigger,
    RelayState, WarningCode,
};
use crate::field::Field;
use crate::reading::{Readings, Scalar};

/// A value, or a group of values, at a path.
pub(super) trait Node: Sized {
    /// Takes the value out of `readings`; `None` if there is none.
    fn take(readings: &Readings, path: &str) -> Option<Self>;

    /// Puts the value into `readings`.
    fn put(&self, readings: &mut Readings, path: &str);
}

/// Reads the value of the row at `path`.
fn scalar<'r>(readings: &'r Readings, path: &str) -> Option<&'r Scalar> {
    readings.reported(Field::at(path)?.id)
}

/// Sets the value of the row at `path`.
fn set(readings: &mut Readings, path: &str, scalar: Scalar) {
    if let Some(field) = Field::at(path) {
        readings.set(field.id, Some(scalar));
    }
}

macro_rules! leaf {
    ($type:ty, $scalar:pat => $take:expr, $value:ident => $put:expr) => {
        impl Node for $type {
            fn take(readings: &Readings, path: &str) -> Option<Self> {
                match scalar(readings, path)? {
                    $scalar => $take,
                    _ => None,
                }
            }

            fn put(&self, readings: &mut Readings, path: &str) {
                let $value = self;
                set(readings, path, $put);
            }
        }
    };
}

leaf!(String, Scalar::Text(text) => Some(text.clone()), text => Scalar::Text(text.clone()));
leaf!(u8, Scalar::Unsigned(n) => Self::try_from(*n).ok(), n => Scalar::Unsigned((*n).into()));
leaf!(u16, Scalar::Unsigned(n) => Self::try_from(*n).ok(), n => Scalar::Unsigned((*n).into()));
leaf!(u32, Scalar::Unsigned(n) => Self::try_from(*n).ok(), n => Scalar::Unsigned((*n).into()));
leaf!(u64, Scalar::Unsigned(n) => Some(*n), n => Scalar::Unsigned(*n));
leaf!(i8, Scalar::Signed(n) => Self::try_from(*n).ok(), n => Scalar::Signed((*n).into()));
leaf!(f64, Scalar::Decimal(n) => Some(*n), n => Scalar::Decimal(*n));
leaf!(bool, Scalar::Flag(flag) => Some(*flag), flag => Scalar::Flag(*flag));

macro_rules! code_leaves {
    ($($code:ident),*) => {
        $( leaf!($code, Scalar::Code(Code::$code(code)) => Some(*code), code => Scalar::Code(Code::$code(*code))); )*
    };
}

code_leaves!(
    AttachmentType,
    CellularMode,
    ChargingStatus,
    ErrorCode,
    GridPhases,
    RcdTrigger,
    RelayState,
    WarningCode
);

/// Declares a struct of optional values, one row of Rust per key; `as "…"` if the key is not a Rust
/// name.
macro_rules! optional {
    (
        $(#[$attribute:meta])*
        $name:ident { $( $(#[$field:meta])* $key:ident $(as $wire:literal)?: $type:ty, )* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( $(#[$field])* pub $key: Option<$type>, )*
        }

        impl crate::document::group::Node for $name {
            fn take(readings: &crate::reading::Readings, path: &str) -> Option<Self> {
                let group = Self {
                    $( $key: crate::document::group::Node::take(
                        readings,
                        &format!("{path}.{}", crate::document::group::wire!($key $($wire)?)),
                    ), )*
                };
                (group != Self::default()).then_some(group)
            }

            fn put(&self, readings: &mut crate::reading::Readings, path: &str) {
                $( if let Some(value) = &self.$key {
                    let path = format!("{path}.{}", crate::document::group::wire!($key $($wire)?));
                    crate::document::group::Node::put(value, readings, &path);
                } )*
            }
        }

        #[cfg(test)]
        impl $name {
            pub(super) const KEYS: usize = [$(stringify!($key)),*].len();
        }
    };
}

/// The key on the wire.
macro_rules! wire {
    ($key:ident) => {
        stringify!($key)
    };
    ($key:ident $wire:literal) => {
        $wire
    };
}

/// Makes such a struct one of the three documents, with serde's traits.
macro_rules! document {
    ($name:ident) => {
        impl crate::document::Document for $name {
            const NAME: crate::field::DocumentName = crate::field::DocumentName::$name;

            fn from_readings(readings: &crate::reading::Readings) -> Self {
                crate::document::group::Node::take(readings, Self::NAME.name()).unwrap_or_default()
            }

            fn readings(&self) -> crate::reading::Readings {
                let mut readings = crate::reading::Readings::default();
                crate::document::group::Node::put(self, &mut readings, Self::NAME.name());
                readings
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use crate::document::Document as _;
                self.readings().serialize_as(Self::NAME, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use crate::document::Document as _;
                let value = serde_json::Value::deserialize(deserializer)?;
                Self::decode(&value).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use {document, optional, wire};
