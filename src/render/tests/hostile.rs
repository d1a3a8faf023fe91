//! What documents hold is told, and does nothing.

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use super::agreement::rows;
use super::{SLOWER, Story};
use crate::assessment::Outcome;
use crate::finding::Severity::{Error, Warning};
use crate::render::{FORMATS, RULES_URL, Style, by_name};

/// Texts that some reader takes for more than a text.
const VALUES: [&str; 18] = [
    "=HYPERLINK(\"http://evil.test\",\"x\")",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    "a\r\nb,\"c\";d",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]><!-- --> &lt; &#x41; <![CDATA[",
    "\u{1b}[31mred\u{1b}]8;;http://evil.test\u{7}\u{9b}0m",
    "\u{202e}gnp.exe\u{2066}\u{200b}",
    "::error file=x,line=1::pwned\n::set-output name=x::y",
    "%0A::warning::x%25",
    "[x](javascript:alert(1)) ![i](http://evil.test/i.png) [y](1) [z]: http://evil.test",
    "@everyone closes #1, see https://evil.test and www.evil.test or a@evil.test",
    "`code` | cell | **bold** _it_ ~~no~~ $x$ {0} {{1}} \\[a](2)",
    "\u{0}\u{fffe}\u{ffff}\u{e0041}",
    "# heading\n* item\n\n---\n<details>",
];

/// A story in which one value stands everywhere.
fn story(value: &str) -> Story {
    let message = format!("{value} {value}");
    let mut story = Story::new()
        .file("a.yaml", "a: ⟦1⟧\nb: ⟦2⟧\n")
        .rule(SLOWER, value, &["ISO22301:8.2.2"])
        .finding(Error, SLOWER, value, value, &[(0, value), (1, value)])
        .help(value)
        .finding(Warning, SLOWER, "System/b", &message, &[(1, value)])
        .waived(value, "2027-01-31", value)
        .finding(Warning, SLOWER, "System/c", value, &[(1, value)])
        .gone(Outcome::Lost)
        .not_evaluable(SLOWER, value, (0, value));
    story.assessment.rules[0].title = value.to_owned();
    story
        .assessment
        .unread
        .push((value.to_owned(), value.to_owned()));
    story
}

/// What every format writes about each value, and one of 2,000 characters.
fn check(format: &str, judge: impl Fn(&str, &str)) {
    let long = "=<@[long] ".repeat(200);
    for value in VALUES.into_iter().chain([long.as_str()]) {
        let written = story(value).render(by_name(format).unwrap().render, Style::default());
        judge(value, &written);
    }
}

#[test]
fn nothing_is_written_that_a_terminal_obeys_or_hides() {
    for format in FORMATS {
        check(format.name, |value, written| {
            let hidden = written.chars().find(|character| match character {
                '\n' => false,
                '\r' => format.name != "csv",
                _ => character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{e0041}'),
            });
            assert_eq!(hidden, None, "{} on {value:?}", format.name);
        });
    }
}

#[test]
fn no_cell_is_a_formula() {
    check("csv", |value, written| {
        let rows = rows(written);
        assert_eq!(rows.len(), 5, "{value:?}");
        for cell in rows.iter().flatten() {
            let first = cell.chars().next().unwrap_or(' ');
            assert!(!"=+-@\t\r＝＋－＠".contains(first), "{cell:?}");
        }
    });
}

#[test]
fn every_line_is_one_workflow_command() {
    check("github", |value, written| {
        assert_eq!(written.lines().count(), 3, "{value:?}\n{written}");
        for line in written.lines() {
            let (head, data) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            let (command, properties) = head.split_once(' ').unwrap();
            assert!(matches!(command, "error" | "warning"), "{line}");
            for property in properties.split(',') {
                let (name, _) = property.split_once('=').unwrap();
                let names = ["file", "line", "endLine", "col", "endColumn", "title"];
                assert!(names.contains(&name), "{line}");
            }
            assert!(!data.contains(['\r', '\n']));
        }
    });
}

/// The only links are those to rules, and the only HTML is that of the page.
#[test]
fn markdown_holds_no_markup_of_documents() {
    check("markdown", |value, written| {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
        for event in Parser::new_ext(written, options) {
            let harmless = match &event {
                Event::Start(Tag::Link { dest_url, .. }) => dest_url.starts_with(RULES_URL),
                Event::Start(Tag::Image { .. } | Tag::Strong | Tag::Emphasis) => {
                    matches!(event, Event::Start(Tag::Strong))
                }
                Event::Start(Tag::Strikethrough | Tag::CodeBlock(_)) => false,
                Event::Html(html) | Event::InlineHtml(html) => {
                    let html = html.trim();
                    let own = "<details><summary>Findings, the worst first</summary>";
                    html.is_empty() || matches!(html, "<!-- -->" | "</details>") || html == own
                }
                Event::InlineMath(_) | Event::DisplayMath(_) | Event::Rule => false,
                _ => true,
            };
            assert!(harmless, "{value:?}: {event:?}\n{written}");
        }
        for sign in [
            "@everyone",
            "#1",
            "https://evil",
            "http://evil",
            "www.evil",
            "@evil",
        ] {
            let outside: String = written.split('`').step_by(2).collect();
            assert!(!outside.contains(sign), "{sign} of {value:?}\n{written}");
        }
    });
}

#[test]
fn sarif_links_lead_to_related_places_only() {
    check("sarif", |value, written| {
        let log: Value = serde_json::from_str(written).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 3, "{value:?}");
        for result in results {
            let related = result["relatedLocations"].as_array();
            let ids = related.map_or(0, Vec::len);
            let text = result["message"]["text"].as_str().unwrap();
            // Escaped signs are out of the game.
            let text = text
                .replace("\\\\", "")
                .replace("\\[", "")
                .replace("\\]", "");
            for (at, _) in text.match_indices("](") {
                let target = text[at + 2..].split(')').next().unwrap();
                let id: usize = target
                    .parse()
                    .unwrap_or_else(|_| panic!("{value:?}: {text}"));
                assert!(id <= ids, "{value:?}: {text}");
            }
            let single = text.replace("{{", "").replace("}}", "");
            assert!(!single.contains(['{', '}']), "{value:?}: {text}");
        }
    });
}

#[test]
fn xml_holds_values_as_text() {
    check("junit", |value, written| {
        let report = roxmltree::Document::parse(written)
            .unwrap_or_else(|error| panic!("{value:?}: {error}\n{written}"));
        let known = [
            "testsuites",
            "testsuite",
            "properties",
            "property",
            "testcase",
            "failure",
            "error",
            "skipped",
            "system-out",
            "system-err",
        ];
        for node in report.descendants().filter(roxmltree::Node::is_element) {
            assert!(known.contains(&node.tag_name().name()), "{value:?}");
        }
        let failures = report
            .descendants()
            .filter(|node| node.has_tag_name("failure"));
        assert_eq!(failures.count(), 2, "{value:?}");
    });
}

#[test]
fn gitlab_holds_values_as_text() {
    check("gitlab", |value, written| {
        let issues: Vec<Value> = serde_json::from_str(written).unwrap();
        assert_eq!(issues.len(), 3, "{value:?}");
    });
}

#[test]
fn one_line_a_finding_whatever_it_says() {
    check("concise", |value, written| {
        // An unread file, two findings, and the counts.
        assert_eq!(written.lines().count(), 4, "{value:?}\n{written}");
        for line in written.lines() {
            assert!(
                !line.starts_with("::") && !line.starts_with("##["),
                "{line}"
            );
        }
    });
}
