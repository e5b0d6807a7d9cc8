//! Behaviour of checks.
