//! Behaviour of the camera's thread, in virtual time: the newest frame wins, losses are named and mended by themselves,
//! nothing a driver does ends the program or makes it wait.

use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tucai::device::camera::{
    Camera, CameraDescription, CameraError, CameraSpec, Frame, OpenOptions, Reopener, list, open,
};
use tucai::domain::fault::CameraFault;
use tucai::worker::camera::{CameraStatus, CameraWorker, RealTime, Source, Time};

use crate::support::camera::{Opening, Stage, Step, VirtualTime, play, play_with};

/// The faults and streams that were seen, in order.
fn seen(stage: &Stage) -> Vec<String> {
    let name = |status: &CameraStatus| match status {
        CameraStatus::Opening => String::from("opening"),
        CameraStatus::Streaming { .. } => String::from("streaming"),
        CameraStatus::Lost { fault, .. } => format!("{fault:?}"),
    };
    stage.log.lock().unwrap().statuses.iter().map(|(_, status)| name(status)).collect()
}

fn frames(count: usize, every: u64) -> Vec<Step> {
    (0..count).map(|_| Step::Frame(every)).collect()
}

#[test]
fn the_newest_frame_wins_and_no_other_is_held() {
    let stage = play(vec![Opening::Opens(frames(20, 33))], vec![]);
    let log = stage.log.lock().unwrap();
    assert_eq!(log.newest.last(), Some(&(20, 660)));
    assert_eq!(log.newest.len(), 20);
    assert!(log.held.iter().all(|held| *held == 1), "{:?}", log.held);
    drop(log);
    assert_eq!(seen(&stage), ["opening", "streaming"]);
}

#[test]
fn the_rate_is_measured() {
    let stage = play(vec![Opening::Opens([frames(60, 40), vec![Step::Silence(40)]].concat_steps())], vec![]);
    let CameraStatus::Streaming { fps_measured, description } = last_streaming(&stage) else { panic!() };
    assert!(fps_measured == 0.0, "the first frame has no rate: {fps_measured}");
    assert_eq!(description.name, "scripted");
    let measured = measured_rates(&stage);
    assert!(measured.iter().any(|rate| (rate - 25.0).abs() < 0.1), "{measured:?}");
}

trait Concat {
    fn concat_steps(self) -> Vec<Step>;
}

impl Concat for [Vec<Step>; 2] {
    fn concat_steps(self) -> Vec<Step> {
        self.into_iter().flatten().collect()
    }
}

fn last_streaming(stage: &Stage) -> CameraStatus {
    let log = stage.log.lock().unwrap();
    let streaming = |(_, status): &&(u64, CameraStatus)| matches!(status, CameraStatus::Streaming { .. });
    log.statuses.iter().rfind(streaming).unwrap().1.clone()
}

fn measured_rates(stage: &Stage) -> Vec<f32> {
    stage.log.lock().unwrap().rates.clone()
}

#[test]
fn an_unplugged_camera_is_named_and_taken_up_again_when_it_is_back() {
    let unplugged = Opening::Opens([frames(3, 33), vec![Step::Fails(CameraFault::Unplugged)]].concat_steps());
    let mut openings = vec![unplugged];
    openings.extend((0..3).map(|_| Opening::Fails(CameraFault::NotFound)));
    openings.push(Opening::Opens(frames(3, 33)));
    let stage = play(openings, vec![false; 20]);
    assert_eq!(seen(&stage), ["opening", "streaming", "Unplugged", "streaming"]);
}

#[test]
fn a_camera_that_is_back_streams_within_three_seconds_whatever_the_pause() {
    for looks_away in 1..60 {
        let mut openings =
            vec![Opening::Opens([frames(1, 33), vec![Step::Fails(CameraFault::Unplugged)]].concat_steps())];
        openings.extend((0..60).map(|_| Opening::Fails(CameraFault::NotFound)));
        let returned_at = Arc::new(Mutex::new(None));
        let stage = play_away(openings, looks_away, &returned_at);
        let returned_at = returned_at.lock().unwrap().expect("it came back");
        let log = stage.log.lock().unwrap();
        let next_open = log.opened_at.iter().find(|at| **at >= returned_at).expect("it was opened again");
        assert!(next_open - returned_at <= 1_000, "back at {returned_at}, opened at {next_open}");
    }
}

/// Plays with a camera that is away for so many looks, and notes when it was back.
fn play_away(openings: Vec<Opening>, looks_away: usize, returned_at: &Arc<Mutex<Option<u64>>>) -> Arc<Stage> {
    let returned = Arc::clone(returned_at);
    play_with(openings, move |stage, look| {
        if look < looks_away {
            return false;
        }
        returned.lock().unwrap().get_or_insert(stage.now_millis());
        true
    })
}

#[test]
fn pauses_double_up_to_five_seconds() {
    let openings = (0..8).map(|_| Opening::Fails(CameraFault::Busy)).collect();
    let stage = play(openings, vec![]);
    let log = stage.log.lock().unwrap();
    let pauses = log.opened_at.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>();
    assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000]);
    drop(log);
    assert_eq!(seen(&stage), ["Busy"]);
}

#[test]
fn after_a_frame_the_pauses_begin_anew() {
    let lost = || Opening::Fails(CameraFault::Busy);
    let stage = play(
        vec![
            lost(),
            lost(),
            lost(),
            Opening::Opens([frames(1, 0), vec![Step::Fails(CameraFault::Other)]].concat_steps()),
        ],
        vec![],
    );
    assert_eq!(stage.log.lock().unwrap().opened_at, [0, 500, 1_500, 3_500, 4_000]);
}

#[test]
fn a_camera_that_opens_and_fails_at_once_is_not_hammered() {
    let openings = (0..4).map(|_| Opening::Opens(vec![Step::Fails(CameraFault::Undecodable)])).collect();
    let stage = play(openings, vec![]);
    assert_eq!(stage.log.lock().unwrap().opened_at, [0, 500, 1_500, 3_500, 7_500]);
    assert_eq!(seen(&stage), ["opening", "Undecodable"], "it stays lost until a frame comes");
}

#[test]
fn a_silent_camera_is_stalled_and_streams_again_by_itself() {
    let stage = play(
        vec![Opening::Opens(vec![
            Step::Frame(33),
            Step::Silence(900),
            Step::Silence(1_100),
            Step::Frame(33),
            Step::Silence(20_000),
        ])],
        vec![],
    );
    assert_eq!(seen(&stage), ["opening", "streaming", "Stalled", "streaming", "Stalled", "streaming"]);
    assert_eq!(stage.log.lock().unwrap().opened_at.len(), 1, "the stream is the same");
}

#[test]
fn the_first_frame_may_take_longer() {
    let patient = play(vec![Opening::Opens(vec![Step::Silence(2_500)])], vec![]);
    assert_eq!(seen(&patient), ["opening", "streaming"]);
    let stalled = play(vec![Opening::Opens(vec![Step::Silence(3_500)])], vec![]);
    assert_eq!(seen(&stalled), ["opening", "Stalled", "streaming"]);
}

#[test]
fn a_panic_in_the_camera_is_a_fault_and_no_crash() {
    let stage = play(
        vec![
            Opening::Panics,
            Opening::OpensBadly([frames(2, 33), vec![Step::Panics]].concat_steps()),
            Opening::OpensBadly(vec![Step::Fails(CameraFault::Unplugged)]),
            Opening::Opens(frames(2, 33)),
        ],
        vec![],
    );
    assert_eq!(seen(&stage), ["Other", "streaming", "Other", "Unplugged", "streaming"]);
}

#[test]
fn a_burst_is_spread_over_its_time() {
    let stage = play(vec![Opening::Opens([vec![Step::AskBurst(400)], frames(40, 33)].concat_steps())], vec![]);
    let log = stage.log.lock().unwrap();
    let frames = log.answers[0].try_recv().expect("an answer").expect("frames");
    assert_eq!(frames.len(), 5);
    let span = frames[4].at.saturating_sub(frames[0].at);
    assert!(span >= Duration::from_millis(400) && span <= Duration::from_millis(600), "{span:?}");
    assert!(frames.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
}

#[test]
fn stills_have_the_larger_size() {
    let stage = play(vec![Opening::Opens([vec![Step::AskStills(2)], frames(5, 33)].concat_steps())], vec![]);
    let log = stage.log.lock().unwrap();
    let stills = log.answers[0].try_recv().expect("an answer").expect("frames");
    assert_eq!(stills.iter().map(|still| still.picture.width()).collect::<Vec<_>>(), [8, 8]);
    assert!(log.newest.iter().all(|(sequence, _)| !stills.iter().any(|still| still.sequence == *sequence)));
}

#[test]
fn what_is_asked_when_the_camera_goes_is_answered_with_its_fault() {
    let stage = play(
        vec![Opening::Opens(vec![
            Step::Frame(33),
            Step::AskBurst(400),
            Step::Frame(33),
            Step::Frame(33),
            Step::AskStills(1),
            Step::Frame(33),
            Step::Fails(CameraFault::Unplugged),
        ])],
        vec![],
    );
    let log = stage.log.lock().unwrap();
    for answer in &log.answers {
        assert_eq!(answer.try_recv().expect("an answer").unwrap_err().fault, CameraFault::Unplugged);
    }
    assert_eq!(log.answers.len(), 2);
}

#[test]
fn a_simulated_camera_is_held_back_to_its_own_time() {
    let stage = play(vec![Opening::OpensSimulated(frames(11, 100))], vec![]);
    let log = stage.log.lock().unwrap();
    assert_eq!(log.newest.first(), Some(&(1, 0)), "simulated time is replaced by the clock's");
    assert_eq!(log.newest.last(), Some(&(11, 1_000)));
}

/// A camera that never gives a frame and never returns.
struct Stuck {
    description: CameraDescription,
    never: std::sync::mpsc::Receiver<()>,
    entered: std::sync::mpsc::SyncSender<()>,
}

impl Camera for Stuck {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        self.entered.send(()).unwrap();
        self.never.recv().ok();
        Err(CameraError { fault: CameraFault::Unplugged, detail: String::new() })
    }
}

#[test]
fn nobody_waits_for_a_driver_that_never_returns_and_the_window_hears_of_the_silence() {
    let (entered, enters) = sync_channel(8);
    let (release, never) = sync_channel(1);
    let never = Mutex::new(Some(never));
    let source = Source {
        open: Box::new(move || {
            let description = CameraDescription {
                name: String::from("stuck"),
                width: 4,
                height: 2,
                fps: 30,
                format: String::from("YUYV"),
                simulated: false,
            };
            let never = never
                .lock()
                .unwrap()
                .take()
                .ok_or(CameraError { fault: CameraFault::NotFound, detail: String::new() })?;
            Ok(Box::new(Stuck { description, never, entered: entered.clone() }))
        }),
        is_present: Box::new(|| true),
    };
    let time = Arc::new(VirtualTime::default());
    #[allow(clippy::disallowed_methods, reason = "the wakes of one test are few")]
    let (woken, wakes) = channel();
    let clock: Arc<dyn Time> = Arc::<VirtualTime>::clone(&time);
    let worker = CameraWorker::spawn_from(
        source,
        clock,
        Arc::new(move || {
            woken.send(()).ok();
        }),
    )
    .unwrap();
    enters.recv().unwrap();
    while wakes.try_recv().is_ok() {}
    assert_eq!(worker.status(), CameraStatus::Opening);
    let pending = worker.burst(5, Duration::from_millis(400));
    time.advance(Duration::from_secs(4));
    wakes.recv().expect("the watch wakes the window");
    assert_eq!(worker.status(), CameraStatus::Lost { fault: CameraFault::Stalled, retry_in: Duration::ZERO });
    assert!(pending.try_recv().is_err(), "a silent camera answers when it speaks again");
    drop(worker);
    drop(release);
}

#[test]
fn too_many_requests_are_refused_at_once() {
    let source = Source {
        open: Box::new(|| Err(CameraError { fault: CameraFault::NotFound, detail: String::new() })),
        is_present: Box::new(|| false),
    };
    // The loop is never run: its inbox fills up.
    let (worker, camera_loop) = CameraWorker::parts(source, Arc::new(RealTime), Arc::new(|| {}));
    let answers = (0..6).map(|_| worker.stills(1)).collect::<Vec<_>>();
    assert_eq!(answers.iter().filter(|answer| answer.try_recv().is_ok_and(|answer| answer.is_err())).count(), 2);
    drop(camera_loop);
    assert!(worker.burst(1, Duration::ZERO).try_recv().unwrap().is_err(), "the thread is gone");
}

#[test]
fn doctor_says_each_item_in_a_line_of_its_own() {
    let data = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tucai"))
        .args(["doctor", "--json", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "models and database work");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>();
    for line in &lines {
        assert_eq!(line["v"], 1);
        assert!(line["ok"].is_boolean() && line["message"].is_string(), "{line}");
    }
    let mut items = lines.iter().map(|line| line["item"].as_str().unwrap()).collect::<Vec<_>>();
    items.dedup();
    assert_eq!(items, ["camera", "window", "font", "disk", "clock", "sqlite", "models"]);
    assert!(std::fs::read_dir(data.path()).unwrap().next().is_none(), "nothing is written");
}

#[test]
fn doctor_refuses_a_named_camera_that_is_not_there() {
    let doctor = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_tucai")).arg("doctor").args(arguments).output().unwrap()
    };
    let output = doctor(&["--json", "--camera", "v4l2:4000"]);
    assert_eq!(output.status.code(), Some(1));
    let line = serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
    assert_eq!(line["ok"], false);
    assert_eq!(line["fault"], if cfg!(feature = "camera") { "NotFound" } else { "NotBuilt" });
    assert_eq!(doctor(&["--camera", "webcam"]).status.code(), Some(2));
    let watched = doctor(&["--json", "--camera", "v4l2:4000", "--watch", "1"]);
    let text = String::from_utf8(watched.stdout).unwrap();
    assert!(text.lines().last().unwrap().contains("\"status\":\"lost\""), "{text}");
}

#[test]
fn specs_name_cameras() {
    for (text, spec) in [
        ("auto", CameraSpec::Auto),
        ("v4l2:10", CameraSpec::V4l2(10)),
        ("index:1", CameraSpec::Index(1)),
        ("sim:demo", CameraSpec::SimDemo),
        ("sim:/a b", CameraSpec::SimDir("/a b".into())),
        ("folder:/pictures", CameraSpec::Folder("/pictures".into())),
    ] {
        assert_eq!(text.parse::<CameraSpec>().unwrap(), spec);
    }
    for text in ["", "v4l2:", "v4l2:x", "index:-1", "sim:", "folder:", "usb:1", "auto:1"] {
        assert!(text.parse::<CameraSpec>().is_err(), "{text}");
    }
}

#[test]
fn a_real_camera_that_is_not_there_is_not_found() {
    let beyond = list().iter().map(|camera| camera.index).max().unwrap_or(0) + 4_000;
    for spec in [CameraSpec::V4l2(beyond), CameraSpec::Index(beyond)] {
        let error = open(&spec, OpenOptions::default()).err().unwrap();
        let expected = if cfg!(feature = "camera") || matches!(spec, CameraSpec::Index(_)) {
            CameraFault::NotFound
        } else {
            CameraFault::NotBuilt
        };
        assert_eq!(error.fault, expected);
        assert!(!Reopener::new(CameraSpec::V4l2(beyond), OpenOptions::default()).is_present());
    }
}

#[test]
fn a_watched_folder_gives_each_new_picture_once() {
    let folder = tempfile::tempdir().unwrap();
    let spec = CameraSpec::Folder(folder.path().to_owned());
    let mut camera = open(&spec, OpenOptions::default()).unwrap();
    assert!(camera.poll_frame(Duration::ZERO).unwrap().is_none());
    let mut jpeg = Vec::new();
    let picture = image::RgbImage::from_pixel(64, 48, image::Rgb([10, 200, 30]));
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode_image(&picture).unwrap();
    std::fs::write(folder.path().join("IMG_0001.jpg"), &jpeg).unwrap();
    let frame = camera.next_frame().unwrap();
    assert_eq!(frame.picture.dimensions(), (64, 48));
    let original = frame.original().unwrap();
    assert_eq!((original.media_type, &original.bytes[..]), ("image/jpeg", &jpeg[..]));
    assert!(camera.poll_frame(Duration::ZERO).unwrap().is_none());
}

#[test]
fn a_raw_frame_is_kept_as_a_lossless_png() {
    let picture = Arc::new(image::RgbImage::from_fn(33, 17, |x, y| image::Rgb([x as u8, y as u8, 77])));
    let frame = Frame { sequence: 1, at: Duration::ZERO, picture: Arc::clone(&picture), jpeg: None };
    let original = frame.original().unwrap();
    assert_eq!(original.media_type, "image/png");
    assert_eq!(image::load_from_memory(&original.bytes).unwrap().into_rgb8(), *picture);
}
