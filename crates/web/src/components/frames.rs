//! Pages and folios of the device, from 4.20 on: which pages of the file they are, who maps them and who has pinned them.

use super::mini_badge;
use daxscope_session::Action;
use daxscope_session::view::{FrameRow, FramesView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The pages or folios.
    pub view: Rc<FramesView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list; nothing with kernels of the radix tree.
#[component]
pub fn Frames(props: &Props) -> Html {
    let view = &props.view;
    if !view.is_kept {
        return Html::default();
    }
    let (title, about) = match view.has_folios {
        true => ("Folios of the device", "who maps them"),
        false => ("Pages of the device", "which page of the file"),
    };
    let mut rows = Vec::new();
    for row in view.rows.iter() {
        rows.push(draw(row, &props.on));
    }
    html! {
        <section class="panel frames" aria-labelledby="frames-title">
            <div class="panel-head">
                <h2 id="frames-title">{ title }</h2><span class="dim">{ about }</span>
            </div>
            if rows.is_empty() {
                <p class="empty-note">{ if view.has_folios { "All folios are idle: order 0, no references." } else { "No page of the device belongs to the file." } }</p>
            } else {
                <ul class="rows">{ for rows }</ul>
            }
            if view.more > 0 {
                <p class="empty-note">{ format!("and {} more", view.more) }</p>
            }
        </section>
    }
}

fn draw(row: &FrameRow, on: &Callback<Action>) -> Html {
    let object = row.object;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(object)));
    html! {
        <li class={classes!(row.is_changed.then_some("is-changed"))} title={row.sentence.to_string()}>
            <button class="link lead" onclick={select}>{ "block " }<span class="mono">{ &*row.blocks }</span></button>
            if let Some(order) = row.order { { count("order", i32::from(order)) } }
            if let Some(refs) = row.refs { { count("refcount", refs) } }
            if let Some(mapcount) = row.mapcount { { count("mapcount", mapcount) } }
            <span class="frame-file">
                if row.pages.is_empty() {
                    <span class="dim">{ "of no file" }</span>
                } else {
                    <span class="dim">{ "file page " }</span><span class="mono">{ &*row.pages }</span>
                }
            </span>
            if !row.pins.is_empty() {
                <span class="queue"><span class="chip">{ "pinned" }</span>
                    { for row.pins.iter().map(|&thread| mini_badge(thread)) }
                </span>
            }
        </li>
    }
}

fn count(name: &'static str, number: i32) -> Html {
    html! { <span class="frame-count">{ super::term::term(name, name) }{ " " }<strong class="mono">{ number }</strong></span> }
}
