//! A policy-as-code linter for technology governance.
