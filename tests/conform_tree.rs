//! Every recorded sequence of the real v4.10 radix tree, compared after every step.

pub mod recordings;

use daxscope_conform::input::InputError;
use daxscope_conform::report::Report;
use daxscope_conform::tree::run_tree_file;
use recordings::agree;

/// The recordings shipped, with the number of sequences in each.
const CLASSES: [(&str, usize); 9] = [
    ("small", 20),
    ("pmd", 40),
    ("dax", 35),
    ("tags", 25),
    ("mix", 30),
    ("large", 20),
    ("enomem", 15),
    ("join", 15),
    ("hand", 23),
];

#[test]
fn every_recorded_sequence_agrees() {
    let all = agree("tree", &CLASSES, run_tree_file);
    assert_eq!((all.passed, all.failed), (223, 0));
}

fn one(steps: &str) -> Result<Report, InputError> {
    run_tree_file(format!("\n{{\"id\":\"x\",\"steps\":[{steps}]}}\n").as_bytes())
}

#[test]
fn a_wrong_result_is_reported_with_its_place() {
    let report = one(r#"{"op":["get",5],"r":0},{"op":["get",7],"r":6}"#).unwrap();
    assert_eq!((report.passed, report.failed, report.steps), (0, 1, 2));
    let failure = &report.failures[0];
    assert_eq!((failure.id.as_str(), failure.step, failure.field.as_str()), ("x", 1, "r"));
    assert_eq!((failure.expected.as_str(), failure.got.as_str()), ("6", "0"));
    assert_eq!(failure.to_string(), r#"x, step 1, ["get",7]: r should be 6, is 0"#);
}

#[test]
fn of_a_wrong_list_the_first_wrong_element_is_reported() {
    let insert = r#"{"op":["ins",0,0,6],"r":0,"st":
        {"h":0,"root":6,"rt":0,"live":0,"nodes":[],"leaves":[[0,0,6,0]]}}"#
        .replace('\n', "");
    let report = one(&format!(r#"{insert},{{"op":["iter",0],"r":[[0,10]]}}"#)).unwrap();
    assert_eq!(report.failures[0].to_string(), r#"x, step 1, ["iter",0]: r[0] should be [0,10], is [0,6]"#);
    let report = one(&format!(r#"{insert},{{"op":["gang",0,9],"r":[6,6]}}"#)).unwrap();
    assert_eq!(report.failures[0].field, "r.length");
}

#[test]
fn a_state_that_should_not_have_changed_is_reported() {
    let report = one(r#"{"op":["ins",5,0,6],"r":0}"#).unwrap();
    assert_eq!(report.failures[0].field, "st.h");
}

#[test]
fn a_missing_warning_is_reported() {
    let report = one(r#"{"op":["get",5],"r":0,"warn":1}"#).unwrap();
    assert_eq!(report.failures[0].field, "warn");
}

#[test]
fn malformed_input_names_its_line() {
    let wrong = [
        ("{\"op\":[\"get\",5]}", "missing field `r`"),
        ("{\"op\":[],\"r\":0}", "no name"),
        ("{\"op\":[\"get\",-5],\"r\":0}", "no 64-bit number"),
        ("{\"op\":[\"get\"],\"r\":0}", "wrong number of arguments"),
        ("{\"op\":[\"tget\",5,3],\"r\":0}", "no such tag"),
        ("{\"op\":[\"ins\",5,64,6],\"r\":0}", "no such order"),
        ("{\"op\":[\"get\",5],\"r\":0,\"st\":{}}", "missing field `h`"),
        ("{", "key must be a string"),
    ];
    for (steps, message) in wrong {
        let error = one(steps).unwrap_err();
        assert_eq!(error.line, Some(2), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
    let cut_short = run_tree_file(b"{\"id\":\"x\",".as_slice()).unwrap_err();
    assert_eq!((cut_short.line, cut_short.message.contains("EOF")), (Some(1), true));
    let torn = [0x1f, 0x8b, 8, 0];
    assert_eq!(run_tree_file(torn.as_slice()).unwrap_err().line, Some(1));
}
