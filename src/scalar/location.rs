//! Where a document or page lies: a path of the repository, or an address.

use std::borrow::Cow;

use super::error::{ScalarError, shown};

/// Checks a path of the repository: relative to its root, with `/` between the parts, and not
/// leading out of it. `.` and `..` inside are allowed; see [`normal_path`]. Whether the file is
/// there is not asked.
///
/// # Errors
///
/// Any other text, with the path that was meant, if that is known.
pub fn check_path(text: &str) -> Result<(), ScalarError> {
    if is_path(text) {
        return Ok(());
    }
    Err(explain_path(text))
}

/// Checks an address: `http` or `https` with a host, or `mailto` with a mailbox. The address must
/// hold no spaces and no password. Whether it can be reached is not asked.
///
/// # Errors
///
/// Any other text, with the address that was meant, if that is known.
pub fn check_address(text: &str) -> Result<(), ScalarError> {
    match address_fault(text) {
        None => Ok(()),
        Some(fault) => Err(explain_address(text, fault)),
    }
}

/// Checks what a link may hold: an address as [`check_address`] wants it, or a path of the
/// repository as [`check_path`] does.
///
/// # Errors
///
/// Any other text, with the link that was meant, if that is known.
pub fn check_link(text: &str) -> Result<(), ScalarError> {
    if is_link(text) {
        return Ok(());
    }
    Err(explain_link(text))
}

/// Returns a path without `.` parts, `..` parts and doubled slashes, so that it can be looked up:
/// `./docs/../plan.md` is `plan.md`. The path must have passed [`check_path`].
#[must_use]
pub fn normal_path(path: &str) -> Cow<'_, str> {
    let normal = |part: &str| !matches!(part, "" | "." | "..");
    if path.split('/').all(normal) {
        return Cow::Borrowed(path);
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Cow::Owned(parts.join("/"))
}

/// The characters that file names may not have on every system are refused.
fn is_path(text: &str) -> bool {
    let bad = |c: char| c.is_control() || "\\<>\"|".contains(c);
    let edges = text.trim() == text && !text.starts_with(['/', '~']);
    edges && !text.is_empty() && !text.contains(bad) && !has_scheme(text) && !leaves(text)
}

fn is_link(text: &str) -> bool {
    let other = || is_prose(text) || looks_like_address(text) || without_markup(text).is_some();
    (is_path(text) && !other()) || address_fault(text).is_none()
}

/// True if a `..` leads out of the folder that the path starts in.
fn leaves(path: &str) -> bool {
    let mut depth = 0_i32;
    path.split('/').any(|part| {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        depth < 0
    })
}

/// True for `https:`, `C:` and the like: letters before a colon, and no slash before it.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else {
        return false;
    };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(letter)
}

/// True for what is a path by its form, but lacks the scheme of an address: `www.example.com`,
/// `example.com/page`, `it@example.com`, `http//example.com`.
fn looks_like_address(text: &str) -> bool {
    let (host, page) = text.split_once('/').unwrap_or((text, ""));
    let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = ["com", "org", "net", "io", "gov", "edu", "eu"].contains(&ending);
    let slashed = page.starts_with('/') && ["http", "https"].contains(&host);
    host.starts_with("www.") || slashed || (known && !page.is_empty()) || is_mailbox(text)
}

/// True for "see the wiki" and `tbd`: words, where links have a point or a slash.
fn is_prose(text: &str) -> bool {
    let words = text.contains(' ') && !text.contains(['/', '.']);
    words || ScalarError::of_nothing(text, "").is_some()
}

fn explain_path(text: &str) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "a path") {
        return error;
    }
    let name = shown(text);
    let error = |reason: &str| ScalarError::new(format!("{name} {reason}"));
    if is_of_one_computer(text) {
        error("is a path of one computer or network").help(ROOT)
    } else if has_scheme(text) {
        error("is no path of this repository").help(ROOT)
    } else if leaves(text) {
        error("leads out of the repository").help(ROOT)
    } else if text.contains('\\') {
        let slashes = text.trim().replace('\\', "/");
        error_with(error("has backslashes between its parts"), slashes)
    } else {
        error_with(error("is no path"), text.trim().to_owned())
    }
}

/// True for the absolute paths of any system, network shares and drives included.
fn is_of_one_computer(text: &str) -> bool {
    let drive = text.as_bytes().get(1) == Some(&b':');
    drive || text.starts_with(['/', '\\', '~']) || text.starts_with("file:")
}

/// Explains a text that is neither a path nor an address as the one it resembles more.
fn explain_link(text: &str) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "an address or a path") {
        return error;
    }
    let error = |reason: &str| ScalarError::new(format!("{} {reason}", shown(text)));
    let trimmed = text.trim();
    if let Some(bare) = without_markup(trimmed).filter(|bare| is_link(bare)) {
        return error("is marked up").suggest(bare);
    }
    if is_link(trimmed) {
        return error("has spaces around it").suggest(trimmed);
    }
    let addressed = has_scheme(trimmed) && !is_of_one_computer(trimmed);
    if addressed || looks_like_address(trimmed) {
        return check_address(trimmed)
            .err()
            .unwrap_or_else(|| error("is no address"));
    }
    if is_prose(trimmed) {
        return error("is no address and no path").help(LINK);
    }
    let error = explain_path(trimmed);
    match error.suggestion.clone().filter(|path| is_link(path)) {
        Some(path) => error.suggest(path),
        None => ScalarError::new(error.message).help(LINK),
    }
}

/// What stands in `<address>` or in `[words](address)`.
fn without_markup(text: &str) -> Option<&str> {
    let angled = || text.strip_prefix('<')?.strip_suffix('>');
    let named = || text.strip_prefix('[')?.strip_suffix(')')?.split_once("](");
    angled().or_else(|| named().map(|(_, address)| address))
}

fn error_with(error: ScalarError, candidate: String) -> ScalarError {
    if is_path(&candidate) {
        error.suggest(candidate)
    } else {
        error.help(ROOT)
    }
}

const ROOT: &str = "write the path from the root of the repository, such as docs/plan.md";

const LINK: &str =
    "write an address such as https://example.com/page, or a path from the root of the repository";

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NoScheme,
    OtherScheme,
    NoHost,
    Password,
    Character(char),
}

fn address_fault(text: &str) -> Option<Fault> {
    let bad = |c: &char| c.is_whitespace() || c.is_control() || "<>\"\\`".contains(*c);
    if let Some(character) = text.chars().find(bad) {
        return Some(Fault::Character(character));
    }
    let Some((scheme, rest)) = text.split_once(':').filter(|_| has_scheme(text)) else {
        return Some(Fault::NoScheme);
    };
    if scheme.eq_ignore_ascii_case("mailto") {
        let mailbox = rest.split('?').next().unwrap_or("");
        return (!is_mailbox(mailbox)).then_some(Fault::NoHost);
    }
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Some(Fault::OtherScheme);
    }
    let Some(rest) = rest.strip_prefix("//") else {
        return Some(Fault::NoHost);
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.contains(':') {
        return Some(Fault::Password);
    }
    (!is_host_and_port(host)).then_some(Fault::NoHost)
}

fn is_mailbox(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && is_host(host))
}

fn is_host_and_port(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[') {
        let (address, port) = address.split_once(']').unwrap_or(("", ""));
        let hex = |byte: u8| byte.is_ascii_hexdigit() || b":.".contains(&byte);
        return !address.is_empty() && address.bytes().all(hex) && is_port(port);
    }
    let end = text.find(':').unwrap_or(text.len());
    is_host(&text[..end]) && is_port(&text[end..])
}

fn is_port(text: &str) -> bool {
    let number = || text.strip_prefix(':')?.parse::<u16>().ok();
    text.is_empty() || number().is_some()
}

/// Names of letters, digits, `-` and `_` between points; letters of any script.
fn is_host(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let name = |label: &str| !label.is_empty() && label.chars().all(fits);
    text.strip_suffix('.').unwrap_or(text).split('.').all(name)
}

fn explain_address(text: &str, fault: Fault) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "an address") {
        return error;
    }
    let name = shown(text);
    let error = |reason: &str| ScalarError::new(format!("{name} {reason}"));
    let meant = |candidate: String| address_fault(&candidate).is_none().then_some(candidate);
    let (error, candidate) = match fault {
        Fault::NoScheme if is_mailbox(text) => (
            error("is no address: it has no mailto:"),
            Some(format!("mailto:{text}")),
        ),
        Fault::NoScheme => (
            error("is no address: it has no https://"),
            with_scheme(text),
        ),
        Fault::OtherScheme => (error("is no address of the web or of a mailbox"), None),
        Fault::NoHost => (error("is an address without a host"), with_slashes(text)),
        Fault::Password => {
            return error("holds a password")
                .help("remove the user and the password, and change it: it is in the history");
        }
        Fault::Character(' ') => (
            error("has spaces in it"),
            Some(text.trim().replace(' ', "%20")),
        ),
        Fault::Character(_) => (error("has characters in it that no address may have"), None),
    };
    match candidate.and_then(meant) {
        Some(candidate) => error.suggest(candidate),
        None => error.help("write an address such as https://example.com/page"),
    }
}

fn with_scheme(text: &str) -> Option<String> {
    let lacks_it = looks_like_address(text) && !text.starts_with("http");
    lacks_it.then(|| format!("https://{text}"))
}

/// `https:/example.com` with both its slashes.
fn with_slashes(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(":/")?;
    (!rest.starts_with('/')).then(|| format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expect`: empty if the text is accepted, else the message, and after `|` the help.
    fn check(read: fn(&str) -> Result<(), ScalarError>, text: &str, expect: &str) {
        let found = read(text).map_or_else(
            |error| format!("{} | {}", error.message, error.help.unwrap_or_default()),
            |()| String::new(),
        );
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn reads_paths_inside_the_repository() {
        for text in [
            "docs/plan.md",
            "plan.md",
            "./docs/a b.md",
            "docs/../plan.md",
            "évidence/é.pdf",
        ] {
            check(check_path, text, "");
        }
        let root = " | write the path from the root of the repository, such as docs/plan.md";
        for (text, message) in [
            (
                "/etc/plan.md",
                "/etc/plan.md is a path of one computer or network",
            ),
            (
                "~/plan.md",
                "~/plan.md is a path of one computer or network",
            ),
            (
                "C:\\docs\\plan.md",
                "\"C:\\docs\\plan.md\" is a path of one computer or network",
            ),
            ("../plan.md", "../plan.md leads out of the repository"),
            (
                "docs/../../plan.md",
                "docs/../../plan.md leads out of the repository",
            ),
            (
                "https://example.com",
                "https://example.com is no path of this repository",
            ),
            ("a\nb", "\"a\\nb\" is no path"),
        ] {
            check(check_path, text, &format!("{message}{root}"));
        }
        check(
            check_path,
            "docs\\plan.md",
            "\"docs\\plan.md\" has backslashes between its parts | write docs/plan.md",
        );
        check(
            check_path,
            " plan.md",
            "\" plan.md\" is no path | write plan.md",
        );
    }

    #[test]
    fn reads_addresses() {
        for text in [
            "https://example.com",
            "http://localhost:8080/a?b=c#d",
            "HTTPS://user@example.com/:w:/r/plan%20b.docx",
            "https://[2001:db8::1]:443/",
            "https://bücher.example/",
            "mailto:it@example.com?subject=Exit",
        ] {
            check(check_address, text, "");
        }
        let example = "write an address such as https://example.com/page";
        for (text, expect) in [
            (
                "www.example.com",
                "www.example.com is no address: it has no https:// | write https://www.example.com",
            ),
            (
                "example.com/a",
                "example.com/a is no address: it has no https:// | write https://example.com/a",
            ),
            (
                "it@example.com",
                "it@example.com is no address: it has no mailto: | write mailto:it@example.com",
            ),
            (
                "https:/example.com",
                "https:/example.com is an address without a host | write https://example.com",
            ),
            (
                "https://example.com/a b",
                "\"https://example.com/a b\" has spaces in it | write https://example.com/a%20b",
            ),
            (
                "https://u:p@example.com",
                "https://u:p@example.com holds a password | remove the user and the password, and change it: it is in the history",
            ),
        ] {
            check(check_address, text, expect);
        }
        for (text, message) in [
            ("https://", "https:// is an address without a host"),
            (
                "https://example.com:99999",
                "https://example.com:99999 is an address without a host",
            ),
            ("mailto:it", "mailto:it is an address without a host"),
            (
                "javascript:alert",
                "javascript:alert is no address of the web or of a mailbox",
            ),
            ("the wiki", "\"the wiki\" has spaces in it"),
            ("wiki", "wiki is no address: it has no https://"),
        ] {
            check(check_address, text, &format!("{message} | {example}"));
        }
    }

    #[test]
    fn links_are_addresses_or_paths() {
        check(check_link, "https://example.com/a", "");
        check(check_link, "docs/plan.md", "");
        check(
            check_link,
            "www.example.com/a",
            "www.example.com/a is no address: it has no https:// | write https://www.example.com/a",
        );
    }

    #[test]
    fn explains_what_links_resemble() {
        for (text, expect) in [
            (
                "<https://example.com>",
                "\"<https://example.com>\" is marked up | write https://example.com",
            ),
            (
                "[plan](docs/plan.md)",
                "\"[plan](docs/plan.md)\" is marked up | write docs/plan.md",
            ),
            (
                "docs\\plan.md",
                "\"docs\\plan.md\" has backslashes between its parts | write docs/plan.md",
            ),
            (
                "it@example.com",
                "it@example.com is no address: it has no mailto: | write mailto:it@example.com",
            ),
            (
                "TODO",
                "TODO where an address or a path is wanted | write unknown if it is not known yet, or leave the field out",
            ),
            (
                "http//example.com",
                "http//example.com is no address: it has no https:// | write an address such as https://example.com/page",
            ),
        ] {
            check(check_link, text, expect);
        }
        for (text, message) in [
            ("see the wiki", "\"see the wiki\" is no address and no path"),
            (
                "S:\\plan.docx",
                "\"S:\\plan.docx\" is a path of one computer or network",
            ),
            (
                "\\\\server\\plan.docx",
                "\"\\\\server\\plan.docx\" is a path of one computer or network",
            ),
            ("../plan.md", "../plan.md leads out of the repository"),
        ] {
            check(check_link, text, &format!("{message} | {LINK}"));
        }
    }

    #[test]
    fn makes_paths_normal() {
        assert_eq!(normal_path("docs/plan.md"), "docs/plan.md");
        assert_eq!(normal_path("./docs//a/../plan.md"), "docs/plan.md");
        assert_eq!(normal_path("docs/"), "docs");
    }
}
