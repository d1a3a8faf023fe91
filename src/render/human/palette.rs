//! What is painted how.

use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

use super::escape::clean;
use crate::finding::Severity;
use crate::render::{RULES_URL, Style};

/// Paints pieces of text, or leaves them as they are where there is no colour.
pub struct Palette {
    theme: GraphicalTheme,
    links: bool,
    ascii: bool,
}

impl Palette {
    /// Returns the paints of a style.
    #[must_use]
    pub fn new(style: Style) -> Self {
        let characters = if style.ascii {
            ThemeCharacters::ascii()
        } else {
            ThemeCharacters::unicode()
        };
        let mut styles = ThemeStyles::none();
        if style.colour {
            let plain = styles.error;
            styles.error = plain.bright_red().bold();
            styles.warning = plain.yellow().bold();
            styles.advice = plain.green().bold();
            styles.help = plain.bold();
            styles.link = plain.cyan();
            styles.linum = plain.dimmed();
            styles.highlights = vec![plain.bright_blue().bold()];
        }
        Self {
            theme: GraphicalTheme { characters, styles },
            links: style.links,
            ascii: style.ascii,
        }
    }

    /// The theme for a snippet: one highlight for each label, true for the primary ones. Line
    /// numbers stay bare, because they are replaced.
    pub(super) fn snippet(&self, severity: Severity, primary: &[bool]) -> GraphicalTheme {
        let mut theme = self.theme.clone();
        let related = self.theme.styles.highlights[0];
        let main = match severity {
            Severity::Error => theme.styles.error,
            Severity::Warning => theme.styles.warning,
            Severity::Info => theme.styles.advice,
        };
        let highlights = primary.iter();
        theme.styles.highlights = highlights
            .map(|primary| if *primary { main } else { related })
            .collect();
        theme.styles.linum = ThemeStyles::none().linum;
        theme
    }

    /// The characters that frames are made of.
    pub(super) fn characters(&self) -> &ThemeCharacters {
        &self.theme.characters
    }

    /// What stands between the parts of a line.
    #[must_use]
    pub fn dot(&self) -> &'static str {
        if self.ascii { " | " } else { " · " }
    }

    /// What stands for text that is left out.
    pub(super) fn ellipsis(&self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }

    /// A text in the colour of a severity.
    #[must_use]
    pub fn severity(&self, severity: Severity, text: &str) -> String {
        let style = match severity {
            Severity::Error => self.theme.styles.error,
            Severity::Warning => self.theme.styles.warning,
            Severity::Info => self.theme.styles.advice,
        };
        style.style(text).to_string()
    }

    /// What the eye is to find first.
    #[must_use]
    pub fn strong(&self, text: &str) -> String {
        self.theme.styles.help.style(text).to_string()
    }

    /// What is there for those who look for it.
    #[must_use]
    pub fn faint(&self, text: &str) -> String {
        self.theme.styles.linum.style(text).to_string()
    }

    /// A place in a file.
    #[must_use]
    pub fn place(&self, text: &str) -> String {
        self.theme.styles.link.style(text).to_string()
    }

    /// The name of a rule, leading to its description where terminals can do that.
    #[must_use]
    pub fn rule(&self, name: &str, code: &str) -> String {
        let plain = !code.is_empty()
            && code
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let name = clean(name);
        if self.links && plain {
            return format!("\u{1b}]8;;{RULES_URL}{code}\u{1b}\\{name}\u{1b}]8;;\u{1b}\\");
        }
        name.into_owned()
    }
}
