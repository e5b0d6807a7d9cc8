//! Guns type, and typing changes text (Caps Lock, keyboard layouts): where a gun's text and the symbol differ for one
//! subject, the symbol's bytes count.

use super::effect::{Cue, Effect, LockEnd, Note};
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Lock, State};
use super::subject::Subject;
use super::{Session, Step};
use crate::domain::code::CodeSource;
use crate::domain::time::Monotonic;

impl Session {
    /// A gun's line for a subject whose symbol was read is that symbol, said once more.
    pub(super) fn as_the_symbol_says(&self, event: Event, effects: &mut Vec<Effect>) -> Event {
        let Event::Code(subject) = event else { return event };
        let symbol = self.state.lock().map(|lock| (lock.shot, &lock.subject));
        match symbol {
            Some((shot, known))
                if subject.source == CodeSource::Gun
                    && known.source != CodeSource::Gun
                    && subject.code.is_mistyped(&known.code) =>
            {
                effects.push(Effect::Note(Note::GunDiffers { shot }));
                Event::Code(known.clone())
            }
            _ => Event::Code(subject),
        }
    }

    /// The symbol itself was seen for a subject that a gun had locked, and says something else: the lock begins anew
    /// with the symbol's bytes, since those were never looked up.
    pub(super) fn symbol_after_gun(&mut self, state: &State, subject: Subject, now: Monotonic) -> Step {
        let shot = state.lock().ok_or(Refusal::NothingLocked)?.shot;
        let (_, mut effects) = self.end_lock(state, LockEnd::Released, now)?;
        effects.insert(0, Effect::Note(Note::GunDiffers { shot }));
        effects.push(Effect::PlayCue(Cue::Attention));
        let (state, more) = self.begin(subject, now)?;
        effects.extend(more);
        Ok((state, effects))
    }
}

impl Lock {
    /// A gun locked this subject, and this is the symbol that it mistyped.
    pub(super) fn mistyped(&self, seen: &Subject) -> bool {
        self.subject.source == CodeSource::Gun
            && seen.source != CodeSource::Gun
            && self.subject.code.is_mistyped(&seen.code)
    }
}
