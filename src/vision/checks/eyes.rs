//! Eyes: where they look, red pupils. Whether they are open is `face`'s, what lies before them `hair`'s and `glasses`'.

use super::Findings;
use super::sample::parts::Parts;
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::vision::rank::quantile;

/// When the head turns and the eyes stay on the lens, the irises move against it by this share of the eye's width per
/// degree. Measured: slope over 54 studio portraits, all looking into the lens (correlation -0.7).
const COUNTER_TURN: f32 = 0.0031;
/// Share of the iris's radius that is looked at for the pupil.
const PUPIL: f32 = 0.7;

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let max = findings.rule(CheckId::EyesGaze).and_then(|rule| rule.max);
    findings.measured(CheckId::EyesGaze, f64::from(gaze(parts)), Unit::Percent, max.map(|max| -max), max);
    let max = findings.rule(CheckId::EyesRed).and_then(|rule| rule.max);
    match red(parts) {
        Some(redness) => findings.measured(CheckId::EyesRed, f64::from(redness), Unit::ColorDifference, None, max),
        None => findings.unknown(CheckId::EyesRed, Reason::NotVisible),
    }
}

/// How far both irises lie beside the middle of their eyes, percent of an eye's width, positive to the right of the
/// picture, less what a turned head explains. Up and down is not judged: lids follow the ball.
fn gaze(parts: &Parts<'_>) -> f32 {
    let sides = [0, 1].map(|eye| {
        let contour = &parts.points.eye_contours[eye];
        let (a, b) = (parts.to_face(contour[0]), parts.to_face(contour[8]));
        let iris = parts.to_face(parts.points.irises[eye]);
        let width = (b.0 - a.0).hypot(b.1 - a.1).max(0.05);
        (iris.0 - f32::midpoint(a.0, b.0)) / width
    });
    100.0 * (f32::midpoint(sides[0], sides[1]) + COUNTER_TURN * parts.sample.face.yaw_deg)
}

/// How much redder the pupils are than the person's skin (CIELAB a), the redder eye.
fn red(parts: &Parts<'_>) -> Option<f32> {
    let eyes = [0, 1].map(|eye| {
        let (u, v) = parts.to_face(parts.points.irises[eye]);
        let radius = parts.points.iris_diameters[eye] / parts.unit / 2.0 * PUPIL;
        let mut reds = Vec::new();
        for x in parts.columns(-radius, radius) {
            for y in parts.columns(-radius, radius).filter(|y| x.hypot(*y) < radius) {
                reds.extend(parts.at(u + x, v + y).map(|seen| seen.lab().a));
            }
        }
        quantile(reds, 0.75)
    });
    Some(eyes[0]?.max(eyes[1]?) - parts.skin.lab.a)
}
