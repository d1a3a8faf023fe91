//! Lists and maps in brackets, on one line.

use super::Reader;
use crate::syntax::{NodeKind, offset};

impl Reader<'_> {
    /// Reads the list or map in brackets at `at`; returns the offset after it.
    pub(super) fn flow(&mut self, at: usize) -> Option<usize> {
        let (kind, bracket) = match self.bytes[at] {
            b'{' => (NodeKind::Mapping, b'}'),
            _ => (NodeKind::Sequence, b']'),
        };
        self.builder.open(kind, offset(at)).ok()?;
        let mut at = self.skip_spaces(at + 1);
        while *self.bytes.get(at)? != bracket {
            at = match kind {
                NodeKind::Mapping => self.flow_entry(at)?,
                _ => self.flow_value(at)?,
            };
            at = self.skip_spaces(at);
            match self.bytes.get(at)? {
                b',' => at = self.skip_spaces(at + 1),
                byte if *byte == bracket => {}
                _ => return None,
            }
        }
        self.end = at + 1;
        self.builder.close(offset(at + 1)).ok()?;
        Some(at + 1)
    }

    fn flow_entry(&mut self, at: usize) -> Option<usize> {
        let key = self.flow_scalar(at)?;
        let end = key.range.end as usize;
        let colon = self.skip_spaces(end);
        self.key(key, colon)?;
        if self.bytes.get(colon) != Some(&b':') {
            self.add_absent_at(end);
            return Some(colon);
        }
        if !self.is_blank(colon + 1) && !matches!(self.bytes.get(colon + 1), Some(b',' | b'}')) {
            return None;
        }
        let value = self.skip_spaces(colon + 1);
        if let b',' | b'}' = self.bytes.get(value)? {
            self.add_absent_at(colon + 1);
            return Some(value);
        }
        self.flow_value(value)
    }

    fn flow_value(&mut self, at: usize) -> Option<usize> {
        if let b'[' | b'{' = self.bytes.get(at)? {
            return self.flow(at);
        }
        let scalar = self.flow_scalar(at)?;
        let end = scalar.range.end as usize;
        self.add(scalar);
        Some(end)
    }
}
