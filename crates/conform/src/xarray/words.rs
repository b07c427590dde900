//! Words as they are recorded.

use daxscope_core::errno::Errno;
use daxscope_core::tree::xarray::{Place, Word, XArray};
use serde_json::{Value, json};

/// A word that a user may store or compare with: a number or null.
pub(super) fn user_word(value: &Value) -> Option<Word> {
    match value {
        Value::Null => Some(Word::NULL),
        Value::Number(number) => Word::from_bits(number.as_u64()?),
        _ => None,
    }
}

/// Any word that a reader may have got, the internal ones too. Which node a word leads to does not matter for what is
/// asked of it.
pub(super) fn seen_word(value: &Value) -> Option<Word> {
    match value {
        Value::String(text) if text == "retry" => Some(Word::RETRY),
        Value::String(text) if text == "zero" => Some(Word::ZERO),
        Value::String(text) if text.starts_with("sib:") => Some(Word::NULL),
        Value::Object(_) => Some(Word::NULL),
        _ => user_word(value),
    }
}

/// A word that an operation answered with.
pub(super) fn told(word: Word, array: &XArray) -> Value {
    if let Some(canonical) = word.as_sibling() {
        return json!(format!("sib:{canonical}"));
    }
    if word.is_node() {
        return json!({"node": place(array.place_of(word))});
    }
    match word {
        Word::NULL => Value::Null,
        Word::RETRY => json!("retry"),
        Word::ZERO => json!("zero"),
        _ => json!(word.bits()),
    }
}

/// Where a state stands or a node is.
pub(super) fn place(place: Place) -> String {
    match place {
        Place::Restart => "restart".to_owned(),
        Place::Bounds => "bounds".to_owned(),
        Place::Head => "head".to_owned(),
        Place::Failed(_) => "err".to_owned(),
        Place::Freed => "freed".to_owned(),
        Place::Node(first, shift) => format!("{first}/{shift}"),
    }
}

/// An error as a result.
pub(super) fn error(errno: Errno) -> Value {
    json!(-i64::from(errno.0))
}
