//! A finder pattern that glare, dirt or a crack hides: looked for where two others say that it must be.

use image::GrayImage;

use super::finder::{Finder, Polarity};
use super::grid::grey_at;
use super::pattern::Correlation;
use crate::domain::geometry::Point;

/// Finders with the wholest rings that are paired.
const PAIRED: usize = 5;
/// Modules around the promised place that are searched.
const REACH: f32 = 5.0;
/// A place that looks less like a finder than this is none.
const LEAST_MATCH: f32 = 0.45;

/// Finders that two whole ones promise and that are there, at least in part.
pub(super) fn completed(luma: &GrayImage, finders: &[Finder]) -> Vec<Finder> {
    let mut whole: Vec<&Finder> = finders.iter().filter(|finder| finder.rings > 0.8).collect();
    whole.sort_by(|a, b| b.rings.total_cmp(&a.rings).then(b.votes.cmp(&a.votes)));
    whole.truncate(PAIRED);
    let mut found: Vec<Finder> = Vec::new();
    for (at, a) in whole.iter().enumerate() {
        for b in &whole[at + 1..] {
            let alike = a.module.max(b.module) < 1.6 * a.module.min(b.module);
            if !alike || a.polarity != b.polarity {
                continue;
            }
            for (place, across) in promised(a, b) {
                let Some(finder) = hidden(luma, a, place, across) else { continue };
                let known = found
                    .iter()
                    .chain(finders)
                    .any(|known| known.center.distance(finder.center) < 3.0 * finder.module && known.rings > 0.6);
                if !known {
                    found.push(finder);
                }
            }
        }
    }
    found
}

/// Where the third finder may be, with the way along the symbol's rows there (one module long).
fn promised(a: &Finder, b: &Finder) -> Vec<(Point, (f32, f32))> {
    let (dx, dy) = (b.center.x - a.center.x, b.center.y - a.center.y);
    let length = dx.hypot(dy);
    let module = f32::midpoint(a.module, b.module);
    let mut places = Vec::with_capacity(6);
    // The two stand on one side of the symbol: `module` was measured along rows of pixels and may be too large.
    if (13.0..260.0).contains(&(length / module)) {
        let way = (dx / length, dy / length);
        // A turned finder is wider along a row of pixels than across its own side.
        let side = module * way.0.abs().max(way.1.abs());
        let across = (way.0 * side, way.1 * side);
        for end in [a.center, b.center] {
            places.push((Point::new(end.x - dy, end.y + dx), across));
            places.push((Point::new(end.x + dy, end.y - dx), across));
        }
    }
    if (18.0..360.0).contains(&(length / module)) {
        let middle = a.center.midpoint(b.center);
        let turned = ((dx - dy) / length / std::f32::consts::SQRT_2, (dx + dy) / length / std::f32::consts::SQRT_2);
        let side = module * turned.0.abs().max(turned.1.abs());
        let across = (turned.0 * side, turned.1 * side);
        places.push((Point::new(middle.x - dy / 2.0, middle.y + dx / 2.0), across));
        places.push((Point::new(middle.x + dy / 2.0, middle.y - dx / 2.0), across));
    }
    places
}

/// The best place around a promise that looks like a finder.
fn hidden(luma: &GrayImage, like: &Finder, place: Point, across: (f32, f32)) -> Option<Finder> {
    let inside = place.x >= 0.0 && place.y >= 0.0 && place.x < luma.width() as f32 && place.y < luma.height() as f32;
    if !inside {
        return None;
    }
    let sign = if like.polarity == Polarity::DarkOnLight { -1.0 } else { 1.0 };
    let at = |u: f32, v: f32| Point::new(place.x + u * across.0 - v * across.1, place.y + u * across.1 + v * across.0);
    let score = |u: f32, v: f32| {
        let mut sums = Correlation::default();
        for (column, row) in (0..81_i32).map(|i| (i % 9 - 4, i / 9 - 4)) {
            let ring = column.abs().max(row.abs());
            let known = if ring == 2 || ring == 4 { -1.0 } else { 1.0 };
            sums.add(known, sign * grey_at(luma, at(u + column as f32, v + row as f32)));
        }
        sums.value()
    };
    let steps = (REACH / 0.5) as i32;
    let mut best = (LEAST_MATCH, None);
    for (i, j) in (-steps..=steps).flat_map(|j| (-steps..=steps).map(move |i| (i, j))) {
        let (u, v) = (i as f32 * 0.5, j as f32 * 0.5);
        let value = score(u, v);
        if value > best.0 {
            best = (value, Some((u, v)));
        }
    }
    let (mut u, mut v) = best.1?;
    for step in [0.25, 0.125] {
        let around = [(0.0, 0.0), (step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)];
        let better = around.map(|(du, dv)| (score(u + du, v + dv), u + du, v + dv));
        let top = better.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        (u, v) = (top.1, top.2);
    }
    Some(Finder { center: at(u, v), rings: best.0, votes: 2, ..*like })
}
