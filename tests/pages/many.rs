//! Ten thousand findings: the page grows with them and no faster.

use std::time::Instant;

use govlint::report::{Audience, Report, details};

use crate::sample::{sample, story};
use crate::{keep, page};

fn report(findings: usize) -> Report {
    let mut report = sample(Audience::It);
    let own = details(story(), Audience::It);
    report.findings = own.into_iter().cycle().take(findings).collect();
    report
}

#[test]
fn a_page_grows_with_its_findings() {
    let time = |findings: usize| {
        let report = report(findings);
        let start = Instant::now();
        let page = page(&report);
        (page, start.elapsed().as_secs_f64())
    };
    let (small, _) = time(100);
    let (_, some) = time(1_000);
    let (large, many) = time(10_000);
    keep("many.html", &large);
    let each = (large.len() - small.len()) / 9_900;
    assert!(each < 4_000, "{each} bytes for a finding");
    assert!(
        many < some * 40.0 + 0.2,
        "{some} s for 1,000, {many} s for 10,000"
    );
}
