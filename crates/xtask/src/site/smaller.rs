//! Texts of the page as they travel: one style sheet instead of many, and no comments.
//!
//! Only what is safe without knowing the languages is done: whitespace and comments go, and every name stays.

use crate::failure::{Failure, Result};

/// The style sheet that stands for those of the screen.
pub(crate) const PAGE_STYLE: &str = "static/page.css";

/// The page with one link in the place of its style sheets, and what they hold, in their order. Those with a `media` stay.
///
/// # Errors
///
/// `read` gives no text, or no style sheet is linked.
pub(crate) fn with_one_style(index: &str, read: impl Fn(&str) -> Result<String>) -> Result<(String, String)> {
    let (mut page, mut style) = (String::new(), String::new());
    for line in index.lines() {
        let linked = line.trim().strip_prefix("<link rel=\"stylesheet\" href=\"");
        match linked.and_then(|rest| rest.strip_suffix("\">")).filter(|name| !name.contains('"')) {
            Some(name) => {
                if style.is_empty() {
                    page.push_str(&format!("    <link rel=\"stylesheet\" href=\"{PAGE_STYLE}\">\n"));
                }
                style.push_str(&style_sheet(&read(name)?));
            }
            None => page.push_str(&format!("{line}\n")),
        }
    }
    if style.is_empty() {
        return Err(Failure::new("index.html links no style sheet in a line of its own."));
    }
    Ok((page, style))
}

/// A style sheet without comments, and without whitespace that means nothing.
pub(crate) fn style_sheet(text: &str) -> String {
    let mut small = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, behind)| behind);
            space(&mut small);
        } else if first == '"' || first == '\'' {
            let end = rest[1..].find(first).map_or(rest.len(), |at| at + 2);
            small.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if first.is_whitespace() {
            space(&mut small);
            rest = rest.trim_start();
        } else {
            if matches!(first, '{' | '}' | ';' | ',') && small.ends_with(' ') {
                small.pop();
            }
            if first == '}' && small.ends_with(';') {
                small.pop();
            }
            small.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    small
}

/// A space, unless what is before it makes it needless. Behind a colon nothing needs one, before it a selector may.
fn space(small: &mut String) {
    if !small.is_empty() && !small.ends_with([' ', '{', '}', ';', ',', ':']) {
        small.push(' ');
    }
}

/// A script without the lines that are comments, and without indentation; as it is if a template in it has several lines.
pub(crate) fn script(text: &str) -> String {
    if text.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return text.to_owned();
    }
    let mut small = String::new();
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            small.push_str(line);
            small.push('\n');
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_stays_in_a_style_sheet() {
        for (text, small) in [
            ("/* a */\na,\nb > c {\n  color: red;\n  margin: 0 -1px;\n}\n", "a,b > c{color:red;margin:0 -1px}"),
            ("a :hover {}\na:hover {}", "a :hover{}a:hover{}"),
            ("p::before {\n  content: \"a  /* b */ ; \";\n}", "p::before{content:\"a  /* b */ ; \"}"),
            ("a { width: calc(1px + 2%) }", "a{width:calc(1px + 2%)}"),
            ("@media (min-width: 3px) and (x) {\n  a { b: c }\n}", "@media (min-width:3px) and (x){a{b:c}}"),
            ("a/**/b {}", "a b{}"),
        ] {
            assert_eq!(style_sheet(text), small);
        }
    }

    #[test]
    fn one_link_stands_for_all_but_those_of_other_media() {
        let index = "<head>\n    <link rel=\"stylesheet\" href=\"a.css\">\n    <link rel=\"stylesheet\" href=\"b.css\">\n    \
                     <link rel=\"stylesheet\" href=\"print.css\" media=\"print\">\n</head>\n";
        let (page, style) = with_one_style(index, |name| Ok(format!("{} {{ order: 1 }}", &name[..1]))).unwrap();
        assert_eq!(
            page,
            "<head>\n    <link rel=\"stylesheet\" href=\"static/page.css\">\n    \
             <link rel=\"stylesheet\" href=\"print.css\" media=\"print\">\n</head>\n"
        );
        assert_eq!(style, "a{order:1}b{order:1}");
        assert!(with_one_style("<head></head>", |_| Ok(String::new())).is_err());
    }

    #[test]
    fn scripts_lose_comments_and_nothing_else() {
        let text = "/**\n * Why.\n */\nfunction f() {\n  // How.\n  return \"//\"; // behind\n}\n/* one line */\n";
        assert_eq!(script(text), "function f() {\nreturn \"//\"; // behind\n}\n");
        let template = "const a = `\n  // not a comment\n`;\n";
        assert_eq!(script(template), template);
    }
}
