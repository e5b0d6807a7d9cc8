//! PIXELS IN, VALUES OUT: no files, threads or clock.
