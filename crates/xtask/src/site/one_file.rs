//! The whole page as one HTML file, `dist/daxscope.html`: it opens from a disk, a mail or a memory stick, and asks nobody for
//! anything. `daxscope export --html` and the page's "Save as one file" put a scenario into it.
//!
//! Style sheets and plain scripts stand where `index.html` names them. Everything that is asked for later (the module, the
//! Worker, texts) stands at the end of the body as base64 of gzip, and `static/files.js` takes it from there.

use crate::failure::{Failure, Result};
use base64ct::{Base64, Encoding};
use std::path::{Path, PathBuf};

/// Its name in `dist/`.
pub(crate) const ONE_FILE: &str = "daxscope.html";
/// What the page opens with; empty here. Whoever fills it in escapes `&`, `"` and `<`.
const START: &str = r#"<meta name="daxscope-start" content="">"#;
/// Nothing is fetched, from nowhere; scripts are those in the file, and modules get addresses of their own.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' blob: 'wasm-unsafe-eval'; worker-src blob:; \
                      style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";

/// A file of the site.
pub(crate) struct Part {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
    /// The same in gzip.
    pub(crate) gzip: Vec<u8>,
}

/// The one file, made of `index.html` and all other files of the site, in their order.
pub(crate) fn one_file(index: &str, parts: &[Part]) -> Result<String> {
    let mut page = String::new();
    let mut inlined = Vec::new();
    for line in index.lines() {
        match in_place(line.trim(), parts, &mut inlined)? {
            Some(own) => page.push_str(&own),
            None => {
                if line.trim() == "</body>" {
                    blocks(parts, &inlined, &mut page);
                }
                page.push_str(&with_images(line, parts));
            }
        }
        page.push('\n');
    }
    if !page.contains(START) {
        return Err(Failure::new(
            "index.html has no line with a Content-Security-Policy; the one file needs its place.",
        ));
    }
    Ok(page)
}

/// What stands in the place of a line that names a file; `None`: the line stays.
fn in_place<'p>(line: &str, parts: &'p [Part], inlined: &mut Vec<&'p Path>) -> Result<Option<String>> {
    if line.starts_with("<meta http-equiv=\"Content-Security-Policy\"") {
        return Ok(Some(format!(
            "    <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n    {START}"
        )));
    }
    let is_link = line.starts_with("<link ");
    let named = attribute(line, "href").filter(|_| is_link);
    let named = named.or_else(|| attribute(line, "src").filter(|_| line.starts_with("<script ")));
    let Some(name) = named else { return Ok(None) };
    let Some(part) = parts.iter().find(|part| part.path == Path::new(name)) else {
        return Err(Failure::new(format!("index.html names {name}, which is no file of the page.")));
    };
    let rel = attribute(line, "rel").unwrap_or_default();
    Ok(Some(match (is_link, rel) {
        // What is only asked for early is there already.
        (true, "modulepreload" | "preload") => String::new(),
        (true, "stylesheet") => {
            inlined.push(&part.path);
            let media = attribute(line, "media").map_or(String::new(), |media| format!(" media=\"{media}\""));
            format!("    <style{media}>\n{}    </style>", text(part, "</style")?)
        }
        (true, "icon") => {
            let (kind, icon) = (media_type(&part.path), Base64::encode_string(&part.bytes));
            format!("    <link rel=\"icon\" href=\"data:{kind};base64,{icon}\">")
        }
        (true, other) => {
            return Err(Failure::new(format!("index.html links {name} as {other}: teach that to one_file.rs.")));
        }
        (false, _) => {
            inlined.push(&part.path);
            let module = if attribute(line, "type") == Some("module") { " type=\"module\"" } else { "" };
            format!("    <script{module}>\n{}    </script>", text(part, "</script")?)
        }
    }))
}

/// A line whose images are in it.
fn with_images(line: &str, parts: &[Part]) -> String {
    let mut own = line.to_owned();
    for part in parts.iter().filter(|part| media_type(&part.path).starts_with("image/")) {
        let named = format!("src=\"{}\"", part.path.display());
        if own.contains(&named) {
            let data = format!("src=\"data:{};base64,{}\"", media_type(&part.path), Base64::encode_string(&part.bytes));
            own = own.replace(&named, &data);
        }
    }
    own
}

/// All files that stand nowhere yet.
fn blocks(parts: &[Part], inlined: &[&Path], page: &mut String) {
    for part in parts.iter().filter(|part| !inlined.contains(&&*part.path)) {
        let path = part.path.to_string_lossy().replace('\\', "/");
        let (kind, packed) = (media_type(&part.path), Base64::encode_string(&part.gzip));
        page.push_str(&format!(
            "    <script type=\"text/plain\" data-file=\"{path}\" data-type=\"{kind}\">{packed}</script>\n"
        ));
    }
}

/// A text that may stand inside an element which `end` would end.
fn text<'p>(part: &'p Part, end: &str) -> Result<&'p str> {
    let path = part.path.display();
    let text = std::str::from_utf8(&part.bytes).map_err(|_| Failure::new(format!("{path} is no text.")))?;
    let lower = text.to_ascii_lowercase();
    if lower.contains(end) || lower.contains("<!--") {
        return Err(Failure::new(format!(
            "{path} holds `{end}` or `<!--`, so it cannot stand in a page; write it apart."
        )));
    }
    Ok(text)
}

/// The value of an attribute of a tag as `index.html` writes it.
fn attribute<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("html") => "text/html",
        Some("md" | "txt" | "dax") => "text/plain",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = r#"<head>
    <meta http-equiv="Content-Security-Policy" content="default-src 'self'">
    <script src="static/files.js"></script>
    <link rel="icon" href="static/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="static/print.css" media="print">
    <link rel="modulepreload" href="pkg/a.js">
    <script type="module" src="static/boot.js"></script>
  </head>
  <body>
    <img src="static/icon.svg" alt=""> <img src="static/icon.svg" alt="">
  </body>
"#;

    fn parts(extra: &[(&str, &str)]) -> Vec<Part> {
        let files = [
            ("pkg/a.js", "export default 1;"),
            ("static/boot.js", "boot();\n"),
            ("static/files.js", "files();\n"),
            ("static/icon.svg", "<svg/>"),
            ("static/print.css", "p {}\n"),
        ];
        let files = files.iter().filter(|(path, _)| extra.iter().all(|(other, _)| other != path)).chain(extra);
        files
            .map(|(path, text)| Part { path: path.into(), bytes: text.as_bytes().into(), gzip: b"gz".into() })
            .collect()
    }

    #[test]
    fn nothing_is_named_that_is_not_inside() {
        let page = one_file(INDEX, &parts(&[])).unwrap();
        for inside in [
            "<script>\nfiles();\n",
            "<script type=\"module\">\nboot();\n",
            "<style media=\"print\">\np {}\n",
            "data:image/svg+xml;base64,PHN2Zy8+",
            "data-file=\"pkg/a.js\" data-type=\"text/javascript\">Z3o=</script>",
            START,
            "default-src 'none'",
        ] {
            assert!(page.contains(inside), "{inside} is missing in\n{page}");
        }
        assert!(!page.contains(" src=\"static") && !page.contains(" href=\"static/"), "{page}");
        assert!(!page.contains("data-file=\"static/boot.js\""), "{page}");
        assert_eq!(one_file(INDEX, &parts(&[])).unwrap(), page);
    }

    #[test]
    fn what_cannot_stand_inside_is_told() {
        let told =
            |index: &str, extra: &[(&str, &str)]| one_file(index, &parts(extra)).err().map(|why| why.to_string());
        let ended = told(INDEX, &[("static/boot.js", "x = \"</Script>\";")]).unwrap();
        assert!(ended.contains("static/boot.js holds `</script`"), "{ended}");
        assert!(told(INDEX, &[("static/print.css", "<!-- -->")]).is_some());
        assert!(told(&INDEX.replace("pkg/a.js", "pkg/b.js"), &[]).unwrap().contains("pkg/b.js"));
        assert!(told(&INDEX.replace("Content-Security-Policy", "x"), &[]).is_some());
    }
}
