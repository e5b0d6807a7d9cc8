//! Faults painted onto a photo of a real face: for measuring checks on real skin, hair and light.
//!
//! Knows nothing of networks: it is given the points of the face. What is painted is plain to see at strength 1 and
//! milder below; the seed chooses frame, lamp, cloth and strands. Nothing here is ever used on a student's photo.

mod canvas;
mod cloth;
mod eyes;
mod glasses;
mod hair;
mod mouth;
mod rotated;
mod warp;

use image::RgbImage;

use self::canvas::Axes;
use super::random::Random;
use crate::domain::geometry::Point;

/// Points of a face, pixels of the photo, in the published orders of face mesh and iris model.
#[derive(Debug, Clone, Copy)]
pub struct PhotoMarks<'a> {
    /// 468 points.
    pub mesh: &'a [Point],
    /// 71 points per eye, the eye left in the photo first; the first 16 are the edge of the opening.
    pub eye_contours: [&'a [Point]; 2],
    pub irises: [Point; 2],
    pub iris_diameters: [f32; 2],
}

/// What can be painted onto a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhotoFault {
    /// Clear, clean glasses that sit well: a fault only where glasses are forbidden. Strength is the rim's weight.
    Glasses,
    /// Glasses with a lamp or window on the lenses. Strength is how much of the eye it veils and how densely.
    LensGlare,
    /// Glasses with dark lenses. Strength is the tint's opacity.
    DarkLenses,
    /// Glasses that have slipped so that the upper rim crosses the eyes. Strength moves it from the lid to the pupil.
    FrameOverEyes,
    /// Pupils that throw back a flash.
    RedEyes,
    /// Irises away from the lens, to the side that the seed says. Strength 1 is about 30 degrees.
    LookingAside,
    /// Both lids lowered; shut at 1.
    EyesClosed,
    /// Lips parted over teeth. Strength 1 shows a band of a tenth of the distance from eyes to chin.
    TeethShown,
    /// Mouth open over a dark gap.
    MouthOpen,
    /// A fringe over the forehead that ends above the brows: allowed.
    FringeAboveBrows,
    /// A fringe; at strength 1 it hides the brows, at 0.5 their upper half.
    HairOverBrows,
    /// Locks over the eyes; strength is how many.
    HairOverEyes,
    /// Hair over both ears; strength is how much of them.
    HairOverEars,
    /// Cap, knitted hat or headscarf, as the seed says. Strength is how deep it sits.
    HeadCover,
    /// A face mask; over the nose at 1, over the mouth at 0.6, under the chin below 0.3.
    Mask,
    /// A hand before the face. Strength is how far it reaches.
    Hand,
    /// One shoulder higher; 12 degrees at 1, side by the seed.
    ShouldersTilted,
    /// Eyes level, head turned by 20 degrees at 1 to the right in the photo, at -1 to the left (the photo is laid on the
    /// shape of a head).
    HeadTurned,
    /// Eyes in place, chin down by 20 degrees at 1, up at -1 (like the turn).
    HeadNodded,
}

impl PhotoFault {
    pub const ALL: [Self; 19] = [
        Self::Glasses,
        Self::LensGlare,
        Self::DarkLenses,
        Self::FrameOverEyes,
        Self::RedEyes,
        Self::LookingAside,
        Self::EyesClosed,
        Self::TeethShown,
        Self::MouthOpen,
        Self::FringeAboveBrows,
        Self::HairOverBrows,
        Self::HairOverEyes,
        Self::HairOverEars,
        Self::HeadCover,
        Self::Mask,
        Self::Hand,
        Self::ShouldersTilted,
        Self::HeadTurned,
        Self::HeadNodded,
    ];
}

/// Paints one fault. A photo whose points are incomplete stays as it is.
pub fn paint(picture: &mut RgbImage, marks: &PhotoMarks<'_>, fault: PhotoFault, strength: f32, seed: u64) {
    let Some(axes) = Axes::of(marks) else { return };
    let random = &mut Random::fork(seed, fault as u64 + 900);
    match fault {
        PhotoFault::Glasses => glasses::clear(picture, marks, axes, strength, random),
        PhotoFault::LensGlare => glasses::glare(picture, marks, axes, strength, random),
        PhotoFault::DarkLenses => glasses::dark(picture, marks, axes, strength, random),
        PhotoFault::FrameOverEyes => glasses::slipped(picture, marks, axes, strength, random),
        PhotoFault::RedEyes => eyes::red(picture, marks, axes, strength),
        PhotoFault::LookingAside => eyes::aside(picture, marks, axes, strength, random),
        PhotoFault::EyesClosed => eyes::closed(picture, marks, axes, strength),
        PhotoFault::TeethShown => mouth::part(picture, marks, axes, strength, mouth::Behind::Teeth),
        PhotoFault::MouthOpen => mouth::part(picture, marks, axes, strength, mouth::Behind::Dark),
        PhotoFault::FringeAboveBrows => hair::fringe(picture, marks, axes, hair::Ends::AboveBrows, strength, random),
        PhotoFault::HairOverBrows => hair::fringe(picture, marks, axes, hair::Ends::OverBrows, strength, random),
        PhotoFault::HairOverEyes => hair::over_eyes(picture, marks, axes, strength, random),
        PhotoFault::HairOverEars => hair::over_ears(picture, marks, axes, strength, random),
        PhotoFault::HeadCover => cloth::cover(picture, axes, strength, random),
        PhotoFault::Mask => cloth::mask(picture, marks, axes, strength, random),
        PhotoFault::Hand => cloth::hand(picture, marks, axes, strength, random),
        PhotoFault::ShouldersTilted => warp::shoulders(picture, axes, strength, random),
        PhotoFault::HeadTurned => rotated::rotate(picture, axes, 20.0 * strength, 0.0),
        PhotoFault::HeadNodded => rotated::rotate(picture, axes, 0.0, 20.0 * strength),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn marks(mesh: &[Point], contour: &[Point]) -> usize {
        let marks = PhotoMarks {
            mesh,
            eye_contours: [contour, contour],
            irises: [Point::new(200.0, 200.0), Point::new(300.0, 200.0)],
            iris_diameters: [18.0; 2],
        };
        let plain = RgbImage::from_pixel(500, 500, Rgb([180, 140, 120]));
        let mut changed = 0;
        for fault in PhotoFault::ALL {
            let mut picture = plain.clone();
            paint(&mut picture, &marks, fault, 1.0, 1);
            changed += usize::from(picture != plain);
        }
        changed
    }

    #[test]
    fn incomplete_points_change_nothing() {
        assert_eq!(marks(&[], &[]), 0);
    }

    #[test]
    fn points_in_one_place_do_no_harm() {
        assert!(marks(&vec![Point::new(250.0, 250.0); 468], &vec![Point::new(250.0, 200.0); 71]) > 5);
    }
}
