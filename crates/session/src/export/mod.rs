//! A run as text for elsewhere. The same run always gives the same bytes.

pub(crate) mod home;
pub(crate) mod json;
pub(crate) mod mermaid;
pub(crate) mod table;

/// A title as part of a file name: `lost-wake-up`.
pub fn file_stem(title: &str) -> String {
    const LONGEST: usize = 40;
    let letters = title.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let mut stem = String::new();
    for letter in letters {
        if letter != '-' || !(stem.is_empty() || stem.ends_with('-')) {
            stem.push(letter);
        }
        if stem.len() == LONGEST {
            break;
        }
    }
    match stem.trim_end_matches('-') {
        "" => "run".into(),
        stem => stem.into(),
    }
}
