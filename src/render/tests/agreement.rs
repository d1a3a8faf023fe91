//! All formats tell of the same findings.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{SLOWER, Story};
use crate::assessment::{Cause, Change, Outcome};
use crate::finding::Severity;
use crate::finding::Severity::{Error, Info, Warning};
use crate::render::{Style, by_name};

const PLAN: &str = "RES-005 resilience/critical-system-without-plan";

/// A finding as far as most formats tell of it: rule, subject, place and status.
type Told = (String, String, String, String);

/// One finding of each status, on subjects and places that are easily mixed up.
fn every_status() -> Story {
    let data = Cause::Data;
    let known = Change::Known { cause: None };
    let changed = Change::Changed {
        from: Warning,
        cause: data,
    };
    Story::new()
        .file("a/b.yaml", "é: ⟦ü⟧\nb: ⟦[1,\n  2]⟧\nc: ⟦x⟧\nd: ⟦y⟧, ⟦z⟧\n")
        .file("a c.yaml", "n: ⟦1⟧\nn: ⟦2⟧\n")
        .rule(SLOWER, "Because.", &["ISO22301:8.2.2"])
        .rule(PLAN, "Because.", &[])
        .finding(
            Error,
            SLOWER,
            "System/a",
            "a is slow",
            &[(0, "u"), (5, "n")],
        )
        .change(Change::New { cause: data })
        .finding(Warning, SLOWER, "System/b", "b is slow", &[(1, "")])
        .change(known)
        .finding(Info, PLAN, "System/b", "no plan", &[(2, "")])
        .change(Change::New { cause: data })
        .finding(Error, PLAN, "System/a#x", "no plan, \"really\"", &[(3, "")])
        .change(changed)
        .finding(Error, PLAN, "", "a file without a plan", &[(4, "")])
        .waived("Waiver/w", "2027-01-31", "It goes.")
        .finding(Error, PLAN, "System/c", "no plan", &[(5, "")])
        .baselined()
        .finding(Error, PLAN, "System/d", "no plan", &[(6, "")])
        .gone(Outcome::Lost)
}

/// What is to be told.
fn expected() -> BTreeSet<Told> {
    let told = [
        (SLOWER, "System/a", "a/b.yaml:1:4", "new"),
        (SLOWER, "System/b", "a/b.yaml:2:4", "known"),
        (PLAN, "System/b", "a/b.yaml:4:4", "new"),
        (PLAN, "System/a#x", "a/b.yaml:5:4", "changed"),
        (PLAN, "", "a/b.yaml:5:7", "waived"),
        (PLAN, "System/c", "a c.yaml:1:4", "baselined"),
        (PLAN, "System/d", "a c.yaml:2:4", "lost"),
    ];
    let told = told.map(|(rule, subject, place, status)| {
        let (_, name) = rule.split_once(' ').unwrap();
        (name, subject, place, status).map_to_owned()
    });
    told.into_iter().collect()
}

trait MapToOwned {
    fn map_to_owned(self) -> Told;
}

impl MapToOwned for (&str, &str, &str, &str) {
    fn map_to_owned(self) -> Told {
        let (rule, subject, place, status) = self;
        let [rule, subject, place, status] = [rule, subject, place, status].map(str::to_owned);
        (rule, subject, place, status)
    }
}

fn written(format: &str) -> String {
    every_status().render(by_name(format).unwrap().render, Style::default())
}

#[test]
fn json_tells_all() {
    let document: Value = serde_json::from_str(&written("json")).unwrap();
    let lost = document["comparison"]["past"].as_array().unwrap().iter();
    let findings = document["findings"].as_array().unwrap().iter().chain(lost);
    let told: BTreeSet<Told> = findings
        .map(|finding| {
            let at = &finding["primary"];
            let place = format!(
                "{}:{}:{}",
                text(&at["path"]),
                at["startLine"],
                at["startColumn"]
            );
            let state = text(&finding["state"]);
            let status = match state {
                "" => text(&finding["outcome"]),
                "open" => text(&finding["change"]["status"]),
                _ => state,
            };
            (
                text(&finding["rule"]),
                text(&finding["subject"]),
                place.as_str(),
                status,
            )
                .map_to_owned()
        })
        .collect();
    assert_eq!(told, expected());
}

#[test]
fn sarif_tells_all() {
    let log: Value = serde_json::from_str(&written("sarif")).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let told: BTreeSet<Told> = results
        .iter()
        .map(|result| {
            let at = &result["locations"][0]["physicalLocation"];
            let path = text(&at["artifactLocation"]["uri"]).replace("%20", " ");
            let index = at["artifactLocation"]["index"].as_u64().unwrap();
            let artifact = &run["artifacts"][usize::try_from(index).unwrap()];
            assert_eq!(artifact["location"]["uri"], at["artifactLocation"]["uri"]);
            let region = &at["region"];
            let place = format!("{path}:{}:{}", region["startLine"], region["startColumn"]);
            let properties = &result["properties"];
            let number = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(
                run["tool"]["driver"]["rules"][number]["id"],
                result["ruleId"]
            );
            (
                text(&properties["rule"]),
                text(&properties["subject"]),
                place.as_str(),
                text(&properties["status"]),
            )
                .map_to_owned()
        })
        .collect();
    assert_eq!(told, expected());
    let states = |status: &str| {
        let result = results
            .iter()
            .find(|result| result["properties"]["status"] == status);
        let result = result.unwrap();
        let excepted = result["suppressions"].as_array().unwrap().len();
        (text(&result["baselineState"]).to_owned(), excepted)
    };
    assert_eq!(states("new"), ("new".to_owned(), 0));
    assert_eq!(states("known"), ("unchanged".to_owned(), 0));
    assert_eq!(states("changed"), ("updated".to_owned(), 0));
    assert_eq!(states("waived").1, 1);
    assert_eq!(states("baselined").1, 1);
    assert_eq!(states("lost"), ("new".to_owned(), 0));
}

#[test]
fn csv_tells_all() {
    let rows = rows(&written("csv"));
    let column = |name: &str| rows[0].iter().position(|title| title == name).unwrap();
    let told: BTreeSet<Told> = rows[1..]
        .iter()
        .map(|row| {
            assert_eq!(row.len(), rows[0].len());
            let cell = |name: &str| row[column(name)].as_str();
            let place = format!("{}:{}:{}", cell("path"), cell("line"), cell("column"));
            (
                cell("rule"),
                cell("subject"),
                place.as_str(),
                cell("status"),
            )
                .map_to_owned()
        })
        .collect();
    assert_eq!(told, expected());
}

#[test]
fn junit_tells_all() {
    let report = written("junit");
    let report = roxmltree::Document::parse(&report).unwrap();
    let cases = report
        .descendants()
        .filter(|node| node.has_tag_name("testcase"));
    let told: BTreeSet<Told> = cases
        .map(|case| {
            let outcome = case.first_element_child().unwrap();
            let details = outcome.text().unwrap();
            let place = details.lines().next().unwrap().split(": ").next().unwrap();
            let status = details
                .lines()
                .last()
                .unwrap()
                .strip_prefix("status: ")
                .unwrap();
            let counts = matches!(status, "new" | "changed" | "lost");
            let element = if counts { "failure" } else { "skipped" };
            assert_eq!(outcome.tag_name().name(), element);
            let name = case.attribute("name").unwrap();
            // Where nobody is the subject, the case is named for the file.
            let subject = if name == "a/b.yaml" { "" } else { name };
            (case.attribute("classname").unwrap(), subject, place, status).map_to_owned()
        })
        .collect();
    assert_eq!(told, expected());
}

/// Formats without a place for excepted findings tell of those that can fail the run: by rule and
/// line.
fn counting() -> BTreeSet<(String, String)> {
    let counting = expected().into_iter();
    counting
        .filter(|(.., status)| matches!(status.as_str(), "new" | "changed" | "lost"))
        .map(|(rule, _, place, _)| {
            let code = if SLOWER.ends_with(&rule) {
                "RES-003"
            } else {
                "RES-005"
            };
            (
                code.to_owned(),
                place.rsplit_once(':').unwrap().0.to_owned(),
            )
        })
        .collect()
}

#[test]
fn gitlab_tells_what_counts() {
    let issues: Vec<Value> = serde_json::from_str(&written("gitlab")).unwrap();
    let told = issues.iter().map(|issue| {
        let location = &issue["location"];
        let place = format!("{}:{}", text(&location["path"]), location["lines"]["begin"]);
        let code = text(&issue["description"]).split(':').next().unwrap();
        (code.to_owned(), place)
    });
    assert_eq!(told.collect::<BTreeSet<_>>(), counting());
}

#[test]
fn github_tells_what_counts() {
    let output = written("github");
    let told = output.lines().map(|line| {
        let (head, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (_, properties) = head.split_once(' ').unwrap();
        let value = |name: &str| {
            let pair = properties
                .split(',')
                .find_map(|pair| pair.strip_prefix(name));
            pair.and_then(|pair| pair.strip_prefix('=')).unwrap()
        };
        let code = value("title").split(' ').next().unwrap().to_owned();
        (code, format!("{}:{}", value("file"), value("line")))
    });
    assert_eq!(told.collect::<BTreeSet<_>>(), counting());
}

#[test]
fn concise_tells_what_counts() {
    let output = written("concise");
    let lines: Vec<&str> = output.lines().collect();
    let (_, findings) = lines.split_last().unwrap();
    let told = findings.iter().map(|line| {
        let (place, rest) = line.split_once(": ").unwrap();
        let code = rest.split(['[', ']']).nth(1).unwrap();
        (
            code.to_owned(),
            place.rsplit_once(':').unwrap().0.to_owned(),
        )
    });
    assert_eq!(told.collect::<BTreeSet<_>>(), counting());
}

#[test]
fn markdown_tells_what_counts() {
    let output = written("markdown");
    let findings = output.lines().filter(|line| line.starts_with("* **"));
    let told = findings.map(|line| {
        let code = line.split(['[', ']']).nth(1).unwrap();
        let place = line.split('`').nth(1).unwrap();
        (
            code.to_owned(),
            place.rsplit_once(':').unwrap().0.to_owned(),
        )
    });
    assert_eq!(told.collect::<BTreeSet<_>>(), counting());
}

#[test]
fn every_format_says_how_bad_it_is() {
    let words = |severity: Severity| match severity {
        Error => ["error", "critical", "::error "],
        Warning => ["warning", "major", "::warning "],
        Info => ["info", "info", "::notice "],
    };
    for severity in Severity::ALL {
        let story = Story::new().file("a.yaml", "a: ⟦1⟧\n").finding(
            severity,
            SLOWER,
            "System/a",
            "slow",
            &[(0, "")],
        );
        let render = |format: &str| story.render(by_name(format).unwrap().render, Style::default());
        let [word, gitlab, github] = words(severity);
        assert!(render("concise").contains(&format!(" {word}[")));
        assert!(render("csv").contains(&format!(",{word},")));
        assert!(render("junit").contains(&format!("type=\"{word}\"")));
        assert!(render("markdown").contains(&format!("**{word}**")));
        assert!(render("gitlab").contains(&format!("\"severity\":\"{gitlab}\"")));
        assert!(render("github").starts_with(github));
        let level = if severity == Info { "note" } else { word };
        assert!(render("sarif").contains(&format!("\"kind\":\"fail\",\"level\":\"{level}\"")));
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The rows of a table as RFC 4180 has them.
pub(super) fn rows(table: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut characters = table.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(characters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(character),
        }
    }
    assert!(
        !quoted && row.is_empty() && cell.is_empty(),
        "the table is cut off"
    );
    rows
}
