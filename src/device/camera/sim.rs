//! The drawn walk-through (`sim:demo`): people come one after the other, show a code, sit down, leave.
//!
//! Its pictures are worth nothing and say so through [`CameraDescription::simulated`]; the mark in the window is the
//! window's. What happens when is left to `sim_script`, how it looks to `render`.

use std::sync::Arc;
use std::time::Duration;

use super::sim_cast::{Cast, Does};
pub use super::sim_control::SimControl;
use super::sim_control::Staying;
use super::sim_script::{Act, Movements, Script, code_for, person_for, tail_for};
use super::{Camera, CameraDescription, CameraError, Frame};
use crate::device::os::monotonic_now;
use crate::domain::camera_controls::{CameraControls, Light};
use crate::domain::fault::CameraFault;
use crate::domain::geometry::Point;
use crate::domain::time::Monotonic;
use crate::render::{Defect, Drawn, Painter, Person, Phone, PhonePose, Pose, Scene, Truth, compose};

/// How fast simulated time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pacing {
    /// Like a camera: waits for the next frame's time, leaves frames out when the machine is too slow.
    RealTime,
    /// A frame each time it is asked for; `Frame::at` is `sequence * step`.
    AsFastAsAsked,
}

/// Something that goes otherwise than the script says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// Somebody else looks over the shoulder.
    SecondFace,
    /// The person is gone.
    Away,
    /// Another code is held up beside the face.
    OtherCode,
    EyesShut,
    MouthOpen,
    /// The camera gives no pictures: [`CameraFault::Unplugged`].
    Unplugged,
}

/// One visitor with what is drawn of them.
struct Visitor {
    index: u64,
    movements: Movements,
    painter: Painter,
    /// With a fault of the cast, while it lasts.
    faulty: Option<(Defect, Painter)>,
    phone: Option<Phone>,
}

/// The simulated camera.
pub struct SimDemo {
    seed: u64,
    step: Duration,
    pacing: Pacing,
    script: Script,
    scene: Scene,
    control: SimControl,
    cast: Cast,
    description: CameraDescription,
    visitor: Option<Visitor>,
    stranger: Option<Painter>,
    other_phone: Option<Phone>,
    /// Frames given, and calls answered with an error.
    sequence: u64,
    ticks: u64,
    /// Time during which somebody was told to stay: the script stands still. In real time the director knows it.
    held: Duration,
    haste: Haste,
    truth: Truth,
}

/// People who do not dawdle: what the script leaves out once the desk is done with it.
#[derive(Debug, Default)]
struct Haste {
    wanted: bool,
    /// Whether somebody was told to stay in the frame before.
    stayed: bool,
    /// Script time left out so far.
    skipped: Duration,
}

impl Haste {
    /// Script time to leave out now: the rest of showing a code that is locked, and of sitting when the lock has ended.
    fn skips(&mut self, script: &Script, act: Act, since: Duration, staying: Staying) -> Duration {
        let stays = staying == Staying::Yes;
        let ended = std::mem::replace(&mut self.stayed, stays) && !stays;
        let until = match act {
            Act::Code(_) if stays => script.empty + script.code,
            Act::Enter(_) | Act::Wrong(_) | Act::Right(_) | Act::Leave(_) if ended => script.visit(),
            _ => return Duration::ZERO,
        };
        if self.wanted { until.saturating_sub(since) } else { Duration::ZERO }
    }
}

/// Where the script is.
#[derive(Debug, Clone, Copy)]
struct Moment {
    index: u64,
    act: Act,
    /// Time since the visit began; bodies keep moving while the script stands still.
    living: Duration,
    /// Time since the person sat down, mistakes and all.
    seated: Option<Duration>,
}

impl SimDemo {
    /// `step` is the simulated time from frame to frame, `size` width and height in pixels (16:9 is meant).
    pub fn new(seed: u64, step: Duration, size: (u32, u32), pacing: Pacing) -> Self {
        let step = step.max(Duration::from_millis(1));
        let description = CameraDescription {
            name: String::from("sim:demo"),
            width: size.0.max(64),
            height: size.1.max(64),
            fps: (1.0 / step.as_secs_f32()).round() as u32,
            format: String::from("drawn"),
            simulated: true,
        };
        Self {
            seed,
            step,
            pacing,
            script: Script::default(),
            scene: Scene::default(),
            control: SimControl::default(),
            cast: Cast::default(),
            description,
            visitor: None,
            stranger: None,
            other_phone: None,
            sequence: 0,
            ticks: 0,
            held: Duration::ZERO,
            haste: Haste::default(),
            truth: Truth::default(),
        }
    }

    /// Other times than the usual ones.
    pub fn with_script(mut self, script: Script) -> Self {
        self.script = script;
        self
    }

    /// Nobody dawdles: who is locked puts the phone away, who is done makes room at once. For walk-throughs on simulated
    /// time, whose frames nobody would look at.
    pub fn without_dawdling(mut self) -> Self {
        self.haste.wanted = true;
        self
    }

    /// Another backdrop, light or noise.
    pub fn with_scene(mut self, scene: Scene) -> Self {
        self.scene = scene;
        self
    }

    /// Somebody else's handle directs this camera.
    pub fn directed_by(mut self, control: SimControl) -> Self {
        self.control = control;
        self
    }

    /// Some visitors do otherwise than the script says.
    pub fn with_cast(mut self, cast: Cast) -> Self {
        self.cast = cast;
        self
    }

    pub fn control(&self) -> SimControl {
        self.control.clone()
    }

    /// What the frame given last shows.
    pub const fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Time of the frame that is due: counted or, in real time, waited for.
    fn next_tick(&mut self) -> (Duration, Monotonic) {
        match self.pacing {
            Pacing::AsFastAsAsked => {
                let time = self.step * u32::try_from(self.ticks).unwrap_or(u32::MAX);
                self.ticks += 1;
                (time, time)
            }
            Pacing::RealTime => {
                let begun = self.control.begun();
                let due = begun + self.step * u32::try_from(self.ticks).unwrap_or(u32::MAX);
                let now = monotonic_now();
                if now < due {
                    std::thread::sleep(due.saturating_sub(now));
                }
                let now = monotonic_now();
                let passed = now.saturating_sub(begun);
                // A slow machine leaves frames out; time never lags behind.
                self.ticks = (passed.as_nanos() / self.step.as_nanos()) as u64 + 1;
                (passed, now)
            }
        }
    }

    /// Where the script is at a time; somebody who is told to stay sits well for as long as it takes.
    fn moment(&mut self, time: Duration, staying: Staying) -> Moment {
        let script = self.script;
        let at = |held: Duration, skipped: Duration| script.at((time + skipped).saturating_sub(held));
        self.held = if self.pacing == Pacing::RealTime { self.control.held() } else { self.held };
        let (mut index, mut act, mut since) = at(self.held, self.haste.skipped);
        let skips = self.haste.skips(&script, act, since, staying);
        if skips > Duration::ZERO {
            self.haste.skipped += skips;
            (index, act, since) = at(self.held, self.haste.skipped);
        }
        if staying == Staying::Yes && matches!(act, Act::Leave(_)) {
            // Back to the last moment of sitting well.
            let last = script.leaves_at().saturating_sub(Duration::from_millis(1));
            let more = since.saturating_sub(last);
            self.held += more;
            if self.pacing == Pacing::RealTime {
                self.control.hold(more);
            }
            (index, act, since) = at(self.held, self.haste.skipped);
        }
        let living = since + self.held;
        let sat_down = self.script.sits_right_at().saturating_sub(self.script.wrong);
        let seated = matches!(act, Act::Wrong(_) | Act::Right(_)).then(|| since.saturating_sub(sat_down));
        Moment { index, act, living, seated }
    }

    /// Draws one frame of the script.
    fn draw(&mut self, now: Moment, disturbed: &[Disturbance], fault: Option<Defect>) -> Drawn {
        let Moment { index, act, living, .. } = now;
        let is = |what: Disturbance| disturbed.contains(&what);
        let size = (self.description.width, self.description.height);
        let mut scene = Scene { noise_seed: self.seed ^ self.ticks, ..self.scene };
        let visitor = match self.visitor.take() {
            Some(visitor) if visitor.index == index => self.visitor.insert(visitor),
            _ => {
                let shown = self.cast.code_of(index);
                self.visitor.insert(Visitor::new(self.seed, index, shown, size, &scene))
            }
        };
        let mut pose = visitor.movements.pose(act, living).filter(|_| !is(Disturbance::Away));
        if let Some(pose) = &mut pose {
            if is(Disturbance::EyesShut) {
                pose.lids = [0.0, 0.0];
            }
            if is(Disturbance::MouthOpen) {
                pose.mouth = 0.6;
            }
        }
        let mut person = person_for(self.seed, index);
        if let (Some(fault), Some(pose)) = (fault, &mut pose) {
            fault.apply(1.0, &mut person, pose, &mut scene);
        }
        let mut phone = visitor.movements.phone(act).and_then(|pose| Some((visitor.phone.as_ref()?, pose)));
        if is(Disturbance::OtherCode) {
            if self.other_phone.is_none() {
                self.other_phone = other_phone(self.seed, index, visitor.movements.phone_width());
            }
            phone = self.other_phone.as_ref().map(|phone| (phone, beside(size, visitor.movements.phone_width())));
        }
        let mut actors = Vec::new();
        if is(Disturbance::SecondFace) {
            let face = visitor.movements.face_width() * 0.8;
            let stranger = self
                .stranger
                .get_or_insert_with(|| Painter::new(&person_for(self.seed ^ 0x57A6, u64::MAX), &scene, face));
            let place = Point::new(size.0 as f32 * 0.77, size.1 as f32 * 0.36);
            actors.push((stranger, Pose::frontal(place, face)));
        }
        if let Some(pose) = pose {
            let width = visitor.movements.face_width();
            let painter = match fault {
                Some(fault) => faulty(&mut visitor.faulty, fault, &person, &scene, width),
                None => &mut visitor.painter,
            };
            actors.push((painter, pose));
        }
        compose(&scene, size.0, size.1, &mut actors, phone.as_ref().map(|(phone, pose)| (*phone, pose)))
    }
}

impl Visitor {
    /// `shown` is whose code is on the phone.
    fn new(seed: u64, index: u64, shown: u64, size: (u32, u32), scene: &Scene) -> Self {
        let movements = Movements::new(seed, index, size.0, size.1);
        let symbol = code_for(seed, shown);
        let phone = Phone::new(&symbol, &tail_for(seed, shown), seed ^ index, movements.phone_width());
        Self {
            index,
            movements,
            painter: Painter::new(&person_for(seed, index), scene, movements.face_width()),
            faulty: None,
            // A symbol of `code_for` can always be drawn; without it nobody would be locked, which is seen.
            phone: phone.inspect_err(|err| log::error!("the drawn phone has no code: {err}")).ok(),
        }
    }
}

/// The painter of somebody with a fault, made when it is first wanted.
fn faulty<'v>(
    known: &'v mut Option<(Defect, Painter)>,
    fault: Defect,
    person: &Person,
    scene: &Scene,
    width: f32,
) -> &'v mut Painter {
    let kept = known.take().filter(|(of, _)| *of == fault);
    &mut known.insert(kept.unwrap_or_else(|| (fault, Painter::new(person, scene, width)))).1
}

/// A phone with a code that belongs to nobody in the row.
fn other_phone(seed: u64, index: u64, width: f32) -> Option<Phone> {
    let stranger = index.wrapping_add(1 << 40);
    Phone::new(&code_for(seed, stranger), &tail_for(seed, stranger), seed, width).ok()
}

/// Held up at the left of the picture, beside the face.
fn beside(size: (u32, u32), width: f32) -> PhonePose {
    let center = Point::new(size.0 as f32 * 0.17, size.1 as f32 * 0.56);
    PhonePose { roll_deg: -4.0, ..PhonePose::straight(center, width) }
}

impl Camera for SimDemo {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn controls(&mut self) -> CameraControls {
        self.control.controls()
    }

    fn hold_light(&mut self, light: Light) -> CameraControls {
        let held = self.control.controls().with_light(light);
        self.control.offer(held);
        held
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        let (time, at) = self.next_tick();
        let (mut disturbed, staying) = self.control.take();
        let now = self.moment(time, staying);
        let does = self.cast.doing(now.index, now.seated);
        disturbed.extend(does.and_then(Does::disturbance));
        if disturbed.contains(&Disturbance::Unplugged) {
            self.truth = Truth::default();
            let detail = String::from("the simulated camera was told to be unplugged");
            return Err(CameraError { fault: CameraFault::Unplugged, detail });
        }
        let fault = does.and_then(|does| if let Does::Fault(fault) = does { Some(fault) } else { None });
        let drawn = self.draw(now, &disturbed, fault);
        self.truth = drawn.truth;
        self.sequence += 1;
        Ok(Frame { sequence: self.sequence, at, picture: Arc::new(drawn.picture), jpeg: None })
    }
}
