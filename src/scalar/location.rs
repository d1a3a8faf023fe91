//! Where a document or page lies: a path of the repository, or an address.

use super::ScalarError;

/// Checks a path of the repository.
///
/// # Errors
///
/// Anything else.
pub fn check_path(text: &str) -> Result<(), ScalarError> {
    if text.is_empty() || text.starts_with('/') || text.contains('\\') {
        return Err(ScalarError::new(format!(
            "{text} is no path of the repository"
        )));
    }
    Ok(())
}

/// Checks an address.
///
/// # Errors
///
/// Anything else.
pub fn check_url(text: &str) -> Result<(), ScalarError> {
    if text.starts_with("https://") || text.starts_with("http://") {
        return Ok(());
    }
    Err(ScalarError::new(format!("{text} is no address")))
}
