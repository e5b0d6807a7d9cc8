//! Codes come out of pictures as the exact bytes that went in, whichever reader sees them.

#![allow(
    clippy::print_stdout,
    clippy::cast_possible_wrap,
    clippy::type_complexity,
    reason = "measured values are printed; drawn sizes are small"
)]

use std::time::Instant;

use image::{GrayImage, Luma, RgbImage};
use qrcodegen::{BitBuffer, QrCode, QrCodeEcc, QrSegment, QrSegmentMode, Version};
use tucai::domain::code::SegmentMode;
use tucai::domain::geometry::Point;
use tucai::vision::qr::{Effort, ReadCode, SegmentError, read, read_codes, witness_crop};

fn symbol(segments: &[QrSegment], level: QrCodeEcc) -> QrCode {
    QrCode::encode_segments_advanced(segments, level, Version::MIN, Version::MAX, None, false).unwrap()
}

fn of_bytes(bytes: &[u8]) -> QrCode {
    symbol(&[QrSegment::make_bytes(bytes)], QrCodeEcc::Medium)
}

/// Shift JIS pairs as the kanji mode packs them.
fn kanji(pairs: &[u16]) -> QrSegment {
    let mut bits = Vec::new();
    for pair in pairs {
        let packed = if *pair <= 0x9ffc { pair - 0x8140 } else { pair - 0xc140 };
        let value = (packed >> 8) * 0xc0 + (packed & 0xff);
        bits.extend((0..13).rev().map(|bit| value >> bit & 1 == 1));
    }
    QrSegment::new(QrSegmentMode::Kanji, pairs.len(), bits)
}

/// The symbol on a grey picture: module size in pixels, quiet zone of 4 modules, at `(left, top)`.
fn paint(picture: &mut GrayImage, code: &QrCode, module: u32, left: u32, top: u32) {
    let size = code.size() as u32;
    for y in 0..(size + 8) * module {
        for x in 0..(size + 8) * module {
            let dark = code.get_module((x / module) as i32 - 4, (y / module) as i32 - 4);
            picture.put_pixel(left + x, top + y, Luma([if dark { 20 } else { 235 }]));
        }
    }
}

fn drawn(code: &QrCode, module: u32) -> GrayImage {
    let side = (code.size() as u32 + 8) * module;
    let mut picture = GrayImage::from_pixel(side + 60, side + 40, Luma([128]));
    paint(&mut picture, code, module, 30, 20);
    picture
}

/// The picture turned and seen at an angle; `light` shades it from left to right.
fn seen_at_an_angle(picture: &GrayImage, degrees: f32, tilt: f32) -> GrayImage {
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let side = (w.hypot(h) * 1.1) as u32;
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x as f32 - side as f32 / 2.0, y as f32 - side as f32 / 2.0);
        let depth = 1.0 + tilt * y / side as f32;
        let (x, y) = (x * depth, y * depth);
        let (sx, sy) = (x * cos + y * sin + w / 2.0, -x * sin + y * cos + h / 2.0);
        let inside = sx >= 0.0 && sy >= 0.0 && sx < w - 1.0 && sy < h - 1.0;
        if !inside {
            return Luma([110]);
        }
        let (fx, fy) = (sx.fract(), sy.fract());
        let p = |dx: u32, dy: u32| f32::from(picture.get_pixel(sx as u32 + dx, sy as u32 + dy).0[0]);
        let value = (p(0, 0) * (1.0 - fx) + p(1, 0) * fx) * (1.0 - fy) + (p(0, 1) * (1.0 - fx) + p(1, 1) * fx) * fy;
        Luma([(value * (0.7 + 0.3 * x / side as f32)) as u8])
    })
}

fn only(codes: Vec<ReadCode>) -> ReadCode {
    assert_eq!(codes.len(), 1, "one code is in the picture");
    codes.into_iter().next().unwrap()
}

/// Name, segments, the bytes they carry, their modes.
fn mixed() -> Vec<(&'static str, Vec<QrSegment>, Vec<u8>, Vec<SegmentMode>)> {
    use SegmentMode::{Alphanumeric, Byte, Eci, Kanji, Numeric};
    let binary: Vec<u8> = (0..=255).collect();
    vec![
        (
            "numeric",
            vec![QrSegment::make_numeric("31415926535897932384626433")],
            b"31415926535897932384626433".to_vec(),
            vec![Numeric],
        ),
        ("one digit", vec![QrSegment::make_numeric("7")], b"7".to_vec(), vec![Numeric]),
        (
            "alphanumeric",
            vec![QrSegment::make_alphanumeric("AC-42 $%*+./:Z")],
            b"AC-42 $%*+./:Z".to_vec(),
            vec![Alphanumeric],
        ),
        ("binary", vec![QrSegment::make_bytes(&binary)], binary.clone(), vec![Byte]),
        ("zeros", vec![QrSegment::make_bytes(&[0; 40])], vec![0; 40], vec![Byte]),
        ("utf-8", vec![QrSegment::make_bytes("采集码".as_bytes())], "采集码".into(), vec![Byte]),
        (
            "kanji",
            vec![kanji(&[0x935f, 0xe4aa, 0x8140, 0x9ffc, 0xe040, 0xebbf])],
            vec![0x93, 0x5f, 0xe4, 0xaa, 0x81, 0x40, 0x9f, 0xfc, 0xe0, 0x40, 0xeb, 0xbf],
            vec![Kanji],
        ),
        ("eci", vec![QrSegment::make_eci(26), QrSegment::make_bytes("码".as_bytes())], "码".into(), vec![Eci, Byte]),
        (
            "eci of three bytes",
            vec![QrSegment::make_eci(999_999), QrSegment::make_bytes(&[0xff, 0xfe])],
            vec![0xff, 0xfe],
            vec![Eci, Byte],
        ),
        (
            "mixed",
            vec![
                QrSegment::make_alphanumeric("AB"),
                QrSegment::make_bytes(&[0x80, 0x00]),
                QrSegment::make_numeric("007"),
                kanji(&[0x935f]),
            ],
            vec![b'A', b'B', 0x80, 0x00, b'0', b'0', b'7', 0x93, 0x5f],
            vec![Alphanumeric, Byte, Numeric, Kanji],
        ),
    ]
}

#[test]
fn every_mode_gives_its_exact_bytes_through_both_readers() {
    for (name, segments, bytes, modes) in mixed() {
        let code = symbol(&segments, QrCodeEcc::Quartile);
        let straight = drawn(&code, 4);
        let first = only(read_codes(&straight, Effort::Live));
        assert_eq!(first.code.as_bytes(), bytes, "{name}");
        assert_eq!(first.symbol.segments.iter().map(|s| s.mode).collect::<Vec<_>>(), modes, "{name}");
        assert_eq!(i32::from(first.symbol.version) * 4 + 17, code.size(), "{name}");
        assert!(!first.mirrored);
        for reader in tucai::vision::qr::Reader::ALL {
            let read = only(tucai::vision::qr::read_with(&straight, reader).codes);
            assert_eq!(read.reader, reader);
            assert_eq!((&read.code, &read.symbol), (&first.code, &first.symbol), "{name} through {reader:?}");
        }
    }
}

#[test]
fn the_largest_symbol_and_every_version_can_be_read() {
    for length in [1, 100, 500, 1000, 2000, 2953] {
        let bytes: Vec<u8> = (0..length).map(|i: u32| (i * 7 % 251) as u8).collect();
        let code = symbol(&[QrSegment::make_bytes(&bytes)], QrCodeEcc::Low);
        for reader in tucai::vision::qr::Reader::ALL {
            let read = only(tucai::vision::qr::read_with(&drawn(&code, 4), reader).codes);
            assert_eq!(read.code.as_bytes(), bytes, "{length} bytes through {reader:?}");
        }
    }
}

#[test]
fn an_empty_code_and_parts_of_a_code_are_refused_by_name() {
    let empty = read(&drawn(&symbol(&[], QrCodeEcc::Medium), 5), Effort::Thorough);
    assert!(empty.codes.is_empty());
    assert!(matches!(empty.refused[0].why, SegmentError::Code(_)));
    let mut bits = BitBuffer(Vec::new());
    bits.append_bits(0x41, 8);
    bits.append_bits(0x00, 8);
    let part = symbol_with_raw_mode(0b0011, &bits.0);
    assert_eq!(read(&drawn(&part, 5), Effort::Thorough).refused[0].why, SegmentError::StructuredAppend);
}

/// A version 1 symbol whose data codewords start with the given mode, drawn from raw codewords.
fn symbol_with_raw_mode(mode: u8, rest: &[bool]) -> QrCode {
    let mut codewords: Vec<bool> = (0..4).rev().map(|bit| mode >> bit & 1 == 1).collect();
    codewords.extend_from_slice(rest);
    let mut bytes = vec![0_u8; 19];
    for (index, bit) in codewords.iter().enumerate() {
        bytes[index / 8] |= u8::from(*bit) << (7 - index % 8);
    }
    QrCode::encode_codewords(Version::new(1), QrCodeEcc::Low, &bytes, None)
}

#[test]
fn codes_are_read_turned_tilted_and_shaded() {
    let bytes = b"\x00\x01 tilted \xfe\xff 0123456789".repeat(4);
    let picture = drawn(&of_bytes(&bytes), 6);
    let mut live = 0;
    let angles = [-170.0, -95.0, -45.0, -20.0, 0.0, 10.0, 30.0, 90.0, 135.0];
    for degrees in angles {
        for tilt in [-0.25, 0.0, 0.25] {
            let seen = seen_at_an_angle(&picture, degrees, tilt);
            assert_eq!(only(read_codes(&seen, Effort::Thorough)).code.as_bytes(), bytes, "{degrees} {tilt}");
            live += usize::from(read_codes(&seen, Effort::Live).len() == 1);
        }
    }
    println!("live reading: {live} of {}", angles.len() * 3);
    assert!(live >= angles.len() * 3 - 1);
}

#[test]
fn corners_go_clockwise_from_the_symbols_own_top_left() {
    let picture = drawn(&of_bytes(b"where is up"), 6);
    let code = of_bytes(b"where is up");
    let (low, high) = (4.0 * 6.0, (4.0 + code.size() as f32) * 6.0);
    let want = [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| Point::new(x + 30.0, y + 20.0));
    for reader in tucai::vision::qr::Reader::ALL {
        let read = only(tucai::vision::qr::read_with(&picture, reader).codes);
        for (have, want) in read.corners.iter().zip(want) {
            assert!(have.distance(want) < 4.0, "{reader:?}: {:?} is not {want:?}", read.corners);
        }
    }
    let upside_down = image::imageops::rotate180(&picture);
    let read = only(read_codes(&upside_down, Effort::Live));
    assert!(read.corners[0].x > read.corners[1].x && read.corners[0].y > read.corners[3].y, "{:?}", read.corners);
}

#[test]
fn a_mirrored_symbol_is_read_and_reported() {
    let mirrored = image::imageops::flip_horizontal(&drawn(&of_bytes(b"through the looking glass"), 5));
    for reader in tucai::vision::qr::Reader::ALL {
        let read = only(tucai::vision::qr::read_with(&mirrored, reader).codes);
        assert!(read.mirrored);
        assert_eq!(read.code.as_bytes(), b"through the looking glass");
        assert!(read.corners[0].x > read.corners[1].x, "{reader:?}: its top left lies right: {:?}", read.corners);
    }
}

#[test]
fn several_codes_come_largest_first_and_light_on_dark_is_read() {
    let mut picture = GrayImage::from_pixel(900, 500, Luma([200]));
    paint(&mut picture, &of_bytes(b"small"), 4, 20, 30);
    paint(&mut picture, &of_bytes(b"large"), 10, 300, 60);
    let codes = read_codes(&picture, Effort::Thorough);
    assert_eq!(codes.iter().map(|c| c.code.as_bytes()).collect::<Vec<_>>(), [b"large", b"small"]);

    let mut inverted = drawn(&of_bytes(b"dark mode"), 5);
    image::imageops::invert(&mut inverted);
    for effort in [Effort::Live, Effort::Thorough] {
        assert_eq!(only(read_codes(&inverted, effort)).code.as_bytes(), b"dark mode");
    }
}

#[test]
fn pictures_without_a_code_give_none_and_noise_is_cheap() {
    let mut state = 12345_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let noise = GrayImage::from_fn(1920, 1080, |_, _| Luma([random()]));
    let mut modules = vec![0_u8; 480 * 270];
    for module in &mut modules {
        *module = random();
    }
    let coarse = GrayImage::from_fn(1920, 1080, |x, y| {
        Luma([if modules[(y / 4 * 480 + x / 4) as usize] & 1 == 1 { 20 } else { 230 }])
    });
    let plain = GrayImage::from_pixel(1920, 1080, Luma([90]));
    let mut with_code = GrayImage::from_pixel(1920, 1080, Luma([90]));
    paint(&mut with_code, &of_bytes(&[7; 300]), 6, 600, 100);
    for (name, picture, count) in
        [("plain", &plain, 0), ("noise", &noise, 0), ("coarse noise", &coarse, 0), ("code", &with_code, 1)]
    {
        let start = Instant::now();
        assert_eq!(read_codes(picture, Effort::Live).len(), count, "{name}");
        println!("{name}: {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    }
}

#[test]
fn the_witness_is_upright_and_reaches_beyond_the_code() {
    let code = of_bytes(b"witness");
    let picture = seen_at_an_angle(&drawn(&code, 8), 160.0, 0.2);
    let read = only(read_codes(&picture, Effort::Live));
    let colour =
        RgbImage::from_fn(picture.width(), picture.height(), |x, y| image::Rgb([picture.get_pixel(x, y).0[0]; 3]));
    let witness = witness_crop(&colour, &read.corners).unwrap();
    let again = only(read_codes(&image::imageops::grayscale(&witness), Effort::Live));
    let (top_left, top_right) = (again.corners[0], again.corners[1]);
    assert!((top_left.y - top_right.y).abs() < 6.0 && top_left.x < top_right.x, "upright: {:?}", again.corners);
    let ratio = witness.width() as f32 / top_left.distance(top_right);
    assert!((ratio - 1.6).abs() < 0.1, "{ratio} times the code");
    assert!(witness_crop(&colour, &[Point::default(); 4]).is_none());
}
