//! The file as a ruler: extents that are moved and made longer by pointer and by keys, split and removed.

use super::fields::{button, field, plain, select};
use daxscope_session::editor::Edit;
use daxscope_session::view::{ControlsView, ExtentControl, pages_of};
use daxscope_session::{Extent, ExtentKind};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// What there is.
    pub view: Rc<ControlsView>,
    /// What is to be changed.
    pub edit: Callback<Edit>,
}

/// What of an extent is moved.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Part {
    Whole,
    Start,
    End,
}

/// A pointer that is down.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Drag {
    index: usize,
    part: Part,
    from_x: i32,
    pages: i64,
}

/// What the pointer holds.
type Held = Rc<RefCell<Option<Drag>>>;

/// Pages of 2 MiB.
const HUGE: i64 = 512;

/// The ruler.
#[component]
pub(super) fn Ruler(props: &Props) -> Html {
    let Props { view, edit } = props;
    let chosen = use_state_eq(|| 0_usize);
    // Moves of the pointer come faster than they are drawn, so what is held and what is shown are two things.
    let (held, drag) = (use_mut_ref(|| None::<Drag>), use_state_eq(|| None::<Drag>));
    let mut segments = Vec::new();
    for (index, it) in view.extents.iter().enumerate() {
        let shown = match *drag {
            Some(drag) if drag.index == index => moved(it.extent, drag.part, drag.pages),
            _ => it.extent,
        };
        segments.push(segment(index, it, shown, view, edit, &chosen, (&held, &drag)));
    }
    let marks = (0..=view.pages / HUGE as u64).take(17).map(|at| {
        let left = percent(at * HUGE as u64, view.pages);
        html! { <span key={at} style={format!("left:{left}%")}>{ format!("{}M", at * 2) }</span> }
    });
    let size = edit.clone();
    let was = view.file_size.clone();
    let resize = Callback::from(move |text: String| {
        if let Some(pages) = pages_of(&text).or_else(|| pages_of(&was)) {
            size.emit(Edit::FileSize(pages));
        }
    });
    let add = view.next_extent.map(|extent| button("Add an extent", edit.reform(move |()| Edit::AddExtent(extent))));
    html! {
        <>
            <div class="row">
                <label class="pair">{ "Size " }{ field("Size of the file", &view.file_size, resize) }</label>
                { for add }
            </div>
            <div class="file-ruler" role="group" aria-label="Extents of the file">
                { for segments }
                <div class="marks" aria-hidden="true">{ for marks }</div>
            </div>
            { for view.extents.get(*chosen).map(|it| fields(*chosen, it, edit)) }
        </>
    }
}

fn percent(page: u64, pages: u64) -> u64 {
    page.saturating_mul(100) / pages.max(1)
}

/// An extent with a part of it moved by so many pages. What cannot be stays.
fn moved(extent: Extent, part: Part, by: i64) -> Extent {
    let shift = |page: u64| page.saturating_add_signed(by);
    match part {
        Part::Whole => Extent { first: shift(extent.first), ..extent },
        Part::End => Extent { count: shift(extent.count).max(1), ..extent },
        Part::Start => {
            let end = extent.first.saturating_add(extent.count);
            let first = shift(extent.first).min(end - 1);
            let phys = extent.phys.saturating_add_signed(first as i64 - extent.first as i64);
            let phys = if extent.kind == ExtentKind::Hole { 0 } else { phys };
            Extent { first, count: end - first, phys, ..extent }
        }
    }
}

fn kind_name(kind: ExtentKind) -> &'static str {
    kind.name()
}

/// An extent with its two ends. Each is a slider: arrows move by a page, with Shift or by Page Up and Page Down by 2 MiB.
fn segment(
    index: usize,
    it: &ExtentControl,
    shown: Extent,
    view: &ControlsView,
    edit: &Callback<Edit>,
    chosen: &UseStateHandle<usize>,
    (held, drag): (&Held, &UseStateHandle<Option<Drag>>),
) -> Html {
    let pages = view.pages.max(1);
    let (left, width) = (percent(shown.first, pages), percent(shown.count, pages).max(2));
    let what = format!("extent {}, {}, {} to {}", index + 1, kind_name(it.extent.kind), it.start, it.end);
    let slider = |part: Part, label: String, class: &'static str, now: u64| {
        let handle = Handle {
            index,
            part,
            extent: it.extent,
            pages,
            edit: edit.clone(),
            chosen: chosen.clone(),
            held: held.clone(),
            drag: drag.clone(),
        };
        handle.html(label, class, now)
    };
    let end = it.extent.first.saturating_add(it.extent.count);
    html! {
        <div key={index} class={classes!("segment", kind_name(it.extent.kind), (**chosen == index).then_some("chosen"))}
            style={format!("left:{left}%;width:{width}%")}>
            { slider(Part::Whole, format!("Place of {what}"), "whole", it.extent.first) }
            { slider(Part::Start, format!("Start of {what}"), "start", it.extent.first) }
            { slider(Part::End, format!("End of {what}"), "end", end) }
        </div>
    }
}

/// What can be taken hold of.
struct Handle {
    index: usize,
    part: Part,
    extent: Extent,
    pages: u64,
    edit: Callback<Edit>,
    chosen: UseStateHandle<usize>,
    held: Held,
    drag: UseStateHandle<Option<Drag>>,
}

impl Handle {
    fn html(self, label: String, class: &'static str, now: u64) -> Html {
        let most = self.pages;
        let (name, handle) = (label, Rc::new(self));
        let does = |act: fn(&Handle, PointerEvent)| {
            let handle = handle.clone();
            Callback::from(move |event: PointerEvent| act(&handle, event))
        };
        let keys = {
            let handle = handle.clone();
            Callback::from(move |event: KeyboardEvent| handle.key(&event))
        };
        let focus = {
            let handle = handle.clone();
            Callback::from(move |_: FocusEvent| handle.chosen.set(handle.index))
        };
        html! {
            <div {class} role="slider" tabindex="0" aria-label={name} aria-valuemin="0" aria-valuemax={most.to_string()}
                aria-valuenow={now.to_string()} aria-valuetext={format!("page {now:#x}")} onkeydown={keys} onfocus={focus}
                onpointerdown={does(Handle::down)} onpointermove={does(Handle::slide)} onpointerup={does(Handle::up)} />
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        let by = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => 1,
            "ArrowLeft" | "ArrowDown" => -1,
            "PageUp" => HUGE,
            "PageDown" => -HUGE,
            _ => return,
        };
        event.prevent_default();
        let by = if event.shift_key() && by.abs() == 1 { by * HUGE } else { by };
        self.emit(by);
    }

    fn emit(&self, by: i64) {
        let extent = moved(self.extent, self.part, by);
        if extent != self.extent {
            self.edit.emit(Edit::SetExtent(self.index, extent));
        }
    }

    fn down(&self, event: PointerEvent) {
        let target: HtmlElement = event.target_unchecked_into();
        let _ = target.set_pointer_capture(event.pointer_id());
        let _ = target.focus();
        let drag = Drag { index: self.index, part: self.part, from_x: event.client_x(), pages: 0 };
        *self.held.borrow_mut() = Some(drag);
    }

    fn slide(&self, event: PointerEvent) {
        let Some(drag) = *self.held.borrow() else { return };
        let target: Element = event.target_unchecked_into();
        let width = target.closest(".file-ruler").ok().flatten().map_or(1, |ruler| ruler.client_width()).max(1);
        let pages = i64::from(event.client_x() - drag.from_x) * self.pages as i64 / i64::from(width);
        // By whole 32 KiB, or what a pixel is if that is more.
        let step = (self.pages as i64 / i64::from(width)).max(8);
        let drag = Drag { pages: pages / step * step, ..drag };
        *self.held.borrow_mut() = Some(drag);
        self.drag.set(Some(drag));
    }

    fn up(&self, _: PointerEvent) {
        let held = self.held.borrow_mut().take();
        if let Some(drag) = held {
            self.drag.set(None);
            self.emit(drag.pages);
        }
    }
}

/// The chosen extent in numbers.
fn fields(index: usize, it: &ExtentControl, edit: &Callback<Edit>) -> Html {
    let was = it.extent;
    let end = was.first.saturating_add(was.count);
    let number = index + 1;
    let set = |change: Box<dyn Fn(u64) -> Extent>| {
        let edit = edit.clone();
        Callback::from(move |text: String| {
            if let Some(pages) = pages_of(&text) {
                edit.emit(Edit::SetExtent(index, change(pages)));
            }
        })
    };
    let start = set(Box::new(move |page| moved(was, Part::Start, page as i64 - was.first as i64)));
    let stop = set(Box::new(move |page| Extent { count: page.saturating_sub(was.first).max(1), ..was }));
    let phys = set(Box::new(move |page| Extent { phys: page, ..was }));
    let kind = edit.reform(move |name: String| {
        let kind = ExtentKind::from_name(&name).unwrap_or(was.kind);
        let phys = if was.kind == ExtentKind::Hole { was.first.max(4096) } else { was.phys };
        Edit::SetExtent(index, Extent { kind, phys, ..was })
    });
    let middle = was.first + was.count / 2;
    html! {
        <div class="row">
            { select(&format!("Kind of extent {number}"), &plain(&["mapped", "unwritten", "hole"]), was.kind.name(), kind) }
            { field(&format!("Start of extent {number}"), &it.start, start) }
            { field(&format!("End of extent {number}"), &it.end, stop) }
            if was.kind != ExtentKind::Hole {
                <label class="pair">{ "at " }{ field(&format!("Device offset of extent {number}"), &it.phys, phys) }</label>
            }
            if middle > was.first && middle < end {
                { button("Split", edit.reform(move |()| Edit::SplitExtent(index, middle))) }
            }
            { button("Remove", edit.reform(move |()| Edit::RemoveExtent(index))) }
        </div>
    }
}
