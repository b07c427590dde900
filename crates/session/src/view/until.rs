//! The dialog in which a condition is chosen.

use super::{Build, Text};
use crate::action::Object;
use crate::objects::title;
use crate::tokens::{family, page_of};
use crate::until::{FaultEnd, FieldId, Question, Wanted, What, wanted_of};
use daxscope_core::check::Rule;
use daxscope_core::event::LockId;
use daxscope_core::narrate;
use daxscope_core::radix::Tag;
use daxscope_core::scenario::Operation;
use daxscope_core::units::{MmId, PageId, ThreadId, pmd_start};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The dialog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UntilView {
    /// What there is to choose, in order.
    pub fields: Rc<[Field]>,
    /// The condition as a clause; empty if there is none.
    pub words: Text,
    /// Why there is none; empty if there is one.
    pub problem: Text,
}

/// A list to choose from, or a text to type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Which.
    pub id: FieldId,
    /// What stands beside it.
    pub label: &'static str,
    /// What is chosen or typed.
    pub value: Text,
    /// Is it typed? Then the choices are only suggestions.
    pub is_text: bool,
    /// What there is to choose from.
    pub choices: Rc<[Choice]>,
}

/// One of several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// For [`crate::UntilAction::Choose`].
    pub value: Text,
    /// In words.
    pub label: Text,
}

fn choice(value: impl Into<Text>, label: impl Into<Text>) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

fn list(id: FieldId, label: &'static str, value: impl Into<Text>, choices: Vec<Choice>) -> Field {
    Field { id, label, value: value.into(), is_text: false, choices: choices.into() }
}

impl Build<'_> {
    pub(super) fn until(&self) -> Option<UntilView> {
        if self.session.panel != crate::action::Panel::Until {
            return None;
        }
        let question = &self.session.until.question;
        let mut kinds = Vec::new();
        for (_, value, label) in What::ALL {
            kinds.push(choice(value, label));
        }
        let what = What::ALL.iter().find(|(what, ..)| *what == question.what).map_or("", |(_, value, _)| value);
        let mut fields = vec![list(FieldId::What, "Stop where", what, kinds)];
        match question.what {
            What::Broken => fields.push(rules(question)),
            What::Changes => self.object_fields(question, &mut fields),
            What::Becomes => {
                self.object_fields(question, &mut fields);
                self.wanted_fields(question, &mut fields);
            }
            What::Sleeps | What::Wakes => fields.push(self.thread_field(question)),
            What::Begins | What::Ends => {
                fields.push(self.thread_field(question));
                fields.extend(self.operation_field(question));
            }
            What::Faulted => {
                fields.push(self.thread_field(question));
                let ends = FaultEnd::ALL.iter().map(|&(_, value, label)| choice(value, label)).collect();
                let end = FaultEnd::ALL.iter().find(|(end, ..)| *end == question.end).map_or("", |(_, value, _)| value);
                fields.push(list(FieldId::Fault, "It ends", end, ends));
            }
        }
        let (words, problem) = match question.condition() {
            Ok(condition) => (condition.words(self.world()), String::new()),
            Err(problem) => (String::new(), problem),
        };
        Some(UntilView { fields: fields.into(), words: words.into(), problem: problem.into() })
    }

    /// The object, and its page if it has one.
    fn object_fields(&self, question: &Question, fields: &mut Vec<Field>) {
        let mut choices = Vec::new();
        for object in self.kinds_of_objects() {
            let label = match page_of(object) {
                None => title(self.world(), object),
                Some(_) => self.kind_label(object),
            };
            choices.push(choice(family(object), label));
        }
        fields.push(list(FieldId::Object, "Object", family(question.object), choices));
        if page_of(question.object).is_none() {
            return;
        }
        let label = match question.object {
            Object::Pte(..) | Object::Pmd(..) => "Virtual page",
            Object::WaitKey(_) => "Key",
            _ => "Page of the file",
        };
        let suggestions = self.pages().into_iter().map(|page| choice(format!("{page:#x}"), "")).collect::<Vec<_>>();
        let value = question.page.as_str().into();
        fields.push(Field { id: FieldId::Page, label, value, is_text: true, choices: suggestions.into() });
    }

    /// `entry of page …`
    fn kind_label(&self, object: Object) -> String {
        match object {
            Object::Slot(_) => "entry of page …".into(),
            Object::Tag(_, tag) => format!("{} tag of page …", tag.name()),
            Object::WaitKey(_) => "wait queue of key …".into(),
            Object::Block(_) => "block of file page …".into(),
            Object::Frame(_) => "struct page or folio of block …".into(),
            Object::Pte(mm, _) => format!("pte … of {}", crate::objects::process_name(self.world(), mm)),
            Object::Pmd(mm, _) => format!("pmd … of {}", crate::objects::process_name(self.world(), mm)),
            other => title(self.world(), other),
        }
    }

    /// Every object, those with a page only once.
    fn kinds_of_objects(&self) -> Vec<Object> {
        let world = self.world();
        let mut all = vec![Object::Slot(0), Object::TreeLock];
        all.extend(world.locks.queue_locks().map(|(lock, _)| Object::Lock(lock)).filter(|lock| self.is_used(*lock)));
        all.extend([Object::WaitKey(0)]);
        all.extend(Tag::ALL.iter().filter(|tag| **tag != Tag::Writeback).map(|&tag| Object::Tag(0, tag)));
        all.extend([Object::NrExceptional, Object::NrPages]);
        for process in 0..world.page_tables.len() {
            let mm = MmId(process as u8);
            all.extend([Object::Pte(mm, 0), Object::Pmd(mm, 0)]);
        }
        all.extend([Object::Block(0), Object::FileSize]);
        if world.pages.frames.get().is_some() {
            all.push(Object::Frame(0));
        }
        all.extend((0..world.threads.len()).map(|thread| Object::Thread(ThreadId(thread as u8))));
        all.extend((0..world.pages.len()).map(|page| Object::Page(PageId(page as u16))));
        // What was asked about once stays in the list, as a hole page that is not allocated any more.
        let asked = self.session.until.question.object;
        if !all.iter().any(|&object| family(object) == family(asked)) {
            all.push(asked);
        }
        all
    }

    /// Locks that the scenario has switched off are never taken.
    fn is_used(&self, lock: Object) -> bool {
        let scenario = self.run().scenario();
        match lock {
            Object::Lock(LockId::Fs) => scenario.fs_lock,
            Object::Lock(LockId::Journal) => scenario.journal,
            _ => true,
        }
    }

    /// Pages that the script names, and the first pages of their 2 MiB ranges.
    fn pages(&self) -> BTreeSet<u64> {
        let mut pages = BTreeSet::new();
        for thread in &self.run().scenario().threads {
            for operation in &thread.operations {
                let page = match *operation {
                    Operation::Access { page, .. } => page,
                    Operation::Punch { first, .. }
                    | Operation::Fallocate { first, .. }
                    | Operation::Zero { first, .. }
                    | Operation::Collapse { first, .. }
                    | Operation::Insert { first, .. }
                    | Operation::Dontneed { first, .. }
                    | Operation::Write { first, .. }
                    | Operation::Read { first, .. }
                    | Operation::Fsync { first, .. } => first,
                    _ => continue,
                };
                pages.extend([page, pmd_start(page)]);
            }
        }
        pages
    }

    fn wanted_fields(&self, question: &Question, fields: &mut Vec<Field>) {
        let mut choices = Vec::new();
        for wanted in wanted_of(question.object, self.run().scenario().threads.len()) {
            let label = if matches!(wanted, Wanted::Number(_)) { "the number …".into() } else { wanted.words() };
            choices.push(choice(wanted.token(), label));
        }
        fields.push(list(FieldId::Wanted, "comes to be", question.wanted.token(), choices));
        if matches!(question.wanted, Wanted::Number(_)) {
            let value = question.number.as_str().into();
            fields.push(Field { id: FieldId::Number, label: "Number", value, is_text: true, choices: Rc::from([]) });
        }
    }

    fn thread_field(&self, question: &Question) -> Field {
        let mut choices = vec![choice("", "any")];
        for thread in self.machine().thread_ids() {
            choices.push(choice(thread.to_string(), thread.to_string()));
        }
        let value = question.thread.map_or_else(String::new, |thread| thread.to_string());
        list(FieldId::Thread, "Thread", value, choices)
    }

    /// The operations of the chosen thread; none for any thread.
    fn operation_field(&self, question: &Question) -> Option<Field> {
        let scenario = self.run().scenario();
        let thread = scenario.threads.get(question.thread?.index())?;
        let mut choices = vec![choice("", "any")];
        for (number, operation) in thread.operations.iter().enumerate() {
            let words = narrate::with_process_names(&narrate::operation(operation), scenario);
            choices.push(choice(number.to_string(), format!("{}: {words}", number + 1)));
        }
        let value = question.operation.map_or_else(String::new, |number| number.to_string());
        Some(list(FieldId::Operation, "Operation", value, choices))
    }
}

fn rules(question: &Question) -> Field {
    let mut choices = vec![choice("", "any")];
    for rule in Rule::ALL {
        choices.push(choice(rule.name(), rule.headline()));
    }
    list(FieldId::Rule, "Rule", question.rule.map_or("", Rule::name), choices)
}
