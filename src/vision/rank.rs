//! Middle and quantiles of measured values, by partial sorting.

/// The value below which this share (0 to 1) lies; `None` of nothing. Reorders.
pub(super) fn quantile(mut values: impl AsMut<[f32]>, share: f32) -> Option<f32> {
    let values = values.as_mut();
    let last = values.len().checked_sub(1)?;
    let at = (last as f32 * share).round() as usize;
    Some(*values.select_nth_unstable_by(at.min(last), f32::total_cmp).1)
}

/// The middle value; `None` of nothing. Reorders.
pub(super) fn median(values: impl AsMut<[f32]>) -> Option<f32> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_few_values() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(|share| quantile(values, share)), [1.0, 2.0, 3.0, 5.0].map(Some));
        assert_eq!(median(Vec::new()), None);
    }
}
