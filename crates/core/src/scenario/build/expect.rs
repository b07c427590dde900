//! What the script expects: names looked up, and what could never be asked reported.

use super::{Builder, ReadLine};
use crate::scenario::diagnostic::quote;
use crate::scenario::expectation::{EndedHow, Expectation, Fact};
use crate::scenario::limits::MAX_EXPECTATIONS;
use crate::scenario::statement::{ExpectLine, Statement};
use crate::scenario::{Operation, Process, ThreadScript};

impl Builder {
    pub(super) fn expectations(
        &mut self,
        read: &[ReadLine<'_>],
        processes: &[Process],
        threads: &[ThreadScript],
    ) -> Vec<Expectation> {
        let mut all: Vec<Expectation> = Vec::new();
        for read in read {
            let Some(Statement::Expect(line)) = &read.statement else { continue };
            if all.len() == MAX_EXPECTATIONS {
                let message = format!("This is expectation {}.", MAX_EXPECTATIONS + 1);
                self.error(&read.line, &read.keyword, message, format!("at most {MAX_EXPECTATIONS}"));
                break;
            }
            let Some(expectation) = self.expectation(read, line, processes, threads) else { continue };
            let is_verdict = |one: &Expectation| matches!(one, Expectation::Clean | Expectation::Violation(_));
            if let Some(other) = all.iter().position(is_verdict).filter(|_| is_verdict(&expectation)) {
                let number = self.map.expectations[other];
                let message = format!("Line {number} says already whether a rule breaks.");
                self.error(&read.line, &line.whole, message, "one `expect clean` or `expect violation`");
                continue;
            }
            all.push(expectation);
            self.map.expectations.push(read.line.number);
        }
        all
    }

    fn expectation(
        &mut self,
        read: &ReadLine<'_>,
        line: &ExpectLine,
        processes: &[Process],
        threads: &[ThreadScript],
    ) -> Option<Expectation> {
        let mut expectation = line.expectation;
        let Expectation::Fact { holds, fact } = &mut expectation else { return Some(expectation) };
        match fact {
            Fact::Mapped { mm, .. } => {
                if let Some(process) = &line.process {
                    *mm = Some(self.find_process(&read.line, process, processes)?);
                }
            }
            Fact::Ended { how, thread, operation } => {
                let Some(letter) = &line.thread else {
                    if *holds {
                        let message = "Whose operation is meant is missing.";
                        self.error(&read.line, &line.whole, message, "`in THREAD` after it");
                        return None;
                    }
                    return Some(expectation);
                };
                let Some(found) = self.find_thread(letter.value) else {
                    self.report_thread(&read.line, &letter.bytes, letter.value);
                    return None;
                };
                let operations = threads.get(found.index()).map_or(&[][..], |thread| &thread.operations);
                let count = operations.len();
                if count == 0 || operation.is_some_and(|number| usize::from(number) >= count) {
                    let message = format!("Thread {} has {count} operations.", quote(&letter.value.to_string()));
                    self.error(&read.line, &line.whole, message, "the number of one of its operations, from 1");
                    return None;
                }
                *thread = Some(found);
                if *holds && operation.is_none() {
                    *operation = Some(last(*how, operations));
                }
            }
            Fact::Entry { .. } | Fact::Dirty { .. } => {}
        }
        Some(expectation)
    }
}

/// The operation that is meant where none is named: the last one, of those that can fall back if it is about that.
fn last(how: EndedHow, operations: &[Operation]) -> u16 {
    let is_huge = |operation: &Operation| matches!(operation, Operation::Access { huge: true, .. });
    let huge = operations.iter().rposition(is_huge).filter(|_| matches!(how, EndedHow::Fallback(_)));
    huge.unwrap_or(operations.len() - 1) as u16
}
