//! As much Markdown as the stories use: headings, paragraphs, lists, quotations, code, emphasis.

use super::term::Marked;
use yew::prelude::*;

/// Draws Markdown. Headings begin at the third level, below that of the panel.
pub(crate) fn render(text: &str) -> Html {
    let marked = Some(&Marked::default());
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

/// Code in backticks, strong and emphasised text.
fn inline(text: &str, words: Option<&Marked>) -> Html {
    let plain = |text: &str| words.map_or_else(|| html! { { text } }, |words| words.draw(text));
    let marks: [(&str, &str); 3] = [("`", "code"), ("**", "strong"), ("*", "em")];
    let found = marks.iter().filter_map(|&(mark, tag)| {
        let start = text.find(mark)?;
        let length = text[start + mark.len()..].find(mark).filter(|&length| length > 0)?;
        Some((start, mark.len(), length, tag))
    });
    let Some((start, mark, length, tag)) = found.min_by_key(|&(start, mark, ..)| (start, std::cmp::Reverse(mark)))
    else {
        return plain(text);
    };
    let inner = &text[start + mark..start + mark + length];
    let before = plain(&text[..start]);
    let after = &text[start + 2 * mark + length..];
    // The address of a lesson is a link to it.
    if tag == "code" && inner.starts_with("l=") {
        let link = html! { <a href={format!("#v=1&{inner}")}>{ inner }</a> };
        return html! { <>{ before }{ link }{ inline(after, words) }</> };
    }
    let inner = if tag == "code" {
        html! { { inner } }
    } else {
        inline(inner, words)
    };
    html! { <>{ before }<@{tag}>{ inner }</@>{ inline(after, words) }</> }
}
