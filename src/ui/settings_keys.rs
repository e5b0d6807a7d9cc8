//! 设置, keys: what each key of 拍摄 does, and teaching another one by pressing it.

use egui::{Align, CornerRadius, Key, Rect, Role, Stroke, StrokeKind, Ui, vec2};

use super::keymap::{Action, KeyMap};
use super::layout::{cut_left, cut_right, cut_top};
use super::memory::Memory;
use super::theme::{Tone, font, radius, size, space, stroke, tokens};
use super::view::{Command, View};
use super::widgets::{Weight, button, line, name};
use crate::text::window::Word;

/// What the part remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Teaching {
    #[default]
    Nothing,
    /// The next key that is pressed belongs to this action.
    Waits(Action),
    /// The key that was pressed means the same everywhere and cannot be taught.
    Refused(Action),
}

impl Teaching {
    /// Takes a key while one is waited for; the names of all taught keys when they changed.
    pub(super) fn take(&mut self, key: Key, map: &mut KeyMap) -> Option<Command> {
        let Self::Waits(action) = *self else { return None };
        *self = Self::Nothing;
        if key == Key::Escape && action != Action::Release {
            return None;
        }
        if map.teach(action, key) {
            return Some(Command::TeachKeys(map.to_names()));
        }
        *self = Self::Refused(action);
        None
    }

    pub(super) const fn waits(self) -> bool {
        matches!(self, Self::Waits(_))
    }
}

/// All actions in two columns, then what can be done about them.
pub(super) fn part_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let rows = Action::ALL.len().div_ceil(2);
    let width = rect.width() / 2.0;
    for (index, action) in Action::ALL.into_iter().enumerate() {
        let at = rect.min + vec2((index / rows) as f32 * width, (index % rows) as f32 * size::CONTROL);
        let place = Rect::from_min_size(at, vec2(width - space::L, size::CONTROL));
        action_ui(ui, place, action, view, memory);
    }
    let mut rest = rect;
    cut_top(&mut rest, rows as f32 * size::CONTROL + space::L);
    let said = match memory.teaching {
        Teaching::Nothing => Word::TeachHint,
        Teaching::Waits(_) => Word::TeachPress,
        Teaching::Refused(_) => Word::TeachRefused,
    };
    let said = said.text(view.lang);
    let place = cut_top(&mut rest, 32.0);
    line(ui, place, said, font::STRONG, t.text, Align::Min);
    name(ui, place, "teaching", Role::Label, said);
    let label = Word::TeachUsual.text(view.lang);
    let place = cut_left(&mut cut_top(&mut rest, size::CONTROL), 200.0);
    if button(ui, place, label, label, Weight::Plain, memory.keymap != KeyMap::default()).clicked() {
        memory.keymap = KeyMap::default();
        memory.teaching = Teaching::Nothing;
        out.push(Command::TeachKeys(memory.keymap.to_names()));
    }
}

fn action_ui(ui: &Ui, rect: Rect, action: Action, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut row = rect.shrink2(vec2(0.0, 2.0));
    let label = action.text(view.lang);
    let control = cut_right(&mut row, 84.0);
    cut_right(&mut row, space::S);
    let cap = cut_right(&mut row, 96.0);
    line(ui, row, label, font::STRONG, t.text, Align::Min);
    let waits = memory.teaching == Teaching::Waits(action);
    let (fill, ink) = if waits { (Tone::Info.fill(), Tone::Info.ink()) } else { (t.bg2, t.text) };
    let edge = Stroke::new(stroke::HAIR, t.edge);
    ui.painter().rect(cap.shrink2(vec2(0.0, 2.0)), CornerRadius::same(radius::ROW), fill, edge, StrokeKind::Inside);
    let on_key = if waits { "…" } else { memory.keymap.cap(action, view.lang) };
    line(ui, cap, on_key, font::BODY, ink, Align::Center);
    name(ui, cap, ("cap", action), Role::Label, &format!("{label} {on_key}"));
    let teach = Word::Teach.text(view.lang);
    if button(ui, control, teach, &format!("{teach} {label}"), Weight::Plain, true).clicked() {
        memory.teaching = Teaching::Waits(action);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_key_is_taught_once() {
        let (mut teaching, mut map) = (Teaching::Waits(Action::Shoot), KeyMap::default());
        let command = teaching.take(Key::PageDown, &mut map);
        assert!(matches!(command, Some(Command::TeachKeys(names)) if names["shoot"] == "PageDown"));
        assert_eq!(teaching.take(Key::Q, &mut map), None, "nothing waits any more");
        assert_eq!(map.key(Action::Shoot), Key::PageDown);
    }

    #[test]
    fn escape_leaves_all_as_it_was_and_a_fixed_key_is_refused() {
        let (mut teaching, mut map) = (Teaching::Waits(Action::Park), KeyMap::default());
        assert_eq!(teaching.take(Key::Escape, &mut map), None);
        assert_eq!((teaching, map.key(Action::Park)), (Teaching::Nothing, Key::D));
        teaching = Teaching::Waits(Action::Park);
        assert_eq!(teaching.take(Key::F5, &mut map), None);
        assert_eq!((teaching, map.key(Action::Park)), (Teaching::Refused(Action::Park), Key::D));
    }
}
