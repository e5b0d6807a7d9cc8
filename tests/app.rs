//! Behaviour of app.
