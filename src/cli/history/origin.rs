//! Which commit brought a finding: halving the line between a revision that lacks it and one that
//! shows it.
//!
//! What came, went and came again in between has several such commits, of which one is found.

use std::collections::{BTreeMap, BTreeSet};

use super::{Teller, Told, end_progress, show_progress};
use crate::cli::terminal::Terminal;
use crate::error::Error;
use crate::finding::Fingerprint;
use crate::host::git::Line;
use crate::workspace::history::{Chronicle, Historian};

/// Finds the commits that brought the findings that are there at the end.
pub(super) fn find(
    teller: &Teller<'_>,
    line: &Line,
    told: &mut Told,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let mut search = Search {
        teller,
        line,
        historian: teller.historian(),
        shown: BTreeMap::new(),
        found: BTreeMap::new(),
    };
    for (range, prints) in ranges(line, &told.chronicle) {
        search.halve(range, &prints, terminal)?;
    }
    end_progress(terminal)?;
    let Search { found, .. } = search;
    for (position, prints) in found {
        let identity = line.revision(position, "")?.identity;
        for print in prints {
            let mut identity = identity.clone();
            identity.asked = identity.commit.to_string();
            told.chronicle.set_origin(print, identity);
        }
    }
    Ok(())
}

/// A stretch of the line: the last place that lacks what is looked for, if there is one, and a
/// place that shows it.
type Range = (Option<usize>, usize);

/// Which findings came between which places.
fn ranges(line: &Line, chronicle: &Chronicle) -> BTreeMap<Range, BTreeSet<Fingerprint>> {
    let position = |number: usize| {
        let revision = chronicle.moments[number].revision.as_ref()?;
        line.position(revision.commit)
    };
    let mut ranges: BTreeMap<Range, BTreeSet<Fingerprint>> = BTreeMap::new();
    for life in chronicle.lives().into_iter().filter(|life| life.is_there()) {
        let from = life.last().from;
        let before = from.checked_sub(1).map(position);
        // Beside the line there is nothing to halve.
        if let (Some(shown), None | Some(Some(_))) = (position(from), before) {
            let prints = ranges.entry((before.flatten(), shown)).or_default();
            prints.insert(life.finding.fingerprint);
        }
    }
    ranges
}

struct Search<'a> {
    teller: &'a Teller<'a>,
    line: &'a Line,
    historian: Historian,
    /// What the places of the line show that were looked at.
    shown: BTreeMap<usize, BTreeSet<Fingerprint>>,
    /// What each place brought.
    found: BTreeMap<usize, BTreeSet<Fingerprint>>,
}

impl Search<'_> {
    fn halve(
        &mut self,
        (lacks, shows): Range,
        prints: &BTreeSet<Fingerprint>,
        terminal: &mut Terminal,
    ) -> Result<(), Error> {
        if prints.is_empty() {
            return Ok(());
        }
        let first = lacks.map_or(0, |lacks| lacks + 1);
        if first == shows {
            self.found.entry(shows).or_default().extend(prints);
            return Ok(());
        }
        let middle = first + (shows - first) / 2;
        let shown = self.look(middle, terminal)?;
        let (early, late) = prints.iter().partition(|print| shown.contains(print));
        self.halve((lacks, middle), &early, terminal)?;
        self.halve((Some(middle), shows), &late, terminal)
    }

    /// What a place shows. One that cannot be judged shows nothing.
    fn look(
        &mut self,
        position: usize,
        terminal: &mut Terminal,
    ) -> Result<BTreeSet<Fingerprint>, Error> {
        if let Some(shown) = self.shown.get(&position) {
            return Ok(shown.clone());
        }
        show_progress(self.shown.len(), self.line.len(), terminal)?;
        let revision = self.line.revision(position, "")?;
        let shown = match self.teller.judge(&mut self.historian, &revision) {
            Ok(judged) => {
                let findings = judged.judgement.findings.iter();
                let shown = findings.map(|finding| finding.fingerprint).collect();
                self.historian.move_on(judged);
                shown
            }
            Err(_) => BTreeSet::new(),
        };
        self.shown.insert(position, shown);
        Ok(self.shown[&position].clone())
    }
}
