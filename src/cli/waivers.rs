//! `govlint waivers`: the exceptions, how they stand, and why.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::opening::Opening;
use super::output::{Form, place_json, write_json, write_places};
use super::terminal::Terminal;
use crate::check::{self, Input, Judgement};
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::evaluate::Waiver;
use crate::finding::{Finding, Label};
use crate::kind::nearest;
use crate::render::human::{Palette, clean};
use crate::scalar::Date;
use crate::triage::waiver::{Standing, Status};

/// List the exceptions, or explain one
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: ListArguments,
}

#[derive(Debug, Subcommand)]
enum Action {
    Explain(ExplainArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Folders and files to look at [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    /// How to write the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
}

/// Say why an exception does or does not apply
#[derive(Debug, Args)]
struct ExplainArguments {
    /// The waiver, by its id or as Kind/id
    #[arg(value_name = "WAIVER")]
    waiver: String,
    #[command(flatten)]
    list: ListArguments,
}

const EXAMPLES: &str = "\
Examples:
  govlint waivers                          all of them, with the days they have left
  govlint waivers --at v2026-q3            as they stood at a tag
  govlint waivers explain wv-2026-014      why it does or does not apply";

/// Lists or explains.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let list = match &arguments.action {
        Some(Action::Explain(explain)) => &explain.list,
        None => &arguments.list,
    };
    let workspace = list.opening.open(&list.paths)?;
    let input = Input {
        explain_not_evaluable: true,
        ..workspace.input(list.opening.date(&workspace)?)
    };
    let loaded = Arc::new(check::load_with(&input, &workspace.kinds)?);
    let judgement = check::judge(&input, &loaded)?;
    let page = Page {
        judgement: &judgement,
        as_of: input.as_of,
    };
    match &arguments.action {
        Some(Action::Explain(explain)) => {
            let waiver = page.find(&explain.waiver)?;
            match list.format {
                Form::Json => write_json(&page.describe(waiver), terminal)?,
                Form::Human => page.explain(waiver, terminal)?,
            }
        }
        None => match list.format {
            Form::Json => write_json(&page.describe_all(), terminal)?,
            Form::Human => page.list(terminal)?,
        },
    }
    Ok(ExitStatus::Clean)
}

struct Page<'a> {
    judgement: &'a Judgement,
    as_of: Date,
}

impl<'a> Page<'a> {
    fn waivers(&self) -> &'a [Waiver] {
        &self.judgement.waivers.0
    }

    fn find(&self, word: &str) -> Result<&'a Waiver, Error> {
        let id = |waiver: &'a Waiver| waiver.name.split_once('/').map_or("", |(_, id)| id);
        let mut waivers = self.waivers().iter();
        let found = waivers.find(|waiver| waiver.name == word || id(waiver) == word);
        found.ok_or_else(|| {
            let error = Error::new(ErrorKind::Usage, format!("there is no waiver `{word}`"));
            match nearest(word, self.waivers().iter().map(id)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`govlint waivers` lists them"),
            }
        })
    }

    fn standing(&self, waiver: &Waiver) -> Standing<'a> {
        let Judgement {
            findings,
            not_evaluable,
            ..
        } = self.judgement;
        let matcher = self.judgement.matcher();
        matcher.standing(waiver, findings, not_evaluable)
    }

    fn status(&self, waiver: &Waiver, standing: &Standing<'_>) -> Status {
        Status::of(waiver, !standing.covered.is_empty(), self.as_of)
    }

    fn describe_all(&self) -> Value {
        let waivers = self.waivers().iter();
        json!({
            "asOf": self.as_of.to_string(),
            "waivers": waivers.map(|waiver| self.describe(waiver)).collect::<Value>(),
        })
    }

    fn describe(&self, waiver: &Waiver) -> Value {
        let standing = self.standing(waiver);
        let status = self.status(waiver, &standing);
        let sources = &self.judgement.loaded.sources;
        let finding = |finding: &&Finding| {
            json!({
                "rule": &*finding.rule,
                "code": &*finding.code,
                "severity": finding.severity.as_str(),
                "subject": finding.subject,
                "message": finding.message,
                "fingerprint": finding.fingerprint.to_string(),
                "place": place_json(sources, &finding.primary),
            })
        };
        let undecided = standing.undecided.iter().map(
            |entry| json!({"code": &*entry.code, "subject": entry.subject, "causes": entry.causes}),
        );
        json!({
            "waiver": waiver.name,
            "status": status.as_str(),
            "rule": waiver.rule,
            "targets": self.targets(waiver),
            "reason": waiver.reason,
            "approvedBy": waiver.approver,
            "approvedOn": waiver.approved_on.map(|day| day.to_string()),
            "expires": waiver.expires.map(|day| day.to_string()),
            "daysLeft": waiver.days_left(self.as_of),
            "covers": standing.covered.iter().map(finding).collect::<Value>(),
            "obstacles": standing.obstacles.iter().map(finding).collect::<Value>(),
            "undecided": undecided.collect::<Value>(),
            "nearestMiss": (status == Status::CoversNothing).then(|| self.nearest_miss(waiver)),
            "place": place_json(sources, &self.place(waiver)),
        })
    }

    fn targets(&self, waiver: &Waiver) -> Vec<String> {
        waiver.target_names(&self.judgement.loaded.catalog)
    }

    fn nearest_miss(&self, waiver: &Waiver) -> String {
        let matcher = self.judgement.matcher();
        matcher.nearest_miss(waiver, &self.judgement.findings)
    }

    fn place(&self, waiver: &Waiver) -> Label {
        let catalog = &self.judgement.loaded.catalog;
        let id = catalog.node(catalog.resource(waiver.resource).id);
        Label::new(id.span(), waiver.name.as_str())
    }

    fn list(&self, terminal: &mut Terminal) -> Result<(), Error> {
        let palette = Palette::new(terminal.style);
        let mut rows = Vec::new();
        let mut counts = [0; 4];
        for waiver in self.waivers() {
            let standing = self.standing(waiver);
            let status = self.status(waiver, &standing);
            counts[status as usize] += 1;
            rows.push([
                status.as_str().to_owned(),
                self.until(waiver),
                waiver.name.clone(),
                format!("{} on {}", waiver.rule, self.targets(waiver).join(", ")),
                waiver.approver.clone().unwrap_or_default(),
            ]);
        }
        let width = |column: usize| {
            let lengths = rows.iter().map(|row| row[column].chars().count());
            lengths.max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2), width(3), 0];
        for row in &rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| {
                let gap = width.saturating_sub(cell.chars().count());
                format!("{}{}", clean(cell), " ".repeat(gap))
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            writeln!(terminal.out, "{}", line.trim_end())?;
        }
        let [in_force, nothing, expired, broken] = counts;
        let counts = format!(
            "{in_force} in force, {nothing} covering nothing, {expired} expired, {broken} not in force as of {}",
            self.as_of
        );
        let blank = if rows.is_empty() { "" } else { "\n" };
        writeln!(terminal.out, "{blank}{}", palette.strong(&counts))?;
        Ok(())
    }

    fn until(&self, waiver: &Waiver) -> String {
        match (waiver.expires, waiver.days_left(self.as_of)) {
            (Some(day), Some(left)) if left < 0 => format!("ended {day} ({} d ago)", -left),
            (Some(day), Some(left)) => format!("until {day} ({left} d left)"),
            (Some(day), None) => format!("until {day}"),
            (None, _) => "no end".to_owned(),
        }
    }

    fn explain(&self, waiver: &Waiver, terminal: &mut Terminal) -> Result<(), Error> {
        let standing = self.standing(waiver);
        let status = self.status(waiver, &standing);
        let palette = Palette::new(terminal.style);
        let head = palette.strong(&format!("{} is {}", clean(&waiver.name), says(status)));
        writeln!(terminal.out, "{head} as of {}", self.as_of)?;
        let targets = self.targets(waiver).join(", ");
        let lines = [
            ("rule", waiver.rule.clone()),
            ("targets", targets),
            ("reason", waiver.reason.clone()),
            ("approved by", self.approval(waiver)),
            ("ends", self.until(waiver)),
        ];
        for (name, text) in lines {
            writeln!(terminal.out, "  {:12} {}", format!("{name}:"), clean(&text))?;
        }
        for finding in &standing.obstacles {
            self.tell("does not hold, because", finding, terminal)?;
        }
        for entry in &standing.undecided {
            let (code, causes) = (&entry.code, entry.causes.join(", "));
            writeln!(
                terminal.out,
                "\ndoes not hold, because {code} cannot be judged on it: {causes}"
            )?;
            write_places(
                &self.judgement.loaded.sources,
                &entry.labels,
                "  ",
                terminal,
            )?;
        }
        for finding in &standing.covered {
            self.tell("covers", finding, terminal)?;
        }
        if status == Status::CoversNothing {
            writeln!(
                terminal.out,
                "\ncovers nothing: {}",
                clean(&self.nearest_miss(waiver))
            )?;
        }
        Ok(())
    }

    fn approval(&self, waiver: &Waiver) -> String {
        let by = waiver.approver.as_deref().unwrap_or("nobody");
        match waiver.approved_on {
            Some(day) => format!("{by} on {day}"),
            None => by.to_owned(),
        }
    }

    fn tell(&self, what: &str, finding: &Finding, terminal: &mut Terminal) -> Result<(), Error> {
        let (code, message) = (&finding.code, clean(&finding.message));
        writeln!(terminal.out, "\n{what} {code}: {message}")?;
        let mut places = vec![finding.primary.clone()];
        places.extend(finding.related.iter().cloned());
        write_places(&self.judgement.loaded.sources, &places, "  ", terminal)
    }
}

fn says(status: Status) -> &'static str {
    match status {
        Status::InForce => "in force",
        Status::CoversNothing => "in force, and covers nothing",
        Status::Expired => "not in force, because it has expired,",
        Status::NotInForce => "not in force",
    }
}
