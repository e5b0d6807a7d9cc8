//! The photo standard as the guides draw it: size and bands in pixels of the final picture, and where a head belongs.

use crate::domain::profile::{Band, HeadTopReading, Profile};

/// The head of an average person at a face width of [`REFERENCE_WIDTH`]: half axes of its outline, how far its middle
/// lies under the eyes, and how far hairline and top of the hair lie above them.
const HALF: [f32; 2] = [128.0, 172.0];
const MIDDLE_UNDER_EYES: f32 = 2.0;
const HAIR_TOP_OVER_EYES: f32 = 169.0;
const HAIRLINE_OVER_EYES: f32 = 123.0;
/// The middle of the widths that the degree norm aims at.
const REFERENCE_WIDTH: f32 = 215.0;

/// What the guides draw. Pixels of the final picture, origin top left, y down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Norm {
    /// Width and height.
    pub size: [f32; 2],
    /// 头顶 between these rows.
    pub head_top: [f32; 2],
    /// 眼线 between these rows.
    pub eye_line: [f32; 2],
    /// Narrowest and widest face.
    pub face_width: [f32; 2],
    /// Centre and half axes of the head's outline.
    pub outline_center: [f32; 2],
    pub outline_half: [f32; 2],
}

impl Default for Norm {
    /// The degree norm.
    fn default() -> Self {
        Self {
            size: [480.0, 640.0],
            head_top: [50.0, 110.0],
            eye_line: [200.0, 300.0],
            face_width: [180.0, 300.0],
            outline_center: [240.0, 228.0],
            outline_half: HALF,
        }
    }
}

impl From<&Profile> for Norm {
    fn from(profile: &Profile) -> Self {
        let geometry = &profile.geometry;
        let aim = geometry.face_width_aim.unwrap_or(geometry.face_width);
        let scale = aim.middle() as f32 / REFERENCE_WIDTH;
        let size = [profile.picture.width as f32, profile.picture.height as f32];
        let eyes = eyes_of_an_average_head(profile, scale);
        Self {
            size,
            head_top: rows(geometry.head_top),
            eye_line: rows(geometry.eye_line),
            face_width: rows(geometry.face_width),
            outline_center: [size[0] / 2.0, eyes + MIDDLE_UNDER_EYES * scale],
            outline_half: HALF.map(|half| half * scale),
        }
    }
}

impl Norm {
    /// Width over height.
    pub fn shape(&self) -> f32 {
        self.size[0] / self.size[1].max(1.0)
    }

    /// The row at the middle of the cheeks, where the face is measured.
    pub(super) fn cheek_row(&self) -> f32 {
        self.outline_center[1] + 0.15 * self.outline_half[1]
    }

    /// A length that was chosen on the degree norm's picture.
    pub(super) fn length(&self, of_480: f32) -> f32 {
        of_480 * self.size[0] / 480.0
    }

    /// Where the widest and the narrowest face end, left to right.
    pub(super) fn cheeks(&self) -> [f32; 4] {
        let (middle, [least, most]) = (self.size[0] / 2.0, self.face_width);
        [middle - most / 2.0, middle - least / 2.0, middle + least / 2.0, middle + most / 2.0]
    }
}

/// The middle of the rows at which the eyes of an average head leave every band held; where both readings of the head
/// top cannot hold, the hair top alone, as the crop is chosen.
fn eyes_of_an_average_head(profile: &Profile, scale: f32) -> f32 {
    let geometry = &profile.geometry;
    let [low, high] = rows(geometry.eye_line);
    let [top, bottom] = rows(geometry.head_top);
    let within = |over: &[f32]| {
        let held = over
            .iter()
            .fold([low, high], |[from, to], over| [from.max(top + over * scale), to.min(bottom + over * scale)]);
        (held[0] <= held[1]).then(|| f32::midpoint(held[0], held[1]))
    };
    let hair_top = f32::midpoint(top, bottom) + HAIR_TOP_OVER_EYES * scale;
    let hairline = f32::midpoint(top, bottom) + HAIRLINE_OVER_EYES * scale;
    let found = match geometry.head_top_reading {
        HeadTopReading::Both => {
            within(&[HAIR_TOP_OVER_EYES, HAIRLINE_OVER_EYES]).or_else(|| within(&[HAIR_TOP_OVER_EYES]))
        }
        HeadTopReading::HairTop => within(&[HAIR_TOP_OVER_EYES]),
        HeadTopReading::Hairline => within(&[HAIRLINE_OVER_EYES]),
    };
    let wanted = if geometry.head_top_reading == HeadTopReading::Hairline { hairline } else { hair_top };
    found.unwrap_or_else(|| wanted.clamp(low, high.max(low)))
}

const fn rows(band: Band) -> [f32; 2] {
    [band.min as f32, band.max as f32]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::profiles::{DEFAULT_PROFILE, shipped};

    #[test]
    fn the_degree_norm_is_what_stands_without_a_session() {
        let degree = shipped().into_iter().find(|file| file.profile.id == DEFAULT_PROFILE).unwrap();
        assert_eq!(Norm::from(&degree.profile), Norm::default());
    }

    #[test]
    fn every_outline_is_a_head_that_the_standard_takes() {
        for file in shipped() {
            let (norm, id) = (Norm::from(&file.profile), &file.profile.id);
            let scale = norm.outline_half[0] / HALF[0];
            let eyes = norm.outline_center[1] - MIDDLE_UNDER_EYES * scale;
            let band = file.profile.geometry.eye_line;
            assert!(band.contains(f64::from(eyes)), "{id}: eyes at {eyes}");
            let (top, chin) = (eyes - HAIR_TOP_OVER_EYES * scale, norm.outline_center[1] + norm.outline_half[1]);
            assert!(file.profile.geometry.head_top.contains(f64::from(top)), "{id}: hair ends at {top}");
            assert!(chin < norm.size[1], "{id}: chin at {chin}");
            assert!(norm.outline_half[0] * 2.0 < norm.size[0], "{id}: the head is wider than the picture");
        }
    }
}
