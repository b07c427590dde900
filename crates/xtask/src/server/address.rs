//! From the address in a request to a file of the site, and to no other.

use std::path::PathBuf;

/// The path below the site's directory that a request's address names.
///
/// `None` for anything that is not plainly inside: parent directories, however they are encoded,
/// hidden files, drive letters, backslashes, control characters, broken escapes.
pub(super) fn relative_path(address: &str) -> Option<PathBuf> {
    let path = address.split(['?', '#']).next()?;
    let decoded = percent_decoded(path.strip_prefix('/')?)?;
    let mut relative = PathBuf::new();
    for part in decoded.split('/').filter(|part| !part.is_empty()) {
        if part.starts_with('.') || part.contains(['\\', ':']) || part.contains(char::is_control) {
            return None;
        }
        relative.push(part);
    }
    if decoded.is_empty() || decoded.ends_with('/') {
        relative.push("index.html");
    }
    Some(relative)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn check(address: &str, expected: Option<&str>) {
        assert_eq!(relative_path(address).as_deref(), expected.map(Path::new), "{address}");
    }

    #[test]
    fn files_of_the_site() {
        check("/", Some("index.html"));
        check("/index.html", Some("index.html"));
        check("/pkg/daxscope_bg.wasm?v=1#x", Some("pkg/daxscope_bg.wasm"));
        check("/docs/", Some("docs/index.html"));
        check("//static//style.css", Some("static/style.css"));
        check("/a%20b.txt", Some("a b.txt"));
    }

    #[test]
    fn nothing_outside_the_site() {
        for address in [
            "/../Cargo.toml",
            "/static/../../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/%2E%2E%2FCargo.toml",
            "/.git/config",
            "/..\\Cargo.toml",
            "/%5c..%5cCargo.toml",
            "/c:/windows",
            "/a%00b",
            "/%zz",
            "/%e",
            "/%ff",
            "Cargo.toml",
            "http://other/",
            "",
        ] {
            check(address, None);
        }
    }
}
