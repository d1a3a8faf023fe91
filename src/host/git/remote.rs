//! Where a repository was cloned from.

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

#[cfg(test)]
mod tests {
    use super::without_secrets;

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
