//! The kernel: a preset and changes to its switches; and locks that can be off.

use super::{Change, Flag, Refusal};
use crate::revision::{preset, switch, unlisted};
use crate::scenario::FsKind;
use crate::scenario::statement::Statement;

impl Change<'_, '_> {
    /// The words of the `revision` line, or what they are without one.
    fn words(&self) -> (&'static str, Vec<(&'static str, &'static str)>) {
        let line = self.parsed.source.revision.map(|line| line as usize);
        match line.and_then(|line| self.rows.statement(line)) {
            Some(Statement::Revision { preset, changes }) => (preset, changes.clone()),
            _ => ("4.10.0", Vec::new()),
        }
    }

    fn set_words(&mut self, preset: &'static str, changes: Vec<(&'static str, &'static str)>) {
        let statement = Statement::Revision { preset, changes };
        match self.parsed.source.revision {
            Some(line) => self.rows.replace(line as usize, statement),
            None => self.rows.insert(statement),
        }
    }

    pub(super) fn preset(&mut self, name: &str) -> Result<(), Refusal> {
        let missing =
            || unlisted(name).map_or_else(|| format!("There is no revision `{name}`."), |(message, _)| message);
        let known = preset(name).ok_or_else(missing)?;
        let (_, mut changes) = self.words();
        changes.retain(|(name, value)| switch(name).is_some_and(|it| (it.get)(&known.revision) != *value));
        self.set_words(known.name, changes);
        Ok(())
    }

    pub(super) fn switch(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        let known = switch(name).ok_or_else(|| format!("There is no switch `{name}`."))?;
        let values = known.values;
        let value =
            values.iter().find(|it| **it == value).ok_or_else(|| format!("`{name}` is {}.", values.join(" or ")))?;
        let (base, mut changes) = self.words();
        let usual = preset(base).is_some_and(|base| (known.get)(&base.revision) == *value);
        let at = changes.iter().position(|(changed, _)| *changed == known.name);
        match (at, usual) {
            (Some(at), true) => drop(changes.remove(at)),
            (Some(at), false) => changes[at].1 = value,
            (None, true) => {}
            (None, false) => changes.push((known.name, value)),
        }
        self.set_words(base, changes);
        Ok(())
    }

    pub(super) fn flag(&mut self, flag: Flag, on: bool) -> Result<(), Refusal> {
        let source = &self.parsed.source;
        let (line, is_usual, statement) = match flag {
            Flag::FsLock => (source.fs_lock, on, Statement::FsLock(on)),
            Flag::IMmapRwsem => (source.i_mmap_rwsem, on, Statement::IMmapRwsem(on)),
            Flag::Journal => (source.journal, !on, Statement::Journal(on)),
            Flag::Xfs => (source.fs, !on, Statement::Fs(if on { FsKind::Xfs } else { FsKind::Ext4 })),
        };
        match line {
            Some(line) => self.rows.replace(line as usize, statement),
            None if is_usual => {}
            None => self.rows.insert(statement),
        }
        Ok(())
    }
}
