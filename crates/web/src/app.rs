//! The root component.

use yew::prelude::*;

/// Everything inside the mount point.
#[component]
pub fn App() -> Html {
    html! {
        <main>
            <h1>{ "daxscope" }</h1>
            <p>{ "A workbench for the Linux DAX radix tree." }</p>
        </main>
    }
}
