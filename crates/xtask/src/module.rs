//! The compiled module as a file format: which of its sections a visitor needs.
//!
//! The names of all functions are a third of what travels. They serve stack traces only, panics
//! carry their file and line anyway, and `--dev` builds keep them. Taking them out here does what
//! is left for `wasm-opt` to do: on top of it, binaryen 132 changed the size in gzip by -1 to +4 %.

/// What the eight first bytes of every module are.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// The custom sections that only people read.
const FOR_PEOPLE: &[&[u8]] = &[b"name", b"producers"];

/// The module without the sections that only people read; `None` if it is not a module.
pub(crate) fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let mut kept = HEADER.to_vec();
    let mut rest = module.strip_prefix(HEADER)?;
    while let Some((&id, after_id)) = rest.split_first() {
        let (length, body) = read_length(after_id)?;
        let (body, next) = body.split_at_checked(length)?;
        if id != 0 || !FOR_PEOPLE.contains(&custom_name(body)?) {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Some(kept)
}

/// The name that a custom section's contents begin with.
fn custom_name(body: &[u8]) -> Option<&[u8]> {
    let (length, name) = read_length(body)?;
    name.get(..length)
}

/// Reads an unsigned LEB128 number of at most 32 bits; returns it and what follows.
fn read_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (position, &byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * position);
        if byte < 0x80 {
            return Some((value, &bytes[position + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module of sections, each an id and its contents.
    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let section = |&(id, body): &(u8, &[u8])| [&[id, body.len() as u8], body].concat();
        [HEADER.to_vec(), sections.iter().flat_map(section).collect()].concat()
    }

    #[test]
    fn names_go_and_the_rest_stays() {
        let with =
            module(&[(1, b"types"), (0, b"\x04name..."), (10, b"code"), (0, b"\x09producers!"), (0, b"\x06others")]);
        let without = module(&[(1, b"types"), (10, b"code"), (0, b"\x06others")]);
        assert_eq!(without_names(&with), Some(without.clone()));
        assert_eq!(without_names(&without), Some(without));
    }

    #[test]
    fn what_is_cut_short_is_no_module() {
        let whole = module(&[(0, b"\x04name..."), (10, b"code")]);
        for length in [0, 7, 9, 10, 13, whole.len() - 1] {
            assert_eq!(without_names(&whole[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn lengths() {
        assert_eq!(read_length(&[0x05, 9]), Some((5, &[9][..])));
        assert_eq!(read_length(&[0xe5, 0x8e, 0x26]), Some((624_485, &[][..])));
        assert_eq!(read_length(&[0x80, 0x80]), None);
        assert_eq!(read_length(&[0xff; 6]), None);
    }
}
