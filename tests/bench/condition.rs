//! Measures simple conditions on many resources, here and in another implementation of CEL, in
//! one run.
//!
//! `cargo bench --bench condition` prints, for each condition, the time of one evaluation in
//! both, and how many times ours goes into theirs. Expressions are compiled and records turned
//! into values beforehand on both sides, and both must agree on every record.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints what it measured"
)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use govlint::check::{Input, Loaded, load_with};
use govlint::config::Config;
use govlint::expr::{
    Frame, Machine, Scope, SeenFile, SeenRule, SeenVerdict, Surroundings, Tables, Value, World,
    compile, parse,
};
use govlint::kind::validate::Strictness;
use govlint::kind::{Kinds, Type};
use govlint::rule::{Rule, built_in_schemas};
use govlint::scalar::Date;
use govlint::snapshot::{Document, Recognition, Snapshot};
use govlint::source::Sources;
use govlint::syntax::{Node, NodeKind};

const RECORDS: usize = 10_000;
const ROUNDS: usize = 30;

const CONDITIONS: [&str; 6] = [
    "self.criticality == \"critical\"",
    "has(self.businessOwner)",
    "self.criticality in [\"critical\", \"high\"] && !has(self.vendor)",
    "self.users > 100 || self.aiFeatures",
    "self.recovery.rto == \"4h\" ? self.name.startsWith(\"Order\") : self.users < 500",
    "self.dependsOn.exists(d, d.type == \"hard\")",
];

fn main() {
    let kinds = Kinds::load(&built_in_schemas()).expect("the built-in schemas are right");
    let kinds = Arc::new(kinds);
    let loaded = load(&kinds);
    println!("{RECORDS} records, ns for one evaluation, best of {ROUNDS} rounds");
    println!("{:>8} {:>8} {:>7}", "cel", "govlint", "ratio");
    for condition in CONDITIONS {
        let (theirs, their_answers) = theirs(&loaded, condition);
        let (ours, our_answers) = ours(&loaded, condition);
        assert_eq!(our_answers, their_answers, "{condition}");
        println!(
            "{theirs:>8.1} {ours:>8.1} {:>7.1}  {condition}",
            theirs / ours
        );
    }
}

/// Systems that differ in what the conditions ask for, and lack nothing that they read.
fn records() -> String {
    let mut text = String::new();
    for index in 0..RECORDS {
        let _ = write!(
            text,
            "apiVersion: govlint/v1\nkind: System\nid: system-{index}\nname: {} {index}\n\
             lifecycle: production\ncriticality: {}\nhosting: saas\nusers: {}\naiFeatures: {}\n\
             recovery: {{rto: {}, rpo: 1h}}\n\
             dependsOn:\n  - {{system: system-0, type: soft}}\n  - {{system: system-1, type: {}}}\n",
            ["Order desk", "Billing"][index % 2],
            ["low", "medium", "high", "critical"][index * 7 % 4],
            index * 13 % 900,
            index % 5 == 0,
            ["4h", "8h", "1d"][index % 3],
            ["soft", "hard"][index / 3 % 2],
        );
        if index % 3 == 0 {
            text.push_str("businessOwner: Role/cfo\n");
        }
        if index % 4 == 1 {
            text.push_str("vendor: vendor-1\n");
        }
        text.push_str("---\n");
    }
    text
}

fn load(kinds: &Arc<Kinds>) -> Loaded {
    let snapshot = Snapshot {
        documents: vec![Document {
            path: "systems.yaml".to_owned(),
            bytes: records().into_bytes().into(),
            recognition: Recognition::Ours,
            blob: None,
        }],
        ..Snapshot::default()
    };
    let input = Input {
        snapshot: &snapshot,
        sources: Sources::default(),
        schemas: &[],
        packs: &[],
        config: &Config::default(),
        profile: None,
        baseline: None,
        is_whole: true,
        may_lack_rules: false,
        as_of: as_of(),
        from: None,
        select: &[],
        ignore: &[],
        strictness: Strictness::Fragment,
        explain_not_evaluable: false,
        without_waivers: false,
    };
    load_with(&input, kinds).expect("no policies, no mistakes")
}

fn as_of() -> Date {
    Date::from_ymd(2026, 11, 22).expect("a date of the calendar")
}

/// The best time of an evaluation in nanoseconds, and all answers.
fn measure(mut answer: impl FnMut(usize) -> bool) -> (f64, Vec<bool>) {
    let answers = (0..RECORDS).map(&mut answer).collect();
    let best = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        for index in 0..RECORDS {
            black_box(answer(index));
        }
        start.elapsed()
    });
    let best = best.min().unwrap_or_default();
    (best.as_secs_f64() * 1e9 / RECORDS as f64, answers)
}

fn ours(loaded: &Loaded, condition: &str) -> (f64, Vec<bool>) {
    let kinds = &loaded.policies.kinds;
    let system = kinds.find("System").expect("there is such a kind");
    let rules: Vec<Rule> = Vec::new();
    let scope = Scope {
        kinds,
        library: &loaded.policies.library,
        rules: &rules,
        self_type: Some(Type::record(kinds.kind(system).record)),
        it_type: None,
        params: &[],
        lets: &[],
        locals: Vec::new(),
        guards: Vec::new(),
    };
    let mut tables = Tables::default();
    let expr = parse(condition).expect("the condition is right");
    let code = compile(&scope, &mut tables, &expr).expect("the condition is right");
    let library = &loaded.policies.library;
    let world = World::new(&loaded.catalog, library, &tables, &Nothing, as_of(), None);
    let machine: Machine<'_, ()> = Machine::bare(&world);
    let first = loaded.catalog.of_kind(system).start;
    measure(|index| {
        let subject = first + u32::try_from(index).expect("there are few records");
        let mut frame = Frame::new(Value::Resource(subject), None);
        machine.truth(&code.ir, &mut frame).0 == Ok(true)
    })
}

fn theirs(loaded: &Loaded, condition: &str) -> (f64, Vec<bool>) {
    let program = cel::Program::compile(condition).expect("the condition is right");
    let kinds = &loaded.policies.kinds;
    let system = kinds.find("System").expect("there is such a kind");
    let contexts: Vec<cel::Context<'_, '_>> = loaded
        .catalog
        .of_kind(system)
        .map(|id| {
            let mut context = cel::Context::default();
            context.add_variable_from_value("self", value(loaded.catalog.resource_node(id)));
            context
        })
        .collect();
    measure(|index| program.execute(&contexts[index]) == Ok(cel::Value::Bool(true)))
}

fn value(node: Node<'_>) -> cel::Value {
    match node.kind() {
        NodeKind::Mapping => {
            let entries = node
                .entries()
                .map(|(key, item)| (key.text().to_owned(), value(item)));
            cel::Value::from(entries.collect::<HashMap<_, _>>())
        }
        NodeKind::Sequence => cel::Value::from(node.items().map(value).collect::<Vec<_>>()),
        NodeKind::Bool => cel::Value::Bool(node.as_bool().unwrap_or_default()),
        NodeKind::Int => cel::Value::Int(node.as_int().unwrap_or_default()),
        _ => cel::Value::from(node.text()),
    }
}

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
