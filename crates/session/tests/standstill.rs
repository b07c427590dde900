//! A ring of threads in the page: asleep, not lost; told once.

mod common;

use common::{A, C, run, to_the_end};
use daxscope_session::view::{BarKind, ThreadStatus};

/// Exhibit D6: the transaction, and an entry that is locked by somebody who waits for it.
const TRANSACTION: &str = "\
revision 4.10.0 order_iomap_vs_grab=grab
journal  on
file     4p
extent   0..4p mapped at 16M
thread A
  write(2) 0..1p from 1p
thread B
  write 4K at 1p
thread C
  fsync
schedule by point A6 C3 B9 A2
";

#[test]
fn a_thread_in_a_ring_has_lost_no_wakeup() {
    let mut session = run(TRANSACTION);
    to_the_end(&mut session);
    let view = session.view();
    let status: Vec<ThreadStatus> = view.threads.iter().map(|thread| thread.status).collect();
    assert_eq!(status, [ThreadStatus::Asleep, ThreadStatus::Blocked, ThreadStatus::Blocked]);
    assert_eq!(&*view.threads[A.index()].chip, "asleep");
    assert!(!view.threads[A.index()].why.contains("Nobody who can still run"), "{}", view.threads[A.index()].why);
    assert!(view.threads[C.index()].why.starts_with("Waits for the running transaction alone, held by A"));
    assert!(view.waits.iter().flat_map(|queue| queue.waiters.iter()).all(|waiter| !waiter.is_lost));
    assert!(view.timeline.lanes.iter().flat_map(|lane| lane.bars.iter()).all(|bar| bar.kind != BarKind::Lost));
    let told: Vec<(&str, &str)> = view.alerts.iter().map(|alert| (&*alert.rule, &*alert.sentence)).collect();
    let [(rule, sentence)] = told.as_slice() else { panic!("told once: {told:?}") };
    assert_eq!(*rule, "deadlock");
    assert!(sentence.starts_with("A -> B -> C -> A: A sleeps on the entry at 0x1, which B has locked;"), "{sentence}");
}
