//! Lessons are whole, and every answer in them is what the engine and the search say.

use daxscope_lessons::lesson::problems;

#[test]
fn the_units_can_be_read() {
    let told: Vec<String> = problems().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
