//! Alignment patterns: how well one is seen at a place, and where it is seen best.

use image::GrayImage;

use super::grid::grey_at;
use super::homography::Homography;
use crate::domain::geometry::Point;

/// A pattern that correlates less than this is not there.
pub(super) const LEAST_MATCH: f32 = 0.45;

/// Correlation of pairs.
#[derive(Default)]
pub(super) struct Correlation {
    count: f32,
    x: f32,
    y: f32,
    xx: f32,
    yy: f32,
    xy: f32,
}

impl Correlation {
    pub(super) fn add(&mut self, x: f32, y: f32) {
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    pub(super) fn value(&self) -> f32 {
        let n = self.count.max(1.0);
        let (xx, yy) = (self.xx - self.x * self.x / n, self.yy - self.y * self.y / n);
        // Less than a grey level of deviation is no pattern.
        if xx <= 0.0 || yy <= n { 0.0 } else { (self.xy - self.x * self.y / n) / (xx * yy).sqrt() }
    }
}

/// An alignment pattern that may be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub score: f32,
    pub seen: Point,
}

/// The alignment pattern seen through a map whose middle is moved by modules.
fn pattern_score(luma: &GrayImage, map: &Homography, at: Point, sign: f32) -> f32 {
    let mut sums = Correlation::default();
    for (column, row) in (0..25_i32).map(|i| (i % 5 - 2, i / 5 - 2)) {
        let ring = i32::max(column.abs(), row.abs());
        let known = if ring == 1 { -1.0 } else { 1.0 };
        sums.add(known, -sign * grey_at(luma, map.map(at.x + column as f32, at.y + row as f32)));
    }
    sums.value()
}

/// The best place around `at` (modules): in half steps first, then between them.
pub(super) fn best_match(luma: &GrayImage, map: &Homography, at: Point, reach: f32, sign: f32) -> Match {
    let score = |x: f32, y: f32| {
        let far = (x - at.x).powi(2) + (y - at.y).powi(2);
        pattern_score(luma, map, Point::new(x, y), sign) - 0.004 * far
    };
    let around = |middle: Point, step: f32, wide: i32| {
        let mut best = (score(middle.x, middle.y), middle);
        for (dx, dy) in (-wide..=wide).flat_map(|dy| (-wide..=wide).map(move |dx| (dx, dy))) {
            if (dx, dy) != (0, 0) {
                let moved = Point::new(middle.x + dx as f32 * step, middle.y + dy as f32 * step);
                let value = score(moved.x, moved.y);
                if value > best.0 {
                    best = (value, moved);
                }
            }
        }
        best
    };
    let (_, rough) = around(at, 0.5, (reach / 0.5).round() as i32);
    let (top, peak) = around(rough, 0.25, 1);
    // The top of the parabola through three points.
    let vertex = |before: f32, after: f32| {
        let bend = before + after - 2.0 * top;
        if bend < -1e-5 { ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5) * 0.25 } else { 0.0 }
    };
    let x = peak.x + vertex(score(peak.x - 0.25, peak.y), score(peak.x + 0.25, peak.y));
    let y = peak.y + vertex(score(peak.x, peak.y - 0.25), score(peak.x, peak.y + 0.25));
    Match { score: top, seen: map.map(x, y) }
}

/// The few best separate places in a wide search.
pub(super) fn matches(luma: &GrayImage, map: &Homography, at: Point, reach: f32, sign: f32) -> Vec<Match> {
    let wide = (reach / 0.5).ceil() as i32;
    let mut rough: Vec<(f32, Point)> = Vec::new();
    for (dx, dy) in (-wide..=wide).flat_map(|dy| (-wide..=wide).map(move |dx| (dx, dy))) {
        let moved = Point::new(at.x + dx as f32 * 0.5, at.y + dy as f32 * 0.5);
        let score = pattern_score(luma, map, moved, sign);
        if score > LEAST_MATCH {
            rough.push((score, moved));
        }
    }
    rough.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut peaks: Vec<Point> = Vec::new();
    for (_, point) in rough {
        if peaks.len() < 5 && peaks.iter().all(|peak| peak.distance(point) > 1.6) {
            peaks.push(point);
        }
    }
    peaks.into_iter().map(|peak| best_match(luma, map, peak, 0.5, sign)).collect()
}
