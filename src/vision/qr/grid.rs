//! The grey module grid: what a picture says about each module of a symbol, before anybody decides.
//!
//! Grids of the same symbol can be averaged over frames: they stand on the modules, not on the pixels.

use std::fmt;

use image::GrayImage;

use super::finder::Polarity;
use super::homography::Homography;
use super::layout::{Layout, layout, version_of};
use crate::domain::geometry::Point;

/// How dark each module of one symbol is.
#[derive(Clone)]
pub(crate) struct GreyGrid {
    /// Modules per side, 21 to 177.
    pub size: usize,
    /// Row-major, -1 light to +1 dark, 0 undecidable (burnt out, covered, too weak).
    pub values: Vec<f32>,
    /// Of the symbol in the picture: its top left, then clockwise as sampled.
    pub corners: [Point; 4],
}

/// Without the modules: they are the code.
impl fmt::Debug for GreyGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GreyGrid").field("size", &self.size).field("corners", &self.corners).finish_non_exhaustive()
    }
}

/// Modules on each side of one that tell what dark and light are there.
const AROUND: usize = 6;
/// Agreement of a grid that lies on a symbol for sure.
pub(super) const SURE_PLACE: f32 = 0.5;
/// Contrast of a place never counts as less than this share of the symbol's, so that glare stays undecided.
const LEAST_CONTRAST: f32 = 0.25;

impl GreyGrid {
    /// Samples a symbol of `version` whose corners are known; `None` when they span no area or no such version is.
    pub(crate) fn from_corners(luma: &GrayImage, corners: [Point; 4], version: u8, polarity: Polarity) -> Option<Self> {
        let plan = layout(version)?;
        let side = plan.size as f32;
        let square = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point::new(x, y));
        let map = Homography::between(square, corners)?;
        Some(Self::sampled(luma, plan, polarity, &|x, y| map.map(x, y)))
    }

    /// Samples a symbol through any map from modules (0 to size) to pixels.
    pub(super) fn sampled(
        luma: &GrayImage,
        plan: &Layout,
        polarity: Polarity,
        map: &dyn Fn(f32, f32) -> Point,
    ) -> Self {
        let side = plan.size as f32;
        let corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| map(x, y));
        let pitch = corners[0].distance(corners[2]) / side / std::f32::consts::SQRT_2;
        let mut grey = sample(luma, plan.size, pitch, map);
        if polarity == Polarity::LightOnDark {
            for value in &mut grey {
                *value = 255.0 - *value;
            }
        }
        Self { size: plan.size, values: levelled(&grey, plan), corners }
    }

    /// A grid of decided modules, asked as `module(column, row)`; `None` when no symbol has this size.
    pub(super) fn of_bits(size: usize, corners: [Point; 4], module: impl Fn(usize, usize) -> bool) -> Option<Self> {
        version_of(size)?;
        let value = |at| if module(at % size, at / size) { 1.0 } else { -1.0 };
        Some(Self { size, values: (0..size * size).map(value).collect(), corners })
    }

    /// Side of a module in the picture, pixels.
    pub(crate) fn pixels_per_module(&self) -> f32 {
        let around: f32 = (0..4).map(|i| self.corners[i].distance(self.corners[(i + 1) % 4])).sum();
        around / 4.0 / self.size as f32
    }

    /// How well the patterns that every symbol of this size has are seen: 1 perfectly, about 0 when nothing is there.
    pub(crate) fn agreement(&self) -> f32 {
        let Some(plan) = version_of(self.size).and_then(layout) else { return 0.0 };
        let pairs = plan.known.iter().zip(&self.values).filter(|(sign, _)| **sign != 0);
        let (sum, count) = pairs.fold((0.0, 0.0), |(sum, count), (sign, value)| {
            (sum + f32::from(*sign) * value.clamp(-1.0, 1.0), count + 1.0_f32)
        });
        sum / count.max(1.0)
    }

    /// Whether the fixed patterns are seen so well that the grid lies on a symbol.
    pub(super) fn is_placed(&self) -> bool {
        self.agreement() >= SURE_PLACE
    }

    /// Mean strength of the modules, 0 to 1: low where blur or glare leave nothing to decide.
    pub(crate) fn strength(&self) -> f32 {
        self.values.iter().map(|value| value.abs().min(1.0)).sum::<f32>() / self.values.len().max(1) as f32
    }
}

/// Grey value between pixels, bilinear; the nearest pixel outside. Pixel (0, 0) has its middle at (0.5, 0.5).
pub(super) fn grey_at(luma: &GrayImage, at: Point) -> f32 {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let x = (at.x - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (at.y - 0.5).clamp(0.0, (height - 1) as f32);
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let raw = luma.as_raw();
    let pixel = |x: usize, y: usize| f32::from(raw[y * width + x]);
    let top = pixel(x0, y0) * (1.0 - fx) + pixel(x1, y0) * fx;
    let bottom = pixel(x0, y1) * (1.0 - fx) + pixel(x1, y1) * fx;
    top * (1.0 - fy) + bottom * fy
}

/// One grey value per module: its middle, and when modules are large the mean of points in its inner half.
///
/// The map is asked for the corners of modules; within one it is as good as straight.
fn sample(luma: &GrayImage, size: usize, pitch: f32, map: &dyn Fn(f32, f32) -> Point) -> Vec<f32> {
    let points = ((pitch / 1.5) as usize).clamp(1, 4);
    let step = 0.5 / points as f32;
    let first = 0.5 - step * (points - 1) as f32 / 2.0;
    let corners = |row: usize| -> Vec<Point> { (0..=size).map(|column| map(column as f32, row as f32)).collect() };
    let mix = |a: Point, b: Point, share: f32| Point::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
    let mut grey = Vec::with_capacity(size * size);
    let mut above = corners(0);
    for row in 0..size {
        let below = corners(row + 1);
        for column in 0..size {
            let mut sum = 0.0;
            for j in 0..points {
                let down = first + step * j as f32;
                let (left, right) =
                    (mix(above[column], below[column], down), mix(above[column + 1], below[column + 1], down));
                for i in 0..points {
                    sum += grey_at(luma, mix(left, right, first + step * i as f32));
                }
            }
            grey.push(sum / (points * points) as f32);
        }
        above = below;
    }
    grey
}

/// From grey to -1 .. +1: half way between what is dark and what is light around each module, in two rounds.
pub(super) fn levelled(grey: &[f32], plan: &Layout) -> Vec<f32> {
    let size = plan.size;
    let mean = Sums::of(size, |at| (grey[at], 1.0)).means(AROUND, 0.0, 0.0);
    let mut threshold = mean;
    let mut values = vec![0.0; grey.len()];
    for _round in 0..2 {
        let dark = |at: usize| if plan.known[at] == 0 { grey[at] < threshold[at] } else { plan.known[at] > 0 };
        let class = |want: bool| {
            let of = |at: usize| if dark(at) == want { (grey[at], 1.0) } else { (0.0, 0.0) };
            let (sum, count) = (0..grey.len()).map(of).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            let overall = if count > 0.0 { sum / count } else { 128.0 };
            (Sums::of(size, of).means(AROUND, overall, 3.0), overall)
        };
        let ((low, dark_mean), (high, light_mean)) = (class(true), class(false));
        let least = ((light_mean - dark_mean) * 0.5 * LEAST_CONTRAST).max(0.5);
        for at in 0..grey.len() {
            let middle = f32::midpoint(low[at], high[at]);
            let contrast = ((high[at] - low[at]) / 2.0).max(least);
            threshold[at] = middle;
            values[at] = ((middle - grey[at]) / contrast).clamp(-1.5, 1.5);
        }
    }
    values
}

/// Sums over upright boxes of a square grid.
struct Sums {
    size: usize,
    /// (sum, weight) of everything above and left of a corner, `size + 1` per row.
    corners: Vec<(f32, f32)>,
}

impl Sums {
    fn of(size: usize, value: impl Fn(usize) -> (f32, f32)) -> Self {
        let wide = size + 1;
        let mut corners = vec![(0.0, 0.0); wide * wide];
        for row in 0..size {
            let mut line = (0.0, 0.0);
            for column in 0..size {
                let one = value(row * size + column);
                line = (line.0 + one.0, line.1 + one.1);
                let above = corners[row * wide + column + 1];
                corners[(row + 1) * wide + column + 1] = (line.0 + above.0, line.1 + above.1);
            }
        }
        Self { size, corners }
    }

    /// Weighted mean around each place; `fallback` joins it with weight `faith`.
    fn means(&self, reach: usize, fallback: f32, faith: f32) -> Vec<f32> {
        let (size, wide) = (self.size, self.size + 1);
        let mut means = Vec::with_capacity(size * size);
        for row in 0..size {
            let (top, bottom) = (row.saturating_sub(reach), (row + reach + 1).min(size));
            for column in 0..size {
                let (left, right) = (column.saturating_sub(reach), (column + reach + 1).min(size));
                let [a, b, c, d] = [(top, left), (top, right), (bottom, left), (bottom, right)]
                    .map(|(r, c)| self.corners[r * wide + c]);
                let (sum, weight) = (d.0 - b.0 - c.0 + a.0, d.1 - b.1 - c.1 + a.1);
                means.push((sum + fallback * faith) / (weight + faith).max(1e-3));
            }
        }
        means
    }
}
