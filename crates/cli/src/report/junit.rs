//! Reports as JUnit XML, as Jenkins and Ant read it: a suite for each script, a test case for each kernel.
//!
//! A search that is not as expected is a failure; one that hit a bound is an error: nobody knows.

use super::model::{Case, Ending, Report, Suite};
use super::{certificate, human};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;
use std::time::SystemTime;

/// The document. `now`: when the searches were done.
pub(crate) fn write(report: &Report, now: SystemTime) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").write_inner_content(|writer| {
        for (id, suite) in report.suites.iter().enumerate() {
            write_suite(writer, report.command, id, suite, now)?;
        }
        Ok(())
    })?;
    let text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    Ok(text + "\n")
}

fn write_suite(
    writer: &mut Writer<Vec<u8>>,
    command: &str,
    id: usize,
    suite: &Suite,
    now: SystemTime,
) -> io::Result<()> {
    let count = |wanted: fn(&Ending) -> bool| suite.cases.iter().filter(|case| wanted(&case.ending())).count();
    let left_out = usize::from(suite.left_out.is_some());
    let attributes = [
        ("name", plain(&suite.name)),
        ("package", format!("daxscope.{}", command.replace(' ', "."))),
        ("id", id.to_string()),
        ("timestamp", timestamp(now)),
        ("hostname", "localhost".to_owned()),
        ("tests", (suite.cases.len() + left_out).to_string()),
        ("failures", count(|ending| matches!(ending, Ending::NotAsExpected(_))).to_string()),
        (
            "errors",
            count(|ending| matches!(ending, Ending::BoundHit(_) | Ending::Interrupted | Ending::NotAsked)).to_string(),
        ),
        ("skipped", left_out.to_string()),
        ("time", seconds(suite.cases.iter().map(|case| case.seconds).sum())),
    ];
    let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
    writer.create_element("testsuite").with_attributes(attributes).write_inner_content(|writer| {
        write_properties(writer, suite)?;
        for case in &suite.cases {
            write_case(writer, suite, case)?;
        }
        if let Some(reason) = &suite.left_out {
            let attributes = [("name", "left out"), ("classname", &plain(&suite.name)), ("time", "0.000")];
            writer.create_element("testcase").with_attributes(attributes).write_inner_content(|writer| {
                writer.create_element("skipped").with_attribute(("message", plain(reason).as_str())).write_empty()?;
                Ok(())
            })?;
        }
        let texts: Vec<_> = suite.cases.iter().map(|case| human::search(&suite.name, case)).collect();
        text_element(writer, "system-out", &texts.join("\n"))?;
        text_element(writer, "system-err", "")
    })?;
    Ok(())
}

/// The certificates.
fn write_properties(writer: &mut Writer<Vec<u8>>, suite: &Suite) -> io::Result<()> {
    writer.create_element("properties").write_inner_content(|writer| {
        for case in &suite.cases {
            let kernel = suite.name_of(case);
            for (name, value) in [
                ("verdict", case.sentence()),
                ("states", case.counts.states.to_string()),
                ("ran", case.ran.text()),
                ("omission probability", format!("{:.1e}", case.omission_probability)),
                ("allowed", certificate::allowed(&case.options)),
                ("repeat", certificate::repeat(&suite.name, case)),
            ] {
                let name = format!("{kernel}: {name}");
                let attributes = [("name", name.as_str()), ("value", &plain(&value))];
                writer.create_element("property").with_attributes(attributes).write_empty()?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn write_case(writer: &mut Writer<Vec<u8>>, suite: &Suite, case: &Case) -> io::Result<()> {
    let (name, class, time) = (suite.name_of(case), plain(&suite.name), seconds(case.seconds));
    let attributes = [("name", name.as_str()), ("classname", &class), ("time", &time)];
    let element = writer.create_element("testcase").with_attributes(attributes);
    let (tag, kind, message) = match case.ending() {
        Ending::AsExpected => {
            element.write_empty()?;
            return Ok(());
        }
        Ending::NotAsExpected(why) => ("failure", "not as expected", why),
        Ending::BoundHit(_) => ("error", "bound hit", case.sentence()),
        Ending::NotAsked => ("error", "not asked", human::NOT_ASKED.to_owned()),
        Ending::Interrupted => ("error", "interrupted", case.sentence()),
    };
    element.write_inner_content(|writer| {
        let attributes = [("message", plain(&message)), ("type", kind.to_owned())];
        let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
        let text = plain(&human::search(&suite.name, case));
        writer.create_element(tag).with_attributes(attributes).write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

fn text_element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(&plain(text)))?;
    Ok(())
}

/// Without the characters that XML 1.0 cannot hold.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|&c| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')))
        .collect()
}

/// Seconds as the schemas want them: at most three digits behind the point.
fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}

/// Without a time zone, as Ant's schema wants it; it is UTC.
fn timestamp(now: SystemTime) -> String {
    humantime::format_rfc3339_seconds(now).to_string().trim_end_matches('Z').to_owned()
}
