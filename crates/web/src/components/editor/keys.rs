//! The keys of the text field that are not the browser's.

use super::completion::List;
use daxscope_session::editor::EditorAction;
use web_sys::KeyboardEvent;

/// What a key means.
pub(super) enum Press {
    /// Run the text.
    Run,
    /// Do this.
    Do(EditorAction),
    /// Show what could be written here.
    Ask,
    /// Choose that word of the list.
    Choose(usize),
    /// Write a word of the list.
    Accept(EditorAction),
    /// Close the list.
    CloseList,
}

/// What a key means; `None`: the browser should have it.
pub(super) fn press(event: &KeyboardEvent, list: Option<&List>) -> Option<Press> {
    if event.is_composing() {
        return None;
    }
    let key = event.key();
    let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
    if command {
        return match key.to_ascii_lowercase().as_str() {
            "enter" => Some(Press::Run),
            "z" if event.shift_key() => Some(Press::Do(EditorAction::Redo)),
            "z" => Some(Press::Do(EditorAction::Undo)),
            "y" => Some(Press::Do(EditorAction::Redo)),
            "s" if !event.shift_key() => Some(Press::Do(EditorAction::Save)),
            " " => Some(Press::Ask),
            _ => None,
        };
    }
    let list = list?;
    let last = list.found.words.len().checked_sub(1)?;
    Some(match key.as_str() {
        "ArrowDown" => Press::Choose(list.chosen.map_or(0, |at| if at == last { 0 } else { at + 1 })),
        "ArrowUp" => Press::Choose(list.chosen.map_or(last, |at| if at == 0 { last } else { at - 1 })),
        "Enter" => Press::Accept(list.accept(list.chosen?)),
        "Tab" if !event.shift_key() => Press::Accept(list.accept(list.chosen.unwrap_or(0))),
        "Escape" => Press::CloseList,
        _ => return None,
    })
}
