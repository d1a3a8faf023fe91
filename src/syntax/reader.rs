//! The full reader: any YAML 1.2, through `granit-parser`.
//!
//! The parser tells what stands in the text; where exactly it stands is worked out here, with a
//! cursor that follows the events through the bytes. So ranges do not depend on the parser's
//! habits, and the fast reader can give the same ones.

mod cursor;

use std::sync::Arc;

use granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle as Written, ScanError, Span, StrInput,
    StructureStyle, Tag, options,
};

use crate::finding::EngineCheck;
use crate::source::{Source, TextRange};

use cursor::Cursor;

use super::builder::{Anchor, Builder, Slot, Stop, fault};
use super::decode::{self, BlockHeader, FlowStyle};
use super::trouble::{Trouble, describe};
use super::{Decoded, NodeKind, Parsed, ScalarStyle, limits, offset, scalar};

/// Returns everything that can be read off the text.
#[must_use]
pub(super) fn read(source: &Arc<Source>) -> Parsed {
    let text = source.text();
    let mut reader = Reader {
        text,
        builder: Builder::new(text),
        cursor: Cursor { text, at: 0 },
        open: Vec::new(),
        anchors: Vec::new(),
        last: 0,
        progress: Progress::Between,
        recovered: false,
    };
    let mut parser = Parser::new_from_str_with_options(text, parser_options());
    while reader.document_part(&mut parser) {}
    reader.builder.finish(Arc::clone(source))
}

fn parser_options() -> Options {
    options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: limits::DEPTH,
        block_nesting_limit: limits::DEPTH,
    }
}

/// How an open collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Block,
    /// In brackets.
    Flow,
}

struct Reader<'a> {
    text: &'a str,
    builder: Builder<'a>,
    /// Everything before it is accounted for.
    cursor: Cursor<'a>,
    open: Vec<Notation>,
    /// The anchors of the document, by the order of their nodes.
    anchors: Vec<Anchor>,
    /// The node that an anchor event would belong to.
    last: u32,
    progress: Progress,
    /// True after a fault, until the next document starts: what lies between is not accounted for.
    recovered: bool,
}

/// Which document an error would belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The one that is open.
    Within,
    /// The last one, if the next has not started: it ended only because nothing more fitted.
    Ended,
    /// The next one.
    Between,
}

type EventParser<'a> = Parser<'a, StrInput<'a>>;

impl<'a> Reader<'a> {
    /// Reads one event; false at the end of the source.
    fn document_part(&mut self, parser: &mut EventParser<'a>) -> bool {
        let stopped = match parser.next_event() {
            None | Some(Ok((Event::StreamEnd, _))) => return false,
            Some(Ok((event, span))) => match self.event(event, &span) {
                Ok(()) => return true,
                Err(stop) => stop,
            },
            Some(Err(error)) => {
                self.error(&error);
                Stop::Document
            }
        };
        self.builder.abandon_document();
        self.open.clear();
        self.anchors.clear();
        self.progress = Progress::Between;
        self.recovered = true;
        stopped == Stop::Document && matches!(parser.proceed_next_document(), Ok(true))
    }

    fn error(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(self.cursor.at);
        self.cursor.at = self.cursor.at.min(at);
        let between = &self.text.as_bytes()[self.cursor.at..at];
        let next_starts = || between.windows(4).any(|bytes| bytes == b"\n---");
        let new = match self.progress {
            Progress::Within => false,
            Progress::Ended => next_starts(),
            Progress::Between => true,
        };
        if new {
            self.builder.start_document();
        }
        let fault = match error.kind() {
            ErrorKind::RecursionLimitExceeded => limits::too_deep(limits::character(self.text, at)),
            kind => {
                let bracket = self.bracket();
                describe(trouble(kind), self.text, self.cursor.at, at, bracket)
            }
        };
        self.builder.break_document(fault);
        self.cursor.at = at;
    }

    /// The start of the list or map in brackets that is being read.
    fn bracket(&self) -> Option<usize> {
        let flow = self.open.last() == Some(&Notation::Flow);
        self.builder.innermost().filter(|_| flow)
    }

    fn event(&mut self, event: Event<'a>, span: &Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(explicit, _) => self.start_document(explicit, span),
            Event::DocumentEnd => self.end_document(span),
            Event::Comment(..) => self.builder.comment(range(span)),
            Event::Scalar(value, written, anchor, tag) => {
                let properties = usize::from(anchor > 0) + usize::from(tag.is_some());
                self.scalar(&value, written, tag.as_deref(), properties, span);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let properties = usize::from(anchor > 0) + usize::from(tag.is_some());
                self.open(NodeKind::Sequence, style, properties, span)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let properties = usize::from(anchor > 0) + usize::from(tag.is_some());
                self.open(NodeKind::Mapping, style, properties, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
            Event::Anchor(id, name) => self.anchors.push(Anchor {
                id,
                name: name.into_owned(),
                range: range(span),
                node: self.last,
            }),
            Event::Alias(id) => self.alias(id, span)?,
            Event::UnresolvedAlias(name) => {
                self.enter(0);
                self.builder
                    .unknown_alias(&self.anchors, &name, range(span));
                self.cursor.at = bytes_of(span).1;
            }
            _ => {}
        }
        Ok(())
    }

    fn start_document(&mut self, explicit: bool, span: &Span) {
        let (start, end) = bytes_of(span);
        self.builder.start_document();
        self.anchors.clear();
        if explicit {
            self.cursor.at = end;
        } else if self.recovered {
            self.cursor.at = start;
        } else {
            self.cursor.skip_document_ends();
        }
        self.progress = Progress::Within;
        self.recovered = false;
    }

    fn end_document(&mut self, span: &Span) {
        let (start, end) = bytes_of(span);
        self.builder.end_document();
        self.progress = Progress::Ended;
        if end > start {
            self.progress = Progress::Between;
            self.cursor.at = end;
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        written: Written,
        tag: Option<&Tag>,
        properties: usize,
        span: &Span,
    ) {
        let slot = self.builder.slot();
        let properties = self.enter(properties);
        let (start, end) = bytes_of(span);
        let kind = self.kind(value, written, tag, span);
        self.last = match written {
            Written::Plain if start == end => {
                // A key that is not there stands right before its colon.
                let asked = self.text[..self.cursor.at].ends_with('?') || properties.is_some();
                if slot == Slot::Key && !asked {
                    self.cursor.skip_space();
                }
                let here = TextRange::new(offset(self.cursor.at), offset(self.cursor.at));
                self.builder.scalar(here, kind, ScalarStyle::Plain)
            }
            Written::Literal | Written::Folded => self.block_scalar(value, kind, span),
            Written::Plain => self.flow_scalar(value, kind, FlowStyle::Plain, span),
            Written::SingleQuoted => self.flow_scalar(value, kind, FlowStyle::Single, span),
            Written::DoubleQuoted => self.flow_scalar(value, kind, FlowStyle::Double, span),
        };
        if let Some(range) = properties {
            self.builder.properties(self.last, range);
        }
        if slot == Slot::Key && value == "<<" && written == Written::Plain && tag.is_none() {
            self.builder.merge_key(self.last);
        }
    }

    /// Adds a scalar in quotes or without.
    fn flow_scalar(&mut self, value: &str, kind: NodeKind, style: FlowStyle, span: &Span) -> u32 {
        let (start, end) = bytes_of(span);
        self.cursor.at = end;
        let (quotes, plain_style) = match style {
            FlowStyle::Plain => (0, ScalarStyle::Plain),
            FlowStyle::Single | FlowStyle::Double => (1, ScalarStyle::Quoted),
        };
        let (inner_start, inner_end) = (start + quotes, end - quotes);
        if self.text[inner_start..inner_end] == *value {
            return self.builder.scalar(range(span), kind, plain_style);
        }
        let decoded = decode::flow(self.text, inner_start, inner_end, style);
        self.builder
            .decoded(range(span), kind, agreeing(decoded, value))
    }

    /// Adds a text block. The parser's span starts with its content, the node with its header.
    fn block_scalar(&mut self, value: &str, kind: NodeKind, span: &Span) -> u32 {
        self.cursor.skip_space();
        let start = self.cursor.at;
        if !self.text[start..].starts_with(['|', '>']) {
            return self.block_scalar_elsewhere(value, kind, span);
        }
        let header = BlockHeader::read(self.text, start);
        let bytes = self.text.as_bytes();
        let line_end = memchr::memchr2(b'\n', b'\r', &bytes[header.end..])
            .map_or(bytes.len(), |found| header.end + found);
        let first = decode::after_break(bytes, line_end);
        let is_blank = value.bytes().all(|byte| byte == b'\n');
        let (decoded, end) = if is_blank {
            (Decoded::default(), header.end)
        } else {
            // The parser's span starts with the first content, right after the indentation.
            let content = bytes_of(span).0;
            let line = memchr::memrchr2(b'\n', b'\r', &bytes[..content]).map_or(0, |at| at + 1);
            decode::block(self.text, &header, first, content - line)
        };
        self.cursor.at = end;
        let range = TextRange::new(offset(start), offset(end));
        self.builder.decoded(range, kind, agreeing(decoded, value))
    }

    /// Adds a text block whose header is not where the cursor is: in a document without `---` after
    /// one that was broken.
    fn block_scalar_elsewhere(&mut self, value: &str, kind: NodeKind, span: &Span) -> u32 {
        let content = span.slice(self.text).unwrap_or("").trim_end();
        let start = bytes_of(span).0;
        self.cursor.at = start + content.len();
        let range = TextRange::new(offset(start), offset(self.cursor.at));
        let decoded = agreeing(Decoded::default(), value);
        self.builder.decoded(range, kind, decoded)
    }

    /// What a scalar is; a tag of the core schema can ask for something else than it looks like.
    fn kind(&mut self, value: &str, written: Written, tag: Option<&Tag>, span: &Span) -> NodeKind {
        let absent = written == Written::Plain && span.is_empty();
        let resolved = || {
            if absent {
                NodeKind::Null
            } else {
                scalar::resolve(value.as_bytes())
            }
        };
        let Some(tag) = tag else {
            return match written {
                Written::Plain => resolved(),
                _ => NodeKind::String,
            };
        };
        let asked = match tag.core_suffix() {
            Some("null") => NodeKind::Null,
            Some("bool") => NodeKind::Bool,
            Some("int") => NodeKind::Int,
            Some("float") => NodeKind::Float,
            None if absent => return NodeKind::Null,
            _ => return NodeKind::String,
        };
        let resolved = resolved();
        if resolved != asked && (resolved, asked) != (NodeKind::Int, NodeKind::Float) {
            self.wrong_tag(tag, span);
        }
        asked
    }

    fn wrong_tag(&mut self, tag: &Tag, span: &Span) {
        let name = tag.original();
        let message = format!("this value is not what its tag `{name}` says");
        let mut fault = fault(
            EngineCheck::Syntax,
            range(span),
            message,
            "another type of value",
        );
        fault.help = Some(String::from("remove the tag, or correct the value"));
        self.builder.break_document(fault);
    }

    fn open(
        &mut self,
        kind: NodeKind,
        style: StructureStyle,
        properties: usize,
        span: &Span,
    ) -> Result<(), Stop> {
        let slot = self.builder.slot();
        let properties = self.enter(properties);
        let (mut start, end) = bytes_of(span);
        let notation = match style {
            StructureStyle::Block => Notation::Block,
            StructureStyle::Flow => Notation::Flow,
        };
        if notation == Notation::Block && kind == NodeKind::Sequence {
            // The parser may stand behind the first dash already.
            self.cursor.skip_space();
            start = self.cursor.at;
        } else if end > start {
            self.cursor.at = end;
        }
        if slot == Slot::Key {
            return self.key_is_no_scalar(start);
        }
        self.last = self.builder.open(kind, offset(start))?;
        if let Some(range) = properties {
            self.builder.properties(self.last, range);
        }
        self.open.push(notation);
        Ok(())
    }

    fn key_is_no_scalar(&mut self, at: usize) -> Result<(), Stop> {
        let mut fault = fault(
            EngineCheck::Syntax,
            limits::character(self.text, at),
            "a list or map cannot be a key",
            "the key starts here",
        );
        fault.help = Some(String::from(
            "use a text as key; put `{...}` or `[...]` in quotes",
        ));
        self.builder.break_document(fault);
        Err(Stop::Document)
    }

    /// Closes a collection: at its bracket, or where its last content ended.
    fn close(&mut self, span: &Span) -> Result<(), Stop> {
        let (start, end) = bytes_of(span);
        if self.open.pop() == Some(Notation::Flow) && end > start {
            self.cursor.at = end;
        }
        self.builder.close(offset(self.cursor.at))
    }

    fn alias(&mut self, id: usize, span: &Span) -> Result<(), Stop> {
        let slot = self.builder.slot();
        self.enter(0);
        self.cursor.at = bytes_of(span).1;
        let anchor = self
            .anchors
            .binary_search_by_key(&id, |anchor| anchor.id)
            .map(|found| &self.anchors[found]);
        let Ok(anchor) = anchor else {
            let name = self
                .text
                .get(bytes_of(span).0 + 1..self.cursor.at)
                .unwrap_or("");
            self.builder.unknown_alias(&self.anchors, name, range(span));
            return Ok(());
        };
        let collection = self.builder.alias(anchor, range(span))?;
        if slot == Slot::Key && collection {
            return self.key_is_no_scalar(bytes_of(span).0);
        }
        Ok(())
    }

    /// Moves the cursor to where a node may stand: past the `-`, `?`, `:` or `,` before it, and
    /// past the given number of tags and anchors. Returns the place of these.
    fn enter(&mut self, properties: usize) -> Option<TextRange> {
        let flow = self.open.last() == Some(&Notation::Flow);
        match self.builder.slot() {
            Slot::Root => {}
            Slot::Item if flow => self.cursor.pass(b','),
            Slot::Item => self.cursor.pass(b'-'),
            Slot::Key => {
                if flow {
                    self.cursor.pass(b',');
                }
                self.cursor.pass(b'?');
            }
            Slot::Value => self.cursor.pass(b':'),
        }
        self.cursor.pass_properties(properties)
    }
}

/// The decoded text if it is the parser's value, else that value without a way back.
fn agreeing(decoded: Decoded, value: &str) -> Decoded {
    if *decoded.text == *value {
        return decoded;
    }
    Decoded {
        text: value.into(),
        runs: Box::default(),
    }
}

fn bytes_of(span: &Span) -> (usize, usize) {
    span.byte_range()
        .map_or((0, 0), |range| (range.start, range.end))
}

fn range(span: &Span) -> TextRange {
    let (start, end) = bytes_of(span);
    TextRange::new(offset(start), offset(end))
}

/// What the parser's error means to the author of the text.
fn trouble(kind: &ErrorKind) -> Trouble {
    use ErrorKind as Kind;
    match kind {
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar => Trouble::Tab,
        Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => {
            Trouble::UnclosedQuote
        }
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => {
            Trouble::AfterQuote
        }
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate
        | Kind::InvalidUnicodeEscape => Trouble::Escape,
        Kind::UnclosedFlowCollection { open } => Trouble::UnclosedBracket(*open),
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            Trouble::MismatchedBracket(*open, *close)
        }
        Kind::MisplacedFlowCollectionEnd => Trouble::ExtraBracket,
        Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::PlainScalarStartsWithDashFlowIndicator
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping => Trouble::Separator,
        Kind::MappingValueNotAllowed
        | Kind::InvalidColonPlacement
        | Kind::FlowMappingValueAdjacentCollection => Trouble::Colon,
        Kind::ExpectedBlockMappingKey
        | Kind::SimpleKeyExpected
        | Kind::InvalidSimpleKey
        | Kind::ExpectedDocumentStart
        | Kind::MappingKeyNotAllowed => Trouble::KeyExpected,
        Kind::ExpectedBlockSequenceEntry => Trouble::ItemExpected,
        Kind::BlockSequenceEntryNotAllowed
        | Kind::BlockEntryInFlowCollection
        | Kind::InvalidBlockEntryWhitespace => Trouble::ItemNotAllowed,
        Kind::InvalidIndentation
        | Kind::InvalidQuotedScalarIndent
        | Kind::InvalidFlowScalarIndent => Trouble::Indentation,
        Kind::UnexpectedCharacter { character } => Trouble::Character(*character),
        Kind::BomInsideDocument => Trouble::Character('\u{FEFF}'),
        Kind::CommentNotSeparated => Trouble::CommentSpace,
        Kind::CommentInterceptedScalar => Trouble::CommentInText,
        Kind::InvalidBlockScalarHeader | Kind::ZeroBlockScalarIndent => Trouble::BlockHeader,
        Kind::InvalidBlockScalarIndent => Trouble::BlockIndentation,
        kind => rare_trouble(kind),
    }
}

fn rare_trouble(kind: &ErrorKind) -> Trouble {
    use ErrorKind as Kind;
    match kind {
        Kind::DuplicateVersionDirective
        | Kind::UnsupportedYamlMajorVersion
        | Kind::DuplicateTagDirective
        | Kind::MissingDocumentEndBeforeDirective
        | Kind::InvalidDirectiveTerminator
        | Kind::MissingYamlVersionSeparator
        | Kind::MissingDirectiveName
        | Kind::InvalidDirectiveName
        | Kind::DirectiveByteLimitExceeded { .. }
        | Kind::TooManyReservedDirectiveParams { .. }
        | Kind::YamlVersionTooLong
        | Kind::MissingYamlVersion
        | Kind::InvalidTagDirectiveTerminator
        | Kind::ExpectedTagDirectiveBang
        | Kind::InvalidGlobalTagCharacter => Trouble::Directive,
        Kind::UndeclaredTagHandle
        | Kind::ExpectedTagBang
        | Kind::InvalidTagTerminator
        | Kind::MissingTagUri
        | Kind::UnclosedVerbatimTag
        | Kind::InvalidTagEscape
        | Kind::InvalidTagUtf8LeadingByte
        | Kind::InvalidTagUtf8TrailingByte
        | Kind::InvalidTagUtf8 => Trouble::Tag,
        Kind::MissingAnchorOrAliasName | Kind::UnknownAnchor => Trouble::AnchorName,
        _ => Trouble::Other,
    }
}
