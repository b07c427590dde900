//! Answers as a link, and a list of such links as a table. Nothing is sent: a student copies the link into a mail or a form,
//! a teacher pastes what came.
//!
//! ```text
//! answers = "1" "~" name "~" { item "~" } check
//! name    = base64url of its UTF-8, without padding
//! item    = question "." letter | lesson "." step
//! check   = 8 hexadecimal digits: FNV-1a (32 bits) over everything before it, the last `~` included
//! ```
//!
//! Of a question it is the first answer; `lesson.step` is a task that was reached. The check finds links that were cut off or
//! changed by accident; it is no signature.

use super::progress::{Progress, has_task, option_of};
use base64ct::{Base64UrlUnpadded, Encoding};

const VERSION: &str = "1";
/// A name in a link has at most so many bytes.
const MAX_NAME: usize = 80;
/// So many links are read at once.
pub(crate) const MAX_LINKS: usize = 500;

/// One line of what was pasted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Graded {
    /// A link that can be read.
    Read {
        name: String,
        progress: Progress,
        /// Questions and tasks in the link that this page does not have.
        unknown: usize,
    },
    /// A line that cannot.
    Damaged {
        /// Its number among the lines, from 1.
        line: usize,
        /// A sentence.
        why: String,
    },
}

/// The value of a link's `a`.
pub(crate) fn write_answers(name: &str, progress: &Progress) -> String {
    let mut end = name.len().min(MAX_NAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let mut text = format!("{VERSION}~{}~", Base64UrlUnpadded::encode_string(&name.as_bytes()[..end]));
    for (question, letter) in &progress.answers {
        text.extend([question.as_str(), "."]);
        text.push(*letter);
        text.push('~');
    }
    for task in &progress.reached {
        text.extend([task, "~"]);
    }
    let check = check(&text);
    text.push_str(&format!("{check:08x}"));
    text
}

/// FNV-1a of 32 bits.
fn check(text: &str) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    for byte in text.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash
}

/// Reads the value of a link's `a`.
fn read_answers(text: &str) -> Result<(String, Progress, usize), String> {
    match text.split_once('~') {
        Some((VERSION, _)) => {}
        Some((version, _)) if version.bytes().all(|byte| byte.is_ascii_digit()) && !version.is_empty() => {
            return Err(format!("The answers have version {version}, and this page reads version {VERSION}."));
        }
        _ => return Err("This is no link with answers.".into()),
    }
    const DAMAGED: &str = "The link is damaged, perhaps because it was cut off. Ask for it again.";
    let (body, sum) = text.rsplit_once('~').map(|(body, sum)| (&text[..body.len() + 1], sum)).ok_or(DAMAGED)?;
    if sum.len() != 8 || u32::from_str_radix(sum, 16) != Ok(check(body)) {
        return Err(DAMAGED.into());
    }
    let mut parts = body.trim_end_matches('~').split('~').skip(1);
    let name = parts.next().unwrap_or_default();
    let name = Base64UrlUnpadded::decode_vec(name).ok().and_then(|name| String::from_utf8(name).ok()).ok_or(DAMAGED)?;
    let (mut progress, mut unknown) = (Progress::default(), 0);
    for item in parts {
        let answer = item.rsplit_once('.');
        if let Some((question, letter)) = answer.and_then(|(id, letter)| Some((id, option_of(id, letter)?))) {
            progress.answers.insert(question.into(), letter);
        } else if has_task(item) {
            progress.reached.insert(item.into());
        } else {
            unknown += 1;
        }
    }
    Ok((name, progress, unknown))
}

/// Reads what was pasted: a link on each line, whatever stands before it.
pub(crate) fn grade_all(pasted: &str) -> Vec<Graded> {
    let mut all = Vec::new();
    for (at, line) in pasted.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if all.len() == MAX_LINKS {
            let why = format!("Only the first {MAX_LINKS} links are read. Paste the rest by itself.");
            all.push(Graded::Damaged { line: at + 1, why });
            break;
        }
        // Behind a link may stand what a mail or a spreadsheet adds.
        let answers =
            line.split(['#', '&', ' ', '\t', ',', ';', '>', '"', ')']).find_map(|part| part.strip_prefix("a="));
        let read =
            answers.ok_or_else(|| "There is no link with answers in this line.".to_owned()).and_then(read_answers);
        all.push(match read {
            Ok((name, progress, unknown)) => Graded::Read { name, progress, unknown },
            Err(why) => Graded::Damaged { line: at + 1, why },
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_lessons::lesson::lessons;

    fn some() -> Progress {
        let mut progress = Progress::default();
        for lesson in lessons() {
            for question in &lesson.questions {
                progress.answers.insert(question.id.clone(), 'a');
            }
            for (at, step) in lesson.steps.iter().enumerate() {
                if step.task.is_some() {
                    progress.reached.insert(format!("{}.{}", lesson.id, at + 1));
                }
            }
        }
        progress
    }

    #[test]
    fn answers_come_back() {
        let progress = some();
        for name in ["", "Åsa ~ & #", "x".repeat(200).as_str(), "äöü".repeat(40).as_str()] {
            let text = write_answers(name, &progress);
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)), "{text}");
            let (read, same, unknown) = read_answers(&text).expect("it was just written");
            assert!(name.starts_with(&read) && (read.len() > 70 || read == name), "{read}");
            assert_eq!((same, unknown), (progress.clone(), 0));
        }
    }

    #[test]
    fn any_damage_is_told() {
        let text = write_answers("A", &some());
        for end in 0..text.len() {
            assert!(read_answers(&text[..end]).is_err(), "cut off at {end}");
        }
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'z' { b'y' } else { b'z' };
            assert!(read_answers(&String::from_utf8(other).expect("ASCII")).is_err(), "changed at {at}");
        }
        assert!(read_answers("2~QQ~x~00000000").is_err_and(|why| why.contains("version 2")));
    }

    #[test]
    fn a_list_may_have_other_things_in_it() {
        let link = format!("http://host/daxscope/#v=1&w=learn&l=teachers&a={}", write_answers("Eve", &some()));
        let pasted = format!("Eve, {link}\n\n  <{link}>\nhello\n{}\n", &link[..link.len() - 3]);
        let graded = grade_all(&pasted);
        assert!(matches!(&graded[0], Graded::Read { name, .. } if name == "Eve"), "{graded:?}");
        assert_eq!(graded[0], graded[1]);
        assert!(matches!(&graded[2], Graded::Damaged { line: 4, why } if why.contains("no link")), "{graded:?}");
        assert!(matches!(&graded[3], Graded::Damaged { line: 5, why } if why.contains("cut off")), "{graded:?}");
    }
}
