//! PURE: drawn people, phones and codes with known truth.
