//! Where the modules of a symbol lie in the picture: from three finder patterns to a map of its whole plane.
//!
//! The sizes of the finder patterns tell the lean, the timing patterns the version, the alignment patterns the rest.

mod lean;

use image::GrayImage;

use super::finder::{Finder, Polarity};
use super::grid::grey_at;
use super::homography::Homography;
use super::layout::{Layout, alignment_places, layout};
use super::pattern::{Correlation, LEAST_MATCH, best_match, matches};
use super::timing::followed;
use super::triple::Triple;
use crate::domain::geometry::Point;

/// A symbol's version and the map from its modules to pixels.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub plan: &'static Layout,
    pub map: Homography,
    /// Seen middles of finder and alignment patterns: module coordinates, pixels, trust 0 to 1.
    pub anchors: Vec<(Point, Point, f32)>,
}

impl Place {
    /// How many modules the picture is off the flat map at a place, as the anchors tell, the near ones most: their
    /// shift and how it grows from one to the next.
    pub(super) fn shift_at(&self, at: Point) -> (f32, f32) {
        // Weighted least squares of a plane through the shifts: weight, its sums with x and y, squares, and shifts.
        let (mut w, mut x, mut y, mut xx, mut xy, mut yy) = (1e-6, 0.0, 0.0, 0.0, 0.0, 0.0);
        let (mut sum, mut along, mut down) = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0));
        for (anchor, seen, trust) in &self.anchors {
            let Some((dx, dy)) = modules_between(&self.map, *anchor, *seen) else { continue };
            if dx.hypot(dy) < LARGEST_SHIFT {
                let near = trust.min(1.0) / (anchor.distance(at) + 0.5).powi(3);
                let (u, v) = (anchor.x - at.x, anchor.y - at.y);
                (w, x, y) = (w + near, x + near * u, y + near * v);
                (xx, xy, yy) = (xx + near * u * u, xy + near * u * v, yy + near * v * v);
                sum = (sum.0 + near * dx, sum.1 + near * dy);
                along = (along.0 + near * u * dx, along.1 + near * u * dy);
                down = (down.0 + near * v * dx, down.1 + near * v * dy);
            }
        }
        // Around the anchors' middle; anchors that stand close together tell little of the growth.
        let (mx, my) = (x / w, y / w);
        let doubt = w * STIFFNESS * STIFFNESS;
        let (xx, xy, yy) = (xx - x * mx + doubt, xy - x * my, yy - y * my + doubt);
        let det = xx * yy - xy * xy;
        let shift = |sum: f32, along: f32, down: f32| {
            let (along, down) = (along - sum * mx, down - sum * my);
            let (gx, gy) = ((along * yy - down * xy) / det, (down * xx - along * xy) / det);
            sum / w - gx * mx - gy * my
        };
        (shift(sum.0, along.0, down.0), shift(sum.1, along.1, down.1))
    }
}

/// Shift in modules that takes the map's place of `at` to `seen`.
fn modules_between(map: &Homography, at: Point, seen: Point) -> Option<(f32, f32)> {
    let (o, u, v) = (map.map(at.x, at.y), map.map(at.x + 1.0, at.y), map.map(at.x, at.y + 1.0));
    let (ux, uy, vx, vy) = (u.x - o.x, u.y - o.y, v.x - o.x, v.y - o.y);
    let det = ux * vy - uy * vx;
    let (dx, dy) = (seen.x - o.x, seen.y - o.y);
    (det.abs() > 1e-4).then(|| ((dx * vy - dy * vx) / det, (dy * ux - dx * uy) / det))
}

/// Anchors that are farther off the flat map than this (modules) are something else.
const LARGEST_SHIFT: f32 = 7.0;
/// Modules that anchors must stand apart before the growth of their shift is believed by half.
const STIFFNESS: f32 = 8.0;
/// Versions on each side of the measured one that are tried.
const VERSIONS_AROUND: i32 = 2;
/// Chance alone correlates with timing patterns up to about 0.2.
const LEAST_TIMING: f32 = 0.22;

/// Timing patterns of a symbol that lies as its finder patterns tell correlate better than this.
const SURE_TIMING: f32 = 0.5;

/// Whether a symbol whose finder patterns tell nothing may be searched for, which takes a millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    Allowed,
    Left,
}

/// Places for a triple, likeliest first, at most `most`; `accept` is asked about each until it says yes. Says whether it
/// was searched for.
pub(super) fn find_place(
    luma: &GrayImage,
    triple: &Triple,
    most: usize,
    search: Search,
    mut accept: impl FnMut(Place) -> bool,
) -> bool {
    let sight =
        Sight::new(luma, triple).or_else(|| (search == Search::Allowed).then(|| Sight::rough(luma, triple)).flatten());
    let Some(sight) = sight else { return false };
    let mut likely: Vec<(f32, &'static Layout, Homography)> = Vec::new();
    let measured = ((sight.modules - 10.0) / 4.0).round() as i32;
    for version in measured - VERSIONS_AROUND..=measured + VERSIONS_AROUND {
        let Some(plan) = u8::try_from(version).ok().and_then(layout) else { continue };
        let Some(map) = sight.plane(plan) else { continue };
        let score = timing(luma, plan, &map, sight.sign) - 0.02 * (version - measured).abs() as f32;
        likely.push((score, plan, map));
    }
    let unsure = likely.iter().all(|(score, ..)| *score < SURE_TIMING);
    let searched = unsure && search == Search::Allowed;
    if searched {
        likely.extend(sight.searched());
    }
    likely.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = likely.first().map_or(0.0, |first| first.0);
    likely.retain(|(score, ..)| *score > LEAST_TIMING && *score > best * 0.6);
    likely.truncate(most);
    for (_, plan, map) in likely {
        if accept(sight.refined(plan, map)) {
            break;
        }
    }
    searched
}

/// The place once more where a page is bent: along the timing patterns from module to module, from there to the
/// alignment patterns.
pub(super) fn bent(luma: &GrayImage, triple: &Triple, place: &Place) -> Option<Place> {
    let sight = Sight::new(luma, triple)?;
    let mut bent = Place { anchors: place.anchors[..3].to_vec(), ..place.clone() };
    bent.anchors.extend(followed(luma, &bent, sight.sign));
    sight.find_alignment(&mut bent);
    Some(bent)
}

/// What the three finder patterns tell.
struct Sight<'a> {
    luma: &'a GrayImage,
    /// Corner, right, below.
    centers: [Point; 3],
    /// Modules between the centres.
    modules: f32,
    /// Growth of depth per module, to the right and down.
    lean: (f32, f32),
    /// 1 for dark on light, -1 for light on dark.
    sign: f32,
}

impl<'a> Sight<'a> {
    fn new(luma: &'a GrayImage, triple: &Triple) -> Option<Self> {
        let sign = if triple.polarity() == Polarity::DarkOnLight { 1.0 } else { -1.0 };
        let [below, corner, right] = triple.finders;
        let toward = |from: Point, to: Point| {
            let length = from.distance(to).max(1e-3);
            ((to.x - from.x) / length, (to.y - from.y) / length)
        };
        let size = |at: Point, way, guess: f32| width_along(luma, at, way, guess, sign).unwrap_or(guess);
        let across = toward(corner.center, right.center);
        let down = toward(corner.center, below.center);
        let guess = corner.module.min(right.module).min(below.module);
        let (corner_across, right_across) = (size(corner.center, across, guess), size(right.center, across, guess));
        let (corner_down, below_down) = (size(corner.center, down, guess), size(below.center, down, guess));
        let legs = [
            corner.center.distance(right.center) / (corner_across * right_across).sqrt(),
            corner.center.distance(below.center) / (corner_down * below_down).sqrt(),
        ];
        let modules = f32::midpoint(legs[0], legs[1]);
        if !(10.0..=185.0).contains(&modules) || legs[0].max(legs[1]) > 1.5 * legs[0].min(legs[1]) {
            return None;
        }
        let lean = |near: f32, far: f32| ((near / far).sqrt() - 1.0).clamp(-0.35, 0.35) / modules;
        Some(Self {
            luma,
            centers: [corner.center, right.center, below.center],
            modules,
            lean: (lean(corner_across, right_across), lean(corner_down, below_down)),
            sign,
        })
    }

    /// By the sizes alone with which the finder patterns were found.
    fn rough(luma: &'a GrayImage, triple: &Triple) -> Option<Self> {
        let sign = if triple.polarity() == Polarity::DarkOnLight { 1.0 } else { -1.0 };
        let [below, corner, right] = triple.finders;
        let leg = |end: Finder| corner.center.distance(end.center) / (corner.module * end.module).sqrt();
        let modules = f32::midpoint(leg(right), leg(below));
        let centers = [corner.center, right.center, below.center];
        (10.0..=185.0).contains(&modules).then_some(Self { luma, centers, modules, lean: (0.0, 0.0), sign })
    }

    fn plane(&self, plan: &Layout) -> Option<Homography> {
        let reach = plan.size as f32 - 7.0;
        let scale = self.modules / reach;
        Homography::leaning(self.centers, reach, 3.5, (self.lean.0 * scale, self.lean.1 * scale))
    }

    /// The map through all patterns that can be found.
    fn refined(&self, plan: &'static Layout, first: Homography) -> Place {
        let far = plan.size as f32 - 3.5;
        let corners = [Point::new(3.5, 3.5), Point::new(far, 3.5), Point::new(3.5, far)];
        let finders = corners.into_iter().zip(self.centers).map(|(at, seen)| (at, seen, 3.0));
        let mut place = Place { plan, map: first, anchors: finders.collect() };
        if plan.centers.is_empty() {
            return place;
        }
        self.find_far_corner(&mut place);
        self.find_alignment(&mut place);
        if let Some(fit) = robust(&place.anchors, &place.map) {
            place.map = fit;
        }
        place
    }

    /// Alignment patterns, those near to known ones first: on bent paper each tells where the next one is.
    fn find_alignment(&self, place: &mut Place) {
        let mut left: Vec<Point> = alignment_places(&place.plan.centers)
            .map(|(column, row)| Point::new(column as f32 + 0.5, row as f32 + 0.5))
            .collect();
        while !left.is_empty() {
            let lonely = |at: &Point| place.anchors.iter().map(|a| a.0.distance(*at)).fold(f32::MAX, f32::min);
            let nearest = (0..left.len()).min_by(|a, b| lonely(&left[*a]).total_cmp(&lonely(&left[*b])));
            let at = left.swap_remove(nearest.unwrap_or_default());
            let (dx, dy) = place.shift_at(at);
            let guess = Point::new(at.x + dx, at.y + dy);
            let found = best_match(self.luma, &place.map, guess, 1.5, self.sign);
            if found.score >= LEAST_MATCH {
                place.anchors.push((at, found.seen, (found.score - LEAST_MATCH) / (1.0 - LEAST_MATCH)));
            }
        }
    }

    /// The alignment pattern in the far corner may be several modules away from where the lean puts it.
    fn find_far_corner(&self, place: &mut Place) {
        let plan = place.plan;
        let middle = plan.size as f32 - 6.5;
        let at = Point::new(middle, middle);
        let reach = 2.5 + 0.06 * plan.size as f32;
        let mut best = (agreement(self.luma, plan, &place.map, self.sign), place.map);
        for found in matches(self.luma, &place.map, at, reach, self.sign) {
            let [a, b, c] = [place.anchors[0], place.anchors[1], place.anchors[2]];
            let Some(map) = Homography::between([a.0, b.0, at, c.0], [a.1, b.1, found.seen, c.1]) else { continue };
            let score = agreement(self.luma, plan, &map, self.sign);
            if score > best.0 {
                best = (score, map);
            }
        }
        place.map = best.1;
    }
}

/// Side of a module of the finder pattern at a place in one direction, from its six edges; pixels.
fn width_along(luma: &GrayImage, center: Point, way: (f32, f32), guess: f32, sign: f32) -> Option<f32> {
    let steps = ((guess * 6.5 / 0.25) as usize).clamp(8, 2000);
    let walk = |back: f32| -> Vec<f32> {
        let at = |step: usize| {
            let far = step as f32 * 0.25 * back;
            sign * grey_at(luma, Point::new(center.x + way.0 * far, center.y + way.1 * far))
        };
        (0..steps).map(at).collect()
    };
    let (ahead, behind) = (walk(1.0), walk(-1.0));
    let all = ahead.iter().chain(&behind);
    let (low, high) = all.fold((f32::MAX, f32::MIN), |(l, h), value| (l.min(*value), h.max(*value)));
    let threshold = f32::midpoint(low, high);
    let edges = |line: &[f32]| {
        let mut edges = [0.0_f32; 3];
        let mut next = 0;
        for step in 1..line.len() {
            let (a, b) = (line[step - 1] - threshold, line[step] - threshold);
            // Out of the core into the light ring, into the dark ring, out of it.
            let crosses = if next == 1 { a > 0.0 && b <= 0.0 } else { a <= 0.0 && b > 0.0 };
            if crosses {
                edges[next] = (step as f32 - b / (b - a)) * 0.25;
                next += 1;
                if next == 3 {
                    return Some(edges);
                }
            }
        }
        None
    };
    let (ahead, behind) = (edges(&ahead)?, edges(&behind)?);
    let spans: [f32; 3] = std::array::from_fn(|i| f32::midpoint(ahead[i], behind[i]));
    // Edges at 1.5, 2.5 and 3.5 modules, moved out, in and out by what the threshold is off.
    let (plain, signed) = (1.5 * spans[0] + 2.5 * spans[1] + 3.5 * spans[2], spans[0] - spans[1] + spans[2]);
    let module = (3.0 * plain - 2.5 * signed) / (3.0 * 20.75 - 6.25);
    (module > 0.6 * guess.min(1e6) / 1.5 && module < 2.2 * guess).then_some(module)
}

/// How well the timing patterns (and from version 7 on the version's bits) are seen, -1 to 1.
fn timing(luma: &GrayImage, plan: &Layout, map: &Homography, sign: f32) -> f32 {
    let size = plan.size;
    let mut sums = Correlation::default();
    for at in 8..size - 8 {
        for (column, row) in [(at, 6), (6, at)] {
            sums.add(f32::from(plan.known[row * size + column]), value(luma, map, column, row, sign));
        }
    }
    if plan.version >= 7 {
        for (near, far) in (0..18).map(|bit| (bit / 3, size - 11 + bit % 3)) {
            for (column, row) in [(far, near), (near, far)] {
                sums.add(f32::from(plan.known[row * size + column]), value(luma, map, column, row, sign));
            }
        }
    }
    sums.value()
}

/// How well all known modules are seen, -1 to 1.
pub(super) fn agreement(luma: &GrayImage, plan: &Layout, map: &Homography, sign: f32) -> f32 {
    let mut sums = Correlation::default();
    for (at, known) in plan.known.iter().enumerate().filter(|(_, known)| **known != 0) {
        sums.add(f32::from(*known), value(luma, map, at % plan.size, at / plan.size, sign));
    }
    sums.value()
}

fn value(luma: &GrayImage, map: &Homography, column: usize, row: usize, sign: f32) -> f32 {
    -sign * grey_at(luma, map.map(column as f32 + 0.5, row as f32 + 0.5))
}

/// Least squares through the anchors, those that lie more than a module off left out.
fn robust(anchors: &[(Point, Point, f32)], before: &Homography) -> Option<Homography> {
    let mut kept = anchors.to_vec();
    let mut fit = None;
    for round in 0..3 {
        let map = Homography::fitted(&kept)?;
        fit = Some(map);
        let limit = [1.5, 1.0, 0.7][round];
        let good = |(at, seen, _): &&(Point, Point, f32)| {
            let pitch = map.map(at.x + 1.0, at.y).distance(map.map(at.x, at.y));
            map.map(at.x, at.y).distance(*seen) < limit * pitch.max(0.5)
        };
        let next: Vec<_> = anchors.iter().filter(good).copied().collect();
        if next.len() == kept.len() || next.len() < 4 {
            break;
        }
        kept = next;
    }
    // A fit that runs away from the finders is worse than none.
    fit.filter(|map| {
        let pitch = before.map(4.5, 3.5).distance(before.map(3.5, 3.5));
        anchors.iter().take(3).all(|(at, seen, _)| map.map(at.x, at.y).distance(*seen) < 1.2 * pitch.max(0.5))
    })
}
