//! What a kernel function returns.

use super::FaultFlags;
use crate::entry::{Slot, XEntry};
use crate::errno::Errno;
use crate::units::Block;

/// What a kernel function returns, as recordings write it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// Nothing worth a word.
    Void,
    /// An entry, a page or NULL.
    Slot(Slot),
    /// A negative error.
    Error(Errno),
    /// `VM_FAULT_*` flags.
    Fault(FaultFlags),
    /// A number.
    Number(i64),
    /// An entry of the XArray's era, or none.
    Entry(Option<XEntry>),
    /// A smaller entry is in the range.
    Conflict,
    /// Fault flags in the place of an entry.
    NoEntry(FaultFlags),
    /// A block of the device, or none.
    Block(Option<Block>),
}

impl From<Option<XEntry>> for Value {
    fn from(entry: Option<XEntry>) -> Value {
        Value::Entry(entry)
    }
}

impl From<XEntry> for Value {
    fn from(entry: XEntry) -> Value {
        Value::Entry(Some(entry))
    }
}

impl From<Result<XEntry, FaultFlags>> for Value {
    fn from(entry: Result<XEntry, FaultFlags>) -> Value {
        entry.map_or_else(Value::NoEntry, Value::from)
    }
}

impl From<Option<Block>> for Value {
    fn from(block: Option<Block>) -> Value {
        Value::Block(block)
    }
}

impl From<()> for Value {
    fn from((): ()) -> Value {
        Value::Void
    }
}

impl From<Slot> for Value {
    fn from(slot: Slot) -> Value {
        Value::Slot(slot)
    }
}

impl From<FaultFlags> for Value {
    fn from(flags: FaultFlags) -> Value {
        Value::Fault(flags)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Number(value.into())
    }
}

impl<T: Into<Value>> From<Result<T, Errno>> for Value {
    fn from(result: Result<T, Errno>) -> Value {
        match result {
            Ok(value) => match value.into() {
                Value::Void => Value::Number(0),
                value => value,
            },
            Err(errno) => Value::Error(errno),
        }
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Number(number as i64)
    }
}
