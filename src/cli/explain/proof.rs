//! The verdict of a rule on one subject, and the values that lead to it.

use std::io::Write;

use serde_json::{Value, json};

use super::super::opening::Opened;
use super::super::output::{Form, places_json, write_json, write_places};
use super::super::subject::{self, Named};
use super::super::terminal::Terminal;
use super::population;
use crate::check::Failure;
use crate::error::{Error, ErrorKind};
use crate::evaluate::{self, Proof, Step, Subject, Verdict, Waiver};
use crate::expr::World;
use crate::finding::{EngineCheck, Label, Severity};
use crate::kind::nearest;
use crate::render::human::{Palette, clean};
use crate::rule::{Check, Population, Rule};

/// How many keys are named when one is not found.
const MOST_NAMED: usize = 8;

/// The name of a step that tells what the engine found.
const FOUND: &str = "found";

/// A verdict with its steps, and the waiver that covers it.
pub(super) struct Proved {
    proof: Proof,
    waiver: Option<Waiver>,
}

/// Proves the verdicts of a rule on what `word` names, and finds the waivers that cover them.
pub(super) fn find(opened: &Opened, rule: &Rule, word: &str) -> Result<Vec<Proved>, Error> {
    let catalog = &opened.loaded.catalog;
    let preferred = match rule.condition().map(|condition| &condition.population) {
        Some(Population::Kinds(kinds)) => kinds.as_slice(),
        _ => &[],
    };
    let named = subject::find(catalog, word, preferred)?;
    let proofs = proofs(opened, rule, &named, word)?;
    let circumstances = opened.circumstances();
    // Which waivers are in force is known after a whole run.
    let fails = proofs.iter().any(|proof| proof.verdict == Verdict::Fail);
    let seen = opened.seen(&circumstances, fails && has_waivers(opened))?;
    let proved = proofs.into_iter().map(|proof| {
        let key = proof.subject.split_once('#').map(|(_, key)| key.into());
        let subject = Subject {
            key,
            ..Subject::whole(named.resource)
        };
        let is_failure = proof.verdict == Verdict::Fail;
        let waiver = seen.waiver(rule, &subject).filter(|_| is_failure).cloned();
        Proved { proof, waiver }
    });
    Ok(proved.collect())
}

fn has_waivers(opened: &Opened) -> bool {
    let catalog = &opened.loaded.catalog;
    catalog.kinds().iter().any(|(id, kind)| {
        let waives = kind.role.as_deref() == Some("waiver");
        waives && !catalog.of_kind(id).is_empty()
    })
}

fn proofs(opened: &Opened, rule: &Rule, named: &Named, subject: &str) -> Result<Vec<Proof>, Error> {
    if let Check::Engine(check) = rule.check {
        return Ok(vec![engine_proof(opened, check, named)]);
    }
    if !is_in_population(opened, rule, named) {
        return Ok(vec![outside(opened, rule, named)]);
    }
    let circumstances = opened.circumstances();
    let seen = opened.seen(&circumstances, !rule.reads().is_empty())?;
    let policies = &opened.loaded.policies;
    let world = World::new(
        &opened.loaded.catalog,
        &policies.library,
        &policies.tables,
        &seen,
        opened.as_of,
        None,
    );
    let proofs = evaluate::explain(&world, rule, named.resource)
        .map_err(|failure| Failure::Rule(failure, opened.loaded.sources.clone()))?;
    match &named.key {
        None if proofs.is_empty() => Ok(vec![without_items(opened, named)]),
        None => Ok(proofs),
        Some(key) => with_key(proofs, key, subject),
    }
}

fn is_in_population(opened: &Opened, rule: &Rule, named: &Named) -> bool {
    match rule.condition().map(|condition| &condition.population) {
        Some(Population::Kinds(kinds)) => named
            .resource
            .is_some_and(|id| kinds.contains(&opened.loaded.catalog.resource(id).kind)),
        Some(Population::Repository) => named.resource.is_none(),
        None => false,
    }
}

fn name(opened: &Opened, named: &Named) -> String {
    let catalog = &opened.loaded.catalog;
    let whole = named
        .resource
        .map_or_else(|| subject::REPOSITORY.to_owned(), |id| catalog.name(id));
    match &named.key {
        Some(key) => format!("{whole}#{key}"),
        None => whole,
    }
}

fn not_applicable(subject: String, why: String) -> Proof {
    Proof {
        subject,
        verdict: Verdict::NotApplicable,
        causes: Vec::new(),
        steps: vec![Step {
            part: "for".to_owned(),
            text: String::new(),
            value: why,
            labels: Vec::new(),
        }],
        message: None,
    }
}

fn outside(opened: &Opened, rule: &Rule, named: &Named) -> Proof {
    let whom = population(opened, rule).join(", ");
    not_applicable(name(opened, named), format!("the rule is about {whom}"))
}

fn without_items(opened: &Opened, named: &Named) -> Proof {
    let why = "the list that the rule looks at holds no item".to_owned();
    not_applicable(name(opened, named), why)
}

fn with_key(proofs: Vec<Proof>, key: &str, word: &str) -> Result<Vec<Proof>, Error> {
    let key_of = |proof: &Proof| {
        let key = proof.subject.split_once('#');
        key.map_or(String::new(), |(_, key)| key.to_owned())
    };
    let keys: Vec<String> = proofs.iter().map(key_of).collect();
    let found: Vec<Proof> = proofs
        .into_iter()
        .filter(|proof| key_of(proof) == key)
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let message = format!("the rule has no subject `{word}`");
    let error = Error::new(ErrorKind::Usage, message);
    if keys.iter().all(String::is_empty) {
        return Err(error.hint("it looks at whole resources; leave out what follows `#`"));
    }
    if let Some(near) = nearest(key, keys.iter().map(String::as_str)) {
        return Err(error.hint(format!("did you mean `#{near}`?")));
    }
    let shown: Vec<&str> = keys.iter().map(String::as_str).take(MOST_NAMED).collect();
    Err(error.hint(format!("its keys here are {}", shown.join(", "))))
}

/// What a check of the engine found on a subject.
fn engine_proof(opened: &Opened, check: EngineCheck, named: &Named) -> Proof {
    let subject = name(opened, named);
    let faults =
        opened.loaded.faults.iter().filter(|fault| {
            fault.check == check && fault.subject.as_deref() == Some(subject.as_str())
        });
    let step = |value: &str, labels: Vec<Label>| Step {
        part: FOUND.to_owned(),
        text: String::new(),
        value: value.to_owned(),
        labels,
    };
    let mut steps: Vec<Step> = faults
        .map(|fault| {
            let labels = std::iter::once(&fault.primary).chain(&fault.related);
            step(&fault.message, labels.cloned().collect())
        })
        .collect();
    let verdict = if steps.is_empty() {
        steps.push(step("nothing", Vec::new()));
        Verdict::Pass
    } else {
        Verdict::Fail
    };
    Proof {
        verdict,
        subject,
        causes: Vec::new(),
        message: None,
        steps,
    }
}

/// Writes proofs.
pub(super) fn write(
    opened: &Opened,
    rule: &Rule,
    proofs: &[Proved],
    form: Form,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    if form == Form::Json {
        return write_json(&describe(opened, rule, proofs), terminal);
    }
    for (number, proved) in proofs.iter().enumerate() {
        if number > 0 {
            writeln!(terminal.out)?;
        }
        write_proof(opened, rule, proved, terminal)?;
    }
    if !rule.enabled {
        let reason = super::super::rules::reason(opened, rule).words;
        let note = Palette::new(terminal.style).strong("note:");
        writeln!(
            terminal.out,
            "\n{note} the rule is off ({reason}), so `govlint check` does not report it"
        )?;
    }
    Ok(())
}

fn describe(opened: &Opened, rule: &Rule, proofs: &[Proved]) -> Value {
    let sources = &opened.loaded.sources;
    let proofs = proofs.iter().map(|Proved { proof, waiver }| {
        let waiver = waiver.as_ref().map(|waiver| {
            json!({
                "name": waiver.name,
                "until": waiver.expires.map(|day| day.to_string()),
                "reason": waiver.reason,
            })
        });
        let steps = proof.steps.iter().map(|step| {
            json!({
                "part": step.part,
                "text": step.text,
                "value": step.value,
                "places": places_json(sources, &step.labels),
            })
        });
        json!({
            "subject": proof.subject,
            "verdict": proof.verdict.as_str(),
            "causes": proof.causes,
            "message": proof.message,
            "waiver": waiver,
            "steps": steps.collect::<Value>(),
        })
    });
    json!({
        "rule": &*rule.name,
        "code": &*rule.code,
        "asOf": opened.as_of.to_string(),
        "on": rule.enabled,
        "proofs": proofs.collect::<Value>(),
    })
}

fn write_proof(
    opened: &Opened,
    rule: &Rule,
    Proved { proof, waiver }: &Proved,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let palette = Palette::new(terminal.style);
    let subject = palette.strong(&clean(&proof.subject));
    let code = clean(&rule.code);
    writeln!(
        terminal.out,
        "{code} on {subject}, as of {}\n",
        opened.as_of
    )?;
    for step in &proof.steps {
        let part = match step.part.as_str() {
            "when" | "assert" | "for" | FOUND => step.part.clone(),
            name => format!("let {}", clean(name)),
        };
        let part = palette.strong(&format!("{part}:"));
        writeln!(terminal.out, "  {part} {}", clean(&step.value))?;
        for line in step.text.lines() {
            writeln!(terminal.out, "    {}", palette.faint(&clean(line)))?;
        }
        write_places(&opened.loaded.sources, &step.labels, "      ", terminal)?;
    }
    let words = match (proof.verdict, &proof.message) {
        (Verdict::Fail, Some(message)) => format!("fails: {}", clean(message)),
        (Verdict::Fail, None) => "fails".to_owned(),
        (Verdict::Pass, _) => "passes".to_owned(),
        (Verdict::NotApplicable, _) => "does not apply".to_owned(),
        (Verdict::NotEvaluable, _) => {
            format!(
                "cannot be evaluated: something it needs is {}",
                proof.causes.join(", ")
            )
        }
    };
    let words = match proof.verdict {
        Verdict::Fail => palette.severity(rule.severity, &words),
        Verdict::Pass => palette.severity(Severity::Info, &words),
        _ => words,
    };
    writeln!(terminal.out, "  {} {words}", palette.strong("verdict:"))?;
    if let Some(waiver) = waiver {
        let until = waiver.expires;
        let until = until.map_or(String::new(), |day| format!(" until {day}"));
        let words = format!("by {}{until}: {}", waiver.name, waiver.reason);
        writeln!(
            terminal.out,
            "  {} {}",
            palette.strong("waived:"),
            clean(&words)
        )?;
    }
    Ok(())
}
