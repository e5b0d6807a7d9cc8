//! Behaviour of standardize.
