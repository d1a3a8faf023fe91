//! Documents, and what expressions say of them.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use super::notation::note;
use crate::catalog::Catalog;
use crate::check::{Input, read_documents};
use crate::config::Config;
use crate::evaluate::labels;
use crate::expr::{
    Code, CompileError, EvalError, Frame, LetType, Machine, RuleNames, RunLets, Scope, SeenFile,
    SeenRule, SeenVerdict, Surroundings, Tables, Trace, Value, Why, World, compile, parse,
};
use crate::finding::Label;
use crate::kind::validate::{Strictness, Validators};
use crate::kind::{Kinds, Type};
use crate::rule::{self, Overlay, Pack, PackFile, Policies, built_in_schemas};
use crate::scalar::Date;
use crate::snapshot::{Document, Recognition, Snapshot};
use crate::source::Sources;

/// Steps that an expression of a test may take.
const LIMIT: u64 = 100_000;

pub(super) fn kinds() -> &'static Arc<Kinds> {
    &validators().1
}

fn validators() -> &'static (Validators, Arc<Kinds>) {
    static VALIDATORS: OnceLock<(Validators, Arc<Kinds>)> = OnceLock::new();
    VALIDATORS.get_or_init(|| {
        let kinds = Arc::new(Kinds::load(&built_in_schemas()).unwrap());
        (Validators::new(kinds.clone()), kinds)
    })
}

/// Documents with everything that names in an expression can mean.
pub(super) struct Bench {
    pub(super) catalog: Catalog,
    pub(super) sources: Sources,
    pub(super) as_of: Date,
    policies: Policies,
    functions: String,
    relations: String,
    params: String,
    this: Option<u32>,
    self_type: Option<Type>,
    let_types: Vec<LetType>,
    lets: Vec<Code>,
}

/// What evaluation gives.
pub(super) struct Seen {
    /// The value in the notation of the tests.
    pub(super) value: String,
    /// The places of its reason, `line: text`.
    pub(super) labels: Vec<String>,
}

impl Bench {
    /// Reads documents; a line `%% path` begins another file.
    pub(super) fn new(documents: &str) -> Self {
        let mut files: Vec<(String, String)> = vec![("records.yaml".to_owned(), String::new())];
        for line in documents.split_inclusive('\n') {
            match (line.strip_prefix("%% "), files.last_mut()) {
                (Some(path), _) => files.push((path.trim().to_owned(), String::new())),
                (None, Some((_, text))) => text.push_str(line),
                (None, None) => {}
            }
        }
        let (sources, catalog) = read(files);
        Self {
            catalog,
            sources,
            as_of: Date::parse("2026-11-22").unwrap(),
            policies: load(String::new(), String::new(), ""),
            functions: String::new(),
            relations: String::new(),
            params: String::new(),
            this: None,
            self_type: None,
            let_types: Vec::new(),
            lets: Vec::new(),
        }
    }

    /// Follows a line that says what a name means.
    pub(super) fn note(&mut self, directive: &str) {
        let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        let rest = rest.trim();
        match word {
            "self" => self.set_self(rest),
            "asOf" => self.as_of = Date::parse(rest).unwrap(),
            "let" => self.add_let(rest),
            "param" => self.params = format!("{}  {rest}\n", self.params),
            "function" => {
                let (signature, value) = rest.split_once(" = ").expect("a signature and a value");
                let _ = write!(
                    self.functions,
                    "  - function: \"{signature}\"\n    value: >-\n      {value}\n"
                );
            }
            "relation" => self.relations = format!("{}  - {rest}\n", self.relations),
            _ => panic!("@{word} says nothing"),
        }
        if matches!(word, "param" | "function" | "relation") {
            let functions = self.functions.clone();
            self.policies = load(functions, self.relations.clone(), &self.params);
        }
    }

    /// `Kind/id`, and perhaps `as A|B` if the rule is about several kinds.
    fn set_self(&mut self, text: &str) {
        let (name, types) = text.split_once(" as ").unwrap_or((text, ""));
        let (kind, id) = name.split_once('/').unwrap_or((name, ""));
        let Some(kind_id) = kinds().find(kind) else {
            (self.this, self.self_type) = (None, None);
            return;
        };
        let record = |name: &str| kinds().kind(kinds().find(name).unwrap()).record;
        let ids = match types {
            "" => [record(kind)].into(),
            "any" => kinds().all_roots(),
            names => names.split('|').map(record).collect(),
        };
        self.this = self.catalog.find(kind_id, id);
        assert!(self.this.is_some(), "there is no {name}");
        self.self_type = Some(Type::Record(ids));
    }

    fn add_let(&mut self, text: &str) {
        let (name, value) = text.split_once(" = ").expect("a name and a value");
        let mut tables = std::mem::take(&mut self.policies.tables);
        let code = self.compile(&mut tables, value).unwrap();
        self.policies.tables = tables;
        let let_type = LetType {
            name: name.into(),
            ty: code.ty.clone(),
            uses: code.uses.clone(),
        };
        self.let_types.push(let_type);
        self.lets.push(code);
    }

    fn compile(&self, tables: &mut Tables, text: &str) -> Result<Code, CompileError> {
        let expr = parse(text)?;
        let rule = self.policies.rules.first();
        let scope = Scope {
            kinds: kinds(),
            library: &self.policies.library,
            rules: &Neighbours,
            self_type: self.self_type.clone(),
            it_type: None,
            params: rule.map_or(&[], |rule| &rule.params),
            lets: &self.let_types,
            locals: Vec::new(),
            guards: Vec::new(),
        };
        compile(&scope, tables, &expr)
    }

    /// The value of an expression and its reason, or the mistake in it.
    pub(super) fn ask(&mut self, text: &str) -> Result<Seen, CompileError> {
        let mut tables = std::mem::take(&mut self.policies.tables);
        let seen = self.compile(&mut tables, text).map(|code| {
            let (mut value, (), until) = self.evaluate::<()>(&tables, &code);
            let (traced, why, _) = self.evaluate::<Why>(&tables, &code);
            if value != traced {
                value = format!("{value}, but {traced} when traced");
            }
            let until = match until {
                Date::AFTER_ALL => String::new(),
                until => format!(" until {until}"),
            };
            let labels = labels(&self.catalog, &why);
            Seen {
                value: value + &until,
                labels: labels.iter().map(|label| self.line_of(label)).collect(),
            }
        });
        self.policies.tables = tables;
        seen
    }

    fn evaluate<W: Trace>(&self, tables: &Tables, code: &Code) -> (String, W, Date) {
        let library = &self.policies.library;
        let world = World::new(
            &self.catalog,
            library,
            tables,
            &Neighbours,
            self.as_of,
            None,
        );
        let rule = self.policies.rules.first();
        let params = rule.map_or(&[][..], |rule| &rule.params);
        let cells = self.lets.iter().map(|_| OnceLock::new());
        let run_lets: Arc<RunLets<'_, W>> = Arc::new(cells.collect());
        let machine: Machine<'_, W> = Machine::new(&world, params, &self.lets, &run_lets, LIMIT);
        let this = self.this.map_or(Value::Repository, Value::Resource);
        let (value, why) = machine.eval(&code.ir, &mut Frame::new(this, None));
        let value = match machine.error() {
            Some(EvalError { message, .. }) => format!("ERROR {message}"),
            None => note(&machine, &value),
        };
        (value, why, machine.take_until())
    }

    fn line_of(&self, label: &Label) -> String {
        let source = self.sources.get(label.span.source);
        let line = source.lines().line(label.span.range.start);
        format!("{line}: {}", label.text)
    }
}

fn read(files: Vec<(String, String)>) -> (Sources, Catalog) {
    let documents = files.into_iter().map(|(path, text)| Document {
        path,
        bytes: text.into_bytes().into(),
        recognition: Recognition::Ours,
        blob: None,
    });
    let snapshot = Snapshot {
        documents: documents.collect(),
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
        as_of: Date::MIN,
        from: None,
        select: &[],
        ignore: &[],
        may_lack_rules: false,
        strictness: Strictness::Fragment,
        explain_not_evaluable: false,
        without_waivers: false,
    };
    let (sources, catalog, _) = read_documents(&input, &validators().0, None);
    (sources, catalog)
}

/// Functions, relations and the parameters of a rule.
fn load(functions: String, relations: String, params: &str) -> Policies {
    let file = |path: &str, text: String| PackFile {
        path: path.to_owned(),
        text,
    };
    let header = "apiVersion: govlint/v1\nkind: ";
    let mut files = Vec::new();
    if !functions.is_empty() {
        let text = format!("{header}Functions\nfunctions:\n{functions}");
        files.push(file("functions.yaml", text));
    }
    if !relations.is_empty() {
        let text = format!("{header}Relations\nrelations:\n{relations}");
        files.push(file("relations.yaml", text));
    }
    if !params.is_empty() {
        let text = format!(
            "{header}Rule\ncode: ABC-001\ntitle: A fault\nwhy: It is one.\nfix: Mend it.\n\
             for: Repository\nassert: 1 == 1\nseverity: error\nmessage: Wrong\nparams:\n{params}"
        );
        files.push(file("tests/rule.yaml", text));
    }
    let pack = Pack {
        name: "tests".to_owned(),
        version: None,
        root: "policies".to_owned(),
        files,
    };
    let mut sources = Sources::default();
    rule::load(kinds(), &[pack], &Overlay::default(), None, &mut sources).unwrap()
}

/// The other rules and files that expressions of tests can name.
struct Neighbours;

impl RuleNames for Neighbours {
    fn resolve(&self, word: &str) -> Option<String> {
        (word == "tests/other").then(|| word.to_owned())
    }

    fn similar(&self, _: &str) -> Option<String> {
        Some("tests/other".to_owned())
    }
}

impl Surroundings for Neighbours {
    fn verdicts(&self, _: &str) -> Vec<SeenVerdict> {
        let verdict = |fails, evaluable| SeenVerdict {
            subject: None,
            fails,
            evaluable,
            waived: false,
            place: None,
        };
        vec![verdict(true, true), verdict(false, false)]
    }

    fn rule(&self, word: &str) -> Option<SeenRule> {
        (word == "tests/other").then(|| SeenRule {
            name: word.into(),
            code: "ABC-002".into(),
            policy: "tests".into(),
            decision_domain: "security".into(),
            severity: "error",
            waivable: true,
        })
    }

    fn file(&self, path: &str) -> Option<SeenFile> {
        (path == "evidence/a.pdf").then(|| SeenFile {
            digest: Some("00ff".into()),
            size: 7,
        })
    }
}
