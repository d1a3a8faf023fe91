//! The checks that the engine makes itself.

/// What the names of all checks begin with.
const NAMES: &str = "engine/";

/// A check made by the engine rather than by a rule's condition. Each has a rule file with
/// `engine: <name>` that gives it a code, a severity, texts and examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EngineCheck {
    /// The text is no YAML.
    Syntax,
    /// The bytes are no UTF-8 text.
    Encoding,
    /// A limit on size, depth, nodes or aliases was reached.
    Limit,
    /// A mapping holds a key twice.
    DuplicateKey,
    /// A file looks like a governance document, but would not be read as one.
    Unrecognized,
    /// A document is encrypted and cannot be evaluated.
    Encrypted,
    /// A field that the kind does not have.
    UnknownField,
    /// A value outside the vocabulary or range of its field.
    ValueNotAllowed,
    /// A value of another type than its field has.
    WrongType,
    /// A date, duration, amount or the like that cannot be read.
    MalformedValue,
    /// A kind or version that no schema describes.
    UnknownKind,
    /// A field without which the document cannot be read.
    MissingRequired,
    /// Two resources of a kind with one id.
    DuplicateId,
    /// A reference to something that is nowhere defined.
    DanglingReference,
    /// A reference to a kind that its field does not allow.
    WrongReferenceKind,
    /// An expected field that no other rule speaks about is absent.
    ExpectedFieldMissing,
    /// A waiver that covers no finding.
    WaiverMatchesNothing,
}

impl EngineCheck {
    /// All checks, in the order of their declaration.
    pub const ALL: [Self; 17] = [
        Self::Syntax,
        Self::Encoding,
        Self::Limit,
        Self::DuplicateKey,
        Self::Unrecognized,
        Self::Encrypted,
        Self::UnknownField,
        Self::ValueNotAllowed,
        Self::WrongType,
        Self::MalformedValue,
        Self::UnknownKind,
        Self::MissingRequired,
        Self::DuplicateId,
        Self::DanglingReference,
        Self::WrongReferenceKind,
        Self::ExpectedFieldMissing,
        Self::WaiverMatchesNothing,
    ];

    /// The name that a rule file gives after `engine:`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Encoding => "encoding",
            Self::Limit => "limit",
            Self::DuplicateKey => "duplicate-key",
            Self::Unrecognized => "unrecognized",
            Self::Encrypted => "encrypted",
            Self::UnknownField => "unknown-field",
            Self::ValueNotAllowed => "value-not-allowed",
            Self::WrongType => "wrong-type",
            Self::MalformedValue => "malformed-value",
            Self::UnknownKind => "unknown-kind",
            Self::MissingRequired => "missing-required",
            Self::DuplicateId => "duplicate-id",
            Self::DanglingReference => "dangling-reference",
            Self::WrongReferenceKind => "wrong-reference-kind",
            Self::ExpectedFieldMissing => "expected-field-missing",
            Self::WaiverMatchesNothing => "waiver-matches-nothing",
        }
    }

    /// The name of its findings where no rule file gives them one: `engine/duplicate-id`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{NAMES}{}", self.as_str())
    }

    /// Returns the check whose findings have this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::parse(name.strip_prefix(NAMES)?)
    }

    /// The role of the kinds that it looks at; none if it looks at all.
    #[must_use]
    pub fn role(self) -> Option<&'static str> {
        match self {
            Self::WaiverMatchesNothing => Some("waiver"),
            _ => None,
        }
    }

    /// Returns the check with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.as_str() == name)
    }
}
