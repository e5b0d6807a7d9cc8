//! Files that are no proper picture, and pictures that show no proper person: a clear answer each, in bounded memory
//! and time, never a panic.

use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb, RgbImage, Rgba, imageops};
use jpeg_encoder::{ColorType, Encoder};
use tucai::domain::finding::{CheckId, Level, Verdict};
use tucai::domain::geometry::Point;
use tucai::domain::profiles::default_profile;
use tucai::render::{LIGHT_BLUE, Painter, Person, Pose, Random, Scene, compose, draw};
use tucai::vision::decode::{ColorModel, PictureError, decode};
use tucai::vision::examine::{Examination, Origin, examine_file, judge_shot};
use tucai::vision::jpeg::encode;
use tucai::vision::standardize::StandardizeError;

use crate::support::faces::models;

fn check(bytes: &[u8]) -> Examination {
    examine_file(bytes, &default_profile().unwrap().profile, models()).unwrap()
}

fn failed(examination: &Examination, id: CheckId) -> bool {
    examination.findings.iter().any(|finding| finding.id == id && finding.level == Level::Fail)
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn person(width: u32, height: u32) -> RgbImage {
    draw(&Person::presentable(6), &Pose::photo(width, height), &Scene::studio(LIGHT_BLUE), width, height).picture
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&name, data].concat();
    [&u32::try_from(data.len()).unwrap().to_be_bytes(), body.as_slice(), &crc(&body).to_be_bytes()].concat()
}

/// A PNG with one more chunk after its header.
fn with_chunk(png: &[u8], name: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&png[..33], &chunk(name, data), &png[33..]].concat()
}

/// A PNG whose header states another size.
fn with_size(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &png[24..29]].concat();
    [&png[..8], &chunk(*b"IHDR", &header), &png[33..]].concat()
}

#[test]
fn cut_files_are_damaged_wherever_they_are_cut() {
    let small = DynamicImage::from(person(90, 120));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = written(&small, format);
        assert!(decode(&whole).is_ok(), "{format:?}");
        for part in 1..40 {
            let cut = &whole[..whole.len() * part / 40];
            let error = decode(cut).unwrap_err();
            assert!(["damaged", "unknown_format"].contains(&error.code()), "{format:?} {part}/40: {error}");
        }
    }
}

#[test]
fn rare_kinds_of_pictures_are_read_and_found_wrong() {
    let picture = person(480, 640);
    let cmyk: Vec<u8> = picture.pixels().flat_map(|p| [255 - p.0[0], 255 - p.0[1], 255 - p.0[2], 0]).collect();
    let mut file = Vec::new();
    Encoder::new(&mut file, 90).encode(&cmyk, 480, 640, ColorType::Cmyk).unwrap();
    let examination = check(&file);
    assert_eq!(examination.facts.color, ColorModel::Cmyk);
    assert!(failed(&examination, CheckId::FileColor));

    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 85);
    encoder.set_progressive(true);
    encoder.encode(picture.as_raw(), 480, 640, ColorType::Rgb).unwrap();
    let examination = check(&file);
    assert!(failed(&examination, CheckId::FileFormat), "progressive");
    assert_eq!(examination.faces.count, 1);

    let deep = ImageBuffer::from_fn(480, 640, |x, y| Rgb(picture.get_pixel(x, y).0.map(|v| u16::from(v) * 257)));
    let clear = ImageBuffer::from_fn(480, 640, |x, y| {
        let [r, g, b] = picture.get_pixel(x, y).0.map(|v| u16::from(v) * 257);
        Rgba([r, g, b, 65_535])
    });
    for deep in [DynamicImage::ImageRgb16(deep), DynamicImage::ImageRgba16(clear)] {
        let file = written(&deep, ImageFormat::Png);
        assert_eq!(decode(&file).unwrap().picture, picture, "every byte of the 8 bits comes back");
        let examination = check(&file);
        assert_eq!(examination.facts.color, ColorModel::Deep);
        assert!(failed(&examination, CheckId::FileColor) && failed(&examination, CheckId::FileFormat));
    }
    let grey = check(&written(&DynamicImage::from(imageops::grayscale(&picture)), ImageFormat::Png));
    assert_eq!(grey.facts.color, ColorModel::Grey);
    assert!(failed(&grey, CheckId::FileColor));
}

#[test]
fn the_contents_decide_what_a_file_is() {
    // A PNG that somebody named .jpg is still a PNG.
    let examination = check(&written(&DynamicImage::from(person(480, 640)), ImageFormat::Png));
    assert!(failed(&examination, CheckId::FileFormat) && failed(&examination, CheckId::FileQuality));
    for other in [&b"BM\x3a\0\0\0\0\0\0\0"[..], b"II*\0\x08\0\0\0", b"PK\x03\x04", b"<svg/>"] {
        assert_eq!(decode(other).unwrap_err(), PictureError::UnknownFormat);
    }
    // Kinds that people bring have their own sentence.
    assert_eq!(decode(b"%PDF-1.7").unwrap_err(), PictureError::Pdf);
    assert_eq!(decode(b"\0\0\0\x18ftypheic").unwrap_err(), PictureError::Heic);
}

#[test]
fn moving_pictures_are_refused() {
    let still = written(&DynamicImage::from(person(60, 80)), ImageFormat::Png);
    let moving = with_chunk(&still, *b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    assert_eq!(decode(&moving).unwrap_err(), PictureError::Animated);
    assert_eq!(decode(b"GIF89a\x01\0\x01\0\0\0\0;").unwrap_err(), PictureError::Animated);
    let webp = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\0\0\x0f\0\0";
    assert_eq!(decode(webp).unwrap_err(), PictureError::Animated);
}

#[test]
fn sizes_out_of_bounds_are_refused_before_memory_is_taken() {
    let small = written(&DynamicImage::from(person(60, 80)), ImageFormat::Png);
    for (width, height) in [(30_000, 30_000), (200_000, 400), (2_000_000_000, 2)] {
        let error = decode(&with_size(&small, width, height)).unwrap_err();
        assert!(["too_many_pixels", "damaged"].contains(&error.code()), "{width} x {height}: {error}");
    }
    // Pixels of millions behind a header of ten: what is too much is not unpacked.
    let large = written(&DynamicImage::from(RgbImage::new(3000, 3000)), ImageFormat::Png);
    assert!(large.len() < 200_000, "{} bytes", large.len());
    if let Ok(read) = decode(&with_size(&large, 10, 10)) {
        assert_eq!(read.picture.dimensions(), (10, 10));
    }
    assert_eq!(decode(&vec![0xff; 65 * 1024 * 1024]).unwrap_err().code(), "file_too_large");
    assert_eq!(decode(&[]).unwrap_err(), PictureError::Empty);
}

#[test]
fn a_pixel_and_a_strip_are_judged_like_any_picture() {
    for (width, height) in [(1, 1), (20_000, 24), (24, 20_000), (20_000, 700)] {
        let file = encode(&RgbImage::from_pixel(width, height, Rgb(LIGHT_BLUE)), 80, 300).unwrap().bytes;
        let examination = check(&file);
        assert_eq!(examination.verdict, Verdict::Fail, "{width} x {height}");
        assert!(failed(&examination, CheckId::FaceCount) && failed(&examination, CheckId::FilePixels));
        let judged =
            judge_shot(&decode(&file).unwrap().picture, models(), &default_profile().unwrap().profile, Origin::Import);
        assert_eq!(judged.standardized.err(), Some(StandardizeError::NoFace));
    }
}

#[test]
fn ten_faces_are_too_many_and_a_drawing_is_no_photo() {
    let scene = Scene::studio(LIGHT_BLUE);
    let mut painters: Vec<Painter> =
        (0..10).map(|seed| Painter::new(&Person::presentable(seed), &scene, 170.0)).collect();
    let pose = |index: usize| {
        let (column, row) = (index % 5, index / 5);
        Pose::frontal(Point::new(220.0 + 440.0 * column as f32, 320.0 + 620.0 * row as f32), 170.0)
    };
    let mut actors: Vec<(&mut Painter, Pose)> =
        painters.iter_mut().enumerate().map(|(index, painter)| (painter, pose(index))).collect();
    let group = compose(&scene, 2200, 1300, &mut actors, None).picture;
    let examination = check(&encode(&group, 85, 300).unwrap().bytes);
    assert!(examination.faces.count >= 8, "{} faces", examination.faces.count);
    assert!(failed(&examination, CheckId::FaceCount));
    let judged = judge_shot(&group, models(), &default_profile().unwrap().profile, Origin::Import);
    assert!(matches!(judged.standardized, Err(StandardizeError::SeveralFaces { .. })));

    // Circles for a head, eyes and a mouth: either no face, or a picture that fails.
    let cartoon = RgbImage::from_fn(480, 640, |x, y| {
        let near = |cx: f32, cy: f32, r: f32| (x as f32 - cx).hypot(y as f32 - cy) < r;
        let ink = near(190.0, 260.0, 16.0) || near(290.0, 260.0, 16.0) || near(240.0, 380.0, 22.0);
        Rgb(if ink {
            [20, 20, 20]
        } else if near(240.0, 310.0, 150.0) {
            [255, 214, 170]
        } else {
            LIGHT_BLUE
        })
    });
    assert_eq!(check(&encode(&cartoon, 90, 300).unwrap().bytes).verdict, Verdict::Fail);
}

#[test]
fn a_photo_of_a_photo_on_a_desk_is_not_taken_for_a_portrait() {
    let print = person(240, 320);
    let mut desk = RgbImage::from_fn(480, 640, |x, y| {
        let grain = ((x * 7 + y * 13) % 23) as u8;
        Rgb([110 + grain, 84 + grain / 2, 60])
    });
    imageops::replace(&mut desk, &print, 120, 180);
    let examination = check(&encode(&desk, 85, 300).unwrap().bytes);
    assert_eq!(examination.verdict, Verdict::Fail);
    assert!(failed(&examination, CheckId::GeometryFaceWidth), "the face is half as wide as it must be");
}

#[test]
fn exif_turns_are_honoured_in_all_eight_ways() {
    const COLORS: [[u8; 3]; 4] = [[220, 30, 30], [30, 200, 40], [40, 60, 220], [230, 220, 40]];
    // Corners as seen (top left, top right, bottom left, bottom right) by corners as stored.
    const SEEN: [[usize; 4]; 8] = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    let stored = RgbImage::from_fn(64, 48, |x, y| Rgb(COLORS[usize::from(x >= 32) + 2 * usize::from(y >= 24)]));
    for (orientation, seen) in (1_u8..).zip(SEEN) {
        let exif =
            [&b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..], &[orientation, 0, 0, 0, 0, 0, 0, 0]].concat();
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, 95);
        encoder.add_exif_metadata(&exif).unwrap();
        encoder.encode(stored.as_raw(), 64, 48, ColorType::Rgb).unwrap();
        let png = with_chunk(&written(&DynamicImage::from(stored.clone()), ImageFormat::Png), *b"eXIf", &exif);
        for file in [jpeg, png] {
            let read = decode(&file).unwrap();
            let (width, height) = read.picture.dimensions();
            assert_eq!((width, height), if orientation < 5 { (64, 48) } else { (48, 64) }, "{orientation}");
            assert_eq!(read.facts.turned, orientation != 1);
            let corners = [(4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5)];
            for ((x, y), color) in corners.into_iter().zip(seen) {
                let off = read.picture.get_pixel(x, y).0.iter().zip(COLORS[color]).map(|(a, b)| a.abs_diff(b)).max();
                assert!(off < Some(16), "orientation {orientation}, corner {x} {y}: off by {off:?}");
            }
        }
    }
}

#[test]
fn a_turned_import_gives_the_same_standard_picture() {
    let upright = person(720, 960);
    let stored = imageops::rotate270(&upright);
    let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = with_chunk(&written(&DynamicImage::from(stored), ImageFormat::Png), *b"eXIf", exif);
    let profile = default_profile().unwrap().profile;
    let make = |file: &[u8]| {
        judge_shot(&decode(file).unwrap().picture, models(), &profile, Origin::Import).standardized.unwrap().file.bytes
    };
    assert_eq!(make(&turned), make(&written(&DynamicImage::from(upright), ImageFormat::Png)));
}

/// Damages a file in one of the ways that disks, sticks and jokers do.
fn damage(file: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.bits() as u8,
            2 => bytes.truncate(at.max(1)),
            3 => {
                let end = (at + random.below(600)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let (from, length) = (random.below(other.len()), 1 + random.below(300));
                let strange = &other[from..(from + length).min(other.len())];
                bytes.splice(at..(at + strange.len()).min(bytes.len()), strange.iter().copied());
            }
            _ => {
                let end = (at + 4).min(bytes.len());
                bytes[at..end].fill(if random.chance(0.5) { 0xff } else { 0 });
            }
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
    bytes
}

#[test]
fn damaged_files_never_end_the_program() {
    let small = DynamicImage::from(person(72, 96));
    let files: Vec<Vec<u8>> =
        [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].map(|format| written(&small, format)).to_vec();
    let mut random = Random::new(20_171_206);
    let (mut read, mut refused, mut judged) = (0, 0, 0);
    for round in 0..3000 {
        let (file, other) = (&files[round % 3], &files[random.below(3)]);
        let bytes = damage(file, other, &mut random);
        match decode(&bytes) {
            Ok(found) => {
                read += 1;
                let pixels = found.picture.width() * found.picture.height();
                assert!(pixels > 0);
                // Networks cost more than decoding: some of those that can be read go all the way.
                if read % 100 == 0 && pixels < 1_000_000 {
                    check(&bytes);
                    judged += 1;
                }
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    println!("{read} damaged files read, {refused} refused, {judged} judged");
    assert!(read > 100 && refused > 100 && judged > 2);
}
