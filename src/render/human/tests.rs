use proptest::prelude::*;

use crate::finding::Severity::{Error, Info, Warning};
use crate::render::tests::{SLOWER, Story, north_star};
use crate::render::{Style, human};

const OWNER: &str = "SYS-004 systems/system-without-owner";
const VAGUE: &str = "DOC-009 documents/vague-name";

/// What is written about a story in black and white.
fn check(story: &Story) -> String {
    check_with(story, Style::default())
}

fn check_with(story: &Story, style: Style) -> String {
    story.render(human::render, style)
}

fn verbose() -> Style {
    Style {
        verbose: true,
        ..Style::default()
    }
}

/// One finding on the marked spans of one file, without what surrounds the snippet.
fn snippet(text: &str, labels: &[(usize, &str)]) -> String {
    let story = Story::new()
        .file("a.yaml", text)
        .finding(Error, OWNER, "System/erp", "m", labels);
    let drawn = check(&story);
    let rows = drawn.lines().skip(1);
    let rows = rows.take_while(|row| !row.starts_with("  SYS"));
    rows.collect::<Vec<_>>().join("\n")
}

/// Three systems that break for one cause, and a group of ten.
fn family() -> Story {
    let lines: Vec<_> = (0..12).map(|n| format!("rto: ⟦{n}h⟧\n")).collect();
    let mut story = Story::new()
        .file("services.yaml", &lines.concat())
        .file(
            "policies/resilience/slower.yaml",
            "for: X\n\nassert: ⟦true⟧\n",
        )
        .rule(SLOWER, "", &["ISO22301:8.2.2"]);
    for number in 0..12 {
        let subject = format!("System/s{number}");
        let label = format!("recovery time objective: {number}h");
        let message = format!("s{number} is too slow");
        story = story
            .finding(Error, SLOWER, &subject, &message, &[(number, &label)])
            .asked(12)
            .behind(if number < 2 { 0 } else { 2 });
    }
    story
}

#[test]
fn every_file_is_shown_with_its_labels() {
    insta::assert_snapshot!(check(&north_star()), @r"
    error[resilience/dependency-recovers-slower]: Shipment billing promises recovery in 8h, but needs a system that takes 24h
        ╭─[governance/continuity/services.yaml:14:10]
      9 │   - id: shipment-billing
     14 │     rto: 8h
        ·          ─┬
        ·           ╰─ recovery time objective: 8h
     18 │     dependsOn: {systems: [{ref: erp, type: hard}]}
        ·                                 ─┬─
        ·                                  ╰─ depends on System/erp (hard)
        ╰────
        ╭─[governance/systems/finance.yaml:22:24]
     22 │   dependsOn: [{system: erp-bank-link, type: hard}]
        ·                        ──────┬──────
        ·                              ╰─ depends on System/erp-bank-link (hard)
     31 │   recovery: {rto: 24h, rpo: 4h}
        ·                   ─┬─
        ·                    ╰─ recovery time objective: 24h
        ╰────
      why: A promise that a dependency cannot keep fails on the first real outage.
      fix: Shorten erp-bank-link's recovery to 8h, make the dependency soft, or promise 24h.
      RES-003 · supports ISO22301:8.2.2, CSF:PR.IR-03 and 2 more · govlint explain RES-003

    1 error, 0 warnings, 0 infos · 0 waived · 0 not evaluable · 2 files, 61 resources, 412 checks · as of 2026-11-22
    next: mend the error at governance/continuity/services.yaml:14:10
    ");
}

#[test]
fn a_group_is_shown_once() {
    insta::assert_snapshot!(check(&family()), @r"
    error[resilience/dependency-recovers-slower]: s0 is too slow
       ╭─[services.yaml:1:6]
     1 │ rto: 0h
       ·      ─┬
       ·       ╰─ recovery time objective: 0h
       ╰────
      also breaks: System/s1 (1h)
      RES-003 · supports ISO22301:8.2.2 · govlint explain RES-003

    error[resilience/dependency-recovers-slower]: s2 is too slow
       ╭─[services.yaml:3:6]
     3 │ rto: 2h
       ·      ─┬
       ·       ╰─ recovery time objective: 2h
       ╰────
      also breaks: System/s3 (3h), System/s4 (4h), System/s5 (5h), System/s6 (6h), System/s7 (7h),
                   System/s8 (8h), System/s9 (9h), System/s10 (10h) and 1 more
      RES-003 · supports ISO22301:8.2.2 · govlint explain RES-003

    12 errors, 0 warnings, 0 infos · 0 waived · 0 not evaluable · 2 files, 0 resources, 0 checks · as of 2026-11-22
    next: mend the 12 errors first, worst group: resilience/dependency-recovers-slower (10 errors, services.yaml:3:6)
    ");
}

#[test]
fn verbose_names_the_line_that_asked_and_shows_the_ledger() {
    let story = family()
        .rule(OWNER, "", &[])
        .not_evaluable(OWNER, "System/crm", (3, "owner"))
        .not_evaluable(SLOWER, "System/erp", (4, ""))
        .checked(61, 412);
    let mut story = story;
    story.assessment.counts.skipped = 3;
    story.assessment.from = Some("2026-08-23".parse().unwrap());
    insta::assert_snapshot!(check_with(&story, verbose()), @r"
    error[resilience/dependency-recovers-slower]: s0 is too slow
       ╭─[services.yaml:1:6]
     1 │ rto: 0h
       ·      ─┬
       ·       ╰─ recovery time objective: 0h
       ╰────
      also breaks: System/s1 (1h)
      asked by policies/resilience/slower.yaml:3
      RES-003 · supports ISO22301:8.2.2 · govlint explain RES-003

    error[resilience/dependency-recovers-slower]: s2 is too slow
       ╭─[services.yaml:3:6]
     3 │ rto: 2h
       ·      ─┬
       ·       ╰─ recovery time objective: 2h
       ╰────
      also breaks: System/s3 (3h), System/s4 (4h), System/s5 (5h), System/s6 (6h), System/s7 (7h),
                   System/s8 (8h), System/s9 (9h), System/s10 (10h) and 1 more
      asked by policies/resilience/slower.yaml:3
      RES-003 · supports ISO22301:8.2.2 · govlint explain RES-003

    policy       rules   passed   failed   not applicable   not evaluable
    resilience       1       30        2               25               1
    systems          1       30        2               25               1
    all              2       60        4               50               2

    not evaluable
      systems/system-without-owner · System/crm: not recorded
          services.yaml:4:6: owner
      resilience/dependency-recovers-slower · System/erp: not recorded
          services.yaml:5:6

    3 YAML files skipped: not written for govlint

    12 errors, 0 warnings, 0 infos · 0 waived · 2 not evaluable · 2 files, 61 resources, 414 checks · from 2026-08-23 as of 2026-11-22
    next: mend the 12 errors first, worst group: resilience/dependency-recovers-slower (10 errors, services.yaml:3:6)
    ");
}

#[test]
fn a_waived_finding_takes_one_line_and_heads_no_group() {
    let story = Story::new()
        .file("a.yaml", "id: ⟦erp⟧\nid: ⟦crm⟧\nid: ⟦hr⟧\n")
        .finding(Error, OWNER, "System/erp", "ERP has no owner", &[(0, "")])
        .waived(
            "Waiver/erp-owner",
            "2027-01-31",
            "The owner starts in January",
        )
        .finding(Warning, OWNER, "System/crm", "CRM has no owner", &[(1, "")])
        .behind(0)
        .finding(Warning, OWNER, "System/hr", "HR has no owner", &[(2, "")])
        .behind(0)
        .checked(3, 0);
    insta::assert_snapshot!(check(&story), @r"
    warning[systems/system-without-owner]: CRM has no owner
       ╭─[a.yaml:2:5]
     2 │ id: crm
       ·     ───
       ╰────
      also breaks: System/hr
      SYS-004 · govlint explain SYS-004

    waived[systems/system-without-owner]: ERP has no owner (a.yaml:1:5) · by Waiver/erp-owner until 2027-01-31: The owner starts in January

    0 errors, 2 warnings, 0 infos · 1 waived · 0 not evaluable · 1 file, 3 resources, 0 checks · as of 2026-11-22
    next: mend the 2 warnings first, worst group: systems/system-without-owner (2 warnings, a.yaml:2:5)
    ");
}

#[test]
fn a_missing_field_is_shown_at_its_parent_below_the_id() {
    let story = Story::new()
        .file(
            "systems.yaml",
            "kind: System\nid: \"erp\"\nname: ERP\n⟦recovery⟧:\n  rpo: 4h\n---\nid: erp\n",
        )
        .finding(
            Error,
            "SYS-003 systems/no-recovery-time",
            "System/erp",
            "ERP has no recovery time objective",
            &[(0, "no `rto` in here")],
        )
        .help("Add `rto`, the time after which the business needs it back, for example 8h.");
    insta::assert_snapshot!(check(&story), @r#"
    error[systems/no-recovery-time]: ERP has no recovery time objective
       ╭─[systems.yaml:4:1]
     2 │ id: "erp"
     4 │ recovery:
       · ────┬───
       ·     ╰─ no `rto` in here
       ╰────
      fix: Add `rto`, the time after which the business needs it back, for example 8h.
      SYS-003 · govlint explain SYS-003

    1 error, 0 warnings, 0 infos · 0 waived · 0 not evaluable · 1 file, 0 resources, 0 checks · as of 2026-11-22
    next: mend the error at systems.yaml:4:1
    "#);
}

#[test]
fn the_id_above_the_place_is_shown_too() {
    let shown = |text: &str| snippet(text, &[(0, "")]).lines().nth(1).map(str::to_owned);
    let cases = [
        ("- id: erp\n\n  rto: ⟦8h⟧\n", " 1 │ - id: erp"),
        ("- {id: erp,\n   rto: ⟦8h⟧}\n", " 1 │ - {id: erp,"),
        ("id: erp # ours\nrto: ⟦8h⟧\n", " 1 │ id: erp # ours"),
        ("id: erp-2\nrto: ⟦8h⟧\n", " 2 │ rto: 8h"),
        ("id: erp\n---\nrto: ⟦8h⟧\n", " 3 │ rto: 8h"),
    ];
    for (text, row) in cases {
        assert_eq!(shown(text).as_deref(), Some(row), "{text}");
    }
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let story = Story::new()
        .file(
            "a\u{1b}[2J.yaml",
            "name: ⟦\u{1b}]0;owned\u{7}erp\u{202e}ppa⟧ # \u{9b}31m\u{0}\n",
        )
        .rule(
            "D\u{1b}[1m doc\u{1b}c/na\nme",
            "why\u{1b}[5m\nnot",
            &["I\u{1b}SO:1"],
        )
        .finding(
            Error,
            "D\u{1b}[1m doc\u{1b}c/na\nme",
            "System/a\u{1b}[31m",
            "a\u{1b}[0m\nerror[fake/rule]: not from us",
            &[(0, "\u{1b}[31mred\nline\u{2028}")],
        )
        .help("Rename it\r\nerror[fake/rule]: \u{202e}not from us\u{7f}")
        .finding(Error, VAGUE, "System/b\u{1b}[31m", "b", &[(0, "x")])
        .behind(0)
        .finding(Error, VAGUE, "System/c", "c\u{1b}", &[(0, "x")])
        .waived("Waiver/\u{1b}c", "2027-01-31", "because\n\u{1b}[31m")
        .not_evaluable(VAGUE, "System/d\u{1b}", (0, "\u{1b}\n"));
    insta::assert_snapshot!(check_with(&story, verbose()), @r"
    error[doc\u{1b}c/na\nme]: a\u{1b}[0m\nerror[fake/rule]: not from us
       ╭─[a\u{1b}[2J.yaml:1:7]
     1 │ name: \u{1b}]0;owned\u{7}erp\u{202e}ppa # \u{9b}31m\u{0}
       ·       ────────────────┬────────────────
       ·                       ╰─ \u{1b}[31mred\nline\u{2028}
       ╰────
      also breaks: System/b\u{1b}[31m
      why: why\u{1b}[5m not
      fix: Rename it error[fake/rule]: \u{202e}not from us\u{7f}
      D\u{1b}[1m · supports I\u{1b}SO:1 · govlint explain D\u{1b}[1m

    waived[documents/vague-name]: c\u{1b} (a\u{1b}[2J.yaml:1:7) · by Waiver/\u{1b}c until 2027-01-31: because\n\u{1b}[31m

    policy       rules   passed   failed   not applicable   not evaluable
    doc\u{1b}c       1       30        2               25               1
    all              1       30        2               25               1

    not evaluable
      documents/vague-name · System/d\u{1b}: not recorded
          a\u{1b}[2J.yaml:1:7: \u{1b}\n

    2 errors, 0 warnings, 0 infos · 1 waived · 1 not evaluable · 1 file, 0 resources, 1 check · as of 2026-11-22
    next: mend the 2 errors first, worst group: doc\u{1b}c/na\nme (2 errors, a\u{1b}[2J.yaml:1:7)
    ");
}

#[test]
fn long_lines_are_cut_around_their_labels() {
    let words = |count| "lorem ".repeat(count);
    let text = format!(
        "description: {}⟦first⟧ {}⟦{}⟧ {}⟦last⟧\nnext: ⟦1⟧\n",
        words(70),
        words(60),
        words(90).trim_end(),
        words(70)
    );
    let labels = [
        (0, "the first"),
        (1, "very long"),
        (2, "the last"),
        (3, &words(40)),
    ];
    insta::assert_snapshot!(snippet(&text, &labels), @r"
      ╭─[a.yaml:1:434]
    1 │ description: lor…rem lorem lorem first lorem lorem lor…rem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lo…rem lorem lorem last
      ·                                  ──┬──                                 ───────────────────────────────┬──────────────────────────────                 ──┬─
      ·                                    │                                                                  │                                                 ╰─ the last
      ·                                    │                                                                  ╰─ very long
      ·                                    ╰─ the first
    2 │ next: 1
      ·       ┬
      ·       ╰─ lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lorem lo…
      ╰────
    ");
}

#[test]
fn line_ends_tabs_and_wide_characters_line_up() {
    insta::assert_snapshot!(snippet("a: 1\r\nb: ⟦2⟧\r\n", &[(0, "two")]), @r"
      ╭─[a.yaml:2:4]
    2 │ b: 2
      ·    ┬
      ·    ╰─ two
      ╰────
    ");
    insta::assert_snapshot!(snippet("a: ⟦b\tc⟧\td: ⟦e⟧\t# f", &[(0, "tab"), (1, "e")]), @r"
      ╭─[a.yaml:1:4]
    1 │ a: b    c   d: e    # f
      ·    ───┬──      ┬
      ·       │        ╰─ e
      ·       ╰─ tab
      ╰────
    ");
    insta::assert_snapshot!(
        snippet("名前: ⟦経理⟧ ⟦🚀⟧ ⟦é⟧: ⟦ok⟧\n", &[(0, "漢字"), (1, "🚀 up"), (2, "é"), (3, "ok")]),
        @r"
      ╭─[a.yaml:1:5]
    1 │ 名前: 経理 🚀 é: ok
      ·       ──┬─ ─┬ ┬  ─┬
      ·         │   │ │   ╰─ ok
      ·         │   │ ╰─ é
      ·         │   ╰─ 🚀 up
      ·         ╰─ 漢字
      ╰────
    "
    );
}

#[test]
fn labels_of_one_line_do_not_cover_each_other() {
    insta::assert_snapshot!(
        snippet("x: ⟦{ref: ⟦erp⟧, type: hard}⟧ ⟦⟦y⟧⟧ ⟦⟦z⟧ z⟧",
            &[(1, ""), (0, "edge"), (2, "y"), (3, "again"), (4, "z"), (5, "zz")]),
        @r"
      ╭─[a.yaml:1:10]
    1 │ x: {ref: erp, type: hard} y z z
      ·    ───┬───┬─              ┬ ┬─┬
      ·       │   │               │ │ ╰─ z
      ·       │   │               │ ╰─ zz
      ·       │   │               ╰─ y; again
      ·       │   ╰─ here
      ·       ╰─ edge
      ╰────
    "
    );
}

#[test]
fn a_label_over_several_lines_marks_the_first() {
    insta::assert_snapshot!(
        snippet("a:\n  ⟦b: 1\n  c: 2⟧\nd: 3⟦\n⟧", &[(0, "a record"), (1, "a line end")]),
        @r"
      ╭─[a.yaml:2:3]
    2 │   b: 1
      ·   ──┬─
      ·     ╰─ a record
    4 │ d: 3
      ·     ▲
      ·     ╰─ a line end
      ╰────
    "
    );
}

#[test]
fn a_finding_without_text_or_rule_degrades() {
    let story = Story::new().file("empty.yaml", "⟦⟧").finding(
        Info,
        VAGUE,
        "",
        "nothing in here",
        &[(0, "empty")],
    );
    insta::assert_snapshot!(check(&story), @r"
    info[documents/vague-name]: nothing in here
      at empty.yaml:1:1
      DOC-009 · govlint explain DOC-009

    0 errors, 0 warnings, 1 info · 0 waived · 0 not evaluable · 1 file, 0 resources, 0 checks · as of 2026-11-22
    next: nothing was checked, because no governance records were found; name the folder that holds them; a record starts with the line `apiVersion: govlint/v1`
    ");
    insta::assert_snapshot!(snippet("\n⟦⟧", &[(0, "the end")]), @r"
      ╭─[a.yaml:2:1]
    2 │
      · ▲
      · ╰─ the end
      ╰────
    ");
    let labels: Vec<_> = (0..31).map(|n| (n, "")).collect();
    let many = snippet(&"⟦a⟧ ".repeat(31), &labels);
    assert!(many.ends_with("\n  and 7 more places"), "{many}");
    insta::assert_snapshot!(snippet("⟦⟧\na", &[(0, "")]), @r"
      ╭─[a.yaml:1:1]
    1 │
      · ▲
      ╰────
    ");
}

#[test]
fn quiet_shows_errors_and_counts() {
    let story = Story::new()
        .file("a.yaml", "a: ⟦1⟧\n")
        .finding(Warning, VAGUE, "System/a", "vague", &[(0, "")])
        .finding(Error, OWNER, "System/a", "no owner", &[(0, "")])
        .finding(Error, OWNER, "System/b", "no owner", &[(0, "")])
        .waived("Waiver/b", "2027-01-31", "because");
    let quiet = Style {
        quiet: true,
        ..Style::default()
    };
    insta::assert_snapshot!(check_with(&story, quiet), @r"
    error[systems/system-without-owner]: no owner
       ╭─[a.yaml:1:4]
     1 │ a: 1
       ·    ─
       ╰────
      SYS-004 · govlint explain SYS-004

    1 error, 1 warning, 0 infos · 1 waived · 0 not evaluable · 1 file, 0 resources, 0 checks · as of 2026-11-22
    ");
}

#[test]
fn frames_can_be_ascii() {
    let ascii = Style {
        ascii: true,
        ..Style::default()
    };
    insta::assert_snapshot!(check_with(&north_star(), ascii), @r"
    error[resilience/dependency-recovers-slower]: Shipment billing promises recovery in 8h, but needs a system that takes 24h
        ,-[governance/continuity/services.yaml:14:10]
      9 |   - id: shipment-billing
     14 |     rto: 8h
        :          ^|
        :           `- recovery time objective: 8h
     18 |     dependsOn: {systems: [{ref: erp, type: hard}]}
        :                                 ^|^
        :                                  `- depends on System/erp (hard)
        `----
        ,-[governance/systems/finance.yaml:22:24]
     22 |   dependsOn: [{system: erp-bank-link, type: hard}]
        :                        ^^^^^^|^^^^^^
        :                              `- depends on System/erp-bank-link (hard)
     31 |   recovery: {rto: 24h, rpo: 4h}
        :                   ^|^
        :                    `- recovery time objective: 24h
        `----
      why: A promise that a dependency cannot keep fails on the first real outage.
      fix: Shorten erp-bank-link's recovery to 8h, make the dependency soft, or promise 24h.
      RES-003 | supports ISO22301:8.2.2, CSF:PR.IR-03 and 2 more | govlint explain RES-003

    1 error, 0 warnings, 0 infos | 0 waived | 0 not evaluable | 2 files, 61 resources, 412 checks | as of 2026-11-22
    next: mend the error at governance/continuity/services.yaml:14:10
    ");
}

#[test]
fn colours_and_links_are_escape_sequences() {
    let style = Style {
        colour: true,
        links: true,
        ..Style::default()
    };
    let story = Story::new()
        .file("a.yaml", "id: erp\na: ⟦1⟧ ⟦2⟧\n")
        .rule(VAGUE, "Because.", &[])
        .finding(
            Warning,
            VAGUE,
            "System/erp",
            "vague",
            &[(0, "one"), (1, "two")],
        )
        .finding(Error, OWNER, "System/b", "no owner", &[(0, "")])
        .waived("Waiver/b", "2027-01-31", "because");
    insta::assert_snapshot!(check_with(&story, style).replace('\u{1b}', "␛"), @r"
    ␛[33;1mwarning[␛]8;;https://govlint.dev/rules/DOC-009␛\documents/vague-name␛]8;;␛\]␛[0m␛[1m: vague␛[0m
       ␛[2m╭─␛[0m[␛[36ma.yaml:2:4␛[0m]
    ␛[2m 1 │␛[0m id: erp
    ␛[2m 2 │␛[0m a: 1 2
       ␛[2m·␛[0m ␛[33;1m   ┬␛[0m␛[94;1m ┬␛[0m
       ␛[2m·␛[0m    ␛[33;1m│␛[0m ␛[94;1m╰─ ␛[94;1mtwo␛[0m␛[0m
       ␛[2m·␛[0m    ␛[33;1m╰─ ␛[33;1mone␛[0m␛[0m
       ␛[2m╰────␛[0m
      ␛[1mwhy:␛[0m Because.
      ␛[2mDOC-009 · govlint explain DOC-009␛[0m

    ␛[2mwaived[␛]8;;https://govlint.dev/rules/SYS-004␛\systems/system-without-owner␛]8;;␛\]: no owner (a.yaml:2:4) · by Waiver/b until 2027-01-31: because␛[0m

    0 errors, ␛[33;1m1 warning␛[0m, 0 infos · 1 waived · 0 not evaluable · 1 file, 0 resources, 0 checks · as of 2026-11-22
    ␛[1mnext:␛[0m mend the warning at a.yaml:2:4
    ");
}

#[test]
fn the_last_line_says_what_to_do_next() {
    let last = |story: &Story| {
        let text = check(story);
        text.lines().last().unwrap().to_owned()
    };
    let file = || {
        Story::new()
            .file("a.yaml", "a: ⟦1⟧\nb: ⟦2⟧\n")
            .checked(1, 1)
    };
    let info = || file().finding(Info, VAGUE, "System/a", "vague", &[(0, "")]);
    let warning = || info().finding(Warning, VAGUE, "System/b", "vague", &[(1, "")]);
    let error = || warning().finding(Error, OWNER, "System/b", "no owner", &[(1, "")]);
    let mut strange = Story::new();
    strange.assessment.counts.skipped = 12;
    let stories = [
        Story::new(),
        strange,
        file().checked(1, 0),
        file(),
        file().not_evaluable(OWNER, "System/a", (0, "")),
        info(),
        warning(),
        error(),
        error().finding(Error, OWNER, "System/c", "no owner", &[(0, "")]),
        error()
            .finding(Error, SLOWER, "System/c", "slow", &[(0, "")])
            .finding(Error, SLOWER, "System/d", "slow", &[(0, "")])
            .behind(3),
    ];
    let lines: Vec<_> = stories.iter().map(last).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    next: nothing was checked, because no governance records were found; name the folder that holds them; a record starts with the line `apiVersion: govlint/v1`
    next: nothing was checked, because none of the 12 YAML files found is a governance record; name the folder that holds them; a record starts with the line `apiVersion: govlint/v1`
    next: nothing was checked, because no rule applies to these records; look at --select and at the profile
    next: nothing to mend
    next: record what 1 check could not be evaluated without; --verbose lists the places
    next: nothing has to be mended; read the 1 info when there is time
    next: mend the warning at a.yaml:2:4
    next: mend the error at a.yaml:2:4
    next: mend the 2 errors first, starting at a.yaml:2:4
    next: mend the 3 errors first, worst group: resilience/dependency-recovers-slower (2 errors, a.yaml:1:4)
    ");
}

#[test]
fn what_could_not_be_evaluated_is_counted_even_if_it_is_not_listed() {
    let mut story = Story::new().file("a.yaml", "a: 1\n").checked(1, 3);
    story.assessment.counts.verdicts.not_evaluable = 2;
    insta::assert_snapshot!(check(&story), @r"
    0 errors, 0 warnings, 0 infos · 0 waived · 2 not evaluable · 1 file, 1 resource, 5 checks · as of 2026-11-22
    next: record what 2 checks could not be evaluated without; --verbose lists the places
    ");
}

#[test]
fn nothing_to_check_is_said() {
    insta::assert_snapshot!(check_with(&Story::new(), verbose()), @r"
    0 errors, 0 warnings, 0 infos · 0 waived · 0 not evaluable · 0 files, 0 resources, 0 checks · as of 2026-11-22
    next: nothing was checked, because no governance records were found; name the folder that holds them; a record starts with the line `apiVersion: govlint/v1`
    ");
}

#[test]
fn a_flood_is_cut() {
    let mut story = Story::new().file("a.yaml", "a: ⟦1⟧\n");
    for number in 0..250 {
        let subject = format!("System/s{number}");
        story = story.finding(Error, OWNER, &subject, "no owner", &[(0, "")]);
    }
    story = story.behind(248);
    let text = check(&story);
    let shown = text.matches("error[").count();
    assert_eq!(shown, human::MOST_FINDINGS);
    let end = text.lines().rev().take(4).collect::<Vec<_>>();
    insta::assert_snapshot!(end.into_iter().rev().collect::<Vec<_>>().join("\n"), @r"
    and 50 more findings; narrow with --select, or write them to a file with --format json --output FILE

    250 errors, 0 warnings, 0 infos · 0 waived · 0 not evaluable · 1 file, 0 resources, 0 checks · as of 2026-11-22
    next: mend the 250 errors first, worst group: systems/system-without-owner (2 errors, a.yaml:1:4)
    ");
}

proptest! {
    /// Whatever the text and wherever the labels, drawing ends, and writes neither control
    /// characters nor a second header.
    #[test]
    fn any_text_can_be_shown(
        text in "([a-c漢🚀é \t\r\n\u{1b}\u{202e}\u{0}]{0,12}⟦[a-c漢🚀é \t\r\n\u{1b}]{0,9}⟧){1,6}[a\n]{0,3}",
        labels in prop::collection::vec((0usize..6, ".{0,8}"), 1..6),
        width in 0usize..90,
    ) {
        let count = text.matches('⟦').count();
        let labels: Vec<_> = labels.iter().map(|(n, label)| (n % count, label.as_str())).collect();
        let story = Story::new()
            .file("a.yaml", &text)
            .finding(Error, OWNER, "System/erp", "m", &labels);
        let drawn = check_with(&story, Style { width, ..Style::default() });
        prop_assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{drawn:?}");
        let headers = drawn.lines().filter(|row| row.starts_with("error[")).count();
        prop_assert_eq!(headers, 1);
    }
}

#[test]
#[ignore = "to be looked at: cargo test human::tests::looks -- --ignored --nocapture"]
fn looks() {
    let style = Style {
        colour: true,
        links: true,
        verbose: true,
        ..Style::default()
    };
    let story = north_star()
        .file(
            "systems.yaml",
            "- id: crm\n  name: 顧客 🚀 ⟦CRM⟧ ⟦é⟧\n\t⟦owner⟧: ⟦Person/jo⟧\n",
        )
        .finding(
            Warning,
            OWNER,
            "System/crm",
            "CRM belongs to someone who left on 2026-10-31",
            &[
                (7, "owned by Person/jo"),
                (4, "the name"),
                (6, ""),
                (5, "é"),
            ],
        )
        .help("Name an active person.")
        .finding(
            Info,
            VAGUE,
            "System/crm",
            "CRM says little",
            &[(4, "the name")],
        )
        .finding(Error, OWNER, "System/hr", "HR has no owner", &[(4, "")])
        .waived(
            "Waiver/hr-owner",
            "2027-01-31",
            "The owner starts in January",
        )
        .not_evaluable(SLOWER, "System/crm", (4, "recovery time objective"));
    println!("{}", check_with(&story, style));
}
