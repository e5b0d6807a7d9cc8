//! 学生屏 before and after the scan: which code to show and how, what a good picture looks like and what does not do,
//! what is kept and for whom; then the code's own picture, for the student to say whose it is.

use egui::{Align, Align2, Color32, CornerRadius, Rect, Role, Stroke, StrokeKind, Ui, pos2, vec2};

use super::layout::{cut_bottom, cut_left, cut_top, fit};
use super::marks::{self, Mark};
use super::theme::{self, Tone, font, radius, space, stroke};
use super::view::Picture;
use super::widgets::{fitted, name, text_at};
use crate::domain::notice::{Example, Notice};
use crate::text::Lang;
use crate::text::window::{self as words, Word};

/// What the student is told before the picture is taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudentNotice {
    pub said: Notice,
    /// Those that are drawn by now.
    pub examples: Vec<(Example, Picture)>,
}

/// Which code, how to hold it, examples, what is kept.
pub(super) fn waiting_ui(ui: &Ui, rect: Rect, notice: &StudentNotice, lang: Lang, scale: f32) {
    let ink = theme::STUDENT_INK;
    let mut rest = rect;
    let points = (font::STUDENT_SHOT * 0.5 * scale).max(font::CAPTION);
    let foot = cut_bottom(&mut rest, points * 1.6);
    let words = words::student_notice(&notice.said, lang);
    fitted(ui, foot, &words, points * 0.7, ink, Align::Center);
    name(ui, foot, "student notice", Role::Label, &words);
    for (index, word) in [Word::HoldOriginal, Word::HoldBright, Word::HoldFlat].into_iter().enumerate() {
        let row = cut_top(&mut rest, points * 1.5);
        let words = format!("{}  {}", index + 1, word.text(lang));
        fitted(ui, row, &words, points, ink, Align::Center);
        name(ui, row, ("student hint", index), Role::Label, word.text(lang));
    }
    cut_top(&mut rest, space::XL * scale);
    examples_ui(ui, rest, notice, lang, scale);
}

fn examples_ui(ui: &Ui, rect: Rect, notice: &StudentNotice, lang: Lang, scale: f32) {
    let count = notice.examples.len();
    if count == 0 || rect.height() < 80.0 {
        return;
    }
    let points = (font::STUDENT_SHOT * 0.4 * scale).max(font::CAPTION);
    let gap = space::XL * scale;
    let height = rect.height() - points * 1.8;
    let wide = (height * 0.75).min((rect.width() - gap * (count - 1) as f32) / count as f32);
    let total = wide * count as f32 + gap * (count - 1) as f32;
    let mut rest = Rect::from_min_size(pos2(rect.center().x - total / 2.0, rect.top()), vec2(total, rect.height()));
    for (example, picture) in &notice.examples {
        let mut place = cut_left(&mut rest, wide);
        cut_left(&mut rest, gap);
        let photo = fit(cut_top(&mut place, wide / 0.75), 0.75);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(picture.texture, photo, whole, Color32::WHITE);
        let good = *example == Example::Good;
        let (tone, mark) = if good { (Tone::Info, Mark::OpenTick) } else { (Tone::Fail, Mark::Octagon) };
        let edge = Stroke::new(stroke::THICK * scale.max(0.5), tone.fill());
        ui.painter().rect_stroke(photo, CornerRadius::same(radius::ROW), edge, StrokeKind::Outside);
        let side = points * 1.3;
        let sign = Rect::from_min_size(photo.right_bottom() - vec2(side, side), vec2(side, side));
        ui.painter().rect_filled(sign, CornerRadius::same(radius::ROW), tone.fill());
        marks::paint(ui.painter(), sign.center(), side * 0.8, mark, tone.ink(), tone.fill());
        let words = words::example(*example, lang);
        let label = cut_top(&mut place, points * 1.8);
        fitted(ui, label, words, points, theme::STUDENT_INK, Align::Center);
        name(ui, photo.union(label), ("example", words), Role::Image, words);
    }
}

/// The code's own picture beside the looking glass: whose is it?
pub(super) fn witness_ui(ui: &Ui, rect: Rect, witness: Picture, tail: Option<&str>, lang: Lang, scale: f32) {
    let side = rect.width().min(rect.height() * 0.5);
    let place = fit(Rect::from_min_size(rect.min, vec2(side, side)), witness.size[0] / witness.size[1].max(1.0));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(witness.texture, place, whole, Color32::WHITE);
    let points = (font::STUDENT_SHOT * 0.5 * scale).max(font::CAPTION);
    let words = Word::StudentIsItYours.text(lang);
    let at = pos2(rect.left(), place.bottom() + space::L * scale);
    text_at(ui, at, Align2::LEFT_TOP, words, points, theme::STUDENT_INK);
    if let Some(tail) = tail {
        text_at(ui, at + vec2(0.0, points * 1.5), Align2::LEFT_TOP, tail, points, theme::STUDENT_INK);
    }
    name(ui, place, "student witness", Role::Image, &format!("{words} {}", tail.unwrap_or_default()));
}
