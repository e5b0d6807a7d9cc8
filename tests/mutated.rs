//! Picture files broken with knowledge of how they are built: segments and chunks with wrong lengths, orders, sizes and
//! contents (checksums put right again), EXIF data that lies, packed contents that swell. Whatever comes, reading gives
//! a picture of the stated size or a reason, and what can be read can be judged.
//!
//! `MUTATION_ROUNDS` and `MUTATION_SEED` make a longer or another run. Blind damage is in `bad_pictures`.

use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb, RgbImage, Rgba};
use jpeg_encoder::{ColorType, Encoder};
use tucai::domain::profiles::default_profile;
use tucai::render::Random;
use tucai::vision::decode::{MAX_PIXELS, decode};
use tucai::vision::examine::examine_file;

use crate::support::faces::models;

const SIZE: (u32, u32) = (56, 72);

fn picture() -> RgbImage {
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| Rgb([(x * 4) as u8, (y * 3) as u8, (x * y / 17) as u8]))
}

/// EXIF data with the turn, a resolution that lies elsewhere, a maker's text and a second directory.
fn exif() -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x04\0".to_vec();
    for (tag, kind, count, value) in
        [(0x010f_u16, 2_u16, 12_u32, 62_u32), (0x0112, 3, 1, 6), (0x011a, 5, 1, 74), (0x0128, 3, 1, 2)]
    {
        block.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        block.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    block.extend(62_u32.to_le_bytes());
    block.extend(b"Camera, 12b\0");
    block.extend([300_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat());
    block
}

fn jpeg(change: impl Fn(&mut Encoder<&mut Vec<u8>>), color: ColorType) -> Vec<u8> {
    let rgb = picture();
    let pixels: Vec<u8> = match color {
        ColorType::Luma => rgb.pixels().map(|p| p.0[1]).collect(),
        ColorType::Cmyk => rgb.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 9]).collect(),
        _ => rgb.into_raw(),
    };
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 80);
    encoder.add_exif_metadata(&exif()).unwrap();
    change(&mut encoder);
    encoder.encode(&pixels, SIZE.0 as u16, SIZE.1 as u16, color).unwrap();
    file
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A file as head, named parts, and tail. Joined again they are the file; a PNG's checksums are made while joining.
#[derive(Clone)]
enum Built {
    Jpeg { segments: Vec<(u8, Vec<u8>)>, scan: Vec<u8> },
    Png { chunks: Vec<([u8; 4], Vec<u8>)> },
}

impl Built {
    fn of_jpeg(file: &[u8]) -> Self {
        let (mut at, mut segments) = (2, Vec::new());
        loop {
            let (marker, length) = (file[at + 1], usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]])));
            segments.push((marker, file[at + 4..at + 2 + length].to_vec()));
            at += 2 + length;
            if marker == 0xda {
                return Self::Jpeg { segments, scan: file[at..].to_vec() };
            }
        }
    }

    fn of_png(file: &[u8]) -> Self {
        let (mut at, mut chunks) = (8, Vec::new());
        while at < file.len() {
            let length = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
            chunks.push((file[at + 4..at + 8].try_into().unwrap(), file[at + 8..at + 8 + length].to_vec()));
            at += 12 + length;
        }
        Self::Png { chunks }
    }

    /// `lie` changes the stated length of one part.
    fn joined(&self, lie: Option<(usize, i64)>) -> Vec<u8> {
        let stated = |index: usize, length: usize| match lie {
            Some((at, by)) if at == index => length as i64 + by,
            _ => length as i64,
        };
        let mut file = Vec::new();
        match self {
            Self::Jpeg { segments, scan } => {
                file.extend([0xff, 0xd8]);
                for (index, (marker, data)) in segments.iter().enumerate() {
                    file.extend([0xff, *marker]);
                    file.extend((stated(index, data.len() + 2) as u16).to_be_bytes());
                    file.extend(data);
                }
                file.extend(scan);
            }
            Self::Png { chunks } => {
                file.extend(b"\x89PNG\r\n\x1a\n");
                for (index, (name, data)) in chunks.iter().enumerate() {
                    file.extend((stated(index, data.len()) as u32).to_be_bytes());
                    file.extend(name);
                    file.extend(data);
                    file.extend(crc(&[name, data.as_slice()].concat()).to_be_bytes());
                }
            }
        }
        file
    }

    const fn parts(&self) -> usize {
        match self {
            Self::Jpeg { segments, .. } => segments.len(),
            Self::Png { chunks } => chunks.len(),
        }
    }

    fn data(&mut self, index: usize) -> &mut Vec<u8> {
        match self {
            Self::Jpeg { segments, .. } => &mut segments[index].1,
            Self::Png { chunks } => &mut chunks[index].1,
        }
    }

    /// A part once more, gone, moved, or one of another file of the kind.
    fn reorder(&mut self, other: &Self, random: &mut Random) {
        fn change<T: Clone>(parts: &mut Vec<T>, others: &[T], random: &mut Random) {
            let (at, to) = (random.below(parts.len()), random.below(parts.len()));
            match random.below(4) {
                0 => parts.insert(to, parts[at].clone()),
                1 if parts.len() > 1 => {
                    parts.remove(at);
                }
                2 => parts.swap(at, to),
                _ => parts.insert(to, others[random.below(others.len())].clone()),
            }
        }
        match (self, other) {
            (Self::Jpeg { segments, .. }, Self::Jpeg { segments: others, .. }) => change(segments, others, random),
            (Self::Png { chunks }, Self::Png { chunks: others }) => change(chunks, others, random),
            (Self::Jpeg { segments, .. }, Self::Png { chunks }) => {
                segments.insert(0, (0xe1, chunks[random.below(chunks.len())].1.iter().take(60_000).copied().collect()));
            }
            (Self::Png { chunks }, Self::Jpeg { segments, .. }) => {
                chunks.insert(1, (*b"eXIf", segments[random.below(segments.len())].1.clone()));
            }
        }
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

/// Bytes that mean something where they stand: ends, zeros, signs, sizes.
fn strange(random: &mut Random) -> u8 {
    [0, 1, 2, 3, 4, 6, 8, 16, 0x11, 0x22, 0x44, 0x7f, 0x80, 0xc4, 0xd9, 0xff][random.below(16)]
}

/// Changes a file in one to three ways; may leave nothing of it that can be read.
fn mutate(built: &Built, other: &Built, random: &mut Random) -> Vec<u8> {
    let (mut built, mut lie) = (built.clone(), None);
    for _ in 0..=random.below(3) {
        let part = random.below(built.parts());
        match random.below(7) {
            0 => built.reorder(other, random),
            1 => lie = Some((part, [-70_000, -9, -3, -2, -1, 1, 2, 9, 60_000, 1 << 31][random.below(10)])),
            2 => {
                let length = random.below(built.data(part).len() + 1);
                built.data(part).truncate(length);
            }
            3 => {
                let byte = strange(random);
                let more = random.below(40);
                built.data(part).extend(std::iter::repeat_n(byte, more));
            }
            _ => {
                // The first bytes of a part are its header: sizes, counts, kinds.
                let length = built.data(part).len();
                let reach = if random.chance(0.6) { length.min(20) } else { length };
                for _ in 0..=random.below(3) {
                    if reach > 0 {
                        let byte = if random.chance(0.6) { strange(random) } else { random.bits() as u8 };
                        built.data(part)[random.below(reach)] = byte;
                    }
                }
            }
        }
    }
    if let Built::Jpeg { scan, .. } = &mut built
        && random.chance(0.3)
    {
        let at = random.below(scan.len() - 1);
        match random.below(3) {
            0 => scan[at] = strange(random),
            // A marker in the middle of the pixels: an end, a restart, a table, a second picture.
            1 => scan[at..at + 2].copy_from_slice(&[0xff, [0xd9, 0xd0, 0xd7, 0xc4, 0xd8, 0xdc][random.below(6)]]),
            _ => drop(scan.drain(at / 2..at)),
        }
    }
    built.joined(lie)
}

fn files() -> Vec<Built> {
    let rgb = picture();
    let deep = ImageBuffer::from_fn(SIZE.0, SIZE.1, |x, y| Rgb(rgb.get_pixel(x, y).0.map(|v| u16::from(v) * 257)));
    let clear = ImageBuffer::from_fn(SIZE.0, SIZE.1, |x, y| {
        let [r, g, b] = rgb.get_pixel(x, y).0;
        Rgba([r, g, b, (x * 4) as u8])
    });
    let pngs = [DynamicImage::ImageRgb8(rgb), DynamicImage::ImageRgb16(deep), DynamicImage::ImageRgba8(clear)];
    let jpegs = [
        jpeg(|_| {}, ColorType::Rgb),
        jpeg(|encoder| encoder.set_progressive(true), ColorType::Rgb),
        jpeg(|encoder| encoder.set_restart_interval(3), ColorType::Rgb),
        jpeg(|_| {}, ColorType::Luma),
        jpeg(|_| {}, ColorType::Cmyk),
    ];
    let mut files: Vec<Built> = jpegs.iter().map(|file| Built::of_jpeg(file)).collect();
    files.extend(pngs.iter().map(|picture| Built::of_png(&png(picture))));
    // One that moves, with what the others lack.
    let Built::Png { mut chunks } = Built::of_png(&png(&pngs[0])) else { unreachable!() };
    let before = |name: &[u8; 4], data: &[u8]| (*name, data.to_vec());
    chunks.insert(1, before(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]));
    chunks.insert(2, before(b"pHYs", &[0, 0, 46, 35, 0, 0, 46, 35, 1]));
    chunks.insert(3, before(b"eXIf", &exif()));
    chunks.insert(4, before(b"gAMA", &[0, 0, 0, 0]));
    chunks.insert(5, before(b"PLTE", &[7; 21]));
    chunks.insert(6, before(b"tRNS", &[0; 6]));
    files.push(Built::Png { chunks });
    files
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn a_file_taken_apart_and_joined_is_the_same() {
    let rgb = DynamicImage::from(picture());
    assert_eq!(Built::of_png(&png(&rgb)).joined(None), png(&rgb));
    let file = jpeg(|_| {}, ColorType::Rgb);
    assert_eq!(Built::of_jpeg(&file).joined(None), file);
    let read = decode(&file).unwrap();
    assert_eq!(read.picture.dimensions(), (SIZE.1, SIZE.0), "turned as its EXIF data say");
}

#[test]
fn files_broken_with_knowledge_never_end_the_program() {
    let files = files();
    let mut random = Random::new(number("MUTATION_SEED", 20_220_901));
    let profile = default_profile().unwrap().profile;
    let (mut read, mut refused, mut judged) = (0_u32, 0_u32, 0_u32);
    for round in 0..number("MUTATION_ROUNDS", 4_000) {
        let (file, other) = (&files[round as usize % files.len()], &files[random.below(files.len())]);
        let bytes = mutate(file, other, &mut random);
        match decode(&bytes) {
            Ok(found) => {
                read += 1;
                let (width, height) = found.picture.dimensions();
                let stated = (found.facts.width, found.facts.height);
                assert!(stated == (width, height) || stated == (height, width), "{stated:?}, {width} x {height}");
                assert!(width > 0 && height > 0 && u64::from(width) * u64::from(height) <= MAX_PIXELS);
                assert!(found.facts.dpi.is_none_or(|dpi| dpi.is_finite() && dpi > 0.0), "{:?}", found.facts.dpi);
                // Networks cost more than decoding: some of those that can be read go all the way.
                if read.is_multiple_of(200) && width * height < 100_000 {
                    let examination = examine_file(&bytes, &profile, models()).unwrap();
                    assert!(!examination.findings.is_empty());
                    judged += 1;
                }
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty() && !error.code().is_empty());
            }
        }
    }
    println!("{read} broken files read, {refused} refused, {judged} judged");
    assert!(read > 300 && refused > 300 && judged > 1);
}

#[test]
fn what_swells_beside_the_pixels_is_not_taken_for_a_picture() {
    // Nine million zeros, packed a thousand times smaller, as a colour profile, a text and a second set of pixels.
    let large = Built::of_png(&png(&DynamicImage::from(RgbImage::new(3000, 3000))));
    let Built::Png { chunks } = &large else { unreachable!() };
    let packed: Vec<u8> =
        chunks.iter().filter(|(name, _)| name == b"IDAT").flat_map(|(_, data)| data.clone()).collect();
    assert!(packed.len() < 200_000);
    let small = png(&DynamicImage::from(picture()));
    let named = |name: &[u8]| [name, &packed].concat();
    for (name, data) in [
        (*b"iCCP", named(b"p\0\0")),
        (*b"zTXt", named(b"Comment\0\0")),
        (*b"iTXt", named(b"Comment\0\x01\0\0\0")),
        (*b"IDAT", packed.clone()),
    ] {
        for many in [1, 40] {
            let Built::Png { mut chunks } = Built::of_png(&small) else { unreachable!() };
            for _ in 0..many {
                chunks.insert(1, (name, data.clone()));
            }
            match decode(&Built::Png { chunks }.joined(None)) {
                Ok(found) => assert_eq!(found.picture.dimensions(), SIZE),
                Err(error) => assert_eq!(error.code(), "damaged", "{error}"),
            }
        }
    }
    // EXIF data that point into themselves, and at nothing.
    for offset in [0_u32, 8, 9, u32::MAX] {
        for count in [0_u16, 1, u16::MAX] {
            let block = [&b"II*\0"[..], &offset.to_le_bytes(), &count.to_le_bytes(), &exif()[10..]].concat();
            let Built::Png { mut chunks } = Built::of_png(&small) else { unreachable!() };
            chunks.insert(1, (*b"eXIf", block));
            assert!(decode(&Built::Png { chunks }.joined(None)).is_ok(), "{offset} {count}: the pixels are whole");
        }
    }
}
