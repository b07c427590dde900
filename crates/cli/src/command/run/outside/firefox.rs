//! A run as a profile for profiler.firefox.com: a track for each thread, its operations as bars, each step as a marker with its sentence, and the
//! kernel functions as stacks.
//!
//! The processed format, version 55: the profiler upgrades older versions for ever. The crate `fxprof-processed-profile` would write it, but needs
//! debugid, which is Apache-2.0 only and cannot go with GPL-2.0. Times are made up: each operation of the machine takes 10 µs.
//! Source: docs-developer/CHANGELOG-formats.md of firefox-devtools/profiler.

use daxscope_core::event::Event;
use daxscope_core::run::Run;
use daxscope_core::scenario::operation_text;
use daxscope_core::units::ThreadId;
use serde_json::{Value, json};
use std::collections::HashMap;

/// What an operation of the machine takes, in ms.
const TAKES: f64 = 0.01;
const VERSION: u32 = 55;
const FIRST_TID: u32 = 1001;

/// A marker of a thread.
struct Marker {
    name: usize,
    start: f64,
    /// None: a moment.
    end: Option<f64>,
    text: String,
}

/// What is written of one thread.
#[derive(Default)]
struct Track {
    strings: Vec<String>,
    known: HashMap<String, usize>,
    /// Functions, as strings; each is one frame.
    functions: Vec<usize>,
    /// Stacks: the one around it, and the function.
    stacks: Vec<(Option<usize>, usize)>,
    /// Samples: stack and time.
    samples: Vec<(Option<usize>, f64)>,
    markers: Vec<Marker>,
    open: Option<(String, f64)>,
}

impl Track {
    fn string(&mut self, text: &str) -> usize {
        if let Some(&at) = self.known.get(text) {
            return at;
        }
        self.strings.push(text.to_owned());
        self.known.insert(text.to_owned(), self.strings.len() - 1);
        self.strings.len() - 1
    }

    /// The stack of these functions, outermost first.
    fn stack<'a>(&mut self, functions: impl Iterator<Item = &'a str>) -> Option<usize> {
        let mut around = None;
        for function in functions {
            let name = self.string(function);
            let at = self.functions.iter().position(|of| *of == name).unwrap_or_else(|| {
                self.functions.push(name);
                self.functions.len() - 1
            });
            let stack = (around, at);
            around = Some(self.stacks.iter().position(|of| *of == stack).unwrap_or_else(|| {
                self.stacks.push(stack);
                self.stacks.len() - 1
            }));
        }
        around
    }

    fn mark(&mut self, name: &str, start: f64, end: Option<f64>, text: String) {
        let name = self.string(name);
        self.markers.push(Marker { name, start, end, text });
    }
}

/// The profile of a run.
pub(super) fn profile(run: &Run) -> String {
    let scenario = run.machine.scenario();
    let mut tracks: Vec<Track> = scenario.threads.iter().map(|_| Track::default()).collect();
    let mut time = 0.0;
    for step in &run.steps {
        let track = &mut tracks[step.record.choice.thread.index()];
        let begun = time;
        for performed in &step.record.performed {
            let stack = track.stack(performed.stop.frames.iter().map(|frame| frame.function));
            track.samples.push((stack, time));
            time += TAKES;
            for event in &performed.events {
                match event {
                    Event::Operation(operation) => {
                        track.open = Some((operation_text(scenario, operation).trim().to_owned(), time));
                    }
                    Event::Result(_) => {
                        if let Some((text, start)) = track.open.take() {
                            track.mark("operation", start, Some(time), text);
                        }
                    }
                    _ => {}
                }
            }
        }
        track.mark("step", begun, None, step.sentence.clone());
        for violation in &step.violations {
            track.mark("broken rule", begun, None, format!("{}. {}", violation.headline, violation.sentence));
        }
    }
    for track in &mut tracks {
        if let Some((text, start)) = track.open.take() {
            track.mark("operation", start, Some(time), format!("{text} (not ended)"));
        }
    }
    let threads: Vec<Value> = tracks.iter().enumerate().map(|(at, track)| thread(at, track, time)).collect();
    let name = if scenario.title.is_empty() { "daxscope" } else { &scenario.title };
    let whole = json!({
        "meta": meta(&format!("{name} ({})", scenario.revision.name())),
        "libs": [],
        "threads": threads,
        "pages": [],
        "profilerOverhead": [],
        "counters": [],
    });
    format!("{whole}\n")
}

fn meta(product: &str) -> Value {
    json!({
        "categories": [
            { "name": "Other", "color": "grey", "subcategories": ["Other"] },
            { "name": "Kernel", "color": "blue", "subcategories": ["Other"] },
        ],
        "debug": false,
        "extensions": { "length": 0, "baseURL": [], "id": [], "name": [] },
        "interval": TAKES,
        "preprocessedProfileVersion": VERSION,
        "processType": 0,
        "product": product,
        "sampleUnits": { "time": "ms", "eventDelay": "ms", "threadCPUDelta": "µs" },
        "startTime": 0,
        "symbolicated": true,
        "pausedRanges": [],
        "version": 24,
        "usesOnlyOneStackType": true,
        "sourceCodeIsNotOnSearchfox": true,
        "markerSchema": [{
            "name": "Text",
            "display": ["marker-chart", "marker-table", "timeline-overview"],
            "chartLabel": "{marker.data.text}",
            "tableLabel": "{marker.name}: {marker.data.text}",
            "tooltipLabel": "{marker.name}",
            "fields": [{ "key": "text", "label": "What", "format": "string", "searchable": true }],
        }],
    })
}

fn thread(at: usize, track: &Track, end: f64) -> Value {
    let all = |value: Value, count: usize| vec![value; count];
    let (functions, stacks, samples) = (track.functions.len(), track.stacks.len(), track.samples.len());
    let deltas = track.samples.iter().scan(0.0, |before, (_, time)| Some(time - std::mem::replace(before, *time)));
    json!({
        "frameTable": {
            "length": functions,
            "address": all(json!(-1), functions),
            "inlineDepth": all(json!(0), functions),
            "category": all(json!(1), functions),
            "subcategory": all(json!(0), functions),
            "func": (0..functions).collect::<Vec<_>>(),
            "nativeSymbol": all(Value::Null, functions),
            "innerWindowID": all(json!(0), functions),
            "line": all(Value::Null, functions),
            "column": all(Value::Null, functions),
        },
        "funcTable": {
            "length": functions,
            "name": track.functions,
            "isJS": all(json!(false), functions),
            "relevantForJS": all(json!(false), functions),
            "resource": all(json!(-1), functions),
            "fileName": all(Value::Null, functions),
            "lineNumber": all(Value::Null, functions),
            "columnNumber": all(Value::Null, functions),
        },
        "stackTable": {
            "length": stacks,
            "prefix": track.stacks.iter().map(|stack| stack.0).collect::<Vec<_>>(),
            "frame": track.stacks.iter().map(|stack| stack.1).collect::<Vec<_>>(),
        },
        "samples": {
            "length": samples,
            "weightType": "samples",
            "stack": track.samples.iter().map(|sample| sample.0).collect::<Vec<_>>(),
            "timeDeltas": deltas.collect::<Vec<_>>(),
            "weight": all(json!(1), samples),
            "threadCPUDelta": all(json!(10), samples),
        },
        "markers": markers(track),
        "name": format!("thread {}", ThreadId(at as u8).letter()),
        "isMainThread": at == 0,
        "nativeSymbols": { "length": 0, "address": [], "functionSize": [], "libIndex": [], "name": [] },
        "pausedRanges": [],
        "pid": "1000",
        "processName": "daxscope",
        "processShutdownTime": end,
        "processStartupTime": 0,
        "processType": "default",
        "registerTime": 0,
        "resourceTable": { "length": 0, "lib": [], "name": [], "host": [], "type": [] },
        "stringArray": track.strings,
        "tid": (FIRST_TID + at as u32).to_string(),
        "unregisterTime": end,
        "showMarkersInTimeline": true,
    })
}

fn markers(track: &Track) -> Value {
    let mut data = Vec::new();
    for marker in &track.markers {
        data.push(json!({ "type": "Text", "text": marker.text }));
    }
    let of = |value: fn(&Marker) -> Value| track.markers.iter().map(value).collect::<Vec<_>>();
    json!({
        "length": track.markers.len(),
        "category": of(|_| json!(1)),
        "data": data,
        "endTime": of(|marker| json!(marker.end)),
        "name": of(|marker| json!(marker.name)),
        "phase": of(|marker| json!(u8::from(marker.end.is_some()))),
        "startTime": of(|marker| json!(marker.start)),
    })
}
