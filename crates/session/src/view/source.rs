//! The kernel function on screen: the program that runs.

use super::Build;
use super::Text;
use crate::action::Object;
use crate::texts::{MissingText, TextId};
use crate::until::Line;
use daxscope_core::kernel::file_of;
use daxscope_core::machine::Stop;
use daxscope_core::narrate;
use daxscope_core::units::ThreadId;
use std::panic::Location;
use std::rc::Rc;

/// A kernel function with the lines at which threads stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceView {
    /// The thread whose function it is; `None`: nobody is in one.
    pub thread: Option<ThreadId>,
    /// `grab.rs`; empty if there is nothing to show.
    pub file: &'static str,
    /// The function.
    pub function: Text,
    /// The number of the first line of `lines`.
    pub first_line: u32,
    /// The lines of the function with its doc comment.
    pub lines: Rc<[&'static str]>,
    /// The line that the thread is at.
    pub current_line: Option<u32>,
    /// The line that the last step performed, if it lies in this file.
    pub performed_line: Option<u32>,
    /// All threads that stand in these lines.
    pub marks: Rc<[SourceMark]>,
    /// The chosen line, of this file or of another.
    pub chosen: Option<Line>,
    /// How many threads there are.
    pub threads: u8,
    /// Why there are no lines.
    pub missing: Option<MissingText>,
}

/// A thread stands at a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceMark {
    /// The line.
    pub line: u32,
    /// Who.
    pub thread: ThreadId,
    /// Is it blocked there?
    pub is_blocked: bool,
}

impl Build<'_> {
    /// The function of the selected thread, of the one that made the step, or of the next one.
    pub(super) fn source(&self) -> SourceView {
        let Some((thread, at, stands)) = self.source_place() else { return SourceView::default() };
        let Some(file) = file_of(at) else { return SourceView::default() };
        let text = match self.session.texts.part(TextId::Kernel, file) {
            Ok(text) => text,
            Err(missing) => return self.without_lines(thread, file, stands.then_some(at.line()), missing),
        };
        let (first_line, lines) = function_around(text, at.line());
        let range = first_line..first_line + lines.len() as u32;
        let in_view = |at: &Location<'_>| file_of(at) == Some(file) && range.contains(&at.line());
        let mark = |thread| {
            let stop = self.machine().position(thread).stop().filter(|stop| in_view(stop.at))?;
            Some(SourceMark { line: stop.at.line(), thread, is_blocked: self.machine().blocked(thread).is_some() })
        };
        let performed = self.run().current().and_then(|step| step.record.performed.last());
        SourceView {
            thread: Some(thread),
            file,
            function: narrate::listing_name(function_name(&lines), &self.run().scenario().revision).into(),
            first_line,
            lines: lines.into(),
            current_line: stands.then_some(at.line()),
            performed_line: performed
                .filter(|performed| in_view(performed.stop.at))
                .map(|performed| performed.stop.at.line()),
            marks: self.machine().thread_ids().filter_map(mark).collect(),
            chosen: self.session.until.line,
            threads: self.run().scenario().threads.len() as u8,
            missing: None,
        }
    }

    /// What is known while the listing is not there.
    fn without_lines(
        &self,
        thread: ThreadId,
        file: &'static str,
        line: Option<u32>,
        missing: MissingText,
    ) -> SourceView {
        let (thread, missing) = (Some(thread), Some(missing));
        SourceView {
            thread,
            file,
            function: file.into(),
            current_line: line,
            chosen: self.session.until.line,
            missing,
            ..SourceView::default()
        }
    }

    /// The thread to look at, a place in the kernel's code, and whether it stands there rather than having been there.
    fn source_place(&self) -> Option<(ThreadId, &'static Location<'static>, bool)> {
        let selected = match self.session.selection {
            Some(Object::Thread(thread)) if thread.index() < self.run().scenario().threads.len() => Some(thread),
            _ => None,
        };
        let current = self.run().current().map(|step| step.record.choice.thread);
        let next = || match self.session.hides_future() {
            true => self.run().default_thread(),
            false => self.session.next_thread(),
        };
        let thread = selected.or(current).or_else(next)?;
        let stands: Option<&Stop> = self.machine().position(thread).stop();
        let was = || {
            let last = &self.run().steps()[self.run().last_step_of(thread)? - 1];
            last.record.performed.last().map(|performed| performed.stop.at)
        };
        match stands {
            Some(stop) => Some((thread, stop.at, true)),
            None => was().map(|at| (thread, at, false)),
        }
    }
}

/// The top-level item around a line, with its doc comment: its first line and its lines.
fn function_around(text: &'static str, line: u32) -> (u32, Vec<&'static str>) {
    let lines: Vec<&'static str> = text.lines().collect();
    let at = (line as usize).clamp(1, lines.len().max(1)) - 1;
    let is_start = |line: &&str| line.contains("fn ") && !line.starts_with([' ', '/', '}']);
    let Some(mut start) = lines.iter().take(at + 1).rposition(is_start) else { return (1, lines) };
    while start > 0 && lines[start - 1].starts_with(['/', '#']) {
        start -= 1;
    }
    let end = lines.iter().skip(at).position(|line| line.starts_with('}')).map_or(lines.len(), |more| at + more + 1);
    (start as u32 + 1, lines[start..end].to_vec())
}

/// The name behind the first `fn`.
fn function_name(lines: &[&'static str]) -> &'static str {
    let code = lines.iter().filter(|line| !line.starts_with('/'));
    let name = code.filter_map(|line| line.split_once("fn ")).map(|(_, name)| name).next().unwrap_or_default();
    name.split(['(', '<']).next().unwrap_or_default()
}
