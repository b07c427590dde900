//! What to answer: which file, in which encoding, or that the browser has it already.

use super::address::relative_path;
use super::content_type::content_type;
use super::store::{File, Store};
use std::sync::Arc;

/// An answer, before it is written out.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

/// Bytes to send.
pub(super) enum Body {
    Text(&'static str),
    Plain(Arc<File>),
    Gzip(Arc<File>),
}

impl Body {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Body::Text(text) => text.as_bytes(),
            Body::Plain(file) => &file.plain,
            Body::Gzip(file) => file.gzip.as_deref().unwrap_or_default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.as_slice().len()
    }
}

impl Answer {
    fn text(status: u16, text: &'static str) -> Answer {
        Answer {
            status,
            headers: vec![("Content-Type", "text/plain; charset=utf-8".to_owned())],
            body: Body::Text(text),
        }
    }

    fn not_found() -> Answer {
        Answer::text(404, "There is no such file here. The page is at / and `cargo xtask build` makes it.\n")
    }

    pub(super) fn method_not_allowed() -> Answer {
        let mut answer = Answer::text(405, "Files here can only be read, with GET or HEAD.\n");
        answer.headers.push(("Allow", "GET, HEAD".to_owned()));
        answer
    }
}

/// The answer to a request for an address.
pub(super) fn answer(store: &Store, address: &str, accept_encoding: &str, if_none_match: &str) -> Answer {
    let Some(path) = relative_path(address) else { return Answer::not_found() };
    let Ok(file) = store.file(&path) else { return Answer::not_found() };
    let gzip = file.gzip.is_some() && accepts_gzip(accept_encoding);
    let tag = format!("\"{}{}\"", file.tag, if gzip { "-gzip" } else { "" });
    let mut headers = vec![
        ("ETag", tag.clone()),
        // Kept, but asked for each time: a rebuilt page is never mixed with an older module.
        ("Cache-Control", "no-cache".to_owned()),
        ("Vary", "Accept-Encoding".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
    ];
    if if_none_match.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
        return Answer { status: 304, headers, body: Body::Text("") };
    }
    headers.push(("Content-Type", content_type(&path).to_owned()));
    if gzip {
        headers.push(("Content-Encoding", "gzip".to_owned()));
    }
    Answer { status: 200, headers, body: if gzip { Body::Gzip(file) } else { Body::Plain(file) } }
}

/// Whether an `Accept-Encoding` header allows gzip.
fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|choice| {
        let mut parts = choice.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0)));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn encodings() {
        for header in ["gzip", "gzip, deflate, br", "br;q=1.0, GZIP;q=0.5", "*"] {
            assert!(accepts_gzip(header), "{header}");
        }
        for header in ["", "br", "gzip;q=0", "gzip; q=0.0", "identity"] {
            assert!(!accepts_gzip(header), "{header}");
        }
    }

    #[test]
    fn a_known_tag_is_answered_without_the_file() {
        let directory = std::env::temp_dir().join(format!("daxscope-negotiate-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("a.wasm"), [7; 5000]).unwrap();
        let store = Store::new(directory.clone());
        let header = |answer: &Answer, name: &str| {
            answer.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.clone())
        };

        let first = answer(&store, "/a.wasm", "gzip", "");
        let tag = header(&first, "ETag").unwrap();
        assert_eq!((first.status, header(&first, "Content-Encoding").as_deref()), (200, Some("gzip")));
        assert_eq!(header(&first, "Content-Type").as_deref(), Some("application/wasm"));
        assert!(first.body.len() < 200);

        assert_eq!(answer(&store, "/a.wasm", "gzip", &tag).status, 304);
        let plain = answer(&store, "/a.wasm", "", &tag);
        assert_eq!((plain.status, plain.body.len()), (200, 5000));

        fs::write(directory.join("a.wasm"), [8; 6000]).unwrap();
        assert_eq!(answer(&store, "/a.wasm", "gzip", &tag).status, 200);
        fs::remove_dir_all(directory).unwrap();
    }
}
