//! Sizes and offsets: `4K`, `2M`, `1G`, plain bytes, `0x200p` and `7p` for pages.

use crate::units::{PAGE_SHIFT, PAGE_SIZE};
use std::fmt;

/// Why a word is not a size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SizeError {
    /// It does not begin with a number.
    NotANumber,
    /// A fraction such as `1.5M`.
    Fraction,
    /// Something other than K, M, G or p follows the number, which has that many bytes.
    Unit {
        /// Bytes of the number.
        digits: usize,
    },
    /// It has more than 64 bits.
    TooLarge,
}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SizeError::NotANumber => "is not a size",
            SizeError::Fraction => "is a fraction; sizes are whole numbers",
            SizeError::Unit { .. } => "has an unknown unit",
            SizeError::TooLarge => "has more than 64 bits",
        })
    }
}

/// The number of bytes that a size says.
///
/// # Errors
///
/// When it is not a number, has an unknown unit, or does not fit in 64 bits.
pub fn parse_bytes(text: &str) -> Result<u64, SizeError> {
    let hex = text.strip_prefix("0x");
    let (body, radix) = hex.map_or((text, 10), |body| (body, 16));
    let length = body.find(|c: char| !c.is_digit(radix)).unwrap_or(body.len());
    let (digits, unit) = body.split_at(length);
    if digits.is_empty() {
        return Err(SizeError::NotANumber);
    }
    let shift = match unit {
        "" => 0,
        "p" => PAGE_SHIFT,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ if unit.starts_with('.') => return Err(SizeError::Fraction),
        _ => return Err(SizeError::Unit { digits: text.len() - unit.len() }),
    };
    let number = u64::from_str_radix(digits, radix).map_err(|_| SizeError::TooLarge)?;
    number.checked_mul(1 << shift).ok_or(SizeError::TooLarge)
}

/// The same number with the unit that was probably meant: `4K` for `4kB`.
pub(crate) fn repair_unit(text: &str, digits: usize) -> Option<String> {
    let (number, unit) = (text.get(..digits)?, text.get(digits..)?);
    let known = match unit {
        "b" | "B" | "bytes" => "",
        "k" | "kB" | "KB" | "kb" | "KiB" => "K",
        "m" | "mB" | "MB" | "mb" | "MiB" => "M",
        "g" | "gB" | "GB" | "gb" | "GiB" => "G",
        "P" | "pages" | "page" => "p",
        _ => return None,
    };
    Some(format!("{number}{known}"))
}

/// Pages as scripts write them: `0`, `2M`, `1G`, and otherwise pages, from ten on in hexadecimal: `7p`, `0x203p`.
#[must_use]
pub fn format_pages(pages: u64) -> String {
    const MEBI: u64 = (1 << 20) / PAGE_SIZE;
    const GIBI: u64 = (1 << 30) / PAGE_SIZE;
    match pages {
        0 => "0".into(),
        _ if pages.is_multiple_of(GIBI) => format!("{}G", pages / GIBI),
        _ if pages.is_multiple_of(MEBI) => format!("{}M", pages / MEBI),
        1..10 => format!("{pages}p"),
        _ => format!("{pages:#x}p"),
    }
}

/// A range of pages as scripts write it: `2M..4M`; without an end `2M..`.
pub(crate) fn format_range(first: u64, end: Option<u64>) -> String {
    format!("{}..{}", format_pages(first), end.map(format_pages).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bytes() {
        let check = |text: &str, expect: Result<u64, SizeError>| assert_eq!(parse_bytes(text), expect, "{text}");
        check("0", Ok(0));
        check("4096", Ok(4096));
        check("0x1000", Ok(4096));
        check("4K", Ok(4096));
        check("2M", Ok(2 << 20));
        check("1G", Ok(1 << 30));
        check("7p", Ok(7 * 4096));
        check("0x200p", Ok(2 << 20));
        check("0x", Err(SizeError::NotANumber));
        check("", Err(SizeError::NotANumber));
        check("-4K", Err(SizeError::NotANumber));
        check("1.5M", Err(SizeError::Fraction));
        check("4k", Err(SizeError::Unit { digits: 1 }));
        check("0x10k", Err(SizeError::Unit { digits: 4 }));
        check("18446744073709551615", Ok(u64::MAX));
        check("18446744073709551616", Err(SizeError::TooLarge));
        check("0x10000000000000p", Err(SizeError::TooLarge));
    }

    #[test]
    fn pages_read_back() {
        let check = |pages: u64, expect: &str| {
            assert_eq!(format_pages(pages), expect);
            assert_eq!(parse_bytes(expect), Ok(pages * PAGE_SIZE));
        };
        check(0, "0");
        check(1, "1p");
        check(9, "9p");
        check(10, "0xap");
        check(0x203, "0x203p");
        check(0x200, "2M");
        check(256, "1M");
        check(1 << 18, "1G");
        check((1 << 18) + 256, "1025M");
        check(1 << 31, "8192G");
    }
}
