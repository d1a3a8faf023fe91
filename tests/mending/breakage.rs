//! Records broken at random, in any style: whatever a fix does, it does nothing else.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use ::govlint::assessment::Assessment;
use ::govlint::check::{Input, Known, judge, load_again, sum_up};
use ::govlint::config::Config;
use ::govlint::evaluate::Verdict;
use ::govlint::finding::{Applicability, Finding};
use ::govlint::kind::Kinds;
use ::govlint::mend::mend;
use ::govlint::rule::{Pack, built_in_schemas};
use ::govlint::snapshot::{Document, Snapshot};
use ::govlint::syntax;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The records that are broken: enough that most name one another.
const FILES: [&str; 6] = [
    "governance/organization.yaml",
    "governance/people.yaml",
    "governance/roles.yaml",
    "governance/decision-rights.yaml",
    "governance/continuity/plans.yaml",
    "governance/systems/finance.yaml",
];

/// What people get wrong: what is looked for, and what stands there then.
const SLIPS: [(&str, &str); 26] = [
    ("criticality: ", "critcality: "),
    ("criticality: critical", "criticality: Critical"),
    ("criticality: high", "criticality: hihg"),
    ("lifecycle: production", "lifecycle: prodution"),
    ("hosting: ", "Hosting: "),
    ("owner: Role/", "owner: role/"),
    ("owner: Role/cfo", "owner: Role/cof"),
    ("owner: Role/coo", "owner: Role/COO"),
    ("Person/s-moreno", "Person/s-morena"),
    ("System/erp\n", "System/erb\n"),
    ("holder: ", "Holder: "),
    ("lastReviewed: 2026-1", "lastReviewed: 2026/1"),
    ("approvedOn: 2026-1", "approvedOn: 2026-1-"),
    ("kind: System", "kind: Sytem"),
    ("kind: ContinuityPlan", "kind: continuityPlan"),
    ("apiVersion: govlint/v1", "apiVersion: govlint/1"),
    ("version: \"11.2\"", "version: 11.2"),
    ("phoneOnFile: true", "phoneOnFile: yes"),
    ("phoneOnFile: true", "phoneOnFile: \"true\""),
    ("type: hard", "type: Hard"),
    ("contracts: [acme-erp-msa]", "contracts: acme-erp-msa"),
    ("annualCost: 310000", "annualCost: \"310000\""),
    ("within: 24h", "within: 24 hours"),
    ("  - {system: identity", "  - {sytem: identity"),
    ("covers:\n", "covers: [\n"),
    ("id: ", "ID: "),
];

/// Something that is done to the records. Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Break {
    /// A slip, at one of the places where it can be made.
    Slip(usize, usize),
    /// An id that is misspelled everywhere, in one of several ways.
    Id(usize, usize),
    /// An id that is misspelled where it is defined, and nowhere else.
    Definition(usize, usize),
    /// A line that stands there twice.
    Twice(usize),
    /// A line with a comment.
    Comment(usize),
    /// A reference by an anchor, and by an alias where it stands again.
    Anchor(usize),
    /// A file with other line ends.
    LineEnds(usize),
    /// Two files in one.
    Join(usize),
}

fn breaks() -> impl Strategy<Value = Vec<Break>> {
    let any = || 0usize..1_000_000;
    let one = prop_oneof![
        8 => (any(), any()).prop_map(|(slip, place)| Break::Slip(slip, place)),
        2 => (any(), any()).prop_map(|(id, way)| Break::Id(id, way)),
        1 => (any(), any()).prop_map(|(id, way)| Break::Definition(id, way)),
        2 => any().prop_map(Break::Twice),
        2 => any().prop_map(Break::Comment),
        2 => any().prop_map(Break::Anchor),
        1 => any().prop_map(Break::LineEnds),
        1 => any().prop_map(Break::Join),
    ];
    prop::collection::vec(one, 1..7)
}

/// Files by path, in their order.
type Texts = Vec<(String, String)>;

fn apply(texts: &mut Texts, what: &Break) {
    match what {
        Break::Slip(slip, place) => {
            let (from, to) = SLIPS[slip % SLIPS.len()];
            change_one(texts, from, to, *place);
        }
        Break::Id(id, way) => {
            if let Some(id) = pick(&ids(texts), *id).cloned() {
                let to = misspelled(&id, *way);
                for (_, text) in texts {
                    *text = with_word(text, &id, &to);
                }
            }
        }
        Break::Definition(id, way) => {
            if let Some(id) = pick(&ids(texts), *id).cloned() {
                let to = format!("id: {}\n", misspelled(&id, *way));
                change_one(texts, &format!("id: {id}\n"), &to, 0);
            }
        }
        Break::Twice(place) => change_line(texts, *place, |line| format!("{line}{line}")),
        Break::Comment(place) => change_line(texts, *place, |line| {
            let end = line.trim_end_matches(['\r', '\n']);
            format!("{end}  # remark {place}{}", &line[end.len()..])
        }),
        Break::Anchor(place) => {
            let number = place % texts.len();
            let text = &mut texts[number].1;
            let mut parts = text.splitn(3, "owner: Role/cfo\n").map(ToOwned::to_owned);
            if let (Some(first), Some(second), Some(third)) =
                (parts.next(), parts.next(), parts.next())
                && !second.contains("\n---")
            {
                *text =
                    format!("{first}owner: &a{place} Role/cfo\n{second}owner: *a{place}\n{third}");
            }
        }
        Break::LineEnds(place) => {
            let number = place % texts.len();
            let text = &mut texts[number].1;
            *text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        Break::Join(place) if texts.len() > 2 => {
            let number = place % (texts.len() - 1);
            let (_, next) = texts.remove(number + 1);
            let text = &mut texts[number].1;
            *text = format!("{text}---\n{next}");
        }
        Break::Join(_) => {}
    }
}

fn pick<T>(all: &[T], number: usize) -> Option<&T> {
    all.get(number % all.len().max(1))
}

fn change_one(texts: &mut Texts, from: &str, to: &str, place: usize) {
    let all = texts.iter().enumerate();
    let places: Vec<(usize, usize)> = all
        .flat_map(|(number, (_, text))| text.match_indices(from).map(move |(at, _)| (number, at)))
        .collect();
    if let Some((number, at)) = pick(&places, place) {
        texts[*number].1.replace_range(*at..at + from.len(), to);
    }
}

fn change_line(texts: &mut Texts, place: usize, change: impl Fn(&str) -> String) {
    let number = place % texts.len();
    let text = &mut texts[number].1;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let chosen = (place / 7) % lines.len();
    let lines = lines.iter().enumerate();
    *text = lines
        .map(|(line, text)| {
            if line == chosen {
                change(text)
            } else {
                (*text).to_owned()
            }
        })
        .collect();
}

fn ids(texts: &Texts) -> Vec<String> {
    let lines = texts.iter().flat_map(|(_, text)| text.lines());
    let ids = lines.filter_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix("id: "));
    ids.map(ToOwned::to_owned).collect()
}

fn misspelled(id: &str, way: usize) -> String {
    match way % 4 {
        0 => id.to_uppercase(),
        1 => format!("{}_", id.replace('-', "_")),
        2 => format!("{}{}", id[..1].to_uppercase(), &id[1..]),
        _ => format!("\"{}!\"", id.replace('-', " ")),
    }
}

/// A text with another word wherever a whole word stands in it.
fn with_word(text: &str, from: &str, to: &str) -> String {
    let is_part = |character: Option<char>| {
        character.is_some_and(|character| character.is_alphanumeric() || character == '-')
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let end = at + from.len();
        let before = rest[..at].chars().next_back().or(out.chars().next_back());
        let is_whole = !is_part(before) && !is_part(rest[end..].chars().next());
        out.push_str(&rest[..at]);
        out.push_str(if is_whole { to } else { from });
        rest = &rest[end..];
    }
    out + rest
}

fn whole() -> &'static Snapshot {
    static WHOLE: OnceLock<Snapshot> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let mut snapshot = super::example();
        snapshot
            .documents
            .retain(|document| FILES.contains(&document.path.as_str()));
        assert_eq!(snapshot.documents.len(), FILES.len());
        snapshot
    })
}

fn broken(breaks: &[Break]) -> Snapshot {
    let documents = whole().documents.iter();
    let mut texts: Texts = documents
        .map(|document| (document.path.clone(), text_of(document)))
        .collect();
    for what in breaks {
        apply(&mut texts, what);
    }
    let mut snapshot = whole().clone();
    snapshot.documents = texts
        .into_iter()
        .map(|(path, text)| Document {
            path,
            bytes: text.into_bytes().into(),
            ..whole().documents[0].clone()
        })
        .collect();
    snapshot
}

fn text_of(document: &Document) -> String {
    String::from_utf8(document.bytes.to_vec()).unwrap()
}

/// Checks one snapshot after another with policies that are read once.
fn assessed(snapshot: &Snapshot) -> Assessment {
    thread_local! {
        static KNOWN: RefCell<Known> = RefCell::default();
    }
    static KINDS: OnceLock<Arc<Kinds>> = OnceLock::new();
    let kinds = KINDS.get_or_init(|| Arc::new(Kinds::load(&built_in_schemas()).unwrap()));
    let (packs, config) = ([Pack::built_in()], Config::default());
    let input: Input<'_> = super::input(snapshot, &packs, &config);
    let loaded = KNOWN.with_borrow_mut(|known| load_again(&input, kinds, known));
    let loaded = loaded.map_err(|failure| format!("{failure:?}")).unwrap();
    let judgement = judge(&input, &Arc::new(loaded));
    sum_up(
        &input,
        judgement.map_err(|_| "a rule failed").unwrap(),
        None,
    )
}

fn truth() -> &'static Found {
    static TRUTH: OnceLock<Found> = OnceLock::new();
    TRUTH.get_or_init(|| Found::of(&assessed(whole())))
}

/// What was found, wherever it stands and however ids are written.
struct Found {
    /// Faults of documents: rule and what is blamed.
    faults: BTreeSet<(String, String)>,
    /// The ids of what could be read.
    read: BTreeSet<String>,
    /// Rules and subjects that fail.
    failed: BTreeSet<(String, String)>,
    /// Rules and resources that pass.
    passed: BTreeSet<(String, String)>,
}

impl Found {
    fn of(assessment: &Assessment) -> Self {
        let findings = || assessment.findings.iter().map(|triaged| &triaged.finding);
        let blamed = |finding: &Finding| {
            let span = finding.primary.span;
            spelled(assessment.sources.get(span.source).slice(span.range))
        };
        let faults = findings().filter(|finding| finding.asked.is_none());
        let failed = findings().filter(|finding| finding.asked.is_some());
        let rules = assessment.rules.iter().zip(&assessment.ledger.rules);
        let passed = rules.flat_map(|(rule, ledger)| {
            let verdicts = ledger.subjects.iter().zip(&ledger.verdicts);
            let passed = verdicts
                .filter(|(subject, verdict)| **verdict == Verdict::Pass && subject.key.is_none());
            passed.filter_map(|(subject, _)| {
                let resource = &assessment.resources[subject.resource? as usize];
                let name = format!("{}/{}", resource.kind, resource.id);
                Some((rule.name.to_string(), spelled(&name)))
            })
        });
        let read = assessment.resources.iter();
        Self {
            read: read.map(|resource| spelled(&resource.id)).collect(),
            faults: faults
                .map(|fault| (fault.rule.to_string(), blamed(fault)))
                .collect(),
            failed: failed
                .map(|finding| (finding.rule.to_string(), spelled(&finding.subject)))
                .collect(),
            passed: passed.collect(),
        }
    }
}

/// A name as all spellings of it come out.
fn spelled(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Mends, and returns the lines that a fix was about.
fn mended(snapshot: &mut Snapshot, allowed: Applicability) -> BTreeSet<String> {
    let lines = RefCell::new(BTreeSet::new());
    let assess = |snapshot: &Snapshot| {
        let assessment = assessed(snapshot);
        let findings = assessment.findings.iter();
        let edits =
            findings.flat_map(|triaged| triaged.finding.fix.iter().flat_map(|fix| &fix.edits));
        for edit in edits {
            let text = assessment.sources.get(edit.span.source).text();
            let (start, end) = (edit.span.range.start as usize, edit.span.range.end as usize);
            let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let to = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
            lines
                .borrow_mut()
                .extend(text[from..to].lines().map(ToOwned::to_owned));
        }
        Ok::<_, String>(assessment)
    };
    mend(snapshot, allowed, &assess).unwrap();
    lines.into_inner()
}

fn check(breaks: &[Break], allowed: Applicability) -> Result<(), TestCaseError> {
    let before = broken(breaks);
    let known = Found::of(&assessed(&before));
    let mut after = before.clone();
    let touched = mended(&mut after, allowed);
    let found = Found::of(&assessed(&after));
    let lacks = |faults: &BTreeSet<_>, fault: &_| !faults.contains(fault);
    // What could not be read before may well lack something, and is asked for it only now.
    let is_uncovered = |(rule, id): &&(String, String)| {
        rule == "documents/expected-field-missing" && !known.read.contains(id)
    };
    let mut new = found.faults.iter().filter(|fault| !is_uncovered(fault));
    let new = new.find(|fault| lacks(&known.faults, *fault) && lacks(&truth().faults, *fault));
    prop_assert!(new.is_none(), "a new fault: {new:?}");
    let is_new = |failure: &&(String, String)| {
        lacks(&known.failed, *failure) && lacks(&truth().failed, *failure)
    };
    let mut new = found.failed.iter().filter(is_new);
    let new = new.find(|failure| known.passed.contains(*failure));
    prop_assert!(new.is_none(), "what passed fails: {new:?}");
    for (old, new) in before.documents.iter().zip(&after.documents) {
        kept(&text_of(old), &text_of(new), &touched)?;
    }
    let once = after.clone();
    mended(&mut after, allowed);
    for (old, new) in once.documents.iter().zip(&after.documents) {
        prop_assert_eq!(text_of(old), text_of(new), "mended again");
    }
    Ok(())
}

/// Lines that no fix is about are there, byte by byte and in their order; nothing is added, and what
/// could be read still can.
fn kept(before: &str, after: &str, touched: &BTreeSet<String>) -> Result<(), TestCaseError> {
    let is_touched = |line: &str| touched.contains(line.trim_end_matches(['\r', '\n']));
    let mut left = after.split_inclusive('\n');
    for line in before
        .split_inclusive('\n')
        .filter(|line| !is_touched(line))
    {
        prop_assert!(left.any(|other| other == line), "lost: {line:?}");
    }
    let count = |text: &str| text.lines().count();
    prop_assert!(count(after) <= count(before), "lines were added");
    let faults = |text: &str| syntax::parse_bytes("a.yaml", text.into()).faults().len();
    prop_assert!(faults(after) <= faults(before), "no YAML any more: {after}");
    Ok(())
}

/// The organization can be read only when its apiVersion is mended, and is told to lack something.
#[test]
fn what_a_fix_uncovers_is_not_its_doing() {
    let breaks = [Break::Twice(577_802), Break::Slip(60_803, 692_654)];
    check(&breaks, Applicability::Unsafe).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        // The same records each time: whoever changes something else must not trip over luck.
        // Another seed, and more cases, look for more.
        cases: 40,
        rng_seed: RngSeed::Fixed(20_261_122),
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn safe_fixes_change_nothing_but_what_they_are_for(breaks in breaks()) {
        check(&breaks, Applicability::Safe)?;
    }

    #[test]
    fn unsafe_fixes_change_nothing_but_what_they_are_for(breaks in breaks()) {
        check(&breaks, Applicability::Unsafe)?;
    }
}
