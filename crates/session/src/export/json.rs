//! The run as JSON. Written by hand: a library would be a quarter of the whole page.

use crate::objects::location;
use crate::run::Step;
use crate::session::Session;
use daxscope_core::run::fell_back;

/// Goes up when a field changes its meaning; new fields do not count.
const VERSION: u32 = 1;

/// The whole run.
pub(crate) fn json(session: &Session) -> String {
    let run = &session.run;
    let mut json = Json::default();
    json.object(|json| {
        json.text("format", "daxscope run");
        json.number("version", VERSION.into());
        json.text("tool", super::home::TOOL);
        json.text("title", &session.title());
        json.text("revision", &session.revision_name());
        json.text("script", &session.script_as_it_runs());
        json.text("step_size", run.size().name());
        json.text("schedule", &session.schedule().to_compact());
        json.number("position", run.position() as u64);
        json.text("link", &session.fragment_to_share());
        json.list("steps", run.steps().iter().enumerate(), |json, (at, step)| write_step(json, at + 1, step));
        let fell_back = fell_back(run.steps().iter().map(|step| &step.record));
        json.list("fallbacks", fell_back.iter(), |json, fell| {
            json.number("step", fell.step as u64);
            json.text("thread", &fell.thread.to_string());
            json.text("reason", fell.reason.name());
            json.text("sentence", fell.reason.label());
            json.text("remedy", fell.reason.remedy());
        });
        json.text("end", &session.end_sentence());
    });
    json.text.push('\n');
    json.text
}

fn write_step(json: &mut Json, number: usize, step: &Step) {
    json.number("step", number as u64);
    json.text("thread", &step.record.choice.thread.to_string());
    json.flag("fail", step.record.choice.fail);
    json.text("sentence", &step.sentence);
    json.list("operations", step.record.performed.iter(), |json, performed| {
        json.text("operation", &format!("{:?}", performed.stop.op));
        json.text("outcome", &format!("{:?}", performed.outcome));
        json.text("function", performed.stop.function());
        json.text("at", &location(performed.stop.at));
    });
    json.list("violations", step.violations.iter(), |json, violation| {
        json.text("rule", violation.rule.name());
        json.text("sentence", &violation.sentence);
    });
}

/// JSON being written.
#[derive(Default)]
struct Json {
    text: String,
}

impl Json {
    fn object(&mut self, fields: impl FnOnce(&mut Json)) {
        self.text.push('{');
        fields(self);
        self.text.push('}');
    }

    fn key(&mut self, key: &str) {
        if !self.text.ends_with('{') {
            self.text.push(',');
        }
        self.string(key);
        self.text.push(':');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.string(value);
    }

    fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        self.text.push_str(&value.to_string());
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.key(key);
        self.text.push_str(if value { "true" } else { "false" });
    }

    fn list<T>(&mut self, key: &str, items: impl Iterator<Item = T>, mut fields: impl FnMut(&mut Json, T)) {
        self.key(key);
        self.text.push('[');
        for (at, item) in items.enumerate() {
            self.text.push_str(if at > 0 { ",\n" } else { "\n" });
            self.object(|json| fields(json, item));
        }
        self.text.push(']');
    }

    fn string(&mut self, value: &str) {
        self.text.push('"');
        for c in value.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\u{2028}' | '\u{2029}' => self.text.push_str(&format!("\\u{:04x}", c as u32)),
                c if c.is_control() => self.text.push_str(&format!("\\u{:04x}", c as u32)),
                c => self.text.push(c),
            }
        }
        self.text.push('"');
    }
}
