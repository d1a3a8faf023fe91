//! Currencies by the codes of ISO 4217.

use std::fmt;
use std::str::FromStr;

use super::super::error::{ScalarError, shown};
use super::super::word::look_up;

/// A currency by its three-letter code of ISO 4217. Orders by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(u8);

impl Currency {
    /// Reads the three-letter code of an active currency or fund of ISO 4217, in capitals, such as
    /// `USD`. The codes for tests and for no currency, `XTS` and `XXX`, are not among them.
    ///
    /// # Errors
    ///
    /// Any other text; the error carries the code if there is no doubt which currency was meant.
    pub fn parse(text: &str) -> Result<Currency, ScalarError> {
        find(text).ok_or_else(|| explain(text))
    }

    /// Returns the three-letter code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        CODES[usize::from(self.0)]
    }

    /// Returns true if the smallest unit of the currency is a thousandth.
    pub(super) fn counts_thousandths(self) -> bool {
        ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].contains(&self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Currency, ScalarError> {
        Currency::parse(text)
    }
}

fn find(code: &str) -> Option<Currency> {
    let index = CODES.binary_search(&code).ok()?;
    u8::try_from(index).ok().map(Currency)
}

/// Returns the currency of a code in any case, or of a sign or name that is used for one alone.
pub(super) fn meant(word: &str) -> Option<Currency> {
    find(&word.to_ascii_uppercase()).or_else(|| find(look_up(&OTHER_NAMES, word)?))
}

fn explain(text: &str) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "a currency code") {
        return error;
    }
    let word = text.trim();
    let name = shown(text);
    if let Some(currency) = meant(word) {
        return ScalarError::new(format!("{name} is no currency code of ISO 4217"))
            .suggest(currency.as_str());
    }
    if let Some(successor) = look_up(&WITHDRAWN, word) {
        return ScalarError::new(format!("{name} is a currency that is no longer in use")).help(
            format!("write the amount in {successor}, which replaced it"),
        );
    }
    let error = ScalarError::new(format!("{name} is no currency code of ISO 4217"));
    match look_up(&UNCLEAR, word).or_else(|| mistyped(word)) {
        Some(codes) => error.help(format!("write {codes}")),
        None => error.help("write three capital letters, such as USD or EUR"),
    }
}

/// A common currency whose code differs by one letter, or by two that changed places.
fn mistyped(word: &str) -> Option<&'static str> {
    if word.len() > 4 {
        return None;
    }
    let upper = word.to_ascii_uppercase();
    let near = |code: &&&str| strsim::osa_distance(code, &upper) == 1;
    let mut candidates = COMMON.iter().filter(near);
    match (candidates.next(), candidates.next()) {
        (Some(code), None) => Some(code),
        _ => None,
    }
}

const COMMON: [&str; 14] = [
    "AUD", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "INR", "JPY", "NOK", "PLN", "SEK", "SGD",
    "USD",
];

/// Signs and names that are used for one currency.
const OTHER_NAMES: [(&str, &str); 21] = [
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("₪", "ILS"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("zł", "PLN"),
    ("US$", "USD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("HK$", "HKD"),
    ("NZ$", "NZD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("sterling", "GBP"),
    ("yen", "JPY"),
    ("RMB", "CNY"),
    ("SFR", "CHF"),
];

/// Signs and names that several currencies share.
const UNCLEAR: [(&str, &str); 10] = [
    ("$", "USD, or the code of another dollar"),
    ("dollar", "USD, or the code of another dollar"),
    ("dollars", "USD, or the code of another dollar"),
    ("¥", "JPY or CNY"),
    ("pound", "GBP, or the code of another pound"),
    ("pounds", "GBP, or the code of another pound"),
    ("franc", "CHF, or the code of another franc"),
    ("francs", "CHF, or the code of another franc"),
    ("kr", "DKK, NOK or SEK"),
    ("krona", "SEK or ISK"),
];

/// Codes that older records hold, and the currency that took their place.
const WITHDRAWN: [(&str, &str); 36] = [
    ("ANG", "XCG"),
    ("ATS", "EUR"),
    ("AZM", "AZN"),
    ("BEF", "EUR"),
    ("BGN", "EUR"),
    ("BYR", "BYN"),
    ("CSD", "RSD"),
    ("CUC", "CUP"),
    ("CYP", "EUR"),
    ("DEM", "EUR"),
    ("EEK", "EUR"),
    ("ESP", "EUR"),
    ("FIM", "EUR"),
    ("FRF", "EUR"),
    ("GHC", "GHS"),
    ("GRD", "EUR"),
    ("HRK", "EUR"),
    ("IEP", "EUR"),
    ("ITL", "EUR"),
    ("LTL", "EUR"),
    ("LUF", "EUR"),
    ("LVL", "EUR"),
    ("MRO", "MRU"),
    ("MTL", "EUR"),
    ("NLG", "EUR"),
    ("PTE", "EUR"),
    ("ROL", "RON"),
    ("RUR", "RUB"),
    ("SIT", "EUR"),
    ("SKK", "EUR"),
    ("SLL", "SLE"),
    ("STD", "STN"),
    ("TRL", "TRY"),
    ("VEF", "VES"),
    ("ZMK", "ZMW"),
    ("ZWL", "ZWG"),
];

/// The active codes of ISO 4217 as of 2026, sorted.
const CODES: [&str; 176] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD",
    "BIF", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF",
    "CHE", "CHF", "CHW", "CLF", "CLP", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DJF",
    "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR",
    "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT",
    "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP",
    "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR",
    "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB",
    "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
    "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAD",
    "XAF", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XCD", "XCG", "XDR", "XOF", "XPD", "XPF",
    "XPT", "XSU", "XUA", "YER", "ZAR", "ZMW", "ZWG",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, error: &str) {
        let found = Currency::parse(text).expect_err(text);
        let help = found.help.map(|help| format!(" | {help}"));
        assert_eq!(found.message + &help.unwrap_or_default(), error);
    }

    #[test]
    fn knows_every_code() {
        assert!(CODES.is_sorted());
        for code in CODES {
            assert_eq!(Currency::parse(code).expect(code).as_str(), code);
        }
        for (_, code) in WITHDRAWN.iter().chain(&OTHER_NAMES) {
            assert!(find(code).is_some(), "{code}");
        }
        assert!(WITHDRAWN.iter().all(|(code, _)| find(code).is_none()));
        assert!(COMMON.iter().all(|code| find(code).is_some()));
    }

    #[test]
    fn proposes_the_code() {
        check("usd", "usd is no currency code of ISO 4217 | write USD");
        check("€", "€ is no currency code of ISO 4217 | write EUR");
        check("Euro", "Euro is no currency code of ISO 4217 | write EUR");
        check("UDS", "UDS is no currency code of ISO 4217 | write USD");
        check(
            "$",
            "$ is no currency code of ISO 4217 | write USD, or the code of another dollar",
        );
        check(
            "HRK",
            "HRK is a currency that is no longer in use | \
             write the amount in EUR, which replaced it",
        );
        check(
            "ABC",
            "ABC is no currency code of ISO 4217 | write three capital letters, such as USD or EUR",
        );
    }
}
