//! What is read of JSON, HTML and SVG: the one thing that daxscope has put in.

/// The `script` of a run in our JSON; `None`: it is another JSON.
pub(super) fn json_script(text: &str) -> Option<String> {
    // Ours begins so, with or without spaces.
    let start: String = text.chars().take(200).filter(|c| !c.is_whitespace()).collect();
    if !start.contains("\"format\":\"daxscoperun\"") {
        return None;
    }
    let (_, behind) = text.split_once("\"script\"")?;
    let behind = behind.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    json_string(behind)
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
