//! A report on the example company by hand, with each chart in it and places in its files.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use govlint::assessment::Assessment;
use govlint::check::{Input, assess};
use govlint::config::Config;
use govlint::finding::Label;
use govlint::kind::validate::Strictness;
use govlint::report::{
    Audience, Axis, Bar, Bars, Cell, Chart, Column, Dumbbell, Event, Forge, HeatMap, Matrix,
    MatrixRow, Pair, Point, Report, Section, Sparkline, Table, Timeline, Tone, Value, details,
};
use govlint::rule::{Pack, built_in_schemas};
use govlint::scalar::{Date, Duration};
use govlint::snapshot::{Document, Recognition, Snapshot};
use govlint::source::{Sources, Span, TextRange};

pub(crate) const COMMIT: &str = "4f0c2a91be7d6650d3a1c8f29b57e4d0a6813c5e";

/// The report for an audience.
pub(crate) fn sample(audience: Audience) -> Report {
    let assessment = story();
    let remote = "https://someone:secret@codeberg.org/halden/governance.git";
    Report {
        title: title(audience).to_owned(),
        organization: "Halden Freight".to_owned(),
        audience,
        as_of: day("2026-11-22"),
        revision: Some("v2026-q4".to_owned()),
        commit: Some(COMMIT.to_owned()),
        since: Some(("v2026-q3".to_owned(), day("2026-08-31"))),
        verdict: "Half of what the records promise is in place, two points more than in August. \
                  Recovery of shipment billing is promised in 8 hours and takes 24, and four \
                  critical systems have no owner who is still with the company."
            .to_owned(),
        sections: sections(assessment),
        findings: details(assessment, audience),
        evidence: None,
        notes: vec![
            "This tells what is recorded. It does not look at running systems.".to_owned(),
            "14 records could not be judged, because they do not say enough; they count as not met."
                .to_owned(),
        ],
        forge: Forge::of(remote, COMMIT, ""),
        sources: assessment.sources.clone(),
    }
}

/// The example company as it was checked.
pub(crate) fn story() -> &'static Assessment {
    static STORY: OnceLock<Assessment> = OnceLock::new();
    STORY.get_or_init(|| {
        let (schemas, packs) = (built_in_schemas(), [Pack::built_in()]);
        let (config, mut documents) = (Config::default(), Vec::new());
        collect(Path::new("examples/halden-freight"), "", &mut documents);
        let snapshot = Snapshot {
            documents,
            ..Snapshot::default()
        };
        let input = Input {
            snapshot: &snapshot,
            sources: Sources::default(),
            schemas: &schemas,
            packs: &packs,
            config: &config,
            profile: None,
            baseline: None,
            is_whole: true,
            as_of: day("2026-11-22"),
            from: None,
            select: &[],
            ignore: &[],
            may_lack_rules: false,
            strictness: Strictness::Full,
            explain_not_evaluable: false,
            without_waivers: false,
        };
        assess(&input, None).ok().unwrap()
    })
}

fn collect(folder: &Path, below: &str, documents: &mut Vec<Document>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        let is_yaml = entry.path().extension().is_some_and(|end| end == "yaml");
        let is_record = is_yaml && name.starts_with("governance/");
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), documents);
        } else if is_record {
            documents.push(Document {
                path: name,
                bytes: fs::read(entry.path()).unwrap().into(),
                recognition: Recognition::Ours,
                blob: None,
            });
        }
    }
}

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn title(audience: Audience) -> &'static str {
    match audience {
        Audience::Board => "Technology governance: report to the board",
        Audience::Executive => "Technology governance: report to the executive",
        Audience::Auditor => "Technology governance: the auditor's ledger",
        Audience::It => "Technology governance: what to mend",
    }
}

/// The place at which a text first stands in a file.
fn at(assessment: &Assessment, path: &str, text: &str) -> Label {
    let mut sources = assessment.sources.iter();
    let (id, source) = sources.find(|(_, source)| source.path() == path).unwrap();
    let start = u32::try_from(source.text().find(text).unwrap()).unwrap();
    let end = start + u32::try_from(text.len()).unwrap();
    Label::new(Span::new(id, TextRange::new(start, end)), "")
}

#[expect(clippy::too_many_lines, reason = "one record after the other")]
fn sections(story: &Assessment) -> Vec<Section> {
    let section = |id: &str, title: &str, question: &str, lead: Option<&str>, chart| Section {
        id: id.to_owned(),
        title: title.to_owned(),
        question: question.to_owned(),
        lead: lead.map(str::to_owned),
        chart,
        empty: "Nothing is recorded.".to_owned(),
        notes: Vec::new(),
    };
    let mut sections = vec![
        section(
            "trend",
            "Direction",
            "Are we getting better?",
            Some(
                "Coverage rose from 41 to 54 percent in four quarters; three points of it are new records, the rest are fixes.",
            ),
            trend(),
        ),
        section(
            "scorecard",
            "Domains",
            "Where do we stand, and where did we mean to?",
            Some(
                "Two of fifteen domains reach their target. Resilience is held down by an unproven recovery of a critical service.",
            ),
            domains(),
        ),
        section(
            "risks",
            "Risks",
            "Are we within appetite?",
            None,
            risks(story),
        ),
        section(
            "gaps",
            "Gaps by department",
            "Who has to act?",
            None,
            gaps(),
        ),
        section(
            "ownership",
            "Ownership gaps",
            "What has nobody who answers for it?",
            Some("Four critical systems name an owner who has left or is leaving."),
            ownership(story),
        ),
        section(
            "decisions",
            "Decision rights",
            "Who decides?",
            None,
            decisions(),
        ),
        section(
            "resilience",
            "Resilience proof",
            "Can we recover, and is it proven?",
            None,
            resilience(story),
        ),
        section(
            "upcoming",
            "Next 90 days",
            "What lapses if nobody acts?",
            None,
            upcoming(story),
        ),
        section(
            "insurance",
            "Insurance",
            "Would we be paid?",
            None,
            Chart::Table(Table::default()),
        ),
    ];
    sections[1].notes.push(
        "Level 0 to 5: the highest level whose rules are met by half, while those below it are met by 85 %. \
         15 rules of 144 had nobody to judge."
            .to_owned(),
    );
    sections
}

fn trend() -> Chart {
    let point = |date: &str, share: f64, text: &str| {
        let cell = Cell {
            value: Value::Share(share),
            ..Cell::text(text)
        };
        (day(date), cell)
    };
    Chart::Sparkline(Sparkline {
        measure: "Coverage of all domains".to_owned(),
        most: Some(1.0),
        points: vec![
            point("2025-11-30", 0.41, "41 %"),
            point("2026-02-28", 0.45, "45 %"),
            point("2026-05-31", 0.44, "44 %"),
            point("2026-08-31", 0.52, "52 %"),
            point("2026-11-22", 0.54, "54 %"),
        ],
    })
}

fn domains() -> Chart {
    let domains = [
        ("Leadership", 3.2, 3, Tone::Good, ""),
        (
            "Decision rights",
            2.0,
            3,
            Tone::Bad,
            "held at 2: an error on a critical record",
        ),
        (
            "Systems",
            2.0,
            3,
            Tone::Bad,
            "held at 2: an error on a critical record",
        ),
        ("Data", 2.6, 3, Tone::Watch, ""),
        (
            "Vendors",
            2.0,
            3,
            Tone::Bad,
            "held at 2: an error on a critical record",
        ),
        ("Artificial intelligence", 1.8, 3, Tone::Bad, ""),
        (
            "Resilience",
            1.4,
            4,
            Tone::Bad,
            "a fifth could not be judged",
        ),
        ("Insurance", 2.2, 3, Tone::Watch, ""),
        ("Risk", 2.7, 3, Tone::Watch, ""),
        ("Strategy", 2.5, 3, Tone::Watch, ""),
        ("Finance", 3.0, 3, Tone::Good, ""),
        ("Rhythm", 2.4, 3, Tone::Watch, ""),
        ("Policies", 2.9, 3, Tone::Watch, ""),
        ("Exceptions", 2.0, 3, Tone::Watch, ""),
    ];
    let bar = |(name, level, target, tone, note): (&str, f64, u64, Tone, &str)| Bar {
        label: Cell::text(name),
        value: Cell {
            value: Value::Number(level),
            tone,
            ..Cell::text(format!("{level:.1}"))
        },
        target: Some(Cell::count(target)),
        note: (!note.is_empty()).then(|| Cell::text(note)),
        trend: vec![
            (day("2026-05-31"), Cell::share(0.4)),
            (day("2026-08-31"), Cell::share(level / 6.0)),
            (day("2026-11-22"), Cell::share(level / 5.0)),
        ],
    };
    let mut bars: Vec<Bar> = domains.into_iter().map(bar).collect();
    bars.push(Bar {
        label: Cell::text("Documents"),
        value: Cell::missing(),
        target: Some(Cell::count(3)),
        note: None,
        trend: Vec::new(),
    });
    Chart::Bars(Bars {
        measure: "Level".to_owned(),
        most: Some(5.0),
        bars,
    })
}

fn risks(story: &Assessment) -> Chart {
    let path = "governance/risk/register.yaml";
    let point = |id: &str, name: &str, x, y, is_marked| Point {
        label: Cell::text(name).at([at(story, path, id)]),
        x,
        y,
        is_marked,
    };
    let steps = |words: &str| words.split(", ").map(str::to_owned).collect();
    Chart::HeatMap(HeatMap {
        x: Axis {
            title: "Likelihood".to_owned(),
            steps: steps("rare, unlikely, possible, likely, almost certain"),
        },
        y: Axis {
            title: "Impact".to_owned(),
            steps: steps("minor, moderate, serious, major, severe"),
        },
        appetite: Some(9.0),
        points: vec![
            point(
                "r-custom-bank-link",
                "Unmaintained bank integration",
                3,
                4,
                true,
            ),
            point(
                "r-ransomware",
                "Ransomware takes the backups too",
                2,
                5,
                true,
            ),
            point(
                "id: r",
                "Carrier interface fails at the end of a month",
                3,
                3,
                false,
            ),
            point("id: r", "Warehouse scanners out of support", 4, 2, false),
            point("id: r", "One person knows the routing engine", 3, 4, true),
        ],
    })
}

fn gaps() -> Chart {
    let columns = [
        "Finance",
        "Operations",
        "Technology",
        "People",
        "Sales",
        "Legal",
    ];
    let rows = [
        ("Systems", [4, 2, 7, 0, 1, 0]),
        ("Vendors", [2, 1, 3, 0, 0, 1]),
        ("Resilience", [1, 3, 5, 0, 0, 0]),
        ("Artificial intelligence", [0, 1, 2, 1, 2, 0]),
    ];
    let row = |(name, counts): (&str, [u64; 6])| MatrixRow {
        label: Cell::text(name),
        cells: counts
            .into_iter()
            .map(|count| (count > 0).then(|| Cell::count(count)))
            .collect(),
    };
    Chart::Matrix(Matrix {
        row_title: "Domain".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(row).collect(),
    })
}

fn ownership(story: &Assessment) -> Chart {
    let path = "governance/systems/finance.yaml";
    let row = |id: &str, name: &str, owner: &str, since: &str, tone| {
        vec![
            Cell::text(name).at([at(story, path, &format!("id: {id}"))]),
            Cell::text("critical"),
            Cell::text(owner).toned(tone),
            Cell::date(day(since)),
            if tone == Tone::Bad {
                Cell::missing()
            } else {
                Cell::text("Chief financial officer")
            },
        ]
    };
    Chart::Table(Table {
        columns: vec![
            Column::words("What"),
            Column::words("Criticality"),
            Column::words("Owner"),
            Column::numbers("Since"),
            Column::words("Who could take it"),
        ],
        rows: vec![
            row("erp", "ERP", "left the company", "2026-09-30", Tone::Bad),
            row(
                "erp-bank-link",
                "Bank integration",
                "nobody",
                "2026-06-01",
                Tone::Bad,
            ),
            row(
                "erp",
                "Ledger export",
                "leaves in December",
                "2026-12-31",
                Tone::Watch,
            ),
        ],
    })
}

fn decisions() -> Chart {
    let columns = [
        "Board",
        "Chief executive officer",
        "Chief information officer",
        "Chief financial officer",
        "Chief operating officer",
        "IT operations lead",
        "Architecture board",
    ];
    let rows = [
        ("Investment above 100,000", "A I C R _ _ C"),
        ("Vendors", "_ _ A C _ R _"),
        ("Infrastructure", "_ _ A _ I R C"),
        ("Artificial intelligence", "I A R _ C _ C"),
        ("Acceptance of risk", "A C R C _ _ _"),
    ];
    let row = |(name, letters): (&str, &str)| MatrixRow {
        label: Cell::text(name),
        cells: letters
            .split(' ')
            .map(|letter| (letter != "_").then(|| Cell::text(letter)))
            .collect(),
    };
    Chart::Matrix(Matrix {
        row_title: "Decision".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(row).collect(),
    })
}

fn resilience(story: &Assessment) -> Chart {
    let path = "governance/continuity/services.yaml";
    let hours = |hours: i64, tone| Cell {
        value: Value::Duration(Duration::hours(hours)),
        tone,
        ..Cell::text(format!("{hours}h"))
    };
    let pair = |id: &str, name: &str, from, to, tone, note: &str| Pair {
        label: Cell::text(name).at([at(story, path, &format!("id: {id}"))]),
        from: hours(from, Tone::Plain).at([at(story, path, "rto: ")]),
        to: hours(to, tone),
        note: (!note.is_empty()).then(|| Cell::text(note)),
    };
    let mut unproven = pair(
        "load-dispatch",
        "Customs declarations",
        12,
        1,
        Tone::Plain,
        "",
    );
    unproven.to = Cell::text("never tested").toned(Tone::Bad);
    Chart::Dumbbell(Dumbbell {
        from: "promised".to_owned(),
        to: "proven".to_owned(),
        items: vec![
            pair(
                "shipment-billing",
                "Shipment billing",
                8,
                24,
                Tone::Bad,
                "waits for ERP",
            ),
            pair("load-dispatch", "Load dispatch", 4, 3, Tone::Good, ""),
            unproven,
        ],
    })
}

#[expect(clippy::too_many_lines, reason = "one record after the other")]
fn upcoming(story: &Assessment) -> Chart {
    let path = "governance/contracts/register.yaml";
    let event = |date: &str, lane: &str, what: &str, who: &str, tone| Event {
        start: Cell::date(day(date)).at([at(story, path, "id: ")]),
        end: None,
        label: Cell::text(what).toned(tone),
        lane: lane.to_owned(),
        note: Some(Cell::text(who)),
    };
    let mut departure = event(
        "2026-12-31",
        "People",
        "Head of IT operations leaves",
        "Chief information officer",
        Tone::Bad,
    );
    departure.start = Cell::date(day("2026-12-01"));
    departure.end = Some(Cell::date(day("2026-12-31")));
    Chart::Timeline(Timeline {
        from: day("2026-11-22"),
        to: day("2027-02-20"),
        events: vec![
            event(
                "2026-11-30",
                "Renewals",
                "Notice to the telematics vendor",
                "Chief operating officer",
                Tone::Bad,
            ),
            departure,
            event(
                "2026-12-02",
                "Renewals",
                "Notice for the archive",
                "Chief information officer",
                Tone::Plain,
            ),
            event(
                "2026-12-15",
                "Reviews",
                "Systems inventory",
                "IT operations lead",
                Tone::Watch,
            ),
            event(
                "2026-12-16",
                "Reviews",
                "Acceptable use of AI",
                "Chief information officer",
                Tone::Plain,
            ),
            event(
                "2027-01-10",
                "Exercises",
                "Restore of the ERP",
                "IT operations lead",
                Tone::Plain,
            ),
            event(
                "2027-01-31",
                "Exceptions",
                "Shared administrator account",
                "Chief information officer",
                Tone::Watch,
            ),
            event(
                "2027-02-18",
                "Reviews",
                "Business impact analysis",
                "Chief operating officer",
                Tone::Plain,
            ),
        ],
    })
}
