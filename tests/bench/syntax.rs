//! How fast texts become trees: the fast reader on plain YAML, the full reader on the same text
//! behind a directive, which the fast one declines.

use std::fmt::Write as _;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use govlint::source::Source;
use govlint::syntax::parse;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 1_000])]
fn plain(bencher: Bencher<'_, '_>, records: usize) {
    read(bencher, &inventory(records));
}

#[divan::bench(args = [1, 1_000])]
fn full(bencher: Bencher<'_, '_>, records: usize) {
    read(bencher, &format!("%YAML 1.2\n---\n{}", inventory(records)));
}

#[divan::bench]
fn text_blocks(bencher: Bencher<'_, '_>) {
    let rule = "assert: >-\n  self.owners.exists(owner,\n    owner.kind == \"person\")\nexamples:\n  - given: |\n      kind: System\n      id: erp   # <- error\n";
    read(bencher, &vec![rule; 1_000].join("---\n"));
}

#[divan::bench]
fn broken(bencher: Bencher<'_, '_>) {
    read(bencher, &"a: [1, 2\n---\n".repeat(1_000));
}

fn read(bencher: Bencher<'_, '_>, text: &str) {
    let source = Arc::new(Source::new("inventory.yaml", text));
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| parse(&source));
}

fn inventory(records: usize) -> String {
    let mut text = String::new();
    for record in 0..records {
        let _ = write!(
            text,
            "apiVersion: govlint/v1\nkind: System\nid: sys-{record:05}\nname: Order system {record}\n\
             description: Takes orders from partners and passes them on to billing\n\
             criticality: high\nowners:\n  business: role/head-of-sales\n  technical: person/jane-{}\n\
             # reviewed by the board\nrecovery: {{rto: {}h, rpo: 4h}}\ndependsOn:\n  - system: sys-{:05}\n    \
             type: hard\nvendors: [vendor/acme, vendor/globex]\nreviewedOn: 2026-04-14  # next one is due\n\
             contacts:\n  - name: \"Jane Doe\"\n    phone: '+43 1 234 567'\n---\n",
            record % 97,
            record % 24 + 1,
            record * 7 % records,
        );
    }
    text
}
