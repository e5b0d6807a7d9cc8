//! The reader on frames that lens, light, hands and messengers have spoilt, and on pictures made to break it.

use std::time::Duration;

use image::{GrayImage, Luma, imageops};
use tucai::render::{Random, symbol_image, symbol_of_bytes};
use tucai::vision::qr::{Effort, LiveReader, Reading, read, read_codes};

use crate::support::codes::{BUILDING_SEEDS, STRATA, negatives, shots};

fn picture_of(bytes: &[u8], module: u32) -> GrayImage {
    let symbol = symbol_of_bytes(bytes, tucai::domain::code::CorrectionLevel::M).unwrap();
    symbol_image(&symbol, module, 4).unwrap()
}

#[test]
fn spoilt_frames_give_the_bytes_that_were_shown_and_never_others() {
    let (mut read, mut shown) = (0, 0);
    for stratum in STRATA {
        for shot in shots(stratum, BUILDING_SEEDS[0], 2) {
            let (frame, corners) = shot.frame();
            shown += 1;
            for code in read_codes(&frame, Effort::Thorough) {
                assert_eq!(code.code.as_bytes(), shot.bytes, "{stratum}: a misread");
                assert_eq!(code.mirrored, shot.mirrored, "{stratum}");
                for (have, want) in code.corners.iter().zip(corners) {
                    assert!(have.distance(want) < 3.0 * shot.pitch, "{stratum}: {:?} {corners:?}", code.corners);
                }
                read += 1;
            }
        }
    }
    println!("{read} of {shown} spoilt frames were read");
    assert!(read * 100 >= shown * 90, "{read} of {shown}");
}

#[test]
fn pictures_without_a_code_give_none() {
    for (kind, picture) in negatives(BUILDING_SEEDS[0], 18) {
        let Reading { codes, refused, .. } = read(&picture, Effort::Thorough);
        assert!(codes.is_empty() && refused.is_empty(), "{kind}");
    }
}

#[test]
fn a_finder_pattern_that_something_covers_is_found_by_the_other_two() {
    let bytes = b"a sticker on one corner".repeat(6);
    let mut picture = picture_of(&bytes, 5);
    for (x, y) in (0..45 * 22).map(|k| (k % 45, k / 45)) {
        picture.put_pixel(12 + x, 28 + y, Luma([235]));
    }
    assert!(read_codes(&picture, Effort::Live).is_empty(), "the sticker hides it from a first look");
    let codes = read_codes(&picture, Effort::Thorough);
    assert_eq!(codes.len(), 1);
    assert_eq!(codes[0].code.as_bytes(), bytes);
}

/// Cracks and dirt make finder patterns wider or narrower than they are; the timing patterns tell version and lean.
#[test]
fn finder_patterns_of_wrong_sizes_are_enough_to_find_the_modules() {
    for (stratum, seed, index) in [("cracked", 34, 8), ("cracked", 34, 16), ("dirty", 31, 16), ("dirty", 33, 4)] {
        let shot = shots(stratum, seed, 20).swap_remove(index);
        let codes = read_codes(&shot.frame().0, Effort::Live);
        assert_eq!(codes.len(), 1, "{stratum} {seed} {index}");
        assert_eq!(codes[0].code.as_bytes(), shot.bytes, "{stratum} {seed} {index}");
    }
}

#[test]
fn enhancements_take_turns_and_any_turn_is_allowed() {
    let bytes = b"one enhancement per frame".repeat(3);
    let picture = picture_of(&bytes, 4);
    let read = (0..12).filter(|turn| {
        let codes = read_codes(&picture, Effort::Enhanced { turn: *turn });
        codes.iter().all(|code| code.code.as_bytes() == bytes) && !codes.is_empty()
    });
    assert!(read.count() >= 9);
    read_codes(&picture, Effort::Enhanced { turn: usize::MAX });
}

/// Thousands of small pictures, each a code with something done to it: nothing panics, nothing is misread.
#[test]
fn mutated_pictures_never_panic_and_never_misread() {
    let sources: [Vec<u8>; 4] = [b"7".to_vec(), vec![0; 17], b"A-0042 mutated".repeat(2), (0..90).collect()];
    let mut right = 0;
    for round in 0..3000_u64 {
        let mut r = Random::fork(404, round);
        let bytes = &sources[r.below(sources.len())];
        let mut picture = picture_of(bytes, 2 + r.below(3) as u32);
        for _ in 0..=r.below(4) {
            picture = mutated(picture, &mut r);
        }
        let effort = match r.below(8) {
            0 => Effort::Thorough,
            1 | 2 => Effort::Enhanced { turn: r.below(5) },
            _ => Effort::Live,
        };
        for code in read_codes(&picture, effort) {
            assert_eq!(code.code.as_bytes(), bytes, "round {round}");
            right += 1;
        }
    }
    println!("{right} of 3000 mutated pictures were still read");
    assert!(right > 500, "the mutations leave nothing to read: {right}");
}

/// The same as frames of one camera: what is kept from frame to frame never makes another code of it.
#[test]
fn mutated_frames_of_one_code_never_count_as_another() {
    let mut counted = 0;
    for round in 0..40_u64 {
        let mut r = Random::fork(405, round);
        let bytes: Vec<u8> = (0..20 + r.below(100)).map(|_| r.below(256) as u8).collect();
        let (whole, mut reader) = (picture_of(&bytes, 2 + r.below(3) as u32), LiveReader::new());
        for frame in 0..24_u64 {
            let mut picture = whole.clone();
            for _ in 0..r.below(4) {
                picture = mutated(picture, &mut r);
            }
            let reading = reader.look(&picture, Duration::from_millis(66 * frame));
            assert!(reading.codes.iter().all(|code| code.code.as_bytes() == bytes), "round {round}, frame {frame}");
            counted += reading.codes.len();
        }
    }
    println!("a code counted in {counted} of 960 mutated frames");
    assert!(counted > 200, "the mutations leave nothing to read: {counted}");
}

fn mutated(mut picture: GrayImage, r: &mut Random) -> GrayImage {
    let (width, height) = picture.dimensions();
    let place = |r: &mut Random| (r.below(width as usize) as u32, r.below(height as usize) as u32);
    match r.below(10) {
        0 => imageops::invert(&mut picture),
        1 => picture = imageops::flip_vertical(&picture),
        2 => picture = imageops::rotate90(&picture),
        3 => {
            let (x, y) = place(r);
            picture = imageops::crop_imm(&picture, x, y, width - x, height - y).to_image();
        }
        4 => {
            let (w, h) = (1 + r.below(160) as u32, 1 + r.below(160) as u32);
            picture = imageops::resize(&picture, w, h, imageops::FilterType::Triangle);
        }
        5 => picture = imageops::fast_blur(&picture, r.range(0.3, 3.0)),
        6 => {
            let strength = r.range(1.0, 90.0);
            for pixel in picture.pixels_mut() {
                pixel.0[0] = (f32::from(pixel.0[0]) + strength * r.normal()).clamp(0.0, 255.0) as u8;
            }
        }
        7 => {
            // Blocks turned over, as if modules were forged.
            for _ in 0..=r.below(40) {
                let (x, y) = place(r);
                for (dx, dy) in (0..16).map(|k| (k % 4, k / 4)) {
                    if x + dx < width && y + dy < height {
                        picture.get_pixel_mut(x + dx, y + dy).0[0] ^= 0xff;
                    }
                }
            }
        }
        8 => {
            let (x, y) = place(r);
            for dy in y..height.min(y + 20) {
                for dx in x..width.min(x + 20) {
                    picture.put_pixel(dx, dy, Luma([128]));
                }
            }
        }
        _ => {
            let (gain, lift) = (r.range(0.02, 2.0), r.range(-60.0, 200.0));
            for pixel in picture.pixels_mut() {
                pixel.0[0] = (f32::from(pixel.0[0]) * gain + lift).clamp(0.0, 255.0) as u8;
            }
        }
    }
    picture
}

/// Whole finder patterns everywhere, each three of which promise a symbol: what is most work for nothing.
fn page_of_finders(width: u32, height: u32, module: u32, apart: u32, noise: f32) -> GrayImage {
    let mut r = Random::new(77);
    GrayImage::from_fn(width, height, |x, y| {
        let place = |at: u32| (at / module % apart) as i32 - 3;
        let ring = place(x).abs().max(place(y).abs());
        let dark = ring <= 1 || ring == 3;
        let grey = if dark { 30.0 } else { 220.0 } + noise * r.normal();
        Luma([grey.clamp(0.0, 255.0) as u8])
    })
}

#[test]
fn pages_that_promise_symbols_everywhere_give_none_and_come_to_an_end() {
    for (module, apart, noise) in [(2, 9, 0.0), (3, 14, 4.0), (4, 22, 0.0), (5, 37, 8.0)] {
        let page = page_of_finders(1280, 720, module, apart, noise);
        let mut reader = LiveReader::new();
        for frame in 0..8 {
            let reading = reader.look(&page, Duration::from_millis(66 * frame));
            assert!(reading.codes.is_empty() && reading.refused.is_empty(), "{module} {apart}, frame {frame}");
        }
        let Reading { codes, refused, .. } = read(&page, Effort::Thorough);
        assert!(codes.is_empty() && refused.is_empty(), "{module} {apart}");
    }
    let large = page_of_finders(6000, 4000, 6, 23, 3.0);
    assert!(read_codes(&large, Effort::Thorough).is_empty());
}

/// A grid of modules that are all wrong by chance, under whole finder and timing patterns: nothing may pass as a code.
#[test]
fn symbols_of_random_modules_are_never_read() {
    for round in 0..300_u64 {
        let mut r = Random::fork(408, round);
        let bytes: Vec<u8> = (0..20 + r.below(200)).map(|_| r.below(256) as u8).collect();
        let mut picture = picture_of(&bytes, 3);
        let side = picture.width() / 3;
        for (column, row) in (0..side * side).map(|at| (at % side, at / side)) {
            let near = |at: u32| at < 13 || at >= side - 12;
            let quiet = |at: u32| at < 4 || at >= side - 4;
            // The corners with the finder patterns, the timing patterns and the quiet zone stay.
            if quiet(column) || quiet(row) || column == 10 || row == 10 || near(column) && near(row) {
                continue;
            }
            let tone = if r.chance(0.5) { 20 } else { 235 };
            for (dx, dy) in (0..9).map(|k| (k % 3, k / 3)) {
                picture.put_pixel(column * 3 + dx, row * 3 + dy, Luma([tone]));
            }
        }
        let effort = if round % 5 == 0 { Effort::Thorough } else { Effort::Live };
        let Reading { codes, refused, .. } = read(&picture, effort);
        assert!(codes.is_empty() && refused.is_empty(), "round {round}");
    }
}

#[test]
fn pictures_of_every_shape_are_looked_at() {
    for (width, height) in [(0, 0), (1, 1), (0, 50), (20, 20), (21, 21), (1, 4000), (4000, 22), (23, 23), (64, 21)] {
        for value in [0, 127, 255] {
            let picture = GrayImage::from_pixel(width, height, Luma([value]));
            for effort in [Effort::Live, Effort::Thorough, Effort::Enhanced { turn: 3 }] {
                assert!(read_codes(&picture, effort).is_empty());
            }
        }
    }
}

#[test]
fn a_page_of_a_thousand_codes_is_read() {
    let mut page = GrayImage::from_pixel(40 * 68, 25 * 68, Luma([255]));
    for index in 0..1000_u32 {
        let code = picture_of(format!("{index}").as_bytes(), 2);
        imageops::overlay(&mut page, &code, i64::from(index % 40 * 68), i64::from(index / 40 * 68));
    }
    let codes = read_codes(&page, Effort::Thorough);
    println!("{} of 1000 codes on one page", codes.len());
    assert!(codes.len() >= 900, "{}", codes.len());
    for code in &codes {
        let (column, row) = (code.corners[0].x as u32 / 68, code.corners[0].y as u32 / 68);
        assert_eq!(code.code.as_bytes(), format!("{}", row * 40 + column).as_bytes());
    }
    // A live frame stops early, and what it read is right.
    assert!(read_codes(&page, Effort::Live).len() <= 1000);
}

#[test]
fn a_picture_of_fifty_megapixels_is_read() {
    let bytes = b"a poster seen by a large camera".repeat(4);
    let mut large = GrayImage::from_fn(8192, 6144, |x, y| Luma([100 + ((x * 31 + y * 17) % 60) as u8]));
    imageops::overlay(&mut large, &picture_of(&bytes, 14), 3000, 2000);
    let codes = read_codes(&large, Effort::Thorough);
    assert_eq!(codes.len(), 1);
    assert_eq!(codes[0].code.as_bytes(), bytes);
    let (low, high) = (3000.0 + 4.0 * 14.0, 2000.0 + 4.0 * 14.0);
    assert!((codes[0].corners[0].x - low).abs() < 20.0 && (codes[0].corners[0].y - high).abs() < 20.0);
}
