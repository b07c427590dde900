//! Branches as text, for the browser to keep.
//!
//! ```text
//! daxscope branches 1
//! v5    o1x21.332    C before the wake-up
//! ```
//!
//! A line for each branch: kernel, schedule (`Schedule::to_compact`), name; tabs between. A text that says anything else is
//! not read at all, so that nothing is shown that nobody tried.

use super::Branch;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::Schedule;
use daxscope_core::scenario::parse_revision;

const HEAD: &str = "daxscope branches 1";
/// The longest text: local storage is shared by all scripts.
const MAX_BYTES: usize = 64 * 1024;

/// A branch that was kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Kept {
    pub(crate) revision: Revision,
    pub(crate) schedule: Schedule,
    pub(crate) name: String,
}

/// The branches as text; the newest, as far as there is room.
pub(crate) fn write(branches: &[Branch]) -> String {
    let mut lines = Vec::new();
    let mut bytes = HEAD.len();
    for branch in branches.iter().rev().filter(|branch| !branch.choices.is_empty()) {
        let schedule = Schedule { step_size: branch.size, choices: branch.choices.clone() };
        let line = format!("\n{}\t{}\t{}", branch.revision.name(), schedule.to_compact(), branch.name);
        if bytes + line.len() <= MAX_BYTES {
            bytes += line.len();
            lines.push(line);
        }
    }
    lines.reverse();
    format!("{HEAD}{}", lines.concat())
}

/// Reads what [`write()`] writes.
///
/// # Errors
///
/// A sentence, if the text is anything else.
pub(crate) fn read(text: &str) -> Result<Vec<Kept>, String> {
    let mut lines = text.lines().enumerate();
    match lines.next() {
        Some((_, HEAD)) => {}
        Some((_, head)) if head.starts_with("daxscope branches ") => {
            return Err(
                "The branches kept for this script are from another release of the page and were left out.".into()
            );
        }
        _ => return Err(damaged(1)),
    }
    let mut all = Vec::new();
    for (at, line) in lines {
        let mut parts = line.split('\t');
        let (Some(revision), Some(schedule), Some(name), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(damaged(at + 1));
        };
        let (Ok(revision), Ok(schedule)) = (parse_revision(revision), Schedule::from_compact(schedule)) else {
            return Err(damaged(at + 1));
        };
        all.push(Kept { revision, schedule, name: name.into() });
    }
    Ok(all)
}

fn damaged(line: usize) -> String {
    format!(
        "The branches kept for this script cannot be read (line {line}) and were left out; new ones are kept again."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_is_told_and_not_half_read() {
        let good = "daxscope branches 1\nv5\to1x21.332\tfirst\n4.10.0 wake_mode_delete=all\tp12\t";
        let kept = read(good).unwrap_or_default();
        assert_eq!(kept.len(), 2);
        assert_eq!((kept[0].schedule.choices.len(), kept[0].name.as_str()), (24, "first"));
        for (text, word) in [
            ("", "line 1"),
            ("{}", "line 1"),
            ("daxscope branches 2\nwhatever", "another release"),
            ("daxscope branches 1\nv5\to1x21.332", "line 2"),
            ("daxscope branches 1\nv5\to1\ta\nv99\to1\tb", "line 3"),
            ("daxscope branches 1\nv5\to1?\tname", "line 2"),
        ] {
            assert!(read(text).is_err_and(|why| why.contains(word)), "{text:?}");
        }
        for end in 1..good.len() {
            let _ = read(&good[..end]);
        }
    }
}
