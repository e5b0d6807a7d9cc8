//! Behaviour of cli.
