//! Fixes: applied whole, to what they are for, and to nothing else.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "mending/breakage.rs"]
mod breakage;
#[path = "process/govlint.rs"]
mod govlint;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ::govlint::assessment::Assessment;
use ::govlint::check::{Input, assess};
use ::govlint::config::Config;
use ::govlint::finding::{Applicability, Fingerprint};
use ::govlint::kind::SchemaText;
use ::govlint::kind::validate::Strictness;
use ::govlint::mend::mend;
use ::govlint::rule::{Pack, built_in_schemas};
use ::govlint::scalar::Date;
use ::govlint::snapshot::{Document, Recognition, Snapshot};
use ::govlint::source::Sources;
use govlint::Run;
use tempfile::TempDir;

const DAY: &str = "2026-11-22";

/// Two slips with a comment each: capitals, which can mean one thing, and a wrong letter.
const SLIPS: &str = "\
# The ledger.
apiVersion: govlint/v1
kind: System
id: erp
name: ERP   # as people call it
criticality: Critical   # since 2020
lifecycle: prodution   # not yet retired
";

#[test]
fn safe_fixes_are_applied_and_leave_all_else_as_it_is() {
    let folder = folder(&[("a.yaml", SLIPS)]);
    let ended = check(&folder, &["--fix"]);
    assert!(
        ended.stderr.contains("mended: 1 finding in 1 file"),
        "{}",
        ended.stderr
    );
    assert_eq!(
        read(&folder, "a.yaml"),
        SLIPS.replace("Critical", "critical")
    );
    check(&folder, &["--fix", "--unsafe-fixes"]);
    let mended = SLIPS
        .replace("Critical", "critical")
        .replace("prodution", "production");
    assert_eq!(read(&folder, "a.yaml"), mended);
    let ended = check(&folder, &["--fix", "--unsafe-fixes"]);
    assert!(ended.stderr.contains("nothing mended"), "{}", ended.stderr);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

#[test]
fn line_ends_stay_what_they_are() {
    let text = SLIPS.replace('\n', "\r\n");
    let folder = folder(&[("a.yaml", &text)]);
    check(&folder, &["--fix"]);
    assert_eq!(
        read(&folder, "a.yaml"),
        text.replace("Critical", "critical")
    );
}

#[test]
fn a_patch_changes_nothing_until_it_is_applied() {
    let folder = folder(&[("a.yaml", SLIPS)]);
    let ended = check(&folder, &["--diff", "--unsafe-fixes"]);
    assert_eq!(ended.status, 1, "{}", ended.stderr);
    assert_eq!(read(&folder, "a.yaml"), SLIPS);
    let removed: Vec<&str> = ended
        .stdout
        .lines()
        .filter(|line| line.starts_with('-'))
        .collect();
    assert_eq!(removed.len(), 3, "{}", ended.stdout);
    assert!(ended.stdout.starts_with("--- a/a.yaml\n+++ b/a.yaml\n@@ "));
    let patch = folder.path().join("fixes.patch");
    fs::write(&patch, &ended.stdout).unwrap();
    let mut git = std::process::Command::new("git");
    let applied = git
        .args(["apply", "fixes.patch"])
        .current_dir(folder.path())
        .status();
    assert!(applied.unwrap().success());
    let mended = SLIPS
        .replace("Critical", "critical")
        .replace("prodution", "production");
    assert_eq!(read(&folder, "a.yaml"), mended);
    assert_eq!(check(&folder, &["--diff", "--unsafe-fixes"]).status, 0);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let outside = folder(&[("outside.yaml", SLIPS)]);
    let inside = folder(&[]);
    let target = outside.path().join("outside.yaml");
    std::os::unix::fs::symlink(&target, inside.path().join("a.yaml")).unwrap();
    let own = folder(&[("b.yaml", SLIPS)]);
    std::os::unix::fs::symlink(own.path().join("b.yaml"), own.path().join("c.yaml")).unwrap();
    check(&inside, &["--fix"]);
    assert_eq!(fs::read_to_string(&target).unwrap(), SLIPS);
    check(&own, &["--fix"]);
    assert!(
        own.path()
            .join("c.yaml")
            .symlink_metadata()
            .unwrap()
            .is_symlink()
    );
}

#[test]
fn what_is_no_file_is_not_mended() {
    let folder = folder(&[("a.yaml", SLIPS)]);
    let ended = Run::new(folder.path(), &["check", "-", "--fix", "--as-of", DAY]).end();
    assert_eq!(ended.status, 2, "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("only files of a folder can be mended"),
        "{}",
        ended.stderr
    );
}

/// An id in capitals, and all forms in which it is named, in two files.
const NAMED: [(&str, &str); 2] = [
    (
        "named.yaml",
        "\
apiVersion: govlint/v1
kind: SystemsInventory
id: systems
name: ERP_Core and others
items:
  - {id: ERP_Core, name: ERP_Core}
  - id: crm
    name: CRM
    dependsOn:
      - {system: ERP_Core, type: hard}   # the ERP_Core of old
      - system: \"ERP_Core\"
        type: soft
",
    ),
    (
        "names.yaml",
        "\
apiVersion: govlint/v1
kind: Organization
id: halden
name: Halden
bodies: [{id: Board_X, name: Board, type: board}]
---
apiVersion: govlint/v1
kind: DecisionRight
id: budget
name: Budget
accountable: body/Board_X
---
apiVersion: govlint/v1
kind: Waiver
id: waived
name: Waived
rule: RES-005
targets: [System/ERP_Core, 'System/ERP_Core#backup', Organization/halden#Board_X]
",
    ),
];

#[test]
fn an_id_is_renamed_with_everything_that_names_it() {
    let folder = folder(&NAMED);
    check(&folder, &["--fix"]);
    for (path, text) in NAMED {
        assert_eq!(
            read(&folder, path),
            text,
            "what other texts may name is not renamed safely"
        );
    }
    let ended = check(&folder, &["--unsafe-fixes"]);
    let said = "mended: 2 findings in 2 files";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    let [named, names] = NAMED.map(|(_, text)| text);
    let named = named
        .replace("id: ERP_Core", "id: erp-core")
        .replace("system: ERP_Core", "system: erp-core")
        .replace("system: \"ERP_Core", "system: \"erp-core");
    let names = names
        .replace("System/ERP_Core", "System/erp-core")
        .replace("Board_X", "board-x");
    assert_eq!(read(&folder, "named.yaml"), named);
    assert_eq!(read(&folder, "names.yaml"), names);
}

/// Texts in which `ERP_Core` has to keep its id, and why.
const KEPT: [(&str, &str); 5] = [
    (
        "the id is that of another record",
        "apiVersion: govlint/v1\nkind: System\nid: erp-core\nname: Other\n",
    ),
    (
        "another id would become the same",
        "apiVersion: govlint/v1\nkind: System\nid: ERP Core\nname: Other\n",
    ),
    ("a text cannot be read", "apiVersion: govlint/v1\nkind: [\n"),
    (
        "it is named where nothing is understood",
        "apiVersion: govlint/v1\nkind: Watercraft\nid: boat\nname: Boat\nsystem: System/ERP_Core\n",
    ),
    (
        "an anchor names it for something else as well",
        "apiVersion: govlint/v1\nkind: System\nid: crm\nname: &name ERP_Core\ndependsOn:\n- {system: *name, type: hard}\n",
    ),
];

#[test]
fn an_id_is_kept_where_renaming_it_may_change_more_than_is_meant() {
    let system = "apiVersion: govlint/v1\nkind: System\nid: ERP_Core\nname: ERP\n";
    let alone = folder(&[("a.yaml", system)]);
    check(&alone, &["--unsafe-fixes"]);
    assert_eq!(
        read(&alone, "a.yaml"),
        system.replace("ERP_Core", "erp-core")
    );
    for (why, other) in KEPT {
        let folder = folder(&[("a.yaml", system), ("b.yaml", other)]);
        check(&folder, &["--unsafe-fixes"]);
        assert_eq!(read(&folder, "a.yaml"), system, "{why}");
        assert_eq!(read(&folder, "b.yaml"), other, "{why}");
    }
}

#[test]
fn an_id_that_reads_as_a_number_is_quoted() {
    let system = "apiVersion: govlint/v1\nkind: System\nid: 2026_\nname: New\ndependsOn: [{system: 2026_, type: hard}]\n";
    let folder = folder(&[("a.yaml", system)]);
    check(&folder, &["--unsafe-fixes"]);
    assert_eq!(read(&folder, "a.yaml"), system.replace("2026_", "\"2026\""));
}

#[test]
fn a_reference_is_qualified_where_its_new_id_fits_two_things() {
    let text = "\
apiVersion: govlint/v1
kind: Role
id: CTO
name: CTO
type: executive
status: filled
---
apiVersion: govlint/v1
kind: Person
id: cto
name: C. T. Onasis
status: active
---
apiVersion: govlint/v1
kind: System
id: erp
name: ERP
owner: CTO
";
    let folder = folder(&[("a.yaml", text)]);
    check(&folder, &["--unsafe-fixes"]);
    let renamed = text
        .replace("id: CTO", "id: cto")
        .replace("owner: CTO", "owner: Role/cto");
    assert_eq!(read(&folder, "a.yaml"), renamed);
}

#[test]
fn of_equal_records_in_a_list_the_first_stays() {
    let text = "\
apiVersion: govlint/v1
kind: SystemsInventory
id: systems
name: Systems
items:
- {id: erp, name: ERP, criticality: high}
# The same again.
- id: erp
  criticality: high
  name: ERP
- {id: erp, name: ERP, criticality: low}
- {name: ERP, id: erp, criticality: \"high\"}
- {id: crm, name: CRM} # the last
";
    let folder = folder(&[("a.yaml", text)]);
    check(&folder, &["--fix"]);
    let expected = text
        .replace("- id: erp\n  criticality: high\n  name: ERP\n", "")
        .replace("- {name: ERP, id: erp, criticality: \"high\"}\n", "");
    assert_eq!(read(&folder, "a.yaml"), expected);
}

#[test]
fn what_a_schema_wants_once_is_left_once() {
    let schema = r#"{"x-govlint-kind": "Ship", "title": "ship", "type": "object", "required": ["id"], "properties": {
        "id": {"$ref": "common.schema.json#/$defs/id"}, "name": {"type": "string"},
        "owner": {"$ref": "common.schema.json#/$defs/owner"},
        "crew": {"title": "crew", "type": "array", "uniqueItems": true, "items": {"type": "string"}}}}"#;
    let text = "apiVersion: govlint/v1\nkind: Ship\nid: sulaco\nname: Sulaco\ncrew:\n- cat # Jones\n- ripley\n- \"cat\"\n- cat # the other one\n";
    let folder = folder(&[("ship.yaml", text), ("govlint.yaml", "")]);
    fs::create_dir(folder.path().join("schemas")).unwrap();
    fs::write(folder.path().join("schemas/ship.schema.json"), schema).unwrap();
    check(&folder, &["--fix"]);
    assert_eq!(
        read(&folder, "ship.yaml"),
        text,
        "a comment is not thrown away"
    );
    check(&folder, &["--unsafe-fixes"]);
    let once = text.replace("- \"cat\"\n- cat # the other one\n", "");
    assert_eq!(read(&folder, "ship.yaml"), once);
}

/// Slips that people make: what is looked for, and what is put there. Each is made at every place of
/// the example in turn, spread over the cases.
const MUTATIONS: [(&str, &str); 10] = [
    ("criticality: high", "criticality: High"),
    ("criticality: ", "critcality: "),
    ("status: active", "status: actve"),
    ("owner: Role/", "owner: role/"),
    ("owner: Role/cfo", "owner: Role/cof"),
    ("holder: ", "Holder: "),
    ("lifecycle: production", "lifecycle: Production"),
    ("lastReviewed: 2026-0", "lastReviewed: 2026-"),
    ("kind: System", "kind: Sytem"),
    ("id: ", "ID: "),
];

/// No fix brings a finding that neither the true records nor the mistaken ones have.
#[test]
fn mending_a_slip_brings_no_new_finding() {
    let clean = example();
    let truth = fingerprints(&judged(&clean));
    let (mut made, mut undone) = (0, 0);
    for (number, (from, to)) in MUTATIONS.iter().enumerate() {
        let Some((index, at)) = place(&clean, from, number) else {
            continue;
        };
        let mut snapshot = clean.clone();
        let text = String::from_utf8(snapshot.documents[index].bytes.to_vec()).unwrap();
        let slipped = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        snapshot.documents[index].bytes = slipped.into_bytes().into();
        let mut known = fingerprints(&judged(&snapshot));
        known.extend(&truth);
        let mended = mend(&mut snapshot, Applicability::Unsafe, &|snapshot| {
            Ok::<_, String>(judged(snapshot))
        });
        mended.unwrap();
        let after = fingerprints(&judged(&snapshot));
        let new: Vec<_> = after.difference(&known).collect();
        assert!(new.is_empty(), "{from} as {to}: {new:?}");
        made += 1;
        let restored = snapshot.documents[index].bytes == clean.documents[index].bytes;
        undone += usize::from(restored && after == truth);
    }
    assert!(made >= 8, "{made} slips were made");
    assert!(undone * 2 > made, "{undone} of {made} slips were undone");
}

/// A place of a text in the example: another one for each number.
fn place(snapshot: &Snapshot, wanted: &str, number: usize) -> Option<(usize, usize)> {
    let documents = snapshot.documents.iter().enumerate();
    let places: Vec<(usize, usize)> = documents
        .flat_map(|(index, document)| {
            let text = std::str::from_utf8(&document.bytes).unwrap();
            let found = text.match_indices(wanted);
            found.map(move |(at, _)| (index, at)).collect::<Vec<_>>()
        })
        .collect();
    places.get((7 * number + 3) % places.len().max(1)).copied()
}

fn fingerprints(assessment: &Assessment) -> BTreeSet<Fingerprint> {
    let findings = assessment.findings.iter();
    findings
        .map(|triaged| triaged.finding.fingerprint)
        .collect()
}

fn judged(snapshot: &Snapshot) -> Assessment {
    let (packs, config) = ([Pack::built_in()], Config::default());
    assess(&input(snapshot, &packs, &config), None)
        .map_err(|failure| format!("{failure:?}"))
        .unwrap()
}

fn input<'a>(snapshot: &'a Snapshot, packs: &'a [Pack], config: &'a Config) -> Input<'a> {
    static SCHEMAS: OnceLock<Vec<SchemaText>> = OnceLock::new();
    Input {
        snapshot,
        sources: Sources::default(),
        schemas: SCHEMAS.get_or_init(built_in_schemas),
        packs,
        config,
        profile: None,
        baseline: None,
        is_whole: true,
        as_of: Date::parse(DAY).unwrap(),
        from: None,
        select: &[],
        ignore: &[],
        may_lack_rules: false,
        strictness: Strictness::Full,
        explain_not_evaluable: false,
        without_waivers: false,
    }
}

/// The example without gaps, as a snapshot.
fn example() -> Snapshot {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/halden-freight-clean");
    let mut documents: Vec<Document> = files_below(&root)
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .filter(|path| path.file_name().is_some_and(|name| name != "govlint.yaml"))
        .map(|path| Document {
            path: path
                .strip_prefix(&root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/"),
            bytes: fs::read(&path).unwrap().into(),
            recognition: Recognition::Ours,
            blob: None,
        })
        .collect();
    documents.sort_by(|left, right| left.path.cmp(&right.path));
    Snapshot {
        documents,
        ..Snapshot::default()
    }
}

fn files_below(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| {
        if path.is_dir() {
            files_below(&path)
        } else {
            vec![path]
        }
    });
    found.collect()
}

fn check(folder: &TempDir, words: &[&str]) -> govlint::Ended {
    let mut all = vec!["check", "--as-of", DAY];
    all.extend(words);
    Run::new(folder.path(), &all).end()
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}
