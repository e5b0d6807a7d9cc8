//! The white of the eyes: the one surface in every face that is about the same in everybody.
//!
//! A few dozen pixels beside the iris; lashes, lids and the mirrored lamp are left out by rank.

use super::Sample;
use super::lab::luminance;
use crate::domain::geometry::Point;
use crate::vision::linear::linear;

/// Fewest pixels of both eyes together.
const FEWEST: usize = 16;
/// The opening is narrowed by this much towards its middle, across and down: lids and corners are skin.
const ACROSS: f32 = 0.86;
const DOWN: f32 = 0.75;
/// The iris's rim is wider than its diameter says.
const IRIS: f32 = 1.15;

/// Mean linear light of the eyes' white; `None` when the eyes are hidden, shut or too small.
pub(in crate::vision::checks) fn eye_white(sample: &Sample) -> Option<[f32; 3]> {
    let points = sample.points.as_ref()?;
    let (mut sum, mut count) = ([0.0_f32; 3], 0_usize);
    for eye in 0..2 {
        let opening = points.eye_contours[eye].get(..16)?;
        let share = 1.0 / opening.len() as f32;
        let middle = Point::new(
            opening.iter().map(|p| p.x).sum::<f32>() * share,
            opening.iter().map(|p| p.y).sum::<f32>() * share,
        );
        let narrow = |p: &Point| Point::new(middle.x + (p.x - middle.x) * ACROSS, middle.y + (p.y - middle.y) * DOWN);
        let opening: Vec<Point> = opening.iter().map(narrow).collect();
        let mut seen = beside_iris(sample, &opening, points.irises[eye], points.iris_diameters[eye] / 2.0 * IRIS);
        seen.sort_by(|a, b| luminance(*a).total_cmp(&luminance(*b)));
        // The darker half is lashes and shadow of the lid, the brightest are mirrored lamps.
        let bright = &seen[seen.len() / 2..(seen.len() * 95 / 100).max(seen.len() / 2)];
        for pixel in bright {
            sum = [0, 1, 2].map(|i| sum[i] + linear(pixel[i]));
        }
        count += bright.len();
    }
    (count >= FEWEST).then(|| sum.map(|part| part / count as f32))
}

fn beside_iris(sample: &Sample, opening: &[Point], iris: Point, radius: f32) -> Vec<[u8; 3]> {
    let edge =
        |value: fn(&Point) -> f32, pick: fn(f32, f32) -> f32, from: f32| opening.iter().map(value).fold(from, pick);
    let (width, height) = sample.picture.dimensions();
    let inside = |value: f32, end: u32| value.clamp(0.0, end as f32) as u32;
    let columns = inside(edge(|p| p.x, f32::min, f32::MAX), width)..inside(edge(|p| p.x, f32::max, 0.0) + 1.0, width);
    let rows = inside(edge(|p| p.y, f32::min, f32::MAX), height)..inside(edge(|p| p.y, f32::max, 0.0) + 1.0, height);
    let mut seen = Vec::new();
    for y in rows {
        for x in columns.clone() {
            let at = Point::new(x as f32 + 0.5, y as f32 + 0.5);
            if at.distance(iris) > radius && within(opening, at) {
                seen.push(sample.picture.get_pixel(x, y).0);
            }
        }
    }
    seen
}

/// Whether a closed outline goes around a place.
fn within(outline: &[Point], at: Point) -> bool {
    let next = outline.iter().skip(1).chain(outline.first());
    let crossed = outline
        .iter()
        .zip(next)
        .filter(|(a, b)| (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x);
    crossed.count() % 2 == 1
}
