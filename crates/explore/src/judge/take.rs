//! Which lines a step takes: the next ones only, each at the first moment at which it can be taken.

use super::claim::Lines;
use super::search::{Judge, Label};
use super::space::Said;
use daxscope_core::units::ThreadId;

impl Judge {
    /// Takes the lines that a step says.
    pub(super) fn take(&self, label: &mut Label, thread: usize, said: &[Said]) {
        for said in said {
            self.forget(label, thread);
            self.take_first(label, said.does);
            self.enter(label, said.enters);
            self.take_first(label, said.sleeps);
            self.take_fresh(label);
        }
    }

    /// A thread goes on: it stands at the first operation of no function any more.
    fn forget(&self, label: &mut Label, thread: usize) {
        let mut own = Lines::default();
        let id = ThreadId(thread as u8);
        let lines = self.space.lines().iter().enumerate();
        lines.filter(|(_, line)| line.threads.contains(&id)).for_each(|(at, _)| own.add(at));
        label.fresh = label.fresh & !own;
    }

    /// The lines of the next row that are not taken yet.
    pub(super) fn open(&self, label: &Label) -> Vec<(usize, usize)> {
        let row = self.rows.get(usize::from(label.row)).map_or(&[][..], Vec::as_slice);
        let open = row.iter().enumerate().filter(|(place, _)| label.taken >> place & 1 == 0);
        open.map(|(place, line)| (place, *line)).collect()
    }

    /// Takes one line of those, if it is next.
    fn take_first(&self, label: &mut Label, lines: Lines) {
        if let Some((place, _)) = self.open(label).into_iter().find(|(_, line)| lines.has(*line)) {
            self.pass(label, place);
        }
    }

    fn enter(&self, label: &mut Label, enters: Lines) {
        let first = self.rows.get(usize::from(label.row)).and_then(|row| row.first()).copied();
        for line in first.unwrap_or(usize::MAX)..self.space.lines().len() {
            if enters.has(line) {
                label.fresh.add(line);
            }
        }
        self.take_fresh(label);
    }

    /// Takes what threads have entered, as long as it is next. Who has entered a function once has not entered it twice.
    fn take_fresh(&self, label: &mut Label) {
        while let Some((place, line)) = self.open(label).into_iter().find(|(_, line)| label.fresh.has(*line)) {
            let lines = self.space.lines();
            let mut same = Lines::default();
            for (at, other) in lines.iter().enumerate() {
                if other.pattern.name() == lines[line].pattern.name() && other.threads == lines[line].threads {
                    same.add(at);
                }
            }
            label.fresh = label.fresh & !same;
            self.pass(label, place);
        }
    }

    /// A line is taken.
    fn pass(&self, label: &mut Label, place: usize) {
        label.taken |= 1 << place;
        label.past += 1;
        let all = self.rows[usize::from(label.row)].len();
        if label.taken.count_ones() as usize == all {
            label.row += 1;
            label.taken = 0;
        }
    }
}
