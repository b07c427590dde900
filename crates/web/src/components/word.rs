//! Entry words that are told bit by bit to whoever points at them or comes to them by keyboard.

use crate::browser;
use daxscope_session::Object;
use daxscope_session::view::{EntryBitsView, decode_word};
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// How long the bits stay when the pointer has left, so that it can go to them.
const LEAVE_MS: u32 = 300;
const TIP: &str = "word-tip";

/// The value of an object; of an entry, its word can be pointed at and has a place in the order of the Tab key.
pub(crate) fn value_text(object: Object, value: &str) -> Html {
    let end = value.find([' ', ',']).unwrap_or(value.len());
    let (word, rest) = value.split_at(end);
    if !matches!(object, Object::Slot(_)) || decode_word(word).is_none() {
        return html! { { value.to_owned() } };
    }
    html! { <>{ word_button(word.to_owned()) }{ rest.to_owned() }</> }
}

/// A word that can be pointed at.
pub(crate) fn word_button(word: String) -> Html {
    html! { <button type="button" class="word" data-word={word.clone()}>{ word }</button> }
}

/// The word for `data-word`, if there is something to tell about it.
pub(crate) fn told_word(word: &str) -> Option<String> {
    decode_word(word).map(|_| word.to_owned())
}

/// What is told, and where.
#[derive(Clone, PartialEq, Debug)]
struct Shown {
    bits: EntryBitsView,
    about: String,
    style: String,
}

/// What the listeners share.
#[derive(Default)]
struct Pointer {
    trigger: Option<Element>,
    leaving: Option<Timeout>,
}

type Setter = UseStateSetter<Option<Shown>>;
/// What a listener does with an event.
type Act = Box<dyn Fn(&Rc<RefCell<Pointer>>, &Setter, &Event)>;

/// What is shown.
#[derive(Clone, Copy, PartialEq, Eq, Properties, Debug)]
pub struct Props {
    /// The step that is shown: with another one, the same place may hold another word.
    pub step: usize,
}

/// The bits of the word that is pointed at or has the focus. Escape takes them away, the pointer can go to them, and they stay
/// until pointer or focus leave (WCAG 1.4.13).
#[component]
pub fn WordTip(props: &Props) -> Html {
    let shown = use_state_eq(|| None::<Shown>);
    let pointer = use_mut_ref(Pointer::default);
    use_effect_with((), {
        let (setter, pointer) = (shown.setter(), pointer.clone());
        move |()| {
            let listeners = listen(&pointer, &setter);
            move || drop(listeners)
        }
    });
    use_effect_with(props.step, {
        let (setter, pointer) = (shown.setter(), pointer.clone());
        move |_| {
            let trigger = pointer.borrow().trigger.clone();
            if let Some(trigger) = trigger {
                point_at(&pointer, &setter, Some(trigger).filter(|trigger| trigger.is_connected()));
            }
        }
    });
    let Some(Shown { bits, about, style }) = &*shown else { return Html::default() };
    html! {
        <aside class="word-tip" aria-label="The entry word that is pointed at" style={style.clone()}>
            <div id={TIP} role="tooltip">
                if !about.is_empty() { <p class="word-about">{ about }</p> }
                { super::selection::bits_table(bits) }
            </div>
        </aside>
    }
}

fn listen(pointer: &Rc<RefCell<Pointer>>, setter: &Setter) -> Vec<EventListener> {
    let capture = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    let on = |name: &'static str, act: Act| {
        let (pointer, setter) = (pointer.clone(), setter.clone());
        EventListener::new_with_options(&browser::document(), name, capture, move |event| act(&pointer, &setter, event))
    };
    vec![
        on(
            "mouseover",
            Box::new(|pointer, setter, event| match under(event) {
                Under::Word(word) => point_at(pointer, setter, Some(word)),
                Under::Tip => pointer.borrow_mut().leaving = None,
                Under::Other => {}
            }),
        ),
        on(
            "mouseout",
            Box::new(|pointer, setter, event| {
                if !matches!(under(event), Under::Other) && !has_focus(pointer) {
                    let (later, setter) = (pointer.clone(), setter.clone());
                    let leave = Timeout::new(LEAVE_MS, move || point_at(&later, &setter, None));
                    pointer.borrow_mut().leaving = Some(leave);
                }
            }),
        ),
        on(
            "focusin",
            Box::new(|pointer, setter, event| {
                if let Under::Word(word) = under(event) {
                    point_at(pointer, setter, Some(word));
                }
            }),
        ),
        on(
            "focusout",
            Box::new(|pointer, setter, event| {
                if matches!(under(event), Under::Word(_)) {
                    point_at(pointer, setter, None);
                }
            }),
        ),
        on(
            "scroll",
            Box::new(|pointer, setter, event| {
                // What scrolls away under the pointer is no longer pointed at; what stays is told where it is now.
                if !matches!(under(event), Under::Tip) {
                    let trigger = pointer.borrow().trigger.clone();
                    let stays = |trigger: &Element| has_focus(pointer) || trigger.matches(":hover") == Ok(true);
                    point_at(pointer, setter, trigger.filter(stays));
                }
            }),
        ),
        on(
            "keydown",
            Box::new(|pointer, setter, event| {
                let is_escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
                if is_escape && pointer.borrow().trigger.is_some() {
                    point_at(pointer, setter, None);
                    event.prevent_default();
                }
            }),
        ),
    ]
}

/// What an event happened to.
enum Under {
    Word(Element),
    Tip,
    Other,
}

fn under(event: &Event) -> Under {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return Under::Other };
    if target.closest(".word-tip").ok().flatten().is_some() {
        return Under::Tip;
    }
    target.closest("[data-word]").ok().flatten().map_or(Under::Other, Under::Word)
}

fn has_focus(pointer: &Rc<RefCell<Pointer>>) -> bool {
    let focused = browser::document().active_element();
    focused.is_some() && pointer.borrow().trigger == focused
}

/// Tells the bits of the word of an element, or of none.
fn point_at(pointer: &Rc<RefCell<Pointer>>, setter: &Setter, trigger: Option<Element>) {
    let word = trigger.as_ref().and_then(|trigger| trigger.get_attribute("data-word"));
    let bits = word.as_deref().and_then(decode_word);
    let trigger = trigger.filter(|_| bits.is_some());
    let mut pointer = pointer.borrow_mut();
    pointer.leaving = None;
    if let Some(before) = pointer.trigger.take().filter(|before| Some(before) != trigger.as_ref()) {
        let _ = before.remove_attribute("aria-describedby");
    }
    let shown = trigger.as_ref().zip(bits).map(|(trigger, bits)| {
        if trigger.is_instance_of::<HtmlElement>() {
            let _ = trigger.set_attribute("aria-describedby", TIP);
        }
        Shown { bits, about: trigger.get_attribute("data-about").unwrap_or_default(), style: place(trigger) }
    });
    pointer.trigger = trigger;
    drop(pointer);
    setter.set(shown);
}

/// Below the element, or above it where there is more room.
fn place(trigger: &Element) -> String {
    const WIDTH: i32 = 340;
    let place = trigger.get_bounding_client_rect();
    let (width, height) = (browser::width(), browser::height());
    let left = (place.left() as i32).min(width - WIDTH - 8).max(8);
    if place.bottom() as i32 > height * 3 / 5 {
        format!("left:{left}px;bottom:{}px", height - place.top() as i32 + 4)
    } else {
        format!("left:{left}px;top:{}px", place.bottom() as i32 + 4)
    }
}
