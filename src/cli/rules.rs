//! `govlint rules`: which rules there are, which are on, and why.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::opening::{Opened, Opening};
use super::output::{Form, place_json, write_json};
use super::terminal::Terminal;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::finding::Label;
use crate::render::human::{Palette, clean, place};
use crate::rule::Rule;

/// List the rules, and say which are on and why
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folders whose configuration and organization count [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    /// How to write the list
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
}

const EXAMPLES: &str = "\
Examples:
  govlint rules
  govlint rules --format json
  govlint explain CODE           everything about one rule";

/// Whether a rule is on, and who says so.
pub(super) struct Reason {
    /// In words: `set on in govlint.yaml:12:3`.
    pub(super) words: String,
    /// Where it is set, if not by a profile.
    pub(super) label: Option<Label>,
}

/// Lists the rules.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let opened = arguments.opening.load(&arguments.paths)?;
    let mut rules: Vec<&Rule> = opened.loaded.policies.rules.iter().collect();
    rules.sort_by(|left, right| left.code.cmp(&right.code));
    if rules.is_empty() {
        return Err(Error::new(ErrorKind::Nothing, "there are no rules").hint(
            "write `builtIn: true` into govlint.yaml, or put rules into `policies/` beside it",
        ));
    }
    match arguments.format {
        Form::Json => {
            let list: Value = rules.iter().map(|rule| describe(&opened, rule)).collect();
            write_json(&list, terminal)?;
        }
        Form::Human => list(&opened, &rules, terminal)?,
    }
    Ok(ExitStatus::Clean)
}

/// Why a rule is on or off: the configuration, or the profile.
pub(super) fn reason(opened: &Opened, rule: &Rule) -> Reason {
    let word = if rule.enabled { "on" } else { "off" };
    let settings = &opened.workspace.config.overlay.rules;
    // The last setting that speaks of it wins, as when rules are loaded.
    let set = settings
        .iter()
        .filter(|(word, setting)| rule.is_called(word) && setting.enabled.is_some())
        .filter_map(|(_, setting)| setting.span)
        .next_back();
    match set {
        Some(span) => Reason {
            words: format!("set {word} in {}", place(&opened.loaded.sources, span)),
            label: Some(Label::new(span, "")),
        },
        None => Reason {
            words: format!("{word} in profile {}", opened.loaded.policies.profile),
            label: None,
        },
    }
}

fn describe(opened: &Opened, rule: &Rule) -> Value {
    let sources = &opened.loaded.sources;
    let reason = reason(opened, rule);
    json!({
        "code": &*rule.code,
        "name": &*rule.name,
        "policy": &*rule.policy,
        "severity": rule.severity.as_str(),
        "title": rule.title,
        "on": rule.enabled,
        "reason": reason.words,
        "setAt": reason.label.map(|label| place_json(sources, &label)),
        "maturity": rule.maturity,
        "profile": rule.profile,
        "audience": rule.audience,
        "controls": rule.controls,
        "waivable": rule.waivable,
        "place": place_json(sources, &Label::new(rule.span, "")),
    })
}

fn list(opened: &Opened, rules: &[&Rule], terminal: &mut Terminal) -> Result<(), Error> {
    let palette = Palette::new(terminal.style);
    let width = |text: fn(&Rule) -> &str| {
        let lengths = rules.iter().map(|rule| text(rule).chars().count());
        lengths.max().unwrap_or(0)
    };
    let (codes, names) = (width(|rule| &rule.code), width(|rule| &rule.name));
    for rule in rules {
        let severity = format!("{:7}", rule.severity.as_str());
        let head = format!("{:codes$}", rule.code);
        let gap = " ".repeat(names - rule.name.chars().count());
        let state = if rule.enabled { "on " } else { "off" };
        let name = format!("{}{gap}", palette.rule(&rule.name, &rule.code));
        if rule.enabled {
            let severity = palette.severity(rule.severity, &severity);
            let title = clean(&rule.title);
            writeln!(terminal.out, "{head}  {state}  {severity}  {name}  {title}")?;
        } else {
            let why = reason(opened, rule).words;
            let line = format!(
                "{head}  {state}  {severity}  {name}  {} ({})",
                clean(&rule.title),
                clean(&why)
            );
            writeln!(terminal.out, "{}", palette.faint(&line))?;
        }
    }
    let on = rules.iter().filter(|rule| rule.enabled).count();
    let profile = clean(&opened.loaded.policies.profile);
    let count = rules.len();
    writeln!(
        terminal.out,
        "\n{count} rules, {on} on in profile {profile}"
    )?;
    Ok(())
}
