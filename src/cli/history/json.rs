//! A history for programs.

use serde_json::{Value, json};

use super::Told;
use crate::finding::Severity;
use crate::snapshot::{Contributor, RevisionIdentity};
use crate::triage::Outcome;
use crate::workspace::history::{Chronicle, Life, Moment, Spell};

/// Everything that a history tells.
pub(super) fn describe(told: &Told) -> Value {
    let chronicle = &told.chronicle;
    let lives = chronicle.lives();
    json!({
        "schemaVersion": "1",
        "revisions": chronicle.moments.iter().map(moment).collect::<Vec<_>>(),
        "findings": lives.iter().map(|life| describe_life(chronicle, life)).collect::<Vec<_>>(),
        "notes": told.notes,
    })
}

fn moment(moment: &Moment) -> Value {
    let open = moment.open.iter();
    let policies = open.map(|(policy, counts)| (policy.clone(), severities(*counts)));
    let ended = Outcome::ALL.into_iter().map(|outcome| {
        let count = moment.ended.get(&outcome).copied().unwrap_or(0);
        (outcome.as_str().to_owned(), count.into())
    });
    let unread = moment.unread.iter();
    json!({
        "revision": moment.revision.as_ref().map(revision),
        "asOf": moment.as_of.to_string(),
        "files": moment.files,
        "resources": moment.resources,
        "open": severities(moment.open_by_severity()),
        "policies": policies.collect::<serde_json::Map<_, _>>(),
        "excepted": moment.excepted,
        "verdicts": {
            "pass": moment.verdicts.pass,
            "fail": moment.verdicts.fail,
            "notApplicable": moment.verdicts.not_applicable,
            "notEvaluable": moment.verdicts.not_evaluable,
        },
        "appeared": moment.appeared,
        "ended": ended.collect::<serde_json::Map<_, _>>(),
        "unread": unread
            .map(|(path, reason)| json!({"path": path, "reason": reason}))
            .collect::<Vec<_>>(),
    })
}

fn severities(counts: [usize; 3]) -> Value {
    let counts = Severity::ALL.into_iter().zip(counts);
    let fields = counts.map(|(severity, count)| (format!("{severity}s"), count.into()));
    Value::Object(fields.collect())
}

fn describe_life(chronicle: &Chronicle, life: &Life) -> Value {
    let finding = &*life.finding;
    json!({
        "fingerprint": finding.fingerprint.to_string(),
        "rule": &*finding.rule,
        "code": &*finding.code,
        "severity": finding.severity.as_str(),
        "subject": finding.subject,
        "message": finding.message,
        "path": life.path,
        "there": life.is_there(),
        "excepted": life.is_excepted,
        "reopened": life.is_reopened(),
        "times": life
            .spells
            .iter()
            .map(|spell| describe_spell(chronicle, spell))
            .collect::<Vec<_>>(),
    })
}

fn describe_spell(chronicle: &Chronicle, spell: &Spell) -> Value {
    let ending = spell.until.as_ref();
    json!({
        "from": spell.from,
        "since": chronicle.since(spell).to_string(),
        "until": ending.map(|ending| ending.at),
        "outcome": ending.map(|ending| ending.outcome.as_str()),
        "days": chronicle.days(spell),
        "origin": spell.origin.as_ref().map(revision),
    })
}

fn revision(revision: &RevisionIdentity) -> Value {
    json!({
        "asked": revision.asked,
        "commit": revision.commit.to_string(),
        "tree": revision.tree.to_string(),
        "signed": revision.is_signed(),
        "author": contributor(&revision.author),
        "committer": contributor(&revision.committer),
    })
}

fn contributor(contributor: &Contributor) -> Value {
    json!({"name": contributor.name, "time": contributor.time()})
}
