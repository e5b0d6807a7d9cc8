//! Behaviour of layers.
