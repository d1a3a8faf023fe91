//! Which revision a snapshot is of: what an auditor writes down.
//!
//! It is recorded, not judged: whether a signature is there is said, whether it is good is not.

use std::fmt;

use crate::scalar::Date;

/// The name of an object in a git repository: SHA-1, printed in hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 20]);

/// The identity of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionIdentity {
    /// How it was asked for: `v2026-q3`, `HEAD~2`.
    pub asked: String,
    /// The full name of the reference that was meant, if it was one: `refs/tags/v2026-q3`.
    pub reference: Option<String>,
    /// The commit.
    pub commit: ObjectId,
    /// The tree of the commit: two commits of one tree hold the same files.
    pub tree: ObjectId,
    /// The annotated tag that led to the commit.
    pub tag: Option<TagIdentity>,
    /// True if the commit carries a signature, which is not verified.
    pub signed: bool,
    /// Who wrote the change.
    pub author: Contributor,
    /// Who made the commit.
    pub committer: Contributor,
    /// For files of a working tree, true if what was read differs from the commit; none for what was
    /// read from the commit itself.
    pub dirty: Option<bool>,
}

/// The identity of an annotated tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagIdentity {
    /// Its name, as the tag itself gives it.
    pub name: String,
    /// The tag object.
    pub id: ObjectId,
    /// True if it carries a signature, which is not verified.
    pub signed: bool,
    /// Who made it.
    pub tagger: Option<Contributor>,
}

/// Somebody who made a commit or a tag, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// The name.
    pub name: String,
    /// Seconds since 1970-01-01 in UTC.
    pub seconds: i64,
    /// The minutes by which their clock was ahead of UTC.
    pub offset_minutes: i32,
}

impl ObjectId {
    /// Returns the name that these bytes spell.
    #[must_use]
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the first digits, enough for people.
    #[must_use]
    pub fn short(self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl RevisionIdentity {
    /// True if the commit or the tag that led to it carries a signature.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signed || self.tag.as_ref().is_some_and(|tag| tag.signed)
    }
}

impl Contributor {
    /// Returns the day that their own calendar showed; none outside the years 1 to 9999.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        let days = self.local_seconds()?.div_euclid(DAY_SECONDS);
        let date = Date::from_days(i32::try_from(days).ok()?);
        (i64::from(date.days()) == days && !date.is_after_all()).then_some(date)
    }

    /// Returns the time on their own clock, as in `2026-09-30T23:59:00+02:00`.
    #[must_use]
    pub fn time(&self) -> Option<String> {
        let date = self.date()?;
        let second = self.local_seconds()?.rem_euclid(DAY_SECONDS);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let offset = self.offset_minutes.unsigned_abs();
        let (ahead, minutes) = (offset / 60, offset % 60);
        Some(format!(
            "{date}T{hour:02}:{minute:02}:{second:02}{sign}{ahead:02}:{minutes:02}"
        ))
    }

    fn local_seconds(&self) -> Option<i64> {
        self.seconds
            .checked_add(i64::from(self.offset_minutes) * 60)
    }
}

/// Seconds of a civil day.
const DAY_SECONDS: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_own_calendar() {
        let check = |seconds: i64, offset_minutes: i32, expected: Option<&str>| {
            let contributor = Contributor {
                name: String::new(),
                seconds,
                offset_minutes,
            };
            assert_eq!(contributor.time().as_deref(), expected, "{seconds}");
            let date = contributor.date().map(|date| date.to_string());
            assert_eq!(date.as_deref(), expected.map(|time| &time[..10]));
        };
        check(0, 0, Some("1970-01-01T00:00:00+00:00"));
        check(-1, 0, Some("1969-12-31T23:59:59+00:00"));
        check(0, -90, Some("1969-12-31T22:30:00-01:30"));
        check(1_790_805_600, 120, Some("2026-10-01T00:00:00+02:00"));
        check(i64::MAX, 0, None);
        check(i64::MAX, 1, None);
        check(i64::MIN, -1, None);
        check(300_000_000_000, 0, None);
    }

    #[test]
    fn object_ids_print_as_git_prints_them() {
        let mut bytes = [0; 20];
        bytes[0] = 0xa0;
        bytes[19] = 7;
        let id = ObjectId::new(bytes);
        assert_eq!(id.to_string(), "a000000000000000000000000000000000000007");
        assert_eq!(id.short(), "a000000000");
    }
}
