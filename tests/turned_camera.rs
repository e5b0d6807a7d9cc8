//! A camera on its side: its pictures stand upright on the page, in what is judged and in what is stored.

use std::path::Path;
use std::time::Duration;

use image::{Rgb, RgbImage};
use tucai::device::camera::{CameraSpec, OpenOptions, open};
use tucai::domain::turn::Turn;
use tucai::vision::decode::decode;

/// Twice as wide as high, one corner white.
fn picture() -> RgbImage {
    RgbImage::from_fn(640, 320, |x, y| Rgb(if x < 160 && y < 80 { [250; 3] } else { [40, 60, 90] }))
}

/// Which corner is the white one: left or right, top or bottom.
fn corner(shown: &RgbImage) -> (bool, bool) {
    let (width, height) = shown.dimensions();
    let is_white = |x: u32, y: u32| shown.get_pixel(x, y).0[0] > 200;
    let corners = [(20, 20), (width - 20, 20), (20, height - 20), (width - 20, height - 20)];
    let white: Vec<_> = corners.into_iter().filter(|&(x, y)| is_white(x, y)).collect();
    assert_eq!(white.len(), 1, "{white:?}");
    (white[0].0 < width / 2, white[0].1 < height / 2)
}

fn folder(file: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    picture().save(folder.path().join(file)).unwrap();
    folder
}

#[test]
fn frames_stills_sizes_and_originals_are_turned_alike() {
    for file in ["a.png", "a.jpg"] {
        let folder = folder(file);
        for (turn, size, white) in [
            (Turn::Upright, (640, 320), (true, true)),
            (Turn::Right, (320, 640), (false, true)),
            (Turn::Around, (640, 320), (false, false)),
            (Turn::Left, (320, 640), (true, false)),
        ] {
            let spec = CameraSpec::SimDir(folder.path().to_owned());
            let mut camera = open(&spec, OpenOptions { turn, ..OpenOptions::default() }).unwrap();
            assert_eq!((camera.description().width, camera.description().height), size, "{turn:?}");
            assert_eq!(camera.still_size(), size);
            let polled = camera.poll_frame(Duration::from_secs(9)).unwrap().unwrap();
            for frame in [camera.next_frame().unwrap(), polled, camera.still().unwrap()] {
                assert_eq!(frame.picture.dimensions(), size);
                assert_eq!(corner(&frame.picture), white, "{file} {turn:?}");
                let kept = decode(&frame.original().unwrap().bytes).unwrap();
                assert_eq!(corner(&kept.picture), white, "{file} {turn:?}: as it is stored");
            }
        }
    }
}

#[cfg(feature = "window")]
mod window {
    use tucai::text::Lang;
    use tucai::text::turn::TurnWord;
    use tucai::ui::memory::{Memory, Page, SettingsPart};
    use tucai::ui::view::{Command, Settings, View};

    use super::*;
    use crate::prepare_more::{answers, preparing};
    use crate::support::program::Program;
    use crate::support::window::{click, every_word_is_drawn, look, waiting, window_of};

    #[test]
    fn the_turn_is_chosen_where_the_camera_is() {
        every_word_is_drawn(TurnWord::ALL.iter().flat_map(|word| [word.text(Lang::Zh), word.text(Lang::En)]));
        let settings = Settings { turn: Turn::Left, ..waiting().settings };
        let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Camera, ..Memory::default() };
        let in_settings =
            window_of(View { settings: settings.clone(), ..waiting() }, egui::vec2(1366.0, 768.0), memory);
        let mut preparing = preparing(answers(), tucai::ui::prepare::view::CAMERA_STEP);
        preparing.state_mut().view.settings = settings;
        preparing.run_steps(2);
        for (mut shown, page) in [(in_settings, "settings"), (preparing, "prepare")] {
            look(&mut shown, &format!("camera-turn-{page}"));
            assert_eq!(click(&mut shown, "画面方向 左转"), [], "it is chosen already");
            assert_eq!(click(&mut shown, "画面方向 倒过来"), [Command::TurnCamera(Turn::Around)]);
        }
    }

    #[test]
    fn the_turn_is_taken_at_once_and_kept_for_the_next_start() {
        let (made, frames) = (tempfile::tempdir().unwrap(), folder("a.png"));
        let station = made.path().join("station");
        let start = |folder: &Path| {
            let camera = CameraSpec::SimDir(frames.path().to_owned());
            Program::start_before(folder, camera, std::sync::Arc::new(tucai::device::key_store::SystemKeyStore))
        };
        let mut program = start(&station);
        program.make_station();
        program.until_shown("开始");
        program.click("开始");
        program.until_shown_part("640x320");
        let page = crate::support::window::names_of(&program.harness);
        let page = page.into_iter().find(|name| name.starts_with("相机与灯光")).unwrap();
        program.click(&page);
        program.click("画面方向 右转");
        program.until_shown_part("320x640");
        drop(program);
        let text = std::fs::read_to_string(station.join("window.toml")).unwrap();
        assert!(text.contains("turn = \"right\""), "{text}");
        let mut program = start(&station);
        program.type_into("口令", "a long passphrase");
        program.click("打开");
        program.until(|gate| *gate == tucai::ui::view::Gate::Open);
        program.harness.key_press(egui::Key::F7);
        program.until_shown("界面 2");
        let names = crate::support::window::names_of(&program.harness);
        let part =
            names.into_iter().find(|name| name.starts_with("相机 ") && name.ends_with(char::is_numeric)).unwrap();
        program.click(&part);
        program.until_shown_part("320x640");
    }
}
