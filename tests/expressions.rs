//! Properties of the condition language: agreement with another implementation of CEL on known
//! data, answers that completing a record cannot change, and relations that agree with a naive
//! recomputation.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set itself up has failed"
)]

#[path = "expressions/relations.rs"]
mod relations;

use std::sync::{Arc, OnceLock};

use govlint::check::{Input, Loaded, load_with};
use govlint::config::Config;
use govlint::expr::{Frame, Machine, Scope, SeenFile, SeenRule, SeenVerdict};
use govlint::expr::{Surroundings, Tables, Trace, Value, Why, World, compile, parse};
use govlint::kind::validate::Strictness;
use govlint::kind::{Kinds, Type};
use govlint::rule::{Pack, Rule, built_in_schemas};
use govlint::scalar::Date;
use govlint::snapshot::{Document, Recognition, Snapshot};
use govlint::source::Sources;
use proptest::prelude::*;

/// The answer to a condition; none if it is not evaluable.
type Answer = Option<bool>;

struct Nothing;

impl Surroundings for Nothing {
    fn verdicts(&self, _: &str) -> Vec<SeenVerdict> {
        Vec::new()
    }

    fn rule(&self, _: &str) -> Option<SeenRule> {
        None
    }

    fn file(&self, _: &str) -> Option<SeenFile> {
        None
    }
}

fn kinds() -> &'static Arc<Kinds> {
    static KINDS: OnceLock<Arc<Kinds>> = OnceLock::new();
    KINDS.get_or_init(|| Arc::new(Kinds::load(&built_in_schemas()).unwrap()))
}

/// Reads documents under the functions and relations of `packs`.
fn load(packs: &[Pack], text: &str) -> Loaded {
    let snapshot = Snapshot {
        documents: vec![Document {
            path: "records.yaml".to_owned(),
            bytes: text.as_bytes().into(),
            recognition: Recognition::Ours,
            blob: None,
        }],
        ..Snapshot::default()
    };
    let input = Input {
        snapshot: &snapshot,
        sources: Sources::default(),
        schemas: &[],
        packs,
        config: &Config::default(),
        profile: None,
        baseline: None,
        is_whole: true,
        as_of: as_of(),
        from: None,
        select: &[],
        ignore: &[],
        may_lack_rules: false,
        strictness: Strictness::Fragment,
        explain_not_evaluable: false,
        without_waivers: false,
    };
    load_with(&input, kinds()).unwrap_or_else(|failure| panic!("{failure:?}"))
}

fn as_of() -> Date {
    Date::from_ymd(2026, 11, 22).unwrap()
}

/// Evaluates a condition on the first System of `records`, without and with tracing.
fn answers(records: &str, condition: &str) -> (Answer, Answer) {
    let loaded = load(&[], records);
    let system = kinds().find("System").unwrap();
    let rules: Vec<Rule> = Vec::new();
    let scope = Scope {
        kinds: kinds(),
        library: &loaded.policies.library,
        rules: &rules,
        self_type: Some(Type::record(kinds().kind(system).record)),
        it_type: None,
        params: &[],
        lets: &[],
        locals: Vec::new(),
        guards: Vec::new(),
    };
    let mut tables = Tables::default();
    let expr = parse(condition).unwrap_or_else(|error| panic!("{condition}: {}", error.message));
    let code = compile(&scope, &mut tables, &expr);
    let code = code.unwrap_or_else(|error| panic!("{condition}: {}", error.message));
    let library = &loaded.policies.library;
    let world = World::new(&loaded.catalog, library, &tables, &Nothing, as_of(), None);
    let subject = loaded.catalog.of_kind(system).start;
    (
        answer::<()>(&world, &code, subject),
        answer::<Why>(&world, &code, subject),
    )
}

/// Evaluates a checked condition on a resource, recording what `W` records.
fn answer<'a, W: Trace>(
    world: &'a World<'a>,
    code: &'a govlint::expr::Code,
    subject: u32,
) -> Answer {
    let machine: Machine<'a, W> = Machine::bare(world);
    let mut frame = Frame::new(Value::Resource(subject), None);
    let answer = machine.truth(&code.ir, &mut frame).0.ok();
    assert_eq!(machine.error(), None);
    answer
}

const BARE: &str = "apiVersion: govlint/v1\nkind: System\nid: erp\nname: ERP\n";

/// Conditions over constants, in which nothing is without a value.
fn constant_condition() -> impl Strategy<Value = String> {
    let number = || (-9i64..10).prop_map(|number| format!("({number})"));
    let text = || prop::sample::select(vec!["''", "'a'", "'ab'", "'ba'", "'b'"]);
    let list = || prop::collection::vec(-3i64..4, 0..4).prop_map(|items| format!("{items:?}"));
    let sum = (
        number(),
        prop::sample::select(vec!["+", "-", "*"]),
        number(),
    )
        .prop_map(|(left, op, right)| format!("({left} {op} {right})"));
    let relation = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let fold = prop::sample::select(vec!["exists", "all", "exists_one"]);
    let leaf = prop_oneof![
        prop::sample::select(vec!["true".to_owned(), "false".to_owned()]),
        (sum, relation(), number()).prop_map(|(left, op, right)| format!("{left} {op} {right}")),
        (text(), relation(), text()).prop_map(|(left, op, right)| format!("{left} {op} {right}")),
        (
            text(),
            prop::sample::select(vec!["contains", "startsWith", "endsWith"]),
            text()
        )
            .prop_map(|(left, test, right)| format!("{left}.{test}({right})")),
        (number(), list()).prop_map(|(item, list)| format!("{item} in {list}")),
        (list(), fold, relation(), number())
            .prop_map(|(list, fold, op, right)| format!("{list}.{fold}(x, x {op} {right})")),
        (list(), relation(), number(), relation(), number()).prop_map(
            |(list, keep, bound, op, count)| {
                format!("size({list}.filter(x, x {keep} {bound}).map(x, x * x)) {op} {count}")
            }
        ),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec!["&&", "||"]),
                inner.clone()
            )
                .prop_map(|(left, op, right)| format!("({left} {op} {right})")),
            inner.clone().prop_map(|inner| format!("!({inner})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(test, then, otherwise)| format!("({test} ? {then} : {otherwise})")),
        ]
    })
}

/// A field, the values it may have, and a condition on it.
const FIELDS: &[(&str, &[&str], &[&str])] = &[
    (
        "criticality",
        &["low", "high", "critical"],
        &["self.criticality >= 'high'", "self.criticality == 'low'"],
    ),
    (
        "users",
        &["1", "50", "900"],
        &["self.users > 49", "self.users * 2 == 100"],
    ),
    (
        "hosting",
        &["saas", "on-prem"],
        &["self.hosting in ['saas', 'paas']", "self.hosting != 'saas'"],
    ),
    ("aiFeatures", &["true", "false"], &["self.aiFeatures"]),
    (
        "introducedOn",
        &["2020-01-31", "2026-11-01"],
        &[
            "self.introducedOn + '1mo' < asOf",
            "self.introducedOn < '2026-01-01'",
        ],
    ),
    ("annualCost", &["10", "99000"], &["self.annualCost >= 5000"]),
    (
        "recovery",
        &["{rto: 4h}", "{rto: 2d}", "{rto: unknown}", "{rpo: 1h}"],
        &[
            "self.recovery.rto <= '8h'",
            "self.recovery.rto + '1h' > self.recovery.rpo",
        ],
    ),
];

/// A condition over the fields, that looks at no absence.
fn record_condition() -> impl Strategy<Value = String> {
    let conditions: Vec<String> = FIELDS
        .iter()
        .flat_map(|(_, _, conditions)| conditions.iter().map(ToString::to_string))
        .collect();
    let leaf = prop::sample::select(conditions);
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec!["&&", "||"]),
                inner.clone()
            )
                .prop_map(|(left, op, right)| format!("({left} {op} {right})")),
            inner.clone().prop_map(|inner| format!("!({inner})")),
            inner
                .clone()
                .prop_map(|inner| format!("[1, 2].exists(x, x > 1 && {inner})")),
            inner
                .clone()
                .prop_map(|inner| format!("[1, 2].filter(x, x < 2 || {inner}).size() == 2")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(test, then, otherwise)| format!("({test} ? {then} : {otherwise})")),
        ]
    })
}

/// For each field: a value, and whether it is written, absent or unknown before it is completed.
fn record() -> impl Strategy<Value = (String, String)> {
    let field = |(name, values, _): &(&'static str, &'static [&'static str], _)| {
        let name = *name;
        let complete: Vec<&str> = values
            .iter()
            .copied()
            .filter(|value| !value.contains("unknown"))
            .collect();
        (prop::sample::select(complete), 0..3u8).prop_map(move |(value, state)| {
            let full = format!("{name}: {value}\n");
            let partial = match state {
                0 => full.clone(),
                1 => String::new(),
                _ if name == "recovery" => "recovery: {rto: unknown}\n".to_owned(),
                _ => format!("{name}: unknown\n"),
            };
            (partial, full)
        })
    };
    let fields: Vec<_> = FIELDS.iter().map(field).collect();
    fields.prop_map(|fields| {
        let (partial, full): (Vec<String>, Vec<String>) = fields.into_iter().unzip();
        (
            format!("{BARE}{}", partial.concat()),
            format!("{BARE}{}", full.concat()),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn known_conditions_agree_with_another_implementation(condition in constant_condition()) {
        let program = cel::Program::compile(&condition).unwrap();
        let theirs = program.execute(&cel::Context::default()).unwrap();
        let (ours, traced) = answers(BARE, &condition);
        prop_assert_eq!(ours.map(cel::Value::Bool), Some(theirs), "{}", condition);
        prop_assert_eq!(ours, traced);
    }

    #[test]
    fn completing_a_record_changes_no_answer((partial, full) in record(), condition in record_condition()) {
        let (before, traced) = answers(&partial, &condition);
        let (after, _) = answers(&full, &condition);
        prop_assert_eq!(before, traced, "tracing changes nothing: {}", condition);
        if before.is_some() {
            prop_assert_eq!(before, after, "{}\n{}\n{}", condition, partial, full);
        }
    }

    #[test]
    fn the_order_of_operands_never_matters((partial, _) in record(), left in record_condition(), right in record_condition()) {
        for op in ["&&", "||"] {
            let one = answers(&partial, &format!("({left}) {op} ({right})")).0;
            let other = answers(&partial, &format!("({right}) {op} ({left})")).0;
            prop_assert_eq!(one, other, "({}) {} ({})", left, op, right);
        }
    }
}
