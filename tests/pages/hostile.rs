//! Records that mean harm: whatever stands in them is text on the page.

use govlint::report::Audience;

use crate::filled::filled;
use crate::markup::Markup;
use crate::sample::sample;
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
    page(&filled(text))
}
