//! Random edits to a governed repository: what an incremental run gives is what a run from nothing
//! gives, with all built-in rules.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set itself up has failed"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use govlint::catalog::{Catalog, ResourceId};
use govlint::evaluate::{Circumstances, Evaluation, Standing, retold};
use govlint::kind::validate::{Strictness, Validators, validate};
use govlint::kind::{Kinds, Vocabulary};
use govlint::rule::{self, Overlay, Pack, Policies, built_in_schemas};
use govlint::scalar::Date;
use govlint::source::{SourceId, Sources};
use govlint::syntax::{self, Parsed};
use proptest::prelude::*;

/// The texts of a repository by path.
type Files = BTreeMap<String, String>;

/// What does not change between runs.
struct Ground {
    kinds: Arc<Kinds>,
    validators: Validators,
    policies: Policies,
    /// The texts of the policies.
    sources: Sources,
    files: Files,
}

fn ground() -> &'static Ground {
    static GROUND: OnceLock<Ground> = OnceLock::new();
    GROUND.get_or_init(|| {
        let kinds = Arc::new(Kinds::load(&built_in_schemas()).unwrap());
        let mut sources = Sources::default();
        let policies = rule::load(
            &kinds,
            &[Pack::built_in()],
            &Overlay::default(),
            Some("mid-market"),
            &mut sources,
        );
        let mut files = Files::new();
        let story =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/halden-freight/governance");
        collect(&story, &mut files);
        assert!(files.len() > 20, "the story is there");
        // Words about these name the day; the two of one name can only be told apart by their place.
        for (file, id, reviewed) in [
            ("ahead", "ahead", "2031-02-03"),
            ("first", "two", "2031-03-04"),
            ("second", "two", "2031-04-05"),
        ] {
            let text = format!(
                "apiVersion: govlint/v1\nkind: System\nid: {id}\nname: {id}\n\
                 lastReviewed: {reviewed}\n"
            );
            files.insert(format!("{file}.yaml"), text);
        }
        Ground {
            validators: Validators::new(kinds.clone()),
            policies: policies.unwrap_or_else(|mistakes| panic!("{mistakes:?}")),
            kinds,
            sources,
            files,
        }
    })
}

fn collect(folder: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            files.insert(path.to_str().unwrap().to_owned(), text);
        }
    }
}

/// Something that is done to the repository. Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Edit {
    /// Puts another value in the place of that of a line: one that a line with the same key has, or
    /// a word.
    Value(usize, usize),
    Unknown(usize),
    /// Takes out a line.
    Line(usize),
    /// Writes a line twice.
    Twice(usize),
    /// Takes out a file, or puts it back.
    File(usize),
    /// Lets days pass.
    Days(i32),
}

fn edit() -> impl Strategy<Value = Edit> {
    let any = || 0usize..1_000_000;
    prop_oneof![
        6 => (any(), any()).prop_map(|(line, other)| Edit::Value(line, other)),
        2 => any().prop_map(Edit::Unknown),
        2 => any().prop_map(Edit::Line),
        1 => any().prop_map(Edit::Twice),
        1 => any().prop_map(Edit::File),
        2 => (1i32..200).prop_map(Edit::Days),
    ]
}

/// A repository on a day.
struct State {
    files: Files,
    day: Date,
    /// What has been read, by path and text, as long as the vocabulary is the same.
    parsed: BTreeMap<(String, String), Arc<Parsed>>,
}

impl State {
    fn new() -> Self {
        Self {
            files: ground().files.clone(),
            day: Date::from_ymd(2026, 11, 22).unwrap(),
            parsed: BTreeMap::new(),
        }
    }

    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Days(count) => self.day = Date::from_days(self.day.days() + count),
            Edit::File(choice) => {
                let (path, text) = pick(&ground().files, *choice);
                if self.files.remove(path).is_none() {
                    self.files.insert(path.clone(), text.clone());
                }
            }
            Edit::Line(line) => self.change_line(*line, |_| String::new()),
            Edit::Twice(line) => self.change_line(*line, |line| format!("{line}{line}")),
            Edit::Unknown(line) => self.change_line(*line, |line| with_value(line, "unknown")),
            Edit::Value(line, other) => {
                let all: Vec<String> = self.files.values().flat_map(|text| lines(text)).collect();
                self.change_line(*line, |line| {
                    let key = line.split_once(": ").map_or("", |(key, _)| key.trim());
                    let same = |other: &&String| other.trim().starts_with(&format!("{key}: "));
                    let alike: Vec<&String> = all.iter().filter(same).collect();
                    let value = alike.get(other % alike.len().max(1));
                    let value = value.and_then(|other| other.split_once(": "));
                    with_value(line, value.map_or("erp", |(_, value)| value.trim()))
                });
            }
        }
    }

    fn change_line(&mut self, choice: usize, change: impl Fn(&str) -> String) {
        let total: usize = self.files.values().map(|text| lines(text).count()).sum();
        let mut left = choice % total.max(1);
        for text in self.files.values_mut() {
            let own: Vec<String> = lines(text).collect();
            if left < own.len() {
                let changed = change(&own[left]);
                let parts = own[..left].iter().chain([&changed]).chain(&own[left + 1..]);
                *text = parts.map(String::as_str).collect();
                return;
            }
            left -= own.len();
        }
    }

    fn catalog(&mut self) -> (Catalog, Vec<ResourceId>) {
        let ground = ground();
        let mut all: Vec<Parsed> = Vec::new();
        for (path, text) in &self.files {
            all.push(syntax::parse_bytes(path.clone(), text.clone().into_bytes()));
        }
        let vocabulary = Vocabulary::read(&ground.kinds, all.iter());
        let mut sources = vec![None; ground.sources.len()];
        for parsed in all {
            let source = SourceId::from_index(sources.len());
            sources.push(Some(self.checked(&vocabulary, parsed, source)));
        }
        let (catalog, faults) = Catalog::build(ground.kinds.clone(), sources);
        let named = faults.iter().filter_map(|fault| {
            let (kind, id) = fault.subject.as_deref()?.split_once('/')?;
            catalog.find(ground.kinds.find(kind)?, id)
        });
        let faulty = named.collect();
        (catalog, faulty)
    }

    /// A text with what is broken in it marked; the same as before if it was read before.
    fn checked(
        &mut self,
        vocabulary: &Vocabulary,
        mut parsed: Parsed,
        source: SourceId,
    ) -> Arc<Parsed> {
        let path = parsed.source().path().to_owned();
        let key = (path.clone(), parsed.source().text().to_owned());
        let words = vocabulary.at(&path);
        let (_, broken) = validate(
            &ground().validators,
            words,
            &parsed,
            source,
            Strictness::Full,
        );
        let known = self.parsed.entry(key);
        known
            .or_insert_with(|| {
                parsed.mark_broken(broken);
                Arc::new(parsed)
            })
            .clone()
    }
}

fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_inclusive('\n').map(ToOwned::to_owned)
}

fn with_value(line: &str, value: &str) -> String {
    match line.split_once(": ") {
        Some((key, _)) => format!("{key}: {value}\n"),
        None => line.to_owned(),
    }
}

fn pick(files: &Files, choice: usize) -> (&String, &String) {
    files.iter().nth(choice % files.len()).unwrap()
}

fn circumstances(
    day: Date,
    files: &BTreeMap<String, govlint::expr::SeenFile>,
) -> Circumstances<'_> {
    Circumstances {
        as_of: day,
        from: None,
        files,
        explain_not_evaluable: true,
        only: None,
        words_may_lag: false,
    }
}

/// Runs from nothing and from the run before, step by step, and compares all that comes out.
/// Where words may lag, what is found is told before it is compared. Returns how many verdicts were
/// carried over.
fn check(steps: &[Vec<Edit>], words_may_lag: bool) -> Result<usize, TestCaseError> {
    let policies = &ground().policies;
    let none = BTreeMap::new();
    let mut state = State::new();
    let (mut catalog, faulty) = state.catalog();
    let lagging = |day| Circumstances {
        words_may_lag,
        ..circumstances(day, &none)
    };
    let day = lagging(state.day);
    let mut standing = Standing::recorded(policies, &catalog, &day, &faulty).unwrap();
    let mut carried = 0;
    for edits in steps {
        for edit in edits {
            state.apply(edit);
        }
        let (now, faulty) = state.catalog();
        let day = lagging(state.day);
        let next = standing
            .after(&catalog, policies, &now, &day, &faulty)
            .unwrap();
        let whole = Standing::first(policies, &now, &day, &faulty).unwrap();
        let mut evaluation = next.evaluation();
        let seen = (next.ledger(), next.waivers());
        evaluation.findings = retold(policies, &now, &day, seen, &evaluation.findings);
        compare(&next, evaluation, &whole)?;
        carried += next.carried();
        (catalog, standing) = (now, next);
    }
    Ok(carried)
}

/// `told` is what the first run found, in the words of its day.
fn compare(next: &Standing, told: Evaluation, whole: &Standing) -> Result<(), TestCaseError> {
    let rules = ground().policies.rules.iter().enumerate();
    for (number, rule) in rules {
        let (next, whole) = (&next.ledger().rules[number], &whole.ledger().rules[number]);
        prop_assert_eq!(&next.subjects, &whole.subjects, "{}", rule.name);
        prop_assert_eq!(&next.verdicts, &whole.verdicts, "{}", rule.name);
        prop_assert!(
            next.until() <= whole.until(),
            "{} changes sooner",
            rule.name
        );
    }
    let (next, whole) = (told, whole.evaluation());
    prop_assert_eq!(next.findings, whole.findings);
    prop_assert_eq!(next.faults, whole.faults);
    prop_assert_eq!(next.waivers, whole.waivers);
    prop_assert_eq!(next.completeness, whole.completeness);
    let told = |evaluation: &[govlint::evaluate::NotEvaluable]| format!("{evaluation:#?}");
    prop_assert_eq!(told(&next.not_evaluable), told(&whole.not_evaluable));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn an_incremental_run_gives_what_a_run_from_nothing_gives(
        steps in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..5),
        words_may_lag in any::<bool>(),
    ) {
        check(&steps, words_may_lag)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Days pass and nothing is edited: what differs is told, and all else is as it was.
    #[test]
    fn a_later_day_is_what_a_run_on_that_day_gives(
        edits in prop::collection::vec(edit(), 1..6),
        days in prop::collection::vec(1..400i32, 1..5),
    ) {
        pass(&edits, &days)?;
    }
}

fn pass(edits: &[Edit], days: &[i32]) -> Result<(), TestCaseError> {
    let policies = &ground().policies;
    let none = BTreeMap::new();
    let mut state = State::new();
    for edit in edits {
        state.apply(edit);
    }
    let (catalog, faulty) = state.catalog();
    let mut date = state.day;
    let day = circumstances(date, &none);
    let mut standing = Standing::first(policies, &catalog, &day, &faulty).unwrap();
    for passed in days {
        let before = standing.evaluation();
        date = Date::from_days(date.days() + passed);
        let day = circumstances(date, &none);
        let elapsed = standing.advance(policies, &catalog, &day, &faulty).unwrap();
        let after = standing.evaluation();
        standing.retell(policies, &catalog, &day).unwrap();
        let whole = Standing::first(policies, &catalog, &day, &faulty).unwrap();
        compare(&standing, standing.evaluation(), &whole)?;
        let same = |side: &govlint::evaluate::Side, all: &Evaluation| {
            prop_assert_eq!(&side.waivers, &all.waivers);
            let findings = all
                .findings
                .iter()
                .filter(|own| !side.findings.contains(own));
            let faults = all.faults.iter().filter(|own| !side.faults.contains(own));
            Ok((
                findings.cloned().collect::<Vec<_>>(),
                faults.cloned().collect::<Vec<_>>(),
            ))
        };
        prop_assert_eq!(
            same(&elapsed.before, &before)?,
            same(&elapsed.after, &after)?
        );
    }
    Ok(())
}

#[test]
fn nearly_all_is_carried_over_where_nothing_changed() {
    let policies = &ground().policies;
    let none = BTreeMap::new();
    let mut state = State::new();
    let (catalog, faulty) = state.catalog();
    let day = circumstances(state.day, &none);
    let first = Standing::recorded(policies, &catalog, &day, &faulty).unwrap();
    let (same, faulty) = state.catalog();
    let next = first
        .after(&catalog, policies, &same, &day, &faulty)
        .unwrap();
    let (carried, all) = (next.carried(), next.visited());
    assert!(
        carried * 100 > all * 95,
        "{carried} of {all} were carried over"
    );
}
