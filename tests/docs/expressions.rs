//! The expressions that a page shows compile against the built-in kinds, and give what the page
//! says they give.
//!
//! A block of `cel` holds expressions, one a line; an indented line goes on. `self` is a system,
//! or what the info string names: the first of its kind among the records of the page. After
//! `// ->` stands the value as a message prints it. The expressions of a block `cel refused` do
//! not compile.

use std::collections::BTreeSet;

use govlint::check::Loaded;
use govlint::expr::{
    self, Frame, Literal, Machine, Param, RuleNames, Scope, SeenFile, SeenRule, SeenVerdict,
    Surroundings, Tables, Value, World,
};
use govlint::kind::{Kinds, Type};
use govlint::rule::Policies;
use govlint::scalar::{Date, Duration};
use govlint::source::{SourceId, Span, TextRange};

use crate::blocks::{Block, blocks, read, tagged};
use crate::records::load;

pub(crate) const PAGE: &str = "docs/rule-language.md";

/// The date of the page's examples.
const DATE: &str = "2026-06-15";

#[test]
fn the_functions_of_the_page_are_those_of_the_language() {
    let page = read(PAGE);
    let shown: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("#### `")?.split(['`', '(']).next())
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .collect();
    let known: BTreeSet<&str> = expr::function_names().iter().copied().collect();
    let missing: Vec<&&str> = known.difference(&shown).collect();
    let unknown: Vec<&&str> = shown.difference(&known).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "{PAGE} lacks {missing:?}, and describes {unknown:?}, which do not exist"
    );
}

#[test]
fn expressions_give_what_the_page_says() {
    let loaded = load(&tagged(PAGE, "yaml govlint"));
    assert!(loaded.faults.is_empty(), "{:#?}", loaded.faults);
    let mut wrong = Vec::new();
    for block in blocks(PAGE) {
        let Some(kind) = block.info.strip_prefix("cel").map(str::trim) else {
            continue;
        };
        for (line, text) in expressions(&block) {
            let refused = kind == "refused";
            let kind = if refused || kind.is_empty() {
                "System"
            } else {
                kind
            };
            let outcome = outcome(&loaded, kind, &text);
            let said = text.split_once("// ->").map(|(_, said)| said.trim());
            let fits = match (&outcome, said) {
                (Err(_), _) => refused,
                (Ok(_), _) if refused => false,
                (Ok(_), None) => true,
                (Ok(found), Some(said)) => found == said,
            };
            if !fits {
                wrong.push(format!("{PAGE}:{line}: {text}\n    gives {outcome:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The expressions of a block with the lines they begin on.
fn expressions(block: &Block) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (number, line) in (block.line..).zip(block.text.lines()) {
        match found.last_mut() {
            Some((_, text)) if line.starts_with(' ') => {
                text.push('\n');
                text.push_str(line);
            }
            _ if line.is_empty() => {}
            _ => found.push((number, line.to_owned())),
        }
    }
    found
}

/// The value of an expression as a message prints it, or why it is none.
pub(crate) fn outcome(loaded: &Loaded, kind: &str, text: &str) -> Result<String, String> {
    let policies = &loaded.policies;
    let kinds = &*policies.kinds;
    let kind = kinds.find(kind).ok_or("there is no such kind")?;
    let names = Names(policies);
    let params = params(kinds);
    let scope = Scope {
        kinds,
        library: &policies.library,
        rules: &names,
        self_type: Some(Type::record(kinds.kind(kind).record)),
        it_type: None,
        params: &params,
        lets: &[],
        locals: Vec::new(),
        guards: Vec::new(),
    };
    let mut tables = Tables::default();
    let parsed = expr::parse(text).map_err(|error| error.message)?;
    let code = expr::compile(&scope, &mut tables, &parsed).map_err(|error| error.message)?;
    let date = Date::parse(DATE).map_err(|error| error.message)?;
    // Relations are built in: their conditions stand in the tables of the policies.
    let world = World::new(
        &loaded.catalog,
        &policies.library,
        &tables,
        &names,
        date,
        None,
    );
    let machine: Machine<'_, ()> =
        Machine::new(&world, &params, &[], &std::sync::Arc::default(), 1_000_000);
    let first = loaded.catalog.of_kind(kind).start;
    let mut frame = Frame::new(Value::Resource(first), None);
    let (value, ()) = machine.eval(&code.ir, &mut frame);
    if let Some(error) = machine.error() {
        return Err(error.message);
    }
    Ok(if value.is_ne() {
        "not evaluable".to_owned()
    } else {
        machine.print(&value)
    })
}

/// `params.levels` and `params.maxAge`, as the page introduces them.
fn params(kinds: &Kinds) -> Vec<Param> {
    let ladder = kinds
        .find_ladder("criticality")
        .expect("there is such a ladder");
    let levels = ["critical", "high"].map(|level| {
        let levels = &kinds.ladder(ladder).levels;
        let rank = levels.iter().position(|known| **known == *level);
        let rank = rank
            .and_then(|rank| u8::try_from(rank).ok())
            .expect("it has such a level");
        Literal::Level(ladder, rank, level.into())
    });
    let span = Span::new(SourceId::from_index(0), TextRange::default());
    let param = |name: &str, ty, value| Param {
        name: name.into(),
        ty,
        value,
        span,
    };
    vec![
        param(
            "levels",
            Type::list(Type::Ladder(ladder)),
            Literal::List(levels.to_vec()),
        ),
        param(
            "maxAge",
            Type::Duration,
            Literal::Duration(Duration::months(12)),
        ),
    ]
}

/// What the expressions can know of rules and files.
struct Names<'p>(&'p Policies);

impl RuleNames for Names<'_> {
    fn resolve(&self, word: &str) -> Option<String> {
        self.0.find(word).map(|rule| rule.name.to_string())
    }

    fn similar(&self, _: &str) -> Option<String> {
        None
    }
}

impl Surroundings for Names<'_> {
    fn verdicts(&self, _: &str) -> Vec<SeenVerdict> {
        Vec::new()
    }

    fn rule(&self, word: &str) -> Option<SeenRule> {
        let rule = self.0.find(word)?;
        Some(SeenRule {
            name: rule.name.clone(),
            code: rule.code.clone(),
            policy: rule.policy.clone(),
            decision_domain: "".into(),
            severity: rule.severity.as_str(),
            waivable: rule.waivable,
        })
    }

    fn file(&self, path: &str) -> Option<SeenFile> {
        (path == "docs/plan.md").then_some(SeenFile {
            digest: None,
            size: 2_048,
        })
    }
}
