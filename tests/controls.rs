//! What a camera holds still: asked of its thread, and shown where the camera is chosen.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use tucai::app::desk::{LiveCamera, Pictures as _, StepCamera};
use tucai::device::camera::sim::{Pacing, SimControl, SimDemo};
use tucai::device::camera::{Camera, CameraSpec, OpenOptions};
use tucai::domain::camera_controls::{CameraControls, Held, Light};
use tucai::worker::camera::CameraWorker;

const OPEN: CameraControls = CameraControls {
    mains_50_hz: Held::Locked,
    exposure: Held::Automatic,
    white_balance: Held::Automatic,
    focus: Held::Automatic,
};

/// A live camera with its wake-ups.
struct Live {
    camera: LiveCamera,
    woken: std::sync::mpsc::Receiver<()>,
}

impl Live {
    fn start(director: SimControl) -> Self {
        let (sender, woken) = sync_channel(64);
        let wake = Arc::new(move || sender.try_send(()).unwrap_or(()));
        let options = OpenOptions { seed: Some(7), director, ..OpenOptions::default() };
        let worker = CameraWorker::spawn(CameraSpec::SimDemo, options, wake).unwrap();
        Self { camera: LiveCamera::new(worker), woken }
    }

    #[track_caller]
    fn until(&self, wanted: CameraControls) {
        for _ in 0..400 {
            if self.camera.controls() == Some(wanted) {
                return;
            }
            self.woken.recv_timeout(Duration::from_millis(100)).unwrap_or(());
        }
        panic!("{:?}, wanted {wanted:?}", self.camera.controls());
    }
}

#[test]
fn light_is_held_and_given_back_by_the_cameras_thread() {
    let mut live = Live::start(SimControl::default());
    live.until(OPEN);
    live.camera.hold_light(Light::Locked);
    live.until(OPEN.with_light(Light::Locked));
    live.camera.hold_light(Light::Automatic);
    live.until(OPEN);
}

#[test]
fn a_camera_that_offers_nothing_is_never_said_to_be_locked() {
    let director = SimControl::default();
    let only = CameraControls { white_balance: Held::Automatic, ..CameraControls::default() };
    director.offer(only);
    let mut live = Live::start(director);
    live.until(only);
    live.camera.hold_light(Light::Locked);
    live.until(CameraControls { white_balance: Held::Locked, ..CameraControls::default() });
    let mut folder = SimDemo::new(1, Duration::from_millis(40), (640, 360), Pacing::AsFastAsAsked);
    assert_eq!(folder.controls(), OPEN);
    let mut stepped = StepCamera::new(Box::new(folder));
    stepped.hold_light(Light::Locked);
    assert_eq!(stepped.controls(), None, "a camera that is stepped by hand holds nothing");
}

#[cfg(feature = "window")]
#[test]
fn the_settings_say_what_is_held_and_once_that_nothing_can_be() {
    use tucai::ui::memory::{Memory, Page, SettingsPart};
    use tucai::ui::view::{Settings, View};

    use crate::support::window::{look, shows, waiting, window_of};

    let of = |controls| {
        let settings = Settings { controls: Some(controls), ..waiting().settings };
        let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Camera, ..Memory::default() };
        window_of(View { settings, ..waiting() }, egui::vec2(1366.0, 768.0), memory)
    };
    let mut window = of(OPEN.with_light(Light::Locked));
    shows(&window, "50 Hz 已锁定  曝光 已锁定  白平衡 已锁定  对焦 已锁定");
    look(&mut window, "settings-camera-held");
    shows(&of(CameraControls::default()), "这台相机不让程序固定曝光和白平衡");
}
