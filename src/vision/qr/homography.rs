//! A plane seen at an angle: the mapping between two quadrilaterals.

use super::equalize::solve;
use crate::domain::geometry::Point;

/// Maps points of one plane to another: 3 x 3, row-major, last element 1 after normalising.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Homography([f64; 9]);

impl Homography {
    /// The mapping that takes each `from` to its `to`; `None` when three of them lie on one line.
    pub(super) fn between(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        let to_square = Self::from_square(from)?.inverse()?;
        Some(Self::from_square(to)?.after(&to_square))
    }

    /// Takes (0,0) (1,0) (1,1) (0,1) to the corners of `quad`.
    fn from_square(quad: [Point; 4]) -> Option<Self> {
        let [a, b, c, d] = quad.map(|p| (f64::from(p.x), f64::from(p.y)));
        let (dx1, dx2, dx3) = (b.0 - c.0, d.0 - c.0, a.0 - b.0 + c.0 - d.0);
        let (dy1, dy2, dy3) = (b.1 - c.1, d.1 - c.1, a.1 - b.1 + c.1 - d.1);
        let den = dx1 * dy2 - dx2 * dy1;
        if den.abs() < 1e-9 {
            return None;
        }
        let g = (dx3 * dy2 - dx2 * dy3) / den;
        let h = (dx1 * dy3 - dx3 * dy1) / den;
        let row = |a: f64, b: f64, d: f64| [b - a + g * b, d - a + h * d, a];
        let (x, y) = (row(a.0, b.0, d.0), row(a.1, b.1, d.1));
        Some(Self([x[0], x[1], x[2], y[0], y[1], y[2], g, h, 1.0]))
    }

    fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let cofactors = [
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ];
        let determinant = a * cofactors[0] + b * cofactors[3] + c * cofactors[6];
        (determinant.abs() > 1e-12).then(|| Self(cofactors.map(|value| value / determinant)))
    }

    /// First `first`, then this one.
    fn after(&self, first: &Self) -> Self {
        let mut product = [0.0; 9];
        for (index, value) in product.iter_mut().enumerate() {
            let (row, column) = (index / 3 * 3, index % 3);
            *value = (0..3).map(|k| self.0[row + k] * first.0[k * 3 + column]).sum();
        }
        Self(product)
    }

    /// The mapping that takes three corners of a plane at their places when the plane leans away by `lean`
    /// (growth of depth per unit to the right and down).
    ///
    /// `origin`, `right` (at `reach` units) and `below` (at `reach` units) are where they are seen; the origin of
    /// the units is moved to `at` on both axes.
    pub(super) fn leaning([origin, right, below]: [Point; 3], reach: f32, at: f32, lean: (f32, f32)) -> Option<Self> {
        let (g, h) = (f64::from(lean.0), f64::from(lean.1));
        let (reach, at) = (f64::from(reach), f64::from(at));
        let [o, r, b] = [origin, right, below].map(|p| (f64::from(p.x), f64::from(p.y)));
        let column = |end: (f64, f64), depth: f64| {
            let scale = 1.0 + depth * reach;
            ((end.0 * scale - o.0) / reach, (end.1 * scale - o.1) / reach)
        };
        let (u, v) = (column(r, g), column(b, h));
        let plain = Self([u.0, v.0, o.0, u.1, v.1, o.1, g, h, 1.0]);
        let moved = plain.after(&Self([1.0, 0.0, -at, 0.0, 1.0, -at, 0.0, 0.0, 1.0]));
        let scale = moved.0[8];
        (scale.abs() > 1e-9).then(|| Self(moved.0.map(|value| value / scale)))
    }

    /// The mapping nearest to many pairs (from, to, weight), by least squares; `None` when they do not decide it.
    pub(super) fn fitted(pairs: &[(Point, Point, f32)]) -> Option<Self> {
        if pairs.len() < 4 {
            return None;
        }
        let spread = |of: fn(&(Point, Point, f32)) -> Point| {
            let count = pairs.len() as f64;
            let (sx, sy) = pairs.iter().fold((0.0, 0.0), |s, p| (s.0 + f64::from(of(p).x), s.1 + f64::from(of(p).y)));
            let (mx, my) = (sx / count, sy / count);
            let far = pairs.iter().map(|p| (f64::from(of(p).x) - mx).hypot(f64::from(of(p).y) - my)).sum::<f64>();
            (mx, my, (far / count).max(1e-6))
        };
        let (from, to) = (spread(|p| p.0), spread(|p| p.1));
        let mut normal = vec![0.0_f64; 64];
        let mut target = vec![0.0_f64; 8];
        for (source, seen, weight) in pairs {
            let (x, y) = ((f64::from(source.x) - from.0) / from.2, (f64::from(source.y) - from.1) / from.2);
            let (u, v) = ((f64::from(seen.x) - to.0) / to.2, (f64::from(seen.y) - to.1) / to.2);
            let lines =
                [([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u), ([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v)];
            for (line, value) in lines {
                for i in 0..8 {
                    target[i] += f64::from(*weight) * line[i] * value;
                    for j in 0..8 {
                        normal[i * 8 + j] += f64::from(*weight) * line[i] * line[j];
                    }
                }
            }
        }
        solve(&mut normal, &mut target, 8)?;
        let inner = Self([target[0], target[1], target[2], target[3], target[4], target[5], target[6], target[7], 1.0]);
        let into = Self([1.0 / from.2, 0.0, -from.0 / from.2, 0.0, 1.0 / from.2, -from.1 / from.2, 0.0, 0.0, 1.0]);
        let out = Self([to.2, 0.0, to.0, 0.0, to.2, to.1, 0.0, 0.0, 1.0]);
        let whole = out.after(&inner).after(&into);
        let scale = whole.0[8];
        (scale.abs() > 1e-9).then(|| Self(whole.0.map(|value| value / scale)))
    }

    pub(super) fn map(&self, x: f32, y: f32) -> Point {
        let (x, y) = (f64::from(x), f64::from(y));
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        Point::new(((m[0] * x + m[1] * y + m[2]) / w) as f32, ((m[3] * x + m[4] * y + m[5]) / w) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_land_on_corners_and_lines_stay_lines() {
        let from = [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0)].map(|(x, y)| Point::new(x, y));
        let to = [(10.0, 12.0), (90.0, 20.0), (80.0, 101.0), (5.0, 95.0)].map(|(x, y)| Point::new(x, y));
        let map = Homography::between(from, to).unwrap();
        for (source, target) in from.iter().zip(to) {
            assert!(map.map(source.x, source.y).distance(target) < 1e-3);
        }
        let (a, b, c) = (map.map(0.0, 0.0), map.map(15.0, 15.0), map.map(30.0, 30.0));
        let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        assert!(area.abs() < 0.1, "the diagonal bends: {area}");
    }

    #[test]
    fn a_fit_through_many_points_is_the_mapping_they_came_from() {
        let from = [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0)].map(|(x, y)| Point::new(x, y));
        let to = [(410.0, 212.0), (490.0, 220.0), (480.0, 301.0), (405.0, 295.0)].map(|(x, y)| Point::new(x, y));
        let map = Homography::between(from, to).unwrap();
        let pairs: Vec<_> = (0..36)
            .map(|i| Point::new((i % 6) as f32 * 5.0, (i / 6) as f32 * 5.0))
            .map(|p| (p, map.map(p.x, p.y), 1.0))
            .collect();
        let fit = Homography::fitted(&pairs).unwrap();
        assert!(pairs.iter().all(|(p, seen, _)| fit.map(p.x, p.y).distance(*seen) < 1e-2));
        assert!(Homography::fitted(&pairs[..3]).is_none());
    }

    #[test]
    fn three_corners_and_their_lean_make_a_plane() {
        let seen = [(100.0, 100.0), (190.0, 110.0), (95.0, 180.0)].map(|(x, y)| Point::new(x, y));
        let map = Homography::leaning(seen, 22.0, 3.5, (0.002, -0.001)).unwrap();
        for ((x, y), want) in [(3.5, 3.5), (25.5, 3.5), (3.5, 25.5)].into_iter().zip(seen) {
            assert!(map.map(x, y).distance(want) < 1e-2);
        }
    }

    #[test]
    fn a_flat_quadrilateral_has_no_mapping() {
        let flat = [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)].map(|(x, y)| Point::new(x, y));
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| Point::new(x, y));
        assert!(Homography::between(flat, square).is_none());
    }
}
