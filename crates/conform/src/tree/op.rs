//! The operations of the tree recordings, and what the engine makes of each.

use daxscope_core::radix::{Iter, MAX_ORDER, RadixTree, Tag, TreeError};
use serde_json::{Value, json};

/// Where the recorder cut a full iteration. The README does not say so, but the one recorded list that is longer than
/// a thousand (join-1010, step 59) has exactly this length and stops in the middle of a node whose recorded state goes
/// on with entries of the same kind. Everything up to the cut is compared.
const ITERATION_CUT: usize = 4097;

/// An operation, as recorded.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Insert(u64, u8, u64),
    Delete(u64),
    DeleteItem(u64, u64),
    Get(u64),
    TagSet(u64, Tag),
    TagClear(u64, Tag),
    TagGet(u64, Tag),
    Tagged(Tag),
    Gang(u64, usize),
    GangWithIndex(u64, usize),
    GangTagged(u64, usize, Tag),
    Iter(u64),
    IterContiguous(u64),
    IterTagged(u64, Tag),
    TagIfTagged(Tag, Tag, u64),
    ReplaceSlot(u64, u64),
    Replace(u64, u64),
    Join(u64, u8, u64),
    SplitFill(u64, u8, u64),
    FailAllocation(u64),
}

/// What an operation answered.
pub(super) struct Outcome {
    pub(super) result: Value,
    pub(super) warnings: u64,
}

impl Op {
    pub(super) fn parse(words: &[Value]) -> Result<Self, String> {
        let fault = |what: &str| format!("{what} in operation {}", Value::from(words.to_vec()));
        let (name, numbers) = words.split_first().ok_or_else(|| fault("no name"))?;
        let name = name.as_str().ok_or_else(|| fault("no name"))?;
        let numbers: Option<Vec<u64>> = numbers.iter().map(Value::as_u64).collect();
        let numbers = numbers.ok_or_else(|| fault("something that is no 64-bit number"))?;
        let tag = |number| Tag::from_index(number).ok_or_else(|| fault("no such tag"));
        let max = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let order = |number| {
            let order = u8::try_from(number).ok().filter(|&order| order <= MAX_ORDER);
            order.ok_or_else(|| fault("no such order"))
        };
        Ok(match (name, numbers.as_slice()) {
            ("ins", &[i, o, v]) => Self::Insert(i, order(o)?, v),
            ("del", &[i]) => Self::Delete(i),
            ("deli", &[i, v]) => Self::DeleteItem(i, v),
            ("get", &[i]) => Self::Get(i),
            ("tset", &[i, t]) => Self::TagSet(i, tag(t)?),
            ("tclr", &[i, t]) => Self::TagClear(i, tag(t)?),
            ("tget", &[i, t]) => Self::TagGet(i, tag(t)?),
            ("tagged", &[t]) => Self::Tagged(tag(t)?),
            ("gang", &[f, n]) => Self::Gang(f, max(n)),
            ("gangs", &[f, n]) => Self::GangWithIndex(f, max(n)),
            ("gangt", &[f, n, t]) => Self::GangTagged(f, max(n), tag(t)?),
            ("iter", &[f]) => Self::Iter(f),
            ("iterc", &[f]) => Self::IterContiguous(f),
            ("itert", &[f, t]) => Self::IterTagged(f, tag(t)?),
            ("itag", &[a, b, m]) => Self::TagIfTagged(tag(a)?, tag(b)?, m),
            ("rep", &[i, v]) => Self::ReplaceSlot(i, v),
            ("repl", &[i, v]) => Self::Replace(i, v),
            ("join", &[i, o, v]) => Self::Join(i, order(o)?, v),
            ("splitfill", &[i, o, v]) => Self::SplitFill(i, order(o)?, v),
            ("failalloc", &[k]) => Self::FailAllocation(k),
            _ => return Err(fault("unknown name or wrong number of arguments")),
        })
    }

    pub(super) fn apply(self, tree: &mut RadixTree) -> Outcome {
        let mut warnings = 0;
        let result = match self {
            Self::Insert(i, o, v) => status(tree.insert(i, o, v)),
            Self::Delete(i) => json!(tree.delete(i)),
            Self::DeleteItem(i, v) => json!(tree.delete_item(i, v)),
            Self::Get(i) => json!(tree.lookup(i)),
            Self::TagSet(i, t) => tree.tag_set(i, t).map_or_else(error, |word| json!(word)),
            Self::TagClear(i, t) => json!(tree.tag_clear(i, t)),
            Self::TagGet(i, t) => json!(u8::from(tree.tag_get(i, t))),
            Self::Tagged(t) => json!(u8::from(tree.tagged(t))),
            Self::Gang(f, n) => json!(tree.gang_lookup(f, n)),
            Self::GangWithIndex(f, n) => json!(tree.gang_lookup_with_index(f, n)),
            Self::GangTagged(f, n, t) => json!(tree.gang_lookup_tag(f, n, t)),
            Self::Iter(f) => iteration(tree.iter(f)),
            Self::IterContiguous(f) => iteration(tree.iter_contig(f)),
            Self::IterTagged(f, t) => iteration(tree.iter_tagged(f, t)),
            Self::TagIfTagged(a, b, m) => json!(tree.range_tag_if_tagged(0, m, u64::MAX, a, b).0),
            Self::ReplaceSlot(i, v) => {
                let replaced = tree.replace_slot(i, v);
                warnings = replaced.map_or(0, |replaced| u64::from(replaced.warned));
                json!(replaced.map(|replaced| replaced.old))
            }
            Self::Replace(i, v) => json!(tree.replace(i, v)),
            Self::Join(i, o, v) => status(tree.join(i, o, v)),
            Self::SplitFill(i, o, v) => status(tree.split_fill(i, o, v).map(|_| ())),
            Self::FailAllocation(k) => {
                tree.fail_allocation_after = Some(k);
                json!(0)
            }
        };
        Outcome { result, warnings }
    }
}

fn iteration(entries: Iter<'_>) -> Value {
    json!(entries.take(ITERATION_CUT).collect::<Vec<_>>())
}

fn status(result: Result<(), TreeError>) -> Value {
    result.map_or_else(error, |()| json!(0))
}

fn error(error: TreeError) -> Value {
    match error {
        TreeError::NoEnt => json!(-2),
        TreeError::NoMem => json!(-12),
        TreeError::Exist => json!(-17),
        TreeError::Bug => json!(super::BUG),
    }
}
