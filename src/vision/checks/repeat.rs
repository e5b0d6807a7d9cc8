//! Whether the exposure was there before under another code: a camera that stands still, a file taken twice.

use super::Findings;
use crate::domain::finding::{CheckId, Reason, Unit};

/// What the exposures of other subjects in this session say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::vision) enum Earlier {
    /// There are none yet.
    None,
    /// Difference from the most similar one, percent of the fingerprint's bits.
    Nearest(f32),
}

/// Nothing is said without a session.
pub(super) fn judge(earlier: Option<Earlier>, findings: &mut Findings<'_>) {
    let id = CheckId::ImageRepeat;
    let min = findings.rule(id).and_then(|rule| rule.min);
    match earlier {
        Some(Earlier::Nearest(percent)) => findings.measured(id, f64::from(percent), Unit::Percent, min, None),
        Some(Earlier::None) => findings.decided(id, Reason::Ok, None, min, None),
        None => {}
    }
}
