//! The first place in which a recorded value and ours differ.

use serde::Serialize;
use serde_json::Value;

/// A field, what was recorded in it, and what the engine says.
pub(crate) type Difference = (String, String, String);

/// The difference in one field, if there is one.
pub(crate) fn field<T: PartialEq + Serialize>(name: &str, expected: &T, got: &T) -> Option<Difference> {
    let text = |value: &T| serde_json::to_string(value).unwrap_or_else(|error| error.to_string());
    (expected != got).then(|| (name.to_string(), text(expected), text(got)))
}

/// Of two lists the first element that differs, of anything else the whole.
pub(crate) fn result_difference(expected: &Value, got: &Value) -> Difference {
    let (Some(a), Some(b)) = (expected.as_array(), got.as_array()) else {
        return ("r".into(), expected.to_string(), got.to_string());
    };
    match a.iter().zip(b).enumerate().find(|(_, (a, b))| a != b) {
        Some((i, (a, b))) => (format!("r[{i}]"), a.to_string(), b.to_string()),
        None => ("r.length".into(), a.len().to_string(), b.len().to_string()),
    }
}
