//! As much of a page as the tests ask about: its tags, and its text without them.

/// A page taken apart at its tags.
pub(crate) struct Markup<'p> {
    tags: Vec<&'p str>,
    text: String,
}

impl<'p> Markup<'p> {
    pub(crate) fn of(page: &'p str) -> Self {
        let (mut tags, mut text) = (Vec::new(), String::new());
        let mut rest = page;
        while let Some(at) = rest.find('<') {
            text.push_str(&rest[..at]);
            let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
            let tag = &rest[at..end];
            tags.push(tag);
            rest = &rest[end..];
            for raw in ["style", "script"] {
                if tag.starts_with(&format!("<{raw}")) {
                    rest = &rest[rest.find(&format!("</{raw}")).unwrap_or(rest.len())..];
                }
            }
        }
        text.push_str(rest);
        Self {
            tags,
            text: decoded(&text),
        }
    }

    /// All tags as they are written.
    pub(crate) fn tags(&self) -> &[&'p str] {
        &self.tags
    }

    /// The opening tags of an element.
    pub(crate) fn opened(&self, name: &str) -> Vec<&'p str> {
        let is = |tag: &&&str| {
            let inner = tag.trim_matches(['<', '>']);
            inner.split([' ', '\n', '/']).next() == Some(name)
        };
        self.tags.iter().filter(is).copied().collect()
    }

    /// How often an element occurs.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.opened(name).len()
    }

    /// What a reader sees, and what is hidden from sight for those who cannot.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

fn decoded(text: &str) -> String {
    let mut decoded = text.to_owned();
    for (reference, character) in [
        ("&#9492;", "└"),
        ("&#8239;", "\u{202f}"),
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        decoded = decoded.replace(reference, character);
    }
    decoded
}
