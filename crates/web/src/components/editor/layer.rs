//! What is seen of the text: the lines in sight in colour, what is wrong underlined, and the sentence behind its line.

use daxscope_session::editor::{LineView, Mark, Piece, WordKind, lines_from};
use daxscope_session::view::ScriptView;
use std::rc::Rc;
use yew::prelude::*;

/// Height of a line: the style sheet holds it to this.
pub(super) const LINE_PX: usize = 20;
/// Lines drawn at once, more than fit into the editor: a text of a megabyte may have that many lines.
pub(super) const WINDOW_LINES: usize = 80;
/// How far lines are drawn above the first one in sight.
const MARGIN_LINES: usize = 20;

/// The first line that is drawn when the text is scrolled so far. Moves in big jumps, so that scrolling does not draw at every
/// pixel.
pub(super) fn first_drawn(scroll_top: i32) -> usize {
    let in_sight = scroll_top.max(0) as usize / LINE_PX;
    in_sight.saturating_sub(MARGIN_LINES) / 10 * 10 + 1
}

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The text and what is wrong with it.
    pub script: Rc<ScriptView>,
    /// The first line that is drawn.
    pub first: usize,
    /// Height and offset of the lines.
    pub place: String,
}

/// The lines.
#[component]
pub(super) fn Layer(props: &Props) -> Html {
    let Props { script, first, place } = props;
    let mut lines = Vec::new();
    for (at, view) in lines_from(&script.text, *first, WINDOW_LINES, &script.diagnostics).iter().enumerate() {
        lines.push(line(first + at, view));
    }
    html! { <div class="lines" style={place.clone()}>{ for lines }</div> }
}

fn line(number: usize, view: &LineView) -> Html {
    html! {
        <div key={number}>
            { for view.pieces.iter().map(piece) }
            if let Some((mark, message)) = &view.message {
                <span class={classes!("said", mark_class(Some(*mark)))}>{ message }</span>
            }
        </div>
    }
}

fn piece(piece: &Piece) -> Html {
    if piece.kind.is_none() && piece.mark.is_none() {
        return html! { { &piece.text } };
    }
    html! { <span class={classes!(kind_class(piece.kind), mark_class(piece.mark))}>{ &piece.text }</span> }
}

fn kind_class(kind: Option<WordKind>) -> Option<&'static str> {
    Some(match kind? {
        WordKind::Keyword => "s-k",
        WordKind::Word => "s-f",
        WordKind::Number => "s-n",
        WordKind::Thread | WordKind::Steps => "s-t",
        WordKind::Name | WordKind::Text => "s-s",
        WordKind::Comment => "s-c",
    })
}

fn mark_class(mark: Option<Mark>) -> Option<&'static str> {
    match mark? {
        Mark::Error => Some("wrong"),
        Mark::Warning => Some("doubtful"),
    }
}
