//! Behaviour of session.
