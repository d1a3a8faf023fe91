use std::sync::Arc;
use std::{env, fs};

use serde_json::Value;

use super::{failure_schema, render, schema};
use crate::finding::Severity::{Error, Warning};
use crate::finding::{Applicability, Edit, Fix};
use crate::render::Style;
use crate::render::tests::{SLOWER, Story, north_star};
use crate::snapshot::{Contributor, ObjectId, RevisionIdentity, TagIdentity};

const SCHEMA_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/govlint");

/// Everything that an assessment can hold.
fn everything() -> Story {
    let mut story = Story::new()
        .file("a.yaml", "é: ⟦ü\nb⟧\nc: ⟦1⟧\n")
        .rule(SLOWER, "Because.", &["ISO22301:8.2.2"])
        .finding(
            Error,
            SLOWER,
            "System/a",
            "a is \"slow\"\n",
            &[(0, "two lines"), (1, "one")],
        )
        .help("Mend it.")
        .asked(1)
        .finding(Warning, SLOWER, "System/b", "b is slow", &[(1, "")])
        .waived("Waiver/b", "2027-01-31", "It goes.")
        .behind(0)
        .not_evaluable(SLOWER, "System/c", (1, "c"))
        .checked(3, 30);
    let assessment = &mut story.assessment;
    assessment.from = Some("2026-08-23".parse().unwrap());
    assessment.counts.kinds.insert("System".to_owned(), 3);
    assessment.provenance.revision = Some(revision());
    let finding = Arc::make_mut(&mut assessment.findings[0].finding);
    finding.cause = Some("System/c".to_owned());
    finding.fix = Some(Fix {
        title: "write 2".to_owned(),
        applicability: Applicability::DisplayOnly,
        edits: vec![Edit {
            span: finding.related[0].span,
            replacement: "2".to_owned(),
        }],
        comes_last: false,
    });
    story
}

fn revision() -> RevisionIdentity {
    let contributor = |name: &str, offset_minutes: i32| Contributor {
        name: name.to_owned(),
        seconds: 1_790_805_600,
        offset_minutes,
    };
    RevisionIdentity {
        asked: "v1".to_owned(),
        reference: Some("refs/tags/v1".to_owned()),
        commit: ObjectId::new([1; 20]),
        tree: ObjectId::new([2; 20]),
        tag: Some(TagIdentity {
            name: "v1".to_owned(),
            id: ObjectId::new([3; 20]),
            signed: true,
            tagger: Some(contributor("Ada", 120)),
        }),
        signed: false,
        author: contributor("Ada", 120),
        committer: contributor("\u{1b}[31mBob", -300),
        dirty: Some(true),
    }
}

#[test]
fn an_assessment_is_written_whole() {
    insta::assert_snapshot!(everything().render(render, Style::default()));
}

#[test]
fn output_is_valid_under_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for story in [everything(), north_star(), Story::new()] {
        let text = story.render(render, Style::default());
        let value: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut broken: Value =
        serde_json::from_str(&everything().render(render, Style::default())).unwrap();
    broken["findings"][0]["primary"]["startLine"] = 0.into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn the_schema_files_are_those_of_the_types() {
    for (name, schema) in [("assessment", schema()), ("failure", failure_schema())] {
        let file = format!("{SCHEMA_FOLDER}/{name}.schema.json");
        let text = format!("{schema:#}\n");
        if env::var_os("UPDATE").is_some() {
            fs::write(&file, &text).unwrap();
        }
        let written = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            written == text,
            "{file} is not that of the types; run the tests with UPDATE=1"
        );
    }
}
