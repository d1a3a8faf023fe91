//! The HTML report: what stands in a page, what cannot, and that it opens fast.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "pages/filled.rs"]
mod filled;
#[path = "pages/hostile.rs"]
mod hostile;
#[path = "pages/many.rs"]
mod many;
#[path = "pages/markup.rs"]
mod markup;
#[path = "pages/sample.rs"]
mod sample;

use std::fs;
use std::path::Path;

use govlint::render::report::html;
use govlint::report::{Audience, Report};

use markup::Markup;
use sample::sample;

/// The page of a report.
fn page(report: &Report) -> String {
    let mut bytes = Vec::new();
    html::render(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Leaves a page where people and browsers can look at it.
fn keep(name: &str, page: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), page).unwrap();
}

#[test]
fn the_same_report_is_the_same_page() {
    for audience in Audience::ALL {
        let first = page(&sample(audience));
        assert_eq!(first, page(&sample(audience)));
        keep(&format!("{}.html", audience.as_str()), &first);
    }
}

#[test]
fn the_page_holds_every_section_with_its_question_and_answer() {
    let report = sample(Audience::Executive);
    let page = page(&report);
    let markup = Markup::of(&page);
    let text = markup.text();
    for section in &report.sections {
        for words in [&section.title, &section.question] {
            assert!(text.contains(words.as_str()), "{words}");
        }
        for row in section.chart.table().rows {
            for cell in row.iter().filter(|cell| !cell.text.is_empty()) {
                assert!(text.contains(&cell.text), "{}: {}", section.id, cell.text);
            }
        }
    }
    assert_eq!(markup.count("section"), report.sections.len() + 1);
}

#[test]
fn drawings_have_words() {
    let page = page(&sample(Audience::Executive));
    let markup = Markup::of(&page);
    let drawings = markup.opened("svg");
    let spoken: Vec<_> = drawings
        .iter()
        .filter(|drawing| !drawing.contains("aria-hidden"))
        .collect();
    assert!(spoken.len() > 10);
    for drawing in spoken {
        assert!(drawing.contains("role=\"img\""), "{drawing}");
    }
    for kind in ["heat", "time", "spark"] {
        let drawing = page
            .split(&format!("<svg class=\"{kind}\""))
            .nth(1)
            .unwrap();
        let drawing = drawing.split("</svg>").next().unwrap();
        assert!(drawing.contains("<title id="), "{kind}");
        assert!(drawing.contains("<desc id="), "{kind}");
    }
}

#[test]
fn figures_lead_to_their_lines() {
    let mut report = sample(Audience::Board);
    let with_links = page(&report);
    let link = "https://codeberg.org/halden/governance/src/commit/4f0c2a91be7d6650d3a1c8f29b57e4d0a6813c5e/\
                governance/systems/finance.yaml#L";
    assert!(with_links.contains(link));
    report.forge = None;
    let without = page(&report);
    assert!(!without.contains("codeberg"));
    assert!(without.contains("title=\"governance/systems/finance.yaml:"));
    assert!(
        !Markup::of(&without)
            .opened("a")
            .iter()
            .any(|a| a.contains("//"))
    );
}

#[test]
fn findings_are_for_those_who_mend_them() {
    for audience in Audience::ALL {
        let report = sample(audience);
        let page = page(&report);
        let shown = Markup::of(&page).opened("details").into_iter();
        let shown = shown
            .filter(|tag| tag.contains("class=\"finding\""))
            .count();
        assert_eq!(shown, report.findings.len(), "{audience:?}");
        let is_told = matches!(audience, Audience::It | Audience::Executive);
        assert_eq!(shown > 0, is_told, "{audience:?}");
    }
}

#[test]
fn a_finding_opens_to_its_lines() {
    let page = page(&sample(Audience::It));
    let finding = page
        .split("<details class=\"finding\"")
        .find(|finding| finding.contains("Shipment billing promises recovery in 8h"))
        .unwrap();
    let lines = Markup::of(finding);
    let lines = lines.text();
    for words in [
        "governance/continuity/services.yaml:24:10",
        "rto: 8h",
        "└ recovery time objective: 8h",
        "Why",
        "Fix",
    ] {
        assert!(lines.contains(words), "{words} is not in {lines}");
    }
    assert!(finding.contains("<span class=\"primary\">8h</span>"));
}

#[test]
fn the_policy_allows_the_page_its_own_style_and_script_only() {
    let page = page(&sample(Audience::It));
    let policy = page
        .split("http-equiv=\"Content-Security-Policy\" content=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .replace("&#39;", "'");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(!policy.contains("unsafe"));
    assert!(!policy.contains("http"));
    assert_eq!(policy.matches("'sha256-").count(), 3);
    let markup = Markup::of(&page);
    assert_eq!(markup.count("style"), 2);
    assert_eq!(markup.count("script"), 1);
    for tag in markup.tags() {
        for attribute in [" style=", " src=", " onclick=", " onload="] {
            assert!(!tag.contains(attribute), "{tag}");
        }
    }
    for named in ["@import", "url(http", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(named), "{named}");
    }
}

#[test]
fn printed_pages_say_whose_they_are() {
    let page = page(&sample(Audience::Board));
    assert!(page.contains("content: \"as of 2026\\2d 11\\2d 22 \\b7  commit 4f0c2a91be"));
    assert!(page.contains("counter(page)"));
}
