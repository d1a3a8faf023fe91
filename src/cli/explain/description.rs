//! A rule in full: its texts, its parameters, its conditions and its examples.

use std::io::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::opening::Opened;
use super::super::output::{Form, place_json, write_json};
use super::super::rules;
use super::super::terminal::Terminal;
use super::population;
use crate::error::Error;
use crate::finding::Label;
use crate::kind::Kinds;
use crate::render::human::{Palette, clean, place};
use crate::rule::{Rule, print_literal};
use crate::source::{Source, TextRange};
use crate::syntax::{self, Node, Parsed};

/// The fields of a rule file that make up its condition, as they are shown.
const CONDITION: &[&str] = &[
    "engine", "for", "let", "when", "each", "key", "assert", "at", "cause", "severity", "message",
];

/// Fields about its life, shown as they are written.
const LIFE_CYCLE: &[&str] = &["since", "effectiveFrom", "deprecated", "replacedBy"];

/// Writes everything that is known of a rule.
pub(super) fn write(
    opened: &Opened,
    rule: &Rule,
    form: Form,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let file = RuleFile::of(opened, rule);
    match form {
        Form::Json => write_json(&describe(opened, rule, &file), terminal),
        Form::Human => {
            let page = Page {
                opened,
                rule,
                file: &file,
                palette: Palette::new(terminal.style),
            };
            page.write(terminal)
        }
    }
}

/// The file of a rule, as it is written.
struct RuleFile {
    source: Arc<Source>,
    parsed: Arc<Parsed>,
    rule: Label,
}

impl RuleFile {
    fn of(opened: &Opened, rule: &Rule) -> Self {
        let source = opened.loaded.sources.get(rule.span.source).clone();
        Self {
            parsed: Arc::new(syntax::parse(&source)),
            source,
            rule: Label::new(rule.span, ""),
        }
    }

    /// The document that describes the rule: the one that holds its place.
    fn root(&self) -> Option<Node<'_>> {
        let at = self.rule.span.range.start;
        let mut documents = self.parsed.documents(self.rule.span.source);
        documents.find(|root| root.range().start <= at && at <= root.range().end)
    }

    /// The text of a field.
    fn text(&self, field: &str) -> Option<&str> {
        self.root()?.get(field).map(Node::text)
    }

    /// The lines of a field with its key, as they are written.
    fn lines(&self, field: &str) -> Option<&str> {
        let root = self.root()?;
        let mut entries = root.entries().skip_while(|(key, _)| key.text() != field);
        let (key, value) = entries.next()?;
        let text = self.source.text();
        let lines = self.source.lines();
        let start = lines.range(text, lines.line(key.range().start)).start;
        let end = match entries.next() {
            Some((next, _)) => lines.range(text, lines.line(next.range().start)).start,
            None => lines.range(text, lines.line(value.range().end)).end,
        };
        let written = self.source.slice(TextRange::new(start, end));
        Some(written.trim_end())
    }
}

/// What there is to know of a parameter.
struct ParamLine {
    name: String,
    ty: String,
    value: String,
    /// The default as it is written, where another value holds.
    default: Option<String>,
    set: Label,
}

fn params(kinds: &Kinds, rule: &Rule, file: &RuleFile) -> Vec<ParamLine> {
    let declared = file.root().and_then(|root| root.get("params"));
    let lines = rule.params.iter().map(|param| {
        let written = declared
            .and_then(|declared| declared.get(&param.name))
            .and_then(|param| param.get("default"));
        // A value that stands in the rule's own file is its default.
        let is_default = param.span.source == rule.span.source;
        let default = written.filter(|_| !is_default);
        ParamLine {
            name: param.name.to_string(),
            ty: kinds.type_name(&param.ty),
            value: print_literal(kinds, &param.value),
            default: default.map(|node| file.source.slice(node.range()).to_owned()),
            set: Label::new(param.span, ""),
        }
    });
    lines.collect()
}

fn describe(opened: &Opened, rule: &Rule, file: &RuleFile) -> Value {
    let sources = &opened.loaded.sources;
    let reason = rules::reason(opened, rule);
    let params = params(opened.loaded.catalog.kinds(), rule, file);
    let condition = CONDITION.iter().filter_map(|field| {
        let written = file.lines(field)?;
        Some(((*field).to_owned(), Value::from(written)))
    });
    let life = LIFE_CYCLE.iter().filter_map(|field| {
        let written = file.text(field)?;
        Some(((*field).to_owned(), Value::from(written)))
    });
    let examples = rule.examples.iter().map(|example| {
        json!({
            "name": example.name,
            "fires": example.fires(),
            "given": example.given,
            "asOf": example.as_of.map(|day| day.to_string()),
            "place": place_json(sources, &Label::new(example.span, "")),
        })
    });
    json!({
        "code": &*rule.code,
        "name": &*rule.name,
        "policy": &*rule.policy,
        "title": rule.title,
        "severity": rule.severity.as_str(),
        "why": rule.why,
        "fix": file.text("fix"),
        "on": rule.enabled,
        "reason": reason.words,
        "for": population(opened, rule),
        "params": params.iter().map(|param| json!({
            "name": param.name,
            "type": param.ty,
            "value": param.value,
            "default": param.default,
            "setAt": place_json(sources, &param.set),
        })).collect::<Value>(),
        "controls": rule.controls,
        "maturity": rule.maturity,
        "profile": rule.profile,
        "audience": rule.audience,
        "waivable": rule.waivable,
        "lifeCycle": life.collect::<serde_json::Map<_, _>>(),
        "condition": condition.collect::<serde_json::Map<_, _>>(),
        "examples": examples.collect::<Value>(),
        "place": place_json(sources, &file.rule),
    })
}

struct Page<'p> {
    opened: &'p Opened,
    rule: &'p Rule,
    file: &'p RuleFile,
    palette: Palette,
}

impl Page<'_> {
    fn write(&self, terminal: &mut Terminal) -> Result<(), Error> {
        self.write_head(terminal)?;
        self.write_params(terminal)?;
        self.write_fields(terminal)?;
        writeln!(terminal.out, "{}", self.palette.strong("condition"))?;
        for field in CONDITION {
            self.write_lines(field, terminal)?;
        }
        writeln!(terminal.out)?;
        self.write_lines("examples", terminal)?;
        let example = match population(self.opened, self.rule).first() {
            Some(kind) if kind.as_str() == super::super::subject::REPOSITORY => kind.clone(),
            Some(kind) => format!("{kind}/ID"),
            None => return Ok(()),
        };
        let code = clean(&self.rule.code);
        let next = self.palette.strong("next:");
        writeln!(
            terminal.out,
            "\n{next} `govlint explain {code} {example}` proves its verdict on one subject"
        )?;
        Ok(())
    }

    fn write_head(&self, terminal: &mut Terminal) -> Result<(), Error> {
        let rule = self.rule;
        let severity = self.palette.severity(rule.severity, rule.severity.as_str());
        let code = self.palette.strong(&clean(&rule.code));
        let name = self.palette.rule(&rule.name, &rule.code);
        let at = place(&self.opened.loaded.sources, rule.span);
        writeln!(terminal.out, "{code} {name} ({severity})")?;
        writeln!(terminal.out, "{}", self.palette.strong(&clean(&rule.title)))?;
        writeln!(terminal.out, "{}\n", self.palette.place(&at))?;
        self.write_field("why", &rule.why, terminal)?;
        self.write_field("fix", self.file.text("fix").unwrap_or_default(), terminal)?;
        let reason = rules::reason(self.opened, rule).words;
        self.write_field("state", &reason, terminal)
    }

    fn write_params(&self, terminal: &mut Terminal) -> Result<(), Error> {
        let sources = &self.opened.loaded.sources;
        for param in params(self.opened.loaded.catalog.kinds(), self.rule, self.file) {
            let set = match &param.default {
                None => "the default".to_owned(),
                Some(default) => format!(
                    "set in {}, the default is {default}",
                    place(sources, param.set.span)
                ),
            };
            let ParamLine {
                name, ty, value, ..
            } = &param;
            self.write_field(
                "param",
                &format!("{name}: {ty} = {value} ({set})"),
                terminal,
            )?;
        }
        Ok(())
    }

    fn write_fields(&self, terminal: &mut Terminal) -> Result<(), Error> {
        let rule = self.rule;
        self.write_field("controls", &rule.controls.join(", "), terminal)?;
        self.write_field("audience", &rule.audience.join(", "), terminal)?;
        let group = format!("{}, maturity {}", rule.profile, rule.maturity);
        self.write_field("profile", &group, terminal)?;
        let waivable = if rule.waivable { "yes" } else { "no" };
        self.write_field("waivable", waivable, terminal)?;
        for field in LIFE_CYCLE {
            self.write_field(field, self.file.text(field).unwrap_or_default(), terminal)?;
        }
        writeln!(terminal.out)?;
        Ok(())
    }

    fn write_field(&self, name: &str, text: &str, terminal: &mut Terminal) -> Result<(), Error> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let name = self.palette.strong(&format!("{name}:"));
        writeln!(terminal.out, "{name} {}", clean(&words.join(" ")))?;
        Ok(())
    }

    fn write_lines(&self, field: &str, terminal: &mut Terminal) -> Result<(), Error> {
        let Some(written) = self.file.lines(field) else {
            return Ok(());
        };
        for line in written.lines() {
            writeln!(terminal.out, "  {}", clean(line))?;
        }
        Ok(())
    }
}
