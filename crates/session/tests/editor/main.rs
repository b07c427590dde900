//! The script editor without a page: templates, controls that edit the text, undo, drafts, files.

mod script_edits;
mod walks;

use daxscope_museum::exhibits;
use daxscope_session::editor::TEMPLATES;

/// Every script that this project ships: name and text.
fn scripts() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for template in TEMPLATES {
        all.push((template.name.into(), template.text.into()));
    }
    for exhibit in exhibits() {
        all.push((exhibit.id.into(), exhibit.script.into()));
    }
    all
}
