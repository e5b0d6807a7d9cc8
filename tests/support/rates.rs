//! Error rates of a decision by one measured value: equal error rate, misses at a false alarm rate, intervals.

use std::fmt;

/// Which values are worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worse {
    Higher,
    Lower,
}

/// Measured values of pictures without and with a defect, with the worse ones higher.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    good: Vec<f64>,
    bad: Vec<f64>,
}

/// A share of some with its 95 % interval (Wilson), in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    pub(crate) some: usize,
    pub(crate) of: usize,
}

impl Share {
    pub(crate) fn percent(self) -> f64 {
        if self.of == 0 { f64::NAN } else { 100.0 * self.some as f64 / self.of as f64 }
    }

    /// Ends of the interval, percent.
    pub(crate) fn interval(self) -> (f64, f64) {
        const Z: f64 = 1.959_964;
        let n = self.of as f64;
        if self.of == 0 {
            return (0.0, 100.0);
        }
        let p = self.some as f64 / n;
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        (100.0 * ((middle - half) / scale).max(0.0), 100.0 * ((middle + half) / scale).min(1.0))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval();
        write!(f, "{:.1} ({low:.1}–{high:.1})", self.percent())
    }
}

impl Sample {
    pub(crate) fn new(worse: Worse, good: &[f64], bad: &[f64]) -> Self {
        let turned = |values: &[f64]| {
            let mut values: Vec<f64> = values.iter().map(|v| if worse == Worse::Higher { *v } else { -v }).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        Self { good: turned(good), bad: turned(bad) }
    }

    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.good.len(), self.bad.len())
    }

    /// Good ones at or above `limit`, and bad ones below it.
    fn errors(&self, limit: f64) -> (usize, usize) {
        let alarms = self.good.len() - self.good.partition_point(|value| *value < limit);
        (alarms, self.bad.partition_point(|value| *value < limit))
    }

    /// Where false alarms and misses are equally frequent, percent; `None` when one kind is missing.
    pub(crate) fn equal_error_rate(&self) -> Option<f64> {
        if self.good.is_empty() || self.bad.is_empty() {
            return None;
        }
        let rates = |limit: f64| {
            let (alarms, misses) = self.errors(limit);
            (100.0 * alarms as f64 / self.good.len() as f64, 100.0 * misses as f64 / self.bad.len() as f64)
        };
        let limits = self.good.iter().chain(&self.bad).copied().chain([f64::INFINITY]);
        let best = limits.map(rates).min_by(|a, b| (a.0 - a.1).abs().total_cmp(&(b.0 - b.1).abs()))?;
        Some(f64::midpoint(best.0, best.1))
    }

    /// Misses at the lowest limit with at most this share of false alarms.
    pub(crate) fn misses_at(&self, false_alarms: f64) -> Share {
        let allowed = (self.good.len() as f64 * false_alarms) as usize;
        let limits = self.good.iter().chain(&self.bad).copied().chain([f64::INFINITY]);
        let fitting = limits.map(|limit| self.errors(limit)).filter(|(alarms, _)| *alarms <= allowed);
        Share { some: fitting.map(|(_, misses)| misses).min().unwrap_or(self.bad.len()), of: self.bad.len() }
    }

    /// 95 % interval of the equal error rate by drawing pictures again with replacement, percent.
    pub(crate) fn equal_error_interval(&self) -> Option<(f64, f64)> {
        const DRAWS: usize = 400;
        self.equal_error_rate()?;
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % limit as u64) as usize
        };
        let mut again = |values: &[f64]| -> Vec<f64> { values.iter().map(|_| values[below(values.len())]).collect() };
        let mut rates: Vec<f64> = (0..DRAWS)
            .filter_map(|_| Self::new(Worse::Higher, &again(&self.good), &again(&self.bad)).equal_error_rate())
            .collect();
        rates.sort_by(f64::total_cmp);
        // No error among n pictures does not mean none at all: the upper end is never below that of a plain share.
        let none = Share { some: 0, of: self.good.len().min(self.bad.len()) }.interval().1;
        Some((rates[DRAWS / 40], rates[DRAWS - 1 - DRAWS / 40].max(none)))
    }
}
