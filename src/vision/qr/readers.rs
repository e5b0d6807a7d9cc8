//! The two readers of others: rqrr finds and samples symbols fast, rxing samples what the finder patterns promise.
//!
//! Each gives module matrices with corners; the code comes out of `symbol` for both.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::detector::{Detector, FinderPattern, FinderPatternInfo};

use super::bitmap::Bitmap;
use super::grid::GreyGrid;
use super::homography::Homography;
use super::symbol::{Care, Decoded, Undecoded, decode_with};
use super::triple::Triple;
use crate::domain::geometry::Point;

/// A symbol that was found: what it says or why it says nothing, and where it is.
pub(super) struct Found {
    pub decoded: Result<Decoded, Undecoded>,
    /// Corners of the symbol as sampled: its top left, then clockwise in the picture.
    pub corners: [Point; 4],
}

impl Found {
    /// The same in a picture `factor` times as large.
    pub(super) fn scaled(mut self, factor: f32) -> Self {
        self.corners = self.corners.map(|p| Point::new(p.x * factor, p.y * factor));
        self
    }
}

/// rqrr on a bitmap. Gives nothing when rqrr panics.
pub(super) fn rqrr(bitmap: &Bitmap) -> Vec<Found> {
    let run = || {
        let mut prepared = rqrr::PreparedImage::prepare_from_bitmap(bitmap.width, bitmap.height, |x, y| {
            bitmap.dark[y * bitmap.width + x] != 0
        });
        let found = prepared.detect_grids();
        found.iter().filter_map(read_grid).collect::<Vec<_>>()
    };
    // A panic inside rqrr means "no code here" for this picture; the state it leaves is dropped with it.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_default()
}

fn read_grid<G: rqrr::BitGrid>(grid: &rqrr::Grid<G>) -> Option<Found> {
    let size = grid.grid.size();
    // rqrr's bounds reach one module too far to the right and down.
    let reach = size as f32 + 1.0;
    let seen = grid.bounds.map(|point| Point::new(point.x as f32, point.y as f32));
    let map = Homography::between(square(0.0, reach), seen)?;
    let corners = square(0.0, size as f32).map(|corner| map.map(corner.x, corner.y));
    let bits = GreyGrid::of_bits(size, corners, |x, y| grid.grid.bit(y, x))?;
    Some(Found { decoded: decode_with(&bits, Care::Bits), corners })
}

/// rxing's sampling at one triple of finders.
pub(super) fn rxing(matrix: &BitMatrix, triple: &Triple) -> Option<Found> {
    let patterns = triple.finders.map(|f| FinderPattern::new(f.center.x, f.center.y, f.module));
    let run = || Detector::new(matrix).processFinderPatternInfo(FinderPatternInfo::new(patterns)).ok();
    // Same as above: a panic means that this triple is no symbol.
    let sampled = catch_unwind(AssertUnwindSafe(run)).ok().flatten()?;
    let size = sampled.getBits().getWidth() as f32;
    let [below, corner, right] = triple.finders.map(|finder| finder.center);
    // Where the fourth corner's pattern would be: the alignment pattern (6.5 from the edges) tells the perspective.
    let parallel = Point::new(right.x + below.x - corner.x, right.y + below.y - corner.y);
    let (far, inset) = sampled.getPoints().get(3).map_or((parallel, 3.5), |p| (Point::new(p.x, p.y), 6.5));
    let modules = [
        Point::new(3.5, 3.5),
        Point::new(size - 3.5, 3.5),
        Point::new(size - inset, size - inset),
        Point::new(3.5, size - 3.5),
    ];
    let map = Homography::between(modules, [corner, right, far, below])?;
    let corners = square(0.0, size).map(|p| map.map(p.x, p.y));
    let bits = GreyGrid::of_bits(size as usize, corners, |x, y| sampled.getBits().get(x as u32, y as u32))?;
    Some(Found { decoded: decode_with(&bits, Care::Bits), corners })
}

/// The bitmap as rxing wants it.
pub(super) fn bit_matrix(bitmap: &Bitmap) -> Option<BitMatrix> {
    let mut matrix = BitMatrix::new(bitmap.width as u32, bitmap.height as u32).ok()?;
    for (y, row) in bitmap.dark.chunks_exact(bitmap.width).enumerate() {
        for (x, dark) in row.iter().enumerate() {
            if *dark != 0 {
                matrix.set(x as u32, y as u32);
            }
        }
    }
    Some(matrix)
}

fn square(low: f32, high: f32) -> [Point; 4] {
    [Point::new(low, low), Point::new(high, low), Point::new(high, high), Point::new(low, high)]
}
