//! Fixes applied to the documents they are for.
//!
//! Pure: it gives texts, and who writes them is no concern of this module. A fix is kept only if
//! the check that follows it shows no new fault of a document, so none makes anything worse. What a
//! document did not say is never made up: a fix only spells what is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::{Assessment, State, Triaged};
use crate::finding::{Applicability, Edit, Fingerprint, Fix, Severity};
use crate::snapshot::Snapshot;
use crate::source::{SourceId, TextRange};

/// How often what was mended is mended again: a fix can uncover what another one is for.
const MOST_PASSES: usize = 8;

/// A document before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Its path.
    pub path: String,
    /// What it was.
    pub before: Vec<u8>,
    /// What it is to be.
    pub after: String,
    /// How many fixes it took.
    pub fixes: usize,
}

/// Mends the documents of a snapshot as far as fixes of this applicability go, and returns what
/// changed, by path. `assess` checks a snapshot.
///
/// # Errors
///
/// Those of `assess`.
pub fn mend<E>(
    snapshot: &mut Snapshot,
    allowed: Applicability,
    assess: &dyn Fn(&Snapshot) -> Result<Assessment, E>,
) -> Result<Vec<Mended>, E> {
    let mut found = assess(snapshot)?;
    let mut mended: BTreeMap<String, Mended> = BTreeMap::new();
    let mut refused: BTreeSet<Fingerprint> = BTreeSet::new();
    for _ in 0..MOST_PASSES {
        let steps = steps(&found, allowed, &refused);
        if steps.is_empty() {
            break;
        }
        let next = with_steps(snapshot, &steps);
        let after = assess(&next)?;
        if is_worse(&found, &after) {
            // The culprit is found one file at a time, or one fix where a file has several.
            refused.extend(culprits(snapshot, &found, &steps, assess)?);
            continue;
        }
        for step in steps {
            let before = bytes(snapshot, &step.path).to_vec();
            let entry = mended.entry(step.path.clone()).or_insert_with(|| Mended {
                path: step.path,
                before,
                after: String::new(),
                fixes: 0,
            });
            entry.after = step.after;
            entry.fixes += step.fixes.len();
        }
        *snapshot = next;
        found = after;
    }
    Ok(mended.into_values().collect())
}

/// A text with some fixes applied.
struct Step {
    path: String,
    after: String,
    /// The findings that were mended.
    fixes: Vec<Fingerprint>,
}

/// What can be mended at once: of fixes that touch, the first.
fn steps(found: &Assessment, allowed: Applicability, refused: &BTreeSet<Fingerprint>) -> Vec<Step> {
    let mut edits: BTreeMap<SourceId, Vec<Edit>> = BTreeMap::new();
    let mut fixes: BTreeMap<SourceId, Vec<Fingerprint>> = BTreeMap::new();
    for triaged in &found.findings {
        let Some((source, fix)) = applicable(found, triaged, allowed) else {
            continue;
        };
        let chosen = edits.entry(source).or_default();
        let touches = |edit: &Edit| chosen.iter().any(|other| touch(edit, other));
        if refused.contains(&triaged.finding.fingerprint) || fix.edits.iter().any(touches) {
            continue;
        }
        chosen.extend(fix.edits.iter().cloned());
        fixes
            .entry(source)
            .or_default()
            .push(triaged.finding.fingerprint);
    }
    let fixes = fixes.into_iter().map(|(source, fixes)| {
        let text = found.sources.get(source);
        Step {
            path: text.path().to_owned(),
            after: edited(text.text(), edits.remove(&source).unwrap_or_default()),
            fixes,
        }
    });
    fixes.collect()
}

/// The fix of a finding, if it may be applied, and the one text that it changes.
fn applicable<'a>(
    found: &Assessment,
    triaged: &'a Triaged,
    allowed: Applicability,
) -> Option<(SourceId, &'a Fix)> {
    let fix = triaged.finding.fix.as_ref()?;
    let source = fix.edits.first()?.span.source;
    let is_allowed =
        fix.applicability <= allowed && fix.applicability != Applicability::DisplayOnly;
    let is_waived = matches!(triaged.state, State::Waived { .. });
    let in_one = fix.edits.iter().all(|edit| edit.span.source == source);
    let text = found.sources.get(source);
    let fits = |edit: &Edit| {
        let TextRange { start, end } = edit.span.range;
        start <= end && text.text().get(start as usize..end as usize).is_some()
    };
    let applies = is_allowed && !is_waived && in_one && text.is_exact();
    (applies && fix.edits.iter().all(fits)).then_some((source, fix))
}

/// True if two edits overlap, or stand so close that one could change what the other one is about.
fn touch(left: &Edit, right: &Edit) -> bool {
    let (left, right) = (left.span.range, right.span.range);
    left.start <= right.end && right.start <= left.end
}

/// A text after edits that do not touch.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.span.range);
    let mut after = String::with_capacity(text.len());
    let mut copied = 0;
    for edit in &edits {
        let TextRange { start, end } = edit.span.range;
        after.push_str(&text[copied..start as usize]);
        after.push_str(&edit.replacement);
        copied = end as usize;
    }
    after.push_str(&text[copied..]);
    after
}

fn with_steps(snapshot: &Snapshot, steps: &[Step]) -> Snapshot {
    let mut next = snapshot.clone();
    for step in steps {
        let place = next
            .documents
            .binary_search_by(|document| document.path.as_str().cmp(&step.path));
        if let Ok(index) = place {
            next.documents[index].bytes = step.after.as_bytes().into();
        }
    }
    next
}

fn bytes<'s>(snapshot: &'s Snapshot, path: &str) -> &'s [u8] {
    let place = snapshot
        .documents
        .binary_search_by(|document| document.path.as_str().cmp(path));
    place.map_or(&[], |index| &snapshot.documents[index].bytes)
}

/// True if there is a fault of a document, of severity error, that was not there. Findings of rules
/// that a fix uncovers are no fault of the fix: they were hidden by what it mended.
fn is_worse(before: &Assessment, after: &Assessment) -> bool {
    let faults = |found: &Assessment| -> BTreeSet<Fingerprint> {
        let faults = found.findings.iter().map(|triaged| &triaged.finding);
        faults
            .filter(|finding| finding.asked.is_none() && finding.severity == Severity::Error)
            .map(|finding| finding.fingerprint)
            .collect()
    };
    let known = faults(before);
    faults(after).iter().any(|fault| !known.contains(fault))
}

/// The fixes without which nothing gets worse: those of each file that is worse by itself; all, if
/// it takes several files.
fn culprits<E>(
    snapshot: &Snapshot,
    found: &Assessment,
    steps: &[Step],
    assess: &dyn Fn(&Snapshot) -> Result<Assessment, E>,
) -> Result<Vec<Fingerprint>, E> {
    let mut culprits = Vec::new();
    for step in steps {
        let alone = with_steps(snapshot, std::slice::from_ref(step));
        if is_worse(found, &assess(&alone)?) {
            culprits.extend(&step.fixes);
        }
    }
    if culprits.is_empty() {
        culprits.extend(steps.iter().flat_map(|step| &step.fixes));
    }
    Ok(culprits)
}

#[cfg(test)]
mod tests {
    use super::edited;
    use crate::finding::Edit;
    use crate::source::{SourceId, Span, TextRange};

    #[test]
    fn edits_leave_everything_else_as_it_is() {
        let edit = |start, end, replacement: &str| Edit {
            span: Span::new(SourceId::from_index(0), TextRange::new(start, end)),
            replacement: replacement.to_owned(),
        };
        let text = "a: 1  # why\nb: 2\n";
        let edits = vec![
            edit(15, 16, "three"),
            edit(3, 4, "\"1\""),
            edit(17, 17, "c: 4\n"),
        ];
        assert_eq!(edited(text, edits), "a: \"1\"  # why\nb: three\nc: 4\n");
    }
}
