//! Whether the picture holds the detail that its pixels promise: one that was enlarged, or taken by a poor lens, does
//! not.
//!
//! The spectrum of lines of 32 pixels over the face, averaged: natural pictures fall off slowly up to the finest
//! frequency, enlarged ones end at the frequency that the smaller picture had. Relative to the coarse structure of the
//! same face, so that contrast and the colour of skin cancel out.

use super::sample::planes::Planes;
use super::sharpness::Area;
use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Unit};

/// Length of a line, pixels; frequencies count from 1 to half of it.
const LINE: usize = 32;
const FINEST: usize = LINE / 2;
/// Lines are this far apart, pixels.
const APART: usize = 3;
/// Detail ends where the spectrum has fallen this far below the coarse structure, decades: portraits at the norm's
/// qualities keep above it up to the finest frequencies, compression alone leaves about 3.1 below.
const FALL: f64 = 2.2;

pub(super) fn judge(sample: &Sample, planes: &Planes, findings: &mut Findings<'_>) {
    let id = CheckId::ImageUpscaled;
    let min = findings.rule(id).and_then(|rule| rule.min);
    let detail = Area::of(sample).and_then(|area| detail(planes, &area));
    findings.measured_or_unknown(id, detail, Unit::Percent, min, None);
}

/// The finest frequency that still carries detail, percent of the finest possible; `None` for a flat picture.
fn detail(planes: &Planes, area: &Area) -> Option<f32> {
    let energy = spectrum(planes, area);
    let level = |k: usize| energy[k].max(1e-9).log10();
    let coarse = f64::midpoint(level(2), level(3));
    if energy[2] < 1.0 {
        return None;
    }
    let mut last = coarse - level(3);
    for k in 4..=FINEST {
        let fall = coarse - level(k);
        if fall > FALL {
            // Between the two frequencies, where the fall was reached.
            let part = ((FALL - last) / (fall - last).max(1e-6)).clamp(0.0, 1.0);
            return Some((((k - 1) as f64 + part) / FINEST as f64 * 100.0) as f32);
        }
        last = fall;
    }
    Some(100.0)
}

/// Mean energy per frequency of lines across and down.
fn spectrum(planes: &Planes, area: &Area) -> [f64; FINEST + 1] {
    let turn = std::f32::consts::TAU / LINE as f32;
    let window: [f32; LINE] = std::array::from_fn(|i| 0.5 - 0.5 * ((i as f32 + 0.5) * turn).cos());
    let waves: [(f32, f32); LINE] = std::array::from_fn(|i| (i as f32 * turn).sin_cos());
    let (mut energy, mut lines) = ([0.0_f64; FINEST + 1], 0_u32);
    let mut add = |at: &dyn Fn(usize) -> f32| {
        let mut line: [f32; LINE] = std::array::from_fn(at);
        let mean = line.iter().sum::<f32>() / LINE as f32;
        for (value, weight) in line.iter_mut().zip(window) {
            *value = (*value - mean) * weight;
        }
        for (k, energy) in energy.iter_mut().enumerate().skip(2) {
            let (mut re, mut im) = (0.0, 0.0);
            for (i, value) in line.iter().enumerate() {
                let (sin, cos) = waves[i * k % LINE];
                re += value * cos;
                im += value * sin;
            }
            *energy += f64::from(re * re + im * im);
        }
        lines += 1;
    };
    for y in (area.top..area.bottom).step_by(APART) {
        for x in (area.left..area.right.saturating_sub(LINE)).step_by(LINE / 2) {
            add(&|i| planes.at(x + i, y) as f32);
        }
    }
    for x in (area.left..area.right).step_by(APART) {
        for y in (area.top..area.bottom.saturating_sub(LINE)).step_by(LINE / 2) {
            add(&|i| planes.at(x, y + i) as f32);
        }
    }
    energy.map(|sum| sum / f64::from(lines.max(1)))
}
