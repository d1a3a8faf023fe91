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
    let rows = rows.map(|(name, value)| vec![Cell::text(name), Cell::text(value)]);
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

fn provenance(assessment: &Assessment) -> Vec<(String, String)> {
    let provenance = &assessment.provenance;
    let counts = &assessment.counts;
    let mut rows = vec![
        ("Version of govlint", provenance.version.clone()),
        ("Read", provenance.root.clone()),
        ("Profile", provenance.profile.clone()),
        ("As of", assessment.as_of.to_string()),
        (
            "Digest of the documents (BLAKE3)",
            provenance.documents_digest.clone(),
        ),
        ("Files read", counts.files.to_string()),
        (
            "YAML files that are none of ours",
            counts.skipped.to_string(),
        ),
        ("Records", counts.resources.to_string()),
        ("Not evaluable", counts.verdicts.not_evaluable.to_string()),
        ("Excepted", assessment.waived().to_string()),
    ];
    if let Some(revision) = &provenance.revision {
        rows.push(("Commit", revision.commit.to_string()));
    }
    let rows = rows
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let packs = provenance
        .packs
        .iter()
        .map(|pack| (format!("Rules, {}", pack.name), packed(pack)));
    rows.chain(packs).collect()
}

fn packed(pack: &PackSummary) -> String {
    let version = pack
        .version
        .as_deref()
        .map_or(String::new(), |own| format!("{own}, "));
    format!("{version}{} rules, digest {}", pack.rules, pack.digest)
}

fn counting(assessment: &Assessment) -> Vec<(String, String)> {
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
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
