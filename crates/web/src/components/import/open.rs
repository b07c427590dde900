//! Which recording: a file of one's own, or one that comes with the page; and the kernel, where the reader knows it.

use super::does;
use crate::{browser, importer};
use daxscope_session::Action;
use daxscope_session::import::{ImportAction, ImportView, Sample};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Kernels of which it is known what they print.
const KERNELS: [&str; 8] = ["7.3", "6.15", "6.12", "6.1", "5.10", "4.20", "4.15", "4.12"];

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The recording.
    pub view: Rc<ImportView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The row of controls.
#[component]
pub(super) fn OpenBar(props: &Props) -> Html {
    let Props { view, on } = props;
    let choose = |_: MouseEvent| browser::press("recording-file");
    let chosen = {
        let on = on.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                let name = file.name();
                importer::open(file.into(), name, &on);
            }
            input.set_value("");
        })
    };
    let mut samples = Vec::new();
    for sample in Sample::ALL {
        let press = does(on, ImportAction::Sample(sample));
        samples.push(html! { <button class="btn small" onclick={press}>{ sample.title() }</button> });
    }
    html! {
        <div class="rec-open">
            <div class="rec-file">
                <button class="btn primary" onclick={choose}>{ "Open a file…" }</button>
                <input type="file" id="recording-file" hidden=true aria-label="A trace or snapshots of a tree" onchange={chosen} />
                if view.file.is_empty() {
                    <span class="dim">{ "or drop one anywhere on the page." }</span>
                } else {
                    <strong class="rec-name">{ &*view.file }</strong>
                    { kernel(view, on) }
                }
                <span class="rec-private">{ "Read in this browser. Nothing of it is sent anywhere." }</span>
            </div>
            <div class="rec-samples" role="group" aria-label="Recordings that come with the page">
                <span class="dim">{ "Without one, try:" }</span>{ for samples }
            </div>
        </div>
    }
}

/// Which kernel it was, if the lines do not say.
fn kernel(view: &ImportView, on: &Callback<Action>) -> Html {
    if view.trace.is_none() {
        return Html::default();
    }
    let changed = on.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Action::Import(ImportAction::Kernel(select.value()))
    });
    let mut options =
        vec![html! { <option value="" selected={view.kernel.is_empty()}>{ "as its lines say" }</option> }];
    for name in KERNELS {
        options.push(html! { <option value={name} selected={&*view.kernel == name}>{ name }</option> });
    }
    html! {
        <label class="rec-kernel">{ "Kernel " }<select onchange={changed}>{ for options }</select></label>
    }
}

/// What can be opened, and how it is recorded.
pub(super) fn how() -> Html {
    html! {
        <div class="prose rec-how">
            <p class="lead">
                { "Why did my 2 MiB fault fall back? What did fsync flush, and what may be lost? A trace of a DAX machine says so." }
            </p>
            <p>{ "Record one where it happens:" }</p>
            <pre class="mono" tabindex="0" role="group" aria-label="Commands that record a trace">
                { "trace-cmd record -e fs_dax PROGRAM\ntrace-cmd report > trace.txt\n\n# or by hand\necho 1 > /sys/kernel/tracing/events/fs_dax/enable\nPROGRAM\ncat /sys/kernel/tracing/trace > trace.txt" }
            </pre>
            <p>
                { "Read are the text of /sys/kernel/tracing/trace, trace-cmd report and perf script, the JSON of perf data convert, and \
                   snapshots of a file's tree (.tree.json, as tools/drgn/dax_tree.py writes them), all of them plain or in gzip, from \
                   4.11 to 7.3, of any size." }
            </p>
        </div>
    }
}
