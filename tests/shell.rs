//! What the built command shows at a terminal and gives to a shell: help, completions, manual
//! pages, colours, links and the line of progress.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The size of a terminal that everybody has.
const ROWS: usize = 24;
const COLUMNS: usize = 80;

/// The rule that it breaks.
const SELECT: &str = "--select=DOC-002";

/// Where the fault of [`BROKEN`] stands.
const PLACE: &str = "stdin.yaml:5:8";

/// A record whose owner does not exist.
const BROKEN: &str = "\
apiVersion: govlint/v1
kind: Vendor
id: acme
name: Acme
owner: Role/nobody
status: active
";

const GOVLINT: &str = env!("CARGO_BIN_EXE_govlint");

fn govlint(words: &[&str]) -> Output {
    Command::new(GOVLINT).args(words).output().unwrap()
}

/// A folder that is a repository.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    // Nothing above the folder is looked at.
    fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands, each with the words that call it, as help lists them; those inside others too.
fn commands() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    list(&[], &mut found);
    assert!(found.contains(&vec!["check".to_owned()]), "{found:?}");
    found
}

fn list(above: &[String], found: &mut Vec<Vec<String>>) {
    let words: Vec<&str> = above.iter().map(String::as_str).chain(["-h"]).collect();
    let help = text(govlint(&words));
    let listed = help.split_once("Commands:\n").map_or("", |parts| parts.1);
    let listed = listed.split("\n\n").next().unwrap_or("");
    let names = listed.lines().filter(|line| !line.starts_with("   "));
    for name in names.filter_map(|line| line.split_whitespace().next()) {
        let command = [above, &[name.to_owned()]].concat();
        found.push(command.clone());
        list(&command, found);
    }
}

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

/// The program has more commands than a small terminal has rows for; all else fits.
#[test]
fn short_help_fits_a_small_terminal() {
    let mut wrong = Vec::new();
    let own = commands().iter().filter(|words| words.len() == 1).count();
    for (command, most) in commands()
        .into_iter()
        .map(|command| (command, ROWS))
        .chain([(Vec::new(), 12 + own)])
    {
        let words: Vec<&str> = command.iter().map(String::as_str).chain(["-h"]).collect();
        let help = text(govlint(&words));
        let rows = help.lines().count();
        if rows > most {
            wrong.push(format!(
                "{words:?}: {rows} rows; shorten a line or give a rare flag `hide_short_help`"
            ));
        }
        let wide = help.lines().filter(|line| line.chars().count() > COLUMNS);
        wrong.extend(wide.map(|line| format!("{words:?}: {line}")));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn long_help_shows_examples() {
    for command in commands().into_iter().filter(|words| words.len() == 1) {
        let help = text(govlint(&[&command[0], "--help"]));
        let examples = help.split_once("Examples:\n").map_or("", |parts| parts.1);
        let called = format!("govlint {}", command[0]);
        assert!(examples.contains(&called), "{command:?} shows no example");
    }
}

#[test]
fn completions_parse_and_know_every_command() {
    let shells = [
        ("bash", "bash"),
        ("zsh", "zsh"),
        ("fish", "fish"),
        ("powershell", ""),
        ("elvish", ""),
    ];
    for (shell, parser) in shells {
        let script = text(govlint(&["completions", shell]));
        for command in commands().concat() {
            assert!(script.contains(&command), "{shell} lacks {command}");
        }
        if !parser.is_empty() && is_installed(parser) {
            parse(parser, &script);
        }
    }
    assert_eq!(govlint(&["completions", "tcsh"]).status.code(), Some(2));
}

#[track_caller]
fn parse(shell: &str, script: &str) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("script");
    fs::write(&path, script).unwrap();
    let ran = Command::new(shell).arg("-n").arg(&path).output().unwrap();
    assert!(ran.status.success(), "{shell}: {ran:?}");
}

#[test]
fn bash_completes_a_command() {
    if cfg!(windows) || !is_installed("bash") {
        return;
    }
    let script = text(govlint(&["completions", "bash"]));
    let ask = "\nCOMP_WORDS=(govlint che); COMP_CWORD=1\n_govlint govlint che govlint\n\
               echo \"${COMPREPLY[@]}\"\n";
    let mut bash = Command::new("bash");
    let ran = bash.arg("-c").arg(script + ask).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "check");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = TempDir::new().unwrap();
    let pages = folder.path().join("share/man1");
    text(govlint(&["man", "--dir", pages.to_str().unwrap()]));
    let program = fs::read_to_string(pages.join("govlint.1")).unwrap();
    assert_eq!(program, text(govlint(&["man"])));
    for heading in ["EXIT STATUS", "ENVIRONMENT", "FILES"] {
        assert!(program.contains(&format!(".SH \"{heading}\"")), "{program}");
    }
    for command in commands() {
        let name = format!("govlint-{}.1", command.join("-"));
        let page = fs::read_to_string(pages.join(&name)).unwrap();
        let shows = page.contains(".SH EXAMPLES\n.nf\n\\&");
        assert!(shows || command.len() > 1, "{name}: {page}");
    }
    lint(&pages);
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let ran = govlint(&["man", "--dir", file.to_str().unwrap()]);
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
}

/// A page that a reader of manuals calls wrong is wrong; matters of style are the generator's.
/// Only where there is such a reader.
fn lint(pages: &Path) {
    for page in fs::read_dir(pages).unwrap() {
        let page = page.unwrap().path();
        let mut mandoc = Command::new("mandoc");
        match mandoc.args(["-Tlint", "-Werror"]).arg(&page).output() {
            Ok(ran) => assert!(ran.status.success(), "{ran:?}"),
            Err(_) => return,
        }
    }
}

/// What the command shows of [`BROKEN`] at a terminal of 72 columns, where the record comes after
/// more than the time that a person waits in silence. None where no terminal can be had.
#[cfg(target_os = "linux")]
fn at_a_terminal(words: &str, variables: &[(&str, &str)]) -> Option<String> {
    if !is_installed("script") {
        return None;
    }
    let folder = folder();
    fs::write(folder.path().join("acme"), BROKEN).unwrap();
    let line = format!(
        "stty rows 24 cols 72 && (sleep 0.9; cat acme) | '{GOVLINT}' check {SELECT} {words}"
    );
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]);
    script.current_dir(folder.path()).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "CI"] {
        script.env_remove(name);
    }
    script.env("TERM", "xterm-256color").env("SHELL", "/bin/sh");
    script.env("GOVLINT_AS_OF", "2026-11-22");
    let shown = script.envs(variables.iter().copied()).output().unwrap();
    Some(String::from_utf8(shown.stdout).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn terminals_get_colours_links_and_their_width() {
    let check = |words: &str, variables: &[(&str, &str)], colours: bool, links: bool| {
        let Some(shown) = at_a_terminal(words, variables) else {
            return;
        };
        assert!(shown.contains(PLACE), "{shown}");
        assert_eq!(shown.contains("\u{1b}[1"), colours, "{variables:?} {shown}");
        assert_eq!(shown.contains("\u{1b}]8;;"), links, "{variables:?} {shown}");
        // The why of the rule is wrapped to the width of the terminal.
        assert!(shown.contains("a plan is\r\n"), "{variables:?} {shown}");
    };
    check("-q -", &[], true, true);
    check("-q -", &[("CI", "true")], true, false);
    check("-q -", &[("NO_COLOR", "1")], false, true);
    check("-q -", &[("TERM", "dumb")], false, false);
    check("-q --color never -", &[], false, false);
}

#[cfg(target_os = "linux")]
#[test]
fn who_waits_is_told_what_is_done_and_nothing_stays() {
    let (line, erased) = (" ... 0 s", "\r\u{1b}[2K");
    for (words, variables, expected) in [
        ("-", &[][..], true),
        ("-q -", &[], false),
        ("-", &[("CI", "true")], false),
        ("-", &[("TERM", "dumb")], false),
        ("- 2>errors; cat errors", &[], false),
    ] {
        // On a busy machine the document may come before the line is due.
        let mut runs = (0..8).map(|_| at_a_terminal(words, variables));
        let is_last = |shown: &Option<String>| {
            !expected || shown.as_ref().is_none_or(|shown| shown.contains(line))
        };
        let Some(shown) = runs.find(is_last) else {
            panic!("{words} {variables:?}: nobody was told");
        };
        let Some(shown) = shown else {
            return;
        };
        assert_eq!(
            shown.contains(line),
            expected,
            "{words} {variables:?}: {shown}"
        );
        let last = shown.rfind(erased);
        assert_eq!(last.is_some(), expected, "{words} {variables:?}: {shown}");
        assert!(
            last < shown.find(PLACE),
            "the result comes after the line: {shown}"
        );
    }
}

/// Pipes and files get the same bytes whatever surrounds them.
#[test]
fn what_is_no_terminal_gets_plain_text() {
    let folder = folder();
    let run = |variables: &[(&str, &str)]| {
        let mut command = Command::new(GOVLINT);
        command
            .args(["check", SELECT, "-"])
            .current_dir(folder.path());
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "CI"] {
            command.env_remove(name);
        }
        command.env("GOVLINT_AS_OF", "2026-11-22");
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(BROKEN.as_bytes()).unwrap();
        drop(input);
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    let usual = run(&[]);
    assert!(!usual.contains('\u{1b}'), "{usual}");
    let same = [
        ("CI", "true"),
        ("COLUMNS", "40"),
        ("TERM", "dumb"),
        ("FORCE_COLOR", "0"),
    ];
    for variable in same {
        assert_eq!(run(&[variable]), usual, "{variable:?}");
    }
    let coloured = run(&[("FORCE_COLOR", "1")]);
    assert!(coloured.contains('\u{1b}'), "{coloured}");
    for forced in ["FORCE_COLOR", "CLICOLOR_FORCE"] {
        assert_eq!(run(&[(forced, "1")]), coloured, "{forced}");
        // Any value but the empty one switches them off.
        assert_eq!(run(&[(forced, "1"), ("NO_COLOR", "0")]), usual, "{forced}");
    }
}

/// Line ends of Windows move no column.
#[test]
fn line_ends_move_no_place() {
    let places = |text: &str| {
        let folder = folder();
        fs::write(folder.path().join("acme.yaml"), text).unwrap();
        let mut command = Command::new(GOVLINT);
        command.args(["check", SELECT]).current_dir(folder.path());
        command.env("GOVLINT_AS_OF", "2026-11-22");
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let unix = places(BROKEN);
    assert!(unix.contains("acme.yaml:5:8"), "{unix}");
    assert_eq!(places(&BROKEN.replace('\n', "\r\n")), unix);
}
