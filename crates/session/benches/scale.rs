//! How much CPU time one action takes, from the action to the whole view, for runs and trees of several sizes. One table on standard
//! output; `docs/benches.md` says how to read it. `cargo bench -p daxscope-session -- --only sparse` measures rows by name.

use cpu_time::ThreadTime;
use daxscope_core::units::ThreadId;
use daxscope_session::{Action, Object, Session};
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Presses of which each number is made.
const PRESSES: usize = 41;

/// What is opened, and how many steps are made before the clock runs.
struct State {
    name: &'static str,
    script: String,
    steps: usize,
}

fn main() {
    // `cargo test --all-targets` runs this too, without the argument.
    let words: Vec<String> = std::env::args().collect();
    if !words.iter().any(|word| word == "--bench") {
        return;
    }
    let only = words.iter().position(|word| word == "--only").and_then(|at| words.get(at + 1));
    println!("CPU ms from an action to the view, native: median of {PRESSES} presses, and the 95th percentile");
    println!("{:<26}{}", "", COLUMNS.map(|column| format!("{column:>15}")).concat());
    for state in states() {
        if only.is_none_or(|only| state.name.contains(only.as_str())) {
            measure(&state);
        }
    }
}

const COLUMNS: [&str; 8] =
    ["back", "forward", "to an end", "to the middle", "new step", "new after jump", "back, selected", "open selection"];

fn states() -> Vec<State> {
    let mapped = "extent 0..64M mapped at 128M\n";
    let tree = |entries: usize| format!("file 64M\n{mapped}entries 0..{entries}p 4K block\n{}", threads(60, 3));
    let long = |operations: usize| format!("file 64M\n{}", threads(operations, 1));
    let sparse = format!("file 4096G\nentries 0..20000M 4K page every 2M\n{}", threads(60, 512));
    let both = format!("file 64M\n{mapped}entries 0..10000p 4K block\n{}", threads(3000, 3));
    let state = |name, script, steps| State { name, script, steps };
    vec![
        state("small", long(3), 60),
        state("5,000 steps", long(300), 5_000),
        state("100,000 steps", long(3_000), 100_000),
        state("50 entries", tree(50), 500),
        state("1,000 entries", tree(1_000), 500),
        state("10,000 entries", tree(10_000), 500),
        state("10,000 sparse entries", sparse, 500),
        state("10,000 and 100,000 steps", both, 100_000),
    ]
}

/// Two threads that write one page after the other, every `far` pages.
fn threads(operations: usize, far: usize) -> String {
    let mut text = String::new();
    for thread in 0..2 {
        let _ = writeln!(text, "thread {}", ["A", "B"][thread]);
        for at in 0..operations {
            let _ = writeln!(text, "  write 4K at {}p", (thread * operations + at) * far);
        }
    }
    text
}

fn measure(state: &State) {
    let mut session = Session::open("");
    session.update(Action::EditScript(state.script.clone()));
    session.update(Action::RunScript);
    let began = Instant::now();
    let made = run(&mut session, state.steps);
    let building = began.elapsed().as_secs_f64();
    let middle = made / 2;
    let mut cells = Vec::new();
    session.update(Action::GoTo(middle));
    cells.push(pressed(&mut session, |_| Action::Back));
    cells.push(pressed(&mut session, |_| Action::Forward));
    cells.push(pressed(&mut session, |press| if press % 2 == 0 { Action::End } else { Action::Home }));
    cells.push(pressed(&mut session, move |press| Action::GoTo(middle + press % 2 * made / 3)));
    cells.push(new_steps(&mut session, made, false));
    cells.push(new_steps(&mut session, made, true));
    session.update(Action::GoTo(made));
    session.update(Action::Select(Some(Object::TreeLock)));
    cells.push(pressed(&mut session, |_| Action::Back));
    session.update(Action::GoTo(made));
    cells.push(pressed(&mut session, |press| {
        Action::Select(Some(if press % 2 == 0 { Object::Slot(0) } else { Object::Thread(ThreadId(0)) }))
    }));
    let cells: String = cells.into_iter().map(|(median, high)| format!("{median:>8.2}{high:>7.2}")).collect();
    println!("{:<26}{cells}   {made} steps made in {building:.1} s", state.name);
}

/// Steps until so many are made, or no more can be.
fn run(session: &mut Session, wanted: usize) -> usize {
    loop {
        let before = session.view().step.number;
        for thread in [0, 1] {
            if session.view().step.number < wanted {
                session.update(Action::RunThreadUntilBlocked(ThreadId(thread)));
            }
        }
        let now = session.view().step.number;
        if now >= wanted || now == before {
            if now > wanted {
                session.update(Action::GoTo(wanted));
            }
            return now.min(wanted);
        }
    }
}

/// The milliseconds of each of some actions: the median, and the 95th percentile.
fn pressed(session: &mut Session, action: impl Fn(usize) -> Action) -> (f64, f64) {
    let times = (0..PRESSES).map(|press| clocked(session, action(press)));
    percentiles(times.collect())
}

/// The same for steps that are made anew, each right behind the one before, or each behind a jump.
fn new_steps(session: &mut Session, made: usize, jumps: bool) -> (f64, f64) {
    let room = made.saturating_sub(2 * PRESSES);
    session.update(Action::GoTo(room));
    let other = if session.view().step.next_thread == Some(ThreadId(0)) { 1 } else { 0 };
    session.update(Action::StepThread(ThreadId(other)));
    let mut times = Vec::new();
    for _ in 0..PRESSES {
        if jumps {
            session.update(Action::Home);
            session.update(Action::End);
        }
        times.push(clocked(session, Action::StepDefault));
    }
    percentiles(times)
}

fn clocked(session: &mut Session, action: Action) -> f64 {
    let began = ThreadTime::now();
    black_box(session.update(action));
    black_box(session.view());
    let spent: Duration = began.elapsed();
    spent.as_secs_f64() * 1e3
}

fn percentiles(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}
