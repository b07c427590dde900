//! What comes of reading a file as the message in which it travels from the Worker to the page.

use super::report::{
    Fact, Reason, Report, ScenarioReport, Span, SpanKind, Suspect, Table, TraceReport, TreeEntry, TreeReport,
};
use super::wire::{Row, Writer, rows};

impl Report {
    /// As a message.
    #[must_use]
    pub fn to_message(&self) -> String {
        let mut writer = Writer::default();
        match self {
            Report::Reading(bytes) => writer.row("reading", &[&bytes.to_string()]),
            Report::Failed(why) => writer.row("failed", &[why]),
            Report::Trace(trace) => write_trace(&mut writer, trace),
            Report::Trees(trees) => write_trees(&mut writer, trees),
            Report::Scenario(scenario) => write_scenario(&mut writer, scenario),
        }
        writer.finish()
    }

    /// From a message; `None`: it is damaged.
    #[must_use]
    pub fn from_message(message: &str) -> Option<Report> {
        let rows = rows(message);
        let first = rows.first()?;
        Some(match first.kind {
            "reading" => Report::Reading(first.number(0)?),
            "failed" => Report::Failed(first.text(0)),
            "trace" => Report::Trace(Box::new(read_trace(&rows))),
            "trees" => Report::Trees(read_trees(&rows)),
            "scenario" => Report::Scenario(Box::new(read_scenario(&rows))),
            _ => return None,
        })
    }

    /// Is there more to come?
    #[must_use]
    pub const fn is_last(&self) -> bool {
        !matches!(self, Report::Reading(_))
    }
}

fn write_trace(writer: &mut Writer, trace: &TraceReport) {
    let bit = |is: bool| if is { "1" } else { "0" };
    writer.row(
        "trace",
        &[
            &trace.about,
            &trace.kernel,
            &trace.because,
            &trace.contradiction,
            &trace.headline,
            &trace.more_suspects.to_string(),
            &trace.not_understood.to_string(),
            bit(trace.beyond.0),
            bit(trace.beyond.1),
            bit(trace.is_ticks),
        ],
    );
    for (name, count) in &trace.totals {
        writer.row("total", &[name, &count.to_string()]);
    }
    for reason in &trace.reasons {
        let Reason { count, ranges, name, certainty, label, line, who, because, remedy } = reason;
        let (count, ranges, line) = (count.to_string(), ranges.to_string(), line.to_string());
        writer.row("reason", &[&count, &ranges, name, certainty, label, &line, who, because, remedy]);
    }
    for (kind, sentences) in [("unasked", &trace.not_asked), ("aside", &trace.asides), ("warning", &trace.warnings)] {
        for sentence in sentences {
            writer.row(kind, &[sentence]);
        }
    }
    for suspect in &trace.suspects {
        writer.row("suspect", &[&suspect.title, &suspect.how, &suspect.note]);
        for (line, sentence) in &suspect.evidence {
            writer.row("evidence", &[&line.to_string(), sentence]);
        }
    }
    for table in &trace.tables {
        writer.row("table", &[&table.title, &table.total.to_string()]);
        writer.row("columns", &refs(&table.columns));
        for row in &table.rows {
            writer.row("row", &refs(row));
        }
    }
    for (line, text, why) in &trace.strange {
        writer.row("strange", &[&line.to_string(), text, why]);
    }
    for (tid, name) in &trace.names {
        writer.row("name", &[&tid.to_string(), name]);
    }
    for span in &trace.spans {
        write_span(writer, span);
    }
}

fn refs(cells: &[String]) -> Vec<&str> {
    cells.iter().map(String::as_str).collect()
}

fn write_span(writer: &mut Writer, span: &Span) {
    let last = span.last.map_or(String::new(), |last| last.to_string());
    let bits = u8::from(span.is_write) | u8::from(span.is_zero) << 1;
    let numbers = [
        u64::from(span.tid),
        span.lines.0,
        span.lines.1,
        span.times.0,
        span.times.1,
        span.page,
        span.flushed,
        u64::from(bits),
        u64::from(span.file.0),
        u64::from(span.file.1),
        span.file.2,
    ];
    let numbers = numbers.map(|number| number.to_string());
    let mut cells = vec![span.kind.name(), &span.result, &last];
    for number in &numbers {
        cells.push(number);
    }
    writer.row("span", &cells);
}

fn read_span(row: &Row<'_>) -> Span {
    let number = |at: usize| row.number(at + 3).unwrap_or(0);
    let bits = number(7);
    Span {
        kind: SpanKind::from_name(&row.text(0)),
        result: row.text(1),
        last: row.number(2),
        tid: number(0) as u32,
        lines: (number(1), number(2)),
        times: (number(3), number(4)),
        page: number(5),
        flushed: number(6),
        is_write: bits & 1 != 0,
        is_zero: bits & 2 != 0,
        file: (number(8) as u32, number(9) as u32, number(10)),
    }
}

fn read_trace(rows: &[Row<'_>]) -> TraceReport {
    let mut trace = TraceReport::default();
    for row in rows {
        let (line, text) = (row.number(0).unwrap_or(0), || row.text(0));
        match row.kind {
            "trace" => {
                (trace.about, trace.kernel, trace.because) = (text(), row.text(1), row.text(2));
                (trace.contradiction, trace.headline) = (row.text(3), row.text(4));
                trace.more_suspects = row.number(5).unwrap_or(0);
                trace.not_understood = row.number(6).unwrap_or(0);
                trace.beyond = (row.number(7) == Some(1), row.number(8) == Some(1));
                trace.is_ticks = row.number(9) == Some(1);
            }
            "total" => trace.totals.push((text(), row.number(1).unwrap_or(0))),
            "reason" => trace.reasons.push(Reason {
                count: line,
                ranges: row.number(1).unwrap_or(0),
                name: row.text(2),
                certainty: row.text(3),
                label: row.text(4),
                line: row.number(5).unwrap_or(0),
                who: row.text(6),
                because: row.text(7),
                remedy: row.text(8),
            }),
            "unasked" => trace.not_asked.push(text()),
            "aside" => trace.asides.push(text()),
            "warning" => trace.warnings.push(text()),
            "suspect" => trace.suspects.push(Suspect {
                title: text(),
                how: row.text(1),
                note: row.text(2),
                evidence: Vec::new(),
            }),
            "evidence" => {
                if let Some(suspect) = trace.suspects.last_mut() {
                    suspect.evidence.push((line, row.text(1)));
                }
            }
            "table" => {
                let total = row.number(1).unwrap_or(0);
                trace.tables.push(Table { title: text(), total, ..Table::default() });
            }
            "columns" | "row" => {
                if let Some(table) = trace.tables.last_mut() {
                    match row.kind {
                        "columns" => table.columns = row.rest(0),
                        _ => table.rows.push(row.rest(0)),
                    }
                }
            }
            "strange" => trace.strange.push((line, row.text(1), row.text(2))),
            "name" => _ = trace.names.insert(line as u32, row.text(1)),
            "span" => trace.spans.push(read_span(row)),
            _ => {}
        }
    }
    trace
}

fn write_scenario(writer: &mut Writer, scenario: &ScenarioReport) {
    let follows = if scenario.follows { "1" } else { "0" };
    writer.row("scenario", &[&scenario.script, &scenario.verdict, follows]);
    for fact in &scenario.facts {
        let line = fact.line.map_or(String::new(), |line| line.to_string());
        writer.row("fact", &[&line, &fact.words, &fact.how]);
    }
    for (line, sentence) in &scenario.differences {
        writer.row("difference", &[&line.to_string(), sentence]);
    }
    for lane in &scenario.lanes {
        writer.row("lane", &[lane]);
    }
}

fn read_scenario(rows: &[Row<'_>]) -> ScenarioReport {
    let mut scenario = ScenarioReport::default();
    for row in rows {
        match row.kind {
            "scenario" => {
                (scenario.script, scenario.verdict) = (row.text(0), row.text(1));
                scenario.follows = row.number(2) == Some(1);
            }
            "fact" => scenario.facts.push(Fact { line: row.number(0), words: row.text(1), how: row.text(2) }),
            "difference" => scenario.differences.push((row.number(0).unwrap_or(0), row.text(1))),
            "lane" => scenario.lanes.push(row.text(0)),
            _ => {}
        }
    }
    scenario
}

fn write_trees(writer: &mut Writer, trees: &[TreeReport]) {
    let option = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    writer.row("trees", &[]);
    for tree in trees {
        let numbers = [tree.ino, tree.size, tree.pages, tree.exceptional].map(option);
        writer.row("tree", &[&tree.tag, &numbers[0], &numbers[1], &numbers[2], &numbers[3]]);
        for entry in &tree.entries {
            writer.row("entry", &[&entry.index.to_string(), &entry.raw.to_string(), &entry.marks, &entry.page]);
        }
        for sentence in &tree.wrong {
            writer.row("wrong", &[sentence]);
        }
    }
}

fn read_trees(rows: &[Row<'_>]) -> Vec<TreeReport> {
    let mut trees: Vec<TreeReport> = Vec::new();
    for row in rows {
        if row.kind == "tree" {
            trees.push(TreeReport {
                tag: row.text(0),
                ino: row.number(1),
                size: row.number(2),
                pages: row.number(3),
                exceptional: row.number(4),
                ..TreeReport::default()
            });
            continue;
        }
        let Some(tree) = trees.last_mut() else { continue };
        match row.kind {
            "entry" => tree.entries.push(TreeEntry {
                index: row.number(0).unwrap_or(0),
                raw: row.number(1).unwrap_or(0),
                marks: row.text(2),
                page: row.text(3),
            }),
            "wrong" => tree.wrong.push(row.text(0)),
            _ => {}
        }
    }
    trees
}
