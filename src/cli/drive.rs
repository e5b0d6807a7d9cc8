//! `tucai drive`: runs whole walk-throughs without a window.

use std::io::Write as _;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::json;

use super::{Context, Exit, station};
use crate::app::desk::{Desk, LiveCamera, Parts, Pictures, StepCamera};
use crate::app::robot::{Outcome, Pace, Robot};
use crate::app::stopwatch::{SharedTimes, TimedEyes, TimedVault, percentiles_ms};
use crate::device::camera::sim::{Pacing, SimControl, SimDemo};
use crate::device::camera::sim_dir::SimDir;
use crate::device::camera::sim_script::Script;
use crate::device::camera::{Camera, CameraSpec, OpenOptions, SIM_SIZE};
use crate::device::os::{memory_kb, monotonic_now};
use crate::domain::operator::{NOBODY_IN_PARTICULAR, Right};
use crate::domain::session::{AutomaticShot, Settings};
use crate::domain::time::Monotonic;
use crate::vision::face::FaceModels;
use crate::worker::camera::{CameraWorker, WakeFn};
use crate::worker::clock::wall_now;
use crate::worker::store::{Keeper, SessionContext, StoreAtOnce, StoreWorker, Vault};
use crate::worker::vision::{Eyes, EyesAtOnce, Looker, VisionWorker};

/// Simulated time from frame to frame: the live checks' rate, so that no frame is drawn in vain.
const SIM_STEP: Duration = Duration::from_millis(120);
/// On a slow machine pictures come as rarely as this, and no rarer: a face is still looked at often enough to hold.
const SLOWEST_SIM_STEP: Duration = Duration::from_millis(360);
/// A walk without dawdling: long enough for the automatic shot and two more by key.
const SCRIPT: Script = Script {
    empty: Duration::from_millis(240),
    code: Duration::from_millis(1_500),
    enter: Duration::from_millis(240),
    wrong: Duration::from_millis(360),
    right: Duration::from_millis(5_400),
    leave: Duration::from_millis(360),
};
/// One beat of the automatic shot's countdown: nobody hears it.
const BEAT: Duration = Duration::from_millis(200);
/// Frames per picture of a played folder: six seconds, enough for the automatic shot.
const HELD_FRAMES: u32 = 50;
/// Frames in a row that may be missing before the camera counts as gone for good.
const MOST_MISSING: u32 = 100;
/// How often a real-time walk looks at its clock when nothing wakes it.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Runs whole walk-throughs without a window: operator and student in one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many subjects: stored or refused. Codes that were collected before are skipped and not counted.
    #[arg(long, value_name = "N", default_value_t = 1)]
    subjects: u32,
    /// Fixes the drawn people and codes of a simulated camera; without it each start draws new ones.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Give up when nothing became of anybody for so long: simulated seconds for simulated cameras.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    patience: u64,
    /// The machine is so many times slower than a desk (emulated): locks and shots wait longer for it, and a simulated
    /// camera gives its pictures more rarely.
    #[arg(long, value_name = "FACTOR", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    slow: u32,
    /// Prints a last line with how long people would have waited and how much memory was used.
    #[arg(long)]
    timings: bool,
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let spec: CameraSpec = context.camera.as_deref().context("name a camera with --camera")?.parse()?;
    let scan_camera: Option<CameraSpec> = context.scan_camera.as_deref().map(str::parse).transpose()?;
    if scan_camera.is_some() && spec.is_simulated() {
        bail!("a simulated camera shows its codes itself: leave --scan-camera out");
    }
    let mut store = station::open_or_create(context)?;
    let by = station::authorize(&mut store, Right::Shoot, context)?.max(NOBODY_IN_PARTICULAR);
    let session = station::session_of(&mut store)?;
    let keeper = Keeper::new(store, session.clone())?;
    let mut report = Report { json: context.json, by, wanted: args.subjects, ..Report::default() };
    if report.is_done() {
        return Ok(Exit::Done);
    }
    if spec.is_simulated() {
        drive_simulated(args, &spec, keeper, &session, &mut report)?;
    } else {
        drive_real(args, (spec, scan_camera), keeper, &session, &mut report)?;
    }
    if args.timings {
        report.tell_times()?;
    }
    report.finish()
}

fn settings(session: &SessionContext, automatic_shot: AutomaticShot, operator: u32) -> Settings {
    Settings {
        operator,
        automatic_shot,
        ask: session.profile.profile.ticks(),
        shot_limit: session.session.shot_limit,
        ..Settings::default()
    }
}

/// What waits for the machine, not for people, waits longer.
fn slowed(settings: Settings, factor: u32) -> Settings {
    Settings {
        lock_warn: settings.lock_warn * factor,
        lock_end: settings.lock_end * factor,
        shot_timeout: settings.shot_timeout * factor,
        ..settings
    }
}

/// On the camera's own time, as fast as pictures can be drawn and judged.
fn drive_simulated(
    args: &Args,
    spec: &CameraSpec,
    keeper: Keeper,
    session: &SessionContext,
    report: &mut Report,
) -> anyhow::Result<()> {
    let visitors = SimControl::default();
    let step = (SIM_STEP * args.slow).min(SLOWEST_SIM_STEP);
    let camera = simulated_camera(spec, args.seed, step, &visitors)?;
    let models = Arc::new(FaceModels::load()?);
    let profile = Arc::new(session.profile.profile.clone());
    let mut desk = Desk::new(Parts {
        settings: Settings { beat: BEAT, ..settings(session, AutomaticShot::On, report.by) },
        camera: Box::new(StepCamera::new(camera)),
        scanner: None,
        eyes: report.timed_eyes(EyesAtOnce::new(Looker::new(models, profile))),
        vault: report.timed_vault(StoreAtOnce::new(keeper)),
    });
    let mut robot = Robot::new(Pace::Automatic);
    let patience = Duration::from_secs(args.patience);
    let mut progress_at = Monotonic::ZERO;
    let (mut now, mut missing) = (Monotonic::ZERO, 0);
    while !report.is_done() {
        (now, missing) = desk.step_camera().map_or((now + step, missing + 1), |at| (at, 0));
        if missing > MOST_MISSING {
            bail!("the camera gives no more pictures");
        }
        desk.tick(now, wall_now());
        desk.direct(&visitors);
        for outcome in robot.react(&mut desk, now) {
            report.tell(&outcome)?;
            progress_at = now;
        }
        if now > progress_at + patience {
            bail!("nothing became of anybody for {} simulated seconds", args.patience);
        }
    }
    Ok(())
}

fn simulated_camera(
    spec: &CameraSpec,
    seed: Option<u64>,
    step: Duration,
    visitors: &SimControl,
) -> anyhow::Result<Box<dyn Camera>> {
    if let CameraSpec::SimDir(folder) = spec {
        let camera = SimDir::open(folder, step, Pacing::AsFastAsAsked)?.with_held_frames(HELD_FRAMES);
        return Ok(Box::new(camera));
    }
    let seed = match seed {
        Some(seed) => seed,
        None => getrandom::u64()?,
    };
    let people = SimDemo::new(seed, step, SIM_SIZE, Pacing::AsFastAsAsked).with_script(SCRIPT);
    Ok(Box::new(people.without_dawdling().directed_by(visitors.clone())))
}

/// In real time, with every part on its own thread.
fn drive_real(
    args: &Args,
    (spec, scan_camera): (CameraSpec, Option<CameraSpec>),
    keeper: Keeper,
    session: &SessionContext,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (wake, woken) = waker();
    let profile = Arc::new(session.profile.profile.clone());
    let camera =
        CameraWorker::spawn(spec, OpenOptions { seed: args.seed, ..OpenOptions::default() }, Arc::clone(&wake))?;
    let scanner = match scan_camera {
        Some(spec) => {
            let worker = CameraWorker::spawn(
                spec,
                OpenOptions { seed: args.seed, ..OpenOptions::default() },
                Arc::clone(&wake),
            )?;
            Some(Box::new(LiveCamera::new(worker)) as Box<dyn Pictures>)
        }
        None => None,
    };
    let mut desk = Desk::new(Parts {
        settings: slowed(settings(session, AutomaticShot::Off, report.by), args.slow),
        camera: Box::new(LiveCamera::new(camera)),
        scanner,
        eyes: report.timed_eyes(VisionWorker::spawn(profile, Arc::clone(&wake))?),
        vault: report.timed_vault(StoreWorker::spawn(keeper, wake)?),
    });
    let mut robot = Robot::new(Pace::AtOnce);
    let patience = Duration::from_secs(args.patience);
    let mut progress_at = monotonic_now();
    while !report.is_done() {
        // Woken or not: time goes by.
        woken.recv_timeout(LOOK_EVERY).ok();
        let now = monotonic_now();
        desk.tick(now, wall_now());
        for outcome in robot.react(&mut desk, now) {
            report.tell(&outcome)?;
            progress_at = now;
        }
        if desk.is_vault_broken() {
            bail!("the store has ended");
        }
        if now > progress_at + patience {
            bail!("nothing became of anybody for {} seconds", args.patience);
        }
    }
    Ok(())
}

/// A callback for worker threads and the receiver that it wakes; several calls wake once.
fn waker() -> (WakeFn, Receiver<()>) {
    let (sender, receiver) = sync_channel(1);
    // A full channel already wakes.
    (Arc::new(move || sender.try_send(()).unwrap_or(())), receiver)
}

/// Counts outcomes and prints them.
#[derive(Debug, Default)]
struct Report {
    json: bool,
    /// The operator that the records name.
    by: u32,
    wanted: u32,
    stored: u32,
    refused: u32,
    skipped: u32,
    times: SharedTimes,
}

impl Report {
    fn timed_eyes(&self, inner: impl Eyes + 'static) -> Box<dyn Eyes> {
        Box::new(TimedEyes { inner, times: Rc::clone(&self.times) })
    }

    fn timed_vault(&self, inner: impl Vault + 'static) -> Box<dyn Vault> {
        Box::new(TimedVault { inner, times: Rc::clone(&self.times) })
    }

    /// Milliseconds at the middle and at the 99th percentile; memory in kilobytes, where the system tells.
    fn tell_times(&self) -> anyhow::Result<()> {
        let times = self.times.borrow();
        let waits = |waits: &[Duration]| {
            percentiles_ms(waits).map(|(p50, p99)| {
                json!({ "count": waits.len(), "p50_ms": (p50 * 10.0).round() / 10.0, "p99_ms": (p99 * 10.0).round() / 10.0 })
            })
        };
        let line = json!({
            "v": 1,
            "scan_to_lock": waits(&times.scan_to_lock),
            "shutter_to_verdict": waits(&times.shutter_to_verdict),
            "accept_to_durable": waits(&times.accept_to_durable),
            "memory_kb": memory_kb().map(|(now, most)| json!({ "now": now, "most": most })),
        });
        writeln!(std::io::stdout(), "{line}")?;
        Ok(())
    }

    const fn is_done(&self) -> bool {
        self.stored + self.refused >= self.wanted
    }

    /// One line per subject, flushed: whoever reads it may rely on the record.
    fn tell(&mut self, outcome: &Outcome) -> anyhow::Result<()> {
        let (value, words) = match outcome {
            Outcome::Stored(saved) => {
                self.stored += 1;
                let (id, shot) = (saved.record.to_string(), saved.shot.to_string());
                let sha256 = saved.photo_sha256.to_string();
                let words = format!("stored {id} {shot} {sha256}");
                (json!({ "v": 1, "stored": id, "shot": shot, "sha256": sha256 }), words)
            }
            Outcome::Refused { shot, reason, findings } => {
                self.refused += 1;
                let (shot, reason) = (shot.to_string(), reason.as_str());
                let words = format!("refused {shot} {reason}");
                (json!({ "v": 1, "refused": shot, "reason": reason, "findings": findings }), words)
            }
            Outcome::Skipped(_) => {
                self.skipped += 1;
                return Ok(());
            }
        };
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{value}")?;
        } else {
            writeln!(out, "{words}")?;
        }
        out.flush()?;
        Ok(())
    }

    fn finish(&self) -> anyhow::Result<Exit> {
        let Self { stored, refused, skipped, .. } = self;
        writeln!(std::io::stderr(), "stored {stored}, refused {refused}, skipped {skipped} already collected")?;
        Ok(if self.refused > 0 { Exit::Refused } else { Exit::Done })
    }
}
