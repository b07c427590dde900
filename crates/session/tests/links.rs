//! The state lives in the address.

mod common;

use common::{DOWNGRADE, REVIEWED, Random, run, to_the_end};
use daxscope_session::{Action, Effect, Layout, MAX_LINK_BYTES, Panel, Session};
use proptest::prelude::*;

/// A link opens what it was made from.
fn check_round_trip(session: &Session) {
    let fragment = session.fragment();
    let opened = Session::open(&fragment);
    assert_eq!(opened.fragment(), fragment);
    let (a, b) = (session.view(), opened.view());
    assert_eq!(a.step, b.step);
    assert_eq!(a.tree, b.tree);
    assert_eq!(a.threads, b.threads);
    assert_eq!(a.transcript.rows, b.transcript.rows);
    assert_eq!(a.header.revision, b.header.revision);
    assert_eq!(a.script.text, b.script.text);
}

#[test]
fn every_position_comes_back() {
    for script in [REVIEWED, DOWNGRADE] {
        let mut session = run(script);
        to_the_end(&mut session);
        for number in 0..=session.view().step.total {
            session.update(Action::GoTo(number));
            check_round_trip(&session);
        }
        session.update(Action::SetRevision(Some("4.12.4".into())));
        check_round_trip(&session);
    }
}

#[test]
fn every_exhibit_has_a_short_link() {
    let session = Session::open("");
    for exhibit in session.view().header.exhibits.iter() {
        let mut session = Session::open("");
        session.update(Action::LoadExhibit(exhibit.id.to_string()));
        assert!(session.fragment().len() < 40, "{}", session.fragment());
        assert!(session.view().notices.is_empty(), "{:?}", session.view().notices);
        check_round_trip(&session);
    }
}

#[test]
fn panels_and_the_embedded_mode_are_in_the_link() {
    let session = Session::open("#v=1&w=story&mode=embedded");
    let view = session.view();
    assert_eq!((view.panel, view.layout), (Panel::Story, Layout::Embedded));
    assert_eq!(session.fragment(), Session::open(&session.fragment()).fragment());
    assert_eq!(Session::open("mode=embedded").view().layout, Layout::Embedded);
    let mut session = session;
    session.update(Action::OpenPanel(Panel::Help));
    assert!(!session.fragment().contains("help"));
}

#[test]
fn a_link_is_copied() {
    let mut session = run(REVIEWED);
    let effects = session.update(Action::CopyLink);
    let [Effect::CopyText { text, is_fragment: true, done }] = &effects[..] else { panic!("{effects:?}") };
    let (check, rest) = text.strip_prefix("v=1&k=").and_then(|rest| rest.split_once('&')).expect("a checksum");
    assert_eq!(format!("v=1&{rest}"), session.fragment());
    assert!(check.starts_with(&format!("{}.", rest.len())), "{check}");
    assert_eq!(done, "The link is copied.");
    assert_eq!(Session::open(text).fragment(), session.fragment());
    assert!(Session::open(text).view().notices.is_empty());
}

/// A damaged link says so in one sentence and shows something.
#[test]
fn damaged_links_are_told() {
    let check = |fragment: &str, expect: &str| {
        let view = Session::open(fragment).view();
        let texts: Vec<&str> = view.notices.iter().map(|notice| &*notice.text).collect();
        assert!(texts.iter().any(|text| text.contains(expect)), "{fragment}: {texts:?}");
        let is_lost = fragment.contains("c=") || fragment.contains("e=nothing");
        assert_eq!(view.threads.is_empty(), is_lost, "{fragment}");
        assert!(!is_lost || view.header.exhibit.is_none(), "{fragment} shows what was not meant");
    };
    check("v=2&e=a5&s=o1", "version 2");
    check("v=1&e=nothing", "no exhibit `nothing`");
    check("v=1&c=%%%", "damaged");
    check("v=1&c=AAAA", "damaged");
    check("v=1&r=3.2", "no kernel revision `3.2`");
    check("v=1&s=ox", "damaged at character 2");
    check("v=1&p=many", "no step to stand at");
    check("e=a5", "names no version");
    check(&"x".repeat(MAX_LINK_BYTES + 1), "64 KiB");
    check("v=1&s=o9", "There is no thread I");
    assert!(Session::open("").view().notices.is_empty());
    assert!(Session::open("main-content").view().notices.is_empty());
}

#[test]
fn what_is_being_edited_is_not_in_the_address() {
    let mut session = run("title x\nthread A\n  write 4K at 0\n");
    let good = session.fragment();
    session.update(Action::EditScript("thread A\n  frobnicate\n".into()));
    assert_eq!(session.fragment(), good);
    let session = Session::open(&good);
    assert_eq!(&*session.view().header.title, "x");
}

#[test]
fn too_long_a_link_is_refused() {
    let mut random = Random(99);
    let mut noise = String::from("thread A\n  write 4K at 0\n");
    while noise.len() < 200_000 {
        noise.push_str("# ");
        noise.extend((0..60).map(|_| char::from(b'!' + random.below(90) as u8)));
        noise.push('\n');
    }
    let mut session = Session::open("");
    session.update(Action::EditScript(noise));
    let effects = session.update(Action::RunScript);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::PushUrl(_))));
    let effects = session.update(Action::CopyLink);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::CopyText { .. })));
    assert!(session.view().notices[0].text.contains("64 are the limit"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_a_link(fragment in "\\PC{0,200}") {
        let session = Session::open(&fragment);
        prop_assert!(!session.view().threads.is_empty() || !session.view().notices.is_empty());
    }

    #[test]
    fn any_values_are_a_link(
        version in "1|2|",
        exhibit in "a5|a4|[a-z0-9]{0,3}",
        schedule in "[op]?[1-9fx.0-9]{0,40}",
        position in "[0-9]{0,21}",
        revision in "v9|v5|fixed|[v0-9.]{0,8}",
        script in "[A-Za-z0-9_-]{0,60}",
        panel in "[a-z]{0,9}",
    ) {
        for subject in [format!("e={exhibit}"), format!("c={script}")] {
            let fragment = format!("v={version}&{subject}&r={revision}&s={schedule}&p={position}&w={panel}");
            let session = Session::open(&fragment);
            let again = Session::open(&session.fragment());
            prop_assert_eq!(again.fragment(), session.fragment());
        }
    }

    #[test]
    fn a_real_link_with_a_flaw_still_opens(at in 0_usize..400, flaw in "[ -~]", cut in any::<bool>()) {
        let mut session = run(DOWNGRADE);
        for _ in 0..12 {
            session.update(Action::Forward);
        }
        let mut link: Vec<char> = session.fragment().chars().collect();
        let at = at % link.len();
        if cut {
            link.truncate(at);
        } else {
            link[at] = flaw.chars().next().unwrap_or('?');
        }
        let link: String = link.into_iter().collect();
        let view = Session::open(&link).view();
        prop_assert!(!view.threads.is_empty() || !view.notices.is_empty());
    }
}

#[test]
fn an_empty_address_opens_on_something_that_moves_and_old_links_as_they_did() {
    for fragment in ["", "#", "main-content", "mode=embedded"] {
        let view = Session::open(fragment).view();
        assert_eq!(view.header.exhibit.as_deref(), Some("a4"), "{fragment}");
        assert!(view.threads.len() == 3 && view.step.number > 0 && view.step.number < view.step.total, "{fragment}");
        assert!(!view.tree.leaves.is_empty(), "{fragment}: no entry");
        assert!(view.alerts.is_empty(), "{fragment}: {:?}", view.alerts);
    }
    for (fragment, step) in [("v=1", 0), ("v=1&p=3", 3), ("v=1&w=explore", 0)] {
        let view = Session::open(fragment).view();
        assert_eq!((view.header.exhibit.as_deref(), view.step.number), (Some("a5"), step), "{fragment}");
    }
}

/// What the banner says has to be so, and it goes once a step has been made.
#[test]
fn the_banner_says_only_what_is_so() {
    let mut session = Session::open("");
    let intro = session.view().intro.expect("a banner");
    assert_eq!((intro.threads, intro.digits, intro.is_recorded), (3, 3, true));
    assert_eq!(intro.reviewed, Some("a5"));
    session.update(Action::LoadExhibit("a5".into()));
    let intro = session.view().intro.expect("a banner");
    assert_eq!((intro.threads, intro.digits, intro.reviewed), (1, 0, None));
    session.update(Action::Forward);
    assert_eq!(session.view().intro, None);
    session.update(Action::LoadExhibit("a4".into()));
    assert_eq!(session.view().intro, None, "whoever has stepped knows how");
    let mut session = Session::open("");
    session.update(Action::SetShortcuts(daxscope_session::Shortcuts::Off));
    assert_eq!(session.view().intro.expect("a banner").digits, 0);
    let mut session = run("");
    assert_eq!(session.view().intro, None, "without a thread there is nothing to press");
    session.update(Action::Close);
}

#[test]
fn kernels_have_names_of_their_own_and_the_script_s_words() {
    for exhibit in Session::open("").view().header.exhibits.iter() {
        let view = Session::open(&format!("v=1&e={}", exhibit.id)).view();
        let names: Vec<String> =
            view.header.revisions.iter().map(|item| format!("{}{}", item.name, item.note)).collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), names.len(), "{}: {names:?}", exhibit.id);
        assert_eq!(view.header.revisions.iter().filter(|item| item.is_current).count(), 1, "{}", exhibit.id);
    }
    let session = run("revision v6 wake_mode_delete=all # mine\nthread A\n  write 4K at 0\n");
    assert_eq!(&*session.view().header.revision, "v6 wake_mode_delete=all");
    let current = session.view().header.revisions.iter().find(|item| item.is_current).expect("one").name.clone();
    assert_eq!(&*current, "v6 wake_mode_delete=all");
}
