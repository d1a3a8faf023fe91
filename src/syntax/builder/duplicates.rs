//! Keys written twice in one mapping.

use crate::finding::EngineCheck;
use crate::source::TextRange;

use super::{Builder, ScalarStyle, fault};

/// Up to this many keys are compared in pairs, which needs no memory of its own.
const FEW: usize = 16;

impl Builder<'_> {
    /// Tells of every key of `mapping` that an earlier key of it already is.
    pub(super) fn find_duplicates(&mut self, mapping: u32, keys: u32) {
        if keys as usize <= FEW {
            self.compare_pairs(mapping);
        } else {
            self.compare_sorted(mapping);
        }
    }

    fn compare_pairs(&mut self, mapping: u32) {
        let mut seen = [(0_u64, 0_u32); FEW];
        let mut count = 0;
        let mut key = mapping + 1;
        while key != 0 {
            let text = self.bytes(key);
            let signature = signature(text);
            let earlier = seen[..count]
                .iter()
                .find(|(other, index)| *other == signature && self.bytes(*index) == text);
            if let Some((_, first)) = earlier {
                self.duplicate(*first, key);
            } else {
                seen[count] = (signature, key);
                count += 1;
            }
            key = self.next_key(key);
        }
    }

    /// Sorting keeps the cost of hostile keys down, where a hash set could be made to degrade.
    fn compare_sorted(&mut self, mapping: u32) {
        let mut keys = Vec::new();
        let mut key = mapping + 1;
        while key != 0 {
            keys.push(key);
            key = self.next_key(key);
        }
        keys.sort_unstable_by(|a, b| self.bytes(*a).cmp(self.bytes(*b)).then(a.cmp(b)));
        let mut first = keys[0];
        for key in keys.into_iter().skip(1) {
            if self.bytes(key) == self.bytes(first) {
                self.duplicate(first, key);
            } else {
                first = key;
            }
        }
    }

    /// The bytes of a scalar's text.
    #[inline]
    fn bytes(&self, scalar: u32) -> &[u8] {
        let raw = &self.tree.nodes[scalar as usize];
        let (start, end) = (raw.range.start as usize, raw.range.end as usize);
        match raw.style {
            ScalarStyle::Plain => &self.text.as_bytes()[start..end],
            ScalarStyle::Quoted => &self.text.as_bytes()[start + 1..end - 1],
            ScalarStyle::Decoded => self.text(scalar).as_bytes(),
        }
    }

    fn next_key(&self, key: u32) -> u32 {
        let value = self.tree.nodes[key as usize].next;
        self.tree.nodes[value as usize].next
    }

    fn duplicate(&mut self, first: u32, second: u32) {
        if self.is_full() {
            return;
        }
        let (first_range, second_range) = (self.written_at(first), self.written_at(second));
        let message = format!("the key `{}` stands here twice", shown(self.text(second)));
        let mut fault = fault(
            EngineCheck::DuplicateKey,
            second_range,
            message,
            "written again here",
        );
        fault
            .related
            .push((first_range, String::from("first written here")));
        fault.help = Some(String::from("keep one of the two"));
        self.fault(fault);
    }
}

impl Builder<'_> {
    /// Where the author of this mapping wrote the key: for a copy, the place of the alias.
    fn written_at(&self, key: u32) -> TextRange {
        let copied = |(first, end, _): &&(u32, u32, TextRange)| (*first..*end).contains(&key);
        match self.tree.aliases.iter().rfind(copied) {
            Some((.., range)) => *range,
            None => self.tree.nodes[key as usize].range,
        }
    }
}

/// The first characters of a text, for a message.
#[must_use]
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or("");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.trim_end().len() => format!("{line}…"),
        None => String::from(line),
    }
}

/// A number that differs for most pairs of different keys.
#[inline]
fn signature(text: &[u8]) -> u64 {
    let length = (text.len() as u64) << 56;
    let edges = match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 24 ^ u64::from(u32::from_le_bytes(*last))
        }
        _ => text.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    };
    length ^ edges
}
