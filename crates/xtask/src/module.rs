//! The compiled module as a file format: its functions and their names, for `cargo xtask weight`.

/// What the eight first bytes of every module are.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// A function of a module.
pub(crate) struct Function<'m> {
    /// As in the `name` section; empty if it has none.
    pub(crate) name: &'m str,
    pub(crate) body: &'m [u8],
}

/// The functions that a module defines, with their names; `None` if it is not a module.
pub(crate) fn functions(module: &[u8]) -> Option<Vec<Function<'_>>> {
    let (mut imported, mut bodies, mut names) = (0, Vec::new(), Vec::new());
    let mut rest = module.strip_prefix(HEADER)?;
    while let Some((&id, after_id)) = rest.split_first() {
        let (length, body) = read_length(after_id)?;
        let (body, next) = body.split_at_checked(length)?;
        match id {
            2 => imported = imported_functions(body)?,
            10 => bodies = code_bodies(body)?,
            0 if custom_name(body)? == b"name" => names = function_names(body)?,
            _ => {}
        }
        rest = next;
    }
    let mut functions: Vec<Function<'_>> = bodies.into_iter().map(|body| Function { name: "", body }).collect();
    for (index, name) in names {
        if let Some(function) = index.checked_sub(imported).and_then(|at| functions.get_mut(at)) {
            function.name = name;
        }
    }
    Some(functions)
}

/// How many functions an import section brings; they come first in the numbering.
fn imported_functions(body: &[u8]) -> Option<usize> {
    let (count, mut rest) = read_length(body)?;
    let mut functions = 0;
    for _ in 0..count {
        for _ in 0..2 {
            let (length, text) = read_length(rest)?;
            rest = text.get(length..)?;
        }
        let (&kind, described) = rest.split_first()?;
        rest = match kind {
            0 => {
                functions += 1;
                read_length(described)?.1
            }
            1 => limits(described.get(1..)?)?,
            2 => limits(described)?,
            3 => described.get(2..)?,
            _ => read_length(described.get(1..)?)?.1,
        };
    }
    Some(functions)
}

/// Behind the limits of a table or memory.
fn limits(bytes: &[u8]) -> Option<&[u8]> {
    let (&flags, rest) = bytes.split_first()?;
    let (_, rest) = read_length(rest)?;
    if flags & 1 == 1 { Some(read_length(rest)?.1) } else { Some(rest) }
}

fn code_bodies(body: &[u8]) -> Option<Vec<&[u8]>> {
    let (count, mut rest) = read_length(body)?;
    let mut bodies = Vec::new();
    for _ in 0..count {
        let (length, code) = read_length(rest)?;
        let (code, next) = code.split_at_checked(length)?;
        bodies.push(code);
        rest = next;
    }
    Some(bodies)
}

/// Indices and names of functions in a `name` section.
fn function_names(body: &[u8]) -> Option<Vec<(usize, &str)>> {
    let (length, text) = read_length(body)?;
    let mut rest = text.get(length..)?;
    let mut names = Vec::new();
    while let Some((&id, after_id)) = rest.split_first() {
        let (length, part) = read_length(after_id)?;
        let (mut part, next) = part.split_at_checked(length)?;
        if id == 1 {
            let (count, entries) = read_length(part)?;
            part = entries;
            for _ in 0..count {
                let (index, text) = read_length(part)?;
                let (length, text) = read_length(text)?;
                let (name, next) = text.split_at_checked(length)?;
                names.push((index, std::str::from_utf8(name).unwrap_or_default()));
                part = next;
            }
        }
        rest = next;
    }
    Some(names)
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
    fn functions_have_their_names() {
        // One imported function, two of our own; the second has a name.
        let import = b"\x02\x01e\x01f\x00\x00\x01e\x01m\x02\x00\x01";
        let code = b"\x02\x02\x00\x0b\x03\x00\x01\x0b";
        let names = b"\x04name\x01\x05\x01\x02\x02go";
        let module = module(&[(2, import), (10, code), (0, names)]);
        let functions = functions(&module).unwrap();
        let found: Vec<_> = functions.iter().map(|function| (function.name, function.body.len())).collect();
        assert_eq!(found, [("", 2), ("go", 3)]);
    }

    #[test]
    fn lengths() {
        assert_eq!(read_length(&[0x05, 9]), Some((5, &[9][..])));
        assert_eq!(read_length(&[0xe5, 0x8e, 0x26]), Some((624_485, &[][..])));
        assert_eq!(read_length(&[0x80, 0x80]), None);
        assert_eq!(read_length(&[0xff; 6]), None);
    }
}
