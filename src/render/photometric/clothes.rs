//! Clothes that vanish in the backdrop: everywhere the colour that the backdrop has beside them, with their own folds.

use image::RgbImage;

use super::super::color::{Color, linear, smooth};
use super::behind::in_faces;
use super::{Ground, relit};
use crate::domain::geometry::Point;

/// Side of the cells whose mean colours count, face widths.
const CELL: f32 = 0.1;
/// Nearer to the middle than this there is neck and not cloth, face widths.
const NECK: f32 = 0.55;

pub(super) fn clothes(picture: &RgbImage, ground: &Ground<'_>, share: f32) -> RgbImage {
    let chin = (ground.face.chin.y - ground.face.eye_center().y) / ground.face.face_width();
    let low = |at: Point| (ground.person)(at) * smooth(chin, chin + 0.05, in_faces(ground, at).1);
    let cloth = Cells::of(picture, ground, |at| {
        let (x, y) = in_faces(ground, at);
        if x.abs() > NECK && y > chin + 0.2 { low(at).powi(4) } else { 0.0 }
    });
    let backdrop = Cells::of(picture, ground, |at| if (ground.person)(at) < 0.05 { 1.0 } else { 0.0 });
    let sides = [0..cloth.columns / 2, cloth.columns / 2..cloth.columns].map(|columns| backdrop.rows_of(columns));
    relit(picture, |at, light| {
        let part = share * low(at);
        let Some(now) = cloth.near(at).filter(|_| part > 0.0) else { return light };
        let (x, _) = in_faces(ground, at);
        let Some(Some(wanted)) = sides[usize::from(x > 0.0)].get(cloth.row(at)) else { return light };
        // Skin of the neck is left alone: only what has the clothes' colour changes.
        let off = light.iter().zip(now).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        let part = part * smooth(0.6, 0.25, off);
        std::array::from_fn(|i| light[i] * (1.0 + part * (wanted[i] / now[i].max(0.01) - 1.0)))
    })
}

/// Weighted sums of light by cells: three of light, one of weight.
struct Cells {
    side: f32,
    columns: usize,
    sums: Vec<[f32; 4]>,
}

impl Cells {
    fn of(picture: &RgbImage, ground: &Ground<'_>, weight: impl Fn(Point) -> f32) -> Self {
        let side = (CELL * ground.face.face_width()).max(4.0);
        let cells = |length: u32| (length as f32 / side).ceil().max(1.0) as usize;
        let (columns, rows) = (cells(picture.width()), cells(picture.height()));
        let mut sums = vec![[0.0_f32; 4]; columns * rows];
        for y in (0..picture.height()).step_by(3) {
            for x in (0..picture.width()).step_by(3) {
                let at = Point::new(x as f32 + 0.5, y as f32 + 0.5);
                let weight = weight(at);
                if weight > 0.0 {
                    let [r, g, b] = linear(picture.get_pixel(x, y).0);
                    let cell = (at.y / side) as usize * columns + (at.x / side) as usize;
                    if let Some(sum) = sums.get_mut(cell) {
                        let add = [weight * r, weight * g, weight * b, weight];
                        *sum = std::array::from_fn(|i| sum[i] + add[i]);
                    }
                }
            }
        }
        Self { side, columns, sums }
    }

    fn row(&self, at: Point) -> usize {
        (at.y / self.side).max(0.0) as usize
    }

    /// Mean colour of the cells around a place, nearer ones first; `None` where there is nothing near.
    fn near(&self, at: Point) -> Option<Color> {
        let (column, row) = ((at.x / self.side).max(0.0) as usize, self.row(at));
        let rows = self.sums.len() / self.columns;
        (1..8).find_map(|reach| {
            let across = column.saturating_sub(reach)..(column + reach + 1).min(self.columns);
            let down = row.saturating_sub(reach)..(row + reach + 1).min(rows);
            mean(
                down.flat_map(|row| across.clone().map(move |column| row * self.columns + column))
                    .map(|i| self.sums[i]),
            )
        })
    }

    /// Mean colour of each row of cells between two columns; where nothing shows, that of the row above.
    fn rows_of(&self, columns: std::ops::Range<usize>) -> Vec<Option<Color>> {
        let mut above = None;
        let rows = self.sums.chunks(self.columns);
        rows.map(|row| {
            above = mean(row.get(columns.clone()).into_iter().flatten().copied()).or(above);
            above
        })
        .collect()
    }
}

/// `None` for next to nothing.
fn mean(sums: impl Iterator<Item = [f32; 4]>) -> Option<Color> {
    let [r, g, b, weight] = sums.fold([0.0_f32; 4], |a, b| std::array::from_fn(|i| a[i] + b[i]));
    (weight > 1.0).then(|| [r / weight, g / weight, b / weight])
}
