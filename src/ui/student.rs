//! 学生屏: what the person in the chair sees. A looking glass with an outline, one sentence, one number, no findings,
//! nothing of anybody before. Grey, so that it throws no light.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::{
    Align, Align2, Color32, Context, CornerRadius, Event, Key, Rect, Role, Ui, ViewportBuilder, ViewportId, pos2, vec2,
};

use super::band::{Band, band_of};
use super::guides::{FrameMap, direction_of, resting_crop, student_outline, watermark_words};
use super::layout::{cut_bottom, cut_left, cut_right, cut_top, fit};
use super::marks::{self, Direction};
use super::norm::Norm;
use super::scan_screen;
use super::student_waiting::{self, StudentNotice};
use super::theme::{self, Tone, font, radius, space};
use super::view::{Picture, Stage, View};
use super::widgets::{Weight, button, fitted, name, text_at, width_of};
use crate::domain::finding::Verdict;
use crate::domain::geometry;
use crate::domain::guide::instruction_of;
use crate::domain::set_up::LensEdge;
use crate::text::Lang;
use crate::text::window::Word;

/// The little that the second window reads.
#[derive(Debug, Clone)]
pub struct StudentView {
    lang: Lang,
    simulated: bool,
    stage: Stage,
    band: Option<Band>,
    shot: String,
    picture: Option<Picture>,
    crop: Option<geometry::Rect>,
    norm: Norm,
    direction: Option<Direction>,
    lens: LensEdge,
    keys: [Key; 2],
    /// The photo to say yes to, as it will be saved.
    photo: Option<Picture>,
    notice: StudentNotice,
    /// The picture of the phone and what is known of its owner, until the first shot.
    witness: Option<(Picture, Option<String>)>,
}

impl Default for StudentView {
    fn default() -> Self {
        Self::of(&View::default())
    }
}

/// The band as it is, but for the answer to a yes that came too early.
fn band_for_student(view: &View) -> Band {
    let band = band_of(view);
    if view.operator_first {
        return Band { say: Word::SayOperatorFirst.text(view.lang).to_owned(), ..band };
    }
    band
}

/// What the student said with a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Yes,
    OnceMore,
}

/// More displays than a desk has.
pub const MOST_DISPLAYS: u32 = 4;

/// What one of the student's own keys says, while there is a picture to say it of.
pub(super) fn said_by(key: Key, view: &View) -> Option<Said> {
    let [yes, again] = view.settings.student_keys;
    let said = if key == yes {
        Said::Yes
    } else if key == again {
        Said::OnceMore
    } else {
        return None;
    };
    (may_answer(&view.stage) && view.question.is_none()).then_some(said)
}

/// The student is asked about the picture that is shown.
fn may_answer(stage: &Stage) -> bool {
    matches!(stage, Stage::Review(verdict) if *verdict != Verdict::Fail)
}

/// Shared between the two windows.
#[derive(Debug, Default)]
struct Shared {
    view: StudentView,
    said: Option<Said>,
}

/// The second window.
#[derive(Debug, Clone, Default)]
pub struct StudentScreen(Arc<Mutex<Shared>>);

impl StudentScreen {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens or keeps the window for this pass and returns what was said since the last one.
    pub fn show(&self, ctx: &Context, view: &View) -> Option<Said> {
        self.lock().view = StudentView::of(view);
        let title = format!("{} {}", Word::Program.text(view.lang), Word::StudentScreen.text(view.lang));
        let mut builder = ViewportBuilder::default().with_title(title).with_inner_size([1280.0, 720.0]);
        let display = view.settings.student_display;
        if let Some(index) = display.checked_sub(1) {
            builder = builder.with_monitor(index as usize);
        }
        let shared = self.clone();
        // Another display is another window: one that fills a display does not leave it again.
        let id = ViewportId::from_hash_of(("student", display));
        ctx.show_viewport_deferred(id, builder, move |ui, class| {
            let mut held = shared.lock();
            let rect = ui.max_rect();
            // Inside the operator's window the keys are read there.
            let key = if class == egui::ViewportClass::EmbeddedWindow { None } else { said_here(ui, &held.view) };
            if let Some(said) = screen_ui(ui, rect, &held.view).or(key) {
                held.said = Some(said);
                ui.ctx().request_repaint_of(ViewportId::ROOT);
            }
        });
        ctx.request_repaint_of(id);
        self.lock().said.take()
    }
}

impl StudentView {
    /// What the student may see of a view.
    pub fn of(view: &View) -> Self {
        let reviewing = matches!(view.stage, Stage::Review(_) | Stage::Storing);
        let hidden = matches!(view.stage, Stage::Count(_) | Stage::Stored(_) | Stage::Waiting | Stage::Numbered);
        let direction = view.live.instruction.as_ref().and_then(|f| direction_of(instruction_of(f)));
        Self {
            lang: view.lang,
            simulated: view.simulated,
            stage: view.stage.clone(),
            band: Some(band_for_student(view)),
            shot: view.subject.as_ref().map(|subject| subject.shot.to_string()).unwrap_or_default(),
            picture: view.live.picture.filter(|_| !hidden && !reviewing),
            crop: view.live.crop,
            norm: view.norm,
            direction: direction.filter(|_| matches!(view.stage, Stage::Framing)),
            lens: view.settings.lens_edge,
            keys: view.settings.student_keys,
            notice: view.notice.clone(),
            witness: view
                .subject
                .as_ref()
                .filter(|_| matches!(view.stage, Stage::Locked | Stage::Framing))
                .and_then(|subject| subject.witness.map(|picture| (picture, subject.tail.clone()))),
            photo: view.shot.as_ref().filter(|_| reviewing).and_then(|shot| shot.frames.get(shot.chosen).copied()),
        }
    }
}

/// The student's own keys, while this window has the keyboard.
fn said_here(ui: &Ui, view: &StudentView) -> Option<Said> {
    let [yes, again] = view.keys;
    let pressed = |wanted: Key| {
        let is_it =
            |event: &Event| matches!(event, Event::Key { key, pressed: true, repeat: false, .. } if *key == wanted);
        ui.input(|input| input.events.iter().any(is_it))
    };
    let said = if pressed(yes) {
        Some(Said::Yes)
    } else if pressed(again) {
        Some(Said::OnceMore)
    } else {
        None
    };
    said.filter(|_| may_answer(&view.stage))
}

/// Paints the student's screen over `rect`; returns what was touched.
pub fn screen_ui(ui: &Ui, rect: Rect, view: &StudentView) -> Option<Said> {
    ui.painter().rect_filled(rect, CornerRadius::ZERO, theme::STUDENT_BG);
    let scale = (rect.height() / 1080.0).min(rect.width() / 1920.0);
    let mut rest = rect.shrink2(vec2(rect.width() * 0.05, rect.height() * 0.05));
    let Some(band) = &view.band else { return None };
    if let Stage::Count(digit) = view.stage {
        count_ui(ui, rest, digit, view, scale);
        return None;
    }
    // Words of this size do not fit beside the picture: with the lens at a side they stay above it.
    let head = if view.lens == LensEdge::Bottom {
        let head = cut_bottom(&mut rest, 200.0 * scale);
        cut_bottom(&mut rest, space::XL * scale);
        head
    } else {
        let head = cut_top(&mut rest, 200.0 * scale);
        cut_top(&mut rest, space::XL * scale);
        head
    };
    head_ui(ui, head, band, view, scale);
    if let Some(photo) = view.photo {
        return photo_ui(ui, rest, photo, view, scale);
    }
    if view.stage == Stage::Numbered {
        scan_screen::number_ui(ui, rest, &view.shot, None, scale);
    }
    if view.stage == Stage::Waiting {
        student_waiting::waiting_ui(ui, rest, &view.notice, view.lang, scale);
    }
    if let Some(picture) = view.picture {
        mirror_ui(ui, rest, picture, view, scale);
    }
    if let Some((witness, tail)) = &view.witness {
        let side = Rect::from_min_max(rest.min, pos2(rest.left() + rest.width() * 0.22, rest.bottom()));
        student_waiting::witness_ui(ui, side, *witness, tail.as_deref(), view.lang, scale);
    }
    None
}

/// 3 2 1 at the edge that the lens is at, between two arrows to it: whoever reads them looks into it, nearly.
fn count_ui(ui: &Ui, rect: Rect, digit: u8, view: &StudentView, scale: f32) {
    let ink = theme::STUDENT_INK;
    let (count, arrow) = (font::STUDENT_COUNT * scale, 96.0 * scale);
    let (half, gap) = (count * 0.6, count * 0.75);
    let (direction, center, along) = match view.lens {
        LensEdge::Top => (Direction::Up, rect.center_top() + vec2(0.0, half), vec2(gap, 0.0)),
        LensEdge::Bottom => (Direction::Down, rect.center_bottom() - vec2(0.0, half), vec2(gap, 0.0)),
        LensEdge::Left => (Direction::Left, rect.left_center() + vec2(half, 0.0), vec2(0.0, gap)),
        LensEdge::Right => (Direction::Right, rect.right_center() - vec2(half, 0.0), vec2(0.0, gap)),
    };
    text_at(ui, center, Align2::CENTER_CENTER, &digit.to_string(), count, ink);
    for side in [-along, along] {
        marks::arrow(ui.painter(), center + side, arrow, direction, ink);
    }
    let words = Word::LineCount.text(view.lang);
    text_at(ui, rect.center(), Align2::CENTER_CENTER, words, font::STUDENT_SHOT * scale, ink);
    let place = Rect::from_center_size(center, vec2(count, count));
    name(ui, place, "student count", Role::Label, &digit.to_string());
}

fn head_ui(ui: &Ui, rect: Rect, band: &Band, view: &StudentView, scale: f32) {
    let ink = theme::STUDENT_INK;
    let mut rest = rect;
    let lamp = cut_left(&mut rest, 200.0 * scale);
    ui.painter().rect_filled(lamp, CornerRadius::same(radius::CARD), band.tone.fill());
    marks::paint(ui.painter(), lamp.center(), font::STUDENT_LAMP * scale, band.mark, band.tone.ink(), band.tone.fill());
    let points = font::STUDENT_SHOT * scale;
    let shot = cut_right(&mut rest, width_of(ui, &view.shot, points) + space::L);
    fitted(ui, shot, &view.shot, points, ink, Align::Max);
    let say = rest.shrink2(vec2(space::XXL * scale, 0.0));
    fitted(ui, say, &band.say, font::STUDENT_SAY * scale, ink, Align::Center);
    name(ui, say, "student say", Role::Label, &band.say);
    if view.simulated {
        let at = pos2(rect.right(), rect.bottom() + space::S);
        text_at(ui, at, Align2::RIGHT_TOP, Word::Demonstration.text(view.lang), font::PAGE, Tone::Warn.fill());
    }
}

/// The looking glass: only the crop, mirrored, with the outline and one arrow.
fn mirror_ui(ui: &Ui, rect: Rect, picture: Picture, view: &StudentView, scale: f32) {
    let crop = view.crop.unwrap_or_else(|| resting_crop(picture.size, view.norm.shape()));
    // As the crop is cut: a glass of another shape would make the face thinner or wider.
    let place = fit(rect, crop.w / crop.h.max(1.0));
    let (w, h) = (picture.size[0].max(1.0), picture.size[1].max(1.0));
    // right and left change places in the texture's coordinates
    let uv = Rect::from_min_max(pos2((crop.x + crop.w) / w, crop.y / h), pos2(crop.x / w, (crop.y + crop.h) / h));
    ui.painter().image(picture.texture, place, uv, Color32::WHITE);
    let map = FrameMap { frame: place, mirrored: Some(place.center().x), size: view.norm.size };
    student_outline(&ui.painter_at(place), &map, &view.norm);
    if view.simulated {
        watermark_words(&ui.painter_at(place), place, view.lang);
    }
    if let Some(direction) = view.direction {
        let mirrored = match direction {
            Direction::Left => Direction::Right,
            Direction::Right => Direction::Left,
            other => other,
        };
        let side =
            if mirrored == Direction::Left { place.left() - 140.0 * scale } else { place.right() + 140.0 * scale };
        marks::arrow(ui.painter(), pos2(side, place.center().y), 128.0 * scale, mirrored, theme::GUIDE_FAIL);
    }
    name(ui, place, "looking glass", Role::Image, Word::LineCount.text(view.lang));
}

/// The photo as it will be saved, and the two answers.
fn photo_ui(ui: &Ui, rect: Rect, photo: Picture, view: &StudentView, scale: f32) -> Option<Said> {
    let mut rest = rect;
    let left = cut_left(&mut rest, rect.width() * 0.5);
    let place = fit(left, photo.size[0] / photo.size[1].max(1.0));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(photo.texture, place, whole, Color32::WHITE);
    if view.simulated {
        watermark_words(&ui.painter_at(place), place, view.lang);
    }
    name(ui, place, "student photo", Role::Image, Word::SayPassed.text(view.lang));
    if !may_answer(&view.stage) {
        return None;
    }
    let size = vec2(360.0 * scale.max(0.5), 120.0 * scale.max(0.5));
    let center = rest.center();
    let answers = [(Word::StudentOk, Said::Yes, Weight::Primary), (Word::StudentAgain, Said::OnceMore, Weight::Plain)];
    for (index, (word, said, weight)) in answers.into_iter().enumerate() {
        let at = center + vec2(0.0, (index as f32 - 0.5) * (size.y + space::XL));
        let label = word.text(view.lang);
        let place = Rect::from_center_size(at, size);
        if button(ui, place, label, label, weight, true).clicked() {
            return Some(said);
        }
    }
    None
}
