//! A text inside a PNG: an `iTXt` chunk, which every program that does not know it passes over (PNG, third edition, 11.3.3.4).

const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Keyword, no compression, no language, no translated keyword.
const HEAD: &[u8] = b"daxscope\0\0\0\0\0";

/// Is it a PNG?
#[must_use]
pub fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The picture with a text in it, before its end; as it is if it is no PNG.
#[must_use]
pub fn png_with_text(bytes: &[u8], text: &str) -> Vec<u8> {
    let end = chunks(bytes).find(|chunk| chunk.kind == b"IEND").map(|chunk| chunk.start);
    let Some((before, after)) = end.and_then(|end| bytes.split_at_checked(end)) else { return bytes.to_vec() };
    let mut body = b"iTXt".to_vec();
    body.extend_from_slice(HEAD);
    body.extend_from_slice(text.as_bytes());
    let length = (body.len() - 4) as u32;
    [before, &length.to_be_bytes(), &body, &crc(&body).to_be_bytes(), after].concat()
}

/// The text that [`png_with_text`] has put in.
#[must_use]
pub fn png_text(bytes: &[u8]) -> Option<String> {
    let ours = |chunk: Chunk<'_>| {
        let text = chunk.body.strip_prefix(HEAD).filter(|_| chunk.kind == b"iTXt")?;
        String::from_utf8(text.to_vec()).ok()
    };
    chunks(bytes).find_map(ours)
}

struct Chunk<'b> {
    start: usize,
    kind: &'b [u8],
    body: &'b [u8],
}

/// The chunks of a PNG, as far as they are whole.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = if is_png(bytes) { MAGIC.len() } else { bytes.len() };
    std::iter::from_fn(move || {
        let start = at;
        let length = u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize;
        let body = start.checked_add(8)?;
        let end = body.checked_add(length)?;
        let chunk = Chunk { start, kind: bytes.get(start + 4..body)?, body: bytes.get(body..end)? };
        at = end.checked_add(4)?;
        Some(chunk)
    })
}

/// The checksum of a chunk: CRC-32 as in PNG, annex D.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_png() {
        // The last chunk of every PNG.
        assert_eq!(crc(b"IEND"), 0xae42_6082);
    }

    #[test]
    fn a_text_comes_back_and_what_is_no_png_stays() {
        let empty = [MAGIC, &[0, 0, 0, 0], b"IEND", &0xae42_6082_u32.to_be_bytes()].concat();
        let with = png_with_text(&empty, "schedule A3 \u{2014}\n");
        assert_eq!(png_text(&with).as_deref(), Some("schedule A3 \u{2014}\n"));
        assert!(with.ends_with(&0xae42_6082_u32.to_be_bytes()));
        assert_eq!(png_text(&empty), None);
        for cut in 0..with.len() {
            assert!(png_text(&with[..cut]).is_none_or(|text| text.starts_with("schedule")));
        }
        assert_eq!(png_with_text(b"GIF", "x"), b"GIF");
    }
}
