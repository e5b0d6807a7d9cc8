//! A drawn layer in a person's own units, and the strokes that hair is made of.
//!
//! Units: 1.0 = the distance between the cheeks; origin = the middle between the eyes; x right, y down.

use super::color::{Color, Texel, over};

/// Premultiplied linear RGBA on a regular grid.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Position of texel (0, 0)'s centre, person units.
    pub(super) left: f32,
    pub(super) top: f32,
    /// Texels per unit.
    pub(super) density: f32,
    pub(super) texels: Vec<Texel>,
}

/// An upright box in person units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Layer {
    pub(super) fn new(area: Area, density: f32) -> Self {
        let width = ((area.right - area.left) * density).ceil() as usize + 1;
        let height = ((area.bottom - area.top) * density).ceil() as usize + 1;
        Self { width, height, left: area.left, top: area.top, density, texels: vec![[0.0; 4]; width * height] }
    }

    /// Column and row ranges whose centres lie in the box.
    pub(super) fn span(&self, area: Area) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let index = |value: f32, origin: f32, limit: usize| {
            (((value - origin) * self.density).ceil().max(0.0) as usize).min(limit)
        };
        (
            index(area.left, self.left, self.width)..index(area.right, self.left, self.width),
            index(area.top, self.top, self.height)..index(area.bottom, self.top, self.height),
        )
    }

    pub(super) fn x_of(&self, column: usize) -> f32 {
        self.left + column as f32 / self.density
    }

    pub(super) fn y_of(&self, row: usize) -> f32 {
        self.top + row as f32 / self.density
    }

    /// The box of columns and rows that hold anything, one transparent texel around it.
    pub(super) fn content(&self) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let (mut left, mut right, mut top, mut bottom) = (self.width, 0, self.height, 0);
        for (row, line) in self.texels.chunks_exact(self.width).enumerate() {
            let seen = |texel: &Texel| texel[3] > 0.002;
            let (Some(first), Some(last)) = (line.iter().position(seen), line.iter().rposition(seen)) else { continue };
            (left, right) = (left.min(first), right.max(last + 1));
            (top, bottom) = (top.min(row), row + 1);
        }
        let columns = left.min(right).saturating_sub(1)..(right + 1).min(self.width);
        (columns, top.min(bottom).saturating_sub(1)..(bottom + 1).min(self.height))
    }

    /// Cuts the layer to a box of columns and rows.
    pub(super) fn crop(&mut self, columns: &std::ops::Range<usize>, rows: &std::ops::Range<usize>) {
        let lines = self.texels.chunks_exact(self.width).take(rows.end).skip(rows.start);
        self.texels = lines.flat_map(|line| line[columns.clone()].iter().copied()).collect();
        (self.left, self.top) = (self.x_of(columns.start), self.y_of(rows.start));
        (self.width, self.height) = (columns.len(), rows.len());
    }

    /// Calls `paint(x, y, texel)` for every texel in the box.
    pub(super) fn paint(&mut self, area: Area, mut paint: impl FnMut(f32, f32, &mut Texel)) {
        let (columns, rows) = self.span(area);
        for row in rows {
            let y = self.y_of(row);
            for column in columns.clone() {
                let x = self.x_of(column);
                paint(x, y, &mut self.texels[row * self.width + column]);
            }
        }
    }

    /// Bilinear value at texel coordinates; transparent outside.
    #[inline]
    pub(super) fn sample(&self, u: f32, v: f32) -> Texel {
        if !(u >= 0.0 && v >= 0.0) {
            return [0.0; 4];
        }
        let (column, row) = (u as usize, v as usize);
        if column + 1 >= self.width || row + 1 >= self.height {
            return [0.0; 4];
        }
        let (fu, fv) = (u - column as f32, v - row as f32);
        let at = row * self.width + column;
        let (Some([a, b]), Some([c, d])) =
            (self.texels[at..].first_chunk::<2>(), self.texels[at + self.width..].first_chunk::<2>())
        else {
            return [0.0; 4];
        };
        let (w_a, w_b, w_c, w_d) = ((1.0 - fu) * (1.0 - fv), fu * (1.0 - fv), (1.0 - fu) * fv, fu * fv);
        std::array::from_fn(|i| a[i] * w_a + b[i] * w_b + c[i] * w_c + d[i] * w_d)
    }

    /// Puts `top` over this layer; both must share the grid.
    pub(super) fn put_over(&mut self, top: &Self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) {
        for row in rows {
            for column in columns.clone() {
                let at = row * self.width + column;
                let above = top.texels[at];
                let keep = 1.0 - above[3];
                let under = &mut self.texels[at];
                *under = std::array::from_fn(|i| under[i] * keep + above[i]);
            }
        }
    }

    /// Draws a tapered line along points (person units).
    ///
    /// `half_width(t)` in units and `ink(t)` (colour and opacity) run with t from 0 at the root to 1 at the tip.
    pub(super) fn stroke(
        &mut self,
        points: &[(f32, f32)],
        half_width: impl Fn(f32) -> f32,
        ink: impl Fn(f32) -> (Color, f32),
    ) {
        let pieces = points.len().saturating_sub(1);
        for (i, pair) in points.windows(2).enumerate() {
            let [a, b] = pair else { continue };
            let start = ((a.0 - self.left) * self.density, (a.1 - self.top) * self.density);
            let end = ((b.0 - self.left) * self.density, (b.1 - self.top) * self.density);
            let t0 = i as f32 / pieces as f32;
            let t1 = (i + 1) as f32 / pieces as f32;
            let steep = (end.1 - start.1).abs() >= (end.0 - start.0).abs();
            let (major0, major1) = if steep { (start.1, end.1) } else { (start.0, end.0) };
            let (minor0, minor1) = if steep { (start.0, end.0) } else { (start.1, end.1) };
            if (major1 - major0).abs() < 1e-4 {
                continue;
            }
            let (low, high) = if major0 < major1 { (major0, major1) } else { (major1, major0) };
            let slope = (minor1 - minor0) / (major1 - major0);
            let stretch = (1.0 + slope * slope).sqrt();
            for major in low.ceil() as i32..high.ceil() as i32 {
                let along = (major as f32 - major0) / (major1 - major0);
                let t = t0 + (t1 - t0) * along;
                let center = minor0 + (minor1 - minor0) * along;
                let half = half_width(t) * self.density * stretch;
                let (color, opacity) = ink(t);
                for minor in (center - half - 0.5).ceil() as i32..=(center + half + 0.5).floor() as i32 {
                    let reach = half + 0.5 - (minor as f32 - center).abs();
                    let coverage = reach.clamp(0.0, (2.0 * half).min(1.0)) * opacity;
                    let (column, row) = if steep { (minor, major) } else { (major, minor) };
                    self.dab(column, row, color, coverage);
                }
            }
        }
    }

    fn dab(&mut self, column: i32, row: i32, color: Color, coverage: f32) {
        let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else { return };
        if column < self.width && row < self.height {
            over(&mut self.texels[row * self.width + column], color, coverage.clamp(0.0, 1.0));
        }
    }
}

/// Points of a quadratic curve, `count` pieces.
pub(super) fn curve(a: (f32, f32), bend: (f32, f32), b: (f32, f32), count: usize) -> Vec<(f32, f32)> {
    (0..=count)
        .map(|i| {
            let t = i as f32 / count as f32;
            let (p, q, r) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            (a.0 * p + bend.0 * q + b.0 * r, a.1 * p + bend.1 * q + b.1 * r)
        })
        .collect()
}
