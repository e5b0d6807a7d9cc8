//! A code out of focus or moved: its modules have run together into a grey square on the white of the screen, darker
//! at three of its corners. Looked for in a small copy of the picture.

use image::GrayImage;
use image::imageops::thumbnail;

use super::super::area;
use super::place::{Place, minus, plus, sample, scaled};
use crate::domain::geometry::Point;

/// Width of the small copy, pixels.
const WIDTH: u32 = 480;
/// Squares in which the white of the surroundings is looked for, pixels of the small copy.
const BLOCK: usize = 8;
/// Less white than this (grey level) is no screen.
const DIMMEST: u8 = 60;
/// Share of the white under which a pixel belongs to the square.
const GREY: f32 = 0.8;
/// Sides of the square, pixels of the small copy.
const SIDES: std::ops::RangeInclusive<f32> = 26.0..=300.0;

/// The largest such square.
pub(super) fn find(luma: &GrayImage) -> Option<Place> {
    let scale = luma.width() as f32 / WIDTH as f32;
    let height = (luma.height() as f32 / scale).round().max(1.0) as u32;
    let small = thumbnail(luma, WIDTH, height);
    let grey = grey_on_white(&small);
    let (width, mut taken) = (WIDTH as usize, vec![false; grey.len()]);
    let mut best: Option<(f32, [Point; 4])> = None;
    for start in 0..grey.len() {
        if !grey[start] || taken[start] {
            continue;
        }
        let Some((size, quad)) = island(&grey, &mut taken, start, width) else { continue };
        if is_square(&quad, size)
            && best.as_ref().is_none_or(|(most, _)| size > *most)
            && is_surrounded(&grey, &quad, width)
        {
            best = Some((size, quad));
        }
    }
    let (_, quad) = best?;
    turned(&small, &quad).and_then(|(quad, modules)| {
        let [corner, right, _, below] = quad.map(|p| scaled(p, scale));
        let module = f32::midpoint(corner.distance(right), corner.distance(below)) / modules;
        let inward = |at: Point, a: Point, b: Point| {
            let step = |to: Point| scaled(minus(to, at), 3.5 / modules);
            plus(plus(at, step(a), 1.0), step(b), 1.0)
        };
        let (across, down) = (minus(right, corner), minus(below, corner));
        Place::of(
            inward(corner, right, below),
            inward(right, corner, plus(right, down, 1.0)),
            inward(below, plus(below, across, 1.0), corner),
            module,
        )
    })
}

/// Darker than the white around it, where there is some.
fn grey_on_white(small: &GrayImage) -> Vec<bool> {
    let (width, height) = (small.width() as usize, small.height() as usize);
    let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
    let mut white = vec![0_u8; columns * rows];
    for (index, value) in small.as_raw().iter().enumerate() {
        let block = index / width / BLOCK * columns + index % width / BLOCK;
        white[block] = white[block].max(*value);
    }
    // The white margin of a large square lies several blocks away.
    const FAR: usize = 6;
    let around = |row: usize, column: usize| {
        let rows = row.saturating_sub(FAR)..(row + FAR + 1).min(rows);
        let columns_near = column.saturating_sub(FAR)..(column + FAR + 1).min(columns);
        rows.flat_map(|r| white[r * columns + columns_near.start..r * columns + columns_near.end].iter()).max()
    };
    let mut limits = vec![0.0_f32; columns * rows];
    for row in 0..rows {
        for column in 0..columns {
            let white = around(row, column).copied().unwrap_or(0);
            limits[row * columns + column] = if white >= DIMMEST { f32::from(white) * GREY } else { 0.0 };
        }
    }
    let limit = |index: usize| limits[index / width / BLOCK * columns + index % width / BLOCK];
    small.as_raw().iter().enumerate().map(|(index, value)| f32::from(*value) < limit(index)).collect()
}

/// The connected grey pixels around `start`: how many, and their four outermost corners, clockwise.
fn island(grey: &[bool], taken: &mut [bool], start: usize, width: usize) -> Option<(f32, [Point; 4])> {
    let (mut todo, mut size) = (vec![start], 0_u32);
    taken[start] = true;
    // Outermost along the diagonals, and along the sides.
    let mut ends = [(f32::MIN, Point::default()); 8];
    while let Some(at) = todo.pop() {
        size += 1;
        let (x, y) = (at % width, at / width);
        let p = Point::new(x as f32 + 0.5, y as f32 + 0.5);
        let far = [-p.x - p.y, p.x - p.y, p.x + p.y, p.y - p.x, -p.y, p.x, p.y, -p.x];
        for (end, far) in ends.iter_mut().zip(far) {
            if far > end.0 {
                *end = (far, p);
            }
        }
        let near = [
            (x > 0).then(|| at - 1),
            (x + 1 < width).then_some(at + 1),
            at.checked_sub(width),
            (at + width < grey.len()).then_some(at + width),
        ];
        for next in near.into_iter().flatten() {
            if grey[next] && !taken[next] {
                taken[next] = true;
                todo.push(next);
            }
        }
    }
    let quad = |from: usize| -> [Point; 4] { std::array::from_fn(|i| ends[from + i].1) };
    let (diagonal, straight) = (quad(0), quad(4));
    let quad = if area(&diagonal) >= area(&straight) { diagonal } else { straight };
    (size as f32 >= SIDES.start().powi(2) * 0.7).then_some((size as f32, quad))
}

/// Four like sides, filled.
fn is_square(quad: &[Point; 4], size: f32) -> bool {
    let sides = [0, 1, 2, 3].map(|i| quad[i].distance(quad[(i + 1) % 4]));
    let (low, high) = sides.iter().fold((f32::MAX, 0.0_f32), |(l, h), s| (l.min(*s), h.max(*s)));
    let filled = size / area(quad).max(1.0);
    SIDES.contains(&low) && SIDES.contains(&high) && low >= 0.6 * high && (0.72..1.25).contains(&filled)
}

/// White stands around it on all sides.
fn is_surrounded(grey: &[bool], quad: &[Point; 4], width: usize) -> bool {
    let middle = quad[0].midpoint(quad[2]);
    let (mut light, mut count) = (0_u32, 0_u32);
    for i in 0..4 {
        for step in 0..16 {
            let along = scaled(minus(quad[(i + 1) % 4], quad[i]), step as f32 / 16.0);
            let out = plus(middle, minus(plus(quad[i], along, 1.0), middle), 1.1);
            count += 1;
            if out.x >= 0.0 && out.y >= 0.0 && (out.x as usize) < width {
                light += u32::from(grey.get(out.y as usize * width + out.x as usize) == Some(&false));
            }
        }
    }
    light * 4 >= count * 3
}

/// Turns the corners so that the lightest is the third; gives the modules per side. `None` when the other three are
/// not darker than the square's mean.
fn turned(small: &GrayImage, quad: &[Point; 4]) -> Option<([Point; 4], f32)> {
    let middle = quad[0].midpoint(quad[2]);
    let mean = {
        let (mut sum, mut count) = (0.0, 0.0_f32);
        for step in 0..400 {
            let (u, v) = ((step % 20) as f32 / 20.0, (step / 20) as f32 / 20.0);
            let at = plus(plus(quad[0], minus(quad[1], quad[0]), u), minus(quad[3], quad[0]), v);
            if let Some(value) = sample(small, at) {
                sum += f32::from(value);
                count += 1.0;
            }
        }
        sum / count.max(1.0)
    };
    // The darkest place on the way from each corner to the middle, and how far it is.
    let darkest = quad.map(|corner| {
        let mut found = (255.0_f32, 0.0_f32);
        for step in 4..=26 {
            let share = step as f32 / 100.0;
            if let Some(value) = sample(small, plus(corner, minus(middle, corner), share))
                && f32::from(value) < found.0
            {
                found = (f32::from(value), share);
            }
        }
        found
    });
    let lightest = (0..4).max_by(|a, b| darkest[*a].0.total_cmp(&darkest[*b].0))?;
    let finders: Vec<(f32, f32)> = (0..4).filter(|i| *i != lightest).map(|i| darkest[i]).collect();
    if finders.iter().any(|(dark, _)| *dark > mean * 0.85)
        || darkest[lightest].0 < finders.iter().map(|f| f.0).fold(0.0, f32::max) * 1.04
    {
        return None;
    }
    // The share goes to the middle of the square: a finder's centre lies 3.5 modules in from either side.
    let share = finders.iter().map(|f| f.1).sum::<f32>() / 3.0;
    let modules = (7.0 / share.max(0.03)).clamp(21.0, 125.0);
    let turned = std::array::from_fn(|i| quad[(lightest + 2 + i) % 4]);
    Some((turned, modules))
}
