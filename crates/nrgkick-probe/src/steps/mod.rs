//! The steps of a run, in their order: reading first, then what is written, then what the owner has
//! to do something for.

mod custom_api;
mod documents;
mod http;
mod limit;
mod modbus;
mod modbus_writes;
mod numbers;
mod parallel;
mod quantity;
mod writes;

use crate::owner::Owner;
use crate::session::{Session, Skip};

/// The effect of a step on the charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It reads.
    Reads,
    /// It writes, with consent, and only while no vehicle charges, unless asked for.
    Writes,
    /// It needs the owner's hands.
    Asks,
}

macro_rules! steps {
    ($( $id:ident $effect:ident $title:literal $about:literal $run:path; )*) => {
        /// A step.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Step {
            $( #[doc = $about] $id, )*
        }

        impl Step {
            /// Every step, in the order of a run.
            pub const ALL: &[Self] = &[$( Self::$id, )*];

            /// Returns its title.
            pub const fn title(self) -> &'static str {
                match self { $( Self::$id => $title, )* }
            }

            /// Returns what it does, in one or two sentences.
            pub const fn about(self) -> &'static str {
                match self { $( Self::$id => $about, )* }
            }

            /// Returns what it does to the charger.
            pub const fn effect(self) -> Effect {
                match self { $( Self::$id => Effect::$effect, )* }
            }

            pub(crate) async fn run<O: Owner>(self, s: &mut Session<'_, O>) -> Result<(), Skip> {
                match self { $( Self::$id => $run(s).await, )* }
            }
        }
    };
}

steps! {
    Api Reads "Which APIs are on" "Reads /api." documents::api;
    Documents Reads "The documents" "Reads /info, /values and /control, with codes as names and as numbers." documents::documents;
    Headers Reads "Answers to a page of another origin" "Reads /values as a browser does for a page from elsewhere, and looks at the headers and at the connection." http::headers;
    Preflight Reads "The question before the question" "Sends OPTIONS as a browser does before such a request." http::preflight;
    Password Reads "Without the password" "Where a password is set: reads without it." http::password;
    Unknown Reads "What does not exist" "Reads a path and a flag that do not exist, and groups that this unit does not have." http::unknown;
    RawZero Reads "The flag raw=0" "Reads /values?raw=0." http::raw_zero;
    Decimals Reads "Decimals" "Reads /values a few times more, to see how numbers are printed. Best while a vehicle charges." numbers::decimals;
    ParallelHttp Reads "Several clients at once" "Opens six connections for HTTP at the same time, with one read each." parallel::http;
    Modbus Reads "The registers" "Reads values over Modbus." modbus::open;
    Units Reads "Other Modbus units" "Reads one register of the units 2, 0 and 255." modbus::units;
    Refusals Reads "Reads that are not allowed" "Over Modbus, reads half of a value, a register beyond the last, those of a group that this unit does not have, and input registers." modbus::refusals;
    Quantity Reads "The longest read" "Reads more and more registers at once, up to 126." quantity::most;
    Floats Reads "The order of words" "Compares a number with decimals over Modbus and over HTTP." modbus::floats;
    ParallelModbus Reads "Several Modbus clients at once" "Opens six Modbus connections at the same time, with one read each." parallel::modbus;
    UnknownKey Writes "A setting that does not exist" "Sends a write of a setting that does not exist. Nothing should change." writes::unknown_key;
    SamePhases Writes "Is phase switching allowed?" "Writes the number of phases that is set already. Nothing should change." writes::same_phases;
    SamePause Writes "Is solar charging in control?" "Writes the pause that is set already. Nothing should change." writes::same_pause;
    SameCurrent Writes "The current, once more" "Writes the current that is set already. Nothing should change." writes::same_current;
    Lag Writes "How soon a write shows" "Changes the current by 0.1 A, waits until that shows, and puts it back." writes::lag;
    AboveRated Writes "More than the rated current" "Only on a unit for less than 32 A: sets more, which it may refuse, and puts it back." writes::above_rated;
    ModbusReadOnly Writes "A register that is only read" "Writes the measured frequency over Modbus with the value that it has. Nothing should change." modbus_writes::read_only;
    ModbusHalf Writes "Half of a setting" "Writes one of the two registers of the energy limit with the value that it has. Nothing should change." modbus_writes::half;
    ModbusRange Writes "A current out of range" "Writes 5.0 A over Modbus, which it should refuse, and puts the current back." modbus_writes::out_of_range;
    ModbusPhases Writes "Phases over Modbus" "Writes the number of phases that is set already. Nothing should change." modbus_writes::same_phases;
    ModbusPause Writes "The pause over Modbus" "Writes the pause that is set already. Nothing should change." modbus_writes::same_pause;
    LimitAfterUnplug Asks "Does the energy limit outlive unplugging?" "With a vehicle plugged in: sets an energy limit of 500 kWh, asks you to unplug, looks, and puts the limit back." limit::after_unplug;
    CustomApi Asks "The charger's own questions" "Only with --custom-api: listens for the charger that asks this machine for values." custom_api::watch;
}
