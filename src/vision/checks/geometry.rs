//! Where the face lies in the final picture, and whether that picture can be cut from the original.

use super::Findings;
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::domain::profile::{Band, HeadTopReading};
use crate::vision::standardize::{Plan, Reach, center_offset};

/// The bands, in pixels of the final picture.
pub(super) fn judge(face: &FaceMeasurements, size: (u32, u32), findings: &mut Findings<'_>) {
    let geometry = &findings.profile().geometry;
    judge_head_top(face, geometry.head_top, geometry.head_top_reading, findings);
    let mut band = |id: CheckId, value: f32, band: Band| {
        findings.measured(id, f64::from(value), Unit::Pixels, Some(band.min), Some(band.max));
    };
    band(CheckId::GeometryEyeLine, face.eye_center().y, geometry.eye_line);
    band(CheckId::GeometryFaceWidth, face.face_width(), geometry.face_width);
    // Signed, positive to the right of the picture, so that words can say which way.
    let center = Band { min: -geometry.center_max, max: geometry.center_max };
    band(CheckId::GeometryCenter, center_offset(face, size.0 as f32), center);
}

fn judge_head_top(face: &FaceMeasurements, band: Band, reading: HeadTopReading, findings: &mut Findings<'_>) {
    let id = CheckId::GeometryHeadTop;
    let (hair, line) = (face.head_top_y.map(f64::from), face.hairline_y.map(f64::from));
    let (min, max) = (Some(band.min), Some(band.max));
    let alone = |value: Option<f64>, findings: &mut Findings<'_>| match value {
        Some(value) => findings.measured(id, value, Unit::Pixels, min, max),
        None if face.cut_at_top => findings.decided(id, Reason::CutAtTop, None, min, max),
        None => findings.unknown(id, Reason::NotVisible),
    };
    match (reading, hair, line) {
        (HeadTopReading::Both, Some(hair), Some(line)) => match (band.contains(hair), band.contains(line)) {
            (false, false) => findings.measured(id, nearer(band, hair, line), Unit::Pixels, min, max),
            (true, true) => findings.decided(id, Reason::Ok, Some((hair, Unit::Pixels)), min, max),
            (hair_fits, _) => {
                // The reading that misses is the one worth a number.
                let missed = if hair_fits { line } else { hair };
                findings.decided(id, Reason::OneReading, Some((missed, Unit::Pixels)), min, max);
            }
        },
        // A fringe hides the hairline: the other reading decides alone.
        (HeadTopReading::HairTop, hair, _) | (HeadTopReading::Both, hair @ Some(_), None) => alone(hair, findings),
        (HeadTopReading::Both, None, Some(line)) if band.contains(line) => {
            findings.decided(id, Reason::OneReading, Some((line, Unit::Pixels)), min, max);
        }
        (HeadTopReading::Hairline, _, line) | (HeadTopReading::Both, None, line) => alone(line, findings),
    }
}

/// The reading that misses the band by less.
fn nearer(band: Band, a: f64, b: f64) -> f64 {
    let miss = |value: f64| (band.min - value).max(value - band.max);
    if miss(a) <= miss(b) { a } else { b }
}

/// Of a planned crop: whether it stays inside the original with the whole head in it, and whether it has enough pixels.
pub(super) fn judge_plan(plan: &Plan, size: (u32, u32), findings: &mut Findings<'_>) {
    let short = (!plan.fits && plan.reach != Reach::Inside).then(|| (reach_reason(plan.reach), Some(plan.missing_px)));
    let short_above = short.filter(|(reason, _)| *reason == Reason::CutAtTop);
    // A head that is cut is told first, with the room that the bands want above it where that is known.
    let missing = match cut_off(&plan.face, size) {
        Some(cut @ (Reason::CutAtTop, _)) => Some(short_above.unwrap_or(cut)),
        cut => short.or(cut),
    };
    judge_missing(missing, findings);
    let min = findings.rule(CheckId::CaptureScale).and_then(|rule| rule.min);
    findings.measured(CheckId::CaptureScale, f64::from(plan.source_percent), Unit::Percent, min, None);
}

/// Of a picture judged as it is: no part of the head is cut off.
pub(super) fn judge_inside(face: &FaceMeasurements, size: (u32, u32), findings: &mut Findings<'_>) {
    judge_missing(cut_off(face, size), findings);
}

/// By which side something is missing, and how much, pixels; no number where the picture itself ends there.
fn judge_missing(missing: Option<(Reason, Option<f32>)>, findings: &mut Findings<'_>) {
    let (reason, by) = missing.unwrap_or((Reason::Ok, Some(0.0)));
    let measured = by.map(|by| (f64::from(by), Unit::Pixels));
    findings.decided(CheckId::GeometryCrop, reason, measured, None, Some(0.0));
}

/// The part of the head that lies outside the final picture by most.
fn cut_off(face: &FaceMeasurements, size: (u32, u32)) -> Option<(Reason, Option<f32>)> {
    if face.cut_at_top {
        return Some((Reason::CutAtTop, None));
    }
    let (width, height) = (size.0 as f32, size.1 as f32);
    let beyond = [
        (Reason::CutAtTop, -face.head_top_y.or(face.hairline_y).unwrap_or(0.0)),
        (Reason::CutAtBottom, face.chin.y - height),
        (Reason::CutAtSide, (-face.cheeks_x[0]).max(face.cheeks_x[1] - width)),
    ];
    let worst = beyond.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, by)| *by > 0.0);
    worst.map(|(reason, by)| (reason, Some(by)))
}

/// Which side a crop would leave the picture by, as a reason.
const fn reach_reason(reach: Reach) -> Reason {
    match reach {
        Reach::Inside => Reason::Ok,
        Reach::Side => Reason::CutAtSide,
        Reach::Top => Reason::CutAtTop,
        Reach::Bottom => Reason::CutAtBottom,
    }
}
