//! Sealed bundles for the upload centre: bag, seal, verify, receipt.
