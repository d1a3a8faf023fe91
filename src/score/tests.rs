//! Scores counted by hand.

use std::sync::Arc;

use super::{CapKind, DomainScore, percent, score, score_if};
use crate::assessment::{Completeness, Measure, ResourceSummary, RuleSummary, Subject, Verdict};
use crate::evaluate::RuleLedger;
use crate::finding::Severity::{self, Error, Info, Warning};
use crate::render::tests::Story;
use crate::source::{SourceId, Span, TextRange};

/// A rule of an example: severity, level of maturity, and its subjects as in `C+ H- M? Lw _0`: the
/// level of the record (critical to low, `_` for none), and pass, fail, not evaluable, waived or not
/// applicable.
type Rule<'t> = (Severity, u8, &'t str);

/// An assessment of one policy with these rules, and a record for each subject.
fn example(rules: &[Rule<'_>]) -> Story {
    let mut story = Story::new().policy("systems", 12, 3);
    story = story.file("a.yaml", "⟦x⟧");
    for (number, (severity, maturity, subjects)) in rules.iter().enumerate() {
        let name = format!("systems/rule-{number}");
        let mut ledger = RuleLedger::default();
        for word in subjects.split_whitespace() {
            let resource = add_record(&mut story, word);
            let subject = Subject::whole(Some(resource));
            let verdict = match &word[1..] {
                "+" => Verdict::Pass,
                "-" | "w" => Verdict::Fail,
                "?" => Verdict::NotEvaluable,
                _ => Verdict::NotApplicable,
            };
            let subject_name = story.assessment.subject_name(&subject);
            if verdict == Verdict::Fail {
                story = story.finding(
                    *severity,
                    &format!("S-1 {name}"),
                    &subject_name,
                    "fails",
                    &[(0, "")],
                );
            }
            if word.ends_with('w') {
                story = story.waived("Waiver/w", "2027-01-31", "It goes.");
            }
            ledger.subjects.push(subject);
            ledger.verdicts.push(verdict);
        }
        story
            .assessment
            .rules
            .push(rule(&name, *severity, *maturity));
        story.assessment.ledger.rules.push(ledger.into());
    }
    story
}

fn add_record(story: &mut Story, word: &str) -> u32 {
    let rank = match &word[..1] {
        "C" => 4,
        "H" => 3,
        "M" => 2,
        "L" => 1,
        _ => 0,
    };
    let resources = &mut story.assessment.resources;
    let number = u32::try_from(resources.len()).unwrap();
    resources.push(ResourceSummary {
        kind: "Thing".into(),
        id: format!("r{number}").into(),
        span: Span::new(SourceId::from_index(0), TextRange::default()),
        weight: rank,
        is_critical: rank == 4,
        collection: None,
        completeness: Completeness::default(),
    });
    number
}

fn rule(name: &str, severity: Severity, maturity: u8) -> RuleSummary {
    RuleSummary {
        name: name.into(),
        code: "S-1".into(),
        policy: name.split_once('/').unwrap().0.into(),
        title: String::new(),
        why: String::new(),
        severity,
        maturity,
        audience: Vec::new(),
        is_waivable: true,
        is_engine: false,
        kinds: Vec::new(),
        measures: None,
        controls: Vec::new(),
        span: Span::new(SourceId::from_index(0), TextRange::default()),
        verdicts: crate::assessment::Verdicts::default(),
        params: Vec::new(),
    }
}

fn only(story: &Story) -> DomainScore {
    let scores = score(&story.assessment);
    assert_eq!(scores.domains.len(), 1);
    scores.domains.into_iter().next().unwrap()
}

/// `percent level` and the words of the caps.
fn printed(domain: &DomainScore) -> String {
    let Some(coverage) = domain.coverage else {
        return "none".to_owned();
    };
    let level = domain
        .level
        .map_or("-".to_owned(), |level| format!("{level:.1}"));
    let caps: Vec<&str> = domain.caps.iter().map(|cap| cap.kind.as_str()).collect();
    let line = format!("{} {level} {}", percent(coverage), caps.join(" "));
    line.trim_end().to_owned()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
fn scores_are_those_counted_by_hand() {
    let cases: &[(&str, &[Rule<'_>], &str)] = &[
        ("all pass", &[(Error, 1, "C+ L+")], "100 1.0"),
        ("8 of 9", &[(Error, 1, "C+ L-")], "89 1.0"),
        ("4 of 7", &[(Error, 1, "H+ M- L-")], "57 1.0"),
        // 1 of 2 is half, and half is enough for a level.
        ("half", &[(Error, 1, "_+ _-")], "50 1.0"),
        // 2 of 5 is 0.4: four fifths of the way to a half, in tenths.
        ("on the way", &[(Error, 1, "L+ L+ L- L- L-")], "40 0.8"),
        // 49 % is on the way and no more, however near.
        (
            "rounds to no level",
            &[(Error, 1, "M+ M+ M+ L+ H- H-")],
            "47 0.9",
        ),
        // (5 * 1 + 2 * 0) / 7.
        (
            "by severity",
            &[(Error, 1, "L+"), (Warning, 1, "L-")],
            "71 1.0",
        ),
        // An info weighs nothing, so its failures move nothing.
        (
            "advice",
            &[(Error, 1, "L+"), (Info, 1, "L- L- L-")],
            "100 1.0",
        ),
        ("nothing but advice", &[(Info, 1, "L- L+")], "none"),
        ("applies to nothing", &[(Error, 1, "C0 L0")], "none"),
        // Level 3 is reached over a level about which no rule applies.
        ("skips", &[(Error, 1, "L+"), (Error, 3, "L+ L-")], "75 3.0"),
        // Level 1 at 80 % holds no further one: (5 * 0.8 + 5 * 1) / 10.
        (
            "not held",
            &[(Error, 1, "H+ L-"), (Error, 2, "L+")],
            "90 1.9",
        ),
        // 6 of 7 is 86 %.
        (
            "held",
            &[(Error, 1, "H+ M+ L-"), (Error, 2, "L+")],
            "93 2.0",
        ),
        // A quarter of level 2 is half of the way to a half.
        (
            "fraction",
            &[(Error, 1, "L+"), (Error, 2, "L+ L- L- L-")],
            "63 1.5",
        ),
        // (1 + 1 + 8 / 9) / 3: the open error on a critical record caps whatever the mean says.
        (
            "critical error",
            &[
                (Error, 1, "C+"),
                (Error, 2, "C+"),
                (Error, 3, "C+ C+ C+ C+ C+ C+ C+ C+ C-"),
            ],
            "96 2.0 critical-error",
        ),
        // A warning on a critical record caps nothing.
        (
            "critical warning",
            &[(Error, 1, "C+"), (Warning, 3, "C+ C+ C+ C-")],
            "93 3.0",
        ),
        // A waiver takes the cap off and counts half; a tenth of the weight is not yet too much.
        (
            "waived",
            &[(Error, 1, "C+"), (Error, 4, "C+ C+ C+ C+ Cw")],
            "95 4.0",
        ),
        // One of four: (1 + 0.875) / 2, and 12.5 % of the weight is waived.
        (
            "much waived",
            &[(Error, 1, "L+"), (Error, 4, "L+ L+ L+ Lw")],
            "94 3.0 waivers",
        ),
        // A fifth of the subjects is not yet too much: 1 of 5.
        ("a fifth unknown", &[(Error, 3, "L+ L+ L+ L+ L?")], "80 3.0"),
        (
            "a quarter unknown",
            &[(Error, 3, "L+ L+ L+ L?")],
            "75 2.0 insufficient-data",
        ),
        // What an advice could not evaluate is no matter.
        (
            "advice unknown",
            &[(Error, 3, "L+"), (Info, 1, "L? L? L?")],
            "100 3.0",
        ),
        (
            "all caps",
            &[(Error, 4, "C- C+ L? L? Hw")],
            "45 0.9 critical-error insufficient-data waivers",
        ),
    ];
    for (name, rules, expected) in cases {
        let domain = only(&example(rules));
        assert_eq!(printed(&domain), *expected, "{name}");
    }
}

#[test]
fn nothing_evaluated_is_no_score() {
    let scores = score(&example(&[(Error, 1, "C0")]).assessment);
    assert_eq!(scores.overall.coverage, None);
    assert_eq!(scores.overall.lowest, None);
    assert_eq!(scores.overall.unscored, [Arc::from("systems")]);
    let scores = score(&Story::new().assessment);
    assert!(scores.domains.is_empty());
    assert_eq!(scores.overall.coverage, None);
}

#[test]
fn leaving_a_required_kind_out_scores_nothing() {
    let mut story = example(&[(Error, 1, "L+"), (Error, 2, "")]);
    assert_eq!(printed(&only(&story)), "100 1.0");
    story.assessment.rules[1].kinds = vec!["Gadget".into()];
    assert_eq!(printed(&only(&story)), "100 1.0", "nobody requires it");
    story.assessment.required_kinds = vec!["Gadget".into()];
    assert_eq!(printed(&only(&story)), "50 1.0");
    let counts = &mut story.assessment.counts.kinds;
    counts.insert("Gadget".to_owned(), 1);
    assert_eq!(printed(&only(&story)), "100 1.0", "there is one");
}

#[test]
fn a_check_of_the_engine_is_about_every_record() {
    // Records of weight 8 + 1; the fault on the lighter one leaves 8 of 9.
    let mut story = example(&[(Error, 1, "C+ L+")]);
    story.assessment.rules[0].is_engine = true;
    story.assessment.ledger.rules[0] = Arc::default();
    let name = "S-1 systems/rule-0";
    let mut story = story.finding(Error, name, "Thing/r1", "is broken", &[(0, "")]);
    assert_eq!(printed(&only(&story)), "89 1.0");
    // A second fault of the same record is no second subject; a file without a record is one.
    story = story.finding(Error, name, "Thing/r1", "is odd", &[(0, "")]);
    assert_eq!(printed(&only(&story)), "89 1.0");
    story = story.finding(Error, name, "", "is no YAML", &[(0, "")]);
    assert_eq!(printed(&only(&story)), "80 1.0");
}

#[test]
fn the_mean_weighs_domains_and_names_the_lowest() {
    let mut story = example(&[(Error, 1, "L+ L- L- L-")]).policy("data", 4, 2);
    let record = Subject::whole(Some(add_record(&mut story, "L+")));
    story.assessment.rules.push(rule("data/other", Error, 2));
    let ledger = RuleLedger {
        subjects: vec![record],
        verdicts: vec![Verdict::Pass],
        ..RuleLedger::default()
    };
    story.assessment.ledger.rules.push(ledger.into());
    let overall = score(&story.assessment).overall;
    // (12 * 0.25 + 4 * 1) / 16.
    assert_eq!(overall.coverage.map(percent), Some(44));
    assert_eq!(overall.lowest, Some((0.5, vec![Arc::from("systems")])));
    assert_eq!(overall.below_target, [Arc::from("systems")]);
    // Without a weight a domain is shown, and moves nothing.
    let mut unweighed = story.assessment;
    unweighed.policies[0].weight = 0;
    let scores = score(&unweighed);
    assert_eq!(scores.domains.len(), 2);
    assert_eq!(scores.overall.coverage.map(percent), Some(100));
}

#[test]
fn sensitivity_counts_waivers_and_gaps_otherwise() {
    let story = example(&[(Error, 1, "L+ L+ Lw L?")]);
    let overall = score(&story.assessment).overall;
    assert_eq!(overall.coverage.map(percent), Some(63));
    assert_eq!(overall.without_waivers.map(percent), Some(50));
    assert_eq!(overall.evaluable_only.map(percent), Some(83));
}

#[test]
fn mending_a_failure_counts_it_as_a_pass() {
    let story = example(&[(Error, 1, "C+ C-")]);
    let before = score(&story.assessment);
    assert_eq!(before.domains[0].caps[0].kind, CapKind::CriticalError);
    let after = score_if(&story.assessment, &|rule, subject| {
        (rule, subject) == ("systems/rule-0", "Thing/r1")
    });
    assert_eq!(after.overall.coverage, Some(1.0));
    assert_eq!(after.overall.errors_on_critical, 0);
    assert!(after.domains[0].caps.is_empty());
}

#[test]
fn confidence_is_what_is_recorded_times_what_is_fresh() {
    let mut story = example(&[(Error, 1, "L+ L+ L+"), (Error, 4, "")]);
    for record in &mut story.assessment.resources {
        record.completeness = Completeness {
            recorded: 9,
            missing: 1,
        };
    }
    assert_eq!(
        only(&story).confidence.grade(),
        None,
        "freshness is not measured"
    );
    // The third record is an item of the second, and was reviewed with it.
    story.assessment.resources[2].collection = Some(1);
    story.assessment.rules[1].measures = Some(Measure::Freshness);
    let ledger = RuleLedger {
        subjects: (0..3).map(|id| Subject::whole(Some(id))).collect(),
        verdicts: vec![Verdict::Fail, Verdict::Pass, Verdict::NotApplicable],
        ..RuleLedger::default()
    };
    story.assessment.ledger.rules[1] = ledger.into();
    let confidence = only(&story).confidence;
    assert_eq!((confidence.recorded, confidence.expected), (27, 30));
    assert_eq!((confidence.fresh, confidence.reviewed), (2, 3));
    // 0.9 * 2 / 3.
    assert_eq!(confidence.value().map(percent), Some(60));
    assert_eq!(confidence.grade().map(super::Grade::as_str), Some("medium"));
    story.assessment.unread = vec![("b.yaml".to_owned(), "is locked".to_owned())];
    let grade = only(&story).confidence.grade();
    assert_eq!(grade.map(super::Grade::as_str), Some("low"));
}

#[test]
fn percentages_round_half_up_and_reach_100_only_with_all() {
    for (share, expected) in [
        (0.0, 0),
        (0.004_999, 0),
        (0.005, 1),
        (0.285, 29),
        (0.994, 99),
        (0.9999, 99),
        (1.0, 100),
    ] {
        assert_eq!(percent(share), expected, "{share}");
    }
}
