//! Too strong a compression of the picture that came in, by the traces that it left.

use super::Findings;
use crate::domain::finding::{CheckId, Unit};
use crate::vision::incoming::Traces;

/// `min` of the rule is the lowest quality factor that the incoming file may have, `max` the strength of blocks in its
/// pixels, which an earlier file may have left.
pub(super) fn judge(traces: Traces, findings: &mut Findings<'_>) {
    let id = CheckId::ImageCompression;
    let (min, max) = findings.rule(id).map_or((None, None), |rule| (rule.min, rule.max));
    match traces.quality {
        Some(quality) if min.is_some_and(|min| f64::from(quality) < min) => {
            findings.measured(id, f64::from(quality), Unit::Count, min, None);
        }
        _ => findings.measured_or_unknown(id, traces.blocks, Unit::Ratio, None, max),
    }
}
