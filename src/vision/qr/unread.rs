//! A code that is seen and cannot be read: where it is, and how it looks. Only measured here; what helps against it is
//! decided in `domain::code_help`.
//!
//! Two or three finder patterns of one size at right angles with texture between them are a code. Where they are not
//! found in the picture as it is, one aid per look is tried in turn: brightened, halved, only its lightest tones.

use image::GrayImage;
use image::imageops::thumbnail;

mod place;
mod smeared;

use super::area;
use super::bitmap::{Bitmap, FLAT};
use super::finder::{self, Finder};
use crate::domain::code_help::CodeSight;
use crate::domain::geometry::Point;
use place::{Place, Samples, minus, plus, sample, scaled};

/// Finders that are combined at most, those seen in most rows first.
const FINDERS: usize = 10;
/// Detail under which an area has no modules.
const TEXTURE_OF_THREE: f32 = 0.1;
const TEXTURE_OF_TWO: f32 = 0.35;
/// Rings of a finder that is believed without two others: blots of a smeared symbol have broken ones.
const WHOLE_RINGS: f32 = 0.9;
/// Share of the quiet zone that is light: a place inside a symbol has 0.5 to 0.8.
const QUIET: f32 = 0.86;

/// A code that is seen and not read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unread {
    /// About where its corners are: pixels of the picture, clockwise.
    pub corners: [Point; 4],
    pub sight: CodeSight,
}

/// How the picture is prepared before finder patterns are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Aid {
    #[default]
    None,
    /// Four times as bright: a dim phone in a bright room.
    Brightened,
    /// Half the size: noise and stripes vanish.
    Halved,
    /// Only the lightest part of the scale: a screen that is burnt out.
    Washed,
}

impl Aid {
    /// What to try in the next frame when this one found nothing.
    pub const fn next(self) -> Self {
        match self {
            Self::None => Self::Brightened,
            Self::Brightened => Self::Halved,
            Self::Halved => Self::Washed,
            Self::Washed => Self::None,
        }
    }
}

/// Smaller pictures than this (pixels) show no code.
const SMALLEST: u32 = 48;

/// The most likely code among the finder patterns of a picture; `None` when there is none.
pub fn unread(luma: &GrayImage, aid: Aid) -> Option<Unread> {
    if luma.width().min(luma.height()) < SMALLEST {
        return None;
    }
    let half = || thumbnail(luma, luma.width() / 2, luma.height() / 2);
    let (prepared, scale) = match aid {
        Aid::None => (None, 1.0),
        Aid::Brightened => (Some(each(half(), |value| value.saturating_mul(4))), 2.0),
        Aid::Halved => (Some(half()), 2.0),
        Aid::Washed => (Some(each(half(), |value| value.saturating_sub(160).saturating_mul(3))), 2.0),
    };
    let prepared = prepared.as_ref().unwrap_or(luma);
    let finders = finder::find(prepared, &Bitmap::of(prepared, FLAT));
    let finders: Vec<Finder> = finders
        .into_iter()
        .take(FINDERS)
        .map(|f| Finder { center: scaled(f.center, scale), module: f.module * scale, ..f })
        .collect();
    likeliest(luma, aid, &finders)
}

/// The same for a frame whose own finder patterns are known.
pub(super) fn unread_among(luma: &GrayImage, aid: Aid, finders: &[Finder]) -> Option<Unread> {
    match aid {
        Aid::None if luma.width().min(luma.height()) < SMALLEST => None,
        Aid::None => likeliest(luma, aid, &finders[..finders.len().min(FINDERS)]),
        Aid::Brightened | Aid::Halved | Aid::Washed => unread(luma, aid),
    }
}

fn likeliest(luma: &GrayImage, aid: Aid, finders: &[Finder]) -> Option<Unread> {
    let seen = of_three(luma, finders).or_else(|| of_one(luma, finders)).or_else(|| of_two(luma, finders));
    // Blots of a smeared symbol may look like finder patterns of a coarser one.
    let smeared = smeared(luma, aid);
    match (seen, smeared) {
        (Some(seen), Some(smeared)) if area(&seen.corners) > 0.7 * area(&smeared.corners) => Some(seen),
        (seen, smeared) => smeared.or(seen),
    }
}

/// The same where a reader has found the symbol's corners and size and could not decode it.
pub(super) fn unread_grid(luma: &GrayImage, corners: [Point; 4], size: usize) -> Option<Unread> {
    let place = Place::between(corners, size as f32);
    let seen = Samples::of(luma, &place)?;
    Some(Unread { corners, sight: seen.sight })
}

fn each(mut picture: GrayImage, change: impl Fn(u8) -> u8) -> GrayImage {
    for value in picture.iter_mut() {
        *value = change(*value);
    }
    picture
}

/// Out of focus or moved: no finder patterns are left, only a grey square on white. Looked for twice per round of aids.
fn smeared(luma: &GrayImage, aid: Aid) -> Option<Unread> {
    let place = if matches!(aid, Aid::None | Aid::Halved) { smeared::find(luma) } else { None }?;
    let seen = Samples::of(luma, &place)?;
    Some(Unread { corners: place.corners(), sight: seen.sight })
}

/// One finder whose symbol runs out of the picture: no quiet zone between it and the edge.
fn of_one(luma: &GrayImage, finders: &[Finder]) -> Option<Unread> {
    let size = (luma.width() as f32, luma.height() as f32);
    for finder in finders.iter().filter(|finder| finder.votes >= 3 && finder.rings >= WHOLE_RINGS) {
        for way in [Point::new(1.0, 0.0), Point::new(-1.0, 0.0), Point::new(0.0, 1.0), Point::new(0.0, -1.0)] {
            let beside = Point::new(-way.y, way.x);
            let run = |offset: f32| {
                modules_to_the_edge(luma, plus(finder.center, beside, offset * finder.module), way, finder)
            };
            let runs: Vec<f32> = [-2.0, 0.0, 2.0].into_iter().filter_map(run).collect();
            let Some(longest) = runs.iter().copied().reduce(f32::max).filter(|_| runs.len() >= 2) else { continue };
            // As large as what is seen of it, at the side where the picture goes on.
            let side = longest.max(21.0) * finder.module;
            let toward =
                if beside.x * (size.0 / 2.0 - finder.center.x) + beside.y * (size.1 / 2.0 - finder.center.y) > 0.0 {
                    1.0
                } else {
                    -1.0
                };
            let corner = plus(plus(finder.center, way, -3.5 * finder.module), beside, -3.5 * finder.module * toward);
            let (end, below) = (plus(corner, way, side), scaled(beside, side * toward));
            let corners = [corner, end, plus(end, below, 1.0), plus(corner, below, 1.0)];
            let module_px = finder.module;
            let sight = CodeSight { module_px, light: 255.0, dark: 0.0, burnt: 0.0, detail: 1.0, cut: true };
            return Some(Unread { corners, sight });
        }
    }
    None
}

/// How many modules of a symbol lie between here and the picture's edge; `None` when it ends before: nothing of one
/// tone is longer inside a symbol than a few modules.
fn modules_to_the_edge(luma: &GrayImage, from: Point, way: Point, finder: &Finder) -> Option<f32> {
    const LONGEST: f32 = 6.0;
    const LEAST: f32 = 10.0;
    const STEP: f32 = 0.5;
    let mut values = Vec::new();
    while let Some(value) = sample(luma, plus(from, way, values.len() as f32 * STEP * finder.module)) {
        values.push(value);
        if values.len() > 400 {
            return None;
        }
    }
    let modules = values.len() as f32 * STEP;
    let (low, high) = (values.iter().min()?, values.iter().max()?);
    let middle = u16::midpoint(u16::from(*low), u16::from(*high)) as u8;
    let (mut run, mut dark, mut before) = (0.0_f32, 0.0_f32, None);
    for value in &values {
        let is_dark = *value < middle;
        run = if before == Some(is_dark) { run + STEP } else { STEP };
        before = Some(is_dark);
        dark += f32::from(is_dark);
        if run > LONGEST {
            return None;
        }
    }
    let share = dark / values.len() as f32;
    (modules >= LEAST && (0.3..0.7).contains(&share) && f32::from(high - low) > 30.0).then_some(modules)
}

fn of_three(luma: &GrayImage, finders: &[Finder]) -> Option<Unread> {
    let mut best: Option<(f32, Unread)> = None;
    for (i, a) in finders.iter().enumerate() {
        for (j, b) in finders.iter().enumerate() {
            for (k, c) in finders.iter().enumerate().skip(j + 1) {
                if j == i || k == i {
                    continue;
                }
                let Some((skew, place)) = right_angle(a, b, c) else { continue };
                if best.as_ref().is_some_and(|(least, _)| skew >= *least) {
                    continue;
                }
                let Some(seen) = Samples::of(luma, &place) else { continue };
                if seen.sight.detail >= TEXTURE_OF_THREE && seen.quiet >= QUIET {
                    best = Some((skew, Unread { corners: place.corners(), sight: seen.sight }));
                }
            }
        }
    }
    best.map(|(_, unread)| unread)
}

/// `a` in the corner, `b` and `c` at the ends of two like legs; gives how far from that they are.
fn right_angle(a: &Finder, b: &Finder, c: &Finder) -> Option<(f32, Place)> {
    let modules = [a.module, b.module, c.module];
    let (low, high) = modules.iter().fold((f32::MAX, 0.0_f32), |(l, h), m| (l.min(*m), h.max(*m)));
    if high > low * 1.6 {
        return None;
    }
    let (p, q) = (minus(b.center, a.center), minus(c.center, a.center));
    let (p_len, q_len) = (p.x.hypot(p.y), q.x.hypot(q.y));
    let cosine = ((p.x * q.x + p.y * q.y) / (p_len * q_len).max(1.0)).abs();
    let ratio = 1.0 - p_len.min(q_len) / p_len.max(q_len).max(1.0);
    if cosine > 0.4 || ratio > 0.35 {
        return None;
    }
    let module = (a.module + b.module + c.module) / 3.0;
    // Clockwise on the screen: right, then below.
    let (right, below) = if p.x * q.y - p.y * q.x > 0.0 { (b, c) } else { (c, b) };
    let place = Place::of(a.center, right.center, below.center, module)?;
    Some((cosine + ratio + (high / low - 1.0), place))
}

/// Two finders along one side or across: the third is outside the picture, burnt out or broken.
fn of_two(luma: &GrayImage, finders: &[Finder]) -> Option<Unread> {
    let mut best: Option<(f32, Unread)> = None;
    for (i, a) in finders.iter().enumerate() {
        for b in finders.iter().skip(i + 1) {
            if (a.module / b.module).max(b.module / a.module) > 1.35 {
                continue;
            }
            let module = f32::midpoint(a.module, b.module);
            let along = minus(b.center, a.center);
            let turned = Point::new(-along.y, along.x);
            let middle = a.center.midpoint(b.center);
            let corners = [
                // below the two, above the two, and with the two at opposite ends
                (a.center, b.center, plus(a.center, turned, 1.0)),
                (b.center, a.center, plus(b.center, turned, -1.0)),
                (plus(middle, turned, -0.5), b.center, a.center),
            ];
            for (corner, right, below) in corners {
                let Some(place) = Place::of(corner, right, below, module) else { continue };
                let Some(seen) = Samples::of(luma, &place) else { continue };
                let even = (seen.dark_share - 0.5).abs() < 0.22;
                let whole = seen.sight.cut || seen.sight.burnt > 0.03 || seen.sight.detail > 0.6;
                if !(even && whole) || seen.quiet < QUIET || seen.sight.detail < TEXTURE_OF_TWO || seen.inside < 0.3 {
                    continue;
                }
                let weight = seen.sight.detail * seen.inside.sqrt() * seen.quiet;
                if best.as_ref().is_none_or(|(most, _)| weight > *most) {
                    best = Some((weight, Unread { corners: place.corners(), sight: seen.sight }));
                }
            }
        }
    }
    best.map(|(_, unread)| unread)
}
