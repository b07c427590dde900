//! What each action does: which part of the session it goes to.

use super::{Address, Session, moves};
use crate::action::{Action, Effect, Playback};
use crate::later::comes_later;
use daxscope_core::scenario::Choice;

impl Session {
    pub(super) fn act(&mut self, action: Action, effects: &mut Vec<Effect>) -> Address {
        if !moves::plays_on(&action) {
            self.playback = Playback::Paused;
        }
        if comes_later(&action) {
            return self.later.map_or(Address::Same, |later| (later.act)(self, action, effects));
        }
        match action {
            Action::LoadExhibit(id) => self.load_exhibit(&id, effects),
            Action::ReadExhibit(id) => self.read_exhibit(&id, effects),
            Action::SetRevision(name) => self.set_revision(name.as_deref(), effects),
            Action::LoadLink(fragment) => {
                self.load_link(&fragment);
                self.stop_search(effects);
                effects.push(Effect::Announce(format!("Opened: {}.", self.title())));
                Address::Same
            }
            Action::StepThread(thread) => self.step(Choice::run(thread), effects),
            Action::FailNext(thread) => self.fail_next(thread, effects),
            Action::StepDefault | Action::Forward => self.forward(effects),
            Action::Back => self.go_to(self.run.position().saturating_sub(1), effects),
            Action::GoTo(number) => self.go_to(number, effects),
            Action::Home => self.go_to(0, effects),
            Action::End => self.go_to(self.run.len(), effects),
            Action::RunThreadUntilBlocked(thread) => self.run_until_blocked(thread, effects),
            Action::RunUntilViolation => self.run_until_violation(effects),
            Action::NextViolation => self.next_violation(effects),
            Action::WalkRound => self.walk_round(effects),
            Action::PreviousViolation => self.previous_violation(effects),
            Action::NextSameLock => self.next_same_lock(effects),
            Action::PreviousSameLock => self.previous_same_lock(effects),
            Action::SetStepSize(size) => self.set_step_size(size, effects),
            Action::UndoBranch => self.undo_branch(effects),
            Action::RedoBranch => self.redo_branch(effects),
            Action::OpenBranch(id) => self.open_branch(id, effects),
            Action::RenameBranch(id, name) => self.rename_branch(id, &name, effects),
            Action::DeleteBranch(id) => self.delete_branch(id, effects),
            Action::CompareBranch(id) => self.compare_branch(id, effects),
            Action::RecallBranches(text) => self.recall_branches(&text),
            Action::SetFuture(future) => self.set_future(future, effects),
            Action::ToggleFuture => self.toggle_future(effects),
            Action::MoveLanes(to) => self.move_lanes(to),
            Action::MoveTable(mm, is_later) => self.move_table(mm, is_later),
            Action::SetLanesRoom(steps) => self.set_lanes_room(steps),
            Action::ShowLocks(shown) => self.show_locks(shown),
            Action::Play => self.play(true, effects),
            Action::Pause => self.play(false, effects),
            Action::TogglePlay => self.play(self.playback == Playback::Paused, effects),
            Action::Tick => self.tick(effects),
            Action::ChangeSpeed(change) => self.change_speed(change, effects),
            Action::Until(action) => self.until(action, effects),
            Action::Watch(action) => self.watch(action, effects),
            Action::SetOtherRevision(name) => self.set_other_revision(name.as_deref()),
            Action::Search(query) => {
                self.query = query.chars().take(200).collect();
                Address::Same
            }
            Action::NextHit => self.next_hit(effects),
            Action::PreviousHit => self.previous_hit(effects),
            Action::Select(object) => {
                self.selection = object;
                Address::Same
            }
            Action::ToggleNode { first_index, shift } => {
                let node = (first_index, shift);
                if !self.toggled_nodes.remove(&node) {
                    self.toggled_nodes.insert(node);
                }
                Address::Same
            }
            Action::OpenPanel(panel) => self.open_panel(panel, effects),
            Action::Close => self.close(effects),
            Action::DismissNotice(at) => {
                if at < self.notices.len() {
                    self.notices.remove(at);
                }
                Address::Same
            }
            Action::SetShortcuts(shortcuts) => {
                self.shortcuts = shortcuts;
                Address::Same
            }
            Action::TogglePresenter | Action::TogglePart(_) | Action::ToggleBlank | Action::RestoreParts(_) => {
                self.present(&action, effects)
            }
            Action::SetTheme(theme) => {
                self.theme = theme;
                Address::Same
            }
            Action::TextArrived(text, content) => {
                self.texts.arrived(text, content);
                Address::Same
            }
            Action::TextFailed(text, why) => {
                self.texts.failed(text, why);
                Address::Same
            }
            Action::FetchText(text) => {
                self.texts.again(text);
                Address::Same
            }
            Action::Tell(sentence) => {
                effects.push(Effect::Tell(sentence));
                Address::Same
            }
            Action::KnowAddress(page) => {
                self.page = Some(page);
                Address::Same
            }
            Action::RestoreBase(address) => {
                self.base = address;
                Address::Same
            }
            // Those of the parts went above.
            _ => Address::Same,
        }
    }
}
