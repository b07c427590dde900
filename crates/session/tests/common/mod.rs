//! What the session tests share.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "every test file uses a part of it")]

use daxscope_session::{Action, Effect, Session, ThreadId};

pub const A: ThreadId = ThreadId(0);
pub const B: ThreadId = ThreadId(1);
pub const C: ThreadId = ThreadId(2);

/// The line that was reviewed: a failed preload puts an entry that is not there.
pub const REVIEWED: &str = "\
title    the reviewed line
revision v6
file     4M
thread A
  write 4K at 0x203p
fail     preload 1
";

/// Three threads of which one sleeps for ever under the right schedule.
pub const DOWNGRADE: &str = "\
title    a downgrade wakes one of two
revision v5
file     4M
process  P maps 0..4M shared rw
process  Q maps 0..4M shared rw
thread A in P
  read 2M at 2M
  write 4K at 0x202p via Q
thread B in Q
  write 4K at 0x203p
thread C in Q
  write 4K at 0x204p
";

/// A session that runs a script.
pub fn run(script: &str) -> Session {
    let mut session = Session::open("");
    session.update(Action::EditScript(script.into()));
    let effects = session.update(Action::RunScript);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::PushUrl(_))), "{effects:?}");
    session
}

/// Steps threads by letter; every step must be possible.
pub fn steps(session: &mut Session, letters: &str) {
    for letter in letters.bytes() {
        let before = session.view().step.number;
        session.update(Action::StepThread(ThreadId(letter - b'A')));
        assert_eq!(session.view().step.number, before + 1, "{} after {before}", char::from(letter));
    }
}

/// Goes on until nobody can run.
pub fn to_the_end(session: &mut Session) {
    for _ in 0..5_000 {
        if !session.view().step.can_forward {
            return;
        }
        session.update(Action::Forward);
    }
    panic!("the run does not end");
}

/// A xorshift generator: tests need no more.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
