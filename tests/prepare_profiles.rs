//! A school's own photo standards behind the window: a bad file costs only itself, and is told of.

#![cfg(feature = "window")]

use tucai::ui::view::Gate;

use crate::support::program::Program;
use crate::support::window::names_of;

#[test]
fn a_bad_standard_is_told_of_and_locks_nobody_out() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    drop(program);

    let profiles = folder.join("profiles");
    std::fs::create_dir(&profiles).unwrap();
    let norm = tucai::domain::profiles::default_profile().unwrap().text;
    let line = norm.lines().position(|line| line == "dpi = 300").unwrap() + 1;
    let bad = norm.replace("dpi = 300", "dpi = 0");
    let own = |text: &str, name: &str| {
        let text = text.replace("学历证书电子注册图像（2017）", name);
        text.replace("id = \"degree-2017\"", &format!("id = \"{name}\""))
    };
    std::fs::write(profiles.join("._a.toml"), [0, 5, 0x16, 7, 0xff]).unwrap();
    std::fs::write(profiles.join("bad.toml"), own(&bad, "bad-one")).unwrap();
    std::fs::write(profiles.join("good.toml"), own(&norm, "good-one")).unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.type_into("口令", "a long passphrase");
    program.click("打开");
    program.until(|gate| *gate == Gate::Open);
    let page = names_of(&program.harness).into_iter().find(|name| name.starts_with("准备场次 ")).unwrap();
    program.click(&page);
    program.until_shown_part(&format!("照片标准文件 bad.toml 用不了 第 {line} 行 picture.dpi"));
}
