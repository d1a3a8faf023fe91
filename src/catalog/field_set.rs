//! Sets of fields of a record.

/// A set of the fields that the record of a resource has. The first 63 are told apart; all behind
/// them are in the set or none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldSet(u64);

/// The fields that share the last bit.
const LAST: u16 = 63;

impl FieldSet {
    /// No field.
    pub const NONE: Self = Self(0);

    /// Every field.
    pub const ALL: Self = Self(u64::MAX);

    /// The field with this number.
    #[must_use]
    pub fn of(number: u16) -> Self {
        Self(1 << number.min(LAST))
    }

    /// Every field, or none if nothing differs.
    #[must_use]
    pub fn all_unless(is_same: bool) -> Self {
        if is_same { Self::NONE } else { Self::ALL }
    }

    /// The fields of both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if no field may be in both.
    #[must_use]
    pub fn is_apart_from(self, other: Self) -> bool {
        self.0 & other.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::FieldSet;

    #[test]
    fn fields_beyond_the_last_bit_are_not_told_apart() {
        assert!(FieldSet::of(0).is_apart_from(FieldSet::of(62)));
        assert!(!FieldSet::of(63).is_apart_from(FieldSet::of(200)));
        assert!(FieldSet::of(62).is_apart_from(FieldSet::of(63)));
        let both = FieldSet::of(1).with(FieldSet::of(2));
        assert!(!both.is_apart_from(FieldSet::of(2)) && both.is_apart_from(FieldSet::of(3)));
        assert!(!FieldSet::ALL.is_apart_from(FieldSet::of(63)));
        assert!(FieldSet::NONE.is_apart_from(FieldSet::ALL));
    }
}
