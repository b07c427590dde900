//! The file and the persistent memory behind it: which block lies where, and what can be mapped huge.

use super::PmemList;
use crate::hooks::use_width;
use crate::tree::shapes::{Px, num};
use daxscope_session::view::{FrameView, PmemView, SegmentKind, SegmentView};
use daxscope_session::{Action, Object};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The file and its memory.
    pub pmem: Rc<PmemView>,
    /// What was done.
    pub on: Callback<Action>,
}

const BAR: f64 = 22.0;
const FILE_Y: f64 = 18.0;
const DEVICE_Y: f64 = 84.0;
const LEAST: f64 = 16.0;

/// A stretch of a strip.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Span {
    x: f64,
    width: f64,
}

/// Two strips, linked: the file above, the namespace below.
#[component]
pub fn PmemPanel(props: &Props) -> Html {
    let pmem = &props.pmem;
    let frame = use_node_ref();
    let width = (use_width(&frame, 600.0) - 20.0).max(260.0);
    let weights: Vec<f64> = pmem.segments.iter().map(|segment| (segment.count as f64).min(2048.0)).collect();
    let file = spread(&weights, 0.0, width);
    let (areas, frames) = device_spans(pmem, width);
    html! {
        <section class="panel pmem" aria-labelledby="pmem-title">
            <div class="panel-head">
                <h2 id="pmem-title">{ "File and persistent memory" }</h2>
                <span class="dim">{ "2 MiB boundaries are heavy" }</span>
            </div>
            <div class="scroll" ref={frame} tabindex="0" role="group" aria-label="Picture of the file and its memory">
                <svg class="pmem-svg" width={num(width)} height="110" role="img" aria-label={pmem.summary.to_string()}>
                    <text class="tick" x="0" y="12">{ "file: page index → what backs it" }</text>
                    { for pmem.segments.iter().zip(&file).map(|(segment, span)| draw_segment(segment, *span, &props.on)) }
                    { for pmem.links.iter().filter_map(|link| {
                        let (from, to) = (file.get(link.segment)?, frames.get(link.frame)?);
                        let used = pmem.frames.get(link.frame)?.used.min(512) as f64 / 512.0;
                        Some(draw_link(*from, to.x + 1.0 + (to.width * used / 2.0).max(2.0)))
                    }) }
                    <text class="tick" x="0" y={num(DEVICE_Y - 6.0)}>{ "pmem namespace" }</text>
                    { for pmem.areas.iter().filter(|area| area.name != "data").zip(&areas).map(|(area, span)| html! {
                        <g><title>{ format!("{}, {}", area.name, area.size) }</title>
                            <rect class="area" x={num(span.x)} y={num(DEVICE_Y)} width={num(span.width)} height={num(BAR)} rx="3" />
                            { fitting(&[area.name], *span, DEVICE_Y) }
                        </g>
                    }) }
                    { for pmem.frames.iter().zip(&frames).map(|(frame, span)| draw_frame(frame, *span)) }
                </svg>
                { reasons(pmem) }
                <PmemList pmem={pmem.clone()} on={props.on.clone()} />
            </div>
        </section>
    }
}

/// Shares a width out by weight, with a least width each.
fn spread(weights: &[f64], from: f64, width: f64) -> Vec<Span> {
    let total: f64 = weights.iter().sum::<f64>().max(1.0);
    let least = LEAST.min(width / weights.len().max(1) as f64);
    let spare = (width - least * weights.len() as f64).max(0.0);
    let mut x = from;
    let place = |weight: &f64| {
        let span = Span { x, width: least + spare * weight / total };
        x += span.width;
        span
    };
    weights.iter().map(place).collect()
}

/// The areas before the data are not drawn to scale: they would not be seen.
fn device_spans(pmem: &PmemView, width: f64) -> (Vec<Span>, Vec<Span>) {
    let before = pmem.areas.iter().filter(|area| area.name != "data").map(|area| area.name.len() as f64 + 1.0);
    let before: Vec<f64> = before.collect();
    let head = if pmem.frames.is_empty() { width } else { (before.iter().sum::<f64>() * 7.4).min(width * 0.42) };
    (spread(&before, 0.0, head), spread(&vec![1.0; pmem.frames.len()], head, width - head))
}

fn draw_segment(segment: &SegmentView, span: Span, on: &Callback<Action>) -> Html {
    let class = match segment.kind {
        SegmentKind::Hole => "hole",
        SegmentKind::Unwritten => "unwritten",
        SegmentKind::Mapped if segment.is_huge => "mapped huge",
        SegmentKind::Mapped => "mapped",
    };
    let first = segment.first;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(Object::Block(first))));
    let tip = match &segment.why_not_huge {
        Some(why) => format!("pages {first:#x} on: {}. {why}", segment.label),
        None => format!("pages {first:#x} on: {}", segment.label),
    };
    html! {
        <g class={classes!("segment", segment.is_changed.then_some("is-changed"))} onclick={select}>
            <title>{ tip }</title>
            <rect {class} x={num(span.x + 1.0)} y={num(FILE_Y)} width={num(span.width - 2.0)} height={num(BAR)} rx="3" />
            { fitting(&[&segment.label, segment.kind.name()], span, FILE_Y) }
            if first.is_multiple_of(512) {
                <line class="boundary" x1={num(span.x)} x2={num(span.x)} y1={num(FILE_Y - 2.0)} y2={num(FILE_Y + BAR + 4.0)} />
                if span.width > 44.0 {
                    <text class="tick" x={num(span.x + 3.0)} y={num(FILE_Y + BAR + 12.0)}>{ format!("{first:#x}") }</text>
                }
            }
        </g>
    }
}

fn draw_frame(frame: &FrameView, span: Span) -> Html {
    let used = if frame.used >= 512 { "mapped huge" } else { "mapped" };
    let filled = (span.width - 2.0) * (frame.used.min(512) as f64 / 512.0);
    html! {
        <g class={classes!("segment", frame.is_changed.then_some("is-changed"))}>
            <title>{ format!("2 MiB frame at block {:#x}: {} of 512 blocks belong to the file", frame.block, frame.used) }</title>
            <rect class="hole" x={num(span.x + 1.0)} y={num(DEVICE_Y)} width={num(span.width - 2.0)} height={num(BAR)} rx="3" />
            <rect class={used} x={num(span.x + 1.0)} y={num(DEVICE_Y)} width={num(filled.max(4.0))} height={num(BAR)} rx="3" />
            { fitting(&[&format!("block {:#x}", frame.block)], span, DEVICE_Y) }
            <line class="boundary" x1={num(span.x)} x2={num(span.x)} y1={num(DEVICE_Y - 2.0)} y2={num(DEVICE_Y + BAR + 3.0)} />
        </g>
    }
}

fn draw_link(from: Span, to: f64) -> Html {
    let (top, middle, bottom) = (Px(FILE_Y + BAR), Px((FILE_Y + BAR + DEVICE_Y) / 2.0), Px(DEVICE_Y));
    let (a, b) = (Px(from.x + from.width / 2.0), Px(to));
    html! { <path class="link" d={format!("M{a} {top}C{a} {middle} {b} {middle} {b} {bottom}")} /> }
}

/// The first of the texts that fits in a bar.
fn fitting(texts: &[&str], span: Span, y: f64) -> Html {
    let room = ((span.width - 10.0) / 6.7) as usize;
    let Some(text) = texts.iter().find(|text| text.chars().count() <= room) else { return Html::default() };
    html! { <text class="in-bar" x={num(span.x + 6.0)} y={num(y + 15.0)}>{ text }</text> }
}

/// Which mapped ranges cannot be huge, and why.
fn reasons(pmem: &PmemView) -> Html {
    let lines: Vec<Html> = pmem
        .segments
        .iter()
        .filter_map(|segment| {
            let why = segment.why_not_huge.as_ref()?;
            Some(html! { <li><span class="mono">{ format!("{:#x}", segment.first) }</span>{ " cannot be huge: " }{ &**why }</li> })
        })
        .collect();
    let more = lines.len().saturating_sub(4);
    html! {
        <ul class="reasons">
            { for lines.into_iter().take(4) }
            if more > 0 { <li>{ format!("and {more} more ranges") }</li> }
        </ul>
    }
}
