//! Times and rules of the way of one student, with their sources.

use std::time::Duration;

use super::subject::Burst;
use crate::domain::profile::OverrideRule;
use crate::domain::set_up::{DeskKind, Missing};

/// Who says yes to a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmRule {
    /// The operator's accept is the yes, said for the student; a student's own yes counts too.
    Operator,
    /// The student is asked; the operator may still say it for them.
    StudentOrOperator,
    /// Only the student's own yes counts.
    Student,
    /// Whoever is first; after this time of a picture that passes with nothing to ask, the timer.
    Timer(Duration),
}

/// What clears a doubt about a code, besides showing it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoubtRule {
    /// Operator and student both say that the witness is this person's.
    BothAgree,
    /// After the shot only a second person's PIN.
    SecondPerson,
}

/// Whether pictures are taken by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutomaticShot {
    On,
    Off,
}

/// Everything that can be set about the way of one student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Station-local number of the operator who is logged in.
    pub operator: u32,
    /// What this desk does: scan, photograph, or both.
    pub desk: DeskKind,
    /// The empty backdrop fails: nobody is locked.
    pub backdrop_stops: bool,
    /// What the session still has to be asked first: nobody is locked or gets a number before.
    pub unanswered: Option<Missing>,
    pub automatic_shot: AutomaticShot,
    /// Whether an override takes a second person, as the profile says.
    pub overrides: OverrideRule,
    pub doubt: DoubtRule,
    pub confirm: ConfirmRule,
    /// What accepting attests by name; the profile's list.
    pub ask: Vec<String>,
    /// All blocking live checks green for this long before the countdown.
    pub hold: Duration,
    /// Length of one beat of the countdown, and how many there are; the last one is the shutter.
    pub beat: Duration,
    pub beats: u32,
    /// The burst begins this long before the last beat.
    pub burst_lead: Duration,
    pub burst: Burst,
    /// A countdown survives a blink of this length (a blink takes about 250 ms).
    pub blink_grace: Duration,
    /// A second face is believed after this long; the hold ends at once.
    pub second_face_after: Duration,
    /// A face away for longer than this, after framing began, interrupts.
    pub away: Duration,
    /// A lock without a face: warned, then ended.
    pub lock_warn: Duration,
    pub lock_end: Duration,
    pub shot_limit: u32,
    /// Accept is dead for this long after the picture appeared.
    pub accept_dead: Duration,
    /// Green stays at least this long.
    pub green: Duration,
    /// How long green waits for the second copy.
    pub copy_wait: Duration,
    /// A code that has just been dealt with counts as shown again only after it was out of sight for this long.
    pub code_out_of_sight: Duration,
    /// A burst or its judging that takes longer than this is given up.
    pub shot_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            operator: 1,
            desk: DeskKind::One,
            backdrop_stops: false,
            unanswered: None,
            automatic_shot: AutomaticShot::On,
            overrides: OverrideRule::OnePerson,
            doubt: DoubtRule::BothAgree,
            confirm: ConfirmRule::Operator,
            ask: Vec::new(),
            hold: ms(800),
            beat: ms(600),
            beats: 3,
            burst_lead: ms(100),
            burst: Burst { frames_min: 5, window: ms(600) },
            blink_grace: ms(400),
            second_face_after: ms(300),
            away: ms(3_000),
            lock_warn: ms(60_000),
            lock_end: ms(90_000),
            shot_limit: 5,
            accept_dead: ms(600),
            green: ms(1_200),
            copy_wait: ms(1_000),
            code_out_of_sight: ms(3_000),
            shot_timeout: ms(20_000),
        }
    }
}
