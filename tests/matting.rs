//! Another backdrop behind the person: against drawn people whose coverage is known exactly.

use image::RgbImage;
use tucai::domain::profile::{Profile, Replacement};
use tucai::domain::profiles::default_profile;
use tucai::render::{Cutout, Garment, HairStyle, Person, Pose, Random, Scene};
use tucai::vision::decode::decode;
use tucai::vision::examine::{Origin, judge_shot_before};
use tucai::vision::face::{Effort, FaceModels};
use tucai::vision::jpeg::encode;
use tucai::vision::matting::{Given, Matte, MattingError};
use tucai::vision::standardize::{NewBackdrop, ReplacedBackdrop, StandardizeError};

use crate::support::faces::models;

const BLUE: [u8; 3] = [100, 197, 255];
const WHITE: [u8; 3] = [255; 3];
const GREY: [u8; 3] = [240; 3];
const RED: [u8; 3] = [200, 30, 40];
const SIZE: (u32, u32) = (720, 960);

/// The degree norm as a school might edit it.
fn allowing() -> Profile {
    let mut profile = default_profile().unwrap().profile;
    profile.background.replacement = Replacement::Allowed;
    profile
}

/// A backdrop with uneven light and, at will, the weave of a cloth.
fn cloth(color: [u8; 3], weave: f32) -> impl Fn(u32, u32) -> [u8; 3] {
    let mut random = Random::new(5);
    let knots: Vec<f32> = (0..4096).map(|_| random.range(-1.0, 1.0)).collect();
    move |x, y| {
        let (dx, dy) = (x as f32 / SIZE.0 as f32 - 0.5, y as f32 / SIZE.1 as f32 - 0.5);
        let light = 1.0 + 0.08 * dx - 0.05 * dy - 0.08 * (dx * dx + dy * dy);
        let knot = knots[(x as usize / 2 * 61 + y as usize / 2 * 127) % knots.len()];
        color.map(|value| (f32::from(value) * light * (1.0 + weave * knot)).round().clamp(0.0, 255.0) as u8)
    }
}

struct Case {
    name: &'static str,
    style: HairStyle,
    shirt: Option<[u8; 3]>,
    backdrop: [u8; 3],
    weave: f32,
    /// As cameras do: light rims around whatever is darker than the backdrop.
    sharpened: bool,
}

const PLAIN: Case = Case {
    name: "long hair on blue",
    style: HairStyle::Long,
    shirt: None,
    backdrop: BLUE,
    weave: 0.0,
    sharpened: false,
};

const CASES: [Case; 8] = [
    PLAIN,
    Case { name: "side parted on white", style: HairStyle::SideParted, backdrop: [244; 3], ..PLAIN },
    Case {
        name: "curls, white shirt on grey",
        style: HairStyle::Curly,
        shirt: Some([236, 236, 234]),
        backdrop: [205, 207, 208],
        ..PLAIN
    },
    Case {
        name: "bob, white shirt on grey",
        style: HairStyle::Bob,
        shirt: Some([236, 236, 234]),
        backdrop: [200, 202, 204],
        weave: 0.01,
        ..PLAIN
    },
    Case { name: "tall curls on red", style: HairStyle::Tall, backdrop: [200, 40, 45], ..PLAIN },
    Case {
        name: "brushed up on woven blue",
        style: HairStyle::BrushedUp,
        backdrop: [90, 150, 215],
        weave: 0.015,
        ..PLAIN
    },
    Case {
        name: "long hair, white shirt, sharpened",
        style: HairStyle::Long,
        shirt: Some([244, 244, 242]),
        backdrop: [205, 209, 210],
        sharpened: true,
        ..PLAIN
    },
    Case {
        name: "curls, white shirt, sharpened",
        style: HairStyle::Curly,
        shirt: Some([244, 244, 242]),
        backdrop: [205, 209, 210],
        sharpened: true,
        ..PLAIN
    },
];

fn cutout(case: &Case, seed: u64) -> Cutout {
    let mut person = Person::with_style(seed, case.style);
    if let Some(color) = case.shirt {
        (person.clothes.color, person.clothes.inner, person.clothes.garment) = (color, color, Garment::Shirt);
    }
    Cutout::draw(&person, &Pose::photo(SIZE.0, SIZE.1), &Scene::studio(case.backdrop), SIZE.0, SIZE.1)
}

fn matte(picture: &RgbImage, plate: Option<&RgbImage>, models: &FaceModels) -> Result<Matte, MattingError> {
    let map = models.analyze(picture, Effort::Still).person.unwrap();
    let person = |x: f32, y: f32| map.nearest(tucai::domain::geometry::Point::new(x, y));
    Matte::of(&Given { picture, person: &person, plate, scale: SIZE.0 as f32 / 480.0 })
}

/// Pixels of `made` that lean from `ideal` towards the old backdrop by more than a tenth of full scale, both as read
/// from a JPEG file.
fn spilled(made: &RgbImage, ideal: &RgbImage, old: [u8; 3], new: [u8; 3], counts: impl Fn(usize) -> bool) -> usize {
    let read = |picture: &RgbImage| decode(&encode(picture, 92, 300).unwrap().bytes).unwrap().picture;
    let towards: [f32; 3] = std::array::from_fn(|i| f32::from(old[i]) - f32::from(new[i]));
    let length = towards.iter().map(|v| v * v).sum::<f32>().sqrt();
    let (made, ideal) = (read(made), read(ideal));
    let lean = |a: &image::Rgb<u8>, b: &image::Rgb<u8>| -> f32 {
        (0..3).map(|i| (f32::from(a.0[i]) - f32::from(b.0[i])) * towards[i]).sum::<f32>() / length
    };
    let pixels = made.pixels().zip(ideal.pixels()).enumerate();
    pixels.filter(|(index, (a, b))| counts(*index) && lean(a, b) > 25.5).count()
}

#[test]
fn coverage_is_right_and_nothing_of_the_old_backdrop_stays() {
    let models = models();
    println!("{:<34} {:>8}   spilled pixels of {} over blue, white, grey, red", "case", "MAD", SIZE.0 * SIZE.1);
    for (seed, case) in (40..).zip(&CASES) {
        let cutout = cutout(case, seed);
        let mut picture = cutout.over(cloth(case.backdrop, case.weave), 1.4, seed);
        if case.sharpened {
            picture = image::imageops::unsharpen(&picture, 1.4, 0);
        }
        let matte = matte(&picture, None, models).unwrap();
        let off: f32 = matte.alpha().iter().zip(cutout.alpha()).map(|(a, b)| (a - b).abs()).sum();
        let mad = off / matte.alpha().len() as f32;
        let spills: Vec<usize> = [BLUE, WHITE, GREY, RED]
            .into_iter()
            .map(|color| {
                let ideal = cutout.over(|_, _| color, 0.0, 0);
                let made = matte.over(&picture, color);
                // Sharpened people are not the drawn ones any more: then only what is behind them counts.
                let counts = |index: usize| !case.sharpened || cutout.alpha()[index] < 0.02;
                spilled(&made, &ideal, case.backdrop, color, counts)
            })
            .collect();
        println!("{:<34} {mad:>8.5}   {spills:?}", case.name);
        assert!(mad <= 0.004, "{}: {mad}", case.name);
        let most = spills.into_iter().max().unwrap_or(0);
        assert!(most * 100 < matte.alpha().len(), "{}: {most} pixels", case.name);
        if case.shirt.is_some() {
            // The bust below the chin stays whole.
            let inside = |index: &usize| cutout.alpha()[*index] >= 0.999 && index / SIZE.0 as usize > 700;
            let (kept, all) = (0..matte.alpha().len())
                .filter(inside)
                .fold((0, 0), |(kept, all), index| (kept + usize::from(matte.alpha()[index] > 0.9), all + 1));
            let least = if case.sharpened { 985 } else { 990 };
            assert!(kept * 1000 >= all * least, "{}: {kept} of {all} pixels of the bust", case.name);
        }
    }
}

#[test]
fn an_empty_frame_lets_any_backdrop_be_replaced() {
    let case = &CASES[0];
    let shelves = |x: u32, y: u32| if (x / 60 + y / 80).is_multiple_of(2) { [150, 120, 90] } else { [90, 110, 140] };
    let cutout = cutout(case, 46);
    let picture = cutout.over(shelves, 1.4, 1);
    let empty = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| image::Rgb(shelves(x, y)));
    assert_eq!(matte(&picture, None, models()).err(), Some(MattingError::NotPlain));
    let matte = matte(&picture, Some(&empty), models()).unwrap();
    let off: f32 = matte.alpha().iter().zip(cutout.alpha()).map(|(a, b)| (a - b).abs()).sum();
    let mad = off / matte.alpha().len() as f32;
    println!("before shelves, with the empty frame: MAD {mad:.5}");
    assert!(mad <= 0.006, "{mad}");
}

#[test]
fn pictures_that_cannot_be_cut_out_are_refused() {
    let plain = RgbImage::from_pixel(480, 640, image::Rgb(BLUE));
    let of = |person: &dyn Fn(f32, f32) -> f32, plate: Option<&RgbImage>| {
        Matte::of(&Given { picture: &plain, person, plate, scale: 1.0 }).err()
    };
    assert_eq!(of(&|_, _| 0.0, None), Some(MattingError::NoPerson));
    assert_eq!(of(&|_, _| 1.0, None), Some(MattingError::NoBackdrop));
    assert_eq!(of(&|_, _| 0.0, Some(&RgbImage::new(64, 64))), Some(MattingError::PlateSize));
    for (width, height) in [(1, 1), (3, 500), (500, 3), (17, 19)] {
        let tiny = RgbImage::from_pixel(width, height, image::Rgb(BLUE));
        let person = |_: f32, _: f32| 0.0;
        assert!(Matte::of(&Given { picture: &tiny, person: &person, plate: None, scale: 1.0 }).is_err());
    }
}

#[test]
fn the_standard_picture_says_that_its_backdrop_was_replaced_and_only_where_allowed() {
    let case = &CASES[1];
    let picture = cutout(case, 41).over(cloth(case.backdrop, 0.0), 1.4, 2);
    let wanted = NewBackdrop { color: BLUE, empty: None };
    let judged = judge_shot_before(&picture, models(), &allowing(), Origin::Import, wanted);
    let made = judged.standardized.unwrap();
    assert_eq!(made.replaced, Some(ReplacedBackdrop { color: BLUE, with_empty: false }));
    assert_eq!(made.picture.dimensions(), (480, 640));
    assert_eq!(made.picture.get_pixel(3, 3).0, BLUE);
    let norm = default_profile().unwrap().profile;
    let judged = judge_shot_before(&picture, models(), &norm, Origin::Import, wanted);
    assert_eq!(judged.standardized.err(), Some(StandardizeError::ReplacementForbidden));
    let small = RgbImage::new(10, 10);
    let wanted = NewBackdrop { color: BLUE, empty: Some(&small) };
    let judged = judge_shot_before(&picture, models(), &allowing(), Origin::Import, wanted);
    assert_eq!(judged.standardized.err(), Some(StandardizeError::Matting(MattingError::PlateSize)));
}
