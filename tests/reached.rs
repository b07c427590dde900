//! The "sometimes" catalogue: every rule and every branch of the kernel code is reached by an exhibit, a scene or a random
//! script, or is listed with a reason.

use daxscope_core::check::Rule;
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::self_check::Case;
use daxscope_explore::self_check::reached::{SCENES, reached, sites, unreached};
use daxscope_museum::exhibits;
use std::sync::Arc;

/// Rules that no run breaks, and why each is there all the same.
const NEVER_BROKEN: &[(Rule, &str)] = &[(
    Rule::TreeStructure,
    "it guards the model of the tree itself; the real tree keeps its books in every recorded run",
)];

/// Every exhibit on every kernel that it names.
fn museum() -> Vec<(String, Case)> {
    let mut all = Vec::new();
    for exhibit in exhibits() {
        let parsed = parse(exhibit.script);
        for name in &exhibit.revisions {
            let revision = parse_revision(name).expect(exhibit.id);
            let scenario = Arc::new(Scenario { revision, ..parsed.scenario.clone() });
            all.push((format!("{} on {name}", exhibit.id), Case { scenario, failures: exhibit.failures }));
        }
    }
    all
}

#[test]
fn every_rule_and_branch_is_reached_or_has_a_reason() {
    let reached = reached(museum());
    let never = reached.rules_never_broken();
    assert_eq!(never, NEVER_BROKEN.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), "rules that nothing breaks");
    // A line that was come to without being known as one would make the list below too short.
    let sites = sites();
    for branch in reached.branches.keys() {
        let known = sites.iter().any(|site| (site.file, site.line) == (branch.file, branch.line));
        assert!(known, "{}:{} asks for an operation, but its text does not show it", branch.file, branch.line);
    }
    let line = |branch: &daxscope_explore::self_check::reached::Branch| {
        let answer = if branch.answer.is_empty() { "-" } else { branch.answer };
        format!("{} | {answer} | {} | why?   (line {})\n", branch.file, branch.text(), branch.line)
    };
    let missing: String = reached.unexplained().iter().map(line).collect();
    assert_eq!(missing, "", "reached by nothing: add a scene, or these lines to unreached.txt");
    let never = reached.branches_never_taken();
    for known in unreached() {
        assert!(never.iter().any(|branch| known.is(branch)), "{known:?} is reached, or gone: take its line away");
        assert!(known.reason.ends_with('.'), "{known:?}: no reason");
    }
}

#[test]
fn scenes_are_valid_scripts() {
    for (name, script) in SCENES {
        assert_eq!(parse(script).diagnostics, [], "{name}");
    }
}
