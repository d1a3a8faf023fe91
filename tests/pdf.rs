//! The report as a PDF: what its pages claim, hold and survive. `.ci/check-pdf` has outside readers
//! judge the files that these tests leave behind.

#![cfg(feature = "pdf")]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "pages/filled.rs"]
mod filled;
#[path = "pages/sample.rs"]
mod sample;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use govlint::render::report::{by_name, on_paper};
use govlint::report::{Audience, Chart, Report};

use filled::filled;
use sample::{COMMIT, day, sample};

/// What a typesetter might obey, and what could end a text early.
const MARKUP: &str = "#panic(\"no\") #{import \"x\"} *bold* _it_ `raw` $x$ @ref <label> = head \\ // gone /* */ \
                      ~ [b] <script>alert(1)</script> {{7*7}} (\\) >> endobj";

/// A file of a report, left where outside readers can judge it.
fn written(name: &str, report: &Report) -> Pdf {
    let mut bytes = Vec::new();
    by_name("pdf").unwrap()(report, &mut bytes).unwrap();
    keep(name, &bytes);
    Pdf(String::from_utf8_lossy(&bytes).into_owned())
}

fn keep(name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pdf");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.pdf")), bytes).unwrap();
}

/// The file of the sample for auditors, which several tests look at.
fn auditor() -> &'static Pdf {
    static PDF: OnceLock<Pdf> = OnceLock::new();
    PDF.get_or_init(|| written("auditor", &sample(Audience::Auditor)))
}

/// A file as much of which can be read as is not compressed: everything but fonts and the drawing of
/// pages.
struct Pdf(String);

impl Pdf {
    fn count(&self, words: &str) -> usize {
        self.0.matches(words).count()
    }

    /// How many elements of its structure are of a sort.
    fn elements(&self, sort: &str) -> usize {
        self.count(&format!("/StructElem/S/{sort}/"))
    }

    fn pages(&self) -> usize {
        self.count("/Type/Page/")
    }
}

#[test]
fn the_same_report_is_the_same_file() {
    for audience in [Audience::Board, Audience::It] {
        let first = written(audience.as_str(), &sample(audience)).0;
        assert!(
            first == written(audience.as_str(), &sample(audience)).0,
            "{audience:?}"
        );
    }
}

#[test]
fn pages_can_be_kept_and_read_aloud() {
    let pdf = auditor();
    for claim in [
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "/Lang(en)",
        "/MarkInfo<</Marked true",
        "/DisplayDocTitle true",
        "<rdf:li>Halden Freight</rdf:li>",
        "Halden Freight: Technology governance: the auditor",
        "<xmp:CreateDate>2026-11-22T00:00:00",
    ] {
        assert!(pdf.count(claim) > 0, "{claim}");
    }
}

#[test]
fn a_board_reads_two_pages_of_either_paper() {
    let report = sample(Audience::Board);
    for (paper, size) in [
        ("a4", "[0 0 595.2756 841.8898]"),
        ("letter", "[0 0 612 792]"),
    ] {
        let mut bytes = Vec::new();
        on_paper(paper).unwrap()(&report, &mut bytes).unwrap();
        let pdf = Pdf(String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!((pdf.pages(), pdf.count(size)), (2, 2), "{paper}");
    }
    assert!(on_paper("papyrus").is_none());
}

#[test]
fn every_section_is_a_bookmark() {
    let report = sample(Audience::Auditor);
    let pdf = auditor();
    for (index, section) in report.sections.iter().enumerate() {
        let bookmark = format!("/Title({} {})", index + 1, section.title);
        assert_eq!(pdf.count(&bookmark), 1, "{bookmark}");
    }
    // The title of the report, and what to know before relying on it.
    assert_eq!(pdf.elements("H1"), report.sections.len() + 1);
}

#[test]
fn drawings_have_words_and_tables_have_heads() {
    let report = sample(Audience::Auditor);
    let pdf = auditor();
    let charts = || report.sections.iter().map(|section| &section.chart);
    let drawings = charts().filter(|chart| {
        matches!(
            chart,
            Chart::HeatMap(_) | Chart::Timeline(_) | Chart::Sparkline(_)
        )
    });
    assert_eq!(pdf.elements("Figure"), drawings.count());
    for words in [
        "/Alt(Likelihood across, Impact upwards",
        "/Alt(Coverage of all domains from 41 % on 2025-11-30 to 54 % on 2026-11-22.)",
    ] {
        assert_eq!(pdf.count(words), 1, "{words}");
    }
    // The values of a sparkline stand below it in a line.
    let in_tables = charts().filter(|chart| !matches!(chart, Chart::Sparkline(_)));
    let rows: usize = in_tables.map(|chart| chart.table().rows.len()).sum();
    assert_eq!(pdf.count("/Scope/Row"), rows);
    assert!(pdf.count("/Scope/Column") > 3 * pdf.elements("Table"));
}

#[test]
fn figures_lead_to_their_lines_where_the_site_is_known() {
    let mut report = sample(Audience::Auditor);
    let site = format!("/URI(https://codeberg.org/halden/governance/src/commit/{COMMIT}/");
    let with_links = auditor();
    assert!(with_links.count(&site) > 5);
    assert_eq!(with_links.count(&site), with_links.count("/URI("));
    report.forge = None;
    assert_eq!(written("no-links", &report).count("/URI"), 0);
}

#[test]
fn what_records_hold_is_never_obeyed() {
    let long = "w".repeat(2000);
    for (name, text) in [
        ("markup", MARKUP),
        ("long", long.as_str()),
        (
            "signs",
            "👩\u{200d}💻 🇳🇴 e\u{301} 漢字 \u{e000} ﷺ ☎\u{fe0f} \u{fffe}",
        ),
        (
            "unseen",
            "owner\u{202e}reversed\u{2066}\u{200b}\u{feff}\0\u{1b}[31m\u{8}\u{7f}\u{2028}\n\n= Head",
        ),
        (
            "scripts",
            "مالك النظام: الخدمات المالية (ERP), אחראי, Υπεύθυνος, Владелец, स्वामी, เจ้าของ",
        ),
        ("blank", ""),
        ("blanks", "   "),
    ] {
        let pdf = written(name, &filled(text));
        assert!(pdf.pages() > 0, "{name}");
        for forbidden in [
            "/JavaScript",
            "/Launch",
            "/EmbeddedFile",
            "/GoToR",
            "/SubmitForm",
            "/URI(javascript",
        ] {
            assert_eq!(pdf.count(forbidden), 0, "{name}: {forbidden}");
        }
    }
}

/// The records of a large organization: more than a drawing has room for, and more than anybody
/// prints.
#[test]
fn what_there_is_no_room_for_is_counted() {
    let mut report = sample(Audience::It);
    for section in &mut report.sections {
        match &mut section.chart {
            Chart::Table(own) => own.rows = repeated(&own.rows),
            Chart::Bars(own) => own.bars = repeated(&own.bars),
            Chart::Matrix(own) => own.rows = repeated(&own.rows),
            Chart::HeatMap(own) => own.points = repeated(&own.points),
            Chart::Dumbbell(own) => own.items = repeated(&own.items),
            Chart::Timeline(own) => own.events = repeated(&own.events),
            Chart::Sparkline(own) => own.points = repeated(&own.points),
        }
    }
    report.findings = repeated(&report.findings);
    let pdf = written("crowded", &report);
    assert!((50..500).contains(&pdf.pages()), "{}", pdf.pages());
}

/// Six hundred of a list, if there is anything in it.
fn repeated<T: Clone>(list: &[T]) -> Vec<T> {
    list.iter().cycle().take(600).cloned().collect()
}

#[test]
fn a_report_of_nothing_has_a_page() {
    let report = Report {
        sections: Vec::new(),
        findings: Vec::new(),
        notes: Vec::new(),
        organization: String::new(),
        commit: None,
        revision: None,
        as_of: day("0001-01-01"),
        ..sample(Audience::Board)
    };
    assert_eq!(written("nothing", &report).pages(), 1);
}
