//! Advice in a green picture: what only warns is said, waited for a moment, and stops nobody.

use tucai::domain::finding::{CheckId, Finding, Level, Reason, Severity};
use tucai::domain::session::{Hold, LiveReport, State};
use tucai::ui::band::{Reach, band_of};
use tucai::ui::theme::Tone;
use tucai::ui::view::{Stage, View};

use crate::support::way::{Way, finding, live};
use crate::support::window::{framing, good_findings, look, shows, window, with_people};

/// Green but for a check that only warns.
fn advised(id: CheckId) -> LiveReport {
    let mut report = live(1, Level::Pass);
    report.findings.push(finding(id, Severity::Warn, Level::Warn));
    report
}

fn green() -> LiveReport {
    live(1, Level::Pass)
}

fn counts(way: &Way) -> bool {
    matches!(way.session.state(), State::Framing(framing) if matches!(framing.hold, Hold::Counting { .. }))
}

#[test]
fn the_countdown_waits_a_moment_for_advice_and_then_begins_all_the_same() {
    let way = Way::new().scan("a").wait(2_000).watch(1_500, &advised(CheckId::HeadCover));
    assert!(!counts(&way), "the hold is over, the grace is not");
    let way = way.watch(100, &advised(CheckId::HeadCover));
    assert!(counts(&way), "who cannot follow is taken all the same");
    assert_eq!(way.watch(1_200, &advised(CheckId::HeadCover)).state(), "shot");
}

#[test]
fn advice_that_is_followed_is_waited_for_no_longer() {
    let way = Way::new().scan("a").wait(2_000).watch(1_000, &advised(CheckId::EyesGaze));
    let looks_up = way.clone().watch(200, &green());
    assert!(!counts(&looks_up), "one frame in between says nothing");
    assert!(!counts(&looks_up.watch(100, &advised(CheckId::EyesGaze))), "nor do two");
    assert!(counts(&way.watch(300, &green())));
}

#[test]
fn advice_that_comes_late_in_the_hold_has_its_moment_too_and_no_more() {
    let way = Way::new().scan("a").wait(2_000).watch(800, &green()).watch(1_400, &advised(CheckId::PosePitch));
    assert!(!counts(&way));
    assert!(counts(&way.watch(200, &advised(CheckId::PosePitch))));
}

#[test]
fn whoever_could_not_follow_is_not_waited_for_again() {
    let waited = Way::new().scan("a").wait(2_000).watch(1_700, &advised(CheckId::HeadCover));
    let moved = waited.watch(600, &live(1, Level::Fail));
    assert!(!counts(&moved));
    assert!(counts(&moved.watch(900, &advised(CheckId::HeadCover))), "the hold alone");
}

#[test]
fn what_the_operator_mends_is_not_waited_for() {
    assert!(counts(&Way::new().scan("a").wait(2_000).watch(900, &advised(CheckId::LightBalance))));
}

/// In place; this warns.
fn steady(id: CheckId, reason: Reason, stage: Stage) -> View {
    let warns = Finding { severity: Severity::Warn, reason, ..finding(id, Severity::Warn, Level::Warn) };
    let mut view = View { stage, ..framing() };
    view.live.findings = good_findings();
    view.live.findings.push(warns.clone());
    view.live.instruction = Some(warns);
    view
}

#[test]
fn advice_is_said_in_amber_while_the_hold_runs() {
    for (id, reason, words) in [
        (CheckId::PosePitch, Reason::TooLow, "请抬一点下巴"),
        (CheckId::EyesGaze, Reason::TooHigh, "请看镜头"),
        (CheckId::HeadCover, Reason::TooHigh, "请摘下帽子"),
        (CheckId::EyesHair, Reason::TooHigh, "请露出眼睛"),
        (CheckId::EyesFrame, Reason::TooHigh, "请扶正眼镜"),
        (CheckId::PoseShoulders, Reason::TooHigh, "请放平肩膀"),
    ] {
        for stage in [Stage::Steady(0.5), Stage::Ready] {
            let view = steady(id, reason, stage);
            let band = band_of(&view);
            assert_eq!((band.tone, band.reach), (Tone::Warn, Reach::Lamp));
            assert_eq!(band.say, words);
            shows(&window(view), words);
        }
    }
    let mut shown = window(steady(CheckId::EyesGaze, Reason::TooHigh, Stage::Steady(0.5)));
    with_people(&mut shown);
    look(&mut shown, "advice");
    let counting = steady(CheckId::EyesGaze, Reason::TooHigh, Stage::Count(3));
    assert_eq!(band_of(&counting).tone, Tone::Info, "nobody reads while they are counted down");
}
