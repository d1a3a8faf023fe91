//! Fixes applied to the documents they are for.
//!
//! Pure: it gives texts, and who writes them is no concern of this module. A fix is kept only if
//! the check that follows it shows no new fault of a document, so none makes anything worse. What a
//! document did not say is never made up: a fix only spells what is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::{Assessment, State, Triaged};
use crate::finding::{Applicability, Edit, Finding, Fingerprint, Fix, Severity};
use crate::snapshot::Snapshot;
use crate::source::{SourceId, TextRange};

/// How often what was mended is mended again: a fix can uncover what another one is for.
const MOST_PASSES: usize = 32;

/// A document before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Its path.
    pub path: String,
    /// What it was.
    pub before: Vec<u8>,
    /// What it is to be.
    pub after: String,
    /// How many findings in it were mended.
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
        let candidates = candidates(&found, allowed, &refused);
        if candidates.is_empty() {
            break;
        }
        let mut pass = Pass {
            snapshot,
            found: &found,
            assess,
            kept: Vec::new(),
            refused: Vec::new(),
            result: None,
        };
        pass.sift(&candidates)?;
        refused.extend(pass.refused);
        let Some((next, after)) = pass.result else {
            continue;
        };
        for change in changes(&found, &pass.kept) {
            let before = bytes(snapshot, &change.path).to_vec();
            let entry = mended.entry(change.path.clone()).or_insert_with(|| Mended {
                path: change.path,
                before,
                after: String::new(),
                fixes: 0,
            });
            entry.after = change.after;
            entry.fixes += change.fixes;
        }
        *snapshot = next;
        found = after;
    }
    let mended = mended.into_values();
    Ok(mended
        .filter(|file| file.before != file.after.as_bytes())
        .collect())
}

/// A finding with the fix that mends it.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    finding: Fingerprint,
    fix: &'a Fix,
}

/// What can be mended at once: of fixes that touch, the first. Those that come last wait until there
/// is no other.
fn candidates<'a>(
    found: &'a Assessment,
    allowed: Applicability,
    refused: &BTreeSet<Fingerprint>,
) -> Vec<Candidate<'a>> {
    let all: Vec<Candidate<'a>> = found
        .findings
        .iter()
        .filter(|triaged| !refused.contains(&triaged.finding.fingerprint))
        .filter_map(|triaged| applicable(found, triaged, allowed))
        .collect();
    let waits = all.iter().any(|candidate| !candidate.fix.comes_last);
    let mut taken: BTreeMap<SourceId, BTreeSet<TextRange>> = BTreeMap::new();
    let mut chosen = all;
    chosen.retain(|candidate| {
        let fix = candidate.fix;
        let fits = fix.comes_last != waits && !fix.edits.iter().any(|edit| touches(&taken, edit));
        for edit in fix.edits.iter().filter(|_| fits) {
            taken
                .entry(edit.span.source)
                .or_default()
                .insert(edit.span.range);
        }
        fits
    });
    chosen
}

/// A finding and its fix, if that may be applied.
fn applicable<'a>(
    found: &Assessment,
    triaged: &'a Triaged,
    allowed: Applicability,
) -> Option<Candidate<'a>> {
    let fix = triaged.finding.fix.as_ref()?;
    let is_allowed =
        fix.applicability <= allowed && fix.applicability != Applicability::DisplayOnly;
    let is_waived = matches!(triaged.state, State::Waived { .. });
    let fits = |edit: &Edit| {
        let text = found.sources.get(edit.span.source);
        let TextRange { start, end } = edit.span.range;
        let is_there = text.text().get(start as usize..end as usize).is_some();
        text.is_exact() && start <= end && is_there
    };
    let applies = is_allowed && !is_waived && !fix.edits.is_empty();
    (applies && fix.edits.iter().all(fits)).then_some(Candidate {
        finding: triaged.finding.fingerprint,
        fix,
    })
}

/// True if an edit overlaps one that is taken, or stands so close that one could change what the
/// other one is about. What is taken does not overlap, so the neighbours tell.
fn touches(taken: &BTreeMap<SourceId, BTreeSet<TextRange>>, edit: &Edit) -> bool {
    let range = edit.span.range;
    let Some(taken) = taken.get(&edit.span.source) else {
        return false;
    };
    let before = taken.range(..=range).next_back();
    let after = taken.range(range..).next();
    before.is_some_and(|other| range.start <= other.end)
        || after.is_some_and(|other| other.start <= range.end)
}

/// One round of fixes.
struct Pass<'a, E> {
    snapshot: &'a Snapshot,
    /// What was found before it.
    found: &'a Assessment,
    assess: &'a dyn Fn(&Snapshot) -> Result<Assessment, E>,
    /// The fixes that together make nothing worse.
    kept: Vec<Candidate<'a>>,
    refused: Vec<Fingerprint>,
    /// What comes of those that are kept.
    result: Option<(Snapshot, Assessment)>,
}

impl<'a, E> Pass<'a, E> {
    /// Keeps as many of these fixes as make nothing worse: all at once if that goes, else those of
    /// the first half, and what goes with them of the second.
    fn sift(&mut self, candidates: &[Candidate<'a>]) -> Result<(), E> {
        let together = [&self.kept, candidates].concat();
        let next = with(self.snapshot, &changes(self.found, &together));
        let after = (self.assess)(&next)?;
        let renames = together.iter().any(|candidate| candidate.fix.comes_last);
        if !is_worse(self.found, &after, renames) {
            self.kept = together;
            self.result = Some((next, after));
            return Ok(());
        }
        if let [culprit] = candidates {
            self.refused.push(culprit.finding);
            return Ok(());
        }
        let (first, second) = candidates.split_at(candidates.len() / 2);
        self.sift(first)?;
        self.sift(second)
    }
}

/// A text after some fixes.
struct Change {
    path: String,
    after: String,
    /// How many findings in it were mended.
    fixes: usize,
}

fn changes(found: &Assessment, fixes: &[Candidate<'_>]) -> Vec<Change> {
    let mut edits: BTreeMap<SourceId, (Vec<Edit>, usize)> = BTreeMap::new();
    for Candidate { fix, .. } in fixes {
        for (number, edit) in fix.edits.iter().enumerate() {
            let (edits, fixes) = edits.entry(edit.span.source).or_default();
            edits.push(edit.clone());
            *fixes += usize::from(number == 0);
        }
    }
    let changes = edits.into_iter().map(|(source, (edits, fixes))| {
        let text = found.sources.get(source);
        Change {
            path: text.path().to_owned(),
            after: edited(text.text(), edits),
            fixes,
        }
    });
    changes.collect()
}

/// A text after edits that do not overlap.
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

fn with(snapshot: &Snapshot, changes: &[Change]) -> Snapshot {
    let mut next = snapshot.clone();
    for change in changes {
        let place = next
            .documents
            .binary_search_by(|document| document.path.as_str().cmp(&change.path));
        if let Ok(index) = place {
            next.documents[index].bytes = change.after.as_bytes().into();
            next.documents[index].blob = None;
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
fn is_worse(before: &Assessment, after: &Assessment, renames: bool) -> bool {
    let known: BTreeSet<Fingerprint> = faults(before).map(|fault| fault.fingerprint).collect();
    let is_new = faults(after).any(|fault| !known.contains(&fault.fingerprint));
    // What has another name is another finding by its fingerprint; but it stands in the same file.
    is_new && (!renames || has_more(&count(after), &count(before)))
}

fn faults(found: &Assessment) -> impl Iterator<Item = &Finding> {
    let findings = found.findings.iter().map(|triaged| &*triaged.finding);
    findings.filter(|finding| finding.asked.is_none() && finding.severity == Severity::Error)
}

/// How many faults there are, by file and rule.
fn count(found: &Assessment) -> BTreeMap<(&str, &str), usize> {
    let mut count = BTreeMap::new();
    for fault in faults(found) {
        let path = found.sources.get(fault.primary.span.source).path();
        *count.entry((path, &*fault.rule)).or_default() += 1;
    }
    count
}

fn has_more<K: Ord>(after: &BTreeMap<K, usize>, before: &BTreeMap<K, usize>) -> bool {
    let mut after = after.iter();
    after.any(|(key, count)| before.get(key).is_none_or(|known| known < count))
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
