//! Behaviour of drive.
