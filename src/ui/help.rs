//! F1: the keys, and the large pictures that lie over a page.

use egui::{Align, CornerRadius, Id, LayerId, Order, Rect, Role, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use super::keymap::{Action, KeyMap};
use super::layout::{cut_left, cut_top, fit};
use super::memory::{Memory, Overlay, Page};
use super::theme::{self, font, radius, space, stroke, tokens};
use super::view::{Picture, View};
use super::widgets::{inside, line, name};
use super::{guides, review};
use crate::text::people::PeopleWord;
use crate::text::ways::WaysWord;
use crate::text::window::{Word, take_back};

/// Every key with its meaning.
fn keys(view: &View, map: &KeyMap) -> Vec<(&'static str, String)> {
    let cap = |action| map.cap(action, view.lang);
    let word = |word: Word| word.text(view.lang);
    let two = |a: Word, b: Word| format!("{} / {}", a.text(view.lang), b.text(view.lang));
    vec![
        (cap(Action::Shoot), two(Word::Shoot, Word::Accept)),
        (cap(Action::Retake), word(Word::Retake).to_owned()),
        (cap(Action::Release), word(Word::Release).to_owned()),
        (cap(Action::Override), word(Word::Override).to_owned()),
        (cap(Action::Attest), word(Word::AttestAll).to_owned()),
        ("1-5", word(Word::PickFrame).to_owned()),
        (cap(Action::FullSize), word(Word::FullSize).to_owned()),
        (cap(Action::Guides), word(Word::Guides).to_owned()),
        (cap(Action::Witness), word(Word::KeyCode).to_owned()),
        (cap(Action::Park), word(Word::Park).to_owned()),
        (cap(Action::TurnAway), word(Word::NotTaken).to_owned()),
        (cap(Action::UndoLast), word(Word::UndoLast).to_owned()),
        (cap(Action::Automatic), word(Word::KeyAuto).to_owned()),
        (cap(Action::Mute), word(Word::KeyMute).to_owned()),
        (cap(Action::NextGroup), word(Word::KeyGroup).to_owned()),
        (cap(Action::Ways), WaysWord::PageWays.text(view.lang).to_owned()),
        (cap(Action::FromFile), WaysWord::FromFile.text(view.lang).to_owned()),
        (cap(Action::StudentYes), Action::StudentYes.text(view.lang).to_owned()),
        (cap(Action::StudentAgain), Action::StudentAgain.text(view.lang).to_owned()),
        ("P X W U", review_keys(view)),
        ("/", word(Word::KeyFind).to_owned()),
        ("F1", word(Word::Help).to_owned()),
        ("F2-F7", word(Word::KeyPages).to_owned()),
        ("F8", word(Word::KeyTheme).to_owned()),
        ("F10", word(Word::KeyStudent).to_owned()),
        ("F11", word(Word::KeyFullScreen).to_owned()),
        ("F12", PeopleWord::Lock.text(view.lang).to_owned()),
    ]
}

/// What P, X, W and U do in 复核.
fn review_keys(view: &View) -> String {
    let words = [Word::Approve, Word::Reject, Word::Withdraw].map(|word| word.text(view.lang));
    format!("{} / {}", words.join(" / "), take_back(None, view.lang))
}

/// The keys in two columns.
fn table_ui(ui: &Ui, rect: Rect, view: &View, map: &KeyMap) {
    let t = tokens(ui);
    let keys = keys(view, map);
    let rows = keys.len().div_ceil(2);
    let width = rect.width() / 2.0;
    let step = (rect.height() / rows as f32).min(38.0);
    for (index, (cap, meaning)) in keys.iter().enumerate() {
        let (column, row) = (index / rows, index % rows);
        let at = rect.min + vec2(column as f32 * width, row as f32 * step);
        let mut place = Rect::from_min_size(at, vec2(width - space::L, step - 2.0));
        let whole = place;
        let key = cut_left(&mut place, 72.0).shrink2(vec2(0.0, 4.0));
        ui.painter().rect(
            key,
            CornerRadius::same(radius::ROW),
            t.bg2,
            Stroke::new(stroke::HAIR, t.edge),
            StrokeKind::Inside,
        );
        line(ui, key, cap, font::CAPTION, t.text, Align::Center);
        cut_left(&mut place, space::M);
        line(ui, place, meaning, font::BODY, t.text, Align::Min);
        name(ui, whole, ("key", *cap), Role::ListItem, &format!("{cap} {meaning}"));
    }
}

/// What lies over the page; a click or Esc closes it.
pub(super) fn overlay_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let Some(overlay) = memory.overlay else { return };
    let layer = LayerId::new(Order::Foreground, Id::unique("overlay"));
    let builder = egui::UiBuilder::new().layer_id(layer).max_rect(rect);
    let closed = ui
        .scope_builder(builder, |ui| {
            let response = ui.interact(rect, ui.scope_id().with("scrim"), Sense::click());
            ui.painter().rect_filled(rect, CornerRadius::ZERO, theme::SCRIM);
            match overlay {
                Overlay::Help => help_ui(ui, rect, view, &memory.keymap),
                Overlay::Witness => {
                    let witness = view.subject.as_ref().and_then(|subject| subject.witness);
                    large_ui(ui, rect, witness, Word::Witness, view);
                }
                Overlay::Photo => large_ui(ui, rect, photo(view, memory), Word::FullSize, view),
            }
            response.clicked()
        })
        .inner;
    if closed {
        memory.overlay = None;
    }
}

fn photo(view: &View, memory: &Memory) -> Option<Picture> {
    match memory.page {
        Page::Review => {
            let item = review::chosen(view, memory)?;
            view.review_large.filter(|(id, _)| *id == item.id).map(|(_, large)| large).or(item.picture)
        }
        _ => view.shot.as_ref().and_then(|shot| shot.frames.get(shot.chosen).copied()),
    }
}

fn panel(ui: &Ui, rect: Rect) {
    let t = tokens(ui);
    let edge = Stroke::new(stroke::HAIR, t.edge);
    ui.painter().rect(rect, CornerRadius::same(radius::CARD), t.bg1, edge, StrokeKind::Outside);
}

fn help_ui(ui: &mut Ui, rect: Rect, view: &View, map: &KeyMap) {
    let place = Rect::from_center_size(rect.center(), vec2(720.0, 560.0)).intersect(rect.shrink(space::L));
    panel(ui, place);
    let mut rest = place.shrink(space::XL);
    let head = cut_top(&mut rest, 48.0);
    line(ui, head, Word::KeysTitle.text(view.lang), font::PAGE, tokens(ui).text, Align::Min);
    line(ui, head, &format!("Esc  {}", Word::Close.text(view.lang)), font::CAPTION, tokens(ui).text2, Align::Max);
    inside(ui, rest, |ui| table_ui(ui, rest, view, map));
    name(ui, head, "help", Role::Dialog, Word::KeysTitle.text(view.lang));
}

/// A picture at its own size, or as large as fits.
fn large_ui(ui: &Ui, rect: Rect, picture: Option<Picture>, word: Word, view: &View) {
    let Some(picture) = picture else { return };
    let most = rect.shrink(space::XXL);
    let scale = ui.pixels_per_point();
    let own = vec2(picture.size[0], picture.size[1]) / scale;
    let aspect = picture.size[0] / picture.size[1].max(1.0);
    let place = if word == Word::FullSize && own.x <= most.width() && own.y <= most.height() {
        Rect::from_center_size(most.center(), own)
    } else {
        fit(most, aspect)
    };
    panel(ui, place.expand(space::M));
    ui.painter().image(
        picture.texture,
        place,
        Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)),
        egui::Color32::WHITE,
    );
    if view.simulated {
        guides::watermark(&ui.painter_at(place), place, view);
    }
    name(ui, place, "large", Role::Dialog, word.text(view.lang));
}
