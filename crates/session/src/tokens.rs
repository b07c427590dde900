//! Objects as short words for links and forms: `entry-0x202`, `thread-A`, `pte-1-0x202`.

use crate::action::Object;
use daxscope_core::event::LockId;
use daxscope_core::radix::Tag;
use daxscope_core::units::{MmId, PageId, ThreadId};

/// Objects of which there is one.
const SINGLE: [(Object, &str); 8] = [
    (Object::TreeLock, "tree_lock"),
    (Object::NrExceptional, "nrexceptional"),
    (Object::NrPages, "nrpages"),
    (Object::FileSize, "size"),
    (Object::Lock(LockId::Fs), "fs"),
    (Object::Lock(LockId::Inode), "inode"),
    (Object::Lock(LockId::Journal), "journal"),
    (Object::Lock(LockId::IMmap), "i_mmap"),
];

/// The word of an object.
pub(crate) fn token(object: Object) -> String {
    match page_of(object) {
        Some(page) => format!("{}-{page:#x}", family(object)),
        None => family(object),
    }
}

/// The word without the page, which objects of that kind have.
pub(crate) fn family(object: Object) -> String {
    match object {
        Object::Slot(_) => "entry".into(),
        Object::Tag(_, tag) => tag.name().to_ascii_lowercase(),
        Object::WaitKey(_) => "wait".into(),
        Object::Block(_) => "block".into(),
        Object::Frame(_) => "frame".into(),
        Object::Pte(mm, _) => format!("pte-{}", mm.0 + 1),
        Object::Pmd(mm, _) => format!("pmd-{}", mm.0 + 1),
        Object::Lock(LockId::Mm(mm)) => format!("mmap-{}", mm.0 + 1),
        Object::Thread(thread) => format!("thread-{}", thread.letter()),
        Object::Page(page) => format!("page-{}", page.0),
        single => SINGLE.iter().find(|(known, _)| *known == single).map_or("", |(_, word)| word).into(),
    }
}

/// The page that is in the object's name.
pub(crate) fn page_of(object: Object) -> Option<u64> {
    match object {
        Object::Slot(page)
        | Object::Tag(page, _)
        | Object::WaitKey(page)
        | Object::Block(page)
        | Object::Frame(page)
        | Object::Pte(_, page)
        | Object::Pmd(_, page) => Some(page),
        _ => None,
    }
}

/// The object of a word; `None`: it is none.
pub(crate) fn object_of(token: &str) -> Option<Object> {
    if let Some((object, _)) = SINGLE.iter().find(|(_, word)| *word == token) {
        return Some(*object);
    }
    let (kind, rest) = token.split_once('-')?;
    let page = |text: &str| u64::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    let mm = |text: &str| text.parse::<u8>().ok()?.checked_sub(1).map(MmId);
    let in_process = || rest.split_once('-').and_then(|(process, at)| Some((mm(process)?, page(at)?)));
    Some(match kind {
        "entry" => Object::Slot(page(rest)?),
        "wait" => Object::WaitKey(page(rest)?),
        "block" => Object::Block(page(rest)?),
        "frame" => Object::Frame(page(rest)?),
        "pte" => in_process().map(|(mm, page)| Object::Pte(mm, page))?,
        "pmd" => in_process().map(|(mm, page)| Object::Pmd(mm, page))?,
        "mmap" => Object::Lock(LockId::Mm(mm(rest)?)),
        "thread" => Object::Thread(thread_of(rest)?),
        "page" => Object::Page(PageId(rest.parse().ok()?)),
        tag => {
            let tag = Tag::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(tag))?;
            Object::Tag(page(rest)?, tag)
        }
    })
}

/// The thread of a letter.
pub(crate) fn thread_of(letter: &str) -> Option<ThreadId> {
    let mut letters = letter.bytes();
    let first = letters.next().filter(u8::is_ascii_uppercase)?;
    letters.next().is_none().then(|| ThreadId(first - b'A'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_comes_back_from_its_word() {
        let (mm, page) = (MmId(1), 0x2ff);
        let mut all = vec![
            Object::Slot(page),
            Object::WaitKey(0),
            Object::Block(u64::MAX),
            Object::Frame(0x1000),
            Object::Pte(mm, page),
            Object::Pmd(MmId(0), page),
            Object::Lock(LockId::Mm(mm)),
            Object::Thread(ThreadId(3)),
            Object::Page(PageId(12)),
        ];
        all.extend(SINGLE.iter().map(|(object, _)| *object));
        all.extend(Tag::ALL.map(|tag| Object::Tag(page, tag)));
        for object in all {
            let word = token(object);
            assert_eq!(object_of(&word), Some(object), "{word}");
            assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{word}");
        }
    }

    #[test]
    fn what_is_no_object_is_none() {
        for word in
            ["", "entry", "entry-", "entry-12", "pte-0-0x1", "pte-0x1", "thread-", "thread-AB", "page-x", "nothing-0x1"]
        {
            assert_eq!(object_of(word), None, "{word}");
        }
    }
}
