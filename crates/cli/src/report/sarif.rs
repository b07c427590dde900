//! Reports as SARIF 2.1.0: one result for each broken rule, with the interleaving as its code flows.
//!
//! A result has two code flows. The specification says that a thread flow is one thread's and that `executionOrder`
//! orders them against each other; that is the second. Viewers show the first thread flow of the first code flow and
//! nothing else, so the first is the whole interleaving in one, as one processor would run it.

use super::model::{Case, Counterexample, Ending, Place, Report, Step, Suite};
use super::{certificate, json};
use daxscope_core::check::Rule;
use daxscope_core::digest::Digest;
use daxscope_core::scenario::format;
use serde_json::{Value, json};

/// A whole log with one run.
pub(crate) fn write(report: &Report) -> String {
    let rules = Rule::ALL.map(|rule| {
        json!({
            "id": rule.name(),
            "shortDescription": { "text": rule.headline() },
            "defaultConfiguration": { "level": "error" },
        })
    });
    let results: Vec<Value> = report.cases().flat_map(|(suite, case)| results(suite, case)).collect();
    let notifications: Vec<Value> = report.cases().map(|(suite, case)| notification(suite, case)).collect();
    let searches = report.cases().map(|(suite, case)| {
        let mut search = json::search(suite, case);
        if let Some(fields) = search.as_object_mut() {
            fields.remove("counterexample");
            fields.remove("explained");
        }
        search
    });
    let whole = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "daxscope",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "automationDetails": { "id": format!("daxscope/{}/", report.command) },
            "invocations": [{
                "executionSuccessful": report.exit_code() != 3,
                "exitCode": report.exit_code(),
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "searches": searches.collect::<Vec<_>>() },
        }],
    });
    format!("{whole:#}\n")
}

/// The verdict of a search: SARIF has no other place for what is not a finding.
fn notification(suite: &Suite, case: &Case) -> Value {
    let level = match case.ending() {
        Ending::AsExpected => "note",
        Ending::NotAsExpected(_) => "error",
        Ending::BoundHit(_) | Ending::Interrupted | Ending::NotAsked => "warning",
    };
    let text = format!(
        "{} on {}: {}; allowed: {}; ran: {}; probability that a state was left out: {:.1e}",
        suite.name,
        case.scenario.revision.name(),
        case.sentence(),
        certificate::allowed(&case.options),
        case.ran.text(),
        case.omission_probability,
    );
    json!({ "level": level, "message": { "text": text } })
}

fn results(suite: &Suite, case: &Case) -> Vec<Value> {
    let Some(way) = &case.counterexample else { return Vec::new() };
    way.rules.iter().filter_map(|rule| result(suite, case, way, *rule)).collect()
}

fn result(suite: &Suite, case: &Case, way: &Counterexample, rule: Rule) -> Option<Value> {
    let told = way.violations().find(|(_, violation)| violation.rule == rule);
    let (step, sentence) = match &told {
        Some((step, violation)) => (*step, violation.sentence.clone()),
        None => (way.steps.last()?, rule.headline().to_owned()),
    };
    let level = if case.ending() == Ending::AsExpected { "note" } else { "error" };
    let fingerprint = Digest::of(&(format(&case.scenario), rule.name()));
    Some(json!({
        "ruleId": rule.name(),
        "ruleIndex": Rule::ALL.iter().position(|known| *known == rule),
        "level": level,
        "message": { "text": format!("{sentence} ({}, kernel {})", suite.name, case.scenario.revision.name()) },
        "locations": [location(step.ends, step.function, &sentence)],
        "partialFingerprints": { "scenarioAndRule/v1": format!("{:032x}", fingerprint.bits()) },
        "codeFlows": [interleaving(way), by_thread(way)],
        "properties": {
            "script": suite.name,
            "schedule": way.schedule,
            "repeat": certificate::repeat(&suite.name, case),
        },
    }))
}

/// All steps in order, as one thread flow.
fn interleaving(way: &Counterexample) -> Value {
    let steps: Vec<Value> = way.steps.iter().map(flow_location).collect();
    json!({
        "message": { "text": format!("The interleaving: {}", way.schedule) },
        "threadFlows": [{ "id": "all", "locations": steps }],
    })
}

/// One thread flow for each kernel thread.
fn by_thread(way: &Counterexample) -> Value {
    let mut threads: Vec<_> = way.steps.iter().map(|step| step.thread).collect();
    threads.sort_unstable();
    threads.dedup();
    let flows = threads.into_iter().map(|thread| {
        let steps: Vec<Value> = way.steps.iter().filter(|step| step.thread == thread).map(flow_location).collect();
        json!({ "id": thread.letter().to_string(), "message": { "text": format!("Thread {thread}") }, "locations": steps })
    });
    json!({
        "message": { "text": "The same, each thread for itself" },
        "threadFlows": flows.collect::<Vec<_>>(),
    })
}

fn flow_location(step: &Step) -> Value {
    let breaks = step.violations.iter().map(|violation| format!(" {}: {}", violation.headline, violation.sentence));
    let text = format!("{}. {}{}", step.number, step.sentence, breaks.collect::<String>());
    json!({
        "location": location(step.begins, step.function, &text),
        "executionOrder": step.number,
        "importance": if step.violations.is_empty() { "important" } else { "essential" },
    })
}

fn location(place: Place, function: &str, text: &str) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": place.file.replace('\\', "/"), "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": place.line },
        },
        "message": { "text": text },
    });
    if !function.is_empty() {
        location["logicalLocations"] = json!([{ "name": function, "kind": "function" }]);
    }
    location
}
