//! Keys into commands: what each key means on which page, and how a scanner gun is told from a hand.
//!
//! A gun types its line within milliseconds and ends with Enter. So a command key waits for a short silence; when
//! more characters follow at a gun's speed they are a scan, whatever has the focus, and the key is not obeyed.
//!
//! A pass that was painted slowly finds the keys of its whole time in one heap, so what counts between two keys is
//! only the time in which the program looked and found nothing: a busy machine tears no line apart.

use std::time::Duration;

use egui::{Event, ImeEvent, Key};

use super::theme::time::GUN_SILENCE;
use crate::domain::time::Monotonic;

/// Characters of a gun come at most this far apart: slow ones are set to 100 ms for old terminals.
const GUN_GAP: Duration = Duration::from_millis(100);
/// Shorter lines are typing.
const GUN_LEAST: usize = 4;
/// A pedal's contact that closes twice within this time was pressed once.
const BOUNCE: Duration = Duration::from_millis(50);

/// A key that was pressed for itself, or a whole line of a gun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    Gun(String),
}

/// Tells keys from gun lines. Time comes in with every call; who calls looks again when [`KeyReader::decides_in`] says.
#[derive(Default)]
pub struct KeyReader {
    /// What was typed since the last silence.
    typed: String,
    /// The keys since the last silence: what a hand meant, unless a line comes of them.
    pending: Vec<Key>,
    presses: usize,
    last: Option<Monotonic>,
    /// An input method is composing: how many characters came at a gun's speed, and when the last one did.
    composing: Option<(usize, Monotonic)>,
    /// When the pass before this one looked.
    looked: Monotonic,
}

impl KeyReader {
    /// Takes the events of one pass; returns what became certain.
    pub fn read(&mut self, events: &[Event], now: Monotonic) -> Vec<Input> {
        let mut certain = Vec::new();
        // whatever came since the last look may have come right after it
        let heard = if events.is_empty() { now } else { self.looked };
        self.settle(heard, &mut certain);
        for event in events {
            match event {
                Event::Text(text) => {
                    self.typed.push_str(text);
                    self.last = Some(now);
                }
                // a held key or pedal acts once
                Event::Key { key, pressed: true, repeat: false, modifiers, .. }
                    if !modifiers.ctrl && !modifiers.alt && !modifiers.mac_cmd =>
                {
                    self.press(*key, now, &mut certain);
                }
                // a line feed is Ctrl+J to the system
                Event::Key { key: Key::J, pressed: true, modifiers, .. } if modifiers.ctrl && self.is_line() => {
                    self.end_line(&mut certain);
                }
                Event::Ime(ime) => self.compose(ime, now, &mut certain),
                // A hand that clicks has typed what came before: no gun's line begins with it.
                Event::PointerButton { pressed: true, .. } => self.typed.clear(),
                _ => {}
            }
        }
        self.looked = now;
        certain
    }

    /// When something is undecided: how long until silence decides it.
    pub fn decides_in(&self, now: Monotonic) -> Option<Duration> {
        let last = self.last.max(self.composing.map(|(_, last)| last))?;
        let silence = last + GUN_SILENCE;
        (silence > self.looked).then(|| silence.saturating_sub(now))
    }

    fn press(&mut self, key: Key, now: Monotonic, certain: &mut Vec<Input>) {
        // function keys, arrows, Tab and Escape are on no gun
        if is_never_scanned(key) {
            certain.push(Input::Key(key));
            return;
        }
        if key == Key::Enter && self.is_line() {
            self.end_line(certain);
            return;
        }
        let silence = self.last.map(|last| self.looked.saturating_sub(last));
        if silence.is_some_and(|gap| gap > GUN_GAP) && self.presses > 0 {
            // slower than a gun: the keys before were meant, so is this one
            self.obey(certain);
        }
        self.presses += 1;
        let bounced =
            self.pending.last() == Some(&key) && self.last.is_some_and(|last| now.saturating_sub(last) <= BOUNCE);
        if !bounced && self.pending.len() < GUN_LEAST {
            self.pending.push(key);
        }
        self.last = Some(now);
    }

    /// An input method takes a gun's keys for itself and gives the line as one piece, its end included.
    fn compose(&mut self, ime: &ImeEvent, now: Monotonic, certain: &mut Vec<Input>) {
        match ime {
            ImeEvent::Preedit { text, .. } if !text.is_empty() => {
                let fast = self.composing.filter(|(_, last)| self.looked.saturating_sub(*last) <= GUN_GAP);
                self.composing = Some((fast.map_or(1, |(count, _)| count + 1), now));
            }
            ImeEvent::Commit(text) => {
                let fast = self.composing.take().is_some_and(|(count, last)| {
                    count + 1 >= text.chars().count() && self.looked.saturating_sub(last) <= GUN_GAP
                });
                if fast && text.is_ascii() && text.chars().count() >= GUN_LEAST {
                    certain.push(Input::Gun(text.clone()));
                    self.clear();
                }
            }
            ImeEvent::Preedit { .. } => self.composing = None,
            _ => {}
        }
    }

    /// What was typed is a gun's line.
    fn end_line(&mut self, certain: &mut Vec<Input>) {
        certain.push(Input::Gun(std::mem::take(&mut self.typed)));
        self.clear();
    }

    /// The keys were a hand's.
    fn obey(&mut self, certain: &mut Vec<Input>) {
        certain.extend(self.pending.drain(..).map(Input::Key));
        self.clear();
    }

    /// A whole line came at a gun's speed.
    fn is_line(&self) -> bool {
        self.typed.chars().count() >= GUN_LEAST
    }

    fn settle(&mut self, now: Monotonic, certain: &mut Vec<Input>) {
        let silent = self.last.is_some_and(|last| now.saturating_sub(last) >= GUN_SILENCE);
        if !silent {
            return;
        }
        // many characters without a line's end are half a scan: no command comes out of it
        if self.presses < GUN_LEAST {
            self.obey(certain);
        }
        self.clear();
    }

    fn clear(&mut self) {
        *self = Self { looked: self.looked, ..Self::default() };
    }
}

/// F1 to F12: they mean the same on every page.
pub(super) const fn is_function(key: Key) -> bool {
    use Key as K;
    matches!(key, K::F1 | K::F2 | K::F3 | K::F4 | K::F5 | K::F6 | K::F7 | K::F8 | K::F9 | K::F10 | K::F11 | K::F12)
}

fn is_never_scanned(key: Key) -> bool {
    use Key as K;
    is_function(key)
        || matches!(key, K::Escape | K::Tab | K::ArrowUp | K::ArrowDown | K::ArrowLeft | K::ArrowRight | K::Backspace)
}

/// The digit of a digit key, 1 to 9.
pub fn digit(key: Key) -> Option<u8> {
    use Key as K;
    [K::Num1, K::Num2, K::Num3, K::Num4, K::Num5, K::Num6, K::Num7, K::Num8, K::Num9]
        .iter()
        .position(|&k| k == key)
        .map(|at| at as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: egui::Modifiers::NONE }
    }

    fn ms(n: u64) -> Monotonic {
        Monotonic::from_millis(n)
    }

    #[test]
    fn a_single_key_is_obeyed_after_the_silence() {
        let mut reader = KeyReader::default();
        assert_eq!(reader.read(&[press(Key::Space), Event::Text(" ".into())], ms(1000)), []);
        assert_eq!(reader.decides_in(ms(1000)), Some(Duration::from_millis(120)));
        assert_eq!(reader.read(&[], ms(1100)), []);
        assert_eq!(reader.read(&[], ms(1120)), [Input::Key(Key::Space)]);
        assert_eq!(reader.read(&[], ms(1300)), []);
    }

    #[test]
    fn a_gun_line_is_a_scan_and_fires_no_command() {
        let mut reader = KeyReader::default();
        let mut all = Vec::new();
        for (at, (key, text)) in
            [(Key::R, "R"), (Key::A, "A"), (Key::Num1, "1"), (Key::U, "U"), (Key::Space, " ")].into_iter().enumerate()
        {
            all.extend(reader.read(&[press(key), Event::Text(text.into())], ms(1000 + 12 * at as u64)));
        }
        all.extend(reader.read(&[press(Key::Enter)], ms(1066)));
        all.extend(reader.read(&[], ms(2000)));
        assert_eq!(all, [Input::Gun("RA1U ".into())]);
    }

    #[test]
    fn a_gun_line_within_one_pass_is_a_scan() {
        let mut reader = KeyReader::default();
        let events: Vec<Event> = [Key::A, Key::B, Key::C, Key::D]
            .into_iter()
            .flat_map(|key| [press(key), Event::Text(key.name().to_owned())])
            .chain([press(Key::Enter)])
            .collect();
        assert_eq!(reader.read(&events, ms(5)), [Input::Gun("ABCD".into())]);
    }

    #[test]
    fn a_gun_is_heard_on_a_machine_that_paints_three_times_a_second() {
        let mut reader = KeyReader::default();
        let mut all = Vec::new();
        for (at, (keys, text)) in [([Key::R, Key::A], "RA"), ([Key::U, Key::D], "UD")].into_iter().enumerate() {
            let mut events: Vec<Event> = keys.map(press).into();
            events.push(Event::Text(text.to_owned()));
            all.extend(reader.read(&events, ms(1000 + 300 * at as u64)));
        }
        all.extend(reader.read(&[press(Key::Enter)], ms(1600)));
        assert_eq!(all, [Input::Gun("RAUD".into())]);
        assert_eq!(reader.read(&[press(Key::R)], ms(3000)), []);
        assert_eq!(reader.read(&[], ms(3300)), [Input::Key(Key::R)], "and so is a hand");
        assert_eq!(reader.read(&[press(Key::G)], ms(3600)), []);
        assert_eq!(reader.read(&[], ms(3900)), [Input::Key(Key::G)]);
    }

    #[test]
    fn half_a_scan_fires_nothing() {
        let mut reader = KeyReader::default();
        let events: Vec<Event> = [Key::R, Key::A, Key::U, Key::D].into_iter().map(press).collect();
        assert_eq!(reader.read(&events, ms(5)), []);
        assert_eq!(reader.read(&[], ms(500)), []);
    }

    #[test]
    fn two_deliberate_keys_are_both_obeyed() {
        let mut reader = KeyReader::default();
        assert_eq!(reader.read(&[press(Key::R)], ms(1000)), []);
        assert_eq!(reader.read(&[press(Key::G)], ms(1090)), [], "a slow gun may be at work");
        assert_eq!(reader.read(&[], ms(1210)), [Input::Key(Key::R), Input::Key(Key::G)]);
        assert_eq!(reader.read(&[press(Key::R)], ms(2000)), []);
        assert_eq!(reader.read(&[], ms(2105)), []);
        assert_eq!(reader.read(&[press(Key::G)], ms(2110)), [Input::Key(Key::R)], "slower than any gun");
        assert_eq!(reader.read(&[], ms(2230)), [Input::Key(Key::G)]);
    }

    #[test]
    fn a_slow_gun_is_a_gun_and_a_bouncing_pedal_presses_once() {
        let mut reader = KeyReader::default();
        let mut all = Vec::new();
        for (at, (key, text)) in [(Key::R, "R"), (Key::A, "A"), (Key::U, "U"), (Key::D, "D")].into_iter().enumerate() {
            all.extend(reader.read(&[press(key), Event::Text(text.into())], ms(1000 + 100 * at as u64)));
        }
        let feed = Event::Key {
            key: Key::J,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: egui::Modifiers::CTRL,
        };
        all.extend(reader.read(&[feed], ms(1400)));
        assert_eq!(all, [Input::Gun("RAUD".into())], "ended by a line feed");
        assert_eq!(reader.read(&[press(Key::Space)], ms(3000)), []);
        assert_eq!(reader.read(&[press(Key::Space)], ms(3030)), []);
        assert_eq!(reader.read(&[], ms(3200)), [Input::Key(Key::Space)]);
    }

    #[test]
    fn a_gun_is_heard_through_an_input_method_and_a_typist_is_not_taken_for_one() {
        let preedit = |text: &str| Event::Ime(ImeEvent::Preedit { text: text.into(), active_range_chars: None });
        let commit = |text: &str| Event::Ime(ImeEvent::Commit(text.into()));
        let mut reader = KeyReader::default();
        for (at, text) in ["a", "ab", "abx", "abxq", "abxq7"].into_iter().enumerate() {
            assert_eq!(reader.read(&[preedit(text)], ms(1000 + 20 * at as u64)), []);
        }
        assert_eq!(reader.read(&[commit("abxq7")], ms(1110)), [Input::Gun("abxq7".into())]);
        for (at, text) in ["z", "zh", "zha", "zhan", "zhang"].into_iter().enumerate() {
            let pressed = ms(5000 + 180 * at as u64);
            assert_eq!(reader.read(&[preedit(text)], pressed), []);
            let wait = reader.decides_in(pressed).unwrap();
            assert_eq!(reader.read(&[], pressed + wait), [], "it looks again by itself");
        }
        assert_eq!(reader.read(&[commit("zhang")], ms(5800)), [], "typed by hand");
        assert_eq!(reader.read(&[commit("张")], ms(6000)), []);
    }

    #[test]
    fn function_keys_and_escape_act_at_once_and_held_keys_once() {
        let mut reader = KeyReader::default();
        assert_eq!(
            reader.read(&[press(Key::F3), press(Key::Escape)], ms(1)),
            [Input::Key(Key::F3), Input::Key(Key::Escape)]
        );
        let held = Event::Key {
            key: Key::Space,
            physical_key: None,
            pressed: true,
            repeat: true,
            modifiers: egui::Modifiers::NONE,
        };
        assert_eq!(reader.read(&[held], ms(10)), []);
        assert_eq!(reader.read(&[], ms(500)), []);
    }

    #[test]
    fn what_was_typed_into_a_field_before_a_click_is_no_part_of_a_guns_line() {
        let click = Event::PointerButton {
            pos: egui::Pos2::ZERO,
            button: egui::PointerButton::Primary,
            pressed: true,
            modifiers: egui::Modifiers::NONE,
        };
        let mut reader = KeyReader::default();
        let typed = [Event::Text(String::from("春季")), click];
        assert_eq!(reader.read(&typed, Monotonic::from_millis(10)), []);
        let line = [Event::Text(String::from("CODE-1")), press(Key::Enter)];
        assert_eq!(reader.read(&line, Monotonic::from_millis(30)), [Input::Gun(String::from("CODE-1"))]);
    }
}
