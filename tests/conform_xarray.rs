//! Every recorded sequence of the real XArray of 7.3.4, compared after every step.

use std::path::Path;

use daxscope_conform::input::{self, InputError};
use daxscope_conform::report::Report;
use daxscope_conform::xarray::run_xarray_file;

/// The recordings shipped, with the number of sequences in each.
const CLASSES: [(&str, usize); 13] = [
    ("small", 16),
    ("pmd", 28),
    ("dax", 30),
    ("marks", 18),
    ("mix", 18),
    ("large", 14),
    ("enomem", 16),
    ("split", 16),
    ("conflict", 14),
    ("iter", 16),
    ("pagecache", 10),
    ("rcu", 12),
    ("hand", 123),
];

fn run(class: &str) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/xarray-tree");
    let file = input::open(&folder.join(format!("{class}.jsonl.gz"))).unwrap();
    run_xarray_file(file).unwrap()
}

#[test]
fn every_recorded_sequence_agrees() {
    let mut all = Report::default();
    for (class, sequences) in CLASSES {
        let report = run(class);
        println!("{class}: {report}");
        assert_eq!(report.total(), sequences, "{class}: sequences in the file");
        all.merge(report);
    }
    assert!(all.failures.is_empty(), "{all}");
    assert_eq!((all.passed, all.failed), (331, 0));
}

fn one(steps: &str) -> Result<Report, InputError> {
    run_xarray_file(format!("\n{{\"id\":\"x\",\"class\":\"hand\",\"seed\":0,\"steps\":[{steps}]}}\n").as_bytes())
}

/// The first step of most of these: an entry at index 5.
const STORED: &str = r#"{"op":["xstore",5,11],"r":null,"al":1,"st":{"head":"n","rm":0,"live":1,
    "nodes":[{"p":0,"sh":0,"off":0,"n":1,"nv":1,"m":["0","0","0"],"sl":"5=11"}],"lv":[[5,5,11,0]]}}"#;

/// The difference that is reported for the second step.
fn second(step: &str) -> String {
    let report = one(&format!("{},{step}", STORED.replace('\n', ""))).unwrap();
    assert_eq!((report.passed, report.failed, report.steps), (0, 1, 2), "{report}");
    report.failures[0].to_string()
}

#[test]
fn every_recorded_field_is_compared() {
    let load = r#"{"op":["xload",5],"r":11}"#;
    assert_eq!(one(&format!("{},{load}", STORED.replace('\n', ""))).unwrap().passed, 1);
    assert_eq!(second(r#"{"op":["xload",5],"r":13}"#), r#"x, step 1, ["xload",5]: r should be 13, is 11"#);
    let state = r#""op":["state","x1",5,9],"r":null"#;
    for (fields, told) in [
        (format!(r#"{state},"x":[0,6,7,0,"restart",0],"e":-12"#), "e should be -12, is 0"),
        (format!(r#"{state},"x":[0,6,7,0,"restart",0],"warn":1"#), "warn should be 1, is 0"),
        (format!(r#"{state},"x":[0,6,7,0,"restart",0],"al":1"#), "al should be 1, is 0"),
        (format!(r#"{state},"x":[0,6,7,0,"restart",0],"fr":1"#), "fr should be 1, is 0"),
        (
            format!(r#"{state},"x":[5,6,7,0,"restart",0]"#),
            r#"x should be [5,6,7,0,"restart",0], is [0,6,7,0,"restart",0]"#,
        ),
        (state.to_owned(), r#"x should be null, is [0,6,7,0,"restart",0]"#),
    ] {
        assert!(second(&format!("{{{fields}}}")).ends_with(told), "{}", second(&format!("{{{fields}}}")));
    }
}

#[test]
fn of_a_wrong_array_the_first_wrong_field_is_reported() {
    let store = |state: &str| second(&format!(r#"{{"op":["xsetm",5,0],"r":null,"st":{state}}}"#));
    let node = r#"{"p":0,"sh":0,"off":0,"n":1,"nv":1,"m":["20","0","0"],"sl":"5=11"}"#;
    for (state, told) in [
        (r#"{"head":null,"rm":1,"live":1,"nodes":[],"lv":[]}"#.to_owned(), r#"st.head should be null, is "n""#),
        (r#"{"head":"n","rm":0,"live":1,"nodes":[],"lv":[]}"#.to_owned(), "st.rm should be 0, is 1"),
        (r#"{"head":"n","rm":1,"live":2,"nodes":[],"lv":[]}"#.to_owned(), "st.live should be 2, is 1"),
        (r#"{"head":"n","rm":1,"live":1,"nodes":[],"lv":[]}"#.to_owned(), "st.nodes.length should be 0, is 1"),
        (
            format!(r#"{{"head":"n","rm":1,"live":1,"nodes":[{}],"lv":[]}}"#, node.replace("20", "40")),
            r#"st.nodes[0].m should be ["40","0","0"], is ["20","0","0"]"#,
        ),
        (
            format!(r#"{{"head":"n","rm":1,"live":1,"nodes":[{}],"lv":[]}}"#, node.replace("5=11", "6=11")),
            r#"st.nodes[0].sl should be "6=11", is "5=11""#,
        ),
        (
            format!(r#"{{"head":"n","rm":1,"live":1,"nodes":[{node}],"lv":[[5,5,11,0]]}}"#),
            "st.lv[0] should be [5,5,11,0], is [5,5,11,1]",
        ),
    ] {
        assert!(store(&state).ends_with(told), "{}", store(&state));
    }
    // Without `st` the array must be what it was.
    assert!(second(r#"{"op":["xsetm",5,0],"r":null}"#).ends_with("st.rm should be 0, is 1"));
}

#[test]
fn malformed_input_names_its_line() {
    let wrong = [
        (r#"{"op":["xload",5]}"#, "missing field `r`"),
        (r#"{"op":[],"r":0}"#, "wrong number of arguments"),
        (r#"{"op":["xload",-5],"r":0}"#, "no 64-bit number"),
        (r#"{"op":["xload"],"r":0}"#, "wrong number of arguments"),
        (r#"{"op":["xload",5,5],"r":0}"#, "wrong number of arguments"),
        (r#"{"op":["load","x4"],"r":0}"#, "no state x0 to x3"),
        (r#"{"op":["loaf","x0"],"r":0}"#, "unknown name"),
        (r#"{"op":["setm","x0",3],"r":0}"#, "no such mark"),
        (r#"{"op":["state","x0",5,64],"r":0}"#, "no such order"),
        (r#"{"op":["store","x0",2],"r":0}"#, "no user can store"),
        (r#"{"op":["seterr","x0",5],"r":0}"#, "no error"),
        (r#"{"op":["xfind",0,9,4],"r":0}"#, "no such filter"),
        (r#"{"op":["xload",5],"r":0,"st":{}}"#, "missing field `rm`"),
        ("{", "key must be a string"),
    ];
    for (steps, message) in wrong {
        let error = one(steps).unwrap_err();
        assert_eq!(error.line, Some(2), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
    let cut_short = run_xarray_file(b"{\"id\":\"x\",".as_slice()).unwrap_err();
    assert_eq!((cut_short.line, cut_short.message.contains("EOF")), (Some(1), true));
}

#[test]
fn a_range_that_the_kernel_would_not_come_back_from_ends() {
    let range = r#"{"op":["xrange",0,18446744073709551615,11],"r":null}"#;
    assert!(one(range).unwrap().failures[0].to_string().ends_with("r should be null, is -40"));
}
