//! How many codes are read from single frames, beside rqrr alone and rxing alone, per stratum, with time.
//!
//! `cargo bench --bench reading` (or `packaging/prove reading`) draws frames of 1280 x 720 pixels from easy to the
//! limit of physics on seeds that the reader was not built with. `READING_SEEDS` (by comma) and `READING_COUNT` (frames
//! of a stratum and seed, default 20) choose others; `READING_ONLY` names strata. rqrr and rxing do their own
//! preparation here: rxing tries harder, and again on the inverted frame.

#![allow(clippy::expect_used, reason = "a table that cannot be made says why")]
#![allow(clippy::print_stdout, reason = "the table is what this is for")]
#![allow(unreachable_pub, reason = "one binary: everything here is private to it")]

#[path = "../support/codes/mod.rs"]
mod codes;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use image::{GrayImage, imageops};
use rxing::Reader as _;
use rxing::common::HybridBinarizer;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiUseMultiFormatReader};
use tucai::render::{Person, Pose, Scene, draw};
use tucai::vision::qr::{Effort, read_codes};

use codes::{REPORTED_SEEDS, STRATA, negatives, shots};

/// Who reads: a name and what it sees in a frame.
type Way = (&'static str, fn(&GrayImage) -> Vec<Vec<u8>>);
const WAYS: [Way; 4] = [("rqrr alone", rqrr_alone), ("rxing alone", rxing_alone), ("live", live), ("file", file)];

fn live(frame: &GrayImage) -> Vec<Vec<u8>> {
    read_codes(frame, Effort::Live).into_iter().map(|code| code.code.as_bytes().to_vec()).collect()
}

fn file(frame: &GrayImage) -> Vec<Vec<u8>> {
    read_codes(frame, Effort::Thorough).into_iter().map(|code| code.code.as_bytes().to_vec()).collect()
}

fn rqrr_alone(frame: &GrayImage) -> Vec<Vec<u8>> {
    let run = || {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let grey = |x: usize, y: usize| frame.as_raw()[y * width + x];
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
        let mut read = Vec::new();
        for grid in prepared.detect_grids() {
            let mut bytes = Vec::new();
            if grid.decode_to(&mut bytes).is_ok() {
                read.push(bytes);
            }
        }
        read
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_default()
}

fn rxing_alone(frame: &GrayImage) -> Vec<Vec<u8>> {
    let once = |frame: &GrayImage| -> Option<Vec<u8>> {
        let source = Luma8LuminanceSource::new(frame.as_raw().clone(), frame.width(), frame.height()).ok()?;
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
        let hints = DecodeHints {
            TryHarder: Some(true),
            PossibleFormats: Some([BarcodeFormat::QR_CODE].into_iter().collect()),
            ..DecodeHints::default()
        };
        let read = || MultiUseMultiFormatReader::default().decode_with_hints(&mut bitmap, &hints).ok();
        let text = catch_unwind(AssertUnwindSafe(read)).ok().flatten()?;
        Some(text.getText().as_bytes().to_vec())
    };
    let inverted = || {
        let mut other = frame.clone();
        imageops::invert(&mut other);
        once(&other)
    };
    once(frame).or_else(inverted).into_iter().collect()
}

/// What one way did on many frames.
#[derive(Default, Clone)]
struct Tally {
    frames: usize,
    read: usize,
    misread: usize,
    ms: Vec<f64>,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.frames += other.frames;
        self.read += other.read;
        self.misread += other.misread;
        self.ms.extend(&other.ms);
    }

    fn try_on(&mut self, frame: &GrayImage, want: Option<&[u8]>, way: fn(&GrayImage) -> Vec<Vec<u8>>) {
        let start = Instant::now();
        let seen = way(frame);
        self.ms.push(start.elapsed().as_secs_f64() * 1000.0);
        self.frames += 1;
        self.read += usize::from(seen.iter().any(|bytes| Some(bytes.as_slice()) == want));
        self.misread += seen.iter().filter(|bytes| Some(bytes.as_slice()) != want).count();
    }

    fn shown(&self) -> String {
        let mut ms = self.ms.clone();
        ms.sort_by(f64::total_cmp);
        let at = |share: f64| ms.get(((ms.len() as f64 * share) as usize).min(ms.len().saturating_sub(1)));
        let at = |share: f64| at(share).copied().unwrap_or_default();
        let percent = 100.0 * self.read as f64 / self.frames.max(1) as f64;
        format!("{percent:5.1} % {:4.0} {:4.0} {:5.0} {:2}", at(0.5), at(0.95), at(1.0), self.misread)
    }
}

fn numbers(name: &str) -> Option<Vec<u64>> {
    let text = std::env::var(name).ok()?;
    Some(text.split(',').map(|part| part.trim().parse().expect("numbers, by comma")).collect())
}

fn main() {
    // Panics of the other readers count as "nothing read".
    std::panic::set_hook(Box::new(|_| {}));
    let seeds = numbers("READING_SEEDS").unwrap_or_else(|| REPORTED_SEEDS.to_vec());
    let count = numbers("READING_COUNT").map_or(20, |n| n[0] as usize);
    let only = std::env::var("READING_ONLY").ok();
    println!("seeds {seeds:?}, {count} frames of each stratum and seed, 1280 x 720");
    println!("read, then ms median, p95, max, then misreads");
    print!("{:12}", "");
    for (name, _) in WAYS {
        print!("| {name:26}");
    }
    println!();
    let mut all = vec![Tally::default(); WAYS.len()];
    for stratum in STRATA.into_iter().filter(|name| only.as_ref().is_none_or(|o| o.split(',').any(|o| o == *name))) {
        let mut tallies = vec![Tally::default(); WAYS.len()];
        for shot in seeds.iter().flat_map(|seed| shots(stratum, *seed, count)) {
            let (frame, _) = shot.frame();
            for (tally, (_, way)) in tallies.iter_mut().zip(WAYS) {
                tally.try_on(&frame, Some(&shot.bytes), way);
            }
        }
        row(stratum, &tallies);
        all.iter_mut().zip(&tallies).for_each(|(sum, one)| sum.add(one));
    }
    row("all", &all);
    without_a_code(&seeds, count);
}

fn row(name: &str, tallies: &[Tally]) {
    print!("{name:12}");
    for tally in tallies {
        print!("| {:26}", tally.shown());
    }
    println!();
}

/// Posters, patterns, other symbologies and drawn people: here every code is a false one.
fn without_a_code(seeds: &[u64], count: usize) {
    let mut tallies = vec![Tally::default(); 2];
    for seed in seeds {
        let people = (0..count as u64 / 4).map(|index| {
            let person = Person::presentable(seed + index);
            let drawn = draw(&person, &Pose::photo(1280, 720), &Scene::default(), 1280, 720);
            ("face", imageops::grayscale(&drawn.picture))
        });
        for (_, picture) in negatives(*seed, count * 2).into_iter().chain(people) {
            for (tally, (_, way)) in tallies.iter_mut().zip(&WAYS[2..]) {
                tally.try_on(&picture, None, *way);
            }
        }
    }
    println!(
        "no code: {} pictures; live {}; file {} (the last number counts false codes)",
        tallies[0].frames,
        tallies[0].shown(),
        tallies[1].shown()
    );
}
