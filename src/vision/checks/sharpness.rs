//! Focus: how much a further blur still takes away.
//!
//! After Crete and others (2007): compare neighbouring differences before and after a strong blur. A ratio, so that
//! contrast and the colour of skin cancel out. 0 is sharp, 1 is blurred.

use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Reason, Unit};

/// Length of the box filter, pixels.
const BLUR: usize = 9;

pub(super) fn judge(sample: &Sample, findings: &mut Findings<'_>) {
    let id = CheckId::SharpnessFocus;
    let max = findings.rule(id).and_then(|rule| rule.max);
    match blur(sample) {
        Some(value) => findings.measured(id, value, Unit::Ratio, None, max),
        None => findings.unknown(id, Reason::NotVisible),
    }
}

/// The blur estimate over eyes, nose and mouth; `None` when they are outside the picture or flat.
fn blur(sample: &Sample) -> Option<f64> {
    let (face, picture) = (&sample.face, &sample.picture);
    let eyes = face.eye_center();
    let (half, to_chin) = (0.42 * face.face_width(), face.chin.y - eyes.y);
    let clamp = |value: f32, end: u32| value.clamp(0.0, end as f32) as u32;
    let (left, right) = (clamp(eyes.x - half, picture.width()), clamp(eyes.x + half, picture.width()));
    let (top, bottom) =
        (clamp(eyes.y - 0.4 * to_chin, picture.height()), clamp(eyes.y + 0.8 * to_chin, picture.height()));
    let (width, height) = ((right - left) as usize, (bottom - top) as usize);
    if width < 3 * BLUR || height < 3 * BLUR {
        return None;
    }
    let mut rows = Vec::with_capacity(width * height);
    for y in top..bottom {
        for x in left..right {
            let p = picture.get_pixel(x, y).0.map(f32::from);
            rows.push(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]);
        }
    }
    let columns: Vec<f32> =
        (0..width).flat_map(|x| (0..height).map(move |y| (x, y))).map(|(x, y)| rows[y * width + x]).collect();
    let across = loss(&rows, width)?;
    let down = loss(&columns, height)?;
    Some(f64::from(across.max(down)))
}

/// The estimate along lines of `length` values.
fn loss(lines: &[f32], length: usize) -> Option<f32> {
    let (mut all, mut kept) = (0.0_f32, 0.0_f32);
    let mut blurred = vec![0.0_f32; length - BLUR + 1];
    for line in lines.chunks_exact(length) {
        let mut sum: f32 = line[..BLUR].iter().sum();
        blurred[0] = sum;
        for index in 1..blurred.len() {
            sum += line[index + BLUR - 1] - line[index - 1];
            blurred[index] = sum;
        }
        let inner = &line[BLUR / 2..];
        for index in 1..blurred.len() {
            let sharp = (inner[index] - inner[index - 1]).abs();
            let soft = (blurred[index] - blurred[index - 1]).abs() / BLUR as f32;
            all += sharp;
            kept += (sharp - soft).max(0.0);
        }
    }
    // Under half a grey level per step there is no face to judge.
    (all > 0.25 * lines.len() as f32).then(|| 1.0 - kept / all)
}
