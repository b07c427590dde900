//! The fuzzers of `fuzz/` for a moment, on any compiler: their corpus, and seeded mutations of each file of it.

#[path = "../fuzz/checks.rs"]
pub mod checks;

use std::fs;
use std::path::Path;

/// Mutations of each file: readers that replay a run are slower.
const fn mutations(reader: &str) -> u32 {
    match reader.as_bytes() {
        b"schedule" => 1500,
        b"script" | b"import" => 100,
        _ => 150,
    }
}

struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

/// Words and numbers that readers trip over.
const PIECES: [&str; 14] = [
    "0",
    "-1",
    "18446744073709551615",
    "9223372036854775808",
    "\"",
    "#",
    "\n",
    "é",
    "\u{2028}",
    "x",
    "null",
    "[]",
    "4096",
    "2M",
];

/// Between one and four changes: a byte, a piece put in or over, a part cut out or copied, another number.
fn mutate(data: &mut Vec<u8>, random: &mut Xorshift) {
    for _ in 0..=random.below(4) {
        let at = random.below(data.len() + 1);
        let end = (at + 1 + random.below(12)).min(data.len());
        match random.below(8) {
            0 if at < data.len() => data[at] = random.below(256) as u8,
            1 => drop(data.splice(at..at, PIECES[random.below(PIECES.len())].bytes())),
            2 => drop(data.splice(at..end, PIECES[random.below(PIECES.len())].bytes())),
            3 => drop(data.drain(at..end)),
            4 => {
                let part = data[at..end].to_vec();
                let to = random.below(data.len() + 1);
                drop(data.splice(to..to, part));
            }
            5 if at < data.len() => data[at] = data[at].wrapping_add(1),
            6 | 7 => replace_number(data, at, random),
            _ => {}
        }
    }
}

/// Puts another number in the place of the next one, which keeps a recording readable.
fn replace_number(data: &mut Vec<u8>, at: usize, random: &mut Xorshift) {
    const NUMBERS: [&str; 9] =
        ["0", "1", "511", "512", "4097", "2147483648", "549755813888", "9223372036854775807", "18446744073709551615"];
    let Some(start) = (at..data.len()).find(|&at| data[at].is_ascii_digit()) else { return };
    let end = (start..data.len()).find(|&at| !data[at].is_ascii_digit()).unwrap_or(data.len());
    drop(data.splice(start..end, NUMBERS[random.below(NUMBERS.len())].bytes()));
}

fn corpus(reader: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(reader);
    let entries = fs::read_dir(folder).expect("a corpus").flatten();
    let seeds = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    // Only what is in the repository, not what a fuzzer has added on this machine.
    let mut seeds: Vec<_> = seeds.filter(|(name, _)| name.starts_with("seed-")).collect();
    seeds.sort();
    seeds.into_iter().map(|(name, path)| (name, fs::read(path).expect("a seed"))).collect()
}

/// The input is printed if the check panics.
struct Telltale<'d>(&'d str, &'d [u8]);

impl Drop for Telltale<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: {:?}", self.0, String::from_utf8_lossy(self.1));
        }
    }
}

#[test]
fn readers_survive_their_corpus_and_mutations_of_it() {
    for (reader, check) in checks::READERS {
        let corpus = corpus(reader);
        assert!(corpus.len() >= 6, "{reader}: a corpus");
        for (name, seed) in corpus {
            let mut random = Xorshift(88_172_645_463_325_252);
            check(&seed);
            for number in 0..mutations(reader) {
                let mut data = seed.clone();
                mutate(&mut data, &mut random);
                let name = format!("{reader}/{name}, mutation {number}");
                let _telltale = Telltale(&name, &data);
                check(&data);
            }
        }
    }
}
