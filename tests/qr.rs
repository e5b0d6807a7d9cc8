//! Behaviour of qr.
