//! The operations of the XArray recordings.

use daxscope_core::tree::xarray::{Filter, Mark, Word};
use serde_json::Value;

use super::words;

/// States that a sequence has.
pub(super) const REGISTERS: usize = 4;
/// The largest order that a state can have.
const MAX_ORDER: u8 = 63;
/// The filter that lets all entries through (`XA_PRESENT`).
const PRESENT: u64 = 8;

/// An operation, as recorded, and the state it uses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Op {
    pub(super) register: Option<usize>,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Step(OnState),
    Loop(Loop),
    Simple(Simple),
}

/// One operation on a state.
#[derive(Clone, Copy, Debug)]
pub(super) enum OnState {
    State(u64, u8),
    Set(u64),
    SetOrder(u64, u8),
    Reset,
    Advance(u64),
    SetError(u16),
    Load,
    Reload,
    Conflict,
    Store(Word),
    SetMark(Mark),
    ClearMark(Mark),
    InitMarks,
    GetMark(Mark),
    Find(u64),
    NextEntry(u64),
    FindMarked(u64, Mark),
    NextMarked(u64, Mark),
    Next,
    Prev,
    Pause,
    Retry(Word),
    NoMem,
    Destroy,
    Order,
    CreateRange,
    SplitAlloc(u8),
    Split(Word, u8),
    TrySplit(Word, u8),
}

/// A whole loop over entries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Loop {
    Each { max: u64, pause: u64 },
    Marked { max: u64, mark: Mark, pause: u64 },
    Conflicts,
    Delete(u64),
    ClearMarks(u64),
    Tag { max: u64, from: Mark, to: Mark, pause: u64 },
}

/// An operation by index.
#[derive(Clone, Copy, Debug)]
pub(super) enum Simple {
    Load(u64),
    Store(u64, Word),
    Erase(u64),
    CompareExchange(u64, Word, Word),
    Insert(u64, Word),
    Reserve(u64),
    Release(u64),
    StoreRange(u64, u64, Word),
    SetMark(u64, Mark),
    ClearMark(u64, Mark),
    GetMark(u64, Mark),
    Marked(Mark),
    IsEmpty,
    Order(u64),
    Find(u64, u64, Filter),
    FindAfter(u64, u64, Filter),
    Entries(u64, u64),
    Extract(u64, u64, usize, Filter),
    Destroy,
    SmallestOrder(u8),
    FailAllocations(u64, u64),
}

/// The words of an operation, read one by one.
struct Arguments<'a> {
    whole: &'a [Value],
    at: usize,
}

impl<'a> Arguments<'a> {
    fn fault(&self, what: &str) -> String {
        format!("{what} in operation {}", Value::from(self.whole.to_vec()))
    }

    fn next(&mut self) -> Result<&'a Value, String> {
        self.at += 1;
        self.whole.get(self.at - 1).ok_or_else(|| self.fault("wrong number of arguments"))
    }

    fn number(&mut self) -> Result<u64, String> {
        self.next()?.as_u64().ok_or_else(|| self.fault("something that is no 64-bit number"))
    }

    fn count(&mut self) -> Result<usize, String> {
        self.number().map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    }

    fn order(&mut self) -> Result<u8, String> {
        let order = u8::try_from(self.number()?).ok().filter(|&order| order <= MAX_ORDER);
        order.ok_or_else(|| self.fault("no such order"))
    }

    fn mark(&mut self) -> Result<Mark, String> {
        Mark::from_index(self.number()?).ok_or_else(|| self.fault("no such mark"))
    }

    fn filter(&mut self) -> Result<Filter, String> {
        let number = self.number()?;
        if number == PRESENT {
            return Ok(Filter::Present);
        }
        Mark::from_index(number).map(Filter::Marked).ok_or_else(|| self.fault("no such filter"))
    }

    fn word(&mut self) -> Result<Word, String> {
        words::user_word(self.next()?).ok_or_else(|| self.fault("something that no user can store"))
    }

    fn seen(&mut self) -> Result<Word, String> {
        words::seen_word(self.next()?).ok_or_else(|| self.fault("something that is no entry"))
    }

    fn error(&mut self) -> Result<u16, String> {
        let number = self.next()?.as_i64().and_then(i64::checked_neg).and_then(|number| u16::try_from(number).ok());
        number.filter(|&number| number > 0).ok_or_else(|| self.fault("something that is no error"))
    }

    fn register(&mut self) -> Result<usize, String> {
        let name = self.next()?.as_str().and_then(|name| name.strip_prefix('x'));
        let number = name.and_then(|number| number.parse().ok()).filter(|&number: &usize| number < REGISTERS);
        number.ok_or_else(|| self.fault("no state x0 to x3"))
    }
}

impl Op {
    pub(super) fn parse(words: &[Value]) -> Result<Self, String> {
        let mut arguments = Arguments { whole: words, at: 0 };
        let name = arguments.next()?.as_str().ok_or_else(|| arguments.fault("no name"))?;
        let op = match Simple::parse(name, &mut arguments)? {
            Some(simple) => Self { register: None, kind: Kind::Simple(simple) },
            None => {
                let register = Some(arguments.register()?);
                let kind = match Loop::parse(name, &mut arguments)? {
                    Some(whole) => Kind::Loop(whole),
                    None => Kind::Step(OnState::parse(name, &mut arguments)?),
                };
                Self { register, kind }
            }
        };
        if arguments.at == words.len() { Ok(op) } else { Err(arguments.fault("wrong number of arguments")) }
    }
}

impl OnState {
    fn parse(name: &str, of: &mut Arguments<'_>) -> Result<Self, String> {
        Ok(match name {
            "state" => Self::State(of.number()?, of.order()?),
            "set" => Self::Set(of.number()?),
            "setorder" => Self::SetOrder(of.number()?, of.order()?),
            "reset" => Self::Reset,
            "advance" => Self::Advance(of.number()?),
            "seterr" => Self::SetError(of.error()?),
            "load" => Self::Load,
            "reload" => Self::Reload,
            "conflict" => Self::Conflict,
            "store" => Self::Store(of.word()?),
            "setm" => Self::SetMark(of.mark()?),
            "clrm" => Self::ClearMark(of.mark()?),
            "initm" => Self::InitMarks,
            "getm" => Self::GetMark(of.mark()?),
            "find" => Self::Find(of.number()?),
            "nextent" => Self::NextEntry(of.number()?),
            "findm" => Self::FindMarked(of.number()?, of.mark()?),
            "nextm" => Self::NextMarked(of.number()?, of.mark()?),
            "next" => Self::Next,
            "prev" => Self::Prev,
            "pause" => Self::Pause,
            "retry" => Self::Retry(of.seen()?),
            "nomem" => Self::NoMem,
            "destroy" => Self::Destroy,
            "order" => Self::Order,
            "crange" => Self::CreateRange,
            "salloc" => {
                // The word goes into the new nodes; here it is `split` that puts it there.
                of.word()?;
                Self::SplitAlloc(of.order()?)
            }
            "split" => Self::Split(of.word()?, of.order()?),
            "trysplit" => Self::TrySplit(of.word()?, of.order()?),
            _ => return Err(of.fault("unknown name")),
        })
    }
}

impl Loop {
    fn parse(name: &str, of: &mut Arguments<'_>) -> Result<Option<Self>, String> {
        Ok(Some(match name {
            "each" => Self::Each { max: of.number()?, pause: 0 },
            "eachpause" => Self::Each { max: of.number()?, pause: of.number()? },
            "eachm" => Self::Marked { max: of.number()?, mark: of.mark()?, pause: 0 },
            "eachmpause" => Self::Marked { max: of.number()?, mark: of.mark()?, pause: of.number()? },
            "eachc" => Self::Conflicts,
            "eachdel" => Self::Delete(of.number()?),
            "eachclr" => Self::ClearMarks(of.number()?),
            "eachtag" => Self::Tag { max: of.number()?, from: of.mark()?, to: of.mark()?, pause: of.number()? },
            _ => return Ok(None),
        }))
    }
}

impl Simple {
    fn parse(name: &str, of: &mut Arguments<'_>) -> Result<Option<Self>, String> {
        Ok(Some(match name {
            "xload" => Self::Load(of.number()?),
            "xstore" => Self::Store(of.number()?, of.word()?),
            "xerase" => Self::Erase(of.number()?),
            "xcmpxchg" => Self::CompareExchange(of.number()?, of.word()?, of.word()?),
            "xinsert" => Self::Insert(of.number()?, of.word()?),
            "xreserve" => Self::Reserve(of.number()?),
            "xrelease" => Self::Release(of.number()?),
            "xrange" => Self::StoreRange(of.number()?, of.number()?, of.word()?),
            "xsetm" => Self::SetMark(of.number()?, of.mark()?),
            "xclrm" => Self::ClearMark(of.number()?, of.mark()?),
            "xgetm" => Self::GetMark(of.number()?, of.mark()?),
            "xmarked" => Self::Marked(of.mark()?),
            "xempty" => Self::IsEmpty,
            "xorder" => Self::Order(of.number()?),
            "xfind" => Self::Find(of.number()?, of.number()?, of.filter()?),
            "xafter" => Self::FindAfter(of.number()?, of.number()?, of.filter()?),
            "xeach" => Self::Entries(of.number()?, of.number()?),
            "xextract" => Self::Extract(of.number()?, of.number()?, of.count()?, of.filter()?),
            "xdestroy" => Self::Destroy,
            "minorder" => Self::SmallestOrder(of.order()?),
            "failalloc" => Self::FailAllocations(of.number()?, of.number()?),
            _ => return Ok(None),
        }))
    }
}
