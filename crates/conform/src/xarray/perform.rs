//! What the engine makes of each operation.

use daxscope_core::errno::Errno;
use daxscope_core::tree::xarray::{AllocationFailures, Word, XArray, Xas, smallest_order_of_one_split};
use serde_json::{Value, json};

use super::op::{Kind, OnState, Op, Simple};
use super::words::{error, told};
use super::{Bench, Outcome, loops};

pub(super) fn perform(op: &Op, bench: &mut Bench) -> Outcome {
    let Bench { array, registers } = bench;
    let xas = &mut registers[op.register.unwrap_or_default()];
    let mut warnings = 0;
    let result = match op.kind {
        Kind::Step(OnState::SplitAlloc(order)) => {
            warnings = u64::from(xas.split_alloc(array, order));
            Value::Null
        }
        Kind::Step(step) => on_state(step, xas, array),
        Kind::Loop(whole) => loops::run(whole, xas, array),
        Kind::Simple(simple) => by_index(simple, array),
    };
    Outcome { result, warnings }
}

fn on_state(step: OnState, xas: &mut Xas, array: &mut XArray) -> Value {
    if let Some(word) = answering(step, xas, array) {
        return told(word, array);
    }
    match step {
        OnState::State(index, order) => *xas = Xas::with_order(index, order),
        OnState::Set(index) => xas.set(index),
        OnState::SetOrder(index, order) => xas.set_order(index, order),
        OnState::Reset => xas.reset(),
        OnState::Advance(index) => xas.advance(array, index),
        OnState::SetError(errno) => xas.set_error(Errno(errno)),
        OnState::SetMark(mark) => xas.set_mark(array, mark),
        OnState::ClearMark(mark) => xas.clear_mark(array, mark),
        OnState::InitMarks => xas.init_marks(array),
        OnState::GetMark(mark) => return json!(u8::from(xas.get_mark(array, mark))),
        OnState::Pause => xas.pause(array),
        OnState::Retry(word) => return json!(u8::from(xas.retry(word))),
        OnState::NoMem => return json!(u8::from(xas.nomem(array))),
        OnState::Destroy => xas.destroy(array),
        OnState::Order => return json!(xas.order(array)),
        OnState::CreateRange => xas.create_range(array),
        OnState::Split(word, order) => xas.split(array, word, order),
        OnState::TrySplit(word, order) => xas.try_split(array, word, order),
        _ => {}
    }
    Value::Null
}

/// Operations that answer with an entry.
fn answering(step: OnState, xas: &mut Xas, array: &mut XArray) -> Option<Word> {
    Some(match step {
        OnState::Load => xas.load(array),
        OnState::Reload => xas.reload(array),
        OnState::Conflict => xas.find_conflict(array),
        OnState::Store(word) => xas.store(array, word),
        OnState::Find(max) => xas.find(array, max),
        OnState::NextEntry(max) => xas.next_entry(array, max),
        OnState::FindMarked(max, mark) => xas.find_marked(array, max, mark),
        OnState::NextMarked(max, mark) => xas.next_marked(array, max, mark),
        OnState::Next => xas.next(array),
        OnState::Prev => xas.prev(array),
        _ => return None,
    })
}

fn by_index(simple: Simple, array: &mut XArray) -> Value {
    let word = |array: &XArray, result: Result<Word, Errno>| result.map_or_else(error, |word| told(word, array));
    let done = |result: Result<(), Errno>, ok: Value| result.map_or_else(error, |()| ok);
    match simple {
        Simple::Load(index) => told(array.load(index), array),
        Simple::Store(index, new) => {
            let result = array.store(index, new);
            word(array, result)
        }
        Simple::Erase(index) => {
            let old = array.erase(index);
            told(old, array)
        }
        Simple::CompareExchange(index, old, new) => {
            let result = array.compare_exchange(index, old, new);
            word(array, result)
        }
        Simple::Insert(index, new) => done(array.insert(index, new), json!(0)),
        Simple::Reserve(index) => done(array.reserve(index), json!(0)),
        Simple::Release(index) => {
            array.release(index);
            Value::Null
        }
        Simple::StoreRange(first, last, new) => done(array.store_range(first, last, new), Value::Null),
        Simple::SetMark(index, mark) => {
            array.set_mark(index, mark);
            Value::Null
        }
        Simple::ClearMark(index, mark) => {
            array.clear_mark(index, mark);
            Value::Null
        }
        Simple::GetMark(index, mark) => json!(u8::from(array.get_mark(index, mark))),
        Simple::Marked(mark) => json!(u8::from(array.is_marked(mark))),
        Simple::IsEmpty => json!(u8::from(array.is_empty())),
        Simple::Order(index) => json!(array.order_at(index)),
        Simple::Find(index, max, filter) => found(array.find(index, max, filter), index, array),
        Simple::FindAfter(index, max, filter) => found(array.find_after(index, max, filter), index, array),
        Simple::Entries(first, last) => loops::pairs(&array.entries(first, last), array),
        Simple::Extract(first, max, count, filter) => {
            array.extract(first, max, count, filter).into_iter().map(|word| told(word, array)).collect()
        }
        Simple::Destroy => {
            array.destroy();
            Value::Null
        }
        Simple::SmallestOrder(order) => json!(smallest_order_of_one_split(order)),
        Simple::FailAllocations(succeed, fail) => {
            array.fail_allocations(AllocationFailures { succeed, fail });
            Value::Null
        }
    }
}

/// An entry with its index; the index stays what it was if there is none.
fn found(result: Option<(u64, Word)>, index: u64, array: &XArray) -> Value {
    let (index, word) = result.unwrap_or((index, Word::NULL));
    json!([index, told(word, array)])
}
