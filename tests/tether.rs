//! A folder that a tethered camera fills: whole pictures only, each to whoever was locked at its shutter, the rest to
//! the tray.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use tucai::domain::card::Shows;
use tucai::domain::tether::Shutter;
use tucai::vision::jpeg;
use tucai::worker::camera::WakeFn;
use tucai::worker::tether::{Came, TetherPicture, TetherStatus, TetherWorker};

use crate::card::{PEOPLE, photo, write};
use crate::ways::sheet;

/// Waits for what the worker's wake-ups announce.
fn wait<T>(woken: &Receiver<()>, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look() {
            return found;
        }
        // a wake-up that was missed is made up for by the next look
        woken.recv_timeout(Duration::from_millis(50)).unwrap_or(());
    }
    panic!("it never came");
}

/// The next picture.
fn picture(worker: &TetherWorker) -> Option<TetherPicture> {
    match worker.poll()? {
        Came::Picture(picture) => Some(*picture),
        Came::Seen(_) => None,
    }
}

#[test]
fn what_was_written_while_nobody_looked_comes_once_and_is_told_apart() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("tether");
    let (sender, woken) = sync_channel(64);
    let wake: WakeFn = Arc::new(move || sender.try_send(()).unwrap_or(()));
    let take = |name: &str, text: &str| {
        write(&folder, name, &photo(&sheet(&[text]), "2026:06:01 09:00:00", "5"));
    };
    take("seen.jpg", "one");
    let seen = |worker: &TetherWorker| match wait(&woken, || worker.poll()) {
        Came::Seen(files) => files,
        Came::Picture(other) => panic!("{} came first", other.picture.name()),
    };
    let worker = TetherWorker::spawn(folder.clone(), None, Arc::clone(&wake)).unwrap();
    let mut known = seen(&worker);
    take("live.jpg", "two");
    known.push(wait(&woken, || picture(&worker)).mark);
    drop(worker);

    // Closed: one more comes, one changes, one goes.
    take("night.jpg", "three");
    std::fs::remove_file(folder.join("seen.jpg")).unwrap();
    let worker = TetherWorker::spawn(folder.clone(), Some(known.clone()), Arc::clone(&wake)).unwrap();
    assert_eq!(seen(&worker), known[1..], "what is gone is forgotten");
    let night = wait(&woken, || picture(&worker));
    assert_eq!((night.picture.name().as_str(), night.earlier), ("night.jpg", true));
    take("morning.jpg", "four");
    let morning = wait(&woken, || picture(&worker));
    assert_eq!((morning.picture.name().as_str(), morning.earlier), ("morning.jpg", false));
    drop(worker);

    // The folder of a disk that is not there, and an empty one in its place: nothing is forgotten.
    let aside = place.path().join("aside");
    std::fs::rename(&folder, &aside).unwrap();
    std::fs::create_dir(&folder).unwrap();
    let worker = TetherWorker::spawn(folder.clone(), Some(known.clone()), Arc::clone(&wake)).unwrap();
    assert_eq!(seen(&worker), known);
    drop(worker);
    std::fs::remove_dir(&folder).unwrap();
    let worker = TetherWorker::spawn(folder.clone(), Some(known.clone()), wake).unwrap();
    wait(&woken, || (worker.status() == TetherStatus::Gone).then_some(()));
    std::fs::rename(&aside, &folder).unwrap();
    assert_eq!(seen(&worker), known[1..]);
    let came = [wait(&woken, || picture(&worker)), wait(&woken, || picture(&worker))];
    assert!(came.iter().all(|came| came.earlier), "nobody looked when they came");
}

#[test]
fn new_pictures_come_once_with_their_shutter_and_a_folder_that_was_gone_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("tether");
    write(&folder, "before.jpg", &photo(&sheet(&["x"]), "2026:06:01 09:00:00", "5"));
    let (sender, woken) = sync_channel(64);
    let wake = Arc::new(move || sender.try_send(()).unwrap_or(()));
    let worker = TetherWorker::spawn(folder.clone(), None, wake).unwrap();
    let watching = |worker: &TetherWorker| (worker.status() == TetherStatus::Watching).then_some(());
    wait(&woken, || watching(&worker));
    let whole = photo(&sheet(&["a code"]), "2026:06:01 10:00:00", "25");
    write(&folder, "a.jpg", &whole[..whole.len() / 2]);
    write(&folder, "a.jpg", &whole);
    let seen = wait(&woken, || worker.poll());
    assert!(matches!(&seen, Came::Seen(files) if files.len() == 1), "{seen:?}");
    let came = wait(&woken, || picture(&worker));
    assert!(!came.earlier);
    assert!(matches!(came.picture.shows, Shows::Code(_)), "whole, and not the one that was there before");
    assert!(matches!(came.shutter, Shutter::Camera { millis, fine: true } if millis.rem_euclid(1000) == 250));

    let aside = place.path().join("aside");
    std::fs::rename(&folder, &aside).unwrap();
    wait(&woken, || (worker.status() == TetherStatus::Gone).then_some(()));
    write(&aside, "b.jpg", &jpeg::encode(&sheet(&["no time"]), 90, 300).unwrap().bytes);
    std::fs::rename(&aside, &folder).unwrap();
    let came = wait(&woken, || picture(&worker));
    assert!(!came.earlier, "somebody was looking for it");
    assert_eq!(came.picture.name(), "b.jpg", "what came meanwhile counts");
    assert!(matches!(came.shutter, Shutter::Written { millis } if millis > 1_700_000_000_000));
    wait(&woken, || watching(&worker));
    assert!(worker.poll().is_none(), "each once");
}

#[cfg(feature = "window")]
mod shown {
    use std::path::PathBuf;

    use egui::Key;
    use tempfile::TempDir;
    use tucai::domain::ids::ShotNumber;
    use tucai::domain::tether::Waits;
    use tucai::ui::memory::{Memory, Page};
    use tucai::ui::view::{
        Command, FolderAction, FolderRow, FolderState, TetherState, TetherView, View, WaysCommand, WaysView,
    };

    use super::{PEOPLE, photo, sheet, write};
    use crate::support::program::Program;
    use crate::support::window::{busy_day, click, look, shot, shows, waiting, window_of};
    use crate::ways::{file, shown::opened};

    fn row(name: &str, waits: Waits, to: Option<ShotNumber>) -> FolderRow {
        FolderRow {
            name: name.to_owned(),
            picture: None,
            state: FolderState::Unmatched(waits),
            digest: String::new(),
            at: String::from("10:00"),
            doubts: Vec::new(),
            indented: false,
            action: Some(FolderAction::Give(to)),
        }
    }

    #[test]
    fn the_tray_is_shown_given_by_hand_and_counted_at_the_days_end() {
        let tether = TetherView {
            folder: String::from("/home/desk/tether"),
            state: TetherState::Watching,
            ahead_millis: None,
            clock: vec![vec![true, false], vec![false, true]],
            tray: vec![row("a.jpg", Waits::ClockNotMeasured, Some(shot(137))), row("b.jpg", Waits::NobodyLocked, None)],
        };
        let ways = WaysView { tether: Some(tether), unmatched: 2, ..WaysView::default() };
        let view = View { ways: Box::new(ways), ..waiting() };
        let memory = Memory { page: Page::Ways, ..Memory::default() };
        let mut shown = window_of(view, egui::vec2(1366.0, 768.0), memory);
        for wanted in ["未配对 2 张", "a.jpg 相机时钟还没有对过", "b.jpg 按快门时没有锁定同学", "时钟码"]
        {
            shows(&shown, wanted);
        }
        assert_eq!(click(&mut shown, "给 A-0137 a.jpg"), [Command::Ways(WaysCommand::GiveTray(0))]);
        assert_eq!(click(&mut shown, "先锁定同学 b.jpg"), []);
        assert_eq!(click(&mut shown, "不用 b.jpg"), [Command::Ways(WaysCommand::DropTray(1))]);
        assert_eq!(click(&mut shown, "停止"), [Command::Ways(WaysCommand::StopWatching)]);
        look(&mut shown, "ways-tether");
        let ways = WaysView { unmatched: 2, ..WaysView::default() };
        let view = View { ways: Box::new(ways), ..busy_day() };
        let memory = Memory { page: Page::Handover, ..Memory::default() };
        let shown = window_of(view, egui::vec2(1366.0, 768.0), memory);
        shows(&shown, "还有 2 张联机照片没有归人");
    }

    /// Now, on a clock that is so many milliseconds ahead: for the clock code, and as a camera writes it.
    fn clock(ahead_millis: i64) -> (i64, String, String) {
        let mut at = jiff::Zoned::now();
        if at.millisecond() == 0 {
            // a fraction of nothing stands for none
            at += jiff::SignedDuration::from_millis(1);
        }
        let shown = &at + jiff::SignedDuration::from_millis(ahead_millis);
        let fraction = format!("{:03}", shown.millisecond());
        (at.timestamp().as_millisecond(), shown.strftime("%Y:%m:%d %H:%M:%S").to_string(), fraction)
    }

    /// The program with a folder that it watches, as a camera would fill it.
    fn watching_program(folder: &TempDir) -> (Program, PathBuf) {
        let camera = folder.path().join("tether");
        std::fs::create_dir(&camera).unwrap();
        let mut program = opened(folder);
        program.harness.key_press(Key::K);
        program.until_shown("文件夹");
        program.type_into("文件夹", camera.to_str().unwrap());
        program.click("看联机文件夹…");
        program.until_shown_part("正在看");
        (program, camera)
    }

    fn lock_by_file(program: &mut Program, folder: &TempDir) {
        let code = folder.path().join("code.png");
        std::fs::write(&code, file(&sheet(&["tethered student"]), image::ImageFormat::Png)).unwrap();
        program.drop_file(&code);
        program.harness.key_press(Key::F2);
        program.until_shown_part("A-0001");
    }

    #[test]
    fn a_picture_joins_whoever_was_locked_at_its_shutter_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let (mut program, camera) = watching_program(&folder);
        let shoot = |name: &str, person: usize, ahead: i64| {
            let (_, time, fraction) = clock(ahead);
            write(&camera, name, &photo(&PEOPLE[person], &time, &fraction));
        };
        shoot("early.jpg", 1, 0);
        program.until_shown_part("early.jpg 相机时钟还没有对过");

        let measure = |name: &str| {
            let (now, time, fraction) = clock(0);
            write(&camera, name, &photo(&sheet(&[&format!("TUCAI-CLOCK:{now}")]), &time, &fraction));
        };
        measure("clock.jpg");
        program.until_shown_part("相机时钟已对好");
        shoot("nobody.jpg", 2, 0);
        program.until_shown_part("nobody.jpg 按快门时没有锁定同学");
        // somebody sets the camera's clock an hour forward: what was measured holds no more
        shoot("moved.jpg", 1, 3_600_000);
        program.until_shown_part("未配对 3 张");
        program.until_shown_part("用相机拍一张这个时钟码");
        measure("clock-again.jpg");
        // The clock's code and the notice make room for the third row.
        program.until_hidden_part("用相机拍一张这个时钟码");
        program.until_hidden_part("照片现在按快门时间归给");
        program.until_shown_part("moved.jpg 相机时钟还没有对过");
        program.click("不用 moved.jpg");
        program.until_hidden_part("moved.jpg");

        lock_by_file(&mut program, &folder);
        // the shutter is after the lock by more than the half second that the clocks leave open, and no further in the
        // future than that
        shoot("portrait.jpg", 0, 600);
        program.until_shown_part("重拍 R");
        program.harness.key_press(Key::F5);
        program.until_shown_part("还有 2 张联机照片没有归人");
        // Sent away with the picture under review: the picture is not gone with the lock.
        program.harness.key_press(Key::F2);
        program.until_shown_part("重拍 R");
        program.harness.key_press(Key::Escape);
        program.click("放行，丢掉照片 2");
        program.until_hidden_part("重拍 R");
        program.harness.key_press(Key::K);
        program.until_shown_part("portrait.jpg 按快门时锁定的同学已经结束");
    }

    #[test]
    fn the_tray_the_measured_clock_and_a_picture_in_hand_outlast_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let (mut program, camera) = watching_program(&folder);
        let (_, time, fraction) = clock(0);
        write(&camera, "early.jpg", &photo(&PEOPLE[1], &time, &fraction));
        program.until_shown_part("early.jpg 相机时钟还没有对过");
        let (now, time, fraction) = clock(0);
        write(&camera, "clock.jpg", &photo(&sheet(&[&format!("TUCAI-CLOCK:{now}")]), &time, &fraction));
        program.until_shown_part("相机时钟已对好");
        lock_by_file(&mut program, &folder);
        program.harness.key_press(Key::K);
        program.click("给 A-0001 early.jpg");
        program.until_shown_part("用这个框");
        // It is somebody else's: it waits again, as it did before.
        program.harness.key_press(Key::Escape);
        program.until_hidden_part("用这个框");
        program.harness.key_press(Key::K);
        program.until_shown_part("early.jpg 相机时钟还没有对过");
        program.click("给 A-0001 early.jpg");
        program.until_shown_part("用这个框");
        drop(program);
        // In the night somebody takes a picture of the same person, on the clock that was measured, and the lock is back.
        let (_, time, fraction) = clock(600);
        write(&camera, "night.jpg", &photo(&PEOPLE[0], &time, &fraction));
        let frames = folder.path().join("frames");
        let mut program = Program::start(&folder.path().join("station"), &frames);
        program.type_into("口令", "a long passphrase");
        program.click("打开");
        program.until(|gate| *gate == tucai::ui::view::Gate::Open);
        program.until_shown_part("A-0001");
        program.harness.key_press(Key::K);
        program.until_shown_part("未配对 2 张");
        program.until_shown_part("early.jpg 同一位同学的另一张在看");
        program.until_shown_part("night.jpg 程序没开的时候拍的");
        program.until_shown_part("相机时钟");
        assert!(!crate::support::window::names_of(&program.harness).iter().any(|name| name.contains("还没有对")));
        program.click("不用 night.jpg");
        drop(program);
        let mut program = Program::start(&folder.path().join("station"), &frames);
        program.type_into("口令", "a long passphrase");
        program.click("打开");
        program.until(|gate| *gate == tucai::ui::view::Gate::Open);
        program.harness.key_press(Key::K);
        program.until_shown_part("未配对 1 张");
        // A picture from now on is told after the folder was looked at: what was put away did not come again.
        write(&camera, "day.jpg", &photo(&PEOPLE[2], &clock(-5_000).1, "5"));
        program.until_shown_part("day.jpg");
        let names = crate::support::window::names_of(&program.harness);
        assert!(!names.iter().any(|name| name.contains("night.jpg")), "{names:#?}");
    }
}
