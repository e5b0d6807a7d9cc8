//! A plane seen at an angle: the mapping between two quadrilaterals.

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
    fn a_flat_quadrilateral_has_no_mapping() {
        let flat = [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)].map(|(x, y)| Point::new(x, y));
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| Point::new(x, y));
        assert!(Homography::between(flat, square).is_none());
    }
}
