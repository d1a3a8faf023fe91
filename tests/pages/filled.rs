//! Reports in which every text is the same.

use std::sync::Arc;

use govlint::report::{Audience, Cell, Chart, Report, details};

use crate::sample::{sample, story};

/// A report in which every text of a record is `text`.
pub(crate) fn filled(text: &str) -> Report {
    let mut report = sample(Audience::It);
    for place in texts(&mut report) {
        place.clear();
        place.push_str(text);
    }
    for cell in report
        .sections
        .iter_mut()
        .flat_map(|section| cells(&mut section.chart))
    {
        text.clone_into(&mut cell.text);
    }
    report.findings = details(story(), Audience::It);
    for detail in &mut report.findings {
        let finding = Arc::make_mut(&mut detail.finding);
        text.clone_into(&mut finding.message);
        text.clone_into(&mut finding.primary.text);
        finding.help = Some(text.to_owned());
        text.clone_into(&mut detail.policy);
        text.clone_into(&mut detail.why);
        detail.also = vec![text.to_owned()];
        detail.controls = vec![text.to_owned()];
        detail.standing = Some(text.to_owned());
    }
    report
}

fn texts(report: &mut Report) -> Vec<&mut String> {
    let mut texts = vec![
        &mut report.title,
        &mut report.organization,
        &mut report.verdict,
    ];
    texts.extend(&mut report.revision);
    texts.extend(report.since.as_mut().map(|(since, _)| since));
    texts.extend(&mut report.notes);
    for section in &mut report.sections {
        texts.extend([
            &mut section.id,
            &mut section.title,
            &mut section.question,
            &mut section.empty,
        ]);
        texts.extend(&mut section.lead);
        texts.extend(&mut section.notes);
        match &mut section.chart {
            Chart::Table(table) => texts.extend(table.columns.iter_mut().map(|c| &mut c.title)),
            Chart::Bars(bars) => texts.push(&mut bars.measure),
            Chart::Matrix(matrix) => {
                texts.push(&mut matrix.row_title);
                texts.extend(&mut matrix.columns);
            }
            Chart::HeatMap(map) => {
                for axis in [&mut map.x, &mut map.y] {
                    texts.push(&mut axis.title);
                    texts.extend(&mut axis.steps);
                }
            }
            Chart::Dumbbell(pairs) => texts.extend([&mut pairs.from, &mut pairs.to]),
            Chart::Timeline(line) => texts.extend(line.events.iter_mut().map(|e| &mut e.lane)),
            Chart::Sparkline(line) => texts.push(&mut line.measure),
        }
    }
    texts
}

fn cells(chart: &mut Chart) -> Vec<&mut Cell> {
    let mut cells = Vec::new();
    match chart {
        Chart::Table(table) => cells.extend(table.rows.iter_mut().flatten()),
        Chart::Bars(bars) => {
            for bar in &mut bars.bars {
                cells.extend([&mut bar.label, &mut bar.value]);
                cells.extend(bar.target.iter_mut().chain(&mut bar.note));
            }
        }
        Chart::Matrix(matrix) => {
            for row in &mut matrix.rows {
                cells.push(&mut row.label);
                cells.extend(row.cells.iter_mut().flatten());
            }
        }
        Chart::HeatMap(map) => cells.extend(map.points.iter_mut().map(|point| &mut point.label)),
        Chart::Dumbbell(pairs) => {
            for pair in &mut pairs.items {
                cells.extend([&mut pair.label, &mut pair.from, &mut pair.to]);
                cells.extend(&mut pair.note);
            }
        }
        Chart::Timeline(line) => {
            for event in &mut line.events {
                cells.extend([&mut event.start, &mut event.label]);
                cells.extend(event.end.iter_mut().chain(&mut event.note));
            }
        }
        Chart::Sparkline(line) => cells.extend(line.points.iter_mut().map(|(_, cell)| cell)),
    }
    cells
}
