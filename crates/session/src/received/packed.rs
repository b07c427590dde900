//! What is read of JSON, HTML and SVG: the one thing that daxscope has put in.

/// The script in our JSON: that of a saved run, or that of the first way into a broken rule in the report of a search, as small
/// as it was made; `None`: it is another JSON.
pub(super) fn json_script(text: &str) -> Option<String> {
    if text_of(text, "format").is_some_and(|format| format.starts_with("daxscope run")) {
        return text_of(text, "script");
    }
    let searches = behind(text, "searches").filter(|_| text.contains("\"daxscope\""))?;
    let explained = behind(searches, "explained").filter(|it| it.starts_with('{'));
    let found = || behind(searches, "counterexample").filter(|it| it.starts_with('{'));
    let (scenario, schedule) = match explained {
        Some(explained) => (explained, text_of(explained, "schedule")),
        None => (searches, found().and_then(|way| text_of(way, "schedule"))),
    };
    let scenario = text_of(scenario, "scenario")?;
    let Some(schedule) = schedule else { return Some(scenario) };
    let mut script: String =
        scenario.lines().filter(|line| !line.starts_with("schedule")).map(|line| format!("{line}\n")).collect();
    script.push_str(&format!("schedule {schedule}\n"));
    Some(script)
}

/// What stands behind the first field of that name. A quotation mark inside of a text has a `\` before it, so none is found there.
fn behind<'t>(text: &'t str, field: &str) -> Option<&'t str> {
    let name = format!("\"{field}\"");
    text.match_indices(&name)
        .find_map(|(at, name)| Some(text[at + name.len()..].trim_start().strip_prefix(':')?.trim_start()))
}

/// The first field of that name that is a text.
fn text_of(text: &str, field: &str) -> Option<String> {
    json_string(behind(text, field)?.strip_prefix('"')?)
}

/// The text up to the quotation mark that ends it.
fn json_string(text: &str) -> Option<String> {
    let mut read = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some(read),
            '\\' => match chars.next()? {
                'n' => read.push('\n'),
                't' => read.push('\t'),
                'r' => read.push('\r'),
                'u' => {
                    let code: String = chars.by_ref().take(4).collect();
                    read.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?).unwrap_or('\u{fffd}'));
                }
                other => read.push(other),
            },
            other => read.push(other),
        }
    }
}

/// What the page in one file opens with; `None`: this is no such page.
pub(super) fn page_start(text: &str) -> Option<String> {
    const START: &str = "<meta name=\"daxscope-start\" content=\"";
    if !text.starts_with('<') {
        return None;
    }
    let (_, behind) = text.split_once(START)?;
    let (content, _) = behind.split_once('"')?;
    Some(unescaped(content))
}

/// Text out of markup.
pub(super) fn unescaped(text: &str) -> String {
    let all = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    all.replace("&#39;", "'").replace("&apos;", "'").replace("&#10;", "\n").replace("&amp;", "&")
}
