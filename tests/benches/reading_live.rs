//! Codes in the hands of people: how long a hold takes until its code counts, frame by frame alone and over time.
//!
//! Run with `cargo bench --bench reading_live`. Videos are drawn; `HOLD_SEEDS=FIRST..END` chooses them (the default
//! ones were not looked at while the reader was built). The share and the median count time as a camera does: frames
//! that come while one is read are left out. Nothing here asserts.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a bench that cannot start says why")]
#![allow(clippy::print_stdout, reason = "the table is read by people")]
#![allow(unreachable_pub, dead_code, reason = "shared with the tests, which use more of it")]

#[path = "../support/held.rs"]
mod held;
#[path = "../support/video.rs"]
mod video;

/// Where the tests have them.
mod support {
    pub(crate) use super::held;
}

use std::time::{Duration, Instant};

use image::{GrayImage, imageops};
use tucai::domain::code::SubjectCode;
use tucai::domain::code_help::CodeHelper;
use tucai::render::{Painter, Person, Pose, Scene, compose};
use tucai::vision::qr::{Effort, LiveReader, read};

use video::{Kind, Video};

/// A hold must be read within this time.
const WITHIN: Duration = Duration::from_millis(700);
/// Frames of a hold: a second.
const FRAMES: u32 = 15;

/// One way to read a video.
trait Way {
    fn codes(&mut self, luma: &GrayImage, at: Duration) -> Vec<SubjectCode>;
}

/// Each frame alone, the first read counts.
struct Alone;

impl Way for Alone {
    fn codes(&mut self, luma: &GrayImage, _at: Duration) -> Vec<SubjectCode> {
        read(luma, Effort::Live).codes.into_iter().map(|code| code.code).collect()
    }
}

impl Way for LiveReader {
    fn codes(&mut self, luma: &GrayImage, at: Duration) -> Vec<SubjectCode> {
        self.look(luma, at).codes.into_iter().map(|code| code.code).collect()
    }
}

/// What came of the holds of one kind.
#[derive(Default)]
struct Column {
    /// Time to the lock, of those that locked.
    times: Vec<Duration>,
    holds: usize,
    misread: usize,
    frames: u32,
    work: Duration,
    worst: Duration,
}

impl Column {
    fn play(&mut self, frames: &[GrayImage], wanted: &SubjectCode, way: &mut dyn Way) {
        self.holds += 1;
        let mut free = Duration::ZERO;
        for (number, frame) in (0..).zip(frames) {
            let at = Video::at(number);
            if at < free {
                continue;
            }
            let begun = Instant::now();
            let codes = way.codes(frame, at);
            let took = begun.elapsed();
            (self.frames, self.work, self.worst) = (self.frames + 1, self.work + took, self.worst.max(took));
            free = at + took;
            if let Some(code) = codes.first() {
                if code == wanted {
                    self.times.push(at + took);
                } else {
                    self.misread += 1;
                }
                return;
            }
        }
    }

    fn add(&mut self, other: &Self) {
        self.times.extend(&other.times);
        self.holds += other.holds;
        self.misread += other.misread;
        self.frames += other.frames;
        self.work += other.work;
        self.worst = self.worst.max(other.worst);
    }

    fn show(&self) -> String {
        let mut times = self.times.clone();
        times.sort();
        let within = times.iter().filter(|time| **time <= WITHIN).count();
        let median = times.get(self.holds / 2).map_or_else(|| String::from("   -"), |t| format!("{:4}", t.as_millis()));
        let mean = self.work.as_secs_f64() * 1e3 / f64::from(self.frames.max(1));
        let share = 100.0 * within as f64 / self.holds.max(1) as f64;
        format!("{share:5.1} % {median} ms {mean:5.0} {:5} ms {:2}", self.worst.as_millis(), self.misread)
    }
}

fn seeds() -> std::ops::Range<u64> {
    let text = std::env::var("HOLD_SEEDS").unwrap_or_else(|_unset| String::from("7000..7020"));
    let (first, end) = text.split_once("..").expect("HOLD_SEEDS is FIRST..END");
    first.parse().expect("a number")..end.parse().expect("a number")
}

/// What came of people who move before the camera without a code: anything read or said is wrong.
#[derive(Default)]
struct Idle {
    frames: u32,
    read: u32,
    said: u32,
    looks: Vec<Duration>,
}

fn people(seeds: std::ops::Range<u64>, (width, height): (u32, u32)) -> Idle {
    let mut idle = Idle::default();
    for seed in seeds {
        let scene = Scene::default();
        let factor = width as f32 / 1280.0;
        let mut painter = Painter::new(&Person::presentable(seed), &scene, 170.0 * factor);
        let (mut reader, mut helper) = (LiveReader::new(), CodeHelper::default());
        for frame in 0..40 {
            let (at, t) = (Video::at(frame), frame as f32 / 15.0);
            let mut pose = Pose::photo(width, height);
            pose.eye_center.x += 120.0 * factor * (t * 1.3 + seed as f32).sin();
            pose.eye_center.y += 30.0 * factor * (t * 2.1).sin();
            let picture = compose(&scene, width, height, &mut [(&mut painter, pose)], None).picture;
            let luma = imageops::grayscale(&picture);
            let begun = Instant::now();
            let reading = reader.look(&luma, at);
            idle.looks.push(begun.elapsed());
            if let Some(unread) = reading.unread {
                helper.unread(&unread.sight, at);
            }
            idle.frames += 1;
            idle.read += u32::from(!reading.codes.is_empty() || !reading.refused.is_empty());
            idle.said += u32::from(helper.shown(at).is_some());
        }
    }
    idle.looks.sort();
    idle
}

fn main() {
    let seeds = seeds();
    println!(
        "holds read within {} ms, median time to the lock, mean and longest work on a frame, misreads",
        WITHIN.as_millis()
    );
    println!("{:14} {:34}   over time", "kind", "each frame alone");
    let mut sums = [Column::default(), Column::default()];
    for kind in Kind::ALL {
        let mut columns = [Column::default(), Column::default()];
        for seed in seeds.clone() {
            let video = Video::new(kind, seed);
            let wanted = video.symbol().subject_code().expect("a code");
            let frames: Vec<GrayImage> = (0..FRAMES).map(|frame| video.frame(frame)).collect();
            columns[0].play(&frames, &wanted, &mut Alone);
            columns[1].play(&frames, &wanted, &mut LiveReader::new());
        }
        println!("{:14} {:34}   {}", format!("{kind:?}"), columns[0].show(), columns[1].show());
        sums.iter_mut().zip(&columns).for_each(|(sum, column)| sum.add(column));
    }
    println!("{:14} {:34}   {}", "all", sums[0].show(), sums[1].show());
    for size in [(1280, 720), (1920, 1080)] {
        let Idle { frames, read, said, looks } = people(seeds.start..seeds.start + 6, size);
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let (mean, p95) = (ms(looks.iter().sum::<Duration>()) / f64::from(frames), ms(looks[looks.len() * 95 / 100]));
        println!(
            "people without a code, {} x {}: {frames} frames, {read} read, help said in {said}; \
             a look takes {mean:.1} ms on the mean, p95 {p95:.1}",
            size.0, size.1
        );
    }
}
