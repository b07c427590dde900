//! The few pictures on buttons, drawn in the text's colour. Every button that shows one also has a name.

use yew::prelude::*;

/// An icon of 16 by 16 units, hidden from screen readers.
pub fn icon(path: &'static str) -> Html {
    html! { <svg class="ico" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d={path} /></svg> }
}

/// To the first step.
pub const FIRST: &str = "M3 3h2v10H3zM13 3v10L6 8z";
/// One step back.
pub const BACK: &str = "M11.5 2.5v11L4 8z";
/// One step on.
pub const STEP: &str = "M4.5 2.5v11L12 8z";
/// Play.
pub const PLAY: &str = "M2.5 3v10L8 8zM8 3v10l5.5-5z";
/// Pause.
pub const PAUSE: &str = "M4 3h3v10H4zM9 3h3v10H9z";
/// To the last step.
pub const LAST: &str = "M11 3h2v10h-2zM3 3v10l7-5z";
/// A closed padlock.
pub const LOCK: &str = "M5 7V5a3 3 0 0 1 6 0v2h1v7H4V7zm1.5 0h3V5a1.5 1.5 0 0 0-3 0z";
/// A warning.
pub const WARNING: &str = "M8 1.5 15 14H1zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z";
/// A link.
pub const LINK: &str = "M6.5 9.5a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3L8 3.7l1 1 1.1-1.1a1.6 1.6 0 0 1 2.3 2.3L9.8 8.5a1.6 1.6 0 0 1-2.3 0zM9.5 6.5a3 3 0 0 0-4.3 0L2.6 9.1a3 3 0 0 0 4.3 4.3L8 12.3l-1-1-1.1 1.1a1.6 1.6 0 0 1-2.3-2.3l2.6-2.6a1.6 1.6 0 0 1 2.3 0z";
/// More.
pub const MORE: &str = "M8 2a1.6 1.6 0 1 1 0 3.2A1.6 1.6 0 0 1 8 2zm0 4.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2zm0 4.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z";
/// Half light, half dark.
pub const THEME: &str = "M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13v-1.4a5.1 5.1 0 0 0 0-10.2z";
/// Electric power.
pub const BOLT: &str = "M9.5 1 3 9h4.2L6.5 15 13 7H8.8z";
/// A script.
pub const SCRIPT: &str = "M3 1.5h7l3 3v10H3zM5 6v1.2h6V6zm0 2.6v1.2h6V8.6zm0 2.6v1.2h4v-1.2z";
/// A magnifying glass.
pub const EXPLORE: &str =
    "M6.5 1.5a5 5 0 0 1 4 8l4 4-1.3 1.3-4-4a5 5 0 1 1-2.7-9.3zm0 1.7a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6z";
/// Done, and good.
pub const CHECK: &str = "M6.3 12.7 1.8 8.2 3.2 6.8l3.1 3.1 6.5-6.6 1.4 1.4z";
/// Close.
pub const CLOSE: &str = "M3.8 2.7 8 6.9l4.2-4.2 1.1 1.1L9.1 8l4.2 4.2-1.1 1.1L8 9.1l-4.2 4.2-1.1-1.1L6.9 8 2.7 3.8z";
/// Open below.
pub const DOWN: &str = "M3 5.5h10L8 11.5z";
