//! Blur of the face: out of focus, and moved.
//!
//! Focus after Crete and others (2007): how much a further blur still takes away, by comparing neighbouring differences
//! before and after it. 0 is sharp, 1 is blurred. Motion: how much finer the structure is across the movement than
//! along it, which a lens out of focus does not change. Both are ratios, so that contrast and the colour of skin cancel
//! out.

use super::sample::planes::Planes;
use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Unit};

/// Half the length of the box filter, pixels.
const REACH: usize = 4;
/// Directions in which motion is looked for, over half a turn.
const DIRECTIONS: usize = 8;
/// Distances of fine and of coarse structure, pixels.
const FINE: f32 = 1.5;
const COARSE: f32 = 5.0;
/// Places that are looked at for motion are this far apart, pixels.
const APART: usize = 2;

pub(super) fn judge(sample: &Sample, planes: &Planes, findings: &mut Findings<'_>) {
    let area = Area::of(sample);
    let max = |findings: &Findings<'_>, id| findings.rule(id).and_then(|rule| rule.max);
    let id = CheckId::SharpnessFocus;
    let limit = max(findings, id);
    let blur = area.as_ref().and_then(|area| blur(planes, area));
    findings.measured_or_unknown(id, blur, Unit::Ratio, None, limit);
    let id = CheckId::SharpnessMotion;
    let limit = max(findings, id);
    let motion = area.as_ref().and_then(|area| motion(planes, area));
    findings.measured_or_unknown(id, motion, Unit::Ratio, None, limit);
}

/// Eyes, nose and mouth, pixels of the sample.
pub(super) struct Area {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
}

impl Area {
    /// `None` when too little of it is inside the picture.
    pub(super) fn of(sample: &Sample) -> Option<Self> {
        let (face, picture) = (&sample.face, &sample.picture);
        let eyes = face.eye_center();
        let (half, to_chin) = (0.42 * face.face_width(), face.chin.y - eyes.y);
        let clamp = |value: f32, end: u32| value.clamp(0.0, end as f32) as usize;
        let (left, right) = (clamp(eyes.x - half, picture.width()), clamp(eyes.x + half, picture.width()));
        let top = clamp(eyes.y - 0.4 * to_chin, picture.height());
        let bottom = clamp(eyes.y + 0.8 * to_chin, picture.height());
        let least = 6 * REACH;
        (right >= left + least && bottom >= top + least).then_some(Self { left, top, right, bottom })
    }
}

/// The blur estimate, of the direction that is more blurred; `None` when the face is flat.
fn blur(planes: &Planes, area: &Area) -> Option<f32> {
    let across = loss(area.top..area.bottom, area.left..area.right, |line, at| planes.at(at, line))?;
    let down = loss(area.left..area.right, area.top..area.bottom, |line, at| planes.at(line, at))?;
    Some(across.max(down))
}

/// The estimate along lines.
fn loss(
    lines: std::ops::Range<usize>,
    along: std::ops::Range<usize>,
    value: impl Fn(usize, usize) -> i32,
) -> Option<f32> {
    let (mut all, mut kept) = (0_u64, 0_u64);
    let box_length = (2 * REACH + 1) as u32;
    let count = lines.len() * along.len();
    for line in lines {
        for at in along.start + REACH..along.end.saturating_sub(REACH + 1) {
            let sharp = (value(line, at + 1) - value(line, at)).unsigned_abs() * box_length;
            // The difference of two neighbouring box means is that of what enters and what leaves.
            let soft = (value(line, at + REACH + 1) - value(line, at - REACH)).unsigned_abs();
            all += u64::from(sharp);
            kept += u64::from(sharp.saturating_sub(soft));
        }
    }
    // Under a quarter of a grey level per step there is no face to judge.
    (all as f64 > 0.25 * f64::from(box_length) * count as f64).then(|| 1.0 - (kept as f64 / all as f64) as f32)
}

/// Share of fine in coarse structure across the movement over that along it, in the direction where it is greatest; 1
/// without movement. `None` when the face is flat.
fn motion(planes: &Planes, area: &Area) -> Option<f32> {
    let fineness: [Option<f32>; DIRECTIONS] = std::array::from_fn(|step| {
        let (sin, cos) = (std::f32::consts::PI * step as f32 / DIRECTIONS as f32).sin_cos();
        let fine = bends(planes, area, (cos * FINE, sin * FINE));
        let coarse = bends(planes, area, (cos * COARSE, sin * COARSE));
        (coarse > 1.0 && fine > 0.0).then(|| fine / coarse)
    });
    let pairs = (0..DIRECTIONS).map(|step| {
        let across = fineness[(step + DIRECTIONS / 2) % DIRECTIONS]?;
        fineness[step].map(|along| across / along)
    });
    pairs.collect::<Option<Vec<_>>>()?.into_iter().reduce(f32::max)
}

/// Mean square of a value's difference from the mean of those a step to both sides.
fn bends(planes: &Planes, area: &Area, step: (f32, f32)) -> f32 {
    // The place between four pixels is the same from every pixel: its shares are worked out once.
    let (whole_x, whole_y) = (step.0.floor(), step.1.floor());
    let (part_x, part_y) = (((step.0 - whole_x) * 16.0) as i32, ((step.1 - whole_y) * 16.0) as i32);
    let (dx, dy) = (whole_x as isize, whole_y as isize);
    let margin = COARSE as usize + 2;
    let (width, height) = (planes.width, planes.height);
    let rows = area.top.max(margin)..area.bottom.min(height.saturating_sub(margin));
    let columns = area.left.max(margin)..area.right.min(width.saturating_sub(margin));
    let four = |at: usize, dx: isize, dy: isize, px: i32, py: i32| -> i32 {
        let first = at.wrapping_add_signed(dy * width as isize + dx);
        let value = |offset: usize| i32::from(planes.luma[first + offset]);
        let upper = value(0) * (16 - px) + value(1) * px;
        let lower = value(width) * (16 - px) + value(width + 1) * px;
        upper * (16 - py) + lower * py
    };
    // To the other side the shares are the mirrored ones.
    let back = |whole: isize, part: i32| if part == 0 { (-whole, 0) } else { (-whole - 1, 16 - part) };
    let ((back_dx, back_px), (back_dy, back_py)) = (back(dx, part_x), back(dy, part_y));
    let (mut sum, mut count) = (0.0_f64, 0_u32);
    for y in rows.step_by(APART) {
        for x in columns.clone().step_by(APART) {
            let at = y * width + x;
            let here = 2 * 256 * i32::from(planes.luma[at]);
            let bend = here - four(at, dx, dy, part_x, part_y) - four(at, back_dx, back_dy, back_px, back_py);
            sum += f64::from(bend) * f64::from(bend);
            count += 1;
        }
    }
    (sum / f64::from(count.max(1)) / 65536.0) as f32
}
