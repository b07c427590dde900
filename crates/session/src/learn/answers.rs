//! Answers as a link, and a list of such links as a table. Nothing is sent: a student copies the link into a mail or a form,
//! a teacher pastes what came.
//!
//! ```text
//! answers = "1" "~" name "~" { item "~" } check
//! name    = base64url of its UTF-8, without padding
//! item    = question "." letter | lesson "." step | challenge ":" answer
//! check   = 8 hexadecimal digits: FNV-1a (32 bits) over everything before it, the last `~` included
//! ```
//!
//! Of a question it is the first answer; `lesson.step` is a task that was reached; behind a challenge stands the best answer, which
//! whoever reads the link judges anew. A link to a challenge (`q=`) is read as well: whose it is, the line may say before it. The check finds links that were cut off or
//! changed by accident; it is no signature.

use super::progress::{Progress, has_task, option_of};
use crate::challenge;
use base64ct::{Base64UrlUnpadded, Encoding};
use std::collections::BTreeMap;

const VERSION: &str = "1";
/// A name in a link has at most so many bytes.
const MAX_NAME: usize = 80;
/// So many links are read at once.
pub(crate) const MAX_LINKS: usize = 500;

/// What somebody handed in, in one link or in several.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Handed {
    /// May be empty.
    pub(crate) name: String,
    pub(crate) progress: Progress,
    /// The answers to challenges, as links have them.
    pub(crate) challenges: BTreeMap<String, String>,
    /// What is in the link that this page does not have.
    pub(crate) unknown: usize,
    /// The lines that it came in, from 1.
    pub(crate) lines: Vec<usize>,
    /// Does a later link answer a question otherwise? The first answer counts.
    pub(crate) differs: bool,
}

/// What was pasted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Graded {
    /// Links that can be read, of one person.
    Read(Handed),
    /// A line that cannot.
    Damaged {
        /// Its number among the lines, from 1.
        line: usize,
        /// The name in it, if there is one.
        name: String,
        /// A sentence.
        why: String,
    },
}

impl Handed {
    /// Is it of the same person? Without a name only where it says the same.
    fn is_of(&self, other: &Handed) -> bool {
        if self.name.is_empty() || other.name.is_empty() {
            let same =
                (&self.name, &self.progress, &self.challenges) == (&other.name, &other.progress, &other.challenges);
            return same && self.unknown == other.unknown;
        }
        is_one_name(&self.name, &other.name)
    }

    /// Takes in a further link of the same person.
    fn join(&mut self, later: Handed) {
        for (question, letter) in later.progress.answers {
            let kept = *self.progress.answers.entry(question).or_insert(letter);
            self.differs |= kept != letter;
        }
        self.progress.reached.extend(later.progress.reached);
        for (id, answer) in later.challenges {
            self.challenges.entry(id).or_insert(answer);
        }
        self.unknown = self.unknown.max(later.unknown);
        self.lines.extend(later.lines);
    }
}

/// The value of a link's `a`.
pub(crate) fn write_answers(name: &str, progress: &Progress, solved: &challenge::Progress) -> String {
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
    for (id, (answer, _)) in &solved.solved {
        text.extend([id, ":", answer, "~"]);
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
fn read_answers(text: &str) -> Result<Handed, String> {
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
    let mut handed = Handed { name: name.trim().into(), ..Handed::default() };
    let Handed { progress, challenges, unknown, .. } = &mut handed;
    for item in parts {
        let answer = item.rsplit_once('.');
        if let Some((id, answer)) = item.split_once(':') {
            match daxscope_lessons::challenge::challenge(id) {
                Some(_) => drop(challenges.insert(id.into(), answer.into())),
                None => *unknown += 1,
            }
        } else if let Some((question, letter)) = answer.and_then(|(id, letter)| Some((id, option_of(id, letter)?))) {
            progress.answers.insert(question.into(), letter);
        } else if has_task(item) {
            progress.reached.insert(item.into());
        } else {
            *unknown += 1;
        }
    }
    Ok(handed)
}

/// A link to a challenge with an answer in it, and the name that may stand before it in the line.
fn read_challenge(line: &str, parts: &[&str]) -> Option<Result<Handed, String>> {
    let value = |key: &str| parts.iter().find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
    let (id, answer) = value("q").map(|q| q.split_once(':').unwrap_or((q, "")))?;
    let Some(challenge) = daxscope_lessons::challenge::challenge(id) else {
        return Some(Err(format!("There is no challenge `{id}`.")));
    };
    let answer = match challenge.kind {
        daxscope_lessons::challenge::Kind::Break { .. } => value("s").unwrap_or_default(),
        _ => answer,
    };
    if answer.is_empty() {
        return Some(Err(
            "This link opens a challenge and has no answer in it. \"Copy a link with my answer\" has.".into()
        ));
    }
    let name = name_before(line);
    Some(Ok(Handed { name, challenges: [(id.into(), answer.into())].into(), ..Handed::default() }))
}

/// What stands before the link of a line: a name, and what a list, a mail or a spreadsheet puts between it and the link. A dot behind
/// it is part of it ("Ben, Jr.").
fn name_before(line: &str) -> String {
    let before = line.split(['<', '#']).next().unwrap_or_default();
    let before = before.split("http").next().unwrap_or_default().split("file:").next().unwrap_or_default();
    let name = before.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let name = name.trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != '.');
    name.chars().take(MAX_NAME).collect()
}

/// Are two names the same but for case, blanks, dots, commas and the like? A student writes it once with the page and once by hand.
fn is_one_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| {
        let mut plain = String::new();
        for word in name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
            plain.extend([word.to_lowercase().as_str(), " "]);
        }
        plain
    };
    let (one_plain, other_plain) = (letters(one), letters(other));
    // Of signs alone nothing is left.
    if one_plain.is_empty() || other_plain.is_empty() { one == other } else { one_plain == other_plain }
}

/// The link of a line.
fn read_line(line: &str) -> Result<Handed, String> {
    // Behind a link may stand what a mail or a spreadsheet adds.
    let parts: Vec<&str> = line.split(['#', '&', ' ', '\t', ',', ';', '>', '"', ')']).collect();
    match parts.iter().find_map(|part| part.strip_prefix("a=")) {
        Some(answers) => read_answers(answers),
        None => {
            read_challenge(line, &parts).unwrap_or_else(|| Err("There is no link with answers in this line.".into()))
        }
    }
}

/// Whose a line is that could not be read: what stands before its link, or the name in the link, which comes first there.
fn name_of_damaged(line: &str) -> String {
    let is_link = line.contains("http") || line.contains("file:") || line.contains('#');
    let before = if is_link { name_before(line) } else { String::new() };
    if !before.is_empty() {
        return before;
    }
    let said = line.split_once("a=").and_then(|(_, answers)| answers.split('~').nth(1)).unwrap_or_default();
    let name =
        Base64UrlUnpadded::decode_vec(said).ok().and_then(|name| String::from_utf8(name).ok()).unwrap_or_default();
    name.chars().filter(|letter| !letter.is_control()).take(MAX_NAME).collect()
}

/// Reads what was pasted: a link on each line, whatever stands before it.
pub(crate) fn grade_all(pasted: &str) -> Vec<Graded> {
    let (mut all, mut links) = (Vec::<Graded>::new(), 0);
    for (at, line) in pasted.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if links == MAX_LINKS {
            let why = format!("Only the first {MAX_LINKS} links are read. Paste the rest by itself.");
            all.push(Graded::Damaged { line: at + 1, name: String::new(), why });
            break;
        }
        links += 1;
        match read_line(line) {
            Err(why) => all.push(Graded::Damaged { line: at + 1, name: name_of_damaged(line), why }),
            Ok(mut handed) => {
                handed.lines = vec![at + 1];
                let earlier = all.iter_mut().find_map(|one| match one {
                    Graded::Read(earlier) if earlier.is_of(&handed) => Some(earlier),
                    _ => None,
                });
                match earlier {
                    Some(earlier) => earlier.join(handed),
                    None => all.push(Graded::Read(handed)),
                }
            }
        }
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

    fn solved() -> challenge::Progress {
        challenge::Progress::read("fix-fsync=huge+middle=1;lost-wakeup=o1x5.222=0;order-wakeup=abcde=1")
    }

    #[test]
    fn answers_come_back() {
        let progress = some();
        for name in ["", "Åsa ~ & #", "x".repeat(200).as_str(), "äöü".repeat(40).as_str()] {
            let text = write_answers(name, &progress, &solved());
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~:+".contains(&byte)), "{text}");
            let read = read_answers(&text).expect("it was just written");
            assert!(name.starts_with(&read.name) && (read.name.len() > 70 || read.name == name), "{read:?}");
            assert_eq!((&read.progress, read.unknown), (&progress, 0));
            assert_eq!(read.challenges.len(), 3);
            assert_eq!(read.challenges["lost-wakeup"], "o1x5.222");
        }
    }

    #[test]
    fn any_damage_is_told() {
        let text = write_answers("A", &some(), &solved());
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
        let link =
            format!("http://host/daxscope/#v=1&w=learn&l=teachers&a={}", write_answers("Eve", &some(), &solved()));
        let pasted = format!("Eve, {link}\n\n  <{link}>\nhello\n{}\n", &link[..link.len() - 3]);
        let graded = grade_all(&pasted);
        assert!(
            matches!(&graded[0], Graded::Read(handed) if handed.name == "Eve" && handed.lines == [1, 3] && !handed.differs)
        );
        assert!(matches!(&graded[1], Graded::Damaged { line: 4, why, .. } if why.contains("no link")), "{graded:?}");
        assert!(matches!(&graded[2], Graded::Damaged { line: 5, why, .. } if why.contains("cut off")), "{graded:?}");
    }

    #[test]
    fn a_name_is_one_name_however_it_ends_and_is_told_of_a_damaged_link() {
        let answers =
            |name: &str| format!("http://h/#a={}", write_answers(name, &some(), &challenge::Progress::default()));
        let challenge = "http://h/#v=1&w=learn&q=order-wakeup:abcde";
        for (typed, before) in [
            ("Ben, Jr.", "Ben, Jr. <"),
            ("Ben, Jr.", "\"Ben, Jr.\";"),
            ("Ben, Jr.", "Ben, Jr: "),
            ("Jan K.", "Jan K. <"),
            ("Jan K.", "* jan  k - "),
            ("Anna-Lena Ö.", "Anna-Lena Ö.\t"),
        ] {
            let graded = grade_all(&format!("{}\n{before}{challenge}", answers(typed)));
            let [Graded::Read(one)] = graded.as_slice() else { panic!("{before}: {graded:?}") };
            assert_eq!((one.name.as_str(), one.lines.as_slice()), (typed, [1, 2].as_slice()), "{before}");
        }
        assert_eq!(name_before("Ben, Jr. <http://h/#q=x>"), "Ben, Jr.");
        let two = grade_all(&format!("Jan K. {challenge}\nJan L. {challenge}\n... {challenge}"));
        assert_eq!(two.len(), 3, "{two:?}");
        let cut = |line: &str| line[..line.len() - 3].to_owned();
        for line in [cut(&answers("Ben, Jr.")), cut(&format!("Ben, Jr. <{}", answers("")))] {
            let graded = grade_all(&line);
            assert!(matches!(&graded[..], [Graded::Damaged { name, .. }] if name == "Ben, Jr."), "{line}: {graded:?}");
        }
    }

    #[test]
    fn a_link_to_a_challenge_is_an_answer_and_the_same_name_is_one_person() {
        let mut before = Progress::default();
        before.answers.insert("keys-which".into(), 'b');
        let mut after = before.clone();
        after.answers.insert("keys-which".into(), 'a');
        after.answers.insert("wake-chain".into(), 'c');
        let links = [
            format!("http://h/#a={}", write_answers("Ada", &before, &challenge::Progress::default())),
            "ada: <http://h/#v=1&w=learn&q=order-wakeup:abcde>".into(),
            "http://h/#v=1&s=o1x5.222&w=learn&q=lost-wakeup".into(),
            "http://h/#v=1&s=o1x5.222&w=learn&q=lost-wakeup".into(),
            "http://h/#v=1&w=learn&q=lost-wakeup".into(),
            "http://h/#v=1&q=nothing:a".into(),
            format!("http://h/#a={}", write_answers("ADA ", &after, &challenge::Progress::default())),
        ];
        let graded = grade_all(&links.join("\n"));
        let Graded::Read(ada) = &graded[0] else { panic!("{graded:?}") };
        assert_eq!((ada.lines.as_slice(), ada.differs), ([1, 2, 7].as_slice(), true));
        assert_eq!((ada.progress.answers["keys-which"], ada.challenges["order-wakeup"].as_str()), ('b', "abcde"));
        assert!(matches!(&graded[1], Graded::Read(one) if one.name.is_empty() && one.lines == [3, 4]), "{graded:?}");
        assert!(matches!(&graded[2], Graded::Damaged { line: 5, why, .. } if why.contains("no answer")), "{graded:?}");
        assert!(
            matches!(&graded[3], Graded::Damaged { line: 6, why, .. } if why.contains("no challenge")),
            "{graded:?}"
        );
        assert_eq!(graded.len(), 4);
    }
}
