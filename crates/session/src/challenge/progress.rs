//! What was solved, as a line for local storage: `id=answer=1` for each with `;` between; 1: with par.

use std::collections::BTreeMap;

/// By challenge: the best answer, and whether it took no more than par.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) solved: BTreeMap<String, (String, bool)>,
}

impl Progress {
    /// Reads what [`Progress::write`] writes; what it does not understand it leaves out.
    pub(crate) fn read(line: &str) -> Progress {
        let one = |part: &str| {
            let mut words = part.split('=');
            let (id, answer, par) = (words.next()?, words.next()?, words.next()?);
            (!id.is_empty()).then(|| (id.to_owned(), (answer.to_owned(), par == "1")))
        };
        Progress { solved: line.split(';').filter_map(one).collect() }
    }

    /// Takes in what another window or an earlier visit kept.
    pub(crate) fn take_in(&mut self, kept: Progress) {
        for (id, (answer, is_par)) in kept.solved {
            self.keep(&id, &answer, is_par);
        }
    }

    pub(crate) fn write(&self) -> String {
        let one = |(id, (answer, par)): (&String, &(String, bool))| format!("{id}={answer}={}", u8::from(*par));
        self.solved.iter().map(one).collect::<Vec<_>>().join(";")
    }

    /// Keeps an answer unless a better one is kept; `true`: it was.
    pub(crate) fn keep(&mut self, id: &str, answer: &str, is_par: bool) -> bool {
        if self.solved.get(id).is_some_and(|(_, had_par)| *had_par || !is_par) {
            return false;
        }
        self.solved.insert(id.into(), (answer.into(), is_par));
        true
    }
}

/// What to keep where `kept` is kept and a window wants to keep `own`: of each challenge the better answer.
#[must_use]
pub fn merged(kept: &str, own: &str) -> String {
    let mut all = Progress::read(kept);
    all.take_in(Progress::read(own));
    all.write()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_reads_back_and_only_gets_better() {
        let mut progress = Progress::default();
        assert!(progress.keep("zeroes", "o1x5.222", false));
        assert!(!progress.keep("zeroes", "o1x5.2222", false), "as good as before");
        assert!(progress.keep("zeroes", "o1x4.2222", true));
        assert!(!progress.keep("zeroes", "o1x5.222", false), "worse than before");
        assert!(progress.keep("fix-fsync", "huge+middle", true));
        assert_eq!(Progress::read(&progress.write()), progress);
        let kept = "fix-fsync=huge+middle=1;zeroes=o1x5.222=0";
        let own = "order-wakeup=abcde=1;zeroes=o1x4.2222=1";
        let both = "fix-fsync=huge+middle=1;order-wakeup=abcde=1;zeroes=o1x4.2222=1";
        assert_eq!(merged(kept, own), both);
        assert_eq!(merged(own, kept), both);
        assert_eq!(Progress::read("nonsense;=;a=b;;"), Progress::default());
    }
}
