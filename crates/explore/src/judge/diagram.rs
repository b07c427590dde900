//! Reads the diagram of commit messages: a head with a column for each CPU, and below it what each does, from top to bottom.
//! docs/judge.md says which forms there are.

use super::claim::{Diagram, Line, MOST_LINES};
use super::pattern::{Pattern, as_call};
use daxscope_core::check::Rule;
use daxscope_core::narrate::COMMIT_WIDTH;
use daxscope_core::units::ThreadId;

/// What cannot be read, and in which line of the file, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misread {
    /// The line.
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// The column of a CPU.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Column {
    /// Where it begins.
    start: usize,
    thread: ThreadId,
    /// How far in its lines stand at most so far, counted in steps of two.
    depth: usize,
}

/// Where a diagram begins in a text: the number of its first line, from 0; `None`: there is none.
#[must_use]
pub fn begins_at(text: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let is_head = |line: &&str| !cells(&expanded(line)).is_empty() && head(&expanded(line)).is_some();
    lines.iter().position(is_head).or_else(|| lines.iter().position(|line| labelled(line).is_some()))
}

/// Reads the diagram in a text, for so many threads.
///
/// # Errors
///
/// If there is none, or it has too many columns or lines.
pub fn read(text: &str, threads: usize) -> Result<Diagram, Misread> {
    let wrong = |line: usize, message: String| Misread { line: line + 1, message };
    let Some(start) = begins_at(text) else {
        let message = "there is no diagram: its first line is like `CPU0    CPU1`, or its lines begin with `CPU0:`";
        return Err(wrong(0, message.into()));
    };
    let lines: Vec<String> = text.lines().map(expanded).collect();
    let diagram = match head(&lines[start]) {
        Some(_) => in_columns(&lines, start, threads)?,
        None => in_one_column(&lines, start, threads)?,
    };
    let count: usize = diagram.rows.iter().map(Vec::len).sum();
    if count == 0 {
        return Err(wrong(start, "the diagram says nothing: write below its head what each CPU does".into()));
    }
    if count > MOST_LINES {
        return Err(wrong(
            start,
            format!("the diagram has {count} lines, and {MOST_LINES} are read at most: leave some out"),
        ));
    }
    Ok(diagram)
}

/// A line without its marks of quotation, tabs as spaces.
fn expanded(line: &str) -> String {
    let mut line = line.trim_end();
    while let Some(rest) = line.strip_prefix('>') {
        line = rest.strip_prefix(' ').unwrap_or(rest);
    }
    let mut all = String::new();
    let mut column = 0;
    for c in line.chars() {
        let width = if c == '\t' { 8 - column % 8 } else { 1 };
        match c {
            '\t' => all.push_str(&" ".repeat(width)),
            c => all.push(c),
        }
        column += width;
    }
    all
}

/// The pieces of a line that stand apart by three spaces or more, each with where it begins.
fn cells(line: &str) -> Vec<(usize, String)> {
    apart(line, 3)
}

fn apart(line: &str, gap: usize) -> Vec<(usize, String)> {
    let chars: Vec<char> = line.chars().collect();
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == ' ' {
            at += 1;
            continue;
        }
        let is_gap = |at: usize| chars[at..].iter().take(gap).all(|&c| c == ' ') && chars.len() >= at + gap;
        let end = (at..chars.len()).find(|&end| is_gap(end)).unwrap_or(chars.len());
        found.push((at, chars[at..end].iter().collect::<String>().trim_end().to_owned()));
        at = end;
    }
    found
}

/// `CPU0`, `CPU 1:`, `thread A`, `T2`, with what stands behind it in parentheses; the thread, if that names it.
fn label(cell: &str) -> Option<(String, Option<ThreadId>)> {
    let (name, behind) = cell.split_once('(').map_or((cell, ""), |(name, behind)| (name, behind));
    let name = name.trim().trim_end_matches(':').trim().to_lowercase();
    let number = ["cpu", "thread", "task", "t"].iter().find_map(|word| name.strip_prefix(word))?;
    let number = number.trim_start_matches([' ', '#']);
    let mut letters = number.chars();
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let letter = letters.next().filter(|c| c.is_ascii_alphabetic() && letters.next().is_none());
    if !is_number && (letter.is_none() || name.starts_with('t') && name.len() < 3) {
        return None;
    }
    let named = behind.trim_start();
    let named = named.split([':', ')']).next().unwrap_or("").trim();
    let thread = Some(named).and_then(of_letter).or_else(|| letter.and_then(|c| of_letter(&c.to_string())));
    Some((name, thread))
}

fn of_letter(text: &str) -> Option<ThreadId> {
    let mut letters = text.chars();
    let letter = letters.next()?.to_ascii_uppercase();
    (letters.next().is_none() && ('A'..='I').contains(&letter)).then(|| ThreadId(letter as u8 - b'A'))
}

/// The head of a diagram: nothing but labels.
fn head(line: &str) -> Option<Vec<(usize, Option<ThreadId>)>> {
    let cells = apart(line, 2);
    let labels: Option<Vec<_>> = cells.iter().map(|(at, cell)| label(cell).map(|(_, thread)| (*at, thread))).collect();
    // `thread A` alone is a line of a script.
    let is_script = cells.len() == 1 && !cells[0].1.to_lowercase().starts_with("cpu");
    labels.filter(|labels| !labels.is_empty() && !is_script)
}

/// Is it a line of our own diagrams: `CPU0 (A: 4 KiB read, page 0x2)`?
fn is_our_head(line: &str) -> bool {
    cells(line).iter().any(|(_, cell)| cell.contains(" (") && cell.contains(": "))
}

fn in_columns(lines: &[String], start: usize, threads: usize) -> Result<Diagram, Misread> {
    let is_ours = is_our_head(&lines[start]);
    let mut columns: Vec<Column> = Vec::new();
    let mut at = start;
    let mut is_open = false;
    while let Some(line) = lines.get(at).filter(|line| !line.trim().is_empty()) {
        match head(line) {
            _ if is_open => {}
            Some(labels) => {
                for (start, named) in labels {
                    let thread = named.unwrap_or(ThreadId(columns.len() as u8));
                    columns.push(Column { start, thread, depth: 0 });
                }
            }
            None => break,
        }
        let count = |c: char| line.matches(c).count() as i64;
        is_open = count('(') > count(')') || is_open && count(')') == 0;
        at += 1;
    }
    for (number, column) in columns.iter().enumerate() {
        let twice = columns[..number].iter().any(|other| other.thread == column.thread);
        if twice || column.thread.index() >= threads {
            let (there, name) = (if twice { "is there twice" } else { "is no thread of the script" }, column.thread);
            let message = format!(
                "the head has {} columns, and {name} {there}: name each thread of the script once, as in `CPU0 (A)`",
                columns.len()
            );
            return Err(Misread { line: start + 1, message });
        }
    }
    let mut reader = Reader { columns, diagram: Diagram::default(), last: None, is_ours };
    for (number, line) in lines.iter().enumerate().skip(at) {
        let trimmed = line.trim();
        if trimmed.is_empty() && is_ours && !reader.diagram.rows.is_empty() {
            break;
        }
        if matches!(trimmed, "---" | "--") || trimmed.starts_with("The script of this run") {
            break;
        }
        reader.line(number, line)?;
    }
    Ok(reader.diagram)
}

/// Reads what stands below the head.
struct Reader {
    columns: Vec<Column>,
    diagram: Diagram,
    /// The last line: where it began and ended, and where the text stands.
    last: Option<(usize, usize)>,
    is_ours: bool,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), Misread> {
        let mut row: Vec<Line> = Vec::new();
        for (start, cell) in cells(line) {
            let Some(text) = without_remarks(&cell) else { continue };
            let end = start + cell.chars().count();
            if row.is_empty() && self.goes_on((start, end), &text) {
                continue;
            }
            if let Some(outcome) = text.strip_prefix("***") {
                self.diagram.outcome = Some(rule(number, outcome)?);
                self.last = None;
                continue;
            }
            let threads = self.threads_at(start);
            self.last = Some((start, end));
            let alone = row.iter().any(|line| line.threads == threads);
            let line = Line { number: number + 1, pattern: Pattern::read(&text), text, threads };
            if alone {
                self.push(std::mem::take(&mut row));
            }
            row.push(line);
        }
        self.push(row);
        Ok(())
    }

    fn push(&mut self, row: Vec<Line>) {
        if !row.is_empty() {
            self.diagram.rows.push(row);
        }
    }

    /// Is this the rest of the line before, which was too long? Then it is put to it.
    fn goes_on(&mut self, (start, end): (usize, usize), text: &str) -> bool {
        let Some((first, ended)) = self.last else { return false };
        let Some(line) = self.diagram.rows.last_mut().and_then(|row| row.last_mut()) else { return false };
        let is_open = line.text.matches('(').count() > line.text.matches(')').count();
        let word = text.split(' ').next().map_or(0, |word| word.chars().count());
        let had_no_room = ended + 1 + word > COMMIT_WIDTH - 4;
        // One long word that did not fit begins further to the left.
        let is_moved = start < first + 4 && end == COMMIT_WIDTH && !text.contains(' ') && as_call(text).is_none();
        let is_rest = self.is_ours && had_no_room && (start == first + 4 || is_moved);
        if !is_open && !is_rest {
            return false;
        }
        line.text = format!("{} {text}", line.text);
        line.pattern = Pattern::read(&line.text);
        self.last = Some((first, end));
        true
    }

    /// Whose line is it that begins there? The nearest column to the left; in our own diagrams lines go in by two, so far that
    /// they reach over the next column, and then it may be more than one.
    fn threads_at(&mut self, start: usize) -> Vec<ThreadId> {
        let near = |column: &Column| column.start <= start + usize::from(!self.is_ours);
        if !self.is_ours {
            let nearest = self.columns.iter().filter(|column| near(column)).max_by_key(|column| column.start);
            let nearest = nearest.or_else(|| self.columns.iter().min_by_key(|column| column.start));
            return nearest.map(|column| column.thread).into_iter().collect();
        }
        let depth = |column: &Column| (start - column.start) / 2;
        let fits = |column: &&mut Column| {
            column.start <= start && (start - column.start).is_multiple_of(2) && depth(column) <= column.depth + 1
        };
        let mut threads = Vec::new();
        for column in self.columns.iter_mut().rev().filter(fits) {
            column.depth = column.depth.max((start - column.start) / 2);
            threads.push(column.thread);
        }
        if threads.is_empty() {
            threads = self.columns.iter().rev().filter(|column| near(column)).map(|column| column.thread).collect();
        }
        threads
    }
}

/// The form without columns: `CPU0: grab_mapping_entry()`.
fn in_one_column(lines: &[String], start: usize, threads: usize) -> Result<Diagram, Misread> {
    let mut names: Vec<String> = Vec::new();
    let mut found: Vec<(usize, String, Option<ThreadId>, String)> = Vec::new();
    let mut diagram = Diagram::default();
    for (number, line) in lines.iter().enumerate().skip(start) {
        let Some(text) = without_remarks(line.trim()) else { continue };
        if matches!(text.as_str(), "---" | "--") || text.starts_with("The script of this run") {
            break;
        }
        if let Some(outcome) = text.strip_prefix("***") {
            diagram.outcome = Some(rule(number, outcome)?);
            continue;
        }
        let Some((name, thread, said)) = labelled(&text) else {
            let message =
                format!("`{text}` does not say who does it: begin it with `CPU0:`, or with `#` if it is a remark");
            return Err(Misread { line: number + 1, message });
        };
        if !names.contains(&name) {
            names.push(name.clone());
        }
        found.push((number, name, thread, said));
    }
    names.sort();
    for (number, name, thread, text) in found {
        let by_order = || ThreadId(names.iter().position(|known| *known == name).unwrap_or(0) as u8);
        let thread = thread.unwrap_or_else(by_order);
        if thread.index() >= threads {
            let message = format!("{thread} is no thread of the script, which has {threads}");
            return Err(Misread { line: number + 1, message });
        }
        if let Some(outcome) = text.strip_prefix("***") {
            diagram.outcome = Some(rule(number, outcome)?);
            continue;
        }
        let pattern = Pattern::read(&text);
        diagram.rows.push(vec![Line { number: number + 1, text, threads: vec![thread], pattern }]);
    }
    Ok(diagram)
}

/// `CPU0: text`, `A: text`: who, and what.
fn labelled(line: &str) -> Option<(String, Option<ThreadId>, String)> {
    let line = expanded(line);
    let (name, text) = line.trim().split_once(": ")?;
    let by_letter = of_letter(name).filter(|_| name.chars().all(char::is_uppercase));
    let (name, thread) = match by_letter {
        Some(thread) => (name.to_owned(), Some(thread)),
        None => label(name)?,
    };
    Some((name, thread, text.trim().to_owned()))
}

/// A text without what is not claimed: remarks behind `#` and in `/* */`, `[ ]` or `< >`, rules of dashes, dots for what is
/// left out; `None`: nothing is left.
fn without_remarks(text: &str) -> Option<String> {
    let mut left = text.to_owned();
    if left.len() > 3 && left.chars().all(|c| "-=.~".contains(c)) || left == "..." {
        return None;
    }
    for (opens, closes) in [("/*", "*/"), ("[", "]"), ("<", ">")] {
        while let Some(from) = left.find(opens) {
            let end = left[from..].find(closes).map_or(left.len(), |end| from + end + closes.len());
            left.replace_range(from..end, "");
        }
    }
    let left = match left.find('#') {
        Some(0) => "",
        Some(at) if left[..at].ends_with(' ') => &left[..at],
        _ => &left,
    };
    let left = left.trim();
    (!left.is_empty()).then(|| left.to_owned())
}

/// The rule that a line like `*** Lost wake-up` names, by its headline or its name.
fn rule(number: usize, text: &str) -> Result<Rule, Misread> {
    let said = text.trim().trim_matches('*').trim().trim_end_matches('.').to_lowercase();
    let is_it = |rule: &Rule| rule.name() == said || rule.headline().to_lowercase() == said;
    Rule::ALL.into_iter().find(is_it).ok_or_else(|| {
        let known = Rule::ALL.map(Rule::name).join(", ");
        Misread { line: number + 1, message: format!("`*** {said}` names no rule; known are {known}") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(diagram: &Diagram) -> Vec<(String, String)> {
        let names = |line: &Line| line.threads.iter().map(ToString::to_string).collect::<String>();
        diagram.rows.iter().flatten().map(|line| (names(line), line.text.clone())).collect()
    }

    #[test]
    fn columns_say_whose_a_line_is() {
        let text = "words before\n\nCPU0                 CPU 1\n----\n";
        assert_eq!(begins_at(text), Some(2));
        let text = "> CPU0                 CPU 1\n> foo_a()   # first\n>                      foo_b()\n>   foo_c() -> NULL\n\
                    > foo_d()              foo_e()   /* at once */\n>                      *** Lost wake-up\n";
        let diagram = read(text, 2).expect("a diagram");
        let told: Vec<_> = whose(&diagram).into_iter().map(|(who, what)| format!("{who} {what}")).collect();
        assert_eq!(told, ["A foo_a()", "B foo_b()", "A foo_c() -> NULL", "A foo_d()", "B foo_e()"]);
        assert_eq!(diagram.rows.len(), 4, "what stands in one row is one row");
        assert_eq!(diagram.outcome, Some(Rule::LostWakeup));
    }

    #[test]
    fn names_say_whose_a_line_is() {
        let diagram =
            read("thread A\nCPU1: foo_b()\nCPU0: foo_a()\n# a remark\nCPU1: *** deadlock\n", 2).expect("a diagram");
        let told: Vec<_> = whose(&diagram).into_iter().map(|(who, what)| format!("{who} {what}")).collect();
        assert_eq!(told, ["B foo_b()", "A foo_a()"]);
        assert_eq!(diagram.outcome, Some(Rule::Deadlock));
        let diagram =
            read("CPU0 (B)             CPU1 (A)\nfoo_a()\n                     foo_b()\n", 2).expect("a diagram");
        assert_eq!(whose(&diagram)[0].0, "B");
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        let refused = |text: &str, threads: usize| {
            let misread = read(text, threads).expect_err("a refusal");
            format!("{}: {}", misread.line, misread.message)
        };
        assert!(refused("words only\n", 2).starts_with("1: there is no diagram"));
        assert!(refused("CPU0      CPU1     CPU2\nfoo_a()\n", 2).contains("C is no thread of the script"));
        assert!(refused("CPU0      CPU1\n\n", 2).contains("says nothing"));
        assert!(refused("CPU0: foo_a()\nand so on\n", 2).starts_with("2: `and so on` does not say who"));
        assert!(refused("CPU0: foo_a()\n*** nonsense\n", 2).contains("names no rule; known are kernel-bug"));
    }
}
