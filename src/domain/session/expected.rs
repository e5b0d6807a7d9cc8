//! Somebody whose picture was refused is called to come again.
//!
//! Calling locks nobody: one scan locks one person, and the scan must be of the code that the refused picture was taken
//! under. Then the coming record takes that picture's place without another question. Whoever comes with a code that
//! was fetched anew is locked as anybody is, and the operator says whose picture is replaced ([`Command::Replace`]).

use super::Session;
use super::effect::Effect;
use super::event::Command;
use super::refusal::Refusal;
use super::state::{CodeStep, State};
use super::subject::{Earlier, Replaces, Subject};
use crate::domain::code::CodeDigest;
use crate::domain::record::RetakeReason;
use crate::domain::set_up::DeskKind;

/// Who was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The picture that is to be taken again.
    pub earlier: Earlier,
    /// Of the code that it was taken under.
    pub digest: CodeDigest,
}

impl Expected {
    const fn replaces(self) -> Replaces {
        Replaces { earlier: self.earlier, reason: RetakeReason::Refused }
    }
}

impl Session {
    /// Who was called and has not come yet.
    pub const fn expected(&self) -> Option<&Expected> {
        self.expected.as_ref()
    }

    /// Calls somebody, or nobody any more.
    pub(super) fn expect(&mut self, command: &Command) -> Result<Vec<Effect>, Refusal> {
        let Command::Expect(expected) = command else { return Err(Refusal::NothingAsked) };
        let Some(called) = expected else {
            self.expected = None;
            return Ok(Vec::new());
        };
        if self.settings.desk == DeskKind::ScanOnly {
            return Err(Refusal::OnlyScans);
        }
        match &self.state {
            State::Waiting | State::Stored(_) => {
                // Their phone may be before the lens still: it is shown on purpose now.
                self.dismissed.take_if(|dismissed| dismissed.digest == called.digest);
                self.expected = Some(*called);
                Ok(Vec::new())
            }
            State::CodeRead(_) | State::Undoing(_) => Err(Refusal::Busy),
            _ => Err(Refusal::AlreadyLocked),
        }
    }

    /// The code is that of the person who was called: what their picture takes the place of.
    pub(super) fn called(&self, subject: &Subject) -> Option<Replaces> {
        self.expected.filter(|expected| expected.digest == subject.digest()).map(Expected::replaces)
    }

    /// Whoever was called sits there now.
    pub(super) fn has_come(&mut self, digest: CodeDigest) {
        self.expected.take_if(|expected| expected.digest == digest);
    }
}

/// What was found for a code is what its person was called for: nothing is to be asked.
pub(super) fn is_what_was_called_for(found: CodeStep, called: Option<Replaces>) -> bool {
    matches!((found, called), (CodeStep::Collected(earlier), Some(called)) if earlier.record == called.earlier.record)
}
