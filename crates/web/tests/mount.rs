//! The whole page in a real browser: keys, address, script.
#![cfg(target_arch = "wasm32")]

mod stage;

use stage::Stage;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_heading_names_the_program() {
    let stage = Stage::page("").await;
    assert_eq!(stage.text("h1"), "daxscope");
    assert_eq!(stage.count("main"), 1);
    assert_eq!(stage.count("h1"), 1);
}

#[wasm_bindgen_test]
async fn keys_step_and_the_address_follows() {
    let stage = Stage::page("v=1&e=a5").await;
    assert!(stage.text("#count").starts_with("step 0 of"));
    stage.key("ArrowRight").await;
    stage.key("PageDown").await;
    stage.key("PageDown").await;
    stage.key("ArrowLeft").await;
    assert!(stage.text("#count").starts_with("step 2 of"), "{}", stage.text("#count"));
    stage.until(|| daxscope_web::browser::fragment().contains("p=2")).await;
}

#[wasm_bindgen_test]
async fn a_key_in_the_search_field_is_text() {
    let stage = Stage::page("v=1&e=a5").await;
    stage.key("/").await;
    assert_eq!(stage.count("#search"), 1);
    stage.key_on("#search", "1").await;
    assert!(stage.text("#count").starts_with("step 0 of"));
}

#[wasm_bindgen_test]
async fn a_branch_with_another_thread_and_back() {
    let stage = Stage::page("v=1&e=a4").await;
    stage.key("2").await;
    assert!(stage.text("#sentence").starts_with('B'), "{}", stage.text("#sentence"));
    assert!(stage.text(".lanes tr.last").starts_with("Thread B"));
    stage.key("ArrowLeft").await;
    assert!(stage.text("#count").starts_with("step 0"));
}

#[wasm_bindgen_test]
async fn the_end_of_the_lost_wake_up_is_an_alert() {
    let stage = Stage::page("v=1&e=a4").await;
    assert_eq!(stage.count("#alert"), 0);
    stage.key("End").await;
    assert!(stage.text("#alert").contains("Lost wake-up"), "{}", stage.text("#alert"));
    assert_eq!(stage.count(".tree-svg .missing"), 1);
    assert!(stage.text(".lanes").contains("asleep, wake lost"));
}

#[wasm_bindgen_test]
async fn diagnostics_stand_at_their_line_as_one_types() {
    let stage = Stage::page("").await;
    stage.key("s").await;
    stage.type_into("#script-text", "thread A\n  wriet 4K at 0x203p\n").await;
    assert_eq!(stage.text(".gutter .error"), "2");
    assert!(stage.text(".diagnostics").contains("wriet"), "{}", stage.text(".diagnostics"));
    assert_eq!(stage.attribute("#run-script", "aria-disabled").as_deref(), Some("true"));
    stage.type_into("#script-text", "file 4M\nthread A\n  write 4K at 0x203p\n").await;
    assert_eq!(stage.count(".diagnostics .error"), 0, "{}", stage.text(".diagnostics"));
}

#[wasm_bindgen_test]
async fn a_megabyte_in_the_editor_draws_no_more_than_a_page_of_it() {
    let stage = Stage::page("").await;
    stage.key("s").await;
    for line in ["# x\n", "wriet 4K\n", "\n"] {
        stage.type_into("#script-text", &line.repeat((1 << 20) / line.len())).await;
        stage.until(|| stage.count(".numbers div") == 80 && stage.count(".diagnostics li") > 0).await;
        assert!(stage.count(".diagnostics li") <= 101, "{line:?}: {}", stage.count(".diagnostics li"));
        assert_eq!(stage.attribute("#run-script", "aria-disabled").as_deref(), Some("true"));
    }
    stage.type_into("#script-text", "file 4M\nthread A\n  write 4K at 0x203p\n").await;
    stage.until(|| stage.count(".numbers div") == 4).await;
    assert_eq!(stage.count(".diagnostics .error"), 0, "{}", stage.text(".diagnostics"));
}

#[wasm_bindgen_test]
async fn a_damaged_address_is_explained() {
    let stage = Stage::page("v=1&e=nonsense").await;
    assert!(stage.text(".notice").contains("nonsense"), "{}", stage.text(".notice"));
    stage.click(".notice button").await;
    assert_eq!(stage.count(".notice"), 0);
}
