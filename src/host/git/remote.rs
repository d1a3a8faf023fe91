//! Where a repository was cloned from.

use std::fmt::Write as _;

use git2::Repository;

/// The remote that stands for the repository, if it has several.
const MAIN_REMOTE: &str = "origin";

/// Returns the address of the main remote, or of the only one, without user name, password and
/// query, which may hold secrets.
pub(super) fn url(repository: &Repository) -> Option<String> {
    let remote = repository.find_remote(MAIN_REMOTE).ok().or_else(|| {
        let names = repository.remotes().ok()?;
        let mut named = names.iter().filter_map(|name| name.ok().flatten());
        let (only, None) = (named.next()?, named.next()) else {
            return None;
        };
        repository.find_remote(only).ok()
    })?;
    remote.url().ok().map(without_secrets)
}

fn without_secrets(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // `user@host:path`, where the user is that of the host, and no secret can stand.
        return url.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

/// The absolute URI of a remote without secrets; none for a path, which means nothing elsewhere.
/// What git writes as `user@host:path` is reached by SSH.
pub(super) fn address(url: &str) -> Option<String> {
    const SCHEMES: [&str; 5] = ["https", "http", "ssh", "git", "git+ssh"];
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme, rest.to_owned()),
        None => {
            let (host, path) = url.split_once(':').filter(|(host, _)| host.len() > 1)?;
            let host = host.rsplit('@').next()?;
            ("ssh", format!("{host}/{}", path.trim_start_matches('/')))
        }
    };
    let (host, path) = rest.split_once('/')?;
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    let is_address = SCHEMES.contains(&scheme) && !host.is_empty() && host.bytes().all(is_host);
    is_address.then(|| format!("{scheme}://{host}/{}", escaped(path)))
}

/// A path as it stands in an address; what is escaped already stays so.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~%+@:,=".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{address, without_secrets};

    #[test]
    fn an_address_is_absolute() {
        let cases = [
            (
                "git@host.example:o/r.git",
                Some("ssh://host.example/o/r.git"),
            ),
            ("host.example:/o/r", Some("ssh://host.example/o/r")),
            (
                "https://host.example:8443/o/r",
                Some("https://host.example:8443/o/r"),
            ),
            (
                "https://host.example/o/a b\"<r>",
                Some("https://host.example/o/a%20b%22%3Cr%3E"),
            ),
            (
                "https://host.example/a%20b",
                Some("https://host.example/a%20b"),
            ),
            ("ssh://[::1]:22/o/r", Some("ssh://[::1]:22/o/r")),
            ("/srv/git/r.git", None),
            ("../r.git", None),
            ("C:\\git\\r", None),
            ("file:///srv/git/r.git", None),
            ("javascript://host.example/%0aalert(1)", None),
            ("https://ho st/o/r", None),
            ("https://host.example", None),
            ("", None),
        ];
        for (url, expected) in cases {
            assert_eq!(address(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn secrets_stay_out_of_addresses() {
        let cases = [
            ("git@host.example:o/r.git", "git@host.example:o/r.git"),
            (
                "https://host.example/o/r.git",
                "https://host.example/o/r.git",
            ),
            (
                "https://me:pass@host.example/o/r",
                "https://host.example/o/r",
            ),
            (
                "https://a:b@c@host.example:8443/r",
                "https://host.example:8443/r",
            ),
            ("ssh://git@host.example:22/r", "ssh://host.example:22/r"),
            ("https://host.example/r?token=t#f", "https://host.example/r"),
            ("https://token@host.example", "https://host.example"),
            ("/srv/git/r.git", "/srv/git/r.git"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_secrets(url), expected);
        }
    }
}
