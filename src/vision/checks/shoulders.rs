//! Shoulders: whether both stand equally high, by where the backdrop ends beside the neck; by the person map where
//! colours do not tell.

use image::RgbImage;

use super::Findings;
use super::sample::parts::Parts;
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::domain::geometry::Point;
use crate::vision::rank::median;

/// A channel that differs by more than this from the backdrop above is not backdrop (sRGB steps).
const UNLIKE: f32 = 14.0;
/// Distances from the middle, face widths: outside hair and collar, inside the picture.
const FIRST: f32 = 0.66;
const STEP: f32 = 0.025;
const STEPS: u8 = 16;
/// Fewest pairs of columns that give an answer.
const FEWEST: usize = 6;

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let id = CheckId::PoseShoulders;
    let limit = findings.rule(id).and_then(|rule| rule.max);
    match tilt(parts) {
        Some(degrees) => {
            findings.measured(id, f64::from(degrees), Unit::Degrees, limit.map(|max| -max), limit);
        }
        None => findings.unknown(id, Reason::NotVisible),
    }
}

/// Tilt of the shoulders in the picture, degrees, positive when the one right in the picture is lower; `None` when
/// too little of both is seen against the backdrop.
fn tilt(parts: &Parts<'_>) -> Option<f32> {
    let (face, picture) = (&parts.sample.face, &parts.sample.picture);
    let (middle, width) = (face.chin.x, face.face_width());
    let from = face.chin.y - 0.35 * width;
    let seen = |x: f32| match outline(picture, x, from) {
        Edge::At(y) => Some(y),
        Edge::Nowhere => mapped(parts, x, from),
        Edge::Hidden => None,
    };
    let slopes: Vec<f32> = (0..STEPS)
        .map(|step| width * (FIRST + STEP * f32::from(step)))
        .filter_map(|off| {
            let (left, right) = (seen(middle - off)?, seen(middle + off)?);
            Some((right - left).atan2(2.0 * off).to_degrees())
        })
        .collect();
    if slopes.len() < FEWEST { None } else { median(slopes) }
}

/// First row below `from` at which the person map shows the person, where clothes are like the backdrop.
fn mapped(parts: &Parts<'_>, x: f32, from: f32) -> Option<f32> {
    let picture = &parts.sample.picture;
    let map = parts.sample.person.as_ref()?;
    if x < 3.0 || x > picture.width() as f32 - 4.0 {
        return None;
    }
    let rows = from.max(4.0) as u32..picture.height().saturating_sub(6);
    let first = rows.clone().find(|y| map.at(Point::new(x, *y as f32)) >= 0.5)?;
    (first > rows.start + 3).then_some(first as f32)
}

/// What a column of the picture shows, from above.
enum Edge {
    /// First row that is no longer backdrop.
    At(f32),
    /// Backdrop, or clothes like it, down to the end.
    Nowhere,
    /// No backdrop to begin with: hair hangs there.
    Hidden,
}

/// Where a column stops being backdrop, below `from`.
fn outline(picture: &RgbImage, x: f32, from: f32) -> Edge {
    if x < 3.0 || x > picture.width() as f32 - 4.0 {
        return Edge::Hidden;
    }
    let column = x as u32;
    let color = |y: u32| -> [f32; 3] {
        let three = [column - 1, column, column + 1].map(|x| picture.get_pixel(x, y).0);
        std::array::from_fn(|k| three.iter().map(|rgb| f32::from(rgb[k])).sum::<f32>() / 3.0)
    };
    let (from, end) = (from.max(4.0) as u32, picture.height().saturating_sub(6));
    if from + 20 > end {
        return Edge::Hidden;
    }
    // The backdrop's colour may change slowly on the way down.
    let mut own = color(from);
    for y in from..end {
        let unlike = |y: u32| color(y).iter().zip(own).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) > UNLIKE;
        if unlike(y) && unlike(y + 3) && unlike(y + 5) {
            return if y > from + 3 { Edge::At(y as f32) } else { Edge::Hidden };
        }
        let now = color(y);
        own = std::array::from_fn(|k| own[k] * 0.95 + now[k] * 0.05);
    }
    Edge::Nowhere
}
