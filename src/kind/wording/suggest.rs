//! What was probably meant, and lists of what there is.

use crate::finding::Applicability;

/// The edit distance between two words if they are close enough to be a slip of one another.
pub(crate) fn distance(left: &str, right: &str) -> Option<usize> {
    let longest = left.len().max(right.len());
    if left.len().abs_diff(right.len()) > 3 || longest > 80 {
        return None;
    }
    let distance = strsim::osa_distance(left, right);
    (distance <= (longest / 3).clamp(1, 3)).then_some(distance)
}

/// The candidate nearest to `word`, if one is close enough to be what was meant.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .filter_map(|candidate| distance(word, candidate).map(|distance| (distance, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// The candidate that is `word` but for capitals, hyphens, underscores and spaces.
pub(super) fn same_letters<'a>(
    word: &str,
    mut candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates.find(|candidate| letters(word).eq(letters(candidate)))
}

/// How sure it is that `near` was meant: where only capitals, hyphens and the like differ, it is the
/// only reading there is.
pub(super) fn applicability(word: &str, near: &str) -> Applicability {
    if letters(word).eq(letters(near)) {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    }
}

/// The candidate that was probably meant, be it spelled alike or written alike.
pub(in crate::kind) fn similar<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.collect();
    same_letters(word, candidates.iter().copied())
        .or_else(|| nearest(word, candidates.iter().copied()))
        .or_else(|| begun(word, &candidates))
}

/// The one candidate that `word` is the beginning of: `prod` for `production`.
pub(super) fn begun<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    const SHORTEST: usize = 3;
    let mut begun = candidates
        .iter()
        .filter(|candidate| candidate.starts_with(word));
    let only = begun.next().filter(|_| word.len() >= SHORTEST)?;
    begun.next().is_none().then_some(*only)
}

fn letters(word: &str) -> impl Iterator<Item = char> {
    word.chars()
        .filter(|character| !matches!(character, '-' | '_' | ' '))
        .map(|character| character.to_ascii_lowercase())
}

/// "a, b and 3 more", or "a, b and c" if there are no more than `most`, give or take one.
pub(in crate::kind) fn list<'a>(
    words: impl IntoIterator<Item = &'a str>,
    most: usize,
    join: &str,
) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    let most = if words.len() == most + 1 {
        words.len()
    } else {
        most
    };
    let shown: Vec<String> = words
        .iter()
        .take(most)
        .map(|word| format!("`{word}`"))
        .collect();
    match shown.as_slice() {
        shown if words.len() > most => {
            format!("{} and {} more", shown.join(", "), words.len() - most)
        }
        [first @ .., last] if !first.is_empty() => format!("{} {join} {last}", first.join(", ")),
        _ => shown.join(""),
    }
}

/// A text of a record as a message cites it: one line, not too long, in backticks.
pub(in crate::kind) fn cited(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or("");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &line[..end]),
        None if line.len() < text.trim_end().len() => format!("`{line}…`"),
        None => format!("`{line}`"),
    }
}
