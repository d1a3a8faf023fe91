//! `govlint history` on histories whose course is known.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use govlint::check::{Judgement, judge, load_with};
use govlint::finding::Finding;
use govlint::host::git;
use govlint::scalar::Date;
use govlint::source::Span;
use govlint::workspace::history::Historian;
use govlint::workspace::{Places, Workspace};
use serde_json::Value;

use crate::assert_said;
use crate::repository::{Repository, person};

/// Six months: Bob comes in February, is mended in April, and comes again in June; Carl is called
/// Bob from March on; the rule is off in May, which mends nobody.
fn history() -> Repository {
    let repository = Repository::new();
    let commit = |day: &str, tag: &str| {
        repository.commit(day);
        repository.tag(tag);
    };
    let name = |id: &str, name: &str| repository.write(&format!("{id}.yaml"), person(id, name));
    let config = |lines: &str| {
        let text = format!("apiVersion: govlint/v1\nkind: Config\nbuiltIn: false\n{lines}");
        repository.write("govlint.yaml", text);
    };
    name("ada", "Ada");
    commit("2026-01-31", "v1");
    name("bob", "Bob");
    repository.commit("2026-02-10");
    name("dora", "Dora");
    commit("2026-02-28", "v2");
    name("carl", "Bob");
    commit("2026-03-31", "v3");
    name("bob", "Bert");
    commit("2026-04-30", "v4");
    config("rules:\n  OWN-001: off\n");
    commit("2026-05-31", "v5");
    config("");
    name("bob", "Bob");
    commit("2026-06-30", "v6");
    repository
}

fn find<'a>(told: &'a Value, subject: &str) -> &'a Value {
    let findings = told["findings"].as_array().unwrap();
    let mut found = findings
        .iter()
        .filter(|finding| finding["subject"] == subject);
    found.next().unwrap()
}

#[test]
fn findings_come_go_and_come_again() {
    let repository = history();
    let told = repository.run(&["history", "-f", "json"]).json();
    let revisions = told["revisions"].as_array().unwrap();
    let numbers: Vec<(&str, u64, u64, u64)> = revisions
        .iter()
        .map(|moment| {
            let number = |value: &Value| value.as_u64().unwrap();
            let ended = moment["ended"].as_object().unwrap().values();
            (
                moment["revision"]["asked"].as_str().unwrap(),
                number(&moment["open"]["errors"]),
                number(&moment["appeared"]),
                ended.map(number).sum(),
            )
        })
        .collect();
    let expected = [
        ("v1", 0, 0, 0),
        ("v2", 1, 1, 0),
        ("v3", 2, 1, 0),
        ("v4", 1, 0, 1),
        ("v5", 0, 0, 1),
        ("v6", 2, 2, 0),
    ];
    assert_eq!(numbers, expected);
    assert_eq!(revisions[3]["ended"]["fixed"], 1);
    assert_eq!(revisions[4]["ended"]["hidden"], 1);
    assert_eq!(revisions[5]["policies"]["own"]["errors"], 2);
    assert_eq!(revisions[5]["asOf"], "2026-06-30");
    // Bob was mended and is there again; Carl was only out of sight.
    let bob = find(&told, "Person/bob");
    assert_eq!(bob["reopened"], true);
    assert_eq!(bob["times"][0]["outcome"], "fixed");
    assert_eq!(bob["times"][0]["days"], 61);
    assert_eq!(bob["times"][1]["since"], "2026-06-30");
    let carl = find(&told, "Person/carl");
    assert_eq!(carl["reopened"], false);
    assert_eq!(carl["times"].as_array().unwrap().len(), 1);
    assert_eq!(carl["times"][0]["days"], 91);
}

/// What counts days is told as on the last day on which it was seen, though it is judged once.
#[test]
fn words_are_those_of_the_day_of_which_they_tell() {
    let repository = Repository::new();
    let rule = fs::read_to_string(repository.path().join("policies/own/named-bob.yaml")).unwrap();
    let dated = rule
        .replace("OWN-001", "OWN-002")
        .replace("{self} is called Bob", "{self} is called Bob on {asOf}")
        .replace("Rename {self}.", "Rename {self} before {asOf}.");
    repository.write("policies/own/bob-by-day.yaml", dated);
    let name = |id: &str, name: &str| repository.write(&format!("{id}.yaml"), person(id, name));
    name("ada", "Bob");
    name("bob", "Bob");
    // A second Bob of one id, who can only be told apart by his place.
    repository.write("bob-again.yaml", person("bob", "Bob"));
    for (month, ada) in [("01", "Bob"), ("02", "Bob"), ("03", "Ada"), ("04", "Ada")] {
        name("ada", ada);
        name("carl", &format!("Carl {month}"));
        repository.commit(&format!("2026-{month}-15"));
        repository.tag(&format!("v{month}"));
    }
    let told = repository.run(&["history", "-f", "json"]).json();
    let messages = |subject: &str| {
        let findings = told["findings"].as_array().unwrap();
        let own = findings
            .iter()
            .filter(|finding| finding["subject"] == subject && finding["code"] == "OWN-002");
        own.map(|finding| finding["message"].as_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        messages("Person/ada"),
        ["Person/ada is called Bob on 2026-02-15"]
    );
    assert_eq!(
        messages("Person/bob"),
        ["Person/bob is called Bob on 2026-04-15"; 2]
    );
}

#[test]
fn people_read_a_direction() {
    let repository = history();
    let words = [
        "v4         2026-04-30         4        1",
        "open by policy   v1   v2   v3   v4   v5   v6",
        "own               0    1    2    1    0    2",
        "median time until mended: error 61 d (1 mended)",
        "2026-03-31    91 d  error OWN-001  Person/carl is called Bob",
        "there again",
        "6 revisions · 0 open findings at v1, 2 at v6",
        "next: --exact finds the commit",
    ];
    assert_said(&repository.run(&["history"]), 0, &words);
}

#[test]
fn months_and_named_revisions_are_looked_at_in_their_order() {
    let repository = history();
    let names = |words: &[&str]| {
        let words = [&["history", "-f", "json"], words].concat();
        let told = repository.run(&words).json();
        let revisions = told["revisions"].as_array().unwrap().iter();
        let names =
            revisions.map(|moment| moment["revision"]["asked"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    let months = "2026-01 2026-02 2026-03 2026-04 2026-05 2026-06";
    assert_eq!(names(&["--monthly"]), months);
    assert_eq!(
        names(&["--monthly", "--at", "v3"]),
        "2026-01 2026-02 2026-03"
    );
    assert_eq!(names(&["v6", "v2", "HEAD~3", "v6"]), "v2 HEAD~3 v6");
    repository.git(&["tag", "also-v2", "v2^{commit}"]);
    repository.git(&["checkout", "-q", "-b", "side", "v2"]);
    repository.commit_at("2026-03-15T12:00:00Z");
    repository.tag("aside");
    repository.git(&["checkout", "-q", "main"]);
    assert_eq!(names(&[]), "v1 also-v2, v2 v3 v4 v5 v6");
    assert_eq!(names(&["v3", "aside", "v2"]), "v2 aside v3");
    let ended = repository.run(&["history"]);
    assert_said(
        &ended,
        0,
        &["not on the line of first parents of HEAD: aside"],
    );
}

#[test]
fn the_commit_that_brought_a_finding_is_found() {
    let repository = history();
    // Four more commits, of which the third brings Emil.
    for (day, id, name) in [
        ("2026-07-01", "eve", "Eve"),
        ("2026-07-02", "fred", "Fred"),
        ("2026-07-03", "emil", "Bob"),
        ("2026-07-04", "gina", "Gina"),
    ] {
        repository.write(&format!("{id}.yaml"), person(id, name));
        repository.commit(day);
    }
    repository.tag("v7");
    let told = repository.run(&["history", "v2", "v6", "v7", "--exact", "-f", "json"]);
    let told = told.json();
    let origin = |subject: &str| find(&told, subject)["times"][0]["origin"].clone();
    let emil = origin("Person/emil");
    let brought = repository.git(&["rev-list", "-1", "--before=2026-07-03T13:00:00Z", "main"]);
    assert_eq!(emil["commit"], brought);
    assert_eq!(emil["author"]["name"], "Ada");
    assert_eq!(emil["committer"]["time"], "2026-07-03T12:00:00+00:00");
    // Carl came between v2 and v6; Bob before v2, which is the first that is looked at.
    let id = |name: &str| repository.git(&["rev-parse", name]);
    assert_eq!(origin("Person/carl")["commit"], id("v3^{commit}"));
    let bob = origin("Person/bob");
    assert_eq!(bob["commit"], id("v2~1"));
    let ended = repository.run(&["history", "v2", "v7", "--exact"]);
    assert_said(
        &ended,
        0,
        &["since", "by Ada", "mend what has been open the longest"],
    );
}

#[test]
fn what_cannot_be_judged_is_said() {
    let repository = history();
    repository.write("govlint.yaml", "mistaken: true\n");
    repository.commit("2026-07-31");
    repository.tag("v7");
    let ended = repository.run(&["history"]);
    assert_said(
        &ended,
        2,
        &[
            "v7 could not be judged: 1 mistake in govlint.yaml",
            "6 revisions",
        ],
    );
    repository.write("govlint.yaml", "builtIn: false\n");
    repository.commit("2026-08-31");
    repository.tag("v8");
    let ended = repository.run(&["history"]);
    assert_said(&ended, 0, &["v7 could not be judged", "7 revisions"]);
    let ended = repository.run(&["history", "v7"]);
    assert_said(&ended, 2, &["no revision could be judged"]);
    let untagged = Repository::new();
    untagged.commit("2026-01-31");
    let ended = untagged.run(&["history"]);
    assert_said(&ended, 3, &["there is no tag to look at", "--monthly"]);
}

#[test]
fn a_shallow_clone_says_that_it_lacks_the_rest() {
    let repository = history();
    let clone = repository.beside("shallow");
    let from = format!("file://{}", repository.path().display());
    let to = clone.to_str().unwrap();
    repository.git(&["clone", "-q", "--depth", "3", &from, to]);
    let words = ["history", "--monthly", "--at", "HEAD", "--repo", to];
    let ended = repository.run(&words);
    assert_said(
        &ended,
        0,
        &[
            "3 revisions",
            "the clone is shallow",
            "git fetch --unshallow",
        ],
    );
}

#[test]
fn a_history_is_a_table_for_spreadsheets() {
    let repository = history();
    let ended = repository.run(&["history", "-f", "csv"]);
    let id = repository.git(&["rev-parse", "v3^{commit}"]);
    let row = format!("v3,{id},2026-03-31,own,error,2\r\n");
    assert_said(
        &ended,
        0,
        &["revision,commit,date,policy,severity,open\r\n", &row],
    );
    let ended = repository.run(&["history", "-f", "findings-csv"]);
    let row = "OWN-001,own/named-bob,error,Person/bob,Person/bob is called Bob,bob.yaml,no,\
               v2,2026-02-28,v4,2026-04-30,fixed,61,,\r\n";
    assert_said(&ended, 0, &["fingerprint,code,rule,", row]);
}

/// What is kept from one revision to the next changes nothing of what is found.
#[test]
fn each_revision_is_judged_as_if_it_were_alone() {
    let repository = history();
    let told = repository.run(&["history", "-f", "json"]).json();
    for moment in told["revisions"].as_array().unwrap() {
        let name = moment["revision"]["asked"].as_str().unwrap();
        let alone = repository.run(&["check", "--at", name, "-f", "json"]);
        if alone.status == 3 {
            assert_eq!(moment["open"]["errors"], 0);
            continue;
        }
        let alone = alone.json();
        assert_eq!(
            alone["summary"]["errors"], moment["open"]["errors"],
            "{name}"
        );
        assert_eq!(alone["counts"]["verdicts"], moment["verdicts"], "{name}");
        assert_eq!(alone["counts"]["resources"], moment["resources"], "{name}");
    }
}

/// Edits of a governed repository, one a commit: what is changed, and to what; to nothing is
/// deletion.
const EDITS: [(&str, &str, &str); 9] = [
    (
        "govlint.yaml",
        "kind: Config",
        "kind: Config\nrules: {DOC-002: off}",
    ),
    (
        "governance/systems/finance.yaml",
        "criticality: critical",
        "criticality: low",
    ),
    ("governance/continuity/services.yaml", "rto: 8h", "rto: 30h"),
    ("governance/organization.yaml", "", ""),
    (
        "governance/systems/finance.yaml",
        "criticality: low",
        "criticality: high",
    ),
    ("handbook", "", ""),
    (
        "governance/continuity/services.yaml",
        "rto: 30h",
        "rto: [broken",
    ),
    (
        "governance/continuity/services.yaml",
        "rto: [broken",
        "rto: 8h",
    ),
    ("govlint.yaml", "", ""),
];

/// Every finding with all its places, in order.
fn findings(judgement: &Judgement, findings: &[Arc<Finding>]) -> Vec<String> {
    let sources = &judgement.loaded.sources;
    let place = |span: Span| format!("{}@{:?}", sources.get(span.source).path(), span.range);
    let findings = findings.iter().zip(&judgement.states);
    findings
        .map(|(finding, state)| {
            let labels = [&finding.primary].into_iter().chain(&finding.related);
            let labels = labels.map(|label| format!("{} {}", place(label.span), label.text));
            let labels = labels.collect::<Vec<_>>().join("; ");
            let asked = finding.asked.map(place);
            format!(
                "{} {} {} {labels} {asked:?} {state:?}",
                finding.fingerprint, finding.severity, finding.message
            )
        })
        .collect()
}

fn open(repository: &git::Repository, name: &str, before: Option<&Workspace>) -> (Workspace, Date) {
    let revision = repository.revision(name).unwrap();
    let opened = revision.open(&[PathBuf::from(".")], None).unwrap();
    let configuration = opened.configuration.as_ref();
    let places = Places {
        name: ".".to_owned(),
        documents: &opened.folder,
        paths: &opened.paths,
        given: None,
        own: &opened.folder,
        configuration: configuration.map(|found| found.name.clone()),
        own_shown: String::new(),
        is_one: true,
    };
    let workspace = Workspace::open_after(places, before);
    let day = revision.identity.committer.date().unwrap();
    (workspace.unwrap(), day)
}

/// Findings, places and verdicts of all built-in rules are those of a run that knows nothing of
/// the revisions before.
#[test]
fn what_is_carried_over_is_what_a_fresh_run_finds() {
    let made = Repository::bare_of_files();
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/halden-freight");
    copy(&story, made.path());
    let mut commits = vec![made.commit("2026-10-01")];
    for (number, (path, old, new)) in EDITS.iter().enumerate() {
        let path = made.path().join(path);
        if old.is_empty() {
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.unwrap();
        } else {
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(old), "{} has no {old}", path.display());
            fs::write(&path, text.replacen(old, new, 1)).unwrap();
        }
        commits.push(made.commit(&format!("2026-10-{:02}", number + 2)));
    }
    let repository = git::Repository::discover(made.path()).unwrap();
    let mut historian = Historian::default();
    let mut counts = Vec::new();
    for commit in &commits {
        let before = historian.previous().map(|before| &before.workspace);
        let (workspace, day) = open(&repository, commit, before);
        let judged = historian.judge(workspace, day).unwrap();
        let (workspace, day) = open(&repository, commit, None);
        let input = workspace.input(day);
        let loaded = load_with(&input, &workspace.kinds).unwrap();
        let fresh = judge(&input, &Arc::new(loaded)).unwrap();
        let told = judged.told(&judged.judgement.findings);
        let told = findings(&judged.judgement, &told);
        assert_eq!(told, findings(&fresh, &fresh.findings), "{commit}");
        let verdicts = |judgement: &Judgement| {
            let rules = judgement.ledger.rules.iter();
            rules.map(|rule| rule.verdicts.clone()).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(&judged.judgement), verdicts(&fresh), "{commit}");
        counts.push(fresh.findings.len());
        historian.move_on(judged);
    }
    counts.dedup();
    assert!(
        counts.len() > 4,
        "the edits change what is found: {counts:?}"
    );
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
