//! The script in a mail, a diagram or a picture: everything below the line that announces it.

use super::errors_in;
use super::mended::mended;

/// The part of the line that every version has written, and that no mailer breaks.
const MARK: &str = "The script of this run";

/// The script below the line that announces it, and what was done to read it; `None`: nothing does.
pub(super) fn marked_script(text: &str) -> Option<(String, Vec<String>)> {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().rposition(|line| line.contains(MARK))?;
    let prefix = lines[at].split(MARK).next().unwrap_or("");
    let below: Vec<&str> = lines[at + 1..].iter().map_while(|line| without(line, prefix)).collect();
    // A mailer that breaks the announcement leaves its end on a line of its own.
    let head = below.iter().take_while(|line| !line.trim().is_empty()).count();
    let below = below.get(head..).unwrap_or(&[]);
    let end = below.iter().position(|line| *line == "-- " || line.contains("</")).unwrap_or(below.len());
    let whole = &below[..end];
    let indented = whole.iter().position(|line| !line.trim().is_empty() && !line.starts_with(' '));
    let strict = read(&whole[..indented.unwrap_or(end)]);
    if indented.is_none() || errors_in(&strict.0) == 0 && strict.0.contains("\nposition ") {
        return found(strict);
    }
    // Lines that a mailer has broken do not begin with a space any more; what others wrote below does not either.
    let loose = read(whole);
    found(if errors_in(&loose.0) <= errors_in(&strict.0) { loose } else { strict })
}

fn found(read: (String, Vec<String>)) -> Option<(String, Vec<String>)> {
    (!read.0.trim().is_empty()).then_some(read)
}

fn read(lines: &[&str]) -> (String, Vec<String>) {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.strip_prefix("  ").unwrap_or(line).trim_end());
        text.push('\n');
    }
    let text = text.replace("#123;", "{").replace("#125;", "}");
    let (mut script, said) = mended(text.trim_matches('\n'));
    if !script.ends_with('\n') {
        script.push('\n');
    }
    (script, said)
}

/// A line without the signs of quotation or comment before it; `None`: it has none, so it is not of the block any more.
fn without<'t>(line: &'t str, prefix: &str) -> Option<&'t str> {
    if let Some(rest) = line.strip_prefix(prefix) {
        return Some(rest);
    }
    let bare = prefix.trim_end();
    if line.trim().is_empty() && bare.is_empty() {
        return Some("");
    }
    if bare.is_empty() { Some(line) } else { line.strip_prefix(bare).filter(|rest| rest.trim().is_empty()) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_mark_is_what_is_written() {
        assert!(daxscope_core::narrate::SCRIPT_HEAD.starts_with(super::MARK));
    }
}
