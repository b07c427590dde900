//! The radix tree, or the XArray, as a picture, with its counters, its legend and the same as a list.

use super::TreeOutline;
use crate::hooks::{use_printing, use_size};
use crate::tree::node::Scene;
use crate::tree::shapes::{self, Px, Rect, num};
use crate::tree::{self, Band, edges, labels, node};
use daxscope_session::view::{ChangeArea, Counters, EntryKind, StepView, TreeView};
use daxscope_session::{Action, Object};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The tree.
    pub tree: Rc<TreeView>,
    /// The step that led here.
    pub step: Rc<StepView>,
    /// The object whose history is open.
    pub selected: Option<Object>,
    /// Is all of it drawn, for a file, and not only what is in sight?
    #[prop_or_default]
    pub whole: bool,
    /// What was done.
    pub on: Callback<Action>,
}

/// Drawn above and below what is in sight.
const MARGIN: f64 = 500.0;
/// The picture is drawn anew when it is scrolled so far.
const SCROLL_STEP: i32 = 200;
/// A tree of fewer rows is drawn whole.
const FEW_ROWS: usize = 24;

/// The tree.
#[component]
pub fn TreePanel(props: &Props) -> Html {
    let Props { tree, on, .. } = props;
    let frame = use_node_ref();
    let (width, height) = use_size(&frame, (600.0, 300.0));
    // In one column the panel is as high as its picture, which then cannot be made for the panel.
    let room = if crate::browser::has_columns() { height - 56.0 } else { 0.0 };
    let (seen, prints) = (use_state_eq(|| 0), use_printing());
    let scrolled = {
        let seen = seen.clone();
        Callback::from(move |event: Event| {
            let frame: Element = event.target_unchecked_into();
            seen.set(frame.scroll_top() / SCROLL_STEP * SCROLL_STEP);
        })
    };
    let band = if props.whole || prints || tree.nodes.len() <= FEW_ROWS {
        Band::WHOLE
    } else {
        let top = f64::from(*seen);
        Band { top: top - MARGIN, bottom: top + height.max(MARGIN) + f64::from(SCROLL_STEP) + MARGIN }
    };
    html! {
        <section class="panel grow tree" aria-labelledby="tree-title">
            <div class="panel-head">
                <h2 id="tree-title">{ if tree.is_xarray { "XArray of the file" } else { "Radix tree of the file" } }</h2>
                <span class="dim">{ "which entry covers which page" }</span>
                <span class="spacer"></span>
                if tree.counters != Counters::Pages {
                    { counter("nrexceptional", tree.nrexceptional, Object::NrExceptional, on) }
                }
                if tree.counters != Counters::Exceptional {
                    { counter("nrpages", tree.nrpages, Object::NrPages, on) }
                }
            </div>
            <div class="scroll" ref={frame} onscroll={scrolled} tabindex="0" role="group" aria-label="Picture of the tree">
                <Drawing tree={tree.clone()} step={props.step.clone()} selected={props.selected} on={on.clone()}
                    width={width - 20.0} {room} {band} />
                <TreeOutline tree={tree.clone()} on={on.clone()} />
            </div>
            { changed(&props.step) }
            { legend(tree.is_xarray) }
        </section>
    }
}

/// What the step did to the picture: an entry that is gone cannot be outlined.
fn changed(step: &StepView) -> Html {
    let seen = |area: ChangeArea| matches!(area, ChangeArea::Entry | ChangeArea::Tag);
    let lines = step.changes.iter().filter(|change| seen(change.area)).take(2).map(|change| {
        html! {
            <span class="change">{ &*change.what }
                <span class="from">{ &*change.before }</span><span aria-hidden="true">{ "→" }</span>
                <span class="to">{ &*change.after }</span>
            </span>
        }
    });
    let lines: Vec<Html> = lines.collect();
    html! {
        <p class="tree-change">
            if !lines.is_empty() { <span class="dim">{ "this step: " }</span> }
            { for lines }
        </p>
    }
}

fn counter(name: &'static str, value: i64, object: Object, on: &Callback<Action>) -> Html {
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(object)));
    let history = format!("{name} is {value}: its history");
    html! {
        <span class="counter">
            { super::term::term(name, name) }{ " " }
            <button class="link" onclick={select} aria-label={history}><strong class="mono">{ value }</strong></button>
        </span>
    }
}

/// What the picture depends on.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(crate) struct DrawingProps {
    pub(crate) tree: Rc<TreeView>,
    pub(crate) step: Rc<StepView>,
    pub(crate) selected: Option<Object>,
    pub(crate) on: Callback<Action>,
    pub(crate) width: f64,
    pub(crate) band: Band,
    /// The height that there is for it.
    pub(crate) room: f64,
    /// What the picture is called in the page.
    #[prop_or("tree-svg")]
    pub(crate) id: &'static str,
}

/// The picture.
#[component]
pub(crate) fn Drawing(props: &DrawingProps) -> Html {
    let DrawingProps { tree, step, selected, on, width, room, band, id } = props;
    let laid_out = use_memo((tree.clone(), *width, *room), |(tree, width, room)| {
        let width = width.max(260.0);
        let zoom = tree::zoom(tree, width, *room);
        (zoom, tree::lay_out(tree, width / zoom))
    });
    let (zoom, picture) = (laid_out.0, &laid_out.1);
    let band = Band { top: band.top / zoom, bottom: band.bottom / zoom };
    let scene = Scene { tree, selected: *selected, on };
    if tree.nodes.is_empty() && tree.leaves.is_empty() && tree.ghosts.is_empty() {
        return html! { <p class="empty-tree">{ empty_sentence(tree) }</p> };
    }
    let mut nodes = Vec::new();
    for (view, placed) in tree.nodes.iter().zip(&picture.nodes) {
        if placed.is_in(band) {
            nodes.push(html! {
                <g key={format!("{}-{}", view.first_index, view.toggle.1)}>
                    { node::draw(scene, view, placed) }
                    { labels::draw(scene, placed, &step.changes) }
                </g>
            });
        }
    }
    html! {
        <svg class="tree-svg" id={*id} width={num(picture.width * zoom)} height={num(picture.height * zoom)}
            viewBox={format!("0 0 {} {}", Px(picture.width), Px(picture.height))} role="img" aria-label={tree.summary.to_string()}>
            { shapes::patterns("hatch") }
            { edges::draw(tree, picture, band) }
            { for nodes }
            if let Some(y) = picture.more_y {
                <text class="tick" x="2" y={num(y)}>{ format!("and {} more nodes, which have no room here", tree.more_nodes) }</text>
            }
            if let Some(lone) = &picture.lone { { labels::draw_label(scene, lone, &step.changes) } }
            { labels::ghosts(scene, picture) }
        </svg>
    }
}

fn empty_sentence(tree: &TreeView) -> &'static str {
    match (tree.is_emptied, tree.is_xarray) {
        (true, true) => {
            "The XArray is empty now: this step took away the last entries of the file, and their marks with them."
        }
        (true, false) => {
            "The tree is empty now: this step took away the last entries of the file, and their tags with them."
        }
        (false, true) => "The XArray is empty: no page of the file has an entry.",
        (false, false) => "The tree is empty: no page of the file has an entry yet.",
    }
}

/// One of each shape, with its name.
pub(crate) fn legend(is_xarray: bool) -> Html {
    let kinds = [
        (EntryKind::EmptyPte, "empty entry", "empty, lock only"),
        (
            EntryKind::ZeroPage,
            if is_xarray { "zero entry" } else { "hole page" },
            if is_xarray { "4 KiB zero" } else { "zero page" },
        ),
        (EntryKind::BlockPte, "block entry", "4 KiB block"),
        (EntryKind::HugeZeroPage, "HZP", if is_xarray { "2 MiB zero" } else { "HZP" }),
        (EntryKind::BlockPmd, "block entry", "2 MiB block"),
    ];
    let shape = |kind: EntryKind, locked: bool| {
        let wide = matches!(kind, EntryKind::HugeZeroPage | EntryKind::BlockPmd);
        let area = Rect { x: 2.0, y: 2.0, width: if wide { 26.0 } else { 10.0 }, height: 12.0 };
        html! { <svg class="tree-svg" width={if wide { "30" } else { "14" }} height="16" aria-hidden="true">{ shapes::entry(kind, area, locked) }</svg> }
    };
    html! {
        <>
        <svg class="patterns" width="0" height="0" aria-hidden="true">{ shapes::patterns("hatch-legend") }</svg>
        <ul class="legend" aria-label="Legend">
            { for kinds.map(|(kind, word, name)| html! { <li>{ shape(kind, false) }{ super::term::term(word, name) }</li> }) }
            <li><svg class="tree-svg" width="10" height="12" aria-hidden="true">{ shapes::padlock(0.5, 0.5) }</svg>{ super::term::term("entry lock", "locked") }</li>
            <li><span aria-hidden="true">{ "●" }</span>{ super::term::term("DIRTY", "dirty") }</li>
            <li><span class="legend-changed" aria-hidden="true"></span>{ "changed" }</li>
        </ul>
        </>
    }
}
