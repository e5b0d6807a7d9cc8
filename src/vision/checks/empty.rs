//! The backdrop with nobody before it: its colour and how even it is lit, by the same limits as behind a person.
//!
//! Judged once before a session, on the part of the camera's picture that portraits will be cut from.

use image::{RgbImage, imageops};

use super::Findings;
use super::sample::lab::{Lab, ciede2000, cloth_difference};
use crate::domain::finding::{CheckId, Finding, Reason, Unit};
use crate::domain::profile::Profile;
use crate::vision::rank::{median, quantile};

/// Side of the reduced copy that is judged, pixels: noise is gone, a crease of a hand's width still there.
const REDUCED: u32 = 96;
/// With less light than this (lightness of the median) colours cannot be told.
const DARKEST: f32 = 25.0;

/// Colour and evenness of an empty backdrop.
pub(in crate::vision) fn judge(picture: &RgbImage, profile: &Profile) -> Vec<Finding> {
    let mut findings = Findings::new(profile);
    let max = |findings: &Findings<'_>, id| findings.rule(id).and_then(|rule| rule.max);
    let cells = cells_of(picture);
    let Some(middle) = middle_of(&cells).filter(|middle| middle.l >= DARKEST) else {
        for id in [CheckId::BackgroundColor, CheckId::BackgroundUniform] {
            findings.unknown(id, Reason::NotVisible);
        }
        return findings.finish();
    };
    let colors = &profile.background.colors;
    let nearest = colors.iter().map(|color| cloth_difference(middle, Lab::of(color.rgb))).reduce(f32::min);
    let limit = max(&findings, CheckId::BackgroundColor);
    findings.measured_or_unknown(CheckId::BackgroundColor, nearest, Unit::ColorDifference, None, limit);
    let spread = quantile(cells.iter().flatten().map(|lab| ciede2000(*lab, middle)).collect::<Vec<_>>(), 0.95);
    let uneven = spread.map(|spread| spread.max(slope(&cells)));
    let limit = max(&findings, CheckId::BackgroundUniform);
    findings.measured_or_unknown(CheckId::BackgroundUniform, uneven, Unit::ColorDifference, None, limit);
    findings.finish()
}

/// Rows of cells of the largest upright 3:4 part in the middle of the picture.
fn cells_of(picture: &RgbImage) -> Vec<Vec<Lab>> {
    let (width, height) = picture.dimensions();
    let part_width = width.min(height * 3 / 4).max(1);
    let part_height = height.min(part_width * 4 / 3).max(1);
    let (left, top) = ((width - part_width) / 2, (height - part_height) / 2);
    let part = imageops::crop_imm(picture, left, top, part_width, part_height).to_image();
    let reduced = imageops::thumbnail(&part, REDUCED * 3 / 4, REDUCED);
    reduced.rows().map(|row| row.map(|pixel| Lab::of(pixel.0)).collect()).collect()
}

fn middle_of(cells: &[Vec<Lab>]) -> Option<Lab> {
    let middle = |value: fn(&Lab) -> f32| median(cells.iter().flatten().map(value).collect::<Vec<_>>());
    Some(Lab { l: middle(|lab| lab.l)?, a: middle(|lab| lab.a)?, b: middle(|lab| lab.b)? })
}

/// Difference of lightness between the outer fifths of the picture, left against right.
fn slope(cells: &[Vec<Lab>]) -> f32 {
    let side = |from_right: bool| {
        let values: Vec<f32> = cells
            .iter()
            .flat_map(|row| {
                let fifth = row.len() / 5;
                if from_right { &row[row.len() - fifth..] } else { &row[..fifth] }
            })
            .map(|lab| lab.l)
            .collect();
        values.iter().sum::<f32>() / values.len().max(1) as f32
    };
    (side(true) - side(false)).abs()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::domain::finding::Level;
    use crate::domain::profiles::default_profile;

    fn levels(picture: &RgbImage) -> Vec<(CheckId, Level)> {
        let findings = judge(picture, &default_profile().unwrap().profile);
        findings.iter().map(|finding| (finding.id, finding.level)).collect()
    }

    fn plain(color: [u8; 3]) -> RgbImage {
        RgbImage::from_pixel(640, 360, Rgb(color))
    }

    #[test]
    fn the_norms_blue_passes_and_red_is_refused() {
        use CheckId::{BackgroundColor, BackgroundUniform};
        assert_eq!(levels(&plain([104, 190, 245])), [(BackgroundColor, Level::Pass), (BackgroundUniform, Level::Pass)]);
        assert_eq!(levels(&plain([190, 40, 40])), [(BackgroundColor, Level::Fail), (BackgroundUniform, Level::Pass)]);
    }

    #[test]
    fn uneven_light_and_a_thing_in_the_way_are_seen() {
        let mut slanted = plain([100, 197, 255]);
        for (x, _, pixel) in slanted.enumerate_pixels_mut() {
            let light = 0.6 + 0.4 * x as f32 / 640.0;
            pixel.0 = pixel.0.map(|value| (f32::from(value) * light) as u8);
        }
        assert_eq!(levels(&slanted)[1].1, Level::Fail);
        let mut door = plain([100, 197, 255]);
        for y in 0..360 {
            for x in 250..290 {
                door.put_pixel(x, y, Rgb([120, 80, 40]));
            }
        }
        assert_eq!(levels(&door)[1].1, Level::Fail);
    }

    #[test]
    fn in_the_dark_nothing_is_said() {
        assert!(levels(&plain([12, 20, 26])).iter().all(|(_, level)| *level == Level::Unknown));
        assert_eq!(levels(&RgbImage::new(1, 1)).len(), 2, "no panic on a single pixel");
    }
}
