//! How a report came about: what was read, by which rules, and how it was counted.

use super::{Cell, Chart, Column, Section, Table};
use crate::assessment::{Assessment, PackSummary};

/// The section on method and provenance.
pub(super) fn section(assessment: &Assessment) -> Section {
    let rows = provenance(assessment)
        .into_iter()
        .chain(counting(assessment));
    let parameters = assessment.rules.iter().flat_map(|rule| {
        let params = rule.params.iter();
        params.map(move |param| {
            let name = format!("{} {}", rule.code, param.name);
            let place = crate::finding::Label::new(param.span, "set here");
            vec![Cell::text(name), Cell::text(&param.value).at([place])]
        })
    });
    let rows = rows.map(|(name, value)| vec![Cell::text(name), value]);
    Section {
        id: "method".to_owned(),
        title: "Method and provenance".to_owned(),
        question: "What was read, by which rules, and how was it counted?".to_owned(),
        lead: None,
        chart: Chart::Table(Table {
            columns: vec![Column::words("What"), Column::words("Value")],
            rows: rows.chain(parameters).collect(),
        }),
        empty: String::new(),
        notes: Vec::new(),
    }
}

fn provenance(assessment: &Assessment) -> Vec<(String, Cell)> {
    let provenance = &assessment.provenance;
    let counts = &assessment.counts;
    let mut rows = vec![
        ("Version of govlint", Cell::text(&provenance.version)),
        ("Read", Cell::text(&provenance.root)),
        ("Profile", Cell::text(&provenance.profile)),
        ("As of", Cell::date(assessment.as_of)),
        (
            "Digest of the documents (BLAKE3)",
            Cell::text(&provenance.documents_digest),
        ),
        ("Files read", Cell::count(counts.files as u64)),
        (
            "YAML files that are none of ours",
            Cell::count(counts.skipped as u64),
        ),
        ("Records", Cell::count(counts.resources as u64)),
        ("Not evaluable", Cell::count(counts.verdicts.not_evaluable)),
        ("Excepted", Cell::count(assessment.waived() as u64)),
    ];
    if let Some(revision) = &provenance.revision {
        rows.push(("Commit", Cell::text(revision.commit.to_string())));
    }
    let rows = rows
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let packs = provenance
        .packs
        .iter()
        .map(|pack| (format!("Rules, {}", pack.name), Cell::text(packed(pack))));
    rows.chain(packs).collect()
}

fn packed(pack: &PackSummary) -> String {
    let version = pack
        .version
        .as_deref()
        .map_or(String::new(), |own| format!("{own}, "));
    format!("{version}{} rules, digest {}", pack.rules, pack.digest)
}

fn counting(assessment: &Assessment) -> Vec<(String, Cell)> {
    let scoring = &assessment.scoring;
    let [error, warning, info] = scoring.severities;
    let levels: Vec<String> = scoring.levels.iter().map(ToString::to_string).collect();
    let weights: Vec<String> = assessment
        .policies
        .iter()
        .filter(|policy| policy.weight > 0)
        .map(|policy| format!("{} {}", policy.title, policy.weight))
        .collect();
    [
        (
            "Conformance of a rule",
            "weight of what passes / weight of what the rule applies to".to_owned(),
        ),
        (
            "Coverage of a domain",
            "mean conformance of its rules by severity".to_owned(),
        ),
        (
            "Overall",
            "mean coverage of the domains by their weights".to_owned(),
        ),
        (
            "Weight of severities",
            format!("error {error}, warning {warning}, info {info}"),
        ),
        (
            "Weight of records",
            format!("{} from the lowest level to the highest", levels.join(", ")),
        ),
        (
            "A failure that is excepted counts",
            format!("{} % of a pass", scoring.waived),
        ),
        ("Weight of domains", weights.join(", ")),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), Cell::text(value)))
    .collect()
}
