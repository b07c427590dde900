//! What an operation sees, any world can be asked for: explanations of livelocks and of context switches rest on that.

use daxscope_core::machine::Machine;
use daxscope_core::op::{AccessKind, Object, Op, RadixOp, accesses};
use daxscope_core::scenario::{Choice, Scenario, StepSize, parse, parse_revision};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A random number generator (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Does the operation look at the tree, at page tables or at the size of the file, and at nothing that others need not have?
fn sees_state(touched: &[daxscope_core::op::Access]) -> bool {
    let is_seen = |object| {
        matches!(
            object,
            Object::Slots | Object::Tags | Object::Counters | Object::Pmds(_) | Object::Ptes(_) | Object::Size
        )
    };
    touched.iter().any(|access| access.kind == AccessKind::Read && is_seen(access.object))
}

/// One random run: every operation that only looks can be asked of every world before it, and answers what it answered.
fn walk(scenario: &Arc<Scenario>, random: &mut Random, asked: &mut BTreeSet<String>) {
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut worlds: Vec<World> = vec![machine.world.clone()];
    for _ in 0..400 {
        let enabled: Vec<ThreadId> = machine.enabled().collect();
        if enabled.is_empty() {
            return;
        }
        let thread = enabled[random.below(enabled.len() as u64) as usize];
        let before = machine.world.clone();
        let Some(record) = machine.step(Choice::run(thread), StepSize::Atom) else { return };
        let performed = &record.performed[0];
        let op = performed.stop.op;
        let touched = accesses(&before, &machine.world, thread, &op, &performed.outcome);
        if op.only_reads() && sees_state(&touched) {
            assert!(op.can_be_asked(), "{op:?} only looks, and no world can be asked for it");
        }
        if let Some(look) = op.look() {
            assert!(look.can_be_asked(), "{op:?} sees what {look:?} sees, which cannot be asked");
            for world in &worlds {
                let answer = |world: &World| world.clone().apply(thread, &look, false, &mut Vec::new());
                assert_eq!(answer(world), answer(world), "{look:?}");
            }
            if look == op && !performed.was_made_to_fail() {
                assert_eq!(before.clone().apply(thread, &look, false, &mut Vec::new()), performed.outcome, "{op:?}");
                asked.insert(format!("{op:?}").split([' ', '(', ')', '{']).nth(1).unwrap_or_default().to_owned());
            }
        }
        if random.below(8) == 0 {
            worlds.push(machine.world.clone());
        }
    }
}

#[test]
fn what_only_looks_can_be_asked_of_any_world() {
    let scripts = [
        include_str!("../../../tests/mix/3x2.dax"),
        include_str!("../../../tests/mix/4x1.dax"),
        "file 4M\nprocess P\nprocess Q private\nthread A in P\n write(2) 0..2p from 1p\n munmap\nthread B in P\n read 4K at 0\n \
         invalidate\n invalidate2\n read(2) 0..4p\nthread C in Q\n read 4K at 0\n write 4K at 0\n truncate 1p\nthread D\n write 4K \
         at 1p\n fsync\n",
    ];
    let (mut random, mut asked) = (Random(0x0da5_c09e_0100), BTreeSet::new());
    for script in scripts {
        for revision in ["4.10.0", "4.12.4", "fixed", "fixed entry_locks=off"] {
            let revision = parse_revision(revision).expect("a revision");
            let scenario = Arc::new(Scenario { revision, schedule: None, ..parse(script).scenario });
            (0..12).for_each(|_| walk(&scenario, &mut random, &mut asked));
        }
    }
    let known = [
        "CheckAccess",
        "FindGetEntries",
        "FindGetEntriesTag",
        "FindGetEntry",
        "IomapBegin",
        "Lookup",
        "MappedPages",
        "NrExceptional",
        "NrPages",
        "PmdTransUnstable",
        "ReadPmd",
        "ReadPte",
        "ReadSize",
        "TagGet",
    ];
    assert_eq!(asked.iter().map(String::as_str).collect::<Vec<_>>(), known);
}

/// What changes a slot sees the slot.
#[test]
fn what_changes_an_entry_sees_what_a_look_up_sees() {
    let index = 0x202;
    let look = Some(Op::Radix(RadixOp::Lookup { index }));
    for op in [RadixOp::LockSlot { index }, RadixOp::UnlockSlot { index }, RadixOp::Delete { index }] {
        assert_eq!(Op::Radix(op).look(), look);
    }
    assert_eq!(Op::Radix(RadixOp::FindGetEntry { index }).look(), Some(Op::Radix(RadixOp::FindGetEntry { index })));
}

/// A search tells places apart by which operation stands there: the family would be too coarse.
#[test]
fn operations_of_one_family_are_of_different_kinds() {
    let look_up = |index| Op::Radix(RadixOp::Lookup { index });
    assert_eq!(look_up(1).kind(), look_up(2).kind());
    assert_ne!(look_up(1).kind(), Op::Radix(RadixOp::Delete { index: 1 }).kind());
}
