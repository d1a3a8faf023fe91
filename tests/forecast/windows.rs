//! Windows: each way in which a date can decide something, and the day on which it does.

use std::sync::Arc;

use govlint::check;

use super::brute::{Files, check_same, date, foreseen, open};

const RECORDS: &str = "\
apiVersion: govlint/v1
kind: SystemsInventory
id: inventory
name: Inventory
items:
  - {id: old, name: Old, introducedOn: 2020-01-01, retiredOn: 2026-12-15, dependsOn: [{system: new}]}
  - {id: new, name: New, introducedOn: 2026-12-01, retiredOn: 2027-01-10}
---
apiVersion: govlint/v1
kind: Person
id: ada
name: Ada
---
apiVersion: govlint/v1
kind: Person
id: bob
name: Bob
";

/// A folder with these records and rules. The text of a rule starts with its name and code.
fn folder(records: &str, rules: &[&str]) -> Files {
    let mut files = Files::from([
        ("govlint.yaml".to_owned(), "builtIn: false\n".to_owned()),
        ("a.yaml".to_owned(), records.to_owned()),
        (
            "policies/relations.yaml".to_owned(),
            "apiVersion: govlint/v1\nkind: Relations\nrelations:\n  - name: needs\n    edges:\n      \
             - {from: System, edges: \"dependsOn[]\", to: system, when: asOf >= self.retiredOn}\n  \
             - name: always\n    edges:\n      \
             - {from: System, edges: \"dependsOn[]\", to: system}\n"
                .to_owned(),
        ),
    ]);
    for rule in rules {
        let (head, body) = rule.split_once('\n').unwrap();
        let (name, code) = head.split_once(' ').unwrap();
        let text = format!(
            "apiVersion: govlint/v1\nkind: Rule\ncode: {code}\ntitle: It fails\n{body}\nwhy: It matters.\nfix: Mend it.\n"
        );
        files.insert(format!("policies/t/{name}.yaml"), text);
    }
    files
}

/// Looks 120 days ahead from 2026-11-22, and holds it against brute force. `days` is how many days
/// are evaluated for it.
fn check(records: &str, rules: &[&str], days: usize, expected: &[&str]) {
    let workspace = open(&folder(records, rules));
    let found = check_same(&workspace, "2026-11-22", 120);
    assert_eq!(found, expected);
    let (_, evaluated) = foreseen(&workspace, "2026-11-22", 120);
    assert_eq!(evaluated, days, "days evaluated");
}

#[test]
fn severity_cases_have_their_days() {
    let rule = "\
a T-001
severity:
  - {level: error, when: asOf > self.retiredOn}
  - {level: warning, when: asOf >= self.retiredOn - duration(\"10d\")}
  - {level: info}
for: System
assert: self.name != \"Old\"
message: \"{self.name}\"";
    let expected = [
        "2026-12-05 T-001 System/old info to warning: Old",
        "2026-12-16 T-001 System/old warning to error: Old",
    ];
    check(RECORDS, &[rule], 5, &expected);
}

#[test]
fn a_rule_takes_effect_on_its_day() {
    let rule = "\
a T-001
severity: error
effectiveFrom: 2026-12-24
for: Person
when: self.name == \"Ada\"
assert: \"false\"
message: \"{self.name}\"";
    let expected = ["2026-12-24 T-001 Person/ada info to error: Ada"];
    check(RECORDS, &[rule], 2, &expected);
}

#[test]
fn a_list_that_is_empty_today_has_its_day() {
    let rule = "\
a T-001
severity: error
for: Repository
each: resources(\"System\").filter(s, asOf > s.retiredOn)
assert: it.name == \"\"
message: \"{it.name}\"";
    let expected = [
        "2026-12-16 T-001 Repository#System/old opens error: Old",
        "2027-01-11 T-001 Repository#System/new opens error: New",
    ];
    check(RECORDS, &[rule], 5, &expected);
}

#[test]
fn a_key_of_an_item_can_depend_on_the_day() {
    let rule = "\
a T-001
severity: error
for: System
each: \"[self.name]\"
key: 'asOf < self.retiredOn ? \"used\" : \"retired\"'
assert: it != \"Old\"
message: \"{it}\"";
    let expected = [
        "2026-12-15 T-001 System/old#retired opens error: Old",
        "2026-12-15 T-001 System/old#used closes error: Old",
    ];
    check(RECORDS, &[rule], 5, &expected);
}

#[test]
fn what_opens_can_close_and_open_again() {
    let rule = "\
a T-001
severity: error
for: System
assert: asOf < self.introducedOn || asOf >= self.retiredOn || self.name == \"Old\"
message: \"{self.name}\"";
    let again = "\
b T-002
severity: error
for: System
when: self.name == \"New\"
assert: >-
  asOf < self.introducedOn
  || asOf > self.introducedOn + duration(\"5d\") && asOf != date(\"2027-01-20\")
message: \"{self.name}\"";
    let expected = [
        "2026-12-01 T-001 System/new opens error: New",
        "2026-12-01 T-002 System/new opens error: New",
        "2026-12-07 T-002 System/new closes error: New",
        "2027-01-10 T-001 System/new closes error: New",
        "2027-01-20 T-002 System/new opens error: New",
        "2027-01-21 T-002 System/new closes error: New",
    ];
    let workspace = open(&folder(RECORDS, &[rule, again]));
    assert_eq!(check_same(&workspace, "2026-11-22", 120), expected);
}

#[test]
fn rules_that_read_verdicts_follow_them() {
    let read = "\
z T-001
severity: error
for: System
assert: asOf <= self.retiredOn
message: \"{self.name}\"";
    let reads = "\
b T-002
severity: warning
for: Repository
assert: verdicts(\"t/z\").filter(v, v.fails).size() < 2
message: two";
    let reads_that = "\
a T-003
severity: info
for: Repository
assert: verdicts(\"t/b\").all(v, !v.fails)
message: a chain";
    let expected = [
        "2026-12-16 T-001 System/old opens error: Old",
        "2027-01-11 T-001 System/new opens error: New",
        "2027-01-11 T-002 Repository opens warning: two",
        "2027-01-11 T-003 Repository opens info: a chain",
    ];
    check(RECORDS, &[read, reads, reads_that], 5, &expected);
}

#[test]
fn waivers_lapse_and_come_into_force() {
    let records = format!(
        "{RECORDS}---
apiVersion: govlint/v1
kind: Waiver
id: first
name: First
rule: T-001
targets: [Person/ada]
reason: r
approvedOn: 2026-11-01
expires: 2026-12-31
---
apiVersion: govlint/v1
kind: Waiver
id: second
name: Second
rule: T-001
targets: [Person/bob]
reason: r
approvedOn: 2026-12-10
expires: 2027-12-31
"
    );
    let rule = "\
a T-001
severity: warning
for: Person
assert: \"false\"
message: \"{self.name}\"";
    let valid = "\
w T-002
severity: error
for: Waiver
assert: self.approvedOn <= asOf && asOf <= self.expires
message: \"{self.name}\"";
    let waived = "\
v T-003
severity: info
for: Repository
assert: verdicts(\"t/a\").filter(v, v.waived).size() == 1
message: not one waived";
    let expected = [
        "2026-12-10 T-001 Person/bob excepted by Waiver/second: Bob",
        "2026-12-10 T-002 Waiver/second closes error: Second",
        "2026-12-10 T-003 Repository opens info: not one waived",
        "2027-01-01 T-001 Person/ada reopens warning after Waiver/first: Ada",
        "2027-01-01 T-002 Waiver/first opens error: First",
        "2027-01-01 T-003 Repository closes info: not one waived",
        "2027-01-01 Waiver/first lapses: Person/ada",
    ];
    let workspace = open(&folder(&records, &[rule, valid, waived]));
    assert_eq!(check_same(&workspace, "2026-11-22", 120), expected);
}

/// What is computed once for a run is computed by whoever needs it first; all the others have to
/// learn its day too.
#[test]
fn everybody_who_reads_a_value_of_the_run_knows_its_day() {
    let by_let = "\
a T-001
severity: error
for: Person
let:
  late: resources(\"System\").filter(s, asOf > s.retiredOn)
assert: late.size() == 0
message: \"{self.name}\"";
    let by_relation = "\
b T-002
severity: error
for: System
assert: self.reach(needs).size() == 0
message: \"{self.name}\"";
    let by_best = "\
c T-003
severity: error
for: System
assert: >-
  self.reachMax(always, s, asOf >= s.introducedOn ? 1 : 0).value < 1
message: \"{self.name}\"";
    let by_list = "\
d T-004
severity: error
for: Repository
each: resources(\"Person\").filter(p, asOf >= date(\"2026-12-24\") || p.name != \"\")
assert: it.name != \"\"
message: \"{it.name}\"";
    let files = folder(RECORDS, &[by_let, by_relation, by_best, by_list]);
    let workspace = open(&files);
    let input = workspace.input(date("2026-11-22"));
    let loaded = Arc::new(check::load(&input).unwrap());
    let judgement = check::judge(&input, &loaded).unwrap();
    let days = ["2026-12-15", "2026-12-15", "2026-12-01", "2026-12-24"];
    for (number, day) in days.into_iter().enumerate() {
        let rule = &loaded.policies.rules[number].name;
        let ledger = &judgement.ledger.rules[number];
        assert_eq!(ledger.flips.len(), ledger.subjects.len(), "{rule}");
        assert_eq!(ledger.until(), date(day), "{rule}");
        assert!(
            ledger.flips.iter().all(|(_, flip)| *flip == date(day)),
            "{rule}"
        );
    }
    let expected = [
        "2026-12-01 T-003 System/old opens error: Old",
        "2026-12-15 T-002 System/old opens error: Old",
        "2026-12-16 T-001 Person/ada opens error: Ada",
        "2026-12-16 T-001 Person/bob opens error: Bob",
    ];
    assert_eq!(check_same(&workspace, "2026-11-22", 120), expected);
}

/// A field that is expected from a day on, and not said to be missing while a rule says so.
#[test]
fn expected_fields_are_missing_from_their_day_on() {
    let schema = "{
  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",
  \"title\": \"lease\", \"x-govlint-kind\": \"Lease\", \"type\": \"object\",
  \"required\": [\"apiVersion\", \"kind\", \"id\", \"name\"], \"additionalProperties\": false,
  \"properties\": {
    \"apiVersion\": {\"title\": \"version\", \"const\": \"govlint/v1\"},
    \"kind\": {\"title\": \"kind\", \"const\": \"Lease\"},
    \"id\": {\"title\": \"id\", \"type\": \"string\"},
    \"name\": {\"title\": \"name\", \"type\": \"string\"},
    \"ends\": {\"title\": \"end\", \"type\": \"string\", \"x-govlint-type\": \"date\"},
    \"notice\": {\"title\": \"notice\", \"type\": \"string\", \"x-govlint-expected\": {\"if\": \"asOf > self.ends\"}}
  }
}";
    let engine = "\
e T-001
severity: info
engine: expected-field-missing";
    let mut files = folder(
        "apiVersion: govlint/v1\nkind: Lease\nid: a\nname: A\nends: 2026-12-20\n",
        &[engine],
    );
    files.insert("schemas/lease.schema.json".to_owned(), schema.to_owned());
    let rule = "\
severity: warning
for: Lease
assert: has(self.notice) || asOf < date(\"2027-01-15\")
message: it has no notice";
    let expected = ["2026-12-21 T-001 Lease/a opens info: Lease/a has no notice"];
    let found = check_same(&open(&files), "2026-11-22", 120);
    assert_eq!(found, expected);
    let text = format!(
        "apiVersion: govlint/v1\nkind: Rule\ncode: T-002\ntitle: It fails\n{rule}\nwhy: It matters.\nfix: Mend it.\n"
    );
    files.insert("policies/t/r.yaml".to_owned(), text);
    let expected = [
        "2026-12-21 T-001 Lease/a opens info: Lease/a has no notice",
        "2027-01-15 T-001 Lease/a closes info: Lease/a has no notice",
        "2027-01-15 T-002 Lease/a opens warning: it has no notice",
    ];
    let found = check_same(&open(&files), "2026-11-22", 120);
    assert_eq!(found, expected);
}
