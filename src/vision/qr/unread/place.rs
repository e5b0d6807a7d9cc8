//! Where a symbol would be, and how that place looks: one sample per module of the grey picture.

use image::GrayImage;

use crate::domain::code_help::CodeSight;
use crate::domain::geometry::Point;

/// Modules per side of a symbol, with some play for a module size that is measured a little off.
const SIDES: std::ops::RangeInclusive<f32> = 17.0..=200.0;
/// Less difference between dark and light than this (grey levels) is no symbol.
const FAINTEST: f32 = 14.0;
/// Cells of so many modules a side hold a dark module, wherever light does not hide it.
const CELL: usize = 5;
/// A finder that is burnt out counts as much as this share of the symbol.
const LOST_FINDER: f32 = 0.12;

pub(super) fn scaled(p: Point, by: f32) -> Point {
    Point::new(p.x * by, p.y * by)
}

pub(super) fn plus(p: Point, u: Point, by: f32) -> Point {
    Point::new(p.x + u.x * by, p.y + u.y * by)
}

pub(super) fn minus(a: Point, b: Point) -> Point {
    Point::new(a.x - b.x, a.y - b.y)
}

/// Where a symbol would be: a parallelogram with its module grid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Outer corner at the first finder.
    origin: Point,
    /// One module along either side, pixels.
    across: Point,
    down: Point,
    /// Modules per side.
    side: f32,
}

impl Place {
    /// From the finder in the corner and those at the ends of both legs.
    pub(super) fn of(corner: Point, right: Point, below: Point, module: f32) -> Option<Self> {
        let mean = f32::midpoint(corner.distance(right), corner.distance(below));
        // Seen at an angle a finder's own module differs from the legs' by little.
        let side = mean / module.max(0.5) + 7.0;
        if !SIDES.contains(&side) {
            return None;
        }
        let legs = side - 7.0;
        let across = scaled(minus(right, corner), 1.0 / legs);
        let down = scaled(minus(below, corner), 1.0 / legs);
        let origin = plus(plus(corner, across, -3.5), down, -3.5);
        Some(Self { origin, across, down, side })
    }

    /// Between known corners, its own top left first, clockwise; what perspective bends is small beside what is measured.
    pub(super) fn between(corners: [Point; 4], side: f32) -> Self {
        let across = scaled(minus(corners[1], corners[0]), 1.0 / side);
        let down = scaled(minus(corners[3], corners[0]), 1.0 / side);
        Self { origin: corners[0], across, down, side }
    }

    fn at(&self, u: f32, v: f32) -> Point {
        plus(plus(self.origin, self.across, u), self.down, v)
    }

    pub(super) fn corners(&self) -> [Point; 4] {
        let s = self.side;
        [self.at(0.0, 0.0), self.at(s, 0.0), self.at(s, s), self.at(0.0, s)]
    }
}

/// What a place looks like, one sample per module.
pub(super) struct Samples {
    pub sight: CodeSight,
    /// Share of the modules that lie inside the picture.
    pub inside: f32,
    /// Dark ones among those that no light hides.
    pub dark_share: f32,
    /// Share of the quiet zone that is light, among what lies inside the picture.
    pub quiet: f32,
}

impl Samples {
    pub(super) fn of(luma: &GrayImage, place: &Place) -> Option<Self> {
        let side = place.side.round().max(1.0) as usize;
        let mut values: Vec<Option<u8>> = Vec::with_capacity(side * side);
        for row in 0..side {
            for column in 0..side {
                values.push(sample(luma, place.at(column as f32 + 0.5, row as f32 + 0.5)));
            }
        }
        let mut counts = [0_u32; 256];
        for value in values.iter().flatten() {
            counts[usize::from(*value)] += 1;
        }
        let total: u32 = counts.iter().sum();
        if total < 200 {
            return None;
        }
        let (dark, light) = (rank(&counts, total, 0.08), rank(&counts, total, 0.92));
        if light - dark < FAINTEST {
            return None;
        }
        let burnt = Burnt::of(&values, side, dark, light);
        let detail = detail(&values, side, &burnt, light - dark);
        let middle = f32::midpoint(dark, light);
        let (mut clear, mut darks) = (0_u32, 0_u32);
        for (index, value) in values.iter().enumerate() {
            if let Some(value) = value
                && !burnt.hides(index % side, index / side)
            {
                clear += 1;
                darks += u32::from(f32::from(*value) < middle);
            }
        }
        let module_px = f32::midpoint(place.across.x.hypot(place.across.y), place.down.x.hypot(place.down.y));
        let inside = total as f32 / (side * side) as f32;
        let outside = |p: &Point| {
            p.x < -module_px
                || p.y < -module_px
                || p.x > luma.width() as f32 + module_px
                || p.y > luma.height() as f32 + module_px
        };
        let cut = place.corners().iter().any(outside);
        // Without one of its finders a symbol is lost, however little is burnt.
        let bright = dark + 0.8 * (light - dark);
        let last = side as f32 - 3.5;
        let lost = [(3.5, 3.5), (last, 3.5), (3.5, last), (last, last)].iter().any(|(u, v)| {
            let near = (0..9).map(|i| ((i % 3) as f32 - 1.0, (i / 3) as f32 - 1.0));
            let mut core = near.filter_map(|(du, dv)| sample(luma, place.at(u + du, v + dv))).peekable();
            core.peek().is_some() && core.all(|value| f32::from(value) > bright)
        });
        let share = if lost { burnt.share().max(LOST_FINDER) } else { burnt.share() };
        let sight = CodeSight { module_px, light, dark, burnt: share, detail, cut };
        let quiet = quiet(luma, place, dark + 0.6 * (light - dark));
        Some(Self { sight, inside, dark_share: darks as f32 / clear.max(1) as f32, quiet })
    }
}

/// Share of light samples two modules outside the four sides.
fn quiet(luma: &GrayImage, place: &Place, limit: f32) -> f32 {
    let side = place.side.round();
    let (mut light, mut count) = (0_u32, 0_u32);
    for step in 0..side as usize {
        let along = step as f32 + 0.5;
        for (u, v) in [(along, -2.0), (along, side + 2.0), (-2.0, along), (side + 2.0, along)] {
            if let Some(value) = sample(luma, place.at(u, v)) {
                count += 1;
                light += u32::from(f32::from(value) >= limit);
            }
        }
    }
    light as f32 / count.max(1) as f32
}

/// Grey level below which this share of the samples lies.
fn rank(counts: &[u32; 256], total: u32, share: f32) -> f32 {
    let wanted = total as f32 * share;
    let mut sum = 0.0;
    for (level, count) in counts.iter().enumerate() {
        sum += *count as f32;
        if sum >= wanted {
            return level as f32;
        }
    }
    255.0
}

/// Mean difference of neighbours over that of a symbol in which every second neighbour differs, in the worse of the
/// two directions (movement smears one).
fn detail(values: &[Option<u8>], side: usize, burnt: &Burnt, contrast: f32) -> f32 {
    let mean = |across: bool| {
        let (mut sum, mut count) = (0.0_f32, 0_u32);
        for row in 0..side - 1 {
            for column in 0..side - 1 {
                let next = if across { row * side + column + 1 } else { (row + 1) * side + column };
                if let (Some(a), Some(b)) = (values[row * side + column], values[next])
                    && !burnt.hides(column, row)
                {
                    sum += f32::from(a.abs_diff(b));
                    count += 1;
                }
            }
        }
        sum / count.max(1) as f32
    };
    mean(true).min(mean(false)) / (contrast * 0.5)
}

/// Cells in which nothing dark is seen.
struct Burnt {
    columns: usize,
    cells: Vec<bool>,
    known: u32,
}

impl Burnt {
    /// A cell without anything dark that is light on the whole: smeared ones are grey.
    fn of(values: &[Option<u8>], side: usize, dark: f32, light: f32) -> Self {
        let (limit, bright) = (dark + 0.55 * (light - dark), dark + 0.8 * (light - dark));
        let columns = side.div_ceil(CELL);
        let (mut cells, mut known) = (Vec::with_capacity(columns * columns), 0);
        for row in 0..columns {
            for column in 0..columns {
                let rows = row * CELL..((row + 1) * CELL).min(side);
                let cell = rows.flat_map(|r| {
                    let from = r * side + column * CELL;
                    values[from..(r * side + ((column + 1) * CELL).min(side))].iter()
                });
                let (mut darkest, mut sum, mut count) = (u8::MAX, 0_u32, 0_usize);
                for value in cell.flatten() {
                    darkest = darkest.min(*value);
                    sum += u32::from(*value);
                    count += 1;
                }
                // A narrow cell at the edge may well be light throughout.
                let counted = count >= CELL * CELL * 3 / 5;
                known += u32::from(counted);
                let mean = sum as f32 / count.max(1) as f32;
                cells.push(counted && f32::from(darkest) > limit && mean > bright);
            }
        }
        Self { columns, cells, known }
    }

    fn hides(&self, column: usize, row: usize) -> bool {
        self.cells[row / CELL * self.columns + column / CELL]
    }

    fn share(&self) -> f32 {
        self.cells.iter().filter(|burnt| **burnt).count() as f32 / self.known.max(1) as f32
    }
}

/// Bilinear; `None` outside.
pub(super) fn sample(luma: &GrayImage, at: Point) -> Option<u8> {
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    if !(x >= 0.0 && y >= 0.0 && x < (luma.width() - 1) as f32 && y < (luma.height() - 1) as f32) {
        return None;
    }
    let (x0, y0) = (x as u32, y as u32);
    let (fx, fy) = (x.fract(), y.fract());
    let pixel = |dx: u32, dy: u32| f32::from(luma.get_pixel(x0 + dx, y0 + dy).0[0]);
    let top = pixel(0, 0) * (1.0 - fx) + pixel(1, 0) * fx;
    let bottom = pixel(0, 1) * (1.0 - fx) + pixel(1, 1) * fx;
    Some((top * (1.0 - fy) + bottom * fy).round() as u8)
}
