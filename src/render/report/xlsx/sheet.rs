//! One table on one sheet.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::render::csv::is_formula;
use crate::render::human::clean;
use crate::report::{Align, Cell, Column, Report, Table, Tone, Value};
use crate::source::Sources;

/// What a sheet can hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Rows, that of the heads included.
    pub(super) rows: usize,
    /// UTF-16 units in a cell.
    pub(super) units: usize,
}

impl Limits {
    /// What spreadsheets can open.
    pub(super) const EXCEL: Self = Self {
        rows: 1_048_576,
        units: 32_767,
    };
}

/// The days from the first of January 1970 back to day 0 of spreadsheets.
const EPOCH_DAYS: i32 = 25_569;

/// The first serial number that all spreadsheets take for the same day: 1900-03-01.
const FIRST_SERIAL: i32 = 61;

/// Room for what says how much of a text was left out.
const OMISSION_UNITS: usize = 48;

/// The widest column of a table, in characters; twice that where there are few columns.
const WIDEST: usize = 40;

/// So many columns leave room for wide ones.
const FEW_COLUMNS: usize = 4;

/// The rows that widths are measured on.
const MEASURED_ROWS: usize = 500;

/// The height of a line.
const LINE_POINTS: f64 = 15.0;

/// The most lines of a row: spreadsheets make no row higher than 409 points.
const MOST_LINES: u16 = 27;

/// How cells look, and what their places point into.
pub(super) struct Looks<'a> {
    sources: &'a Sources,
    footer: String,
}

impl<'a> Looks<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let commit = report.commit.as_deref().unwrap_or("no commit");
        Self {
            sources: &report.sources,
            footer: format!("&L{commit}&CAs of {}&R&A, &P of &N", report.as_of),
        }
    }
}

/// Writes a table with its heads in the first row.
pub(super) fn write_table(
    worksheet: &mut Worksheet,
    table: &Table,
    looks: &Looks<'_>,
    limits: Limits,
) -> Result<(), XlsxError> {
    let mut cells = table.rows.iter().flatten();
    let has_places = cells.any(|cell| !cell.places.is_empty());
    let mut columns = table.columns.clone();
    columns.extend(has_places.then(|| Column::words("Read from")));
    let fits = table.rows.len() < limits.rows;
    // The last row says what does not fit.
    let shown = if fits {
        table.rows.len()
    } else {
        limits.rows.saturating_sub(2)
    };
    let rows = &table.rows[..shown];
    let widths = widths(&columns, rows);
    write_heads(worksheet, &columns, limits)?;
    for (number, row) in (1..).zip(rows) {
        let read = has_places.then(|| Cell::text(read_from(looks.sources, row)));
        let cells: Vec<&Cell> = row.iter().chain(&read).collect();
        write_row(worksheet, number, &columns, &cells, limits)?;
        set_height(worksheet, number, &cells, &widths)?;
    }
    if !fits {
        let left_out = table.rows.len() - shown;
        let said = Cell::text(format!("{left_out} rows left out: a sheet holds no more"));
        write_cell(worksheet, (line(shown + 1), 0), &said, Align::Start, limits)?;
    }
    arrange(worksheet, &widths, shown, looks)
}

fn index(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn write_heads(
    worksheet: &mut Worksheet,
    columns: &[Column],
    limits: Limits,
) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(0x00E7_ECF1))
        .set_border_bottom(FormatBorder::Thin);
    for (number, column) in (0..).zip(columns) {
        let aligned = head.clone().set_align(side(column.align));
        let title = guarded(&column.title, limits);
        worksheet.write_string_with_format(0, number, title, &aligned)?;
    }
    Ok(())
}

fn side(align: Align) -> FormatAlign {
    match align {
        Align::Start => FormatAlign::Left,
        Align::End => FormatAlign::Right,
    }
}

fn write_row(
    worksheet: &mut Worksheet,
    number: u32,
    columns: &[Column],
    cells: &[&Cell],
    limits: Limits,
) -> Result<(), XlsxError> {
    for (at, (cell, column)) in (0..).zip(cells.iter().zip(columns)) {
        write_cell(worksheet, (number, at), cell, column.align, limits)?;
    }
    Ok(())
}

/// The places of the cells of a row, each once, as `path:line`.
fn read_from(sources: &Sources, row: &[Cell]) -> String {
    let labels = row.iter().flat_map(|cell| &cell.places);
    let places: BTreeSet<(&str, u32)> = labels
        .map(|label| {
            let source = sources.get(label.span.source);
            (source.path(), source.lines().line(label.span.range.start))
        })
        .collect();
    let places = places.iter().map(|(path, line)| format!("{path}:{line}"));
    places.collect::<Vec<_>>().join(", ")
}

fn write_cell(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    align: Align,
    limits: Limits,
) -> Result<(), XlsxError> {
    let format = format(cell.tone).set_align(side(align));
    if let Some((number, picture)) = number(cell) {
        let format = format.set_num_format(&*picture);
        worksheet.write_number_with_format(row, column, number, &format)?;
    } else {
        let text = guarded(&cell.text, limits);
        worksheet.write_string_with_format(row, column, text, &format.set_text_wrap())?;
    }
    Ok(())
}

/// How a tone looks. The words of a cell say the same.
fn format(tone: Tone) -> Format {
    let format = Format::new().set_align(FormatAlign::Top);
    match tone {
        Tone::Plain | Tone::Good => format,
        Tone::Watch => format.set_italic(),
        Tone::Bad => format.set_bold(),
        Tone::Faint => format.set_font_color(Color::RGB(0x0059_5F66)),
    }
}

/// A cell as a number and how it is shown, if nothing that is printed is lost by it.
fn number(cell: &Cell) -> Option<(f64, Cow<'static, str>)> {
    match &cell.value {
        Value::Missing | Value::Text | Value::Flag(_) | Value::Level(_) | Value::Duration(_) => {
            None
        }
        Value::Number(number) => match cell.text.strip_suffix('%').map(str::trim) {
            Some(text) => says(text, *number).then_some((*number / 100.0, "0%".into())),
            None => says(&cell.text, *number).then(|| (*number, picture(&cell.text))),
        },
        Value::Money(money) => {
            let unit = money.currency();
            let unit = unit.map_or_else(String::new, |unit| format!(" \"{unit}\""));
            let is_all = cell.text == money.to_string();
            is_all.then(|| (money.as_f64(), format!("#,##0.00{unit}").into()))
        }
        Value::Share(share) => cell
            .text
            .strip_suffix('%')
            .is_some_and(|number| number.trim().parse::<f64>().is_ok())
            .then_some((*share, "0%".into())),
        Value::Date(date) => {
            let serial = date.days().saturating_add(EPOCH_DAYS);
            let is_day = cell.text == date.to_string() && serial >= FIRST_SERIAL;
            is_day.then_some((f64::from(serial), "yyyy-mm-dd".into()))
        }
    }
}

/// How a number is shown: a change with its sign.
fn picture(text: &str) -> Cow<'static, str> {
    if text.starts_with('+') {
        "+General;-General;General".into()
    } else {
        "General".into()
    }
}

/// True if a text spells a number and nothing else.
fn says(text: &str, number: f64) -> bool {
    text.parse::<f64>()
        .is_ok_and(|said| (said - number).abs() < 0.05)
}

/// A text that is harmless in a cell and fits into it.
fn guarded(text: &str, limits: Limits) -> String {
    let text = plain(text);
    let guard = if is_formula(&text) { "'" } else { "" };
    let text = format!("{guard}{text}");
    if text.encode_utf16().count() <= limits.units {
        return text;
    }
    let most = limits.units.saturating_sub(OMISSION_UNITS);
    let mut units = 0;
    let kept: String = text
        .chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= most
        })
        .collect();
    let left_out = text.chars().count() - kept.chars().count();
    format!("{kept} ... ({left_out} characters left out)")
}

/// A text without what XML forbids and what hides, which stand as escapes.
pub(super) fn plain(text: &str) -> String {
    clean(text)
        .replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}")
}

/// How wide each column is, in characters: as its longest text, within reason.
fn widths(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<u16> {
    let most = if columns.len() > FEW_COLUMNS {
        WIDEST
    } else {
        2 * WIDEST
    };
    let widths = columns.iter().enumerate().map(|(number, column)| {
        let cells = rows.iter().take(MEASURED_ROWS);
        let cells = cells.filter_map(|row| row.get(number));
        let lengths = cells.map(|cell| cell.text.chars().count());
        // The button of the filter takes room of the head.
        let lengths = lengths.chain([column.title.chars().count() + 3]);
        let is_places = rows.first().is_some_and(|row| number >= row.len());
        let longest = lengths.max().unwrap_or(0);
        index(if is_places {
            WIDEST
        } else {
            longest.clamp(8, most) + 1
        })
    });
    widths.collect()
}

/// Makes a row high enough for its longest text: not every spreadsheet does so by itself.
fn set_height(
    worksheet: &mut Worksheet,
    number: u32,
    cells: &[&Cell],
    widths: &[u16],
) -> Result<(), XlsxError> {
    let cells = cells.iter().zip(widths);
    let lines = cells.map(|(cell, width)| lines(&cell.text, usize::from(*width)));
    let lines = lines.max().unwrap_or(1).min(MOST_LINES);
    if lines > 1 {
        worksheet.set_row_height(number, f64::from(lines) * LINE_POINTS)?;
    }
    Ok(())
}

/// How many lines a text takes in a column. A word that is too long is cut where the line ends.
fn lines(text: &str, width: usize) -> u16 {
    let (mut lines, mut used) = (1, 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        let gap = usize::from(used > 0);
        if used + gap + length <= width {
            used += gap + length;
            continue;
        }
        lines += usize::from(used > 0) + length.saturating_sub(1) / width;
        used = length.saturating_sub(1) % width + 1;
    }
    index(lines)
}

/// Widths, filter, frozen heads and how the sheet is printed.
fn arrange(
    worksheet: &mut Worksheet,
    widths: &[u16],
    rows: usize,
    looks: &Looks<'_>,
) -> Result<(), XlsxError> {
    for (number, width) in (0..).zip(widths) {
        worksheet.set_column_width(number, f64::from(*width))?;
    }
    if !widths.is_empty() {
        worksheet.autofilter(0, 0, line(rows), index(widths.len() - 1))?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    worksheet.set_repeat_rows(0, 0)?;
    worksheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_footer(&looks.footer);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_break_between_words_and_within_long_ones() {
        for (text, count) in [
            ("", 1),
            ("ten letters", 2),
            ("five", 1),
            ("one two three four", 2),
            ("one two three fours", 3),
            ("0123456789", 1),
            ("01234567890", 2),
            ("a 0123456789012345678901", 4),
        ] {
            assert_eq!(lines(text, 10), count, "{text}");
        }
    }
}
