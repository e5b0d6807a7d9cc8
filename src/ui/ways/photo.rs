//! An existing photo under a frame that is moved by mouse, wheel, touch or keys, with the norm's bands live over it.

use egui::{Align, Key, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::view::{PhotoEdit, WaysCommand};
use crate::domain::crop::CropFrame;
use crate::domain::finding::{Finding, Level};
use crate::domain::geometry::{Point, Rect as Pixels};
use crate::text;
use crate::text::ways::WaysWord;
use crate::ui::guides;
use crate::ui::layout::{cut_bottom, cut_left, cut_right, cut_top, fit};
use crate::ui::marks::Mark;
use crate::ui::memory::Memory;
use crate::ui::question;
use crate::ui::shooting::witness_ui;
use crate::ui::theme::{self, font, radius, size, space, tokens};
use crate::ui::view::{Command, View};
use crate::ui::widgets::{Weight, card, key_row, line, mark, name, paragraph};

/// One press of an arrow key, pixels of the final picture; with Shift so many times more.
const STEP: f32 = 2.0;
const STRIDE: f32 = 10.0;
/// One press of a zoom key.
const ZOOM: f32 = 1.02;
/// Points of the wheel that bring the person nearer by e.
const WHEEL: f32 = 900.0;

/// The page under the band, in place of the live picture.
pub(in crate::ui) fn photo_ui(
    ui: &Ui,
    rect: Rect,
    photo: &PhotoEdit,
    view: &View,
    memory: &mut Memory,
    out: &mut Vec<Command>,
) {
    let mut rest = rect;
    keys_ui(ui, cut_bottom(&mut rest, size::KEYS), photo, view, memory, out);
    let mut body = rest.shrink2(vec2(space::MARGIN, space::GUTTER));
    let column = cut_right(&mut body, size::COLUMN);
    cut_right(&mut body, space::GUTTER);
    ui.painter().rect_filled(body, egui::CornerRadius::same(radius::CARD), theme::PHOTO_BG);
    let [width, height] = photo.size;
    let place = fit(body, width / height.max(1.0));
    let scale = place.width() / width.max(1.0);
    let frame = memory.crop.unwrap_or(photo.automatic);
    let moved = if view.question.is_none() { handled(ui, place, scale, frame) } else { frame };
    memory.crop = Some(moved);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(photo.picture.texture, place, whole, egui::Color32::WHITE);
    let Pixels { x, y, w, h } = moved.rect();
    let outline = Rect::from_min_size(place.min + vec2(x, y) * scale, vec2(w, h) * scale);
    guides::frame_ui(&ui.painter_at(place), place, outline, &view.norm, &photo.findings, photo.measured);
    if view.simulated {
        guides::watermark(&ui.painter_at(place), place, view);
    }
    column_ui(ui, column, photo, view, memory, out);
}

/// The frame after what mouse, wheel, touch and keys did to it in this pass.
fn handled(ui: &Ui, place: Rect, scale: f32, frame: CropFrame) -> CropFrame {
    let response = ui.interact(place, ui.scope_id().with("photo frame"), Sense::click_and_drag());
    let Pixels { x, y, w, .. } = frame.rect();
    response.widget_info(|| {
        let spoken = format!("{} {x:.0} {y:.0} {w:.0}", WaysWord::PhotoFrame.text(text::Lang::Zh));
        WidgetInfo::labeled(Role::Image, true, spoken)
    });
    let mut frame = frame;
    if response.dragged() {
        let by = response.drag_delta() / scale;
        frame = frame.moved(by.x, by.y);
    }
    let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
    let factor = pinch * (wheel / WHEEL).exp();
    if response.hovered() && (factor - 1.0).abs() > 1e-4 {
        let at = response.hover_pos().unwrap_or_else(|| place.center()) - place.min;
        frame = frame.zoomed(factor, Point::new(at.x / scale, at.y / scale));
    }
    keyed(ui, frame)
}

fn keyed(ui: &Ui, frame: CropFrame) -> CropFrame {
    let (presses, shift) = ui.input(|input| {
        let count = |key: Key| input.num_presses(key) as f32;
        let right = count(Key::ArrowRight) - count(Key::ArrowLeft);
        let down = count(Key::ArrowDown) - count(Key::ArrowUp);
        let nearer = count(Key::PageUp) + count(Key::Plus) + count(Key::Equals);
        ([right, down, nearer - count(Key::PageDown) - count(Key::Minus)], input.modifiers.shift)
    });
    let [right, down, nearer] = presses;
    let step = STEP / frame.scale() * if shift { STRIDE } else { 1.0 };
    let moved = frame.moved(right * step, down * step);
    if nearer == 0.0 { moved } else { moved.zoomed(ZOOM.powf(nearer), moved.rect().center()) }
}

/// Whose photo it is, what the bands say, and how the frame is moved.
fn column_ui(ui: &Ui, rect: Rect, photo: &PhotoEdit, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    card(ui, rect);
    let t = tokens(ui);
    let mut rest = rect.shrink2(vec2(space::M, space::S));
    if let Some(subject) = &view.subject {
        witness_ui(ui, cut_top(&mut rest, size::WITNESS), subject, view, memory);
        cut_top(&mut rest, space::M);
    }
    if let Some(asked) = &view.question {
        question::panel_ui(ui, rest, asked, view, out);
        return;
    }
    for finding in &photo.findings {
        band_row(ui, cut_top(&mut rest, size::TABLE_ROW), finding, view);
    }
    cut_top(&mut rest, space::L);
    let hint = WaysWord::PhotoHint.text(view.lang);
    paragraph(ui, rest, hint, font::BODY, t.text2);
}

fn band_row(ui: &Ui, rect: Rect, finding: &Finding, view: &View) {
    let t = tokens(ui);
    let mut row = rect;
    let sign = cut_left(&mut row, 28.0);
    let (shape, color) = match finding.level {
        Level::Pass => (Mark::Tick, t.off),
        Level::Unknown => (Mark::Dash, t.off),
        Level::Warn | Level::Fail => (Mark::Triangle, t.warn),
    };
    mark(ui, sign.left_center() + vec2(9.0, 0.0), 17.0, shape, color);
    let words = text::finding::finding(finding, view.lang).what;
    line(ui, row, &words, font::BODY, t.text, Align::Min);
    name(ui, rect, ("band", finding.id.as_str()), Role::ListItem, &words);
}

fn keys_ui(ui: &Ui, rect: Rect, photo: &PhotoEdit, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let word = |word: WaysWord| word.text(view.lang);
    let free = view.question.is_none();
    let keys = [
        ("Enter", word(WaysWord::PhotoUse), Weight::Primary, free),
        ("0", word(WaysWord::PhotoAutomatic), Weight::Plain, free),
        ("Esc", word(WaysWord::PhotoClose), Weight::Plain, free),
    ];
    match key_row(ui, rect.shrink2(vec2(space::MARGIN, 0.0)), &keys) {
        Some(0) => out.push(Command::Ways(WaysCommand::UsePhoto)),
        Some(1) => memory.crop = Some(photo.automatic),
        Some(_) => out.push(Command::Ways(WaysCommand::ClosePhoto)),
        None => {}
    }
}

/// What a key means on this page; arrows and zoom keys are taken while painting, since held ones repeat.
pub(in crate::ui) fn photo_key(key: Key, photo: &PhotoEdit, view: &View, memory: &mut Memory) -> Option<Command> {
    if let Some(asked) = &view.question {
        return question::key_answer(asked, key).map(Command::Answer);
    }
    match key {
        Key::Enter => Some(Command::Ways(WaysCommand::UsePhoto)),
        Key::Escape => Some(Command::Ways(WaysCommand::ClosePhoto)),
        Key::Num0 => {
            memory.crop = Some(photo.automatic);
            None
        }
        _ => None,
    }
}
