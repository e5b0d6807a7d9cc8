//! Behaviour of camera.
