//! Views as an organization writes them: drawn, refused where they are wrong, and traced to lines.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use govlint::{Ended, Run};

const DAY: &str = "2026-11-22";

/// Two systems and a risk; the third system cannot be placed.
const RECORDS: &str = "\
apiVersion: govlint/v1
kind: SystemsInventory
id: systems
name: Systems
items:
  - {id: erp, name: ERP, criticality: critical, annualCost: 300000, introducedOn: 2019-03-01, recovery: {rto: 8h, rpo: 4h}}
  - {id: fax, name: Fax, criticality: low, annualCost: 500, retiredOn: 2027-01-31}
  - {id: tms, name: TMS, criticality: unknown, annualCost: 90000, recovery: {rto: 4h, rpo: 1h}}
---
apiVersion: govlint/v1
kind: Risk
id: flood
name: Flood
status: open
residual: {likelihood: 2, impact: 5}
";

/// A view with these lines after its head.
fn view(lines: &str) -> String {
    format!("apiVersion: govlint/v1\nkind: View\ntitle: Own\nquestion: What is ours?\n{lines}")
}

fn folder(view: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir_all(path.join("policies/reports/board")).unwrap();
    fs::write(
        path.join("govlint.yaml"),
        "apiVersion: govlint/v1\nkind: Config\n",
    )
    .unwrap();
    fs::write(path.join("records.yaml"), RECORDS).unwrap();
    fs::write(path.join("policies/reports/board/own.yaml"), view).unwrap();
    folder
}

fn draw(view: &str, words: &[&str]) -> Ended {
    let folder = folder(view);
    let mut all = vec!["eval", "--view", "board/own", "--as-of", DAY];
    all.extend(words);
    Run::new(folder.path(), &all).end()
}

/// The chart of a view with these lines.
fn chart(lines: &str) -> Value {
    let ended = draw(&view(lines), &["-f", "json"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let section: Value = serde_json::from_str(&ended.stdout).unwrap();
    section["chart"].clone()
}

/// The texts of the cells at a pointer of each item of a list.
fn texts(list: &Value, pointer: &str) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item.pointer(pointer).unwrap().as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_table_sorts_cuts_and_counts() {
    let lines = "\
rows: resources(\"System\")
columns:
  name: {title: System, value: it.name}
  cost: {title: Cost, value: it.annualCost}
  level: {title: Level, value: it.criticality}
chart: {type: table, hide: [cost]}
sort: [-cost]
limit: 2
";
    let ended = draw(&view(lines), &["-f", "json"]);
    let section: Value = serde_json::from_str(&ended.stdout).unwrap();
    let table = &section["chart"];
    assert_eq!(table["columns"], serde_json::json!(["System", "Level"]));
    assert_eq!(texts(&table["rows"], "/0/text"), ["ERP", "TMS"]);
    assert_eq!(texts(&table["rows"], "/1/text"), ["critical", "unknown"]);
    assert_eq!(
        section["notes"],
        serde_json::json!(["1 more are not shown."])
    );
}

#[test]
fn every_cell_knows_the_line_it_was_read_from() {
    let lines = "\
rows: resources(\"System\").filter(s, s.id == \"erp\")
columns:
  name: it.name
  rto: it.recovery.rto
  fixed: '\"always\"'
chart: table
";
    let table = chart(lines);
    let place = |column: usize| &table["rows"][0][column]["places"][0];
    for column in 0..3 {
        assert_eq!(place(column)["path"], "records.yaml");
        assert_eq!(place(column)["line"], 6);
    }
    let text = RECORDS.lines().nth(5).unwrap();
    let at = u64::try_from(text.find("8h").unwrap()).unwrap() + 1;
    assert_eq!(place(1)["column"], at);
    // A cell that reads nothing stands for its row.
    assert_eq!(place(2)["text"], "System/erp");
}

#[test]
fn what_is_not_recorded_is_no_zero_and_comes_last() {
    let lines = "\
rows: resources(\"System\")
columns:
  name: it.name
  rto: {title: back in, value: it.recovery.rto}
chart: {type: bars, label: name, value: rto}
sort: [-rto]
";
    let bars = chart(lines);
    assert_eq!(bars["measure"], "back in");
    assert_eq!(texts(&bars["bars"], "/label/text"), ["ERP", "TMS", "Fax"]);
    assert_eq!(bars["bars"][2]["value"]["text"], "not recorded");
    assert_eq!(bars["bars"][2]["value"]["value"], Value::Null);
}

#[test]
fn a_row_in_doubt_is_left_out_and_that_is_said() {
    let lines = "\
rows: resources(\"System\").filter(s, s.criticality >= \"high\")
columns: {name: it.name}
chart: table
";
    let ended = draw(&view(lines), &["-f", "json"]);
    let section: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(texts(&section["chart"]["rows"], "/0/text"), ["ERP"]);
    let note = section["notes"][0].as_str().unwrap();
    assert!(note.contains("may not be complete"), "{note}");
    assert!(note.contains("unknown"), "{note}");
}

#[test]
fn a_list_that_cannot_be_had_is_no_empty_one() {
    let lines = "\
rows: only(\"Organization\").departments
columns: {name: it.name}
chart: table
empty: There is no department.
";
    let ended = draw(&view(lines), &["-f", "json"]);
    let section: Value = serde_json::from_str(&ended.stdout).unwrap();
    let said = section["empty"].as_str().unwrap();
    assert!(said.starts_with("This cannot be said"), "{said}");
}

#[test]
fn the_other_charts_take_their_roles() {
    let matrix = chart(
        "rows: resources(\"System\")\n\
         columns: {name: it.name, level: it.criticality, cost: it.annualCost}\n\
         chart: {type: matrix, row: name, column: level, cell: cost}\n\
         sort: [name]\n",
    );
    assert_eq!(
        matrix["columns"],
        serde_json::json!(["critical", "low", "unknown"])
    );
    assert_eq!(matrix["rows"][1]["cells"][0], Value::Null);
    assert_eq!(matrix["rows"][1]["cells"][1]["text"], "500");
    let heat = chart(
        "rows: resources(\"Risk\")\n\
         columns: {name: it.name, l: it.residual.likelihood, i: it.residual.impact, top: it.residual.impact == 5}\n\
         chart: {type: heat-map, label: name, x: l, y: i, marked: top, appetite: 9}\n",
    );
    let point = &heat["points"][0];
    assert_eq!(
        (&point["x"], &point["y"], &point["marked"]),
        (&2.into(), &5.into(), &true.into())
    );
    assert_eq!(heat["appetite"], 9.0);
    let dumbbell = chart(
        "rows: resources(\"System\").filter(s, has(s.recovery.rto))\n\
         columns: {name: it.name, rto: {title: promised, value: it.recovery.rto}, rpo: it.recovery.rpo}\n\
         chart: {type: dumbbell, label: name, from: rto, to: rpo}\n\
         sort: [name]\n",
    );
    assert_eq!(dumbbell["from"], "promised");
    assert_eq!(texts(&dumbbell["items"], "/to/text"), ["4h", "1h"]);
    let timeline = chart(
        "rows: resources(\"System\").filter(s, has(s.retiredOn))\n\
         columns: {name: it.name, day: it.retiredOn}\n\
         chart: {type: timeline, label: name, start: day, within: 90d}\n",
    );
    assert_eq!(
        (&timeline["from"], &timeline["to"]),
        (&DAY.into(), &"2027-02-20".into())
    );
    assert_eq!(timeline["events"][0]["start"]["value"], "2027-01-31");
    let line = chart(
        "rows: resources(\"System\").filter(s, has(s.introducedOn))\n\
         columns: {day: it.introducedOn, cost: it.annualCost}\n\
         chart: {type: sparkline, day: day, value: cost, most: 400000}\n",
    );
    assert_eq!(line["points"][0]["day"], "2019-03-01");
    assert_eq!(line["most"], 400_000.0);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: one entry for each mistake")]
fn mistakes_point_into_the_view() {
    let head = "rows: resources(\"System\")\ncolumns: {name: it.name, cost: it.annualCost}\n";
    let cases = [
        (
            "rows: resources(\"Sistem\")\ncolumns: {a: it.name}\nchart: table\n",
            "own.yaml:5:17",
            "Sistem",
        ),
        (
            "rows: '\"a\"'\ncolumns: {a: it.name}\nchart: table\n",
            "own.yaml:5:7",
            "`rows` wants a list",
        ),
        (
            "rows: resources(\"System\")\ncolumns: {a: it.nmae}\nchart: table\n",
            "own.yaml:6:17",
            "did you mean `name`?",
        ),
        (
            "rows: resources(\"System\")\ncolumns: {a: it.name}\n",
            "own.yaml",
            "has no `chart`",
        ),
        ("chart: pie\n", "own.yaml:7:8", "is no chart"),
        (
            "chart: {type: bars, label: name}\n",
            "own.yaml:7:15",
            "has no `value`",
        ),
        (
            "chart: {type: bars, label: name, value: prize}\n",
            "own.yaml:7:41",
            "no column `prize`",
        ),
        (
            "chart: {type: bars, label: cost, value: name}\n",
            "own.yaml:7:41",
            "and the column is a string",
        ),
        (
            "chart: {type: bars, label: name, value: cost, colour: red}\n",
            "own.yaml:7:47",
            "no field `colour`",
        ),
        (
            "chart: table\nsort: [-prise]\n",
            "own.yaml:8:8",
            "no column `-prise`",
        ),
        (
            "chart: table\nlead: \"{rows.nmae}\"\n",
            "own.yaml:8:",
            "nmae",
        ),
        (
            "chart: table\nlimits: 3\n",
            "own.yaml:8:1",
            "did you mean `limit`?",
        ),
    ];
    for (lines, place, message) in cases {
        let lines = if lines.starts_with("rows") {
            lines.to_owned()
        } else {
            format!("{head}{lines}")
        };
        let ended = draw(&view(&lines), &[]);
        assert_eq!(ended.status, 2, "{lines}{}", ended.stdout);
        assert!(ended.stderr.contains(place), "{place}:\n{}", ended.stderr);
        assert!(
            ended.stderr.contains(message),
            "{message}:\n{}",
            ended.stderr
        );
    }
}

#[test]
fn rules_cannot_read_what_a_run_found() {
    let folder = folder(&view(
        "rows: resources(\"System\")\ncolumns: {a: it.name}\nchart: table\n",
    ));
    let rule = "\
apiVersion: govlint/v1
kind: Rule
code: OWN-001
title: Something is wrong
severity: warning
for: Repository
assert: findings().size() == 0
message: \"Something is wrong\"
why: It matters.
fix: Mend it.
";
    fs::create_dir(folder.path().join("policies/own")).unwrap();
    fs::write(folder.path().join("policies/own/wrong.yaml"), rule).unwrap();
    let ended = Run::new(folder.path(), &["check"]).end();
    assert_eq!(ended.status, 2);
    assert!(
        ended
            .stderr
            .contains("findings() can be read by views only"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_view_of_the_organization_replaces_a_built_in_one() {
    let folder = folder("");
    let reports = folder.path().join("policies/reports/board");
    fs::remove_file(reports.join("own.yaml")).unwrap();
    let lines = "rows: resources(\"Risk\")\ncolumns: {name: it.name}\nchart: table\n";
    fs::write(reports.join("risks.yaml"), view(lines)).unwrap();
    let ended = Run::new(
        folder.path(),
        &["report", "--working-tree", "--as-of", DAY, "-f", "json"],
    )
    .end();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let sections = report["sections"].as_array().unwrap();
    let own: Vec<&Value> = sections.iter().filter(|own| own["id"] == "risks").collect();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["title"], "Own");
}

#[test]
fn examples_of_views_are_run() {
    let lines = "\
rows: resources(\"System\")
columns: {name: it.name}
chart: table
examples:
  - name: one system
    given: |
      apiVersion: govlint/v1
      kind: System
      id: erp
      name: ERP
    rows: [{name: CRM}]
";
    let folder = folder(&view(lines));
    let ended = Run::new(folder.path(), &["test", "policies"]).end();
    assert_eq!(ended.status, 1, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains("row 1, name: ERP; CRM expected"),
        "{}",
        ended.stdout
    );
    let text = view(lines).replace("CRM", "ERP");
    fs::write(folder.path().join("policies/reports/board/own.yaml"), text).unwrap();
    let ended = Run::new(folder.path(), &["test", "policies"]).end();
    assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn built_in_views_draw_on_the_examples_and_lead_back_to_lines() {
    for story in ["halden-freight", "halden-freight-clean"] {
        let folder = Path::new("examples").join(story);
        for audience in ["board", "executive", "auditor", "it"] {
            let words = [
                "report",
                "--working-tree",
                "--as-of",
                DAY,
                "--audience",
                audience,
                "-f",
                "json",
            ];
            let ended = Run::new(&folder, &words).end();
            assert_eq!(ended.status, 0, "{audience}: {}", ended.stderr);
            let report: Value = serde_json::from_str(&ended.stdout).unwrap();
            let mut places = 0;
            check_places(&folder, &report, &mut places);
            assert!(places > 20, "{story}, {audience}: {places}");
        }
    }
}

/// Every place names a line that is there.
fn check_places(folder: &Path, value: &Value, count: &mut usize) {
    match value {
        Value::Object(fields) if fields.contains_key("line") => {
            let path = fields["path"].as_str().unwrap();
            let line = usize::try_from(fields["line"].as_u64().unwrap()).unwrap();
            let own = folder.join(path);
            let text = fs::read_to_string(if own.exists() { own } else { path.into() }).unwrap();
            assert!(line >= 1 && line <= text.lines().count(), "{path}:{line}");
            *count += 1;
        }
        Value::Object(fields) => fields
            .values()
            .for_each(|own| check_places(folder, own, count)),
        Value::Array(items) => items
            .iter()
            .for_each(|own| check_places(folder, own, count)),
        _ => {}
    }
}
