//! JSON that is harmless to look at: what a terminal would obey or hide stands as `\u202e`, which
//! every reader of JSON takes for the same text.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::human::is_hidden;

/// A way to set JSON, with escapes for what is hidden.
pub(super) struct Inert<F>(F);

impl Inert<CompactFormatter> {
    /// Writes a value on one line.
    pub(super) fn compact(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
        let mut serializer = Serializer::with_formatter(out, Self(CompactFormatter));
        value.serialize(&mut serializer).map_err(Into::into)
    }
}

impl Inert<PrettyFormatter<'_>> {
    /// Writes a value over indented lines.
    pub(super) fn pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
        let mut serializer = Serializer::with_formatter(out, Self(PrettyFormatter::new()));
        value.serialize(&mut serializer).map_err(Into::into)
    }
}

impl<F: Formatter> Formatter for Inert<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return writer.write_all(fragment.as_bytes());
        }
        let (mut before, mut written) = (' ', 0);
        for (at, character) in fragment.char_indices() {
            if is_hidden(before, character) {
                writer.write_all(&fragment.as_bytes()[written..at])?;
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                written = at + character.len_utf8();
            }
            before = character;
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::Inert;

    #[test]
    fn what_is_hidden_is_escaped_and_reads_the_same() {
        for text in [
            "a\u{202e}b\"\n",
            "\u{1b}[31m",
            "\u{7f}",
            "\u{e0041}ä👩\u{200d}💻",
        ] {
            let mut out = Vec::new();
            Inert::compact(&mut out, &text).unwrap();
            let written = String::from_utf8(out).unwrap();
            assert!(!written.contains(['\u{202e}', '\u{1b}', '\u{7f}', '\u{e0041}']));
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
