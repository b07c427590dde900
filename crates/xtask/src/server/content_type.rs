//! What kind of thing a file is, in the browser's words.

use std::path::Path;

/// The `Content-Type` of a file. Browsers stream WebAssembly only as `application/wasm`.
pub(super) fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" | "dax" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let check = |path: &str, expected: &str| assert_eq!(content_type(Path::new(path)), expected, "{path}");
        check("pkg/daxscope_bg.wasm", "application/wasm");
        check("static/boot.js", "text/javascript; charset=utf-8");
        check("index.html", "text/html; charset=utf-8");
        check("LICENSE", "application/octet-stream");
    }
}
