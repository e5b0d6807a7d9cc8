//! Questions of the window's own. Each is about somebody or something at the desk and goes with it: an answer that was
//! meant for one person never meets the next.

use super::Window;
use crate::domain::code::CodeDigest;
use crate::domain::ids::ShotNumber;
use crate::domain::session::{Session, State};
use crate::ui::view::Question;

/// A question, and what it was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) question: Question,
    about: About,
}

/// What a question stands and falls with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// A file in hand, whoever is there.
    Anybody,
    /// Nobody is locked, and no code is being looked up.
    Nobody,
    /// The owner of a code that was read, not locked yet.
    Code(CodeDigest),
    Locked(ShotNumber),
    /// One frame of one burst; `None`: no picture is open.
    Picture(Option<(u32, usize)>),
    /// The record that would be withdrawn.
    Last(Option<ShotNumber>),
}

impl About {
    fn now(question: &Question, session: &Session) -> Self {
        let state = session.state();
        match question {
            Question::OverrideReason { .. } => {
                Self::Picture(state.review().map(|review| (review.attempt, review.picture.frame)))
            }
            Question::UndoLast { .. } => Self::Last(session.last().map(|last| last.shot)),
            Question::TurnAwayReason
            | Question::RosterTaken { .. }
            | Question::RosterUnknown { .. }
            | Question::IsRetakeOf { .. } => match (state, state.lock()) {
                (State::CodeRead(read), _) => Self::Code(read.subject.digest()),
                (_, Some(lock)) => Self::Locked(lock.shot),
                _ => Self::Nobody,
            },
            _ => Self::Anybody,
        }
    }
}

impl Asked {
    pub(super) fn new(question: Question, session: &Session) -> Self {
        let about = About::now(&question, session);
        Self { question, about }
    }

    /// Whoever it was asked about is still there.
    pub(super) fn stands(&self, session: &Session) -> bool {
        About::now(&self.question, session) == self.about
    }
}

impl Window {
    pub(super) fn ask(&mut self, question: Question) {
        self.asked = self.open.as_ref().map(|open| Asked::new(question, open.desk.session()));
    }

    /// What is shown of it.
    pub(super) fn own_question(&self) -> Option<Question> {
        self.asked.as_ref().map(|asked| asked.question.clone())
    }

    /// Takes a question away whose person or picture is gone.
    pub(super) fn drop_stale_question(&mut self) {
        let session = self.open.as_ref().map(|open| open.desk.session());
        let stands = |asked: &Asked| session.is_some_and(|session| asked.stands(session));
        if self.asked.as_ref().is_some_and(|asked| !stands(asked)) {
            self.asked = None;
        }
    }
}
