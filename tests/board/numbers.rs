//! Numbers in texts, and days after days.

/// The runs of digits in a text, each once for every time it stands there.
pub(crate) fn numbers(text: &str) -> Vec<String> {
    let runs = text.split(|character: char| !character.is_ascii_digit());
    runs.filter(|run| !run.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// The runs of digits that a reader of a page sees: outside of tags, styles and scripts.
pub(crate) fn of_page(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut skipped: Option<&str> = None;
    for piece in body.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        match skipped {
            Some(own) if tag.starts_with('/') && tag[1..] == *own => skipped = None,
            Some(_) => continue,
            None if ["style", "script"].contains(&name) => {
                skipped = Some(if name == "style" { "style" } else { "script" });
                continue;
            }
            None => {}
        }
        found.extend(numbers(text.split("&#").next().unwrap_or_default()));
    }
    found
}

/// The day after `YYYY-MM-DD`.
pub(crate) fn next_day(day: &str) -> String {
    let parts: Vec<u32> = day
        .split('-')
        .map(|part| part.parse().expect("a number"))
        .collect();
    let [year, month, day] = parts[..] else {
        unreachable!("a day has three parts");
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match (month, day) {
        (12, 31) => format!("{}-01-01", year + 1),
        (_, day) if day == last => format!("{year}-{:02}-01", month + 1),
        (_, day) => format!("{year}-{month:02}-{:02}", day + 1),
    }
}
