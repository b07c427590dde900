//! Has recordings of real kernels read where it does not hold up the page: in a Worker, which asks the browser for one piece of the
//! file after the other. Nothing of it leaves the browser, and no more than a piece is in memory.

use crate::{chunks, files};
use daxscope_session::Action;
use daxscope_session::import::{HEAD_BYTES, ImportAction, Report, is_recording};
use gloo_events::EventListener;
use std::cell::{Cell, RefCell};
use std::io::Read;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ErrorEvent, FileReaderSync, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// The script of the Worker, beside the page.
const WORKER: &str = "static/importer.js";
/// Where there are no Workers, all of a file has to be in memory.
const MAX_BYTES_IN_PAGE: f64 = (64_u64 << 20) as f64;
/// Bytes between two reports.
const REPORT_BYTES: u64 = 4 << 20;

thread_local! {
    /// The file that is open: the session knows its name only.
    static KEPT: RefCell<Option<Blob>> = const { RefCell::new(None) };
}

fn does(on: &Callback<Action>, action: ImportAction) {
    on.emit(Action::Import(action));
}

/// Is a file a recording, by its first bytes?
pub async fn knows(blob: &Blob) -> bool {
    let Ok(head) = blob.slice_with_i32_and_i32(0, HEAD_BYTES as i32) else { return false };
    bytes(&head).await.is_some_and(|head| is_recording(&head))
}

/// Keeps a file and has the session ask for it to be read.
pub fn open(blob: Blob, name: String, on: &Callback<Action>) {
    let bytes = blob.size() as u64;
    KEPT.set(Some(blob));
    does(on, ImportAction::Open { name, bytes });
}

/// Keeps a text, as if it were a file.
pub fn open_text(text: &str, name: &str, on: &Callback<Action>) {
    let parts = js_sys::Array::of1(&text.into());
    match Blob::new_with_str_sequence(&parts) {
        Ok(blob) => open(blob, name.to_owned(), on),
        Err(_) => does(on, ImportAction::Failed("The browser has no room for this text.".into())),
    }
}

/// Fetches a recording that comes with the page, and opens it.
pub fn fetch(path: &'static str, on: Callback<Action>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    spawn_local(async move {
        match files::text_of(path).await {
            Ok(text) => open_text(&text, name, &on),
            Err(why) => {
                let sentence =
                    format!("{name} did not arrive ({why}). Try again; a file of your own needs no network.");
                does(&on, ImportAction::Failed(sentence));
            }
        }
    });
}

async fn bytes(blob: &Blob) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Whoever reads.
#[derive(Debug, Default)]
pub struct Importer {
    worker: Option<Handle>,
    /// Goes up with every file: what an earlier one answers is not heard.
    turn: Rc<Cell<u32>>,
}

/// A Worker; it ends with this.
#[derive(Debug)]
struct Handle {
    worker: Worker,
    _listeners: [EventListener; 3],
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Importer {
    /// Reads the file that is kept, in place of whatever is read.
    pub fn start(&mut self, request: String, on: &Callback<Action>) {
        self.stop();
        let Some(blob) = KEPT.with_borrow(Clone::clone) else {
            return does(on, ImportAction::Failed("There is no file to read: open one.".into()));
        };
        let turn = self.turn.get();
        let (current, whole) = (self.turn.clone(), on.clone());
        // What comes of a file that is read no more is of no interest.
        let heard = Callback::from(move |action| {
            if current.get() == turn {
                whole.emit(action);
            }
        });
        match Handle::new(&blob, &request, &heard) {
            Some(handle) => self.worker = Some(handle),
            None => in_page(blob, request, heard),
        }
    }

    /// Stops what goes on, at once.
    pub fn stop(&mut self) {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.worker = None;
    }
}

impl Handle {
    /// `None`: this browser has no Workers, or none that are modules.
    fn new(blob: &Blob, request: &str, on: &Callback<Action>) -> Option<Handle> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&files::address(WORKER)?, &options).ok()?;
        worker.post_message(&wasm_bindgen::module()).ok()?;
        let order = js_sys::Object::new();
        for (key, value) in [("blob", blob.into()), ("request", JsValue::from(request))] {
            js_sys::Reflect::set(&order, &key.into(), &value).ok()?;
        }
        worker.post_message(&order).ok()?;
        let was_ready = Rc::new(Cell::new(false));
        let listen = |event: &'static str, heard: Box<dyn Fn(&web_sys::Event)>| {
            EventListener::new(&worker, event, move |event| heard(event))
        };
        let (asker, ready, told) = (worker.clone(), was_ready.clone(), on.clone());
        let message = Box::new(move |event: &web_sys::Event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            ready.set(true);
            heard(&data, &asker, &told);
        });
        let (unread, failed) = (on.clone(), on.clone());
        let (blob, request) = (blob.clone(), request.to_owned());
        let listeners = [
            listen("message", message),
            listen("messageerror", Box::new(move |_| does(&unread, dead("it sent something that cannot be read")))),
            listen(
                "error",
                Box::new(move |event| {
                    // One that never said anything is one that this browser does not let us have.
                    if !was_ready.get() {
                        return in_page(blob.clone(), request.clone(), failed.clone());
                    }
                    let what = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
                    does(&failed, dead(&what));
                }),
            ),
        ];
        Some(Handle { worker, _listeners: listeners })
    }
}

fn dead(why: &str) -> ImportAction {
    let why = if why.is_empty() { "the browser does not say why" } else { why };
    ImportAction::Failed(format!(
        "Whoever read the file is dead ({why}). Open it again, or use `daxscope import FILE`."
    ))
}

/// What the Worker says.
fn heard(data: &JsValue, worker: &Worker, on: &Callback<Action>) {
    if let Some(report) = data.as_string() {
        return does(on, ImportAction::Reported(report));
    }
    let say = |what: &str| js_sys::Reflect::get(data, &what.into()).ok().and_then(|said| said.as_string());
    match (say("problem"), say("missing"), say("wants")) {
        (Some(problem), ..) => does(on, ImportAction::Failed(format!("Not read: {problem}."))),
        (_, Some(missing), _) => {
            does(on, ImportAction::Failed(format!("{missing} Open the file again to fetch it again.")))
        }
        (.., Some(path)) => files::send(path, worker.clone()),
        _ => {}
    }
}

/// All of it on the page's own time, where there are no Workers.
fn in_page(blob: Blob, request: String, on: Callback<Action>) {
    if blob.size() > MAX_BYTES_IN_PAGE {
        let why = "This browser gives the page no Worker, so at most 64 MiB are read here: use `daxscope import FILE`.";
        return does(&on, ImportAction::Failed(why.into()));
    }
    spawn_local(async move {
        let report = match (chunks::importing().await, bytes(&blob).await) {
            (Ok(importing), Some(bytes)) => (importing.read)(&mut &*bytes, &request, &mut |_| true),
            (Err(problem), _) => return does(&on, ImportAction::Failed(problem)),
            (_, None) => {
                return does(&on, ImportAction::Failed("The file could not be read: is it still there?".into()));
            }
        };
        does(&on, ImportAction::Reported(report));
    });
}

/// Fetches what reads recordings; the Worker does so before anything else.
///
/// # Errors
///
/// A sentence.
#[wasm_bindgen(js_name = prepareImport)]
pub async fn prepare_import() -> Result<(), JsValue> {
    chunks::importing().await.map(|_| ()).map_err(|problem| problem.into())
}

/// Reads a file piece by piece, in a Worker only; `say` hears how far it is. Returns the last report; [`prepare_import`] has to
/// come first.
///
/// # Errors
///
/// Where this is no Worker.
#[wasm_bindgen(js_name = readRecording)]
pub fn read_recording(blob: Blob, request: &str, say: &js_sys::Function) -> Result<String, JsValue> {
    let importing = chunks::importing_if_here().ok_or("The code that reads is not here.")?;
    let mut pieces = Pieces { reader: FileReaderSync::new()?, size: blob.size(), at: 0.0, blob };
    let mut told = 0;
    Ok((importing.read)(&mut pieces, request, &mut |bytes| {
        if bytes >= told + REPORT_BYTES {
            told = bytes;
            // A page that does not hear it has gone.
            let _ = say.call1(&JsValue::NULL, &Report::Reading(bytes).to_message().into());
        }
        true
    }))
}

/// A file, read piece by piece while the Worker waits.
struct Pieces {
    blob: Blob,
    reader: FileReaderSync,
    size: f64,
    at: f64,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let end = (self.at + into.len() as f64).min(self.size);
        if end <= self.at {
            return Ok(0);
        }
        let gone =
            |_: JsValue| std::io::Error::other("the browser does not give its bytes; was the file changed or moved?");
        let piece = self.blob.slice_with_f64_and_f64(self.at, end).map_err(gone)?;
        let buffer = self.reader.read_as_array_buffer(&piece).map_err(gone)?;
        let bytes = js_sys::Uint8Array::new(&buffer);
        let count = (bytes.length() as usize).min(into.len());
        bytes.slice(0, count as u32).copy_to(&mut into[..count]);
        self.at += count as f64;
        Ok(count)
    }
}
