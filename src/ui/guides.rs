//! The live picture with the norm drawn over it: frame, outline, edge marks, the person's own lines, one arrow.
//!
//! Guides are given in pixels of the final picture of the session's standard; the frame is the crop that would be saved.

use std::f32::consts::TAU;

use egui::{Align2, Color32, Painter, Pos2, Rect, Role, Stroke, Ui, pos2, vec2};

use super::layout::fit;
use super::marks::{Direction, arrow};
use super::memory::Guides;
use super::norm::Norm;
use super::theme::{self, font, space, stroke, tokens};
use super::view::{Live, Measured, Picture, View};
use super::widgets::{name, text_at};
use crate::domain::finding::CheckId;
use crate::domain::guide::{Instruction, instruction_of};
use crate::text::window::Word;

/// Edge marks, and the person's own lines from the edge, are this long in a picture of 480 pixels.
const MARK: f32 = 44.0;
const OWN_LINE: f32 = 88.0;

/// Maps pixels of the final picture into the window.
#[derive(Debug, Clone, Copy)]
pub struct FrameMap {
    /// Where the final picture lies in the window.
    pub frame: Rect,
    /// Left and right change places: a looking glass.
    pub mirrored: Option<f32>,
    /// Pixels of the final picture.
    pub size: [f32; 2],
}

impl FrameMap {
    /// A point of the final picture in the window.
    pub fn ui_from_image(&self, x: f32, y: f32) -> Pos2 {
        let at = pos2(
            self.frame.left() + x / self.size[0] * self.frame.width(),
            self.frame.top() + y / self.size[1] * self.frame.height(),
        );
        self.mirrored.map_or(at, |axis| pos2(2.0 * axis - at.x, at.y))
    }
}

/// The crop that is framed while no face says otherwise: of the final picture's shape (width over height), over the
/// whole height, in the middle.
pub fn resting_crop(size: [f32; 2], shape: f32) -> crate::domain::geometry::Rect {
    let height = size[1].min(size[0] / shape);
    let width = height * shape;
    crate::domain::geometry::Rect::new((size[0] - width) / 2.0, (size[1] - height) / 2.0, width, height)
}

/// Paints the live picture with its guides over `rect`.
pub(super) fn preview_ui(ui: &Ui, rect: Rect, view: &View, guides: Guides) {
    let painter = ui.painter_at(rect);
    let Some(picture) = view.live.picture else {
        painter.rect_filled(rect, egui::CornerRadius::same(theme::radius::CARD), theme::PHOTO_BG);
        return;
    };
    let place = fit(rect, picture.size[0] / picture.size[1].max(1.0));
    image(&painter, place, picture, if view.health.camera_fault.is_some() { 0.4 } else { 1.0 });
    let crop = view.live.crop.unwrap_or_else(|| resting_crop(picture.size, view.norm.shape()));
    let scale = place.width() / picture.size[0].max(1.0);
    let frame = Rect::from_min_size(place.min + vec2(crop.x, crop.y) * scale, vec2(crop.w, crop.h) * scale);
    let map = FrameMap { frame, mirrored: None, size: view.norm.size };
    shade(&painter, place, frame);
    if guides != Guides::Off {
        let inside = ui.painter_at(place);
        let failing = Failing::of(&view.live);
        lines(&inside, &map, &view.norm, &failing);
        if guides == Guides::Full {
            full(&inside, &map, &view.norm, &failing, view.live.measured);
        }
    }
    if let Some(corners) = view.live.code {
        let outline = corners.map(|[x, y]| place.min + vec2(x, y) * scale).to_vec();
        painter.add(egui::Shape::closed_line(outline, Stroke::new(stroke::THICK, theme::CODE_OUTLINE)));
    }
    if let Some(direction) = view.live.instruction.as_ref().and_then(|f| direction_of(instruction_of(f)))
        && matches!(view.stage, super::view::Stage::Framing)
        && view.health.camera_fault.is_none()
    {
        arrow_ui(&painter, place, frame, direction);
    }
    if view.simulated {
        watermark(&painter, place, view);
    }
    name(ui, place, "preview", Role::Image, &spoken(view));
}

/// The norm over a picture that stands still in `place`, cut by `frame`: everything outside dimmed, bands that fail
/// amber, the person's own lines.
pub(super) fn frame_ui(
    painter: &Painter,
    place: Rect,
    frame: Rect,
    norm: &Norm,
    findings: &[crate::domain::finding::Finding],
    measured: Option<Measured>,
) {
    let map = FrameMap { frame, mirrored: None, size: norm.size };
    shade(painter, place, frame);
    let failing = Failing::of(&Live { findings: findings.to_vec(), ..Live::default() });
    lines(painter, &map, norm, &failing);
    full(painter, &map, norm, &failing, measured);
}

fn image(painter: &Painter, place: Rect, picture: Picture, strength: f32) {
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    if strength < 1.0 {
        painter.rect_filled(place, egui::CornerRadius::ZERO, Color32::BLACK);
    }
    painter.image(picture.texture, place, whole, Color32::WHITE.gamma_multiply(strength));
}

/// Everything outside the frame is dimmed.
fn shade(painter: &Painter, place: Rect, frame: Rect) {
    let inner = frame.intersect(place);
    let none = egui::CornerRadius::ZERO;
    for part in [
        Rect::from_min_max(place.min, pos2(place.right(), inner.top())),
        Rect::from_min_max(pos2(place.left(), inner.bottom()), place.max),
        Rect::from_min_max(pos2(place.left(), inner.top()), pos2(inner.left(), inner.bottom())),
        Rect::from_min_max(pos2(inner.right(), inner.top()), pos2(place.right(), inner.bottom())),
    ] {
        if part.is_positive() {
            painter.rect_filled(part, none, theme::GUIDE_SHADE);
        }
    }
}

/// A group of guides that stands for one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The frame itself: no rule of its own.
    Frame,
    HeadTop,
    EyeLine,
    Width,
    Center,
}

/// How a guide is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Rest,
    Fails,
    /// Another one fails.
    Faded,
}

/// The rules that fail in the live picture.
struct Failing(Vec<Part>);

impl Failing {
    fn of(live: &Live) -> Self {
        let part = |id| match id {
            CheckId::GeometryHeadTop => Some(Part::HeadTop),
            CheckId::GeometryEyeLine => Some(Part::EyeLine),
            CheckId::GeometryFaceWidth | CheckId::CaptureScale => Some(Part::Width),
            CheckId::GeometryCenter | CheckId::GeometryCrop => Some(Part::Center),
            _ => None,
        };
        Self(live.findings.iter().filter(|f| f.fails()).filter_map(|f| part(f.id)).collect())
    }

    fn look(&self, part: Part) -> Look {
        match self.0.as_slice() {
            [] => Look::Rest,
            failing if failing.contains(&part) => Look::Fails,
            _ => Look::Faded,
        }
    }
}

/// A guide line: white on a dark rim, amber when its rule fails, faded when another one does.
fn guide(painter: &Painter, points: &[Pos2], look: Look) {
    let (color, width, rim) = match look {
        Look::Fails => (theme::GUIDE_FAIL, stroke::THICK, theme::GUIDE_RIM),
        Look::Faded => (theme::GUIDE.gamma_multiply(0.4), stroke::THIN, theme::GUIDE_RIM.gamma_multiply(0.4)),
        Look::Rest => (theme::GUIDE, stroke::THIN, theme::GUIDE_RIM),
    };
    painter.line(points.to_vec(), Stroke::new(width + 2.0, rim));
    painter.line(points.to_vec(), Stroke::new(width, color));
}

fn lines(painter: &Painter, map: &FrameMap, norm: &Norm, failing: &Failing) {
    let at = |x, y| map.ui_from_image(x, y);
    let [w, h] = norm.size;
    let (mark, tick) = (norm.length(MARK), norm.length(16.0));
    guide(painter, &[at(0.0, 0.0), at(w, 0.0), at(w, h), at(0.0, h), at(0.0, 0.0)], failing.look(Part::Frame));
    for (rows, own) in [(norm.head_top, failing.look(Part::HeadTop)), (norm.eye_line, failing.look(Part::EyeLine))] {
        for y in rows {
            guide(painter, &[at(0.0, y), at(mark, y)], own);
            guide(painter, &[at(w - mark, y), at(w, y)], own);
        }
    }
    guide(painter, &[at(w / 2.0, 0.0), at(w / 2.0, tick)], failing.look(Part::Center));
    guide(painter, &[at(w / 2.0, h - tick), at(w / 2.0, h)], failing.look(Part::Center));
    outline(painter, map, norm, failing.look(Part::Width));
}

/// The dashed head outline, open between brows and mouth so that no line crosses the face.
fn outline(painter: &Painter, map: &FrameMap, norm: &Norm, own: Look) {
    const DASHES: usize = 44;
    let ([x, y], [half_width, half_height]) = (norm.outline_center, norm.outline_half);
    for dash in 0..DASHES {
        let points: Vec<Pos2> = (0..=4)
            .map(|step| {
                let angle = TAU * (dash as f32 + 0.58 * step as f32 / 4.0) / DASHES as f32;
                map.ui_from_image(x + half_width * angle.cos(), y + half_height * angle.sin())
            })
            .collect();
        guide(painter, &points, own);
    }
}

/// Only frame and outline, for the student.
pub(super) fn student_outline(painter: &Painter, map: &FrameMap, norm: &Norm) {
    outline(painter, map, norm, Look::Rest);
}

/// Width ticks, the person's own lines, numbers beside the frame.
fn full(painter: &Painter, map: &FrameMap, norm: &Norm, failing: &Failing, measured: Option<Measured>) {
    let at = |x, y| map.ui_from_image(x, y);
    let (width, row, own_line) = (norm.size[0], norm.cheek_row(), norm.length(OWN_LINE));
    let (tick, own_tick) = (norm.length(8.0), norm.length(14.0));
    for x in norm.cheeks() {
        guide(painter, &[at(x, row - tick), at(x, row + tick)], failing.look(Part::Width));
    }
    let Some(measured) = measured else { return };
    for (y, part) in
        [(measured.head_top_y, Part::HeadTop), (measured.eye_line_y, Part::EyeLine), (measured.chin_y, Part::Frame)]
    {
        let Some(y) = y else { continue };
        for (from, to) in [(0.0, own_line), (width - own_line, width)] {
            painter.line_segment([at(from, y), at(to, y)], Stroke::new(stroke::THIN, theme::CODE_OUTLINE));
        }
        let color = if failing.look(part) == Look::Fails { theme::GUIDE_FAIL } else { theme::GUIDE };
        let beside = at(width, y) + vec2(space::S, 0.0);
        outlined(painter, beside, Align2::LEFT_CENTER, &format!("{y:.0}"), font::STRONG, color);
    }
    if let Some([left, right]) = measured.cheeks_x {
        for x in [left, right] {
            painter.line_segment(
                [at(x, row - own_tick), at(x, row + own_tick)],
                Stroke::new(stroke::THIN, theme::CODE_OUTLINE),
            );
        }
    }
}

/// Text that can be read on any picture.
fn outlined(painter: &Painter, at: Pos2, anchor: Align2, text: &str, points: f32, color: Color32) {
    for offset in [vec2(1.0, 1.0), vec2(-1.0, 1.0), vec2(1.0, -1.0), vec2(-1.0, -1.0)] {
        painter.text(at + offset, anchor, text, theme::face(points), theme::GUIDE_RIM);
    }
    painter.text(at, anchor, text, theme::face(points), color);
}

/// The move that an instruction asks for, as seen by the operator (who looks at the person).
pub fn direction_of(instruction: Instruction) -> Option<Direction> {
    Some(match instruction {
        Instruction::SitLower => Direction::Down,
        Instruction::SitHigher => Direction::Up,
        Instruction::MoveCloser => Direction::Nearer,
        Instruction::MoveBack => Direction::Farther,
        // the person's own left is right in an unmirrored picture
        Instruction::MoveToOwnLeft => Direction::Right,
        Instruction::MoveToOwnRight => Direction::Left,
        _ => return None,
    })
}

fn arrow_ui(painter: &Painter, place: Rect, frame: Rect, direction: Direction) {
    let side = match direction {
        Direction::Left => pos2(f32::midpoint(place.left(), frame.left()), frame.center().y),
        _ => pos2(f32::midpoint(frame.right(), place.right()), frame.center().y),
    };
    painter.circle_filled(side, 52.0, theme::GUIDE_RIM);
    arrow(painter, side, 64.0, direction, theme::GUIDE_FAIL);
}

/// 演示 不作数 across the whole picture.
pub(super) fn watermark(painter: &Painter, place: Rect, view: &View) {
    watermark_words(painter, place, view.lang);
}

/// The same in a named language.
pub(super) fn watermark_words(painter: &Painter, place: Rect, lang: crate::text::Lang) {
    let words = Word::Demonstration.text(lang);
    let points = (place.width() / 11.0).clamp(font::STRONG, 96.0);
    for (galley_color, offset) in [(theme::WATERMARK_RIM, vec2(2.0, 2.0)), (theme::WATERMARK, vec2(0.0, 0.0))] {
        let galley = painter.layout_no_wrap(words.to_owned(), theme::face(points), galley_color);
        let angle = -0.35_f32;
        let half = galley.size() / 2.0;
        let turned = vec2(half.x * angle.cos() - half.y * angle.sin(), half.x * angle.sin() + half.y * angle.cos());
        let shape =
            egui::epaint::TextShape::new(place.center() - turned + offset, galley, galley_color).with_angle(angle);
        painter.add(shape);
    }
}

/// The preview for the ear.
fn spoken(view: &View) -> String {
    let faces = view.live.faces;
    match view.lang {
        crate::text::Lang::Zh => format!("实时画面 {faces} 张脸"),
        crate::text::Lang::En => format!("live picture, {faces} faces"),
    }
}

/// The live picture bare, for a code that is held up to the lens anywhere.
pub(super) fn live_ui(ui: &Ui, rect: Rect, view: &View) {
    let painter = ui.painter_at(rect);
    let Some(picture) = view.live.picture else {
        painter.rect_filled(rect, egui::CornerRadius::same(theme::radius::CARD), theme::PHOTO_BG);
        no_picture(ui, rect, Word::CameraOpening.text(view.lang));
        return;
    };
    image(&painter, fit(rect, picture.size[0] / picture.size[1].max(1.0)), picture, 1.0);
}

/// The camera pane without a picture: what is going on.
pub(super) fn no_picture(ui: &Ui, rect: Rect, words: &str) {
    let t = tokens(ui);
    text_at(ui, rect.center() + vec2(0.0, space::XXL), Align2::CENTER_CENTER, words, font::TITLE, theme::STUDENT_INK);
    super::marks::icon(ui.painter(), rect.center() - vec2(0.0, space::XXL), 56.0, super::marks::Icon::Camera, t.off);
}
