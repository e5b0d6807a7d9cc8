//! Behaviour of window.
