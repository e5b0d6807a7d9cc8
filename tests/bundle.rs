//! Behaviour of bundle.
