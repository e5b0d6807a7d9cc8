//! Behaviour of face.
