//! What lies before the face: a mask, a hand, a scarf over the chin.
//!
//! Three things speak for it, none of which depends on how light the skin is. Faces are symmetric and hands are not:
//! edges below the nose are compared with those mirrored at the midline. Cloth has another colour than skin: the chin
//! and lower cheeks are compared with cheekbones and forehead by the share and direction of their colour, which shade
//! and beard change little. And a mask that hides even the cheekbones leaves nothing to see where the mouth should be.

use super::Findings;
use super::sample::lab::{Lab, luminance};
use super::sample::parts::Parts;
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::domain::geometry::Point;
use crate::vision::box_mean::box_mean;
use crate::vision::rank::median;

/// Skin that a mask over the mouth covers: chin, jaw, beside the mouth.
const LOWER: [usize; 13] = [200, 208, 428, 32, 262, 210, 430, 214, 434, 138, 367, 169, 394];
/// Skin that it mostly leaves free: cheekbones, forehead, bridge of the nose.
const UPPER: [usize; 7] = [50, 280, 117, 346, 108, 337, 195];
/// Skin with less chroma than this gives no direction to compare (CIELAB; a picture without colour).
const LEAST_CHROMA: f32 = 3.0;
/// What counts as certain, so that each reads 100 %. Edges of one side only: portraits up to 9.7, hands over the mouth
/// or a cheek from 15.8.
const ONE_SIDED: f32 = 12.5;
/// Colour unlike the skin's: portraits up to 0.55 (beards), masks over the mouth from 1.05.
const UNLIKE: f32 = 0.75;
/// Lips that differ less than this from the skin around them (CIELAB; portraits from 5.4), where there are fewer edges
/// than this as well (portraits from 100, masks up to 17).
const LIPS: f32 = 4.0;
const EDGES: f32 = 40.0;

/// Cells on each side of the midline, across and down, and how far they reach, units.
const ACROSS: usize = 3;
const DOWN: usize = 5;
const REACH: f32 = 0.54;
/// Steeper edges count as this (change of the logarithm of light per pixel of a standard picture).
const STEEPEST: f32 = 0.15;
/// Pixels between the irises of a standard picture, which the numbers above were measured in.
const STANDARD_UNIT: f32 = 98.0;
/// Light that a camera gives for black, of full scale.
const BLACK: f32 = 0.004;

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let max = findings.rule(CheckId::FaceOccluded).and_then(|rule| rule.max);
    match covered(parts) {
        Some(percent) => {
            findings.measured(CheckId::FaceOccluded, f64::from(percent), Unit::Percent, None, max);
        }
        None => findings.unknown(CheckId::FaceOccluded, Reason::NotVisible),
    }
}

/// How much speaks for something before the face, percent of what is certain: the strongest of the three signs.
fn covered(parts: &Parts<'_>) -> Option<f32> {
    let edges = Edges::of(parts)?;
    let signs = [
        edges.one_sided / ONE_SIDED,
        unlike_skin(parts)? / UNLIKE,
        (LIPS / mouth_contrast(parts)?.max(0.1)).min(EDGES / edges.all.max(0.1)),
    ];
    // A plain cloth reads far above: beyond three times certain the number says no more.
    Some(100.0 * signs.into_iter().fold(0.0, f32::max).min(3.0))
}

/// How the lower face's colour differs from the upper's: 0 for the same share of the same hue, 1 for none of it.
fn unlike_skin(parts: &Parts<'_>) -> Option<f32> {
    let own = parts.skin_at(&UPPER)?.lab;
    let chroma = own.a.hypot(own.b);
    if chroma < LEAST_CHROMA {
        return Some(0.0);
    }
    let scale = (own.l + 10.0) / (chroma * chroma);
    let (along, beside): (Vec<f32>, Vec<f32>) = LOWER
        .iter()
        .filter_map(|index| parts.patch(parts.mesh(*index), 0.05))
        .map(|patch| {
            let Lab { l, a, b } = patch.lab;
            let share = scale / (l + 10.0);
            ((a * own.a + b * own.b) * share, (a * own.b - b * own.a).abs() * share)
        })
        .unzip();
    Some((1.0 - median(along)?).max(2.0 * median(beside)?))
}

/// How far the lips and the line between them stand out from the skin around the mouth (CIELAB).
fn mouth_contrast(parts: &Parts<'_>) -> Option<f32> {
    const LIPS: [usize; 10] = [0, 17, 37, 267, 84, 314, 13, 14, 82, 312];
    const AROUND: [usize; 6] = [164, 18, 43, 273, 167, 393];
    let at = |index: &usize| parts.patch(parts.mesh(*index), 0.02).map(|patch| patch.lab);
    let around: Vec<Lab> = AROUND.iter().filter_map(at).collect();
    let of = |value: fn(&Lab) -> f32| median(around.iter().map(value).collect::<Vec<f32>>());
    let own = Lab { l: of(|c| c.l)?, a: of(|c| c.a)?, b: of(|c| c.b)? };
    median(LIPS.iter().filter_map(at).map(|lips| lips.distance(own)).collect::<Vec<f32>>())
}

/// Edges between nose and chin, thousandths of the square of [`STEEPEST`]'s unit.
struct Edges {
    /// What is on one side and not on the other, weighted by its share.
    one_sided: f32,
    all: f32,
}

impl Edges {
    /// `None` when the lower face is not in the picture.
    fn of(parts: &Parts<'_>) -> Option<Self> {
        let (nose, chin) = (parts.mesh(2), parts.mesh(152));
        let (top, bottom) = (nose.1 - 0.1, chin.1 - 0.08);
        if bottom - top < 0.3 {
            return None;
        }
        let slopes = Slopes::of(parts, nose.0.min(chin.0) - REACH, nose.0.max(chin.0) + REACH, top, bottom)?;
        let middle = |v: f32| nose.0 + (chin.0 - nose.0) * (v - nose.1) / (chin.1 - nose.1);
        let (mut apart, mut all) = (0.0, 0.0);
        for row in 0..DOWN {
            let place = |part: usize| top + (bottom - top) * part as f32 / DOWN as f32;
            for column in 0..ACROSS {
                let sides = [1.0, -1.0].map(|way| {
                    let mut sum = [0.0_f32; 3];
                    let mut count = 0.0;
                    let (from, to) =
                        (column as f32 / ACROSS as f32 * REACH, (column + 1) as f32 / ACROSS as f32 * REACH);
                    for v in parts.columns(place(row), place(row + 1)) {
                        for u in parts.columns(from, to) {
                            let Some((across, down)) = slopes.at(parts, middle(v) + way * u, v) else { continue };
                            sum = [sum[0] + across * across, sum[1] + down * down, sum[2] + way * across * down];
                            count += 1.0;
                        }
                    }
                    sum.map(|value| value / f32::max(count, 1.0))
                });
                apart += (0..3).map(|k| (sides[0][k] - sides[1][k]).abs()).sum::<f32>();
                all += sides.iter().map(|side| side[0] + side[1]).sum::<f32>();
            }
        }
        Some(Self { one_sided: 1000.0 * apart * apart / all.max(1e-6), all: 1000.0 * all })
    }
}

/// Slopes of the logarithm of light in a part of the picture, along the face's axes.
struct Slopes {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    values: Vec<(f32, f32)>,
}

impl Slopes {
    /// Of the upright box around a part of the face; `None` outside the picture.
    fn of(parts: &Parts<'_>, left: f32, right: f32, top: f32, bottom: f32) -> Option<Self> {
        let corners = [(left, top), (right, top), (left, bottom), (right, bottom)].map(|at| parts.to_picture(at));
        let picture = &parts.sample.picture;
        let span = |of: fn(&Point) -> f32, end: u32| {
            let (low, high) =
                corners.iter().map(of).fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(x), high.max(x)));
            // Two pixels of margin: one for the box, one for the difference.
            let (low, high) = ((low - 3.0).max(0.0) as usize, (high + 3.0).clamp(0.0, end as f32) as usize);
            (low, high.saturating_sub(low))
        };
        let ((left, width), (top, height)) = (span(|p| p.x, picture.width()), span(|p| p.y, picture.height()));
        if width < 8 || height < 8 {
            return None;
        }
        let mut logs = Vec::with_capacity(width * height);
        for y in top..top + height {
            for x in left..left + width {
                let rgb = picture.get_pixel(x as u32, y as u32).0;
                logs.push((luminance(rgb) + BLACK).ln());
            }
        }
        let even = box_mean(&logs, width, (3, 3));
        let at = |x: usize, y: usize| even[y.min(height - 1) * width + x.min(width - 1)];
        let scale = parts.unit / STANDARD_UNIT;
        let (cos, sin) = parts.turn();
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let right = (at(x + 1, y) - at(x.saturating_sub(1), y)) / 2.0 * scale;
                let down = (at(x, y + 1) - at(x, y.saturating_sub(1))) / 2.0 * scale;
                let steep = |value: f32| value.clamp(-STEEPEST, STEEPEST);
                values.push((steep(right * cos + down * sin), steep(down * cos - right * sin)));
            }
        }
        Some(Self { left, top, width, height, values })
    }

    /// Across and down at a place of the face; `None` outside the box.
    fn at(&self, parts: &Parts<'_>, u: f32, v: f32) -> Option<(f32, f32)> {
        let place = parts.to_picture((u, v));
        let (x, y) = (place.x.floor() - self.left as f32, place.y.floor() - self.top as f32);
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height as f32;
        inside.then(|| self.values[y as usize * self.width + x as usize])
    }
}
