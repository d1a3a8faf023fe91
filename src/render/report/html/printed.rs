//! What stands in the margins of every printed page: whose report it is, of which commit and day.

use std::fmt::{self, Write};

use crate::report::Report;

/// The style of printed pages.
#[derive(Debug, Clone)]
pub(super) struct Printed {
    left: String,
    right: String,
}

impl Printed {
    pub(super) fn of(report: &Report) -> Self {
        let named = [report.organization.as_str(), report.title.as_str()];
        let named: Vec<&str> = named.into_iter().filter(|name| !name.is_empty()).collect();
        let mut right = vec![format!("as of {}", report.as_of)];
        if let Some(commit) = &report.commit {
            right.push(format!("commit {}", commit.get(..10).unwrap_or(commit)));
        }
        Self {
            left: super::inert::cut(&named.join(" · "), 60),
            right: right.join(" · "),
        }
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "@page {{")?;
        writeln!(
            formatter,
            "@bottom-left {{ content: \"{}\"; }}",
            Quoted(&self.left)
        )?;
        writeln!(
            formatter,
            "@bottom-right {{ content: \"{} · \" counter(page) \" / \" counter(pages); }}",
            Quoted(&self.right)
        )?;
        write!(formatter, "}}")
    }
}

/// A text inside quotes of a style: all but letters and digits as escapes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if character == ' ' || character.is_ascii_alphanumeric() {
                formatter.write_char(character)?;
            } else {
                // The blank ends the escape, and is no part of the text.
                write!(formatter, "\\{:x} ", u32::from(character))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_a_style() {
        let hostile = "a\"; } body { display: none } </style><script>";
        let quoted = Quoted(hostile).to_string();
        assert!(!quoted.contains(['"', '<', '}', '/', ';']), "{quoted}");
        assert_eq!(Quoted("q4: é").to_string(), "q4\\3a  \\e9 ");
    }
}
