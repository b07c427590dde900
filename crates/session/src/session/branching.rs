//! Leaving a branch, going to another, undoing that; names, and what the browser keeps.

use super::{Address, Origin, Session, plural};
use crate::action::{Effect, Panel};
use crate::branches::{self, Branches, Ending, MAX_BRANCHES, Undone};
use crate::run::Run;
use crate::view::alerts::NoticeKind;
use daxscope_core::digest::Digest;
use daxscope_core::scenario::Schedule;

/// The longest name of a branch.
const MAX_NAME_CHARS: usize = 60;

impl Session {
    /// Writes down what the branch on screen has become.
    pub(super) fn keep_branch(&mut self) {
        let Schedule { step_size, choices } = self.schedule();
        let (ending, seen, revision) = (Ending::of(&self.run), self.told_steps(), self.run.scenario().revision);
        if let Some(branch) = self.branches.current_mut() {
            (branch.size, branch.choices, branch.revision) = (step_size, choices, revision);
            branch.seen = branch.seen.max(seen);
            branch.ending = Some(ending);
        }
    }

    /// Another script: its branches begin with this run, and the browser may know of more.
    pub(super) fn begin_branches(&mut self) {
        self.branches = Branches::new(self.run.scenario().revision, self.run.size());
        (self.kept_version, self.wants_branches) = (self.branches.version, true);
        self.keep_branch();
    }

    /// The steps behind the position are about to be replaced by others.
    pub(super) fn part_branch(&mut self) {
        self.keep_branch();
        self.branches.part(self.run.position(), true);
        self.limit_branches();
    }

    /// The run is another one now: goes to its branch, or makes one.
    pub(super) fn adopt_run(&mut self, left_at: usize, is_undoable: bool) {
        let Schedule { step_size, choices } = self.schedule();
        let revision = self.run.scenario().revision;
        let is_it = |branch: &&branches::Branch| {
            branch.choices == choices && (branch.size, branch.revision) == (step_size, revision)
        };
        let known = self.branches.all().iter().find(is_it).map(|branch| branch.id);
        match known {
            Some(id) if id == self.branches.current_id() => {}
            Some(id) => self.branches.enter(id, left_at),
            None => self.branches.begin_other(left_at, revision, step_size, is_undoable),
        }
        if !is_undoable {
            self.branches.forget_past();
        }
        self.keep_branch();
        self.limit_branches();
    }

    fn limit_branches(&mut self) {
        let dropped = self.branches.limit();
        if dropped > 0 {
            let many = plural(dropped, "branch").replace("branchs", "branches");
            let text = format!(
                "At most {MAX_BRANCHES} branches of a script are kept: {many} without a name went, the oldest first."
            );
            self.notice(NoticeKind::Information, text);
        }
    }

    /// Makes a branch the run.
    fn show_branch(&mut self, id: u32, position: Option<usize>) {
        let Some(branch) = self.branches.get(id).cloned() else { return };
        let is_like = (self.run.size(), self.run.scenario().revision) == (branch.size, branch.revision);
        let mut shared = 0;
        if is_like {
            let here = self.run.choices();
            shared = here.iter().zip(&branch.choices).take_while(|(a, b)| a == b).count();
            let stood = self.run.position();
            self.run.go_to(shared);
            self.run.truncate();
            self.run.go_to(stood.min(shared));
        } else {
            self.revision = Some(branch.revision).filter(|&revision| revision != self.running.scenario.revision);
            self.run = Run::new(self.scenario(), branch.size);
        }
        let stand = position.unwrap_or(self.run.position());
        self.run.go_to(shared);
        let made = branch.choices[shared..].iter().take_while(|&&choice| self.run.extend(choice)).count();
        self.rest = branch.choices[shared + made..].to_vec();
        self.run.go_to(stand);
        self.generation += 1;
        self.passed = None;
        self.keep_branch();
    }

    pub(super) fn open_branch(&mut self, id: u32, effects: &mut Vec<Effect>) -> Address {
        if id == self.branches.current_id() {
            effects.push(Effect::Tell("This is the branch on screen.".into()));
            return Address::Same;
        }
        if self.branches.get(id).is_none() {
            effects.push(Effect::Tell("There is no such branch any more.".into()));
            return Address::Same;
        }
        self.keep_branch();
        self.branches.enter(id, self.run.position());
        self.show_branch(id, None);
        let name = self.branch_name(id);
        let sentence = if self.hides_future() {
            format!("{name}, at step {}.", self.run.position())
        } else {
            format!("{name}, at step {} of {}.", self.run.position(), self.run.len())
        };
        effects.push(Effect::Tell(sentence));
        Address::Push
    }

    /// What cannot be undone may still be had: the list of branches outlives the page, the way back does not.
    fn no_branch_to_undo(&self) -> String {
        let others = self.branches.all().len().saturating_sub(1);
        if others == 0 {
            return "There is no branch to undo.".into();
        }
        let others = if others == 1 { "the other one".into() } else { format!("the {others} others") };
        format!(
            "There is no branch to undo: that goes back only to where this page was opened. Branches (b) lists {others}."
        )
    }

    pub(super) fn undo_branch(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.keep_branch();
        match self.branches.undo(self.run.position()) {
            Some(undone) => self.carry_out(undone, effects),
            None => match self.aside.take() {
                Some(link) => self.bring_back(*link, effects),
                None => {
                    effects.push(Effect::Tell(self.no_branch_to_undo()));
                    Address::Same
                }
            },
        }
    }

    pub(super) fn redo_branch(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.keep_branch();
        match self.branches.redo(self.run.position()) {
            Some(undone) => self.carry_out(undone, effects),
            None => {
                effects.push(Effect::Tell("There is no branch to do again.".into()));
                Address::Same
            }
        }
    }

    fn carry_out(&mut self, undone: Undone, effects: &mut Vec<Effect>) -> Address {
        let sentence = match undone {
            Undone::Go(place) => {
                self.show_branch(place.branch, Some(place.position));
                let (name, at) = (self.branch_name(place.branch), self.run.position());
                let behind = self.run.len() - at;
                match (self.hides_future(), behind) {
                    (true, _) | (_, 0) => format!("{name} again, at step {at}."),
                    (false, 1) => format!("{name} again: 1 step is back after step {at}."),
                    (false, _) => format!("{name} again: {behind} steps are back after step {at}."),
                }
            }
            Undone::Back(id) => format!("{} is back.", self.branch_name(id)),
            Undone::Gone(name) if name.is_empty() => "The branch is deleted again.".into(),
            Undone::Gone(name) => format!("{name} is deleted again."),
        };
        effects.push(Effect::Tell(sentence));
        Address::Push
    }

    pub(super) fn rename_branch(&mut self, id: u32, name: &str, effects: &mut Vec<Effect>) -> Address {
        let name: String = name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
        let name = name.trim().to_owned();
        if let Some(branch) = self.branches.get_mut(id) {
            branch.name.clone_from(&name);
            self.branches.version += 1;
            effects.push(Effect::Announce(match name.is_empty() {
                true => "The branch has no name any more.".into(),
                false => format!("The branch is called {name}."),
            }));
        }
        Address::Same
    }

    pub(super) fn delete_branch(&mut self, id: u32, effects: &mut Vec<Effect>) -> Address {
        let name = self.branch_name(id);
        effects.push(Effect::Tell(if id == self.branches.current_id() {
            "This branch is on screen. Open another one, then delete it.".into()
        } else if self.branches.delete(id).is_some() {
            format!("{name} is deleted; Ctrl+Z has it.")
        } else {
            "There is no such branch any more.".into()
        }));
        Address::Same
    }

    /// Shows the branch beside the one on screen.
    pub(super) fn compare_branch(&mut self, id: u32, effects: &mut Vec<Effect>) -> Address {
        if id == self.branches.current_id() {
            effects.push(Effect::Tell("This is the branch on screen. Compare it with another one.".into()));
            return Address::Same;
        }
        self.keep_branch();
        let address = self.open_panel(Panel::SideBySide, effects);
        self.compared_branch = Some(id);
        address
    }

    /// Its name, or its number.
    pub(crate) fn branch_name(&self, id: u32) -> String {
        match self.branches.get(id) {
            Some(branch) if !branch.name.is_empty() => branch.name.clone(),
            _ => format!("Branch {}", id + 1),
        }
    }

    /// Where the browser keeps the branches of this script.
    fn branches_key(&self) -> String {
        match self.origin {
            Origin::Exhibit(exhibit) => format!("daxscope.branches.{}", exhibit.id),
            Origin::Own => format!("daxscope.branches.{:032x}", Digest::of(&self.running.text.as_bytes()).bits()),
        }
    }

    /// After another script was opened: where the browser may have kept branches of it. Says it once; answer with
    /// [`Action::RecallBranches`](crate::Action::RecallBranches) if there are some.
    #[must_use]
    pub fn wants_branches(&mut self) -> Option<String> {
        std::mem::take(&mut self.wants_branches).then(|| self.branches_key())
    }

    pub(super) fn recall_branches(&mut self, text: &str) -> Address {
        self.keep_branch();
        match branches::read(text) {
            Ok(kept) => {
                self.branches.recall(kept);
                self.limit_branches();
                self.kept_version = self.branches.version;
            }
            Err(sentence) => self.notice(NoticeKind::Information, sentence),
        }
        Address::Same
    }

    /// What the browser is to keep, if something is new.
    pub(super) fn branches_to_keep(&mut self) -> Option<Effect> {
        let is_new = self.branches.version != self.kept_version;
        self.kept_version = self.branches.version;
        if !is_new {
            return None;
        }
        self.keep_branch();
        Some(Effect::KeepBranches { key: self.branches_key(), text: branches::write(self.branches.all()) })
    }
}
