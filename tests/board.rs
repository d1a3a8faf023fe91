//! The board's pages, recomputed: every number on them follows from the ledger and from the records.
//!
//! The ledger is what `govlint check` and the evidence for auditors hold: verdicts, findings and
//! rules. The arithmetic is that of `docs/scores.md` and `docs/reports.md`, written down once more
//! here; nothing of the library's scores, views or plan is called.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;
#[path = "board/ledger.rs"]
mod ledger;
#[path = "board/numbers.rs"]
mod numbers;
#[path = "process/records.rs"]
mod records;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use govlint::Run;
use ledger::{Domain, Ledger, percent};
use numbers::numbers;
use records::Record;

/// A story, and the day on which it is told.
struct Case {
    folder: &'static str,
    day: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        folder: "examples/halden-freight",
        day: "2026-11-22",
    },
    Case {
        folder: "examples/halden-freight",
        day: "2027-02-01",
    },
    Case {
        folder: "examples/halden-freight-clean",
        day: "2027-04-30",
    },
];

/// A report, and what it is recomputed from.
struct Told {
    report: Value,
    page: String,
    ledger: Ledger,
    folder: &'static Path,
    day: &'static str,
}

impl Case {
    fn told(&self) -> Told {
        let run = |words: &[&str]| {
            let mut all = words.to_vec();
            all.extend(["--as-of", self.day]);
            Run::new(Path::new(self.folder), &all).end()
        };
        let auditor = run(&[
            "report",
            "--working-tree",
            "--audience",
            "auditor",
            "-f",
            "json",
        ])
        .json();
        Told {
            report: run(&["report", "--working-tree", "-f", "json"]).json(),
            page: run(&["report", "--working-tree", "-f", "html"]).stdout,
            ledger: Ledger {
                check: run(&["check", "-f", "json"]).json(),
                verdicts: array(&auditor["evidence"]).to_vec(),
                records: records::records(&Path::new(self.folder).join("governance")),
            },
            folder: Path::new(self.folder),
            day: self.day,
        }
    }
}

#[test]
fn every_number_of_the_board_can_be_recomputed() {
    for case in &CASES {
        let told = case.told();
        assert_eq!(told.ledger.records.len() as u64, told.counted("resources"));
        let told = &told;
        told.verdict();
        told.standing();
        told.decisions();
        told.domains();
        told.risks();
        told.departments();
        told.ownership();
        told.people();
        told.exceptions();
        told.notes();
        told.page();
    }
}

impl Told {
    fn section(&self, id: &str) -> &Value {
        let mut sections = array(&self.report["sections"]).iter();
        sections.find(|own| own["id"] == id).unwrap()
    }

    /// The texts of the rows of a table.
    fn rows(&self, id: &str) -> Vec<Vec<&str>> {
        let rows = array(&self.section(id)["chart"]["rows"]).iter();
        rows.map(|row| array(row).iter().map(|cell| text(&cell["text"])).collect())
            .collect()
    }

    fn counted(&self, what: &str) -> u64 {
        number(&self.ledger.check["counts"][what])
    }

    fn scored(&self) -> Vec<Domain> {
        let domains = self.ledger.domains(&BTreeSet::new()).into_iter();
        domains.filter(|domain| domain.weight > 0.0).collect()
    }

    fn verdict(&self) {
        let now = percent(self.ledger.overall(&BTreeSet::new()));
        let domains = self.scored();
        let lowest = domains
            .iter()
            .map(|domain| domain.level)
            .fold(5.0, f64::min);
        let weakest = domains.iter().filter(|domain| domain.level <= lowest);
        let weakest: Vec<&str> = weakest.map(|domain| domain.title.as_str()).collect();
        let mut sentences = vec![format!(
            "{now} % of what good governance asks for is in place."
        )];
        if domains.iter().any(|domain| domain.is_below) {
            sentences.push(format!("Weakest: {}.", listed(&weakest)));
        }
        let after = percent(self.ledger.overall(&self.ledger.planned()));
        if after != now {
            sentences.push(format!(
                "The plan of the next 90 days would bring it to {after} %."
            ));
        }
        assert_eq!(text(&self.report["verdict"]), sentences.join(" "));
    }

    fn standing(&self) {
        let domains = self.scored();
        let lowest = domains
            .iter()
            .map(|domain| domain.level)
            .fold(5.0, f64::min);
        let below = domains.iter().filter(|domain| domain.is_below).count();
        let all = self.ledger.domains(&BTreeSet::new());
        let errors: usize = all.iter().map(|domain| domain.errors_on_critical).sum();
        let lead = format!(
            "The lowest level of a domain is {lowest:.1} of 5; {below} of {} domains are below their target, \
             and {errors} error{} on critical records {} open.",
            domains.len(),
            if errors == 1 { "" } else { "s" },
            if errors == 1 { "is" } else { "are" }
        );
        let section = self.section("trend");
        assert_eq!(text(&section["lead"]), lead);
        let points = array(&section["chart"]["points"]);
        let now = format!("{} %", percent(self.ledger.overall(&BTreeSet::new())));
        assert_eq!(points.len(), 1);
        assert_eq!(
            (&points[0]["day"], &points[0]["value"]["text"]),
            (&self.day.into(), &now.into())
        );
        let confidence = &self.ledger.check["scores"]["overall"]["confidence"];
        let count = |field: &str| number(&confidence[field]);
        let complete = ledger::ratio(count("recorded"), count("expected")).unwrap();
        let fresh = ledger::ratio(count("fresh"), count("reviewed")).unwrap();
        let grade = match complete * fresh {
            value if value >= 0.85 => "high",
            value if value >= 0.6 => "medium",
            _ => "low",
        };
        let note = format!(
            "Confidence: {grade}. {} % of what is expected is recorded, and {} % of the records were reviewed in time.",
            percent(complete),
            percent(fresh)
        );
        assert_eq!(texts(&section["notes"]), [note]);
    }

    /// The open findings that stand for their groups.
    fn heads(&self) -> impl Iterator<Item = &Value> {
        let open = self.ledger.open();
        open.filter(|own| own["group"] == own["fingerprint"])
    }

    fn decisions(&self) {
        let matters = [
            "leadership",
            "decision-rights",
            "risk",
            "insurance",
            "ai",
            "strategy",
            "waivers",
        ];
        let errors: Vec<&Value> = self
            .heads()
            .filter(|own| own["severity"] == "error")
            .collect();
        let weight = |own: &Value| 5 * self.ledger.weight(text(&own["subject"]));
        let groups = matters.iter().filter_map(|policy| {
            let folder = format!("{policy}/");
            let own = errors
                .iter()
                .filter(|own| text(&own["rule"]).starts_with(&folder));
            let weights: Vec<u64> = own.map(|own| weight(own)).collect();
            Some((*weights.iter().max()?, weights.len() - 1))
        });
        let mut groups: Vec<(u64, usize)> = groups.collect();
        groups.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        let shown: Vec<String> = groups
            .iter()
            .take(3)
            .map(|(_, more)| more.to_string())
            .collect();
        let rows = self.rows("decisions");
        let further: Vec<&str> = rows.iter().map(|row| row[2]).collect();
        assert_eq!(further, shown);
        self.left_out("decisions", groups.len(), 3);
    }

    /// What is left out of a list is counted below it.
    fn left_out(&self, id: &str, all: usize, most: usize) {
        let notes = texts(&self.section(id)["notes"]);
        let found = notes
            .iter()
            .find(|note| note.ends_with("more are not shown."));
        let expected = format!("{} more are not shown.", all.saturating_sub(most));
        assert_eq!(found, Some(&expected).filter(|_| all > most), "{id}");
    }

    fn domains(&self) {
        let mut domains = self.scored();
        domains.sort_by(|left, right| {
            left.level
                .total_cmp(&right.level)
                .then(left.title.cmp(&right.title))
        });
        let bars = array(&self.section("scorecard")["chart"]["bars"]);
        assert_eq!(bars.len(), domains.len());
        for (bar, domain) in bars.iter().zip(domains) {
            let coverage = percent(domain.coverage);
            let cap = domain.caps.first();
            let cap = cap.map_or(String::new(), |cap| format!("; held down by {cap}"));
            let texts = ["label", "value", "target", "note"].map(|part| text(&bar[part]["text"]));
            let level = format!("{:.1}", domain.level);
            let target = domain.target.to_string();
            let note = format!("{coverage} %{cap}");
            assert_eq!(texts, [&domain.title, &level, &target, &note]);
            assert!(array(&bar["trend"]).is_empty());
        }
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Record> {
        let records = self.ledger.records.values();
        records.filter(move |record| record.kind == kind)
    }

    fn risks(&self) {
        let appetite = self.of_kind("Organization").flat_map(|own| {
            let categories = own.fields["riskAppetite"]["categories"].as_array();
            categories
                .into_iter()
                .flatten()
                .map(|own| number(&own["toleranceScore"]))
        });
        let chart = &self.section("risks")["chart"];
        assert_eq!(
            chart["appetite"].as_f64(),
            appetite.max().map(ledger::as_float)
        );
        let open = self
            .of_kind("Risk")
            .filter(|risk| risk.fields["status"] != "closed");
        let score = |risk: &Record| {
            let [x, y] =
                ["likelihood", "impact"].map(|axis| number(&risk.fields["residual"][axis]));
            (x, y)
        };
        let risks: BTreeMap<&str, (u64, u64)> = open
            .map(|risk| (text(&risk.fields["name"]), score(risk)))
            .collect();
        let points = array(&chart["points"]);
        assert_eq!(points.len(), risks.len());
        for point in points {
            let (x, y) = risks[text(&point["label"]["text"])];
            let larger = risks
                .values()
                .filter(|(left, right)| left * right > x * y)
                .count();
            assert_eq!((number(&point["x"]), number(&point["y"])), (x, y));
            assert_eq!(point["marked"], larger < 5);
        }
    }

    fn departments(&self) {
        let names: BTreeMap<&str, &str> = self
            .of_kind("Organization")
            .flat_map(|own| array(&own.fields["departments"]))
            .map(|own| (text(&own["id"]), text(&own["name"])))
            .collect();
        let domains = array(&self.ledger.check["scores"]["domains"]).iter();
        let titles: BTreeMap<&str, &str> = domains
            .map(|own| (text(&own["policy"]), text(&own["title"])))
            .collect();
        let mut expected: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for finding in self.ledger.open().filter(|own| own["severity"] != "info") {
            let name = text(&finding["subject"]).split('#').next().unwrap();
            let Some(record) = self.ledger.records.get(name) else {
                continue;
            };
            let department = record.fields["department"].as_str();
            if let (Some(department), "System" | "BusinessService") = (department, &*record.kind) {
                let policy = text(&finding["rule"]).split('/').next().unwrap();
                *expected
                    .entry((titles[policy], names[department]))
                    .or_default() += 1;
            }
        }
        let chart = &self.section("departments")["chart"];
        let mut found: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for row in array(&chart["rows"]) {
            for (column, cell) in array(&chart["columns"]).iter().zip(array(&row["cells"])) {
                if !cell.is_null() {
                    let count = text(&cell["text"]).parse().unwrap();
                    found.insert((text(&row["label"]["text"]), text(column)), count);
                }
            }
        }
        assert_eq!(found, expected);
    }

    fn ownership(&self) {
        let view = fs::read_to_string("policies/reports/board/ownership.yaml").unwrap();
        let about = |own: &&Value| view.contains(&format!("\"{}\"", text(&own["code"])));
        let gaps: Vec<&Value> = self.heads().filter(about).collect();
        let critical = gaps
            .iter()
            .filter(|own| self.ledger.is_critical(text(&own["subject"])));
        let lead = match (gaps.len(), critical.count()) {
            (0, _) => "No gap in ownership is open.".to_owned(),
            (1, _) => "One gap in ownership is open.".to_owned(),
            (all, critical) => {
                format!("{all} gaps in ownership are open, {critical} of them on critical records.")
            }
        };
        assert_eq!(text(&self.section("ownership")["lead"]), lead);
        assert_eq!(self.rows("ownership").len(), gaps.len().min(6));
        self.left_out("ownership", gaps.len(), 6);
    }

    /// The people who can run a system.
    fn keepers<'a>(&'a self, system: &'a Record) -> BTreeSet<&'a str> {
        let person = |id: &str| self.ledger.records.get(&format!("Person/{id}"));
        let owners = ["technicalOwner", "backupOwner"].into_iter();
        let owners = owners.filter_map(|field| system.fields[field].as_str());
        let admins = system.fields["admins"]
            .as_array()
            .into_iter()
            .flatten()
            .map(text);
        let behind = owners
            .chain(admins)
            .filter_map(|name| match name.strip_prefix("Role/") {
                Some(role) => {
                    let role = &self.ledger.records[&format!("Role/{role}")].fields;
                    assert!(
                        text(&role["since"]) <= self.day,
                        "the story asks for no earlier holder"
                    );
                    Some(&role["holder"])
                        .filter(|_| role["status"] != "vacant")
                        .map(text)
                }
                None => Some(name.strip_prefix("Person/").unwrap_or(name)),
            });
        let is_there = |id: &&str| {
            let own = &person(id.strip_prefix("Person/").unwrap_or(id))
                .unwrap()
                .fields;
            let has_begun = own["startDate"].as_str().is_none_or(|day| day <= self.day);
            let is_left = match own["endDate"].as_str() {
                Some(day) => day < self.day,
                None => own["status"] == "left",
            };
            has_begun && !is_left && own["status"] != "leave"
        };
        behind.filter(is_there).collect()
    }

    fn people(&self) {
        let systems = self.of_kind("System").filter(|system| {
            let lifecycle = system.fields["lifecycle"].as_str();
            system.is_critical && !matches!(lifecycle, Some("proposed" | "retired"))
        });
        let mut known: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for system in systems {
            let keepers = self.keepers(system);
            for id in &keepers {
                let own = known.entry(id).or_default();
                own.0 += 1;
                own.1 += usize::from(keepers.len() == 1);
            }
        }
        let name = |id: &str| text(&self.ledger.records[&format!("Person/{id}")].fields["name"]);
        let people = known
            .into_iter()
            .map(|(id, (all, alone))| (alone, all, name(id)));
        let mut people: Vec<_> = people.collect();
        people.sort_by_key(|(alone, all, name)| (usize::MAX - alone, usize::MAX - all, *name));
        let bars = array(&self.section("people")["chart"]["bars"]);
        assert_eq!(bars.len(), people.len().min(5));
        for (bar, (alone, all, name)) in bars.iter().zip(people) {
            let note = (alone > 0).then(|| format!("alone behind {alone}"));
            assert_eq!(
                (text(&bar["label"]["text"]), text(&bar["value"]["text"])),
                (name, &*all.to_string())
            );
            assert_eq!(bar["note"]["text"].as_str(), note.as_deref());
        }
    }

    fn exceptions(&self) {
        let waivers = self.of_kind("Waiver");
        let mut waivers: Vec<&Value> = waivers
            .map(|own| &own.fields)
            .filter(|own| self.day <= text(&own["expires"]))
            .collect();
        waivers.sort_by_key(|own| (text(&own["expires"]), text(&own["name"])));
        let rows = self.rows("exceptions");
        assert_eq!(rows.len(), waivers.len());
        for (row, waiver) in rows.iter().zip(waivers) {
            let by = format!("Waiver/{}", text(&waiver["id"]));
            let findings = self.ledger.findings().iter();
            let covered = findings.filter(|own| own["waiver"]["by"] == *by).count();
            let covered = match covered {
                0 => "nothing, as it is not in force".to_owned(),
                count => count.to_string(),
            };
            let approver = format!(
                "Person/{}",
                text(&waiver["approvedBy"]).replace("Person/", "")
            );
            let approver = text(&self.ledger.records[&approver].fields["name"]);
            let dates = ["approvedOn", "expires"].map(|field| text(&waiver[field]));
            let renewed = if waiver["supersedes"].is_null() {
                "no"
            } else {
                "yes"
            };
            let reason = text(&waiver["reason"]).trim();
            let expected = [
                text(&waiver["name"]),
                reason,
                approver,
                dates[0],
                dates[1],
                renewed,
                &covered,
            ];
            assert_eq!(row[..], expected);
        }
    }

    fn notes(&self) {
        let whole = |weights: [u64; 4]| weights.iter().sum::<u64>();
        let strict = self
            .ledger
            .overall_if(&|weights| ledger::ratio(weights[0], whole(weights)));
        let evaluable = self.ledger.overall_if(&|weights| {
            let known = whole(weights) - weights[3];
            ledger::ratio(2 * weights[0] + weights[2], 2 * known)
        });
        let (ledger, check) = (&self.ledger, &self.ledger.check);
        let open = ledger.verdicts.iter();
        let open = open.filter(|own| own["outcome"] == "not evaluable").count();
        let expected = [
            format!(
                "With exceptions counted as failures the score is {} %; with what could not be evaluated left out it is {} %.",
                percent(strict),
                percent(evaluable)
            ),
            format!(
                "{} records in {} files, {} checks of {} rules, {open} of them not evaluable; profile {}.",
                ledger.records.len(),
                records::files(&self.folder.join("governance")).len(),
                ledger.verdicts.len(),
                ledger.rules().len(),
                text(&check["provenance"]["profile"])
            ),
        ];
        let notes = texts(&self.report["notes"]);
        for note in expected {
            assert!(notes.contains(&note), "{note}\n{notes:#?}");
        }
    }

    /// The page shows the numbers of the report, and the numbers of its sections and points.
    fn page(&self) {
        let body = self.page.split("<body").nth(1).unwrap();
        let shown = numbers::of_page(body);
        let mut known: BTreeSet<String> = numbers(&self.report.to_string()).into_iter().collect();
        let places = array(&self.report["sections"]).len().max(30);
        known.extend((1..=places).map(|place| place.to_string()));
        let strange: Vec<&String> = shown.iter().filter(|own| !known.contains(*own)).collect();
        assert!(strange.is_empty(), "{strange:?}");
        assert!(shown.len() > 20);
    }
}

/// A repository with the story as it could have been under one tag, and as it is under another.
fn history() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(&folder, "2026-08-31", &["init", "-q", "-b", "main"]);
    for (story, day, tag) in [
        (&CASES[2], "2026-08-31", "q3"),
        (&CASES[0], "2026-11-22", "q4"),
    ] {
        for path in records::files(Path::new(story.folder)) {
            let to = folder.path().join(path.strip_prefix(story.folder).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&path, to).unwrap();
        }
        git(&folder, day, &["add", "--all"]);
        git(&folder, day, &["commit", "-q", "-m", tag]);
        git(&folder, day, &["tag", tag]);
    }
    folder
}

fn git(folder: &TempDir, day: &str, words: &[&str]) {
    let mut command = Command::new("git");
    for (name, value) in [
        ("user.name", "Somebody"),
        ("user.email", "somebody@halden.test"),
    ] {
        command.args(["-c", &format!("{name}={value}")]);
    }
    let noon = format!("{day}T12:00:00+00:00");
    command
        .env("GIT_AUTHOR_DATE", &noon)
        .env("GIT_COMMITTER_DATE", &noon);
    let status = command.current_dir(folder.path()).args(words).status();
    assert!(status.unwrap().success(), "{words:?}");
}

#[test]
fn the_movement_of_the_score_can_be_recomputed() {
    let folder = history();
    let run = |words: &[&str]| Run::new(folder.path(), words).end().json();
    let ledger = |tag: &str, day: &str, story: &Case| {
        let when = ["--at", tag, "--as-of", day, "-f", "json"];
        let auditor = run(&[&["report", "--audience", "auditor"], &when[..]].concat());
        Ledger {
            check: run(&[&["check"], &when[..]].concat()),
            verdicts: array(&auditor["evidence"]).to_vec(),
            records: records::records(&Path::new(story.folder).join("governance")),
        }
    };
    let report = run(&["report", "--at", "q4", "--since", "q3", "-f", "json"]);
    let before = ledger("q3", "2026-08-31", &CASES[2]);
    let nothing = BTreeSet::new();
    let overall = [
        &before,
        &ledger("q3", "2026-11-22", &CASES[2]),
        &ledger("q4", "2026-11-22", &CASES[0]),
    ]
    .map(|ledger| ledger.overall(&nothing));
    let [then, aged, now] = overall;
    assert!(now < aged && (aged - then).abs() > 0.001, "{overall:?}");
    let time = if aged > then { "gained" } else { "lost" };
    let direction = if percent(now) == percent(then) {
        "the same as the"
    } else {
        "down from"
    };
    let sentence = format!(
        "{} % of what good governance asks for is in place, {direction} {} % on 2026-08-31: \
         what was changed in the records lost {:.1} points, and the passing of time {time} {:.1} points.",
        percent(now),
        percent(then),
        (aged - now) * 100.0,
        (aged - then).abs() * 100.0
    );
    let verdict = text(&report["verdict"]);
    assert!(verdict.starts_with(&sentence), "{verdict}\n{sentence}");
    let earlier = before.domains(&nothing).into_iter();
    let earlier: BTreeMap<String, String> = earlier
        .map(|domain| (domain.title, percent(domain.coverage)))
        .collect();
    let mut sections = array(&report["sections"]).iter();
    let scorecard = sections.find(|own| own["id"] == "scorecard").unwrap();
    let mut moved = 0;
    for bar in array(&scorecard["chart"]["bars"]) {
        let note = text(&bar["note"]["text"]);
        let Some(was) = earlier.get(text(&bar["label"]["text"])) else {
            assert!(!note.contains("was"), "{note}");
            continue;
        };
        let is_same = note.starts_with(&format!("{was} %"));
        assert_eq!(note.contains(&format!("(was {was} %)")), !is_same, "{note}");
        moved += usize::from(!is_same);
        let trend = array(&bar["trend"]);
        assert_eq!(text(&trend[0]["value"]["text"]), format!("{was} %"));
        assert!(note.starts_with(text(&trend[1]["value"]["text"])), "{note}");
    }
    assert!(moved > 3);
}

#[test]
fn what_runs_out_is_not_wrong_before_and_wrong_after() {
    let case = &CASES[0];
    let records = records::records(&Path::new(case.folder).join("governance"));
    let at = |day: &str| {
        let words = ["check", "--as-of", day, "-f", "json"];
        let check = Run::new(Path::new(case.folder), &words).end().json();
        let open = array(&check["findings"])
            .iter()
            .filter(|own| own["state"] == "open");
        open.map(|own| plain(&records, text(&own["message"])))
            .collect::<BTreeSet<String>>()
    };
    let report = Run::new(
        Path::new(case.folder),
        &[
            "report",
            "--working-tree",
            "--as-of",
            case.day,
            "-f",
            "json",
        ],
    );
    let report = report.end().json();
    let mut sections = array(&report["sections"]).iter();
    let events = sections.find(|own| own["id"] == "upcoming").unwrap();
    let events = array(&events["chart"]["events"]);
    assert_eq!(events.len(), 5);
    let mut days: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for event in events {
        let due = text(&event["start"]["text"]);
        let after = numbers::next_day(due);
        let message = text(&event["label"]["text"]);
        for (day, is_there) in [(due.to_owned(), false), (after, true)] {
            let open = days.entry(day.clone()).or_insert_with_key(|day| at(day));
            assert_eq!(open.contains(message), is_there, "{message} on {day}");
        }
    }
}

/// A message as a board reads it: with the names of records.
fn plain(records: &BTreeMap<String, Record>, message: &str) -> String {
    let words = message.split_inclusive([' ', ',']).map(|word| {
        let name = word.trim_end_matches([' ', ',']);
        records.get(name).map_or(word.to_owned(), |record| {
            let words = format!("the {} {}", record.title, text(&record.fields["name"]));
            word.replace(name, &words)
        })
    });
    words.collect()
}

/// The references and the codes of rules in a text: `System/erp`, `SYS-009`.
fn jargon(text: &str) -> Vec<&str> {
    let is_token = |character: char| character.is_ascii_alphanumeric() || "/-#".contains(character);
    let tokens = text.split(|character: char| !is_token(character));
    let is_reference = |token: &str| {
        let parts = token.split_once('/');
        parts.is_some_and(|(kind, id)| {
            let is_kind = kind.starts_with(|first: char| first.is_ascii_uppercase());
            is_kind && kind.len() > 1 && id.starts_with(|first: char| first.is_ascii_lowercase())
        })
    };
    let is_code = |token: &str| {
        let parts = token.split_once('-');
        parts.is_some_and(|(prefix, number)| {
            let is_prefix = prefix.len() == 3 && prefix.bytes().all(|own| own.is_ascii_uppercase());
            is_prefix && number.len() == 3 && number.bytes().all(|own| own.is_ascii_digit())
        })
    };
    tokens
        .filter(|token| is_reference(token) || is_code(token))
        .collect()
}

#[test]
fn a_board_reads_plain_words() {
    assert_eq!(
        jargon("a System/erp, SYS-009 (2026-11-22)"),
        ["System/erp", "SYS-009"]
    );
    let mut stories = 0;
    for entry in fs::read_dir("examples").unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("govlint.yaml").is_file() {
            continue;
        }
        stories += 1;
        for format in ["html", "json"] {
            for day in ["2026-11-22", "2027-05-31"] {
                let words = ["report", "--working-tree", "--as-of", day, "-f", format];
                let report = Run::new(&folder, &words).end().stdout;
                let body = report.split("<body").last().unwrap();
                assert!(body.len() > 2_000, "{body}");
                let found = jargon(body);
                assert!(
                    found.is_empty(),
                    "{}, {format}: {found:?}",
                    folder.display()
                );
            }
        }
    }
    assert!(stories >= 2);
}

fn listed(words: &[&str]) -> String {
    match words {
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
        [] => String::new(),
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    array(value)
        .iter()
        .map(|own| text(own).to_owned())
        .collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}
