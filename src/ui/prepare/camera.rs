//! Step 3: the camera at work. Size and rate, how large a face at the chair is, the light on it, the empty backdrop.

use egui::{Align, Rect, Role, Ui, vec2};

use super::Standing;
use super::parts::{Outcome, choice, result, told};
use super::view::{BackdropTest, Overruling};
use crate::domain::finding::{CheckId, Finding, Level};
use crate::domain::set_up::BackdropReason;
use crate::text;
use crate::text::papers;
use crate::text::turn::TurnWord;
use crate::text::window::{self as words, Word};
use crate::ui::guides::{no_picture, preview_ui};
use crate::ui::layout::{cut_bottom, cut_left, cut_right, cut_top};
use crate::ui::memory::{Guides, Memory};
use crate::ui::theme::{self, font, radius, size, space, tokens};
use crate::ui::turn::turns_ui;
use crate::ui::view::{Command, Lamp, View};
use crate::ui::widgets::{Weight, button, line};

/// Width of the results beside the picture.
const RESULTS: f32 = 400.0;
/// Cameras that are offered.
const MOST_CAMERAS: usize = 4;
/// Fewer pictures a second make the preview jerk.
const SLOW_FPS: f32 = 12.0;
/// Checks of the light that a person at the chair shows.
const LIGHT: [CheckId; 6] = [
    CheckId::LightDark,
    CheckId::LightBright,
    CheckId::LightBalance,
    CheckId::LightCast,
    CheckId::SharpnessFocus,
    CheckId::BackgroundShadow,
];

/// Without a picture, or before a backdrop that fails, the session is not held; everything else can be mended on the way.
pub(super) fn standing(view: &View) -> Standing {
    let rehearsal = &view.prepare.rehearsal;
    match (view.health.camera, &rehearsal.backdrop, rehearsal.face_px) {
        (Lamp::Broken, ..) => Standing::Blocked,
        (_, Some(test), _) if rehearsal.overruled.is_none() && test.fails() => Standing::Blocked,
        (Lamp::Good, Some(BackdropTest::Judged(findings)), Some(_)) => {
            let all_pass = findings.iter().all(|finding| finding.level == Level::Pass);
            if all_pass { Standing::Done } else { Standing::Warns }
        }
        (Lamp::Good, Some(_), _) => Standing::Warns,
        _ => Standing::Open,
    }
}

pub(super) fn step_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    let mut side = cut_right(&mut rest, RESULTS.min(rect.width() * 0.5));
    cut_right(&mut rest, space::XL);
    if view.live.picture.is_some() {
        preview_ui(ui, rest, view, Guides::Simple);
    } else {
        ui.painter().rect_filled(rest, egui::CornerRadius::same(radius::CARD), theme::PHOTO_BG);
        no_picture(ui, rest, Word::CameraOpening.text(view.lang));
    }
    let foot = cut_bottom(&mut side, size::CONTROL);
    if view.cameras.len() > 1 {
        let rows = view.cameras.len().min(MOST_CAMERAS);
        cut_bottom(&mut side, space::M);
        roles_ui(ui, cut_bottom(&mut side, 30.0 + rows as f32 * (size::ROW_CONTROL + space::XS)), view, out);
    }
    camera_ui(ui, &mut side, view);
    let t = tokens(ui);
    cut_top(&mut side, space::S);
    let mut row = cut_top(&mut side, size::ROW_CONTROL);
    line(ui, cut_left(&mut row, 96.0), TurnWord::Label.text(view.lang), font::BODY, t.text2, Align::Min);
    turns_ui(ui, row, view, out);
    cut_top(&mut side, space::S);
    chair_ui(ui, &mut side, view);
    backdrop_ui(ui, &mut side, view);
    overrule_ui(ui, &mut side, view, memory, out);
    let words = Word::PrepShootBackdrop.text(view.lang);
    let place = Rect::from_min_size(foot.min, vec2(220.0, size::CONTROL));
    let usable = view.health.camera == Lamp::Good;
    if button(ui, place, words, words, Weight::Plain, usable).clicked() {
        memory.prepare.overruling = Overruling::No;
        out.push(Command::TestBackdrop);
    }
}

/// A backdrop that fails: used all the same only with a reason, and said twice.
fn overrule_ui(ui: &Ui, rest: &mut Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let (rehearsal, form) = (&view.prepare.rehearsal, &mut memory.prepare);
    if let Some(reason) = rehearsal.overruled {
        told(ui, rest, Outcome::Warns, &papers::backdrop_overruled(reason, view.lang));
        return;
    }
    if !rehearsal.backdrop.as_ref().is_some_and(BackdropTest::fails) {
        return;
    }
    cut_top(rest, space::XS);
    if form.overruling == Overruling::No {
        let words = papers::backdrop_use(view.lang);
        let mut place = cut_top(rest, size::ROW_CONTROL);
        place.set_width(place.width().min(220.0));
        if button(ui, place, words, words, Weight::Quiet, true).clicked() {
            form.overruling = Overruling::Asked;
        }
        return;
    }
    for reason in BackdropReason::ALL {
        let place = cut_top(rest, size::CHIP);
        cut_top(rest, space::XS);
        let words = papers::backdrop_reason(reason, view.lang);
        if choice(ui, place, words, words, form.overruling == Overruling::Chosen(reason), Role::RadioButton) {
            form.overruling = Overruling::Chosen(reason);
        }
    }
    let words = papers::backdrop_confirm(view.lang);
    let place = cut_top(rest, size::ROW_CONTROL);
    let chosen = if let Overruling::Chosen(reason) = form.overruling { Some(reason) } else { None };
    if button(ui, place, words, words, Weight::Plain, chosen.is_some()).clicked() {
        out.extend(chosen.map(Command::OverruleBackdrop));
        form.overruling = Overruling::No;
    }
}

/// Several cameras: which one takes portraits, which one only reads codes.
fn roles_ui(ui: &Ui, rect: Rect, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let mut rest = rect;
    line(ui, cut_top(&mut rest, 30.0), Word::PrepRoles.text(view.lang), font::STRONG, t.text2, Align::Min);
    for (index, camera) in view.cameras.iter().enumerate().take(MOST_CAMERAS) {
        let mut row = cut_top(&mut rest, size::ROW_CONTROL);
        cut_top(&mut rest, space::XS);
        let portrait = view.portrait_camera == Some(index);
        let scans = view.scan_camera == Some(index);
        let words = [Word::PrepRoleScan, Word::PrepRolePortrait].map(|word| word.text(view.lang));
        let scan_place = cut_right(&mut row, 88.0);
        cut_right(&mut row, space::XS);
        let portrait_place = cut_right(&mut row, 88.0);
        line(ui, row, camera, font::BODY, t.text, Align::Min);
        let spoken = format!("{camera} {}", words[1]);
        if choice(ui, portrait_place, words[1], &spoken, portrait, Role::RadioButton) && !portrait {
            out.push(Command::ChooseCamera(index));
        }
        let spoken = format!("{camera} {}", words[0]);
        if choice(ui, scan_place, words[0], &spoken, scans, Role::CheckBox) && !portrait {
            out.push(Command::ChooseScanCamera((!scans).then_some(index)));
        }
    }
}

fn camera_ui(ui: &Ui, rest: &mut Rect, view: &View) {
    let health = &view.health;
    match (health.camera, health.camera_fault) {
        (_, Some(fault)) => told(ui, rest, Outcome::Bad, &text::fault::camera(fault, view.lang)),
        (Lamp::Good | Lamp::Warns, None) => {
            let fps = health.camera_fps.unwrap_or_default();
            let rate = words::frame_rate(fps, view.lang);
            let found = format!("{}  {rate}", health.camera_name);
            if fps > 0.0 && fps < SLOW_FPS {
                result(ui, rest, Outcome::Warns, &found, Word::PrepSlowCamera.text(view.lang));
            } else if view.prepare.rehearsal.virtual_camera {
                result(ui, rest, Outcome::Warns, &found, Word::PrepVirtualCamera.text(view.lang));
            } else {
                result(ui, rest, Outcome::Good, &found, Word::PrepNoEffects.text(view.lang));
            }
        }
        _ => result(ui, rest, Outcome::Open, Word::CameraOpening.text(view.lang), ""),
    }
}

/// Somebody sits at the chair: is the face large enough, and does the light do?
fn chair_ui(ui: &Ui, rest: &mut Rect, view: &View) {
    let rehearsal = &view.prepare.rehearsal;
    let Some(pixels) = rehearsal.face_px else {
        let advice = Word::PrepSitDownHint.text(view.lang);
        result(ui, rest, Outcome::Open, Word::PrepSitDown.text(view.lang), advice);
        return;
    };
    let words = words::face_at_chair(pixels, view.lang);
    match rehearsal.scale_percent {
        Some(percent) if percent < 100.0 => {
            result(ui, rest, Outcome::Warns, &words, Word::PrepFaceSmall.text(view.lang));
        }
        _ => result(ui, rest, Outcome::Good, &words, ""),
    }
    for finding in view.live.findings.iter().filter(|finding| LIGHT.contains(&finding.id) && finding.fails()) {
        if rest.height() < size::TABLE_ROW + 24.0 {
            return;
        }
        told(ui, rest, Outcome::Warns, &text::finding::finding(finding, view.lang));
    }
}

fn backdrop_ui(ui: &Ui, rest: &mut Rect, view: &View) {
    cut_top(rest, space::S);
    match &view.prepare.rehearsal.backdrop {
        None => {
            let advice = Word::PrepBackdropTestHint.text(view.lang);
            result(ui, rest, Outcome::Open, Word::PrepBackdropTest.text(view.lang), advice);
        }
        Some(BackdropTest::NotEmpty) => {
            let advice = Word::PrepNotEmptyHint.text(view.lang);
            result(ui, rest, Outcome::Warns, Word::PrepNotEmpty.text(view.lang), advice);
        }
        Some(BackdropTest::NoPicture) => {
            let advice = Word::PrepNoPictureHint.text(view.lang);
            result(ui, rest, Outcome::Warns, Word::PrepNoPicture.text(view.lang), advice);
        }
        Some(BackdropTest::FailedBefore) => {
            let advice = Word::PrepFailedBeforeHint.text(view.lang);
            result(ui, rest, Outcome::Bad, Word::PrepFailedBefore.text(view.lang), advice);
        }
        Some(BackdropTest::Judged(findings)) if findings.iter().all(|one| one.level == Level::Pass) => {
            result(ui, rest, Outcome::Good, Word::PrepBackdropGood.text(view.lang), "");
        }
        Some(BackdropTest::Judged(findings)) => {
            for finding in findings.iter().filter(|one| one.level != Level::Pass) {
                told(ui, rest, outcome_of(finding), &text::finding::finding(finding, view.lang));
            }
        }
    }
}

fn outcome_of(finding: &Finding) -> Outcome {
    if finding.fails() { Outcome::Bad } else { Outcome::Warns }
}
