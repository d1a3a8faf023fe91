//! Records that mean harm: whatever stands in them is text on the page.

use govlint::report::{Audience, Cell, Chart, Report, details};

use crate::markup::Markup;
use crate::sample::{sample, story};
use crate::{keep, page};

/// A name with everything in it that a page might obey.
const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>\
                      </style></title><!-- --><a href=\"javascript:alert(4)\">&lt;b&gt;&#x202e;{{7*7}}";

/// Characters that turn, hide or end text.
const UNSEEN: &str = "owner\u{202e}reversed\u{2066}\u{200b}\u{feff}\0\u{1b}[31m\u{8}\u{7f}\u{2028}";

#[test]
fn markup_in_records_is_text() {
    let page = everywhere(MARKUP);
    keep("markup.html", &page);
    let (markup, harmless) = (Markup::of(&page), crate::page(&sample(Audience::It)));
    for element in ["script", "img", "style", "title", "a"] {
        let expected = Markup::of(&harmless).count(element);
        let found = markup.count(element);
        assert!(
            element == "a" || element == "title" || found == expected,
            "{element}: {found}"
        );
    }
    for tag in markup.tags() {
        let outside: String = tag.split('"').step_by(2).collect();
        for word in ["onerror", "onload", "javascript", "alert"] {
            assert!(!outside.contains(word), "{tag}");
        }
        assert!(!tag.starts_with("<!--"), "{tag}");
    }
    assert!(
        markup.text().contains(MARKUP),
        "it is shown as it was written"
    );
}

#[test]
fn unseen_characters_are_shown() {
    let page = everywhere(UNSEEN);
    keep("unseen.html", &page);
    let obeyed = |character: &char| {
        let is_layout = matches!(character, '\n' | '\u{202f}');
        !is_layout
            && (character.is_control() || ('\u{200b}'..='\u{206f}').contains(character))
            && !matches!(
                character,
                '‘' | '’' | '“' | '”' | '…' | '–' | '—' | '•' | '†' | '‐' | '‑' | '›'
            )
    };
    let found: Vec<char> = page.chars().filter(obeyed).collect();
    assert!(found.is_empty(), "a reader cannot see {found:?}");
    let text = Markup::of(&page).text().to_owned();
    assert!(text.contains("owner\\u{202e}reversed\\u{2066}\\u{200b}\\u{feff}\\u{0}\\u{1b}[31m"));
}

#[test]
fn long_words_and_other_scripts_keep_their_place() {
    for (name, text) in [
        ("long.html", "w".repeat(2000)),
        (
            "arabic.html",
            "مالك النظام: الخدمات المالية (ERP)".to_owned(),
        ),
        ("emoji.html", "👩\u{200d}💻 🇳🇴 e\u{301} 漢字".repeat(20)),
    ] {
        let page = everywhere(&text);
        keep(name, &page);
        let markup = Markup::of(&page);
        assert!(markup.text().contains(&text), "{name}");
        let isolated = page.matches("<bdi").count() + page.matches("dir=\"auto\"").count();
        assert!(isolated > 100, "{name}: {isolated}");
    }
    let drawn = everywhere(&"w".repeat(2000));
    let drawing = drawn.split("<svg class=\"heat\"").nth(1).unwrap();
    let drawing = drawing.split("</svg>").next().unwrap();
    assert!(
        !drawing
            .split("</title>")
            .skip(1)
            .any(|part| part.contains(&"w".repeat(500)))
    );
}

/// A page on which every text of a record is `text`.
fn everywhere(text: &str) -> String {
    let mut report = sample(Audience::It);
    for place in texts(&mut report) {
        place.clear();
        place.push_str(text);
    }
    for cell in report
        .sections
        .iter_mut()
        .flat_map(|section| cells(&mut section.chart))
    {
        text.clone_into(&mut cell.text);
    }
    report.findings = details(story(), Audience::It);
    for detail in &mut report.findings {
        text.clone_into(&mut detail.finding.message);
        text.clone_into(&mut detail.finding.primary.text);
        text.clone_into(&mut detail.policy);
        text.clone_into(&mut detail.why);
        detail.finding.help = Some(text.to_owned());
        detail.also = vec![text.to_owned()];
        detail.controls = vec![text.to_owned()];
        detail.standing = Some(text.to_owned());
    }
    page(&report)
}

fn texts(report: &mut Report) -> Vec<&mut String> {
    let mut texts = vec![
        &mut report.title,
        &mut report.organization,
        &mut report.verdict,
    ];
    texts.extend(&mut report.revision);
    texts.extend(report.since.as_mut().map(|(since, _)| since));
    texts.extend(&mut report.notes);
    for section in &mut report.sections {
        texts.extend([
            &mut section.id,
            &mut section.title,
            &mut section.question,
            &mut section.empty,
        ]);
        texts.extend(&mut section.lead);
        texts.extend(&mut section.notes);
        match &mut section.chart {
            Chart::Table(table) => texts.extend(table.columns.iter_mut().map(|c| &mut c.title)),
            Chart::Bars(bars) => texts.push(&mut bars.measure),
            Chart::Matrix(matrix) => {
                texts.push(&mut matrix.row_title);
                texts.extend(&mut matrix.columns);
            }
            Chart::HeatMap(map) => {
                for axis in [&mut map.x, &mut map.y] {
                    texts.push(&mut axis.title);
                    texts.extend(&mut axis.steps);
                }
            }
            Chart::Dumbbell(pairs) => texts.extend([&mut pairs.from, &mut pairs.to]),
            Chart::Timeline(line) => texts.extend(line.events.iter_mut().map(|e| &mut e.lane)),
            Chart::Sparkline(line) => texts.push(&mut line.measure),
        }
    }
    texts
}

fn cells(chart: &mut Chart) -> Vec<&mut Cell> {
    let mut cells = Vec::new();
    match chart {
        Chart::Table(table) => cells.extend(table.rows.iter_mut().flatten()),
        Chart::Bars(bars) => {
            for bar in &mut bars.bars {
                cells.extend([&mut bar.label, &mut bar.value]);
                cells.extend(bar.target.iter_mut().chain(&mut bar.note));
            }
        }
        Chart::Matrix(matrix) => {
            for row in &mut matrix.rows {
                cells.push(&mut row.label);
                cells.extend(row.cells.iter_mut().flatten());
            }
        }
        Chart::HeatMap(map) => cells.extend(map.points.iter_mut().map(|point| &mut point.label)),
        Chart::Dumbbell(pairs) => {
            for pair in &mut pairs.items {
                cells.extend([&mut pair.label, &mut pair.from, &mut pair.to]);
                cells.extend(&mut pair.note);
            }
        }
        Chart::Timeline(line) => {
            for event in &mut line.events {
                cells.extend([&mut event.start, &mut event.label]);
                cells.extend(event.end.iter_mut().chain(&mut event.note));
            }
        }
        Chart::Sparkline(line) => cells.extend(line.points.iter_mut().map(|(_, cell)| cell)),
    }
    cells
}
