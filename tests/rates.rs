//! The arithmetic behind the accuracy table, against cases that can be counted by hand.

use crate::support::rates::{Sample, Share, Worse};

#[test]
fn separate_values_have_no_error_and_mixed_ones_half() {
    let apart = Sample::new(Worse::Higher, &[1.0, 2.0, 3.0], &[4.0, 5.0]);
    assert_eq!(apart.equal_error_rate(), Some(0.0));
    assert_eq!(apart.misses_at(0.02), Share { some: 0, of: 2 });
    let same = Sample::new(Worse::Higher, &[1.0, 2.0], &[1.0, 2.0]);
    assert_eq!(same.equal_error_rate(), Some(50.0));
    assert_eq!(Sample::new(Worse::Higher, &[1.0], &[]).equal_error_rate(), None);
}

#[test]
fn lower_may_be_worse() {
    // Open eyes 0.3, shut ones 0.1, and one of each in the other's place.
    let lids = Sample::new(Worse::Lower, &[0.30, 0.31, 0.32, 0.09], &[0.10, 0.11, 0.12, 0.33]);
    assert_eq!(lids.equal_error_rate(), Some(25.0));
    assert_eq!(lids.misses_at(0.0), Share { some: 4, of: 4 }, "the lowest open eye is below all shut ones");
    assert_eq!(lids.misses_at(0.25), Share { some: 1, of: 4 });
    assert_eq!(lids.counts(), (4, 4));
}

#[test]
fn intervals_are_wilsons() {
    // 95 % interval of 0 of 27 and of 5 of 50, by the published formula.
    let (low, high) = Share { some: 0, of: 27 }.interval();
    assert!(low.abs() < 1e-9 && (high - 12.46).abs() < 0.05, "{low} {high}");
    let (low, high) = Share { some: 5, of: 50 }.interval();
    assert!((low - 4.35).abs() < 0.05 && (high - 21.36).abs() < 0.05, "{low} {high}");
    let apart = Sample::new(Worse::Higher, &[1.0; 27], &[2.0; 27]);
    let (low, high) = apart.equal_error_interval().unwrap();
    assert!(low.abs() < 1e-9 && (high - 12.46).abs() < 0.05, "{low} {high}");
}
