//! Temporary driver.
use govlint::examples;
use govlint::rule::{Pack, built_in_schemas};

fn main() {
    let mut pack = Pack::built_in();
    if let Some(dir) = std::env::args().nth(1) {
        pack.files.clear();
        let mut stack = vec![std::path::PathBuf::from(&dir)];
        while let Some(path) = stack.pop() {
            for entry in std::fs::read_dir(path).unwrap().flatten() {
                if entry.path().is_dir() {
                    stack.push(entry.path());
                } else {
                    let rel = entry
                        .path()
                        .strip_prefix(&dir)
                        .unwrap()
                        .to_string_lossy()
                        .into_owned();
                    pack.files.push(govlint::rule::PackFile {
                        path: rel,
                        text: std::fs::read_to_string(entry.path()).unwrap(),
                    });
                }
            }
        }
        pack.files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    match examples::run(&built_in_schemas(), &[pack]) {
        Ok(outcomes) => {
            let mut failed = 0;
            for outcome in &outcomes.outcomes {
                for problem in &outcome.problems {
                    failed += 1;
                    println!("{} {:?}: {problem}", outcome.code, outcome.example);
                }
            }
            println!(
                "{} rules, {} outcomes, {failed} problems",
                outcomes.rules,
                outcomes.outcomes.len()
            );
        }
        Err(govlint::check::Failure::Policies(mistakes, sources)) => {
            for mistake in mistakes {
                let source = sources.get(mistake.primary.span.source);
                let place = source
                    .lines()
                    .line_column(source.text(), mistake.primary.span.range.start);
                println!(
                    "{}:{}:{}: {} | {:?} | {}",
                    source.path(),
                    place.line,
                    place.column,
                    mistake.message,
                    mistake.help,
                    source.slice(mistake.primary.span.range)
                );
            }
        }
        Err(other) => println!("{other:#?}"),
    }
}
