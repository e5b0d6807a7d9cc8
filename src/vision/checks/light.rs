//! Light on the face. No limit depends on how bright skin is: the white of the whole picture, the white of the eyes,
//! shares of pixels that carry no more information, the ratio of both cheeks, and grain.
//!
//! Mean face brightness is left out on purpose: on compliant studio portraits it follows the colour of skin.

use image::RgbImage;

use super::sample::backdrop::Backdrop;
use super::sample::eye_white::eye_white;
use super::sample::lab::luminance;
use super::sample::planes::Planes;
use super::sample::skin::Skin;
use super::{Findings, Sample};
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{CheckId, Reason, Unit};

/// A pixel whose greatest channel is at or below this carries no more information (sRGB value).
const CRUSHED: u8 = 10;
/// A channel at or above this is cut off (sRGB value).
const BLOWN: u8 = 253;

/// A hundredth of the skin cut off counts as much as this of the eyes' white, percent.
const CUT_OFF: f64 = 8.0;
/// Luminance of the eyes' white in a good picture, percent (27 portraits 16 to 48).
const USUAL_EYES: f64 = 33.0;

pub(super) fn judge(
    sample: &Sample,
    planes: &Planes,
    skin: Option<&Skin>,
    backdrop: Option<&Backdrop>,
    findings: &mut Findings<'_>,
) {
    judge_dark(sample, findings);
    judge_bright(sample, skin, findings);
    let max = findings.rule(CheckId::LightBalance).and_then(|rule| rule.max);
    match balance(sample) {
        Some(percent) => {
            findings.measured(CheckId::LightBalance, percent, Unit::Percent, max.map(|max| -max), max);
        }
        None => findings.unknown(CheckId::LightBalance, Reason::NotVisible),
    }
    let max = findings.rule(CheckId::LightNoise).and_then(|rule| rule.max);
    let grain = backdrop.and_then(|backdrop| grain(planes, backdrop));
    findings.measured_or_unknown(CheckId::LightNoise, grain, Unit::Percent, None, max);
}

/// Two ways of being too dark: nothing in the picture is bright, or the middle of the face is crushed.
fn judge_dark(sample: &Sample, findings: &mut Findings<'_>) {
    let id = CheckId::LightDark;
    let (min, max) = findings.rule(id).map_or((None, None), |rule| (rule.min, rule.max));
    let white = white_level(&sample.picture);
    let crushed = share(&sample.picture, &face_box(&sample.face, 0.2, 0.55, 0.36), |p| {
        p.iter().max().is_some_and(|most| *most <= CRUSHED)
    });
    match crushed {
        Some(share) if max.is_some_and(|max| share > max) => {
            findings.measured(id, share, Unit::Percent, None, max);
        }
        _ => findings.measured(id, white, Unit::Percent, min, None),
    }
}

/// Too bright: the white of the eyes is nearly as bright as paper, which shows on skin of every tone, or skin is cut off
/// in two channels. Red alone is cut off early on light skin that is not too bright at all.
///
/// The luminance of the eyes' white, percent of full scale, plus [`CUT_OFF`] times the percentage of skin cut off; where
/// no eye shows, a usual one counts.
fn judge_bright(sample: &Sample, skin: Option<&Skin>, findings: &mut Findings<'_>) {
    let id = CheckId::LightBright;
    let max = findings.rule(id).and_then(|rule| rule.max);
    let blown = |p: [u8; 3]| p.iter().filter(|value| **value >= BLOWN).count() >= 2;
    let cut_off = match skin {
        Some(skin) => {
            let hits = skin.pixels.iter().filter(|pixel| blown(**pixel)).count();
            Some(hits as f64 / skin.pixels.len().max(1) as f64 * 100.0)
        }
        None => share(&sample.picture, &face_box(&sample.face, -0.45, 0.8, 0.36), blown),
    };
    let Some(cut_off) = cut_off else {
        findings.unknown(id, Reason::NotVisible);
        return;
    };
    let eyes = eye_white(sample).map(|[r, g, b]| f64::from(0.2126 * r + 0.7152 * g + 0.0722 * b) * 100.0);
    let value = eyes.unwrap_or(USUAL_EYES) + (CUT_OFF * cut_off).min(100.0);
    findings.measured(id, value, Unit::Percent, None, max);
}

/// Level of the strongest channel that only the brightest hundredth of the picture exceeds, percent of full scale. The
/// norm's three backdrops all have a channel at 94 % or more, whatever the person wears.
fn white_level(picture: &RgbImage) -> f64 {
    let mut counts = [0_usize; 256];
    for p in picture.pixels() {
        counts[usize::from(p.0[0].max(p.0[1]).max(p.0[2]))] += 1;
    }
    let mut above = picture.pixels().len() / 100;
    let level = (0..=255).rev().find(|value| {
        let count = counts[*value];
        let found = count > above;
        above = above.saturating_sub(count);
        found
    });
    level.unwrap_or(0) as f64 / 255.0 * 100.0
}

/// A box in the face: from `top` to `bottom` of the way from eye line to chin, `side` face widths to either side.
/// Left, top, right, bottom, clamped by the reader.
fn face_box(face: &FaceMeasurements, top: f32, bottom: f32, side: f32) -> [f32; 4] {
    let eyes = face.eye_center();
    let to_chin = face.chin.y - eyes.y;
    let half = side * face.face_width();
    [eyes.x - half, eyes.y + top * to_chin, eyes.x + half, eyes.y + bottom * to_chin]
}

/// Share of the box's pixels for which `test` holds, percent; `None` when the box is outside the picture.
fn share(picture: &RgbImage, area: &[f32; 4], test: impl Fn([u8; 3]) -> bool) -> Option<f64> {
    let (mut hits, mut all) = (0_usize, 0_usize);
    for_each(picture, area, |p| {
        all += 1;
        hits += usize::from(test(p));
    });
    (all >= 64).then(|| hits as f64 / all as f64 * 100.0)
}

fn for_each(picture: &RgbImage, area: &[f32; 4], mut visit: impl FnMut([u8; 3])) {
    let clamp = |value: f32, end: u32| value.round().clamp(0.0, end as f32) as u32;
    let [left, right] = [area[0], area[2]].map(|x| clamp(x, picture.width()));
    let [top, bottom] = [area[1], area[3]].map(|y| clamp(y, picture.height()));
    for y in top..bottom {
        for x in left..right {
            visit(picture.get_pixel(x, y).0);
        }
    }
}

/// How much more light falls on one cheek: percent of the brighter one, positive when the cheek right in the picture
/// is brighter. A ratio of linear light, so that the colour of skin cancels out.
fn balance(sample: &Sample) -> Option<f64> {
    let face = &sample.face;
    let side = 0.3 * face.inter_eye_distance();
    let to_chin = face.chin.y - face.eye_center().y;
    let mean = |left: f32, top: f32| {
        let (mut sum, mut count) = (0.0_f64, 0_usize);
        for_each(&sample.picture, &[left, top, left + side, top + side], |p| {
            sum += f64::from(luminance(p));
            count += 1;
        });
        (count >= 16).then(|| sum / count as f64)
    };
    let top = |eye: usize| face.eyes[eye].y + 0.3 * to_chin;
    let left = mean(face.eyes[0].x - side / 2.0, top(0))?;
    let right = mean(face.eyes[1].x - side / 2.0, top(1))?;
    let brighter = left.max(right);
    (brighter > 0.0).then(|| (right - left) / brighter * 100.0)
}

/// Grain: typical difference of a backdrop pixel from its neighbours, percent of full scale.
fn grain(planes: &Planes, backdrop: &Backdrop) -> Option<f32> {
    let (mut sum, mut total) = (0_u64, 0_u64);
    for (x, y) in backdrop.pixels() {
        if x == 0 || y == 0 || x + 1 >= planes.width || y + 1 >= planes.height {
            continue;
        }
        let around = planes.at(x - 1, y) + planes.at(x + 1, y) + planes.at(x, y - 1) + planes.at(x, y + 1);
        sum += u64::from((4 * planes.at(x, y) - around).unsigned_abs());
        total += 1;
    }
    // Four times the difference was counted; 1.2533 makes a mean a deviation, 1.118 undoes the neighbours' own.
    (total > 0).then(|| (sum as f64 / total as f64 / 4.0 * 1.2533 / 1.118 / 255.0 * 100.0) as f32)
}
