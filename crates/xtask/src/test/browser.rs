//! The tests of the page's crate, inside a real browser.

use super::summary::Tally;
use crate::failure::{Explain, Failure, Result};
use crate::process;
use crate::setup;
use crate::workspace;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How long the tests of one program may take. The default of 20 s is short for a busy machine; this is to end what hangs.
const TIMEOUT_SECONDS: &str = "900";
/// How long the driver may take to open its port: the same.
const DRIVER_TIMEOUT_SECONDS: &str = "300";

pub(super) fn run() -> Result<Tally> {
    let tools = setup::build_tools()?;
    let browser = setup::browser()?;
    let mut command = Command::new(&tools.wasm_pack);
    command
        .args(["--log-level", "error", "test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"])
        .arg(&browser.chromedriver)
        .arg(workspace::web_crate())
        .env("PATH", process::path_with(&[&tools.wasm_bindgen_directory]))
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(&browser.chrome)?)
        .env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT_SECONDS)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", DRIVER_TIMEOUT_SECONDS);
    super::count(&mut command, "`wasm-pack test`")
}

/// The crate's `webdriver.json` with the browser's path put in: left alone, the driver picks
/// whichever Chrome it finds first, which need not be of its own version.
fn capabilities(chrome: &Path) -> Result<PathBuf> {
    let source = workspace::web_crate().join("webdriver.json");
    let target = workspace::target().join("webdriver.json");
    let text = fs::read_to_string(&source).explain(|| format!("{} could not be read.", source.display()))?;
    let text = with_binary(&text, &chrome.to_string_lossy())
        .ok_or_else(|| Failure::new("crates/web/webdriver.json has no \"goog:chromeOptions\" to complete."))?;
    fs::create_dir_all(workspace::target())
        .and_then(|()| fs::write(&target, text))
        .explain(|| format!("{} could not be written.", target.display()))?;
    Ok(target)
}

fn with_binary(capabilities: &str, chrome: &str) -> Option<String> {
    let key = capabilities.find("\"goog:chromeOptions\"")?;
    let brace = key + capabilities[key..].find('{')? + 1;
    let chrome = chrome.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("{}\n    \"binary\": \"{chrome}\",{}", &capabilities[..brace], &capabilities[brace..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_named_in_the_capabilities() {
        let completed = with_binary("{ \"goog:chromeOptions\": { \"args\": [] } }", r"C:\chrome").unwrap();
        assert_eq!(completed, "{ \"goog:chromeOptions\": {\n    \"binary\": \"C:\\\\chrome\", \"args\": [] } }");
        assert_eq!(with_binary("{}", "chrome"), None);
    }
}
