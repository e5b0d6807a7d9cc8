//! Tables from the session's states to what the window shows: lamp, band, marks, questions, sums.

use super::OpenDesk;
use super::view::short;
use crate::domain::finding::Verdict;
use crate::domain::record::RecordState;
use crate::domain::session::{self, CameraState, CodeStep, Hold, Lock, Review, SecondCopy, Session, ShotPhase, State};
use crate::domain::time::Monotonic;
use crate::ui::view::{Copies, Lamp, Question, RowMark, Stage, Strip, Tally};

/// Failing findings that were overridden fail no more.
pub(super) fn verdict_of(review: &Review) -> Verdict {
    match review.verdict() {
        Verdict::Fail if review.open_failures().next().is_none() => Verdict::Warn,
        verdict => verdict,
    }
}

pub(super) fn mark_of(state: RecordState, copied: bool) -> RowMark {
    match state {
        RecordState::Withdrawn | RecordState::Superseded | RecordState::Purged => RowMark::Withdrawn,
        RecordState::Rejected | RecordState::Retake => RowMark::NeedsRetake,
        _ if copied => RowMark::Stored,
        _ => RowMark::StoredCopyMissing,
    }
}

/// The photo counts for its student.
pub(super) const fn counts_as_stored(state: RecordState) -> bool {
    !matches!(state, RecordState::Withdrawn | RecordState::Superseded | RecordState::Rejected | RecordState::Retake)
}

/// The table from the session's state to what the band shows.
pub(super) fn stage_of(state: &State, desk: &crate::app::desk::Desk, now: Monotonic) -> Stage {
    let settings = desk.session().settings();
    if state.lock().is_some_and(|lock| lock.importing) {
        return Stage::Importing;
    }
    match state {
        State::Waiting => Stage::Waiting,
        State::CodeRead(read) => match read.step {
            CodeStep::Collected(_) | CodeStep::Elsewhere(_) => Stage::Collected,
            // It is about the code and lasts for a moment; the band's words of a picture are for pictures.
            CodeStep::LookingUp | CodeStep::Numbering(_) => Stage::Locked,
        },
        State::Locked(_) => Stage::Locked,
        State::Interrupted(_) => Stage::Interrupted,
        State::Framing(framing) => match framing.hold {
            // Nothing counts down where the operator takes the picture.
            Hold::Idle if framing.green_at.is_some() => Stage::Ready,
            Hold::Idle => Stage::Framing,
            hold @ Hold::Steady { .. } => Stage::Steady(hold.progress(now, settings)),
            hold @ Hold::Counting { .. } => Stage::Count(hold.digit(now, settings).unwrap_or(1).min(9) as u8),
        },
        State::Shot(shooting) => match shooting.phase {
            ShotPhase::Burst => Stage::Count(1),
            ShotPhase::Judging => Stage::Reading,
        },
        State::Review(review) | State::Confirm(review) => Stage::Review(verdict_of(review)),
        State::Storing(_) | State::Undoing(_) => Stage::Storing,
        State::Stored(stored) => match (stored.lit_at, stored.late, stored.copy) {
            (None, ..) => Stage::Storing,
            (Some(_), true, _) | (Some(_), false, SecondCopy::Pending | SecondCopy::Behind) => {
                Stage::Stored(Copies::SecondMissing)
            }
            (Some(_), false, SecondCopy::Landed | SecondCopy::NotKept) => Stage::Stored(Copies::All),
        },
    }
}

pub(super) fn question_of(state: &State) -> Option<Question> {
    if let State::CodeRead(read) = state {
        match read.step {
            CodeStep::Collected(earlier) => {
                let at = earlier.captured_at.local_clock();
                return Some(Question::AlreadyCollected { shot: earlier.shot, at });
            }
            CodeStep::Elsewhere(other) => {
                let at = format!("{} {}", other.listed_at.local_date(), other.listed_at.local_clock());
                return Some(Question::CollectedElsewhere { shot: other.shot, at });
            }
            CodeStep::LookingUp | CodeStep::Numbering(_) => {}
        }
    }
    let Lock { shot, question, shots, .. } = state.lock()?;
    match question {
        Some(session::Question::OtherCode(other)) => {
            Some(Question::OtherCode { locked: *shot, digest: short(other.digest()) })
        }
        Some(session::Question::DiscardPicture) => Some(Question::ReleaseWithPicture),
        None => state.is_at_shot_limit().then_some(Question::ShotLimit { shots: *shots }),
    }
}

/// A lost camera sounds until somebody says that it was heard.
pub(super) fn camera_strip(session: &Session) -> Option<Strip> {
    match session.camera() {
        CameraState::Lost { fault, alarm_at: Some(_), .. } => Some(Strip::Camera(fault)),
        _ => None,
    }
}

pub(super) fn tally_of(open: &OpenDesk) -> Tally {
    let run = *open.desk.tally();
    let locked_now = open.desk.state().lock().map_or(0, |_| 1);
    let sum = run.stored + run.released + run.turned_away + run.expired;
    let parked = open.desk.session().parked().len() as u32;
    Tally {
        locked: run.locked,
        stored: run.stored,
        released: run.released,
        turned_away: run.turned_away,
        expired: run.expired,
        open: (locked_now + parked).min(run.locked.saturating_sub(sum)),
        approved: open.lists.count(|state| state == RecordState::Approved),
        to_review: open.lists.count(|state| state == RecordState::Stored),
        sealed: open.lists.count(|state| {
            matches!(state, RecordState::Sealed | RecordState::Delivered | RecordState::Received | RecordState::Resend)
        }),
        bundles_waiting: open.lists.bundles_waiting,
        seconds_each: open.pace.seconds_each(),
        first_time_percent: open.pace.first_time_percent(),
    }
}

/// Free room that must stay whatever the session needs, as the keeper keeps it.
const SPARE_GB: f64 = 0.5;
/// With so few days left to seal the lamp says so.
const FEW_DAYS: i64 = 1;

/// What the people who are still to come need, when the disk does not hold it.
pub(super) fn room_short_gb(open: &OpenDesk) -> Option<f64> {
    let needed = open.lists.bytes_needed as f64 / 1e9;
    open.free.filter(|(_, free)| needed > 0.0 && *free < needed + SPARE_GB).map(|_| needed)
}

/// The lamp of the disk: it warns before something stops new locks.
pub(super) fn store_lamp(open: &OpenDesk) -> Lamp {
    let warns = open.lists.days_to_seal().is_some_and(|days| days <= FEW_DAYS) || room_short_gb(open).is_some();
    match (open.desk.is_vault_broken(), warns) {
        (true, _) => Lamp::Broken,
        (false, true) => Lamp::Warns,
        (false, false) => Lamp::Good,
    }
}
