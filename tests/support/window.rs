//! Sample views and a harness for the window: what is painted is asked for by its accessible names.

#![allow(clippy::print_stdout, reason = "says what a test leaves out on this machine")]

use std::time::Duration;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tucai::device::camera::Camera as _;
use tucai::device::camera::sim::{Pacing, SimDemo};
use tucai::domain::finding::{CheckId, Finding, Level, Reason, Severity, Unit, Verdict};
use tucai::domain::geometry::Rect;
use tucai::domain::ids::{RecordId, ShotNumber};
use tucai::domain::record::RecordState;
use tucai::ui::memory::Memory;
use tucai::ui::student::{StudentView, screen_ui};
use tucai::ui::view::{
    Command, Copies, Gate, Health, Lamp, Live, Measured, Picture, QueueRow, ReviewItem, RowMark, Settings, Shot, Stage,
    Subject, Tally, Thumb, View,
};
use tucai::ui::{fonts, screen, set_up};

/// What the harness holds: view in, commands out.
pub(crate) struct Desk {
    pub(crate) view: View,
    pub(crate) memory: Memory,
    pub(crate) commands: Vec<Command>,
    /// Simulated time; every pass adds 40 ms.
    pub(crate) now: Duration,
    people: bool,
    /// Pictures live as long as the window.
    handles: Vec<egui::TextureHandle>,
}

pub(crate) type Window = Harness<'static, Desk>;

/// A window of 1366x768 points that paints this view.
pub(crate) fn window(view: View) -> Window {
    window_of(view, egui::vec2(1366.0, 768.0), Memory::default())
}

pub(crate) fn window_of(view: View, size: egui::Vec2, memory: Memory) -> Window {
    let mut builder = Harness::builder().with_size(size).with_step_dt(0.04).with_context_setup(set_up);
    if !fonts::has_chinese() {
        println!("no Chinese font on this machine: boxes are drawn instead");
        builder = builder.allow_missing_glyphs();
    }
    let desk =
        Desk { view, memory, commands: Vec::new(), now: Duration::from_secs(1), people: false, handles: Vec::new() };
    builder.build_ui_state(pass, desk)
}

/// The student's own screen.
pub(crate) fn student_screen(view: View) -> Harness<'static> {
    let builder = Harness::builder().with_size(egui::vec2(1280.0, 720.0)).with_context_setup(set_up);
    let pass = move |ui: &mut egui::Ui, _nothing: &mut ()| {
        let rect = ui.max_rect();
        screen_ui(ui, rect, &StudentView::of(&view));
    };
    let mut harness = builder.build_ui_state(pass, ());
    harness.run_steps(2);
    harness
}

fn pass(ui: &mut egui::Ui, desk: &mut Desk) {
    desk.now += Duration::from_millis(40);
    if desk.people {
        desk.people = false;
        desk.handles = give_pictures(ui.ctx(), &mut desk.view);
    }
    let commands = screen(ui, &desk.view, &mut desk.memory, desk.now);
    desk.commands.extend(commands);
}

/// Names and values of everything that is painted, for assertions that read like the screen.
pub(crate) fn names(window: &Window) -> Vec<String> {
    names_of(window)
}

pub(crate) fn names_of<State>(window: &Harness<'static, State>) -> Vec<String> {
    let node = window.root();
    let mut names: Vec<String> = Vec::new();
    for child in node.children_recursive() {
        let node = child.accesskit_node();
        names.extend(node.label());
        names.extend(node.value());
    }
    names
}

#[track_caller]
pub(crate) fn shows(window: &Window, wanted: &str) {
    let names = names(window);
    assert!(names.iter().any(|name| name.contains(wanted)), "{wanted:?} is not among {names:#?}");
}

pub(crate) fn is_shown(window: &Window, wanted: &str) -> bool {
    names(window).iter().any(|name| name.contains(wanted))
}

/// Presses a key and lets the silence pass that tells it from a gun.
pub(crate) fn press(window: &mut Window, key: egui::Key) -> Vec<Command> {
    window.state_mut().commands.clear();
    window.key_press(key);
    window.run_steps(8);
    std::mem::take(&mut window.state_mut().commands)
}

/// Clicks what has this name.
pub(crate) fn click(window: &mut Window, name: &str) -> Vec<Command> {
    window.state_mut().commands.clear();
    window.get_by_label(name).click();
    window.run_steps(4);
    std::mem::take(&mut window.state_mut().commands)
}

/// Saves what the window shows when `TUCAI_SHOTS` names a folder, so that somebody can look at it.
pub(crate) fn look<S>(window: &mut egui_kittest::Harness<'static, S>, name: &str) {
    let Ok(folder) = std::env::var("TUCAI_SHOTS") else { return };
    window.run_steps(3);
    match window.render() {
        Ok(image) => image.save(std::path::Path::new(&folder).join(format!("{name}.png"))).unwrap(),
        Err(error) => println!("{name} cannot be rendered: {error}"),
    }
}

/// Types into the field of this name, as somebody at the keys does.
pub(crate) fn type_into<S>(window: &mut Harness<'static, S>, field: &str, text: &str) {
    window.get_by_label(field).focus();
    window.run_steps(2);
    window.get_by_label(field).type_text(text);
    window.run_steps(2);
}

/// The harness panics on a letter that no installed font has.
pub(crate) fn every_word_is_drawn(words: impl Iterator<Item = &'static str>) {
    if !fonts::has_chinese() {
        println!("no Chinese font on this machine: no word is drawn");
        return;
    }
    let words: Vec<_> = words.collect();
    let mut drawn = Harness::builder().with_context_setup(set_up).build_ui(move |ui| {
        for word in &words {
            ui.label(*word);
        }
    });
    drawn.run_steps(2);
}

/// Whether pictures should be drawn for [`look`].
pub(crate) fn with_people(window: &mut Window) {
    if std::env::var("TUCAI_SHOTS").is_ok() {
        window.state_mut().people = true;
        window.run_steps(2);
    }
}

/// Puts a drawn person wherever the view has room for a picture.
fn give_pictures(ctx: &egui::Context, view: &mut View) -> Vec<egui::TextureHandle> {
    let mut handles = Vec::new();
    let mut camera = SimDemo::new(7, Duration::from_millis(120), (1280, 720), Pacing::AsFastAsAsked);
    let mut load = |skip: usize, part: Option<[u32; 4]>| {
        let mut frame = camera.next_frame().unwrap();
        for _ in 0..skip {
            frame = camera.next_frame().unwrap();
        }
        let mut pixels = image::RgbImage::clone(&frame.picture);
        if let Some([x, y, w, h]) = part {
            pixels = image::imageops::crop_imm(&pixels, x, y, w, h).to_image();
        }
        let (w, h) = pixels.dimensions();
        let image = egui::ColorImage::from_rgb([w as usize, h as usize], pixels.as_raw());
        let handle = ctx.load_texture("person", image, egui::TextureOptions::LINEAR);
        let picture = Picture { texture: handle.id(), size: [w as f32, h as f32] };
        handles.push(handle);
        picture
    };
    let picture = load(90, None);
    view.live.picture = Some(picture);
    let portrait = load(0, Some([370, 0, 540, 720]));
    if let Some(subject) = &mut view.subject {
        subject.witness = Some(picture);
    }
    if let Some(shot) = &mut view.shot {
        shot.frames.iter_mut().for_each(|frame| *frame = portrait);
    }
    view.recent.iter_mut().for_each(|thumb| thumb.picture = Some(portrait));
    view.queue.iter_mut().for_each(|row| row.picture = Some(portrait));
    view.review.iter_mut().for_each(|item| item.picture = Some(portrait));
    handles
}

pub(crate) fn shot(number: u32) -> ShotNumber {
    format!("A-{number:04}").parse().unwrap()
}

pub(crate) fn record(number: u32) -> RecordId {
    RecordId::from_parts(1_780_000_000_000 + u64::from(number), [number as u8; 10])
}

/// A finding of a blocking check.
pub(crate) fn finding(id: CheckId, level: Level, reason: Reason, measured: f64, limits: [Option<f64>; 2]) -> Finding {
    let [min, max] = limits;
    Finding {
        id,
        level,
        severity: Severity::Block,
        measured: Some(measured),
        unit: Some(Unit::Pixels),
        min,
        max,
        reason,
    }
}

pub(crate) fn eyes_too_high() -> Finding {
    finding(CheckId::GeometryEyeLine, Level::Fail, Reason::TooLow, 188.0, [Some(200.0), Some(300.0)])
}

pub(crate) fn good_findings() -> Vec<Finding> {
    let good = |id, measured| finding(id, Level::Pass, Reason::Ok, measured, [None, None]);
    vec![
        good(CheckId::FaceCount, 1.0),
        good(CheckId::GeometryHeadTop, 82.0),
        good(CheckId::GeometryEyeLine, 238.0),
        good(CheckId::GeometryFaceWidth, 221.0),
        good(CheckId::PoseRoll, 0.0),
        good(CheckId::EyesOpen, 1.0),
        good(CheckId::LightDark, 120.0),
        good(CheckId::SharpnessFocus, 40.0),
        good(CheckId::BackgroundColor, 3.0),
    ]
}

/// A desk that waits for the first student.
pub(crate) fn waiting() -> View {
    View {
        gate: Gate::Open,
        session_name: String::from("2026 春季 本科"),
        station: String::from("A"),
        health: Health {
            camera: Lamp::Good,
            camera_name: String::from("USB Camera"),
            camera_fps: Some(30.0),
            store: Lamp::Good,
            free_gb: Some(86.0),
            copy: Lamp::Good,
            models: Lamp::Good,
            ..Health::default()
        },
        settings: Settings {
            profile: String::from("学位证书照片 2017"),
            folder: "/data/tucai".into(),
            version: String::from("0.1.0"),
            ..Settings::default()
        },
        ..View::default()
    }
}

fn subject() -> Subject {
    Subject {
        shot: shot(137),
        digest: String::from("9f3a71c2"),
        tail: Some(String::from("末四位 204X")),
        slip: None,
        replaces: None,
        witness: None,
        seconds_left: Some(74),
        shots_taken: 0,
    }
}

fn a_picture() -> Picture {
    Picture { texture: egui::TextureId::Managed(0), size: [480.0, 640.0] }
}

/// A student before the camera, something to change.
pub(crate) fn framing() -> View {
    let mut findings = good_findings();
    findings[2] = eyes_too_high();
    View {
        stage: Stage::Framing,
        subject: Some(subject()),
        live: Live {
            picture: Some(Picture { texture: egui::TextureId::Managed(0), size: [1280.0, 720.0] }),
            crop: Some(Rect::new(400.0, 20.0, 504.0, 672.0)),
            findings,
            instruction: Some(eyes_too_high()),
            measured: Some(Measured {
                head_top_y: Some(64.0),
                eye_line_y: Some(188.0),
                chin_y: Some(396.0),
                cheeks_x: Some([132.0, 350.0]),
                center_x: Some(240.0),
            }),
            faces: 1,
            help: None,
            code: None,
        },
        recent: recent(),
        ..waiting()
    }
}

pub(crate) fn recent() -> Vec<Thumb> {
    [(136, RowMark::Stored), (135, RowMark::StoredCopyMissing), (134, RowMark::NeedsRetake), (133, RowMark::Stored)]
        .map(|(number, mark)| Thumb { shot: shot(number), picture: None, mark })
        .to_vec()
}

/// A burst that was judged.
pub(crate) fn review(verdict: Verdict) -> View {
    let mut findings = good_findings();
    match verdict {
        Verdict::Pass => {}
        Verdict::Warn => {
            let mut warn = finding(CheckId::BackgroundShadow, Level::Warn, Reason::TooHigh, 14.0, [None, Some(10.0)]);
            warn.severity = Severity::Warn;
            warn.unit = Some(Unit::Percent);
            findings.push(warn);
        }
        Verdict::Fail => {
            let mut shut = finding(CheckId::EyesOpen, Level::Fail, Reason::TooLow, 0.11, [Some(0.2), None]);
            shut.unit = Some(Unit::Ratio);
            findings[5] = shut;
        }
    }
    let ask = if verdict == Verdict::Fail { vec![] } else { vec![String::from("jewellery"), String::from("make_up")] };
    View {
        stage: Stage::Review(verdict),
        shot: Some(Shot {
            frames: vec![a_picture(); 5],
            chosen: 1,
            verdict,
            findings,
            ask,
            ticked: Vec::new(),
            auto_accept: None,
            measured: None,
        }),
        ..framing()
    }
}

pub(crate) fn stored(copies: Copies) -> View {
    View {
        stage: Stage::Stored(copies),
        live: Live { findings: vec![], instruction: None, ..framing().live },
        ..framing()
    }
}

/// A day with many people.
pub(crate) fn busy_day() -> View {
    let marks = [
        RowMark::Parked,
        RowMark::Stored,
        RowMark::StoredCopyMissing,
        RowMark::NeedsRetake,
        RowMark::TurnedAway,
        RowMark::Withdrawn,
    ];
    let queue = (1..=40)
        .rev()
        .map(|number| QueueRow {
            shot: shot(number + 100),
            record: Some(record(number)),
            digest: format!("{:08x}", number * 104_729),
            tail: Some(format!("{:04}", number * 37 % 10_000)),
            group: Some(String::from(if number % 2 == 0 { "软件2201班" } else { "Nursing 3" })),
            picture: None,
            mark: marks[number as usize % marks.len()],
            at: format!("14:{number:02}"),
            simulated: false,
        })
        .collect();
    let review = (1..=20)
        .map(|number| ReviewItem {
            id: record(number),
            shot: shot(number + 100),
            picture: None,
            state: if number % 7 == 0 { RecordState::Approved } else { RecordState::Stored },
            findings: if number % 3 == 0 { vec![eyes_too_high()] } else { good_findings() },
            overridden: 0,
            group: (number % 2 == 0).then(|| String::from("会计2201")),
            at: format!("10:{number:02}"),
            simulated: false,
            can_come_back: true,
        })
        .collect();
    let tally = Tally {
        locked: 331,
        stored: 312,
        released: 9,
        turned_away: 8,
        expired: 2,
        open: 0,
        approved: 267,
        to_review: 41,
        sealed: 4,
        bundles_waiting: 0,
        seconds_each: Some(19),
        first_time_percent: Some(91),
    };
    View { queue, review, tally, recent: recent(), ..waiting() }
}
