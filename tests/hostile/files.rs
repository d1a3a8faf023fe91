//! Names and kinds of files that no document should have.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::{RECORD, Tree, assert_said};

/// What is made in a tree, the status of a run on it, and words of the answer.
type Case = (&'static str, fn(&Path), i32, &'static [&'static str]);

const CASES: [Case; 13] = [
    (
        "a configuration that is a link out of the tree",
        |tree| {
            fs::remove_file(tree.join("govlint.yaml")).expect("the tree is configured");
            link("/etc/passwd", tree, "govlint.yaml");
        },
        2,
        &["govlint.yaml", "link out of the checked folder"],
    ),
    (
        "a baseline that is a link out of the tree",
        |tree| link("/etc/passwd", tree, "govlint-baseline.yaml"),
        2,
        &["govlint-baseline.yaml", "link out of the checked folder"],
    ),
    (
        "a link out of the tree",
        |tree| link("/etc", tree, "out.yaml"),
        2,
        &["out.yaml", "link out of the checked folder"],
    ),
    (
        "a link to itself",
        |tree| link("round.yaml", tree, "round.yaml"),
        2,
        &["round.yaml"],
    ),
    (
        "a link to the folder it stands in",
        |tree| link(".", tree, "again"),
        0,
        &["1 resource,"],
    ),
    (
        "a link to nowhere",
        |tree| link("gone.yaml", tree, "lost.yaml"),
        2,
        &["lost.yaml", "leads nowhere"],
    ),
    (
        "a link to a record of the tree",
        |tree| link("a.yaml", tree, "b.yaml"),
        0,
        &["1 resource,"],
    ),
    (
        "a pipe",
        |tree| make_pipe(tree, "pipe.yaml"),
        2,
        &["pipe.yaml", "no regular file"],
    ),
    (
        "a link to a pipe",
        |tree| {
            make_pipe(tree, "pipe");
            link("pipe", tree, "x.yaml");
        },
        2,
        &["x.yaml", "no regular file"],
    ),
    (
        "a folder with the name of a file",
        |tree| fs::create_dir(tree.join("x.yaml")).unwrap(),
        0,
        &["1 resource,"],
    ),
    (
        "an unreadable file",
        unreadable,
        2,
        &["closed.yaml", "permission denied"],
    ),
    (
        "a name that moves the cursor",
        |tree| write(tree, "a\nerror[fake]: x\u{1b}[2J\u{202e}.yaml", "id: [\n"),
        1,
        &["a\\nerror[fake]: x\\u{1b}[2J\\u{202e}.yaml"],
    ),
    (
        "a name of 255 bytes",
        |tree| write(tree, &format!("{}.yaml", "n".repeat(250)), "id: [\n"),
        1,
        &["nnnnnnnn"],
    ),
];

#[test]
fn what_is_no_plain_file_is_said_or_left_alone() {
    for (name, make, status, words) in CASES {
        let tree = Tree::new().with("a.yaml", RECORD);
        make(tree.path());
        if name == "an unreadable file" && fs::read(tree.path().join("closed.yaml")).is_ok() {
            // Nothing is closed to the superuser.
            continue;
        }
        let ended = tree.check();
        assert_said(name, &ended, status, words);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(!said.contains('\u{1b}'), "{name}: {said:?}");
        assert!(!said.contains("root:"), "{name}: {said}");
    }
}

fn link(target: &str, tree: &Path, name: &str) {
    symlink(target, tree.join(name)).expect("a link can be made");
}

fn make_pipe(tree: &Path, name: &str) {
    let made = Command::new("mkfifo").arg(tree.join(name)).status();
    assert!(made.expect("mkfifo starts").success());
}

fn unreadable(tree: &Path) {
    write(tree, "closed.yaml", "");
    let closed = fs::Permissions::from_mode(0o000);
    fs::set_permissions(tree.join("closed.yaml"), closed).expect("a file can be closed");
}

fn write(tree: &Path, name: &str, rest: &str) {
    let text = format!("apiVersion: govlint/v1\nkind: Person\n{rest}");
    fs::write(tree.join(name), text).expect("a file can be written");
}
