//! Links to the lines of a commit on the site that hosts its repository.
//!
//! A link is made only for sites whose addresses are known; nothing is asked of the site.

use std::fmt::Write;

/// Where the files of a commit can be read on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forge {
    /// The address of the folder that was checked, at the commit; with `/` at its end.
    base: String,
    /// What stands before the number of a line.
    line_mark: &'static str,
}

/// How a sort of site spells its addresses.
struct Spelling {
    /// What stands between the address of the repository and the commit.
    before_commit: &'static str,
    line_mark: &'static str,
}

const GITHUB: Spelling = Spelling {
    before_commit: "blob",
    line_mark: "#L",
};
const GITLAB: Spelling = Spelling {
    before_commit: "-/blob",
    line_mark: "#L",
};
const BITBUCKET: Spelling = Spelling {
    before_commit: "src",
    line_mark: "#lines-",
};
/// Gitea, and Forgejo that came out of it.
const GITEA: Spelling = Spelling {
    before_commit: "src/commit",
    line_mark: "#L",
};

/// Words in the name of a host, and how it spells its addresses.
const HOSTS: &[(&str, Spelling)] = &[
    ("github", GITHUB),
    ("gitlab", GITLAB),
    ("bitbucket.org", BITBUCKET),
    ("codeberg", GITEA),
    ("gitea", GITEA),
    ("forgejo", GITEA),
];

impl Forge {
    /// Returns the site of a remote, as `git remote get-url` prints it; none if the site is not
    /// known, or if the remote is no site. `folder` is where in the repository the checked folder
    /// stands. User names and passwords in the remote are left out.
    #[must_use]
    pub fn of(remote: &str, commit: &str, folder: &str) -> Option<Self> {
        let is_commit = commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (scheme, host, path) = split(remote).filter(|_| is_commit)?;
        let name = host.split(':').next()?.to_ascii_lowercase();
        let spelling = HOSTS
            .iter()
            .find(|(word, _)| is_part(&name, word))
            .map(|(_, spelling)| spelling)?;
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let middle = spelling.before_commit;
        let mut base = format!("{scheme}://{host}/{}/{middle}/{commit}/", escaped(path));
        let folder = folder.trim_matches('/');
        if !folder.is_empty() {
            base.push_str(&escaped(folder));
            base.push('/');
        }
        (!path.is_empty()).then_some(Self {
            base,
            line_mark: spelling.line_mark,
        })
    }

    /// Returns the address of a line of a file below the checked folder.
    #[must_use]
    pub fn line(&self, path: &str, line: u32) -> String {
        format!("{}{}{}{line}", self.base, escaped(path), self.line_mark)
    }
}

/// The scheme of the web site, the host (with its port where that is of the web) and the path of a
/// remote: `https://host/path`, `ssh://user@host:22/path`, `user@host:path`.
fn split(remote: &str) -> Option<(&'static str, String, &str)> {
    let remote = remote.trim();
    let remote = remote.split(['?', '#']).next()?;
    let Some((scheme, rest)) = remote.split_once("://") else {
        let (host, path) = remote.split_once(':')?;
        return named(host, false).map(|host| ("https", host, path));
    };
    let (host, path) = rest.split_once('/')?;
    let (scheme, has_port) = match scheme {
        "https" => ("https", true),
        "http" => ("http", true),
        "ssh" | "git" | "git+ssh" => ("https", false),
        _ => return None,
    };
    named(host, has_port).map(|host| (scheme, host, path))
}

/// A host without the user before it, and without a port unless that is wanted; none for what is no
/// name of a host.
fn named(host: &str, has_port: bool) -> Option<String> {
    let host = host.rsplit('@').next()?;
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let is_name = name.contains('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    if !is_name || !is_port {
        return None;
    }
    if has_port && !port.is_empty() {
        return Some(format!("{name}:{port}"));
    }
    Some(name.to_owned())
}

/// True if `word` is a part of the name of a host, or its last parts: `gitlab` of
/// `gitlab.example.com`.
fn is_part(name: &str, word: &str) -> bool {
    if word.contains('.') {
        return name == word || name.ends_with(&format!(".{word}"));
    }
    name.split('.').any(|part| part == word)
}

/// A path as it stands in an address.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => escaped.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(escaped, "%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::Forge;

    const COMMIT: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";

    /// Where line 7 of `a b.yaml` stands, after the commit's id.
    fn check(remote: &str, folder: &str, expected: Option<&str>) {
        let forge = Forge::of(remote, COMMIT, folder);
        let link = forge.map(|forge| forge.line("x/a b.yaml", 7).replace(COMMIT, "C"));
        assert_eq!(link.as_deref(), expected, "{remote}");
    }

    #[test]
    fn each_site_has_its_own_addresses() {
        let github = Some("https://github.com/o/r/blob/C/x/a%20b.yaml#L7");
        for remote in [
            "https://github.com/o/r.git",
            "https://github.com/o/r",
            "https://github.com/o/r/",
            "git@github.com:o/r.git",
            "ssh://git@github.com:22/o/r.git",
            "git://github.com/o/r",
        ] {
            check(remote, "", github);
        }
        check(
            "git@gitlab.example.com:group/sub/r.git",
            "governance/",
            Some("https://gitlab.example.com/group/sub/r/-/blob/C/governance/x/a%20b.yaml#L7"),
        );
        check(
            "https://bitbucket.org/o/r.git",
            "",
            Some("https://bitbucket.org/o/r/src/C/x/a%20b.yaml#lines-7"),
        );
        check(
            "https://codeberg.org/o/r",
            "",
            Some("https://codeberg.org/o/r/src/commit/C/x/a%20b.yaml#L7"),
        );
        check(
            "http://gitea.local.example:3000/o/r.git",
            "",
            Some("http://gitea.local.example:3000/o/r/src/commit/C/x/a%20b.yaml#L7"),
        );
    }

    #[test]
    fn credentials_stay_out() {
        let github = Some("https://github.com/o/r/blob/C/x/a%20b.yaml#L7");
        check("https://user:secret@github.com/o/r.git", "", github);
        check("https://to:k@en@github.com/o/r.git", "", github);
        check("https://github.com/o/r.git?access_token=secret", "", github);
        check("https://github.com/o/r.git#secret", "", github);
    }

    #[test]
    fn what_is_no_known_site_has_no_links() {
        for remote in [
            "",
            "/srv/git/r.git",
            "../r.git",
            "C:\\git\\r",
            "file:///srv/github.com/r.git",
            "https://git.example.com/o/r",
            "https://notgithub.com/o/r",
            "https://github.com",
            "https://github.com/",
            "https://git\"hub.github.com/o/r",
            "javascript://github.com/%0aalert(1)",
        ] {
            check(remote, "", None);
        }
        assert_eq!(Forge::of("git@github.com:o/r", "main", ""), None);
    }

    #[test]
    fn paths_cannot_leave_the_address() {
        let forge = Forge::of("git@github.com:o/r\" onclick=", COMMIT, "a#b?").unwrap();
        let link = forge.line("\u{202e}'<x>.yaml", 1);
        let rest = link.strip_prefix("https://github.com/o/r").unwrap();
        assert_eq!(
            rest.replace(COMMIT, "C"),
            "%22%20onclick%3D/blob/C/a%23b%3F/%E2%80%AE%27%3Cx%3E.yaml#L1"
        );
    }
}
