//! As much Markdown as the texts use: headings, paragraphs, lists, quotations, code, emphasis, links into this page.

use super::term::Marked;
use yew::prelude::*;

/// Draws Markdown. Headings begin at the third level, below that of the panel. Words of the glossary are marked, except beside a
/// listing: that is of another program, where they mean something else.
pub(crate) fn render(text: &str) -> Html {
    let words = Marked::default();
    let marked = (!text.contains("```")).then_some(&words);
    let mut blocks: Vec<Html> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().starts_with("```")).collect();
            blocks.push(html! { <pre tabindex="0"><code>{ code.join("\n") }</code></pre> });
        } else if let Some(quoted) = quote(trimmed) {
            let more = std::iter::from_fn(|| lines.next_if(|next| quote(next.trim()).is_some()));
            let words: Vec<&str> = std::iter::once(quoted).chain(more.filter_map(|line| quote(line.trim()))).collect();
            blocks.push(html! { <blockquote>{ inline(&words.join(" "), marked) }</blockquote> });
        } else if let Some(heading) = trimmed.strip_prefix('#') {
            blocks.push(html! { <h3>{ inline(heading.trim_start_matches('#').trim(), None) }</h3> });
        } else {
            let mut words = trimmed.to_owned();
            while let Some(next) = lines.next_if(|next| continues(next)) {
                words.push(' ');
                words.push_str(next.trim());
            }
            blocks.push(match item(&words) {
                Some(item) => html! { <div class="item">{ inline(item, marked) }</div> },
                None => html! { <p>{ inline(&words, marked) }</p> },
            });
        }
    }
    html! { <>{ for blocks }</> }
}

/// Draws one line: code, strong and emphasised text.
pub(crate) fn line(text: &str) -> Html {
    inline(text, None)
}

/// The text of a line of a quotation.
fn quote(line: &str) -> Option<&str> {
    line.strip_prefix('>').map(str::trim)
}

/// Does the line go on with the paragraph above it?
fn continues(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with(['#', '>']) || line.starts_with("```") || item(line).is_some())
}

/// The text of a list item.
fn item(line: &str) -> Option<&str> {
    line.strip_prefix("* ").or_else(|| line.strip_prefix("- "))
}

/// `[words](#v=1&l=wake.3)`, a place of this page: where it begins, the words, the address, and what stands behind it.
fn link(text: &str) -> Option<(usize, &str, &str, &str)> {
    let middle = text.find("](#")?;
    let start = text[..middle].rfind('[')?;
    let end = middle + 2 + text[middle + 2..].find(')')?;
    Some((start, &text[start + 1..middle], &text[middle + 2..end], &text[end + 1..]))
}

/// A link, with its address behind it on paper.
fn draw_link(words: &str, fragment: &str) -> Html {
    let address = format!(" ({}{fragment})", crate::browser::own_address());
    html! { <><a href={fragment.to_owned()}>{ words }</a><span class="print-address" aria-hidden="true">{ address }</span></> }
}

/// ` (key 2)`, ` (Shift+1)`: what to press, from where to where.
fn pressed(text: &str) -> Option<(usize, usize)> {
    const OPENINGS: [&str; 5] = [" (key ", " (Shift+", " (Ctrl+", " (right arrow", " (left arrow"];
    let start = OPENINGS.iter().filter_map(|opening| text.find(opening)).min()?;
    Some((start, start + text[start..].find(')')? + 1))
}

/// Text without marks. Which key does the same is not said where there are no keys.
fn plain(text: &str, words: Option<&Marked>) -> Html {
    if let Some((start, end)) = pressed(text) {
        let (before, behind) = (plain(&text[..start], words), plain(&text[end..], words));
        return html! { <>{ before }<span class="by-keys">{ &text[start..end] }</span>{ behind }</> };
    }
    words.map_or_else(|| html! { { text } }, |words| words.draw(text))
}

/// Code in backticks, strong and emphasised text, links.
fn inline(text: &str, words: Option<&Marked>) -> Html {
    let plain = |text: &str| plain(text, words);
    let marks: [(&str, &str); 3] = [("`", "code"), ("**", "strong"), ("*", "em")];
    let found = marks.iter().filter_map(|&(mark, tag)| {
        let start = text.find(mark)?;
        let length = text[start + mark.len()..].find(mark).filter(|&length| length > 0)?;
        Some((start, mark.len(), length, tag))
    });
    let found = found.min_by_key(|&(start, mark, ..)| (start, std::cmp::Reverse(mark)));
    if let Some((at, label, fragment, behind)) = link(text)
        && found.is_none_or(|(start, ..)| at < start)
    {
        return html! { <>{ plain(&text[..at]) }{ draw_link(label, fragment) }{ inline(behind, words) }</> };
    }
    let Some((start, mark, length, tag)) = found else { return plain(text) };
    let inner = &text[start + mark..start + mark + length];
    let before = plain(&text[..start]);
    let after = &text[start + 2 * mark + length..];
    // The address of a lesson or of a challenge is a link to it.
    if tag == "code" && (inner.starts_with("l=") || inner.starts_with("q=")) {
        let link = draw_link(inner, &format!("#v=1&{inner}"));
        return html! { <>{ before }{ link }{ inline(after, words) }</> };
    }
    let inner = if tag == "code" {
        html! { { inner } }
    } else {
        inline(inner, words)
    };
    html! { <>{ before }<@{tag}>{ inner }</@>{ inline(after, words) }</> }
}
