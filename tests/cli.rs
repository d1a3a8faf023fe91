//! The built command, driven on folders made for each test.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use govlint::finding::EngineCheck;
use tempfile::TempDir;

/// A record with nothing worse about it than a warning of [`RULE`].
const CLEAN: &str = "\
apiVersion: govlint/v1
kind: Person
id: ada
name: Ada
status: active
";

/// A record with a reference that leads nowhere.
const BROKEN: &str = "\
apiVersion: govlint/v1
kind: Vendor
id: acme
name: Acme
owner: Role/nobody
status: active
";

/// A rule that fails on everybody called Ada, with its examples.
const RULE: &str = "\
apiVersion: govlint/v1
kind: Rule
code: OWN-001
title: Somebody is called Ada
severity: warning
params:
  name: {type: string, default: Ada}
for: Person
assert: self.name != params.name
at: self.name
message: \"{self} is called {params.name}\"
why: Names matter.
fix: Rename {self}.
examples:
  - name: Ada
    given: |
      apiVersion: govlint/v1
      kind: Person
      id: ada
      name: Ada  # <- warning
  - name: Bob
    given: |
      apiVersion: govlint/v1
      kind: Person
      id: bob
      name: Bob
";

/// A folder with files, and no repository above it.
struct Folder(TempDir);

/// What a command did.
struct Ran {
    status: i32,
    out: String,
    error: String,
}

impl Folder {
    /// A folder with these files, in which no rule but [`RULE`] holds.
    fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let folder = Self::bare([]);
        folder.configure("");
        folder.write("policies/names/named-ada.yaml", RULE);
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// A folder with these files and nothing else.
    fn bare<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let folder = Self(TempDir::new().unwrap());
        // Nothing above the folder is looked at.
        fs::create_dir(folder.path().join(".git")).unwrap();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes the configuration: without the built-in rules, and with `lines`.
    fn configure(&self, lines: &str) {
        self.write("govlint.yaml", &format!("builtIn: false\n{lines}"));
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs the command in this folder, with the words of `line` as its arguments.
    fn run(&self, line: &str) -> Ran {
        self.run_with(line, &[], None)
    }

    fn run_with(&self, line: &str, variables: &[(&str, &str)], input: Option<&str>) -> Ran {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.run_words(&words, variables, input)
    }

    fn run_words(&self, words: &[&str], variables: &[(&str, &str)], input: Option<&str>) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_govlint"));
        command.args(words).current_dir(self.path());
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CI"] {
            command.env_remove(name);
        }
        command.env("GOVLINT_AS_OF", "2026-11-22");
        command.envs(variables.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.unwrap_or("").as_bytes()).unwrap();
        drop(stdin);
        Ran::new(child.wait_with_output().unwrap())
    }
}

impl Ran {
    fn new(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Holds the command to its exit status and to words in its output, or in its error output
    /// where they start with `!`.
    #[track_caller]
    fn check(&self, status: i32, words: &[&str]) -> &Self {
        let Self { out, error, .. } = self;
        let shown = format!("--- out\n{out}--- error\n{error}");
        assert_eq!(self.status, status, "{shown}");
        for word in words {
            match word.strip_prefix('!') {
                Some(word) => assert!(error.contains(word), "no {word:?} in\n{shown}"),
                None => assert!(out.contains(word), "no {word:?} in\n{shown}"),
            }
        }
        self
    }

    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).expect(&self.out)
    }
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    folder.run("check").check(0, &["0 errors"]);
    folder.write("b.yaml", BROKEN);
    folder.run("check").check(1, &["b.yaml:5:8", "1 error"]);
    folder.run("check --exit-zero").check(0, &["1 error"]);
    folder.run("check a.yaml").check(0, &["1 file"]);
    folder
        .run("check nowhere")
        .check(2, &["!nowhere: no such file or directory"]);
    folder.run("chekc").check(2, &["!unrecognized subcommand"]);
    folder.run("--help").check(0, &["Exit status"]);
    folder.run("check --help").check(0, &["Examples:"]);
}

#[test]
fn the_threshold_is_a_flag_or_a_key_of_the_configuration() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    folder.run("check").check(0, &["1 warning"]);
    folder.run("check --fail-on warning").check(1, &[]);
    folder.configure("failOn: warning\n");
    folder.run("check").check(1, &[]);
    folder.run("check --fail-on error").check(0, &[]);
    folder
        .run("check --fail-on never")
        .check(2, &["!possible values: error, warning, info"]);
}

#[test]
fn nothing_to_check_is_said() {
    let folder = Folder::bare([("ci.yml", "on: push\n"), ("notes.md", "# notes\n")]);
    folder.run("check").check(
        3,
        &[
            "!no governance documents found in .: 1 YAML file was skipped",
            "!apiVersion: govlint/v1",
        ],
    );
    folder.write("a.yaml", CLEAN);
    folder.configure("");
    folder.run("check").check(3, &["!no rule is on"]);
    folder.run("rules").check(3, &["!there are no rules"]);
    folder.configure("exclude: [a.yaml]\n");
    folder.run("check").check(
        3,
        &["!1 YAML file was skipped, and 1 left out by `exclude:`"],
    );
    folder.write("empty.yaml", "# apiVersion: govlint/v1\n");
    folder
        .run("check empty.yaml")
        .check(1, &["does not say so"]);
}

#[test]
fn a_filter_that_leaves_no_rule_checks_nothing() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    folder
        .run("check --select OWN-001 --fail-on info")
        .check(1, &["OWN-001"]);
    folder
        .run("check --select names --ignore OWN-001")
        .check(3, &["!is left after --select and --ignore"]);
    folder.run("check --select OWN-01").check(
        2,
        &["!no rule or policy `OWN-01`", "!did you mean `OWN-001`?"],
    );
}

#[test]
fn mistakes_in_the_configuration_are_shown_where_they_stand() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    let wrong = [
        ("profil: x\n", "did you mean `profile`?", "govlint.yaml:2:1"),
        ("timezone: Mars/X\n", "IANA", "govlint.yaml:2:11"),
        ("exclude: [\"{a\"]\n", "gitignore", "govlint.yaml:2:11"),
        (
            "rules:\n  nameds: off\n",
            "no rule or policy",
            "govlint.yaml:3:3",
        ),
    ];
    for (text, words, place) in wrong {
        folder.configure(text);
        let ran = folder.run_with("check", &[("GOVLINT_AS_OF", "")], None);
        let (words, place) = (format!("!{words}"), format!("!{place}"));
        ran.check(2, &[&words, &place, "!1 mistake in govlint.yaml"]);
        assert_eq!(ran.out, "", "{text}");
    }
}

#[test]
fn mistakes_in_policies_end_the_run() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    let wrong = RULE.replace("self.name != ", "self.nme != ");
    folder.write("policies/names/named-ada.yaml", &wrong);
    for command in ["check", "rules", "test", "explain OWN-001"] {
        let words = [
            "!Person has no field `nme`",
            "!policies/names/named-ada.yaml:9:14",
            "!did you mean `name`?",
            "!1 mistake in policies/names/named-ada.yaml",
        ];
        folder.run(command).check(2, &words);
    }
    fs::remove_dir_all(folder.path().join("policies/names")).unwrap();
    folder.write("policies/named-ada.yaml", RULE);
    folder
        .run("check")
        .check(2, &["!stands in no policy", "!<policy>/named-ada.yaml"]);
}

#[test]
fn the_configuration_is_looked_for_upwards() {
    let folder = Folder::new([("records/deep/a.yaml", CLEAN)]);
    folder
        .run("check records/deep --fail-on warning")
        .check(1, &["records/deep/a.yaml:4:7"]);
    let records = Path::join(folder.path(), "records");
    let path = records.join("../records/deep");
    folder
        .run_words(&["check", path.to_str().unwrap()], &[], None)
        .check(0, &["records/deep/a.yaml:4:7"]);
    // A repository ends the search.
    fs::create_dir(records.join(".git")).unwrap();
    folder
        .run("check records/deep --select OWN-001")
        .check(2, &["!no rule or policy"]);
    folder
        .run("check records/deep --config govlint.yaml")
        .check(0, &["records/deep/a.yaml:4:7"]);
}

#[test]
fn a_configuration_elsewhere_brings_its_own_policies() {
    let folder = Folder::bare([
        (
            "conf/strict.yaml",
            "builtIn: false\nfailOn: warning\nexclude: [b.yaml]\n",
        ),
        ("conf/policies/names/named-ada.yaml", RULE),
        ("records/a.yaml", CLEAN),
        ("records/b.yaml", BROKEN),
    ]);
    folder
        .run("check records --config conf/strict.yaml")
        .check(1, &["a.yaml:4:7", "0 errors, 1 warning"]);
}

#[test]
fn records_in_a_folder_called_policies_are_records() {
    let folder = Folder::new([("policies/a.yaml", CLEAN), ("policies/b.yaml", BROKEN)]);
    folder
        .run("check")
        .check(1, &["2 files,", "policies/b.yaml:5", "OWN-001"]);
    fs::remove_dir_all(folder.path().join("policies/names")).unwrap();
    folder
        .run("check")
        .check(1, &["2 files,", "policies/b.yaml:5"]);
}

#[test]
fn policy_files_elsewhere_are_no_documents_and_not_in_force() {
    let folder = Folder::new([("a.yaml", CLEAN), ("drafts/names/named-ada.yaml", RULE)]);
    folder
        .run("check")
        .check(0, &["1 file,", "!drafts/names/named-ada.yaml"]);
    folder
        .run("check drafts")
        .check(3, &["!is a policy file", "!govlint test"]);
}

#[test]
fn named_and_listed_files_are_read_whatever_they_say() {
    let files = [
        ("a.yaml", CLEAN),
        ("vendor.txt", BROKEN),
        ("x.yml", "a: 1\n"),
    ];
    let folder = Folder::new(files);
    folder.run("check").check(0, &["1 file,"]);
    folder
        .run("check . vendor.txt")
        .check(1, &["vendor.txt:5:8"]);
    folder.configure("documents: [x.yml]\n");
    folder
        .run("check")
        .check(1, &["x.yml:1:1", "does not say so"]);
}

#[test]
fn the_standard_input_is_a_document() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    let ran = folder.run_with("check -", &[], Some(BROKEN));
    ran.check(1, &["stdin.yaml:5:8", "1 file,"]);
    let ran = folder.run_with("check - .", &[], Some(BROKEN));
    ran.check(1, &["stdin.yaml:5:8", "2 files,"]);
}

#[test]
fn hidden_and_ignored_files_are_left_out() {
    let folder = Folder::new([
        ("a.yaml", CLEAN),
        (".hidden/b.yaml", BROKEN),
        ("build/b.yaml", BROKEN),
        (".gitignore", "build/\n"),
        (".ignore", "a.yaml\n"),
    ]);
    folder.run("check").check(0, &["1 file,"]);
    folder
        .run("check .hidden")
        .check(1, &[".hidden/b.yaml:5:8"]);
}

#[test]
fn several_formats_go_to_several_places() {
    let folder = Folder::new([("b.yaml", BROKEN)]);
    folder
        .run("check -f human -f json -o report.json")
        .check(1, &["b.yaml:5:8"]);
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(report["summary"]["errors"], 1);
    let ran = folder.run("check --format json");
    assert_eq!(ran.json(), report);
    let ran = folder.run("check -o other.json");
    ran.check(1, &[]);
    let written = (ran.out.as_str(), folder.read("other.json"));
    assert_eq!(written, ("", folder.read("report.json")));
    folder
        .run("check -f json -f human")
        .check(2, &["!only one format"]);
    folder
        .run("check -f json -o missing/x.json")
        .check(2, &["!missing/x.json cannot be written: no such file"]);
}

#[test]
fn quiet_shows_errors_and_counts() {
    let folder = Folder::new([("a.yaml", CLEAN), ("b.yaml", BROKEN)]);
    let ran = folder.run("check -q");
    ran.check(1, &["b.yaml:5:8", "1 error, 1 warning"]);
    assert!(!ran.out.contains("OWN-001"), "{}", ran.out);
    folder
        .run("check -v")
        .check(1, &["not evaluable", "OWN-001"]);
    folder
        .run("check -q -v")
        .check(2, &["!cannot be used with"]);
}

#[test]
fn colours_follow_flags_and_variables() {
    let folder = Folder::new([("b.yaml", BROKEN)]);
    let check = |line: &str, variables: &[(&str, &str)], colours: bool| {
        let ran = folder.run_with(line, variables, None);
        assert_eq!(ran.out.contains('\u{1b}'), colours, "{line} {variables:?}");
    };
    check("check", &[], false);
    check("check --color always", &[("NO_COLOR", "1")], true);
    check("check", &[("CLICOLOR_FORCE", "1")], true);
    check(
        "check",
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
        false,
    );
    check("check", &[("CLICOLOR_FORCE", "0")], false);
    check("check --color never", &[("CLICOLOR_FORCE", "1")], false);
}

#[test]
fn the_date_is_a_flag_or_a_variable() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    folder.run("check").check(0, &["as of 2026-11-22"]);
    folder
        .run("check --as-of 2027-01-31 --from 2026-12-31")
        .check(0, &["from 2026-12-31 as of 2027-01-31"]);
    folder
        .run("check --as-of 31.12.2026")
        .check(2, &["!--as-of: ", "!2026-12-31"]);
    let ran = folder.run_with("check", &[("GOVLINT_AS_OF", "soon")], None);
    ran.check(2, &["!GOVLINT_AS_OF: soon is no date"]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_tree_are_said_and_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = Folder::bare([("secret.yaml", BROKEN)]);
    let bob = CLEAN.replace("ada", "bob");
    let folder = Folder::new([("a.yaml", CLEAN), ("deep/b.yaml", &bob)]);
    let link = |target: &Path, name: &str| symlink(target, folder.path().join(name)).unwrap();
    // Links inside the tree add nothing.
    link(Path::new("a.yaml"), "same.yaml");
    link(Path::new("deep"), "same");
    folder.run("check").check(0, &["2 files,"]);
    link(&outside.path().join("secret.yaml"), "secret.yaml");
    link(outside.path(), "folder");
    link(Path::new("nowhere"), "lost.yaml");
    let said = [
        "2 files,",
        "!3 paths were not read",
        "!secret.yaml: is a link out of the checked folder",
        "!folder: is a link out of the checked folder",
        "!lost.yaml: is a link that leads nowhere",
        "!exclude:",
    ];
    folder.run("check").check(2, &said);
    let report = folder.run("check -f json").json();
    assert_eq!(report["unread"][0]["path"], "folder");
    // Whoever names the files of a pull request names its links too.
    folder
        .run("check secret.yaml")
        .check(2, &["!secret.yaml: is a link out of"]);
    folder.configure("exclude: [secret.yaml, folder, lost.yaml]\n");
    folder.run("check").check(0, &["2 files,"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_said() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new([("a.yaml", CLEAN)]);
    let name = OsStr::from_bytes(b"b\xff.yaml");
    fs::write(folder.path().join(name), CLEAN).unwrap();
    folder
        .run("check")
        .check(2, &["1 file,", "!its name is no UTF-8 text"]);
}

#[test]
fn rules_are_listed_with_their_state() {
    let folder = Folder::new([]);
    folder.configure("rules:\n  OWN-001: off\n");
    let off = "set off in govlint.yaml:3:3";
    folder
        .run("rules")
        .check(0, &["OWN-001  off  warning", "names/named-ada", off]);
    let list = folder.run("rules --format json").json();
    let mut rules = list.as_array().unwrap().iter();
    let own = rules.find(|rule| rule["code"] == "OWN-001").unwrap();
    let state = (&own["on"], &own["reason"]);
    assert_eq!(state, (&false.into(), &off.into()));
}

#[test]
fn a_rule_is_explained_as_it_is_written() {
    let folder = Folder::new([]);
    folder.configure("rules:\n  OWN-001: {params: {name: Bob}}\n");
    let words = [
        "OWN-001 names/named-ada (warning)",
        "why: Names matter.",
        "fix: Rename {self}.",
        "name: string = Bob (set in govlint.yaml:3:28, the default is Ada)",
        "  assert: self.name != params.name",
        "        name: Ada  # <- warning",
    ];
    folder.run("explain own-001").check(0, &words);
    let rule = folder.run("explain names/named-ada -f json").json();
    assert_eq!(rule["params"][0]["value"], "Bob");
    folder
        .run("explain OWN-002")
        .check(2, &["!did you mean `OWN-001`?"]);
}

/// What the engine finds has a name of its own where no policy gives it one, and each is explained.
#[test]
fn every_check_of_the_engine_is_explained_without_the_built_in_policies() {
    let folder = Folder::new([
        ("b.yaml", BROKEN),
        (
            "twice.yaml",
            &format!("{CLEAN}---\n{CLEAN}surname: Lovelace\n"),
        ),
    ]);
    let found = folder.run("check --format json").json();
    let codes: BTreeSet<&str> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    let expected = [
        "OWN-001",
        "engine/dangling-reference",
        "engine/duplicate-id",
        "engine/unknown-field",
    ];
    assert_eq!(codes, BTreeSet::from(expected));
    for check in EngineCheck::ALL {
        let word = format!("explain {}", check.name());
        folder.run(&word).check(0, &["why: ", "fix: ", "given: |"]);
    }
    folder
        .run("explain engine/nonsense")
        .check(2, &["!there is no rule"]);
}

#[test]
fn a_verdict_is_proved() {
    let folder = Folder::new([("a.yaml", CLEAN), ("b.yaml", BROKEN)]);
    let words = [
        "OWN-001 on Person/ada, as of 2026-11-22",
        "assert: false",
        "a.yaml:4:7  name: Ada",
        "verdict: fails: Person/ada is called Ada",
    ];
    folder.run("explain OWN-001 Person/ada").check(0, &words);
    folder.run("explain OWN-001 ada").check(0, &words);
    folder
        .run("explain OWN-001 acme")
        .check(0, &["the rule is about Person", "does not apply"]);
    let proof = folder.run("explain OWN-001 ada -f json").json();
    assert_eq!(proof["proofs"][0]["verdict"], "fail");
    let wrong = [
        ("Person/adda", "!did you mean `Person/ada`?"),
        ("Persn/ada", "!did you mean `Person/ada`?"),
        ("zzzzzz", "!there is no resource `zzzzzz`"),
        ("ada#x", "!leave out what follows `#`"),
    ];
    for (subject, words) in wrong {
        let line = format!("explain OWN-001 {subject}");
        folder.run(&line).check(2, &[words]);
    }
}

#[test]
fn expressions_are_evaluated_with_their_places() {
    let folder = Folder::new([("a.yaml", CLEAN), ("b.yaml", BROKEN)]);
    let eval = |words: &[&str]| folder.run_words(&[&["eval"], words].concat(), &[], None);
    eval(&["self.name", "--self", "ada"]).check(0, &["Ada\nfrom:\n  a.yaml:4:7  name: Ada\n"]);
    eval(&["resources(\"Person\")"]).check(0, &["Person/ada  a.yaml:3:5\n1 item\n"]);
    eval(&["self.description", "--self", "ada"])
        .check(0, &["not evaluable: not recorded", "a.yaml:3:5"]);
    eval(&["1 + 1"]).check(0, &["2\n"]);
    eval(&["1 + \"a\""]).check(2, &["!expression:1:3", "!cannot be evaluated"]);
    eval(&["self.name"]).check(2, &["!--self Kind/id"]);
    eval(&["self.nam", "--self", "ada"]).check(2, &["!did you mean `name`?"]);
    let answer = eval(&["self.name", "--self", "ada", "-f", "json"]).json();
    let found = (&answer["value"], &answer["places"][0]["line"]);
    assert_eq!(found, (&"Ada".into(), &4.into()));
}

#[test]
fn examples_of_rules_are_tests() {
    let folder = Folder::new([]);
    let passed = "1 rules, 2 examples, 0 failed";
    folder.run("test").check(0, &[passed]);
    folder.run("test policies").check(0, &[passed]);
    folder.run("test --alone policies").check(0, &[passed]);
    let wrong = RULE.replace("# <- warning", "# <- error");
    folder.write("policies/names/named-ada.yaml", &wrong);
    let words = [
        "failed OWN-001 names/named-ada: Ada",
        "policies/names/named-ada.yaml:15:11",
        "line 4: error expected",
        "1 failed",
    ];
    folder.run("test").check(1, &words);
    folder.write("empty/notes.md", "");
    folder
        .run("test empty")
        .check(3, &["!holds no policy files"]);
    folder.run("test nowhere").check(2, &["!nowhere: no such"]);
}

#[test]
fn kinds_are_listed_and_described() {
    let folder = Folder::bare([]);
    folder.run("schema").check(0, &["Person", "Vendor"]);
    let schema = folder.run("schema Person").json();
    assert_eq!(schema["x-govlint-kind"], "Person");
    assert!(schema["$defs"]["common.schema.json"]["$defs"]["id"].is_object());
    folder
        .run("schema Persn")
        .check(2, &["!did you mean `Person`?"]);
    let schema = folder.run("schema assessment").json();
    assert_eq!(schema["title"], "assessment");
}

#[test]
fn pages_are_for_programs_that_have_them() {
    let folder = Folder::new([("a.yaml", CLEAN)]);
    folder
        .run("report -f html --paper letter -o a.html")
        .check(2, &["!`--paper` is for pages", "!`-f pdf` writes pages"]);
    let ran = folder.run("report -f pdf --paper letter -o a.pdf");
    if cfg!(feature = "pdf") {
        ran.check(0, &[]);
        assert!(folder.path().join("a.pdf").exists());
    } else {
        ran.check(
            2,
            &[
                "!built without pdf",
                "!`cargo install govlint --features pdf`",
            ],
        );
        assert!(!folder.path().join("a.pdf").exists());
    }
}

#[test]
fn a_schema_of_the_organization_adds_a_kind() {
    let robot = r#"{
  "$id": "https://example.org/robot.schema.json",
  "title": "robot",
  "description": "A machine.",
  "x-govlint-kind": "Robot",
  "type": "object",
  "required": ["apiVersion", "kind", "id", "name"],
  "properties": {
    "apiVersion": {"const": "govlint/v1"},
    "kind": {"const": "Robot"},
    "id": {"type": "string"},
    "name": {"type": "string"}
  },
  "additionalProperties": false
}"#;
    let record = "apiVersion: govlint/v1\nkind: Robot\nid: r\nname: R\nx: 1\n";
    let folder = Folder::new([("schemas/robot.schema.json", robot), ("a.yaml", record)]);
    folder.run("check").check(1, &["a.yaml:5:1"]);
    let wrong = robot.replace("\"additionalProperties\"", "additionalProperties");
    folder.write("schemas/robot.schema.json", &wrong);
    folder
        .run("check")
        .check(2, &["!schemas/robot.schema.json", "!is no JSON"]);
}

/// Rules for all kinds ask for fields that it neither has nor forbids.
#[test]
fn a_kind_of_the_organization_may_take_any_field() {
    let robot = r#"{
  "title": "robot",
  "x-govlint-kind": "Robot",
  "type": "object",
  "properties": {"id": {"type": "string"}, "name": {"type": "string"}}
}"#;
    let record = "apiVersion: govlint/v1\nkind: Robot\nid: r\nname: R\nowner: nobody\n";
    let folder = Folder::bare([("schemas/robot.json", robot), ("a.yaml", record)]);
    folder
        .run("check --select documents/owner-inactive")
        .check(0, &["1 resource"]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::new([("b.yaml", BROKEN)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_govlint"));
    command.args(["check", "--format", "json"]);
    command.current_dir(folder.path()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap().code().unwrap();
    assert!(matches!(status, 0 | 1), "{status}");
}
