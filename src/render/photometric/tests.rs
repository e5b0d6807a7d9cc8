//! Every fault changes what it should and leaves the rest alone.

use image::{Rgb, RgbImage};

use super::*;
use crate::domain::geometry::Rect;

fn face() -> FaceMeasurements {
    FaceMeasurements {
        face_box: Rect::new(130.0, 150.0, 220.0, 260.0),
        score: 1.0,
        eyes: [Point::new(190.0, 230.0), Point::new(290.0, 230.0)],
        roll_deg: 0.0,
        yaw_deg: 0.0,
        pitch_deg: 0.0,
        head_top_y: Some(60.0),
        cut_at_top: false,
        hairline_y: None,
        chin: Point::new(240.0, 420.0),
        cheeks_x: [130.0, 350.0],
        lid_ratio: [0.3; 2],
        lip_gap: 0.0,
    }
}

/// An ellipse for the head and a block for the shoulders.
fn person(at: Point) -> f32 {
    let head = ((at.x - 240.0) / 115.0).hypot((at.y - 240.0) / 185.0) < 1.0;
    f32::from(u8::from(head || (at.y > 470.0 && (at.x - 240.0).abs() < 200.0)))
}

fn picture() -> RgbImage {
    RgbImage::from_fn(480, 640, |x, y| {
        let inside = person(Point::new(x as f32, y as f32)) > 0.5;
        let texture = if (x / 3 + y / 3) % 2 == 0 { 12 } else { 0 };
        if !inside {
            Rgb([100, 160, 210])
        } else if y > 470 {
            Rgb([60, 60 + texture, 70])
        } else {
            Rgb([190 + texture, 140 + texture, 115 + texture])
        }
    })
}

fn with(effect: Photometric, strength: f32) -> RgbImage {
    let (face, person) = (face(), person);
    apply(&picture(), &Ground { face: &face, person: &person }, effect, strength)
}

/// Mean change inside and outside the person, steps of 255.
fn change(effect: Photometric, strength: f32) -> (f32, f32) {
    let (before, after) = (picture(), with(effect, strength));
    let (mut sums, mut counts) = ([0.0_f32; 2], [0.0_f32; 2]);
    for (x, y, pixel) in before.enumerate_pixels() {
        let side = usize::from(person(Point::new(x as f32 + 0.5, y as f32 + 0.5)) < 0.5);
        let other = after.get_pixel(x, y).0;
        sums[side] += pixel.0.iter().zip(other).map(|(a, b)| (f32::from(*a) - f32::from(b)).abs()).sum::<f32>() / 3.0;
        counts[side] += 1.0;
    }
    (sums[0] / counts[0], sums[1] / counts[1])
}

#[test]
fn no_strength_changes_nothing() {
    use Photometric as P;
    let none = [
        (P::Exposure, 0.0),
        (P::Defocus, 0.0),
        (P::Motion { degrees: 30.0 }, 0.0),
        (P::Upscaled, 1.0),
        (P::Noise { seed: 1 }, 0.0),
        (P::Cast(Tint::Warm), 0.0),
        (P::SideLight(Side::Left), 0.0),
        (P::Shine { seed: 1 }, 0.0),
        (P::BackdropGradient { degrees: 0.0 }, 0.0),
        (P::BackdropShadow { seed: 1 }, 0.0),
        (P::BackdropClutter { seed: 1 }, 0.0),
        (P::BackdropColor([255; 3]), 0.0),
        (P::ClothesLikeBackdrop, 0.0),
    ];
    for (effect, strength) in none {
        let (inside, outside) = change(effect, strength);
        assert!(inside < 0.6 && outside < 0.6, "{effect:?}: {inside} {outside}");
    }
}

#[test]
fn faults_of_the_backdrop_leave_the_person_alone() {
    use Photometric as P;
    let mut faults = vec![(P::BackdropGradient { degrees: 20.0 }, 0.6), (P::BackdropColor([255; 3]), 1.0)];
    faults.extend((0..6).map(|seed| (P::BackdropShadow { seed }, 0.4)));
    faults.extend((0..12).map(|seed| (P::BackdropClutter { seed }, 1.0)));
    for (effect, strength) in faults {
        let (inside, outside) = change(effect, strength);
        assert!(inside < 0.6, "{effect:?}: {inside}");
        assert!(outside > 0.3, "{effect:?}: {outside}");
    }
}

#[test]
fn faults_of_light_on_the_face_leave_the_backdrop_alone() {
    use Photometric as P;
    let faults = [(P::SideLight(Side::Right), 0.6), (P::Shine { seed: 3 }, 0.8), (P::ClothesLikeBackdrop, 1.0)];
    for (effect, strength) in faults {
        let (inside, outside) = change(effect, strength);
        assert!(inside > 0.5 && outside < 0.6, "{effect:?}: {inside} {outside}");
    }
}

#[test]
fn a_stop_doubles_the_light_and_more_strength_changes_more() {
    let one = with(Photometric::Exposure, -1.0).get_pixel(5, 5).0;
    // sRGB 100 is 0.127 of full light; half of it is sRGB 72.
    assert!(one[0].abs_diff(72) <= 1, "{one:?}");
    use Photometric as P;
    for (effect, mild, strong) in [
        (P::Exposure, 0.5, 1.5),
        (P::Defocus, 0.7, 3.0),
        (P::Motion { degrees: 45.0 }, 2.0, 9.0),
        (P::Upscaled, 1.4, 4.0),
        (P::Recompressed, 85.0, 8.0),
        (P::Noise { seed: 4 }, 2.0, 12.0),
        (P::Cast(Tint::Green), 0.2, 1.0),
        (P::Shine { seed: 4 }, 0.1, 0.9),
    ] {
        let (mild, strong) = (change(effect, mild), change(effect, strong));
        assert!(strong.0 > 1.3 * mild.0 && strong.0 > 0.3, "{effect:?}: {mild:?} {strong:?}");
    }
}
