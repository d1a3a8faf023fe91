//! Scores and the plan, from verdicts and findings alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::records::Record;
use crate::{array, number, text};

/// What a run said: findings, rules and domains, and each verdict.
pub(crate) struct Ledger {
    /// `govlint check -f json`.
    pub(crate) check: Value,
    /// `evidence` of `govlint report --audience auditor -f json`: every verdict on a subject.
    pub(crate) verdicts: Vec<Value>,
    pub(crate) records: BTreeMap<String, Record>,
}

/// What the subjects of a rule weigh, and how many there are: pass, fail, waived, not evaluable.
#[derive(Default, Clone)]
struct Tally {
    weights: [u64; 4],
    subjects: [u64; 4],
}

/// A rule and a subject.
type Pair = (String, String);

/// How far a domain has come.
pub(crate) struct Domain {
    pub(crate) title: String,
    pub(crate) policy: String,
    pub(crate) weight: f64,
    pub(crate) coverage: f64,
    pub(crate) level: f64,
    pub(crate) target: u64,
    pub(crate) is_below: bool,
    pub(crate) errors_on_critical: usize,
    pub(crate) caps: Vec<String>,
}

fn severity(word: &str) -> f64 {
    match word {
        "error" => 5.0,
        "warning" => 2.0,
        _ => 0.0,
    }
}

impl Ledger {
    /// The record of a subject; none for the repository.
    fn record(&self, subject: &str) -> Option<&Record> {
        self.records.get(subject.split('#').next().unwrap())
    }

    pub(crate) fn weight(&self, subject: &str) -> u64 {
        self.record(subject).map_or(1, |record| record.weight)
    }

    pub(crate) fn is_critical(&self, subject: &str) -> bool {
        self.record(subject)
            .is_some_and(|record| record.is_critical)
    }

    pub(crate) fn findings(&self) -> &[Value] {
        array(&self.check["findings"])
    }

    pub(crate) fn open(&self) -> impl Iterator<Item = &Value> {
        self.findings().iter().filter(|own| own["state"] == "open")
    }

    pub(crate) fn rules(&self) -> &[Value] {
        array(&self.check["rules"])
    }

    /// What came of each subject of a rule, with `mended` failures as passes.
    fn tally(&self, rule: &Value, mended: &BTreeSet<Pair>) -> Tally {
        let name = text(&rule["name"]);
        let mut came: BTreeMap<String, usize> = BTreeMap::new();
        if rule["engine"] == true {
            let kinds = array(&rule["kinds"]);
            let of_kind = |kind: &str| kinds.is_empty() || kinds.iter().any(|own| own == kind);
            let records = self.records.iter().filter(|(_, own)| of_kind(&own.kind));
            came.extend(records.map(|(name, _)| (name.clone(), 0)));
        }
        for verdict in self.verdicts.iter().filter(|own| own["rule"] == name) {
            let subject = text(&verdict["subject"]).to_owned();
            let outcome = match text(&verdict["outcome"]) {
                "pass" => 0,
                "fail" => 1,
                "excepted" if text(&verdict["exceptedBy"]) == "the baseline" => 1,
                "excepted" => 2,
                _ => 3,
            };
            let is_mended = mended.contains(&(name.to_owned(), subject.clone()));
            let outcome = if is_mended && outcome == 1 {
                0
            } else {
                outcome
            };
            // A record stands for what is wrong inside of it while it is read.
            let subject = if rule["engine"] == true {
                subject.split('#').next().unwrap().to_owned()
            } else {
                subject
            };
            came.insert(subject, outcome);
        }
        let mut tally = Tally::default();
        for (subject, outcome) in came {
            tally.subjects[outcome] += 1;
            tally.weights[outcome] += self.weight(&subject);
        }
        tally
    }

    /// The score of each domain in which something was evaluated.
    pub(crate) fn domains(&self, mended: &BTreeSet<Pair>) -> Vec<Domain> {
        let domains = array(&self.check["scores"]["domains"]).iter();
        domains
            .filter_map(|domain| self.domain(domain, mended))
            .collect()
    }

    fn domain(&self, domain: &Value, mended: &BTreeSet<Pair>) -> Option<Domain> {
        let policy = text(&domain["policy"]);
        let own = self.rules().iter().filter(|rule| rule["policy"] == policy);
        let tallies: Vec<(&Value, Tally)> =
            own.map(|rule| (rule, self.tally(rule, mended))).collect();
        let all = |_: &Value| true;
        let coverage = mean(&tallies, &all, &|tally| conforming(tally))?;
        let errors_on_critical = self
            .open()
            .filter(|own| text(&own["rule"]).starts_with(&format!("{policy}/")))
            .filter(|own| own["severity"] == "error" && self.is_critical(text(&own["subject"])))
            .count();
        let caps = caps(&tallies, errors_on_critical);
        let by_level = (1..=5_u64).map(|level| {
            mean(&tallies, &|rule| rule["maturity"] == level, &|tally| {
                conforming(tally)
            })
        });
        let level = caps
            .iter()
            .fold(reached(&by_level.collect::<Vec<_>>()), |level, (cap, _)| {
                level.min(*cap)
            });
        let counting = tallies
            .iter()
            .filter(|(rule, _)| severity(text(&rule["severity"])) > 0.0);
        let reachable = counting
            .map(|(rule, _)| number(&rule["maturity"]))
            .max()
            .unwrap_or(0);
        let target = number(&domain["target"]);
        Some(Domain {
            title: text(&domain["title"]).to_owned(),
            policy: policy.to_owned(),
            weight: domain["weight"].as_f64().unwrap(),
            coverage,
            level,
            target,
            is_below: level < as_float(target.min(reachable)),
            errors_on_critical,
            caps: caps.into_iter().map(|(_, reason)| reason).collect(),
        })
    }

    /// The mean coverage of the domains.
    pub(crate) fn overall(&self, mended: &BTreeSet<Pair>) -> f64 {
        overall(&self.domains(mended))
    }

    /// The mean coverage with other values of what is waived and of what is not evaluable.
    pub(crate) fn overall_if(&self, share: &dyn Fn([u64; 4]) -> Option<f64>) -> f64 {
        let domains = array(&self.check["scores"]["domains"]).iter();
        let (weights, sum) = domains.fold((0.0, 0.0), |(weights, sum), domain| {
            let policy = &domain["policy"];
            let own = self.rules().iter().filter(|rule| rule["policy"] == *policy);
            let tallies: Vec<_> = own
                .map(|rule| (rule, self.tally(rule, &BTreeSet::new())))
                .collect();
            let weight = domain["weight"].as_f64().unwrap();
            match mean(&tallies, &|_| true, &|tally| share(tally.weights)) {
                Some(coverage) => (weights + weight, sum + weight * coverage),
                None => (weights, sum),
            }
        });
        sum / weights
    }

    /// The failures that the plan of ninety days mends: the rules are those of `docs/reports.md`.
    pub(crate) fn planned(&self) -> BTreeSet<Pair> {
        let worths = self.worths();
        let mut groups: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for finding in self.open().filter(|own| own["severity"] != "info") {
            groups
                .entry(text(&finding["group"]))
                .or_default()
                .push(finding);
        }
        let position = |group: &str| {
            let mut findings = self.findings().iter();
            findings
                .position(|own| own["fingerprint"] == group)
                .unwrap()
        };
        let mut left: Vec<(f64, usize, Vec<&Value>)> = groups
            .into_iter()
            .map(|(group, own)| {
                let worth = own.iter().map(|finding| {
                    let weight = as_float(self.weight(text(&finding["subject"])));
                    weight * worths.get(text(&finding["rule"])).copied().unwrap_or(0.0)
                });
                (worth.sum(), position(group), own)
            })
            .collect();
        left.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let is_quick = |(worth, _, own): &(f64, usize, Vec<&Value>)| {
            let files = own.iter().map(|finding| text(&finding["primary"]["path"]));
            *worth > 0.0 && files.collect::<BTreeSet<_>>().len() == 1
        };
        let is_critical = |(_, _, own): &(f64, usize, Vec<&Value>)| {
            let mut own = own.iter();
            own.any(|own| own["severity"] == "error" && self.is_critical(text(&own["subject"])))
        };
        let mut chosen: Vec<&Value> = Vec::new();
        let mut steps = 0;
        let mut take = |most: usize, fits: &dyn Fn(&(f64, usize, Vec<&Value>)) -> bool| {
            while steps < most {
                let Some(at) = left.iter().position(fits) else {
                    return;
                };
                chosen.extend(left.remove(at).2);
                steps += 1;
            }
        };
        take(5, &is_quick);
        take(15, &is_critical);
        take(15, &|(worth, ..)| *worth > 0.0);
        let pair = |own: &Value| {
            (
                text(&own["rule"]).to_owned(),
                text(&own["subject"]).to_owned(),
            )
        };
        chosen.into_iter().map(pair).collect()
    }

    /// What one unit of weight of a rule is worth to the whole.
    fn worths(&self) -> BTreeMap<&str, f64> {
        let nothing = BTreeSet::new();
        let domains = self.domains(&nothing);
        let all: f64 = domains.iter().map(|domain| domain.weight).sum();
        let mut found = BTreeMap::new();
        for domain in &domains {
            let own = self
                .rules()
                .iter()
                .filter(|rule| rule["policy"] == *domain.policy);
            let totals =
                own.map(|rule| (rule, self.tally(rule, &nothing).weights.iter().sum::<u64>()));
            let applicable: Vec<(&Value, u64)> = totals.filter(|(_, total)| *total > 0).collect();
            let own = |rule: &Value| severity(text(&rule["severity"]));
            let severities: f64 = applicable.iter().map(|(rule, _)| own(rule)).sum();
            for (rule, total) in applicable {
                let share = domain.weight / all * own(rule) / severities;
                found.insert(text(&rule["name"]), share / as_float(total));
            }
        }
        found
    }
}

pub(crate) fn overall(domains: &[Domain]) -> f64 {
    let weights: f64 = domains.iter().map(|domain| domain.weight).sum();
    let sum: f64 = domains
        .iter()
        .map(|domain| domain.weight * domain.coverage)
        .sum();
    sum / weights
}

/// What holds the level of a domain down, and to which level.
fn caps(tallies: &[(&Value, Tally)], errors_on_critical: usize) -> Vec<(f64, String)> {
    let mut caps: Vec<(f64, String)> = Vec::new();
    if errors_on_critical > 0 {
        let errors = match errors_on_critical {
            1 => "1 open error on a critical record".to_owned(),
            count => format!("{count} open errors on critical records"),
        };
        caps.push((2.0, errors));
    }
    let counting = tallies
        .iter()
        .filter(|(rule, _)| severity(text(&rule["severity"])) > 0.0);
    let subjects = counting.fold((0, 0), |(open, whole), (_, tally)| {
        (
            open + tally.subjects[3],
            whole + tally.subjects.iter().sum::<u64>(),
        )
    });
    let open = ratio(subjects.0, subjects.1).unwrap_or(0.0);
    if open > 0.2 {
        let share = percent(open);
        caps.push((
            2.0,
            format!("insufficient data: {share} % could not be evaluated"),
        ));
    }
    let waived = mean(tallies, &|_| true, &|tally| {
        ratio(tally.weights[2], tally.weights.iter().sum())
    });
    if let Some(waived) = waived.filter(|waived| *waived > 0.1 + 1e-9) {
        let share = percent(waived);
        caps.push((3.0, format!("waivers cover {share} % of the weight")));
    }
    caps
}

fn conforming(tally: &Tally) -> Option<f64> {
    let [pass, _, waived, _] = tally.weights;
    ratio(2 * pass + waived, 2 * tally.weights.iter().sum::<u64>())
}

/// The mean of the rules that count, by severity.
fn mean(
    tallies: &[(&Value, Tally)],
    counts: &dyn Fn(&Value) -> bool,
    share: &dyn Fn(&Tally) -> Option<f64>,
) -> Option<f64> {
    let own = tallies.iter().filter(|(rule, _)| counts(rule));
    let shares =
        own.filter_map(|(rule, tally)| Some((severity(text(&rule["severity"])), share(tally)?)));
    let (severities, sum) = shares.fold((0.0, 0.0), |(severities, sum), (severity, share)| {
        (severities + severity, sum + severity * share)
    });
    (severities > 0.0).then(|| sum / severities)
}

/// The highest level with half, while all lower ones have 85 %, and the tenths towards the next.
fn reached(by_level: &[Option<f64>]) -> f64 {
    let (mut level, mut held) = (0.0, true);
    for (number, conformance) in (1_u32..).zip(by_level) {
        let Some(conformance) = conformance else {
            continue;
        };
        if !held || *conformance < 0.5 - 1e-9 {
            return level + f64::min(0.9, (conformance / 0.05 + 1e-9).floor() / 10.0);
        }
        level = f64::from(number);
        held = *conformance >= 0.85 - 1e-9;
    }
    level
}

pub(crate) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| as_float(part) / as_float(whole))
}

pub(crate) fn as_float(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

/// Whole percent, half up; not quite all is 99.
pub(crate) fn percent(share: f64) -> String {
    let rounded = (share * 100.0 + 0.5 + 1e-9).floor();
    let rounded = if share < 1.0 - 1e-9 {
        rounded.min(99.0)
    } else {
        rounded
    };
    format!("{rounded:.0}")
}
