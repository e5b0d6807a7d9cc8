//! The second window of a scan desk: what somebody reads who shows a code while another one is photographed. Their own
//! phone in a looking glass with the code outlined, one sentence, and the number as large as the place allows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::{Align, Align2, Color32, Context, CornerRadius, Rect, Role, Stroke, Ui, ViewportBuilder, ViewportId};
use egui::{pos2, vec2};

use super::guides::watermark_words;
use super::layout::{cut_bottom, cut_left, cut_right, cut_top, fit};
use super::marks::{self, Mark};
use super::scan_desk::{ScanLive, ScanView};
use super::theme::{self, Tone, font, radius, space, stroke};
use super::view::View;
use super::widgets::{fitted, name, text_at};
use crate::text::Lang;
use crate::text::scan_desk::ScanWord;
use crate::text::window::Word;

/// The little that the window reads.
#[derive(Debug, Clone, Default)]
pub struct ScanScreenView {
    lang: Lang,
    simulated: bool,
    scan: ScanView,
}

impl ScanScreenView {
    /// What there is to read in this state.
    pub fn of(view: &View) -> Self {
        Self { lang: view.lang, simulated: view.simulated, scan: view.scan.clone() }
    }
}

/// The window at the scan desk, where a second camera gives numbers.
#[derive(Debug, Clone, Default)]
pub struct ScanScreen(Arc<Mutex<ScanScreenView>>);

impl ScanScreen {
    fn lock(&self) -> MutexGuard<'_, ScanScreenView> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens or keeps the window for this pass.
    pub fn show(&self, ctx: &Context, view: &View) {
        *self.lock() = ScanScreenView::of(view);
        let title = format!("{} {}", Word::Program.text(view.lang), ScanWord::ScanDesk.text(view.lang));
        let builder = ViewportBuilder::default().with_title(title).with_inner_size([1280.0, 720.0]);
        let shared = self.clone();
        let id = ViewportId::from_hash_of("scan-desk");
        ctx.show_viewport_deferred(id, builder, move |ui, _class| {
            let held = shared.lock();
            let rect = ui.max_rect();
            screen_ui(ui, rect, &held);
        });
        ctx.request_repaint_of(id);
    }
}

/// What the screen says: words, light, number.
fn said(scan: &ScanView, lang: Lang) -> (Tone, Mark, &'static str) {
    if scan.collected.is_some() {
        return (Tone::Fail, Mark::Octagon, Word::SayCollected.text(lang));
    }
    if scan.ticket.is_some() {
        return (Tone::Info, Mark::OpenTick, ScanWord::SayNumber.text(lang));
    }
    let help = scan.live.as_ref().and_then(|live| live.help);
    let words = help.map_or_else(|| Word::SayWaiting.text(lang), |(help, _)| crate::text::code::help(help, lang));
    (Tone::Idle, Mark::Square, words)
}

/// Paints the screen over `rect`.
pub fn screen_ui(ui: &Ui, rect: Rect, screen: &ScanScreenView) {
    ui.painter().rect_filled(rect, CornerRadius::ZERO, theme::STUDENT_BG);
    let scale = (rect.height() / 1080.0).min(rect.width() / 1920.0);
    let mut rest = rect.shrink2(vec2(rect.width() * 0.05, rect.height() * 0.05));
    head_ui(ui, cut_top(&mut rest, 200.0 * scale), screen, scale);
    cut_top(&mut rest, space::XL * scale);
    let ink = theme::STUDENT_INK;
    let live = screen.scan.live.as_ref();
    match (&screen.scan.ticket, screen.scan.collected) {
        (None, None) => {
            let hint = Word::HoldFlat.text(screen.lang);
            let place = if live.is_some() { cut_bottom(&mut rest, 120.0 * scale) } else { rest };
            fitted(ui, place, hint, font::STUDENT_SHOT * scale, ink, Align::Center);
            if let Some(live) = live {
                glass_ui(ui, rest, live, screen);
            }
        }
        (ticket, collected) => {
            // Whoever is next aims meanwhile.
            if let Some(live) = live {
                let side = cut_right(&mut rest, rect.width() * 0.26);
                glass_ui(ui, side, live, screen);
                cut_right(&mut rest, space::XL * scale);
            }
            match ticket {
                Some(ticket) if collected.is_none() => {
                    number_ui(ui, rest, &ticket.shot.to_string(), ticket.group.as_deref(), scale);
                }
                _ => {
                    let words = ScanWord::AskStaff.text(screen.lang);
                    fitted(ui, rest, words, font::STUDENT_SAY * scale, ink, Align::Center);
                }
            }
        }
    }
    if screen.simulated {
        let at = rect.right_bottom() - vec2(space::XL, space::XL);
        let words = Word::Demonstration.text(screen.lang);
        text_at(ui, at, Align2::RIGHT_BOTTOM, words, font::PAGE, Tone::Warn.fill());
    }
}

fn head_ui(ui: &Ui, rect: Rect, screen: &ScanScreenView, scale: f32) {
    let (tone, mark, say) = said(&screen.scan, screen.lang);
    let mut head = rect;
    let lamp = cut_left(&mut head, 200.0 * scale);
    ui.painter().rect_filled(lamp, CornerRadius::same(radius::CARD), tone.fill());
    marks::paint(ui.painter(), lamp.center(), font::STUDENT_LAMP * scale, mark, tone.ink(), tone.fill());
    let place = head.shrink2(vec2(space::XXL * scale, 0.0));
    fitted(ui, place, say, font::STUDENT_SAY * scale, theme::STUDENT_INK, Align::Center);
    name(ui, place, "scan say", Role::Label, say);
}

/// Mirrored, as people expect of a picture of themselves.
fn glass_ui(ui: &Ui, rect: Rect, live: &ScanLive, screen: &ScanScreenView) {
    let [width, height] = live.size.map(|side| side.max(1.0));
    let place = fit(rect, width / height);
    let uv = Rect::from_min_max(pos2(1.0, 0.0), pos2(0.0, 1.0));
    ui.painter().image(live.picture.texture, place, uv, Color32::WHITE);
    if let Some(corners) = live.code {
        let (across, down) = (place.width() / width, place.height() / height);
        let outline = corners.map(|[x, y]| pos2(place.right() - x * across, place.top() + y * down)).to_vec();
        let line = Stroke::new(stroke::THICK, theme::CODE_OUTLINE);
        ui.painter_at(place).add(egui::Shape::closed_line(outline, line));
    }
    if screen.simulated {
        watermark_words(&ui.painter_at(place), place, screen.lang);
    }
    name(ui, place, "scan glass", Role::Image, Word::HoldFlat.text(screen.lang));
}

/// The number over the whole of a second screen.
pub(super) fn number_ui(ui: &Ui, rect: Rect, shot: &str, group: Option<&str>, scale: f32) {
    let ink = theme::STUDENT_INK;
    let mut rest = rect;
    let foot = cut_bottom(&mut rest, font::STUDENT_SAY * scale * 1.4);
    fitted(ui, rest, shot, font::STUDENT_COUNT * scale, ink, Align::Center);
    name(ui, rest, "student number", Role::Label, shot);
    if let Some(group) = group {
        fitted(ui, foot, group, font::STUDENT_SHOT * scale, ink, Align::Center);
    }
}
