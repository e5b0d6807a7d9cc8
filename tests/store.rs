//! Behaviour of store.
