//! From the desk's state to the small view that painting reads.

use std::time::Duration;

use egui::Context;

use super::pictures::Album;
use super::{NOTICE_STAYS, OpenDesk, Window, media};
use crate::app::desk::EyesState;
use crate::device::os::disk_space;
use crate::domain::code::CodeDigest;
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::Verdict;
use crate::domain::geometry::Rect;
use crate::domain::guide::finding_behind;
use crate::domain::record::RecordState;
use crate::domain::session::{self, CodeStep, Hold, Lock, Review, SecondCopy, ShotPhase, State};
use crate::domain::time::Monotonic;
use crate::text::window as words;
use crate::ui::memory::Page;
use crate::ui::view::{
    Copies, Health, Lamp, Live, Measured, Question, QueueRow, ReviewItem, RowMark, Settings, Shot, Stage, Strip,
    Subject, Tally, Thumb, View,
};
use crate::worker::camera::CameraStatus;

/// Measured lines older than this are not shown.
const LINES_VANISH: Monotonic = Monotonic::from_millis(250);
/// Lines and crop are smoothed over this time.
const SMOOTH_OVER: Duration = crate::ui::theme::time::SMOOTH;
/// The outline of a code that was found stays for this long.
const CODE_OUTLINE: Monotonic = Monotonic::from_millis(400);
/// Free room is asked of the disk this often.
const SPACE_EVERY: Monotonic = Monotonic::from_secs(5);

/// Crop and lines, steadied.
#[derive(Debug, Clone, Default)]
pub(super) struct Smooth {
    at: Option<Monotonic>,
    crop: Option<Rect>,
    lines: Option<Measured>,
}

impl Smooth {
    fn toward(&mut self, crop: Rect, lines: Option<Measured>, now: Monotonic) {
        let passed = self.at.map_or(SMOOTH_OVER, |at| now.saturating_sub(at));
        let part = 1.0 - (-passed.as_secs_f32() / SMOOTH_OVER.as_secs_f32()).exp();
        let mix = |old: f32, new: f32| old + (new - old) * part;
        let some = |old: Option<f32>, new: Option<f32>| match (old, new) {
            (Some(old), Some(new)) => Some(mix(old, new)),
            (_, new) => new,
        };
        self.crop = Some(self.crop.map_or(crop, |old| {
            Rect::new(mix(old.x, crop.x), mix(old.y, crop.y), mix(old.w, crop.w), mix(old.h, crop.h))
        }));
        self.lines = lines.map(|new| {
            let old = self.lines.unwrap_or(new);
            Measured {
                head_top_y: some(old.head_top_y, new.head_top_y),
                eye_line_y: some(old.eye_line_y, new.eye_line_y),
                chin_y: some(old.chin_y, new.chin_y),
                cheeks_x: match (old.cheeks_x, new.cheeks_x) {
                    (Some(old), Some(new)) => Some([mix(old[0], new[0]), mix(old[1], new[1])]),
                    (_, new) => new,
                },
                center_x: some(old.center_x, new.center_x),
            }
        });
        self.at = Some(now);
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

fn lines_of(face: &FaceMeasurements) -> Measured {
    Measured {
        head_top_y: face.head_top_y,
        eye_line_y: Some(face.eye_center().y),
        chin_y: Some(face.chin.y),
        cheeks_x: Some(face.cheeks_x),
        center_x: Some(face.eye_center().x),
    }
}

/// First eight digits of a digest.
fn short(digest: CodeDigest) -> String {
    digest.to_string()
}

impl Window {
    /// Makes the view of this pass.
    pub(super) fn refresh_view(&mut self, ctx: &Context, now: Monotonic) {
        self.notice = self.notice.take().filter(|(_, at)| now.saturating_sub(*at) < NOTICE_STAYS);
        let handover = std::mem::take(&mut self.view.handover);
        let mut view = View {
            lang: self.preferences.lang(),
            gate: self.gate.clone(),
            settings: self.settings_view(),
            cameras: self.cameras.iter().map(|camera| format!("{}  {}", camera.name, camera.path)).collect(),
            handover,
            ..View::default()
        };
        if let Some(mut open) = self.open.take() {
            self.fill(&mut view, &mut open, ctx, now);
            self.open = Some(open);
        }
        if self.memory.page == Page::Handover {
            view.handover.media = media::mounted();
        }
        self.view = view;
    }

    fn settings_view(&self) -> Settings {
        let preferences = &self.preferences;
        let open = self.open.as_deref();
        Settings {
            auto_shoot: preferences.auto_shoot,
            auto_accept: preferences.auto_accept,
            muted: preferences.muted,
            faces_student: preferences.faces_student,
            reduced_motion: preferences.reduced_motion,
            zoom_percent: preferences.zoom_percent,
            profile: open.map(|open| open.context.profile.profile.name.clone()).unwrap_or_default(),
            folder: open.map(|open| open.folder.clone()).unwrap_or_default(),
            second_copy: open.and_then(|open| open.station.second_copy.clone()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn fill(&mut self, view: &mut View, open: &mut OpenDesk, ctx: &Context, now: Monotonic) {
        self.album.load_waiting(ctx);
        if let Some((id, picture)) = open.lists.large.take() {
            self.album.set_large(ctx, id, picture);
        }
        view.session_name.clone_from(&open.context.session.name);
        view.station = format!("{}  {}", open.station.letter, open.station.station);
        view.simulated = open.station.simulated || self.plan.camera.is_simulated();
        view.health = self.health(open, now);
        view.stage = stage_of(open.desk.state(), &open.desk, now);
        view.subject = self.subject(open, ctx, now);
        view.live = self.live(open, ctx, now);
        view.shot = self.shot(open, ctx, now);
        view.question = self.asked.clone().or_else(|| question_of(open.desk.state()));
        self.fill_lists(view, open);
        view.tally = tally_of(open);
        view.strips = self.strips(open, view);
        view.review_large = self.album.large();
    }

    fn health(&self, open: &mut OpenDesk, now: Monotonic) -> Health {
        if open.free.is_none_or(|(at, _)| now >= at + SPACE_EVERY) && !open.folder.as_os_str().is_empty() {
            // where the system is not asked the number is left out
            open.free = disk_space(&open.folder).ok().map(|space| (now, space.free_bytes as f64 / 1e9));
        }
        let mut health = Health {
            store: if open.desk.is_vault_broken() { Lamp::Broken } else { Lamp::Good },
            free_gb: open.free.map(|(_, gigabytes)| gigabytes),
            copy: match (&open.station.second_copy, open.lists.copies_missing) {
                (None, _) => Lamp::Absent,
                (Some(_), 0) => Lamp::Good,
                (Some(_), _) => Lamp::Warns,
            },
            copies_missing: open.lists.copies_missing,
            models: match open.desk.eyes() {
                EyesState::Starting => Lamp::Starting,
                EyesState::Ready => Lamp::Good,
                EyesState::Broken => Lamp::Broken,
            },
            stored_today: open.lists.count(|state| {
                !matches!(state, RecordState::Withdrawn | RecordState::Superseded | RecordState::Rejected)
            }),
            ..Health::default()
        };
        match open.desk.camera_status() {
            CameraStatus::Opening => {
                health.camera = Lamp::Starting;
                health.camera_opening_for = Some(now.saturating_sub(open.opened_at));
            }
            CameraStatus::Streaming { description, fps_measured } => {
                health.camera = Lamp::Good;
                health.camera_name =
                    format!("{} {}x{} {}", description.name, description.width, description.height, description.format);
                health.camera_fps = Some(fps_measured);
            }
            CameraStatus::Lost { fault, retry_in } => {
                health.camera = Lamp::Broken;
                health.camera_fault = Some(fault);
                health.camera_retry_in = Some(retry_in.as_secs() as u32).filter(|&seconds| seconds > 0);
                health.camera_detail = self.looked_for();
            }
        }
        health
    }

    /// What the system listed when a camera was looked for.
    fn looked_for(&self) -> String {
        let listed: Vec<String> =
            self.cameras.iter().take(4).map(|camera| format!("{}  {}", camera.path, camera.name)).collect();
        if listed.is_empty() { words::no_device_listed(self.preferences.lang()).to_owned() } else { listed.join("\n") }
    }

    fn subject(&mut self, open: &OpenDesk, ctx: &Context, now: Monotonic) -> Option<Subject> {
        if let State::Stored(stored) = open.desk.state() {
            return Some(Subject {
                shot: stored.shot,
                digest: short(stored.digest),
                tail: None,
                witness: None,
                seconds_left: None,
                shots_taken: 0,
            });
        }
        let lock = open.desk.state().lock()?;
        let waits = matches!(open.desk.state(), State::Locked(_) | State::Framing(_) | State::Interrupted(_));
        let left = lock.time_left(now, open.desk.session().settings());
        Some(Subject {
            shot: lock.shot,
            digest: short(lock.subject.digest()),
            tail: lock.last_four.as_ref().map(|four| words::last_four(four.as_str(), self.preferences.lang())),
            witness: lock.subject.witness.as_ref().and_then(|bytes| self.album.witness(ctx, bytes)),
            seconds_left: waits.then_some(left.as_secs() as u32),
            shots_taken: lock.shots,
        })
    }

    fn live(&mut self, open: &OpenDesk, ctx: &Context, now: Monotonic) -> Live {
        let Some(frame) = open.desk.frame() else { return Live::default() };
        let picture = Some(self.album.preview(ctx, &frame));
        let mut live = Live { picture, ..Live::default() };
        let recent = |at: Monotonic, limit: Monotonic| frame.at.saturating_sub(at) <= limit;
        if let Some((codes, at)) = open.desk.codes()
            && recent(at, CODE_OUTLINE)
        {
            live.code = codes.first().map(|code| code.corners.map(|point| [point.x, point.y]));
        }
        let framing = matches!(open.desk.state(), State::Framing(_) | State::Locked(_) | State::Shot(_));
        match open.desk.face().filter(|(_, at)| framing && recent(*at, LINES_VANISH * 2)) {
            Some((seen, at)) => {
                let lines = seen.face.as_ref().filter(|_| recent(at, LINES_VANISH)).map(lines_of);
                self.smooth.toward(seen.crop, lines, now);
                live.faces = seen.report.faces as u32;
                live.findings.clone_from(&seen.report.findings);
                live.crop = self.smooth.crop.filter(|_| live.faces > 0);
                live.measured = self.smooth.lines;
            }
            None => self.smooth.forget(),
        }
        self.instruction = open.desk.instruction().filter(|_| framing).and_then(|instruction| {
            let kept = self.instruction.take().filter(|(known, _)| *known == instruction);
            let fresh = finding_behind(instruction, &live.findings).cloned().map(|finding| (instruction, finding));
            fresh.or(kept)
        });
        live.instruction = self.instruction.as_ref().map(|(_, finding)| finding.clone());
        live
    }

    fn shot(&mut self, open: &OpenDesk, ctx: &Context, now: Monotonic) -> Option<Shot> {
        let review = open.desk.state().review()?;
        let picture = &review.picture;
        let key = (review.attempt, picture.frame);
        let crop = open.desk.face().map(|(seen, _)| seen.crop);
        let frames = self.album.burst(ctx, key, open.desk.burst(), crop, picture.photo.as_ref());
        let auto_accept = self
            .accepting
            .filter(|(attempt, _)| *attempt == review.attempt)
            .map(|(_, since)| now.saturating_sub(since).as_secs_f32() / super::AUTO_ACCEPT.as_secs_f32());
        Some(Shot {
            chosen: picture.frame.min(frames.len().saturating_sub(1)),
            frames,
            verdict: verdict_of(review),
            findings: picture.findings.clone(),
            ask: review.open_ask().cloned().collect(),
            auto_accept,
            measured: picture.face.as_ref().map(lines_of),
        })
    }

    fn fill_lists(&self, view: &mut View, open: &OpenDesk) {
        let lists = &open.lists;
        let simulated = view.simulated;
        let parked = lists.parked.iter().rev().map(|parked| QueueRow {
            shot: parked.shot,
            digest: short(parked.digest),
            tail: None,
            picture: None,
            mark: RowMark::Parked,
            at: String::new(),
            simulated,
        });
        let copies = open.station.second_copy.is_some();
        let stored = lists.rows.iter().map(|row| QueueRow {
            shot: row.shot,
            digest: short(row.code_digest),
            tail: lists.details.get(&row.id).and_then(|details| details.last_four.clone()),
            picture: self.album.thumb(row.id),
            mark: mark_of(row.state, !copies || row.second_copy),
            at: row.captured_at.local_clock(),
            simulated: row.simulated,
        });
        view.queue = parked.chain(stored).collect();
        view.recent = lists
            .rows
            .iter()
            .take(4)
            .map(|row| Thumb {
                shot: row.shot,
                picture: self.album.thumb(row.id),
                mark: mark_of(row.state, !copies || row.second_copy),
            })
            .collect();
        view.review = lists.rows.iter().rev().filter_map(|row| review_item(row, open, &self.album)).collect();
    }

    fn strips(&self, open: &OpenDesk, view: &View) -> Vec<Strip> {
        let mut strips = Vec::new();
        if open.desk.is_vault_broken() {
            strips.push(Strip::WorkerDied { stored: view.health.stored_today });
        }
        if open.desk.eyes() == EyesState::Broken {
            strips.push(Strip::Models);
        }
        if let session::Gate::Closed(fault) = open.desk.session().gate() {
            strips.push(Strip::Store(fault));
        }
        let fault = open.desk.state().review().and_then(|review| review.storing_fault);
        strips.extend(fault.map(Strip::Store));
        strips.extend(self.notice.as_ref().map(|(notice, _)| Strip::Notice(notice.clone())));
        strips
    }
}

/// Failing findings that were overridden fail no more.
fn verdict_of(review: &Review) -> Verdict {
    match review.verdict() {
        Verdict::Fail if review.open_failures().next().is_none() => Verdict::Warn,
        verdict => verdict,
    }
}

fn mark_of(state: RecordState, copied: bool) -> RowMark {
    match state {
        RecordState::Withdrawn | RecordState::Superseded | RecordState::Purged => RowMark::Withdrawn,
        RecordState::Rejected | RecordState::Retake => RowMark::NeedsRetake,
        _ if copied => RowMark::Stored,
        _ => RowMark::StoredCopyMissing,
    }
}

fn review_item(row: &crate::store::RecordSummary, open: &OpenDesk, album: &Album) -> Option<ReviewItem> {
    if matches!(row.state, RecordState::Superseded | RecordState::Purged) {
        return None;
    }
    let details = open.lists.details.get(&row.id);
    Some(ReviewItem {
        id: row.id,
        shot: row.shot,
        picture: album.thumb(row.id),
        state: row.state,
        findings: details.map(|details| details.findings.clone()).unwrap_or_default(),
        overridden: details.map_or(0, |details| details.overridden),
        at: row.captured_at.local_clock(),
        simulated: row.simulated,
    })
}

/// The table from the session's state to what the band shows.
fn stage_of(state: &State, desk: &crate::app::desk::Desk, now: Monotonic) -> Stage {
    let settings = desk.session().settings();
    match state {
        State::Waiting => Stage::Waiting,
        State::CodeRead(read) => match read.step {
            CodeStep::Collected(_) => Stage::Collected,
            CodeStep::LookingUp | CodeStep::Numbering(_) => Stage::Reading,
        },
        State::Locked(_) => Stage::Locked,
        State::Interrupted(_) => Stage::Interrupted,
        State::Framing(framing) => match framing.hold {
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

fn question_of(state: &State) -> Option<Question> {
    if let State::CodeRead(read) = state
        && let CodeStep::Collected(earlier) = read.step
    {
        return Some(Question::AlreadyCollected { shot: earlier.shot, at: earlier.captured_at.local_clock() });
    }
    let Lock { shot, question, .. } = state.lock()?;
    match question.as_ref()? {
        session::Question::OtherCode(other) => {
            Some(Question::OtherCode { locked: *shot, digest: short(other.digest()) })
        }
        session::Question::DiscardPicture => Some(Question::ReleaseWithPicture),
    }
}

fn tally_of(open: &OpenDesk) -> Tally {
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
        seconds_each: open.pace.seconds_each(),
        first_time_percent: open.pace.first_time_percent(),
    }
}
