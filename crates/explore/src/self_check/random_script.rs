//! Random scripts, as text: every statement, preset and switch of the language, small enough that most of them can be
//! searched to their end, and so that the threads meet.

use super::draw::Draw;
use super::random_world::{HUGE, Kernels, Process, RADIX, XARRAY};

/// The script of a seed, and how many calls may fail beyond those that it makes fail. `xarray`: on a kernel of that era.
#[must_use]
pub fn draw(seed: u64, xarray: bool) -> (String, u32) {
    let kernels = if xarray { &XARRAY } else { &RADIX };
    let mut draw = Draw::new(seed);
    let first = draw.one_of(&[0, 0, 0, 0, 1, HUGE]);
    draw.hot = [first, draw.one_of(&[first, first + 1, first + 1, first + 2, first + HUGE - 1])];
    draw.revision(kernels);
    let pages = draw.file();
    draw.extents(pages);
    draw.file_system();
    let processes = draw.processes(pages);
    let threads = draw.threads(pages, &processes);
    draw.failures(threads, kernels);
    let failures = u32::from(draw.percent(20));
    (draw.into_text(), failures)
}

impl Draw {
    /// Two threads with up to four operations together, or three with one each, seldom more; now and then two do the
    /// same. Returns how many.
    fn threads(&mut self, pages: u64, processes: &[Process]) -> u64 {
        let three = self.percent(18);
        let counts: &[usize] = match (three, self.below(10)) {
            (false, 0 | 1) => &[1, 1],
            (false, 2..6) => &[2, 1],
            (false, 6 | 7) => &[2, 2],
            (false, _) => &[3, 1],
            (true, 0..8) => &[1, 1, 1],
            (true, _) => &[2, 1, 1],
        };
        let alike = self.percent(12);
        let mut former = String::new();
        for (at, &count) in counts.iter().enumerate() {
            let letter = ['A', 'B', 'C'][at];
            let body = if alike && at == 1 { former.clone() } else { self.thread(count, pages, processes) };
            self.line(&format!("thread {letter}{body}"));
            former = body;
        }
        counts.len() as u64
    }

    /// What stands behind the letter of a thread: its process, and its operations.
    fn thread(&mut self, count: usize, pages: u64, processes: &[Process]) -> String {
        let own = self.below(processes.len() as u64) as usize;
        let mut body = if own == 0 { String::new() } else { format!(" in {}", processes[own].name) };
        for _ in 0..count {
            body.push_str("\n  ");
            body.push_str(&self.operation(own, pages, processes));
        }
        body
    }

    fn operation(&mut self, own: usize, pages: u64, processes: &[Process]) -> String {
        match self.below(20) {
            0..10 => self.access(own, processes),
            10 | 11 => format!("write(2) {}{}", self.few_pages(pages), self.buffer(processes, own)),
            12 => format!("read(2) {}", self.few_pages(pages)),
            13 | 14 => format!("fsync{}", self.open_range(pages)),
            15 => format!("punch {}", self.range(pages)),
            16 => format!("truncate {}p", self.one_of(&[0, pages / 2, 1, pages + 1])),
            17 => format!("invalidate{}", self.open_range(pages)),
            18 => format!("invalidate2{}", self.open_range(pages)),
            _ if self.percent(30) => format!("munmap {}", processes[self.below(processes.len() as u64) as usize].name),
            _ => "munmap".into(),
        }
    }

    fn access(&mut self, own: usize, processes: &[Process]) -> String {
        let through = if self.percent(20) { self.below(processes.len() as u64) as usize } else { own };
        let (first, end) = processes[through].maps;
        let huge = end - first >= HUGE && self.percent(55);
        let page = first + self.page(end - first);
        let kind = self.one_of(&["read", "write"]);
        let size = if huge || self.percent(5) { "2M" } else { "4K" };
        let via = if through == own { String::new() } else { format!(" via {}", processes[through].name) };
        format!("{kind} {size} at {page}p{via}")
    }

    /// A page of so many: mostly a hot one, or one beside a border of 2 MiB.
    fn page(&mut self, pages: u64) -> u64 {
        let page =
            if self.percent(85) { self.one_of(&self.hot.clone()) } else { self.one_of(&[0, 1, 3, HUGE - 1, HUGE]) };
        if pages == 0 { 0 } else { page % pages }
    }

    /// A buffer of write(2) in the thread's own mapping, perhaps.
    fn buffer(&mut self, processes: &[Process], own: usize) -> String {
        if !self.percent(40) {
            return String::new();
        }
        let (first, end) = processes[own].maps;
        format!(" from {}p", first + self.page(end - first))
    }

    /// One or two pages: every one of them takes many steps.
    fn few_pages(&mut self, pages: u64) -> String {
        let first = self.page(pages);
        format!("{first}p..{}p", first + self.one_of(&[1, 1, 1, 2]))
    }

    /// Any range, mostly a small one or all.
    fn range(&mut self, pages: u64) -> String {
        let first = if self.percent(50) { 0 } else { self.page(pages) };
        let end = if self.percent(50) { pages.max(first + 1) } else { first + self.one_of(&[1, 2, HUGE]) };
        format!("{first}p..{end}p")
    }

    fn open_range(&mut self, pages: u64) -> String {
        match self.below(4) {
            0 | 1 => String::new(),
            2 => format!(" {}p..", self.page(pages)),
            _ => format!(" {}", self.range(pages)),
        }
    }

    /// `fail` lines.
    fn failures(&mut self, threads: u64, kernels: &Kernels) {
        if !self.percent(15) {
            return;
        }
        let mut line = format!("fail {} {}", self.one_of(&kernels.calls), self.one_of(&[1, 1, 2]));
        if self.percent(30) {
            line.push_str(&format!(" in {}", ['A', 'B', 'C'][self.below(threads) as usize]));
        }
        if self.percent(20) {
            line.push_str(&format!(" with {}", self.one_of(&["ENOMEM", "ENOSPC", "EIO"])));
        }
        self.line(&line);
    }
}
