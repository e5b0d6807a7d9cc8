//! What the desk has to tell: news into lists and notices, refusals into sentences, cues into sounds.

use super::{Window, accept};
use crate::app::desk::News;
use crate::domain::session::{Cue, LockEnd, Press, Refusal, State, StudentSays};
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::student::Said;
use crate::ui::view::Notice;

impl Window {
    /// Takes one piece of news; true when lists have changed.
    pub(super) fn hear(&mut self, news: &News, now: Monotonic) -> bool {
        match news {
            News::SeveralCodes => self.say_of_code(text::session::several_codes, now),
            News::UnusableCode => self.say_of_code(text::session::unusable_code, now),
            News::PhotoRefused(fault) => {
                self.not_joined(crate::domain::tether::Waits::NoPicture);
                self.say_of_picture(*fault, now);
                false
            }
            News::SlipDiffers(slip) => {
                let message = text::scan_desk::slip_differs(&slip.to_string(), self.preferences.lang());
                self.say(Notice::Fault(message), now);
                false
            }
            News::GunDiffers => self.say_of_code(text::ways::gun_differs, now),
            News::MirroredCode => self.say_of_code(text::session::mirrored_code, now),
            News::StoreFailed { fault, .. } => {
                self.say(Notice::Fault(text::fault::store(*fault, self.preferences.lang())), now);
                false
            }
            News::CodeRefused(rejected) => {
                self.refuse(rejected.reason, now);
                false
            }
            News::Stored(saved) => {
                self.tethered_stored(saved.shot);
                if let Some(open) = &mut self.open {
                    open.pace.stored(saved.shot, now);
                }
                true
            }
            News::Locked { .. } => {
                if let Some(open) = &mut self.open {
                    open.opening_news.clear();
                }
                self.roster_at_lock(now);
                true
            }
            News::TurnedAway(reason) | News::LockEnded { end: LockEnd::TurnedAway(reason), .. } => {
                if let Some(open) = &mut self.open {
                    open.pace.turned_away(*reason);
                }
                true
            }
            News::Withdrawn { predecessor, .. } => {
                if let Some(predecessor) = predecessor {
                    let message = text::session::predecessor(*predecessor, self.preferences.lang());
                    self.say(Notice::Fault(message), now);
                }
                true
            }
            News::Queued(_) | News::CopyLanded(_) | News::LockEnded { .. } => true,
            News::Collected { .. }
            | News::CameraLost(_)
            | News::CameraReturned
            | News::EyesBroken
            | News::VaultBroken => false,
        }
    }

    pub(super) fn refuse(&mut self, reason: Refusal, now: Monotonic) {
        match reason {
            // a held key and a double press are no news
            Refusal::KeyRepeat | Refusal::TooSoon | Refusal::TooLate => {}
            Refusal::CodeDoubtful if self.ask_to_vouch(now) => {}
            reason => self.say(Notice::Fault(text::session::refusal(reason, self.preferences.lang())), now),
        }
    }

    /// Says what is wrong with what is held up; no list has changed.
    fn say_of_code(&mut self, message: fn(text::Lang) -> text::Message, now: Monotonic) -> bool {
        self.say(Notice::Fault(message(self.preferences.lang())), now);
        false
    }

    /// By touch on the student's screen, or by the student's own keys.
    pub(super) fn student_said(&mut self, said: Said, now: Monotonic) {
        let says = match said {
            Said::Yes => StudentSays::Yes,
            Said::OnceMore => StudentSays::OnceMore,
        };
        self.student_says(says, now);
    }

    /// What the student said, by touch or key, goes to the desk. A yes that comes before the operator has looked is
    /// told to both of them.
    pub(super) fn student_says(&mut self, says: StudentSays, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let Err(rejected) = open.desk.student(says, Press::First, now) else { return };
        log::info!("{rejected}");
        if rejected.reason == Refusal::OperatorMustAccept {
            self.yes_too_early = open.desk.state().review().map(|review| review.attempt);
            self.refuse(rejected.reason, now);
        }
    }

    /// The student said yes to this picture, and the operator has still to look.
    pub(super) fn is_operator_first(&self, state: &State) -> bool {
        let State::Review(review) = state else { return false };
        self.yes_too_early == Some(review.attempt) && !review.is_complete()
    }

    pub(super) fn say(&mut self, notice: Notice, now: Monotonic) {
        self.notice = Some((notice, now));
    }

    pub(super) fn play(&self, cue: Cue) {
        if !self.preferences.muted {
            self.sound.play(accept::sound_of(cue));
        }
    }
}
