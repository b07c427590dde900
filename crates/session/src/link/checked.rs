//! Links on their way: a length and a checksum that tell a cut, and what mailers put into and behind them.

use super::VERSION;
use crate::received::unquoted_address;

/// Characters that end a link in a text, and those that often stand behind one.
const ENDS: [char; 6] = ['<', '>', '"', '`', '\u{201c}', '\u{201d}'];
const BEHIND: [char; 13] = ['.', ',', ';', ':', ')', ']', '}', '>', '"', '\'', '`', '?', '\u{201d}'];

/// The same fragment with the key `k`: the length of what stands behind that key, and a checksum of it.
pub(crate) fn with_check(fragment: &str) -> String {
    let start = format!("v={VERSION}&");
    match fragment.strip_prefix(&start) {
        Some(rest) => format!("{start}k={}.{:04x}&{rest}", rest.len(), sum(rest)),
        None => fragment.to_owned(),
    }
}

/// FNV-1a, folded to 16 bits.
fn sum(text: &str) -> u32 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) & 0xffff
}

/// What became of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Nothing, as far as one can tell.
    Whole,
    /// So many characters are missing at its end.
    Cut(usize),
    /// It says something else than when it was copied.
    Changed,
}

/// A fragment as it was before it was mailed, and what cannot be mended.
pub(super) fn cleaned(fragment: &str) -> (String, State) {
    let plain = plain(fragment);
    let check = plain.split_once("&k=").and_then(|(_, behind)| behind.split_once('&'));
    let said = check.and_then(|(check, rest)| {
        let (length, sum) = check.split_once('.')?;
        Some((length.parse::<usize>().ok()?, u32::from_str_radix(sum, 16).ok()?, rest))
    });
    let Some((length, expected, rest)) = said else { return (without_junk(&plain).to_owned(), State::Whole) };
    let Some((whole, more)) = rest.split_at_checked(length) else {
        let rest = without_junk(rest);
        let state = if rest.len() < length { State::Cut(length - rest.len()) } else { State::Changed };
        return (without_junk(&plain).to_owned(), state);
    };
    if sum(whole) != expected {
        return (without_junk(&plain).to_owned(), State::Changed);
    }
    // Keys may be written behind a link, such as `&mode=embedded`.
    let kept = plain.len() - if more.starts_with('&') { 0 } else { more.len() };
    (plain[..kept].to_owned(), State::Whole)
}

/// Without what browsers and mailers write in place of characters, and without blanks.
fn plain(fragment: &str) -> String {
    let mut plain = String::new();
    let mut rest = fragment;
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3).and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            // In the name of a kernel a space is meant; anywhere else a mailer has broken the line.
            Some(b' ') if is_in_name(&plain) => plain.push('+'),
            Some(b' ' | b'\n' | b'\r' | b'\t') => {}
            Some(code) if code.is_ascii_graphic() => plain.push(char::from(code)),
            _ => {
                plain.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 3..];
    }
    plain.push_str(rest);
    plain.retain(|c| !c.is_whitespace());
    plain.replace("&amp;", "&")
}

fn is_in_name(before: &str) -> bool {
    before.rsplit('&').next().is_some_and(|part| part.starts_with("r="))
}

fn without_junk(fragment: &str) -> &str {
    fragment.trim_end_matches(BEHIND)
}

/// The first link of a text, without its `#`, and whether it is all of the text. What stands in the comment of a script is none.
pub(crate) fn fragment_in(text: &str) -> Option<(String, bool)> {
    const START: &str = "#v=";
    let at = text.match_indices(START).map(|(at, _)| at).find(|&at| !is_comment(text, at))?;
    let is_break = |c: char| c.is_whitespace() || ENDS.contains(&c);
    let before = text[..at].trim_start_matches(|c: char| is_break(c) || c == '(');
    let is_alone = !before.contains(char::is_whitespace);
    let behind = &text[at + 1..];
    if is_alone {
        let joined = unquoted_address(behind);
        let joined = joined.trim_end_matches(BEHIND);
        // A link that was broken into lines has nothing but its own characters.
        if !joined.contains(is_break) && joined.matches(START).count() == 0 {
            return Some((joined.to_owned(), true));
        }
    }
    let end = behind.find(is_break).unwrap_or(behind.len());
    let is_last = behind[end..].trim_matches(|c: char| is_break(c) || BEHIND.contains(&c)).is_empty();
    Some((behind[..end].trim_end_matches(BEHIND).to_owned(), is_alone && is_last))
}

fn is_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or("");
    line.trim_start().starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_behind_a_link_goes() {
        let link = with_check("v=1&e=a4&s=o1x21.332&p=24");
        for behind in ["", ">", ".", ").", "%3E", "%20", "\n", "\u{201d}"] {
            assert_eq!(cleaned(&format!("{link}{behind}")), (link.clone(), State::Whole), "{behind}");
        }
        let more = format!("{link}&mode=embedded");
        assert_eq!(cleaned(&more), (more.clone(), State::Whole));
        let spaced = link.replace("s=o1x21", "s=o1%20x2%0A1");
        assert_eq!(cleaned(&spaced), (link, State::Whole));
        assert_eq!(cleaned("v=1&r=v6%20wake_mode_delete=all&p=3>").0, "v=1&r=v6+wake_mode_delete=all&p=3");
    }

    /// Each cut behind the checksum and each changed character is told.
    #[test]
    fn every_cut_is_told() {
        let link = with_check("v=1&e=a4&s=o1x21.332&p=24");
        let from = link.find("&e=").expect("a subject") + 1;
        for at in from..link.len() {
            assert_ne!(cleaned(&link[..at]).1, State::Whole, "{}", &link[..at]);
            let other = if link.as_bytes()[at] == b'7' { "8" } else { "7" };
            let changed = format!("{}{other}{}", &link[..at], &link[at + 1..]);
            assert_eq!(cleaned(&changed).1, State::Changed, "{changed}");
        }
    }

    #[test]
    fn links_are_found_in_texts() {
        for (text, expect) in [
            ("https://x.org/d/#v=1&e=a4&p=3", Some(("v=1&e=a4&p=3", true))),
            ("<https://x.org/d/#v=1&e=a4&p=3>.", Some(("v=1&e=a4&p=3", true))),
            ("> https://x.org/#v=1&e=a4\n> &p=3\n", Some(("v=1&e=a4&p=3", true))),
            ("Look: #v=1&e=a4&p=3, please", Some(("v=1&e=a4&p=3", false))),
            ("#v=1&e=a4 and more", Some(("v=1&e=a4", false))),
            ("# see https://x.org/#v=1&e=a4\nthread A\n", None),
            ("thread A\n", None),
        ] {
            assert_eq!(fragment_in(text), expect.map(|(link, alone)| (link.to_owned(), alone)), "{text}");
        }
    }
}
