//! Reports in the formats of other programs, held to the schemas of those (tests/schemas) and to our own.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect(path)
}

/// What the program prints, and its exit code.
fn daxscope(words: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_daxscope")).args(words).current_dir(root()).output();
    let output = output.expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(!printed.is_empty(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    (printed, output.status.code().expect("an exit code"))
}

/// The errors of a document under a schema.
fn errors(schema: &str, document: &Value) -> Vec<String> {
    // SARIF's schema has a bracket that JavaScript takes for itself and the regex crate does not.
    let schema = text(schema).replace("-[a-zA-Z]{2}]?$", r"-[a-zA-Z]{2}\\]?$");
    let schema: Value = serde_json::from_str(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn check_schema(schema: &str, words: &[&str], code: i32) -> Value {
    let (printed, exit) = daxscope(words);
    assert_eq!(exit, code, "{words:?}");
    let report: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(errors(schema, &report), Vec::<String>::new(), "{words:?}");
    report
}

/// One search that is as expected, one that is not, one with an expected violation, one that hits a bound.
const SEARCHES: &[(&[&str], i32)] = &[
    (&["explore", "museum:a5", "tests/mix/2x1.dax"], 1),
    (&["explore", "museum:a5", "--expect", "violation:kernel-bug"], 0),
    (&["explore", "museum:a4", "--bound", "states=50"], 3),
    (&["explore", "tests/mix/2x1.dax", "--expect", "violation:livelock", "--failures", "1", "--rule", "livelock"], 1),
    (&["museum", "check", "a5"], 0),
];

#[test]
fn json_is_as_documented() {
    for (words, code) in SEARCHES {
        let report = check_schema("docs/report.schema.json", &[*words, &["--format", "json"]].concat(), *code);
        for search in report["searches"].as_array().expect("searches") {
            let broken = search["verdict"] == "violation";
            assert_eq!(search["counterexample"].is_object(), broken, "{search}");
            assert_eq!(search["explained"].is_object(), broken && report["command"] == "explore", "{search}");
        }
    }
    let report = check_schema("docs/report.schema.json", &["necessity", "tests/mix/2x1.dax", "--format", "json"], 0);
    let needed: Vec<_> =
        report["trials"].as_array().expect("trials").iter().filter(|t| t["need"] == "needed").collect();
    assert!(needed.len() >= 3, "{needed:#?}");
    assert!(needed.iter().all(|trial| trial["shortest"] == true));
    let judge = ["judge", "tests/judge/insertion-race.txt", "--format", "json"];
    check_schema("docs/report.schema.json", &judge, 0);
    check_schema("docs/report.schema.json", &[&judge[..], &["--revision", "4.11"]].concat(), 1);
    check_schema("docs/report.schema.json", &["judge", "tests/judge/gaps.dax", "--format", "json"], 0);
    // A schema that takes everything would prove nothing.
    let mut wrong = report;
    wrong["baseline"] = "proved".into();
    assert_ne!(errors("docs/report.schema.json", &wrong), Vec::<String>::new());
}

#[test]
fn what_a_report_says_is_enough_to_repeat_it() {
    let (printed, _) = daxscope(&["explore", "museum:a5", "--revision", "v9 wake_mode_delete=all", "--format", "json"]);
    let report: Value = serde_json::from_str(&printed).expect("JSON");
    let search = &report["searches"][0];
    assert_eq!(search["revision"], "v9 wake_mode_delete=all");
    assert!(search["scenario"].as_str().is_some_and(|text| text.contains("revision v9 wake_mode_delete=all\n")));
    let words: Vec<String> = search["repeat"]
        .as_str()
        .expect("a command")
        .split('\'')
        .enumerate()
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .chain(["--format".to_owned(), "json".to_owned()])
        .skip(1)
        .collect();
    let (again, _) = daxscope(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let again: Value = serde_json::from_str(&again).expect("JSON");
    for field in ["scenario", "revision", "options", "verdict", "counts", "repeat"] {
        assert_eq!(again["searches"][0][field], search[field], "{field}");
    }
}

#[test]
fn sarif_is_valid_and_tells_the_interleaving() {
    for (words, code) in SEARCHES {
        check_schema("tests/schemas/sarif-2.1.0.json", &[*words, &["--format", "sarif"]].concat(), *code);
    }
    let words = ["explore", "museum:a4", "--format", "sarif"];
    let log = check_schema("tests/schemas/sarif-2.1.0.json", &words, 1);
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"] = Value::Array(Vec::new());
    assert_ne!(errors("tests/schemas/sarif-2.1.0.json", &wrong), Vec::<String>::new());
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"lost-wakeup".into(), &"error".into()));
    let flows = result["codeFlows"].as_array().expect("code flows");
    let steps = |flow: &Value| -> Vec<Value> {
        let threads = flow["threadFlows"].as_array().expect("thread flows").clone();
        threads.iter().flat_map(|thread| thread["locations"].as_array().expect("locations").clone()).collect()
    };
    let (whole, mut by_thread) = (steps(&flows[0]), steps(&flows[1]));
    assert_eq!(flows[1]["threadFlows"].as_array().map(Vec::len), Some(3), "A, B and C");
    by_thread.sort_by_key(|step| step["executionOrder"].as_u64());
    assert_eq!(whole, by_thread, "the order across threads is that of the interleaving");
    // Every step stands on a line of the kernel code that takes part.
    for (at, step) in whole.iter().enumerate() {
        assert_eq!(step["executionOrder"], at + 1);
        let place = &step["location"]["physicalLocation"];
        let file = place["artifactLocation"]["uri"].as_str().expect("a file");
        assert!(file.starts_with("crates/core/src/kernel/"), "{file}");
        let line = place["region"]["startLine"].as_u64().expect("a line") as usize;
        assert!(line <= text(file).lines().count(), "{file}:{line}");
    }
    assert_eq!(whole.last().map(|step| &step["importance"]), Some(&"essential".into()));
}

/// The errors of a document under Jenkins' schema.
fn junit_errors(document: &str) -> Vec<String> {
    let schema = text("tests/schemas/junit-10.xsd");
    let schema = uppsala::parse(&schema).expect("a schema");
    let validator = uppsala::XsdValidator::from_schema(&schema).expect("a schema");
    let document = uppsala::parse(document).expect("XML");
    validator.validate(&document).iter().map(ToString::to_string).collect()
}

/// The document, valid by Jenkins' schema.
fn junit(words: &[&str], code: i32) -> String {
    let (printed, exit) = daxscope(&[words, &["--format", "junit"]].concat());
    assert_eq!(exit, code, "{words:?}");
    assert_eq!(junit_errors(&printed), Vec::<String>::new(), "{words:?}\n{printed}");
    assert_ne!(
        junit_errors(&printed.replace("testcase ", "test ").replace("testcase>", "test>")),
        Vec::<String>::new()
    );
    printed
}

#[test]
fn junit_is_valid_for_jenkins_and_for_ant() {
    for (words, code) in SEARCHES {
        let printed = junit(words, *code);
        // What Ant's schema asks for beyond that.
        let mut rest = printed.as_str();
        for (id, suite) in printed.split("<testsuite ").skip(1).enumerate() {
            let (head, _) = suite.split_once('>').expect("a tag");
            for word in ["name=\"", "package=\"daxscope.", "hostname=\"localhost\"", "timestamp=\"20", "time=\""] {
                assert!(head.contains(word), "{word} is not in {head}");
            }
            assert!(head.contains(&format!("id=\"{id}\"")), "{head}");
            for element in ["<properties>", "<testcase ", "<system-out", "<system-err"] {
                let (_, behind) = rest.split_once(element).expect(element);
                rest = behind;
            }
        }
    }
}

#[test]
fn junit_counts_what_is_wrong_and_what_is_not_known() {
    let failed = junit(&["explore", "museum:a5", "tests/mix/2x1.dax"], 1);
    assert!(failed.contains("tests=\"1\" failures=\"1\" errors=\"0\""), "{failed}");
    assert!(failed.contains("tests=\"1\" failures=\"0\" errors=\"0\""), "{failed}");
    assert!(failed.contains("<failure message=\"a rule is broken: kernel-bug\" type=\"not as expected\">"), "{failed}");
    let unknown = junit(&["explore", "museum:a4", "--bound", "states=50"], 3);
    assert!(unknown.contains("tests=\"1\" failures=\"0\" errors=\"1\""), "{unknown}");
    assert!(unknown.contains("this proves nothing\" type=\"bound hit\">"), "{unknown}");
    let checked = junit(&["museum", "check", "a5"], 0);
    assert!(checked.contains("<testcase name=\"v6\" classname=\"museum:a5\""), "{checked}");
}
