//! Words and numbers in bytes. Nothing here allocates, and nothing can fail but by saying `None`.

/// A hexadecimal number as the kernel prints it with `%#lx`: `0x1f`, and `0` for zero (libtraceevent).
pub(crate) fn hex(text: &[u8]) -> Option<u64> {
    match text {
        b"0" => Some(0),
        [b'0', b'x', digits @ ..] => digits_of(digits, 16),
        _ => None,
    }
}

/// A number of either base: `0x1f` or `31`. Also `-1`, as the 64-bit word that it is.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    match text {
        [b'0', b'x', digits @ ..] => digits_of(digits, 16),
        [b'-', digits @ ..] => digits_of(digits, 10).map(u64::wrapping_neg),
        digits => digits_of(digits, 10),
    }
}

/// Hexadecimal with or without `0x`: how pointers are printed.
pub(crate) fn pointer(text: &[u8]) -> Option<u64> {
    digits_of(text.strip_prefix(b"0x").unwrap_or(text), 16)
}

/// A decimal number.
pub(crate) fn decimal(text: &[u8]) -> Option<u64> {
    digits_of(text, 10)
}

fn digits_of(digits: &[u8], base: u32) -> Option<u64> {
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    let mut value: u64 = 0;
    for &byte in digits {
        let digit = (byte as char).to_digit(base)?;
        value = value.checked_mul(u64::from(base))?.checked_add(u64::from(digit))?;
    }
    Some(value)
}

/// Words between spaces, from the left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a>(pub(crate) &'a [u8]);

impl<'a> Words<'a> {
    /// The next word; `None` if none is left.
    pub(crate) fn word(&mut self) -> Option<&'a [u8]> {
        let text = self.0.trim_ascii_start();
        if text.is_empty() {
            self.0 = text;
            return None;
        }
        let end = text.iter().position(|&byte| byte == b' ').unwrap_or(text.len());
        self.0 = &text[end..];
        Some(&text[..end])
    }

    /// The next word, if it is this one.
    pub(crate) fn is(&mut self, word: &[u8]) -> Option<()> {
        (self.word()? == word).then_some(())
    }

    /// A number in hexadecimal behind that word.
    pub(crate) fn hex_after(&mut self, word: &[u8]) -> Option<u64> {
        self.is(word)?;
        hex(self.word()?)
    }

    /// What is left, without space around it.
    pub(crate) const fn rest(self) -> &'a [u8] {
        self.0.trim_ascii()
    }
}

/// Splits at the first place of a byte.
pub(crate) fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = text.iter().position(|&byte| byte == at)?;
    Some((&text[..place], &text[place + 1..]))
}

/// Where `part` begins in `text`.
pub(crate) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    let first = *part.first()?;
    let mut from = 0;
    while let Some(step) = text[from..].iter().position(|&byte| byte == first) {
        let at = from + step;
        if text[at..].starts_with(part) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Is the part in the text, whatever the case of its letters?
pub(crate) fn has_word(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

/// Text for a report: at most so many bytes, what is no UTF-8 shown as such.
pub(crate) fn shown(text: &[u8], bytes: usize) -> String {
    let cut = &text[..text.len().min(bytes)];
    let mut shown = String::from_utf8_lossy(cut).into_owned();
    if cut.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_or_none() {
        assert_eq!(hex(b"0x7ffffffffffff"), Some(0x7_ffff_ffff_ffff));
        assert_eq!((hex(b"0"), hex(b"0x"), hex(b"10"), hex(b"0xg")), (Some(0), None, None, None));
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(number(b"18446744073709551616"), None);
        assert_eq!(number(b"-1"), Some(u64::MAX));
        assert_eq!(pointer(b"ffffea00002c8000"), Some(0xffff_ea00_002c_8000));
    }

    #[test]
    fn words_and_parts_are_found() {
        let mut words = Words(b"  dev 259:0  ino 0xc ");
        assert_eq!(words.word(), Some(&b"dev"[..]));
        assert_eq!(words.word(), Some(&b"259:0"[..]));
        assert_eq!(words.hex_after(b"ino"), Some(12));
        assert_eq!(words.word(), None);
        assert_eq!(find(b"aab", b"ab"), Some(1));
        assert_eq!(find(b"aab", b"abc"), None);
        assert!(has_word(b"step: FSync all", b"fsync"));
        assert_eq!(shown(b"abcdef", 3), "abc…");
    }
}
