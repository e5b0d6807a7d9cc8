//! Behaviour of text.
