//! Behaviour of render: drawn pictures match their stated truth, and drawn symbols read back as the same bytes.

use tucai::domain::code::{CodeSymbol, CorrectionLevel, Segment, SegmentMode};
use tucai::render::{
    HairStyle, Person, Pose, Scene, SymbolError, draw, symbol_image, symbol_of_bytes, symbol_of_segments,
};

/// What an independent reader finds in a drawn symbol.
fn read(symbol: &CodeSymbol) -> Vec<u8> {
    let picture = symbol_image(symbol, 4, 4).expect("drawable");
    let (width, height) = picture.dimensions();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
        picture.get_pixel(x as u32, y as u32).0[0]
    });
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "one symbol in the picture");
    let mut bytes = Vec::new();
    let meta = grids[0].decode_to(&mut bytes).expect("readable");
    assert_eq!(meta.version.0, usize::from(symbol.version));
    bytes
}

fn part(mode: SegmentMode, bytes: &[u8]) -> Segment {
    Segment { mode, bytes: bytes.to_vec() }
}

#[test]
fn symbols_of_every_mode_and_level_read_back() {
    let kanji = [0x93, 0x5F, 0xE4, 0xAA];
    let mixes: [Vec<Segment>; 5] = [
        vec![part(SegmentMode::Numeric, b"0123456789012")],
        vec![part(SegmentMode::Alphanumeric, b"AC-42 $%*+./:")],
        vec![part(SegmentMode::Byte, &[0, 255, 13, 10, 65, 200])],
        vec![part(SegmentMode::Kanji, &kanji)],
        vec![
            part(SegmentMode::Eci, &[26]),
            part(SegmentMode::Byte, "采集".as_bytes()),
            part(SegmentMode::Numeric, b"42"),
            part(SegmentMode::Alphanumeric, b"Z"),
        ],
    ];
    for level in [CorrectionLevel::L, CorrectionLevel::M, CorrectionLevel::Q, CorrectionLevel::H] {
        for segments in &mixes {
            let symbol = symbol_of_segments(segments.clone(), level).expect("fits");
            let code = symbol.subject_code().expect("not empty");
            assert_eq!(read(&symbol), code.as_bytes(), "{segments:?} at {level:?}");
        }
    }
}

#[test]
fn a_symbol_keeps_the_version_it_is_given() {
    let small = symbol_of_bytes(b"DEMO", CorrectionLevel::M).expect("fits");
    assert_eq!(small.version, 1);
    let large = CodeSymbol { version: 11, ..small };
    assert_eq!(symbol_image(&large, 3, 4).expect("fits").width(), (17 + 4 * 11 + 8) * 3);
    assert_eq!(read(&large), b"DEMO");
}

#[test]
fn impossible_symbols_are_refused_not_panicked_on() {
    let draw = |version, segments| symbol_image(&CodeSymbol { version, level: CorrectionLevel::L, segments }, 1, 4);
    let bytes = |n| vec![part(SegmentMode::Byte, &vec![7; n])];
    assert_eq!(draw(0, bytes(1)), Err(SymbolError::NoSuchVersion { version: 0 }));
    assert_eq!(draw(41, bytes(1)), Err(SymbolError::NoSuchVersion { version: 41 }));
    assert_eq!(draw(1, bytes(18)), Err(SymbolError::TooLong));
    assert!(draw(40, bytes(2953)).is_ok());
    assert_eq!(draw(40, bytes(2954)), Err(SymbolError::TooLong));
    for (mode, wrong) in [
        (SegmentMode::Numeric, &b"12a"[..]),
        (SegmentMode::Numeric, &[0xFF]),
        (SegmentMode::Alphanumeric, b"abc"),
        (SegmentMode::Kanji, &[0x93]),
        (SegmentMode::Kanji, b"AB"),
        (SegmentMode::Kanji, &[0xEB, 0xFF]),
        (SegmentMode::Eci, &[]),
        (SegmentMode::Eci, &[0x0F, 0x42, 0x40]),
    ] {
        assert_eq!(draw(5, vec![part(mode, wrong)]), Err(SymbolError::WrongBytes { mode }));
    }
}

#[test]
fn the_same_seed_gives_the_same_pixels() {
    let once = |seed| draw(&Person::seeded(seed), &Pose::photo(240, 320), &Scene::default(), 240, 320).picture;
    assert_eq!(once(7), once(7));
    assert_ne!(once(7), once(8));
}

#[test]
fn truth_lies_inside_the_picture_in_anatomical_order() {
    for seed in 0..20 {
        let person = Person::seeded(seed);
        let drawn = draw(&person, &Pose::photo(240, 320), &Scene::default(), 240, 320);
        let [face] = drawn.truth.faces.as_slice() else { panic!("one face") };
        let eye_y = face.eyes[0].y;
        assert!(face.eyes[0].x < face.eyes[1].x);
        assert!(face.head_top_y < eye_y && eye_y < face.mouth.y && face.mouth.y < face.chin.y && face.chin.y < 320.0);
        assert_eq!(face.hairline_y.is_none(), person.hair.style == HairStyle::Bald);
        assert!(face.hairline_y.is_none_or(|y| face.head_top_y < y && y < eye_y));
        assert!((face.face_width() - 110.0).abs() < 1.0);
        assert!((0.22..=0.36).contains(&face.lid_ratio[0]));
    }
}
