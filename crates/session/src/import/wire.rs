//! Rows of cells: what the page and whoever reads a trace for it tell each other. A cell may hold anything.

/// Writes rows.
#[derive(Debug, Default)]
pub(super) struct Writer(String);

impl Writer {
    /// A row: its kind, then its cells.
    pub(super) fn row(&mut self, kind: &str, cells: &[&str]) {
        self.0.push_str(kind);
        for cell in cells {
            self.0.push('\t');
            escape(&mut self.0, cell);
        }
        self.0.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn escape(into: &mut String, cell: &str) {
    for c in cell.chars() {
        match c {
            '\\' => into.push_str("\\\\"),
            '\t' => into.push_str("\\t"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            c => into.push(c),
        }
    }
}

/// A row that was read. A cell that is not there is empty.
#[derive(Debug)]
pub(super) struct Row<'m> {
    pub(super) kind: &'m str,
    cells: Vec<String>,
}

impl Row<'_> {
    pub(super) fn text(&self, at: usize) -> String {
        self.cells.get(at).cloned().unwrap_or_default()
    }

    pub(super) fn number(&self, at: usize) -> Option<u64> {
        self.cells.get(at)?.parse().ok()
    }

    /// All cells from that one on.
    pub(super) fn rest(&self, at: usize) -> Vec<String> {
        self.cells.get(at..).unwrap_or_default().to_vec()
    }
}

/// The rows of a message.
pub(super) fn rows(message: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for line in message.lines() {
        let mut cells = line.split('\t');
        let kind = cells.next().unwrap_or_default();
        rows.push(Row { kind, cells: cells.map(unescaped).collect() });
    }
    rows
}

fn unescaped(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('t') => text.push('\t'),
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some(other) => text.push(other),
                None => {}
            },
            (c, false) => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_whatever_they_hold() {
        let cells = ["", "a b", "tab\tline\nreturn\r", "\\n is two letters", "ends in \\", "é…"];
        let mut writer = Writer::default();
        writer.row("kind", &cells);
        writer.row("other", &["7", "seven"]);
        let message = writer.finish();
        let read = rows(&message);
        assert_eq!((read[0].kind, read[0].rest(0)), ("kind", cells.map(str::to_owned).to_vec()));
        assert_eq!((read[1].number(0), read[1].number(1), read[1].number(9)), (Some(7), None, None));
        assert_eq!(read[1].text(9), "");
    }
}
