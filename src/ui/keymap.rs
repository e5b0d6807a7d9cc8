//! Which key does what on 拍摄, where somebody taught the desk another: pedals, presenters and remote triggers are
//! keyboards that send what their maker chose.
//!
//! A page's code knows the usual keys only; what was pressed is carried back to the usual key that it stands for.

use std::collections::BTreeMap;

use egui::Key;

use super::keys::{digit, is_function};
use crate::text::Lang;
use crate::text::student_side::SideWord;
use crate::text::ways::WaysWord;
use crate::text::window::Word;

/// What a key can be taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Takes a picture, and accepts one.
    Shoot,
    Retake,
    Release,
    Override,
    /// Ticks everything that is to be asked.
    Attest,
    Park,
    TurnAway,
    UndoLast,
    NextGroup,
    SamePerson,
    Guides,
    Witness,
    FullSize,
    Automatic,
    Mute,
    /// A code or a photo from a file.
    FromFile,
    /// Other ways in.
    Ways,
    /// The student's own two keys.
    StudentYes,
    StudentAgain,
}

impl Action {
    pub const ALL: [Self; 19] = [
        Self::Shoot,
        Self::Retake,
        Self::Release,
        Self::Override,
        Self::Attest,
        Self::Park,
        Self::TurnAway,
        Self::UndoLast,
        Self::NextGroup,
        Self::SamePerson,
        Self::Guides,
        Self::Witness,
        Self::FullSize,
        Self::Automatic,
        Self::Mute,
        Self::FromFile,
        Self::Ways,
        Self::StudentYes,
        Self::StudentAgain,
    ];

    /// For the file of preferences.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shoot => "shoot",
            Self::Retake => "retake",
            Self::Release => "release",
            Self::Override => "override",
            Self::Attest => "attest",
            Self::Park => "park",
            Self::TurnAway => "turn_away",
            Self::UndoLast => "undo_last",
            Self::NextGroup => "next_group",
            Self::SamePerson => "same_person",
            Self::Guides => "guides",
            Self::Witness => "witness",
            Self::FullSize => "full_size",
            Self::Automatic => "automatic",
            Self::Mute => "mute",
            Self::FromFile => "from_file",
            Self::Ways => "ways",
            Self::StudentYes => "student_yes",
            Self::StudentAgain => "student_again",
        }
    }

    /// The key that means it when nobody taught another.
    pub const fn usual(self) -> Key {
        match self {
            Self::Shoot => Key::Space,
            Self::Retake => Key::R,
            Self::Release => Key::Escape,
            Self::Override => Key::O,
            Self::Attest => Key::V,
            Self::Park => Key::D,
            Self::TurnAway => Key::T,
            Self::UndoLast => Key::U,
            Self::NextGroup => Key::B,
            Self::SamePerson => Key::Y,
            Self::Guides => Key::G,
            Self::Witness => Key::W,
            Self::FullSize => Key::Z,
            Self::Automatic => Key::A,
            Self::Mute => Key::M,
            Self::FromFile => Key::I,
            Self::Ways => Key::K,
            // On no presenter and no pedal that came up, where another meaning might be taught.
            Self::StudentYes => Key::Home,
            Self::StudentAgain => Key::End,
        }
    }

    /// What it is called.
    pub fn text(self, lang: Lang) -> &'static str {
        let word = match self {
            Self::Shoot => Word::Shoot,
            Self::Retake => Word::Retake,
            Self::Release => Word::Release,
            Self::Override => Word::Override,
            Self::Attest => Word::AttestAll,
            Self::Park => Word::Park,
            Self::TurnAway => Word::NotTaken,
            Self::UndoLast => Word::UndoLast,
            Self::NextGroup => Word::KeyGroup,
            Self::SamePerson => Word::SamePerson,
            Self::Guides => Word::Guides,
            Self::Witness => Word::KeyCode,
            Self::FullSize => Word::FullSize,
            Self::Automatic => Word::KeyAuto,
            Self::Mute => Word::KeyMute,
            Self::StudentYes => return SideWord::Yes.text(lang),
            Self::StudentAgain => return SideWord::Again.text(lang),
            Self::FromFile => return WaysWord::FromFile.text(lang),
            Self::Ways => return WaysWord::PageWays.text(lang),
        };
        word.text(lang)
    }
}

/// Keys that were taught; everything else is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyMap {
    taught: BTreeMap<Action, Key>,
}

impl KeyMap {
    /// Reads names of actions and keys; what nobody knows is left out.
    pub fn from_names(names: &BTreeMap<String, String>) -> Self {
        let mut map = Self::default();
        for action in Action::ALL {
            if let Some(key) = names.get(action.as_str()).and_then(|name| Key::from_name(name)) {
                map.teach(action, key);
            }
        }
        map
    }

    pub fn to_names(&self) -> BTreeMap<String, String> {
        self.taught.iter().map(|(action, key)| (action.as_str().to_owned(), key.name().to_owned())).collect()
    }

    /// The key of an action.
    pub fn key(&self, action: Action) -> Key {
        self.taught.get(&action).copied().unwrap_or_else(|| action.usual())
    }

    /// Gives a key to an action; the action that had it gets the other's. False for a key that cannot be taught.
    pub fn teach(&mut self, action: Action, key: Key) -> bool {
        if is_fixed(key) {
            return false;
        }
        let before = self.key(action);
        let other = Action::ALL.into_iter().find(|other| *other != action && self.key(*other) == key);
        self.set(action, key);
        if let Some(other) = other {
            self.set(other, before);
        }
        true
    }

    fn set(&mut self, action: Action, key: Key) {
        if action.usual() == key {
            self.taught.remove(&action);
        } else {
            self.taught.insert(action, key);
        }
    }

    /// The usual key of what was pressed; `None` for a usual key whose action has another one now.
    pub fn meant(&self, pressed: Key) -> Option<Key> {
        let action = Action::ALL.into_iter().find(|action| self.key(*action) == pressed);
        match action {
            Some(action) => Some(action.usual()),
            None if Action::ALL.iter().any(|action| action.usual() == pressed) => None,
            None => Some(pressed),
        }
    }

    /// What stands on the key, for the buttons.
    pub fn cap(&self, action: Action, lang: Lang) -> &'static str {
        cap_of(self.key(action), lang)
    }
}

/// Keys that mean the same everywhere, and those that end a scan or answer a question.
fn is_fixed(key: Key) -> bool {
    is_function(key) || digit(key).is_some() || matches!(key, Key::Tab | Key::Enter | Key::Slash | Key::Num0)
}

/// What people call a key.
fn cap_of(key: Key, lang: Lang) -> &'static str {
    match (key, lang) {
        (Key::Space, _) => Word::Space.text(lang),
        (Key::Escape, _) => "Esc",
        _ => key.symbol_or_name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taught_key_stands_for_the_usual_one_and_frees_it() {
        let mut map = KeyMap::default();
        assert_eq!((map.meant(Key::Space), map.meant(Key::Q)), (Some(Key::Space), Some(Key::Q)));
        assert!(map.teach(Action::Shoot, Key::PageDown));
        assert_eq!((map.meant(Key::PageDown), map.meant(Key::Space)), (Some(Key::Space), None));
        assert!(map.teach(Action::Shoot, Key::Space), "back to the usual");
        assert_eq!(map, KeyMap::default());
    }

    #[test]
    fn a_key_that_is_taken_changes_places() {
        let mut map = KeyMap::default();
        assert!(map.teach(Action::Retake, Key::Space));
        assert_eq!((map.key(Action::Retake), map.key(Action::Shoot)), (Key::Space, Key::R));
        assert_eq!((map.meant(Key::Space), map.meant(Key::R)), (Some(Key::R), Some(Key::Space)));
    }

    #[test]
    fn every_key_has_one_meaning_whatever_is_taught() {
        let mut map = KeyMap::default();
        for (action, key) in [(Action::Shoot, Key::B), (Action::Mute, Key::B), (Action::Park, Key::Space)] {
            assert!(map.teach(action, key));
            let keys: std::collections::HashSet<Key> = Action::ALL.into_iter().map(|action| map.key(action)).collect();
            assert_eq!(keys.len(), Action::ALL.len());
        }
        assert_eq!(KeyMap::from_names(&map.to_names()), map);
    }

    #[test]
    fn keys_that_mean_the_same_everywhere_cannot_be_taught() {
        let mut map = KeyMap::default();
        for key in [Key::F5, Key::Enter, Key::Num1, Key::Tab] {
            assert!(!map.teach(Action::Shoot, key), "{key:?}");
        }
        assert_eq!(map, KeyMap::default());
        let odd = BTreeMap::from([("dance".to_owned(), "Q".to_owned()), ("shoot".to_owned(), "NoKey".to_owned())]);
        assert_eq!(KeyMap::from_names(&odd), map);
    }
}
