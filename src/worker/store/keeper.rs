//! Does the desk's jobs on the open store: from a draft to a durable record, from a subject to a durable lock.

use std::time::Duration;

use super::exposures::Exposures;
use super::{SavedRecord, StoreAnswer, StoreJob, StoreRequest};
use crate::device::os::disk_space;
use crate::domain::code::CodeDigest;
use crate::domain::fault::StoreFault;
use crate::domain::profile_file::ProfileFile;
use crate::domain::record::Confirmation;
use crate::domain::session::{
    Collected, Draft, Earlier, Gate, LockEnd, Note, Number, PictureBytes, QueueRule, Replaces, SecondCopy, StoreTask,
    Subject, TurnedAway,
};
use crate::store::{self, NewLock, NewRecord, Replaced, SessionSettings, Store, StoreError};
use crate::vision::CHECKS_VERSION;
use crate::worker::clock::wall_now;

/// With less room than this on the first disk no new lock is opened; the record at hand still fits.
pub(super) const LEAST_FREE_BYTES: u64 = 512 * 1024 * 1024;
/// How often the disks are looked at while nothing is asked.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The open session and what goes into each of its records.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionContext {
    pub session: SessionSettings,
    pub profile: ProfileFile,
    /// Names the models in every record.
    pub models_version: String,
}

/// The store, and the session whose records it keeps.
pub struct Keeper {
    pub(super) store: Store,
    context: SessionContext,
    gate: Gate,
    pub(super) exposures: Exposures,
    /// How the second disk was when it was told last.
    second: store::SecondCopy,
}

impl Keeper {
    /// Takes the store; keeps the profile's text in it, once per hash.
    pub fn new(mut store: Store, context: SessionContext) -> Result<Self, StoreError> {
        keep_profile(&mut store, &context)?;
        Ok(Self {
            store,
            context,
            gate: Gate::Open,
            exposures: Exposures::default(),
            second: store::SecondCopy::NotConfigured,
        })
    }

    pub const fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Another session, or another profile, from the next record on.
    pub fn use_context(&mut self, context: SessionContext) -> Result<(), StoreError> {
        keep_profile(&mut self.store, &context)?;
        self.context = context;
        Ok(())
    }

    /// The subjects that were locked or parked when the program ended; parked ones first.
    pub(super) fn locks_found(&self) -> Vec<StoreAnswer> {
        let found = self.store.parked().and_then(|parked| Ok((parked, self.store.open_lock()?)));
        let (parked, open) = match found {
            Ok(found) => found,
            Err(error) => return vec![failed(StoreTask::OpenLock, &error)],
        };
        let parked = parked.into_iter().map(|lock| {
            let (shot, queued, row) = (lock.shot, lock.queued, lock.roster_key.clone());
            let replaces = self.replaces(&lock);
            let subject = Box::new(subject_of(lock));
            if queued {
                StoreAnswer::WaitingFound { subject, shot }
            } else {
                StoreAnswer::ParkedFound { subject, shot, row, replaces }
            }
        });
        let open = open.map(|lock| {
            let (shot, row, replaces) = (lock.shot, lock.roster_key.clone(), self.replaces(&lock));
            StoreAnswer::LockFound { subject: Box::new(subject_of(lock)), shot, row, replaces }
        });
        parked.chain(open).collect()
    }

    /// What the desk knows of the record that a held subject's next one replaces.
    fn replaces(&self, lock: &store::OpenLock) -> Option<Replaces> {
        let Replaced { record, reason } = lock.replaces?;
        let found = self.store.summary(record);
        // Lost on this disk: then the new picture stands for itself.
        let found =
            found.inspect_err(|error| log::warn!("{}: what it replaces is not known: {error}", lock.shot)).ok()?;
        let earlier = Earlier { record, shot: found.shot, captured_at: found.captured_at };
        Some(Replaces { earlier, reason })
    }

    /// Does one job. `Visit` gives nothing back here.
    pub(super) fn work(&mut self, request: StoreRequest) -> Option<StoreAnswer> {
        let by = request.by;
        let before = self.store.changes();
        // Work that the desk does not know of may move any record; a record that replaces another moves that one, and
        // one that is taken back brings it back.
        let moves_others = match &request.job {
            StoreJob::Visit(_) | StoreJob::Withdraw { .. } => true,
            StoreJob::Save(draft) => draft.replaces.is_some(),
            _ => false,
        };
        let answer = self.do_work(request.job, by);
        if !moves_others {
            self.exposures_stay(before);
        }
        answer
    }

    fn do_work(&mut self, job: StoreJob, by: u32) -> Option<StoreAnswer> {
        let (task, result) = match job {
            StoreJob::LookUp { digest } => (StoreTask::LookUp, self.look_up(digest)),
            StoreJob::OpenLock { subject, number, group, replaces } => {
                (StoreTask::OpenLock, self.open_lock(*subject, number, group, replaces.map(replaced), by))
            }
            StoreJob::Queue { subject, rule, group } => (StoreTask::Queue, self.queue(*subject, rule, group, by)),
            StoreJob::EndLock { shot, end } => (StoreTask::EndLock, self.end_lock(shot, end, by)),
            StoreJob::KeepRow { shot, row } => {
                let kept = self.store.bind_lock(shot, &row, by, wall_now());
                (StoreTask::Note, kept.map(|()| StoreAnswer::Noted))
            }
            StoreJob::KeepReplaced { shot, replaces } => {
                let kept = self.store.lock_replaces(shot, replaced(replaces), by, wall_now());
                (StoreTask::Note, kept.map(|()| StoreAnswer::Noted))
            }
            StoreJob::Save(draft) => (StoreTask::Store, self.save(*draft)),
            StoreJob::Withdraw { record } => {
                let done = self.store.withdraw(record, None, by, wall_now());
                (StoreTask::Withdraw, done.map(|predecessor| StoreAnswer::Withdrawn { record, predecessor }))
            }
            StoreJob::Note(note) => {
                (StoreTask::Note, self.store.note(stored_note(&note), by, wall_now()).map(|()| StoreAnswer::Noted))
            }
            StoreJob::Visit(visit) => {
                visit(self);
                return None;
            }
        };
        Some(result.unwrap_or_else(|error| failed(task, &error)))
    }

    /// This station's own record comes before another station's list.
    fn look_up(&self, digest: CodeDigest) -> Result<StoreAnswer, StoreError> {
        if let Some(found) = self.store.standing_record(digest)? {
            let earlier = Some(Earlier { record: found.id, shot: found.shot, captured_at: found.captured_at });
            return Ok(StoreAnswer::LookedUp { digest, earlier });
        }
        Ok(match self.store.collected_elsewhere(digest)? {
            Some(elsewhere) => StoreAnswer::FoundElsewhere { digest, elsewhere },
            None => StoreAnswer::LookedUp { digest, earlier: None },
        })
    }

    fn open_lock(
        &mut self,
        subject: Subject,
        number: Number,
        group: Option<String>,
        replaces: Option<Replaced>,
        by: u32,
    ) -> Result<StoreAnswer, StoreError> {
        let digest = subject.digest();
        let shot = match number {
            Number::New => {
                if let Some(held) = self.store.held_for(digest)?.filter(|held| held.parked) {
                    // Numbered by the other lens in the meantime.
                    self.store.recall_to_replace(held.shot, digest, replaces, by, wall_now())?.shot
                } else {
                    let lock = NewLock { replaces, ..self.new_lock(subject, group) };
                    self.store.take_lock(&lock, by, wall_now())?
                }
            }
            Number::Keep(shot) => self.store.recall_to_replace(shot, digest, replaces, by, wall_now())?.shot,
        };
        Ok(StoreAnswer::LockOpened { digest, shot })
    }

    fn new_lock(&self, subject: Subject, group: Option<String>) -> NewLock {
        NewLock {
            session: self.context.session.id.clone(),
            group,
            code: subject.code,
            source: subject.source,
            symbol: subject.symbol,
            witness: subject.witness.map(|witness| witness.bytes.to_vec()),
            replaces: None,
        }
    }

    /// A number to wait with; nobody is locked by it.
    fn queue(
        &mut self,
        subject: Subject,
        rule: QueueRule,
        group: Option<String>,
        by: u32,
    ) -> Result<StoreAnswer, StoreError> {
        let digest = subject.digest();
        if let Some(held) = self.store.held_for(digest)? {
            return Ok(StoreAnswer::Queued { digest, shot: held.shot });
        }
        if rule == QueueRule::OnlyNew {
            match self.look_up(digest)? {
                StoreAnswer::LookedUp { earlier: Some(earlier), .. } => {
                    return Ok(StoreAnswer::QueueCollected { digest, found: Collected::Here(earlier) });
                }
                StoreAnswer::FoundElsewhere { elsewhere, .. } => {
                    return Ok(StoreAnswer::QueueCollected { digest, found: Collected::Elsewhere(elsewhere) });
                }
                _ => {}
            }
        }
        let lock = self.new_lock(subject, group);
        let shot = self.store.queue_lock(&lock, by, wall_now())?;
        Ok(StoreAnswer::Queued { digest, shot })
    }

    fn end_lock(
        &mut self,
        shot: crate::domain::ids::ShotNumber,
        end: LockEnd,
        by: u32,
    ) -> Result<StoreAnswer, StoreError> {
        let now = wall_now();
        let stored = match end {
            LockEnd::Parked => {
                self.store.park(shot, by, now)?;
                return Ok(StoreAnswer::LockEnded { shot, end });
            }
            // The commit of the record ended it.
            LockEnd::Stored => return Ok(StoreAnswer::LockEnded { shot, end }),
            LockEnd::Released => store::LockEnd::Released,
            LockEnd::Expired => store::LockEnd::Expired,
            LockEnd::TurnedAway(TurnedAway::NoCode) => store::LockEnd::NoCode,
            LockEnd::TurnedAway(TurnedAway::Unreadable) => store::LockEnd::Unreadable,
            LockEnd::TurnedAway(TurnedAway::AlreadyCollected) => store::LockEnd::AlreadyCollected,
            LockEnd::TurnedAway(TurnedAway::NotCompliant) => store::LockEnd::NotCompliant,
        };
        self.store.release_lock(shot, stored, by, now)?;
        Ok(StoreAnswer::LockEnded { shot, end })
    }

    fn save(&mut self, draft: Draft) -> Result<StoreAnswer, StoreError> {
        let now = wall_now();
        let picture = draft.picture;
        let photo = picture
            .photo
            .ok_or_else(|| StoreError::new(StoreFault::Other, "a record without a picture is not stored"))?;
        let profile = &self.context.profile;
        let new = NewRecord {
            shot: draft.shot,
            photo: photo.bytes.to_vec(),
            original: picture.original.bytes.to_vec(),
            original_media_type: picture.original.media_type.to_owned(),
            exposure: picture.exposure,
            approval: self.context.session.approval,
            last_four: draft.last_four.map(|four| four.as_str().to_owned()),
            roster_key: draft.roster_key,
            notice_version: self.context.session.notice_version,
            notice_acknowledged: draft.notice_acknowledged,
            operator: draft.operator,
            confirmation: Confirmation { by: draft.confirmed_by, at: now },
            simulated: picture.simulated,
            camera: picture.camera,
            profile_id: profile.profile.id.clone(),
            profile_version: profile.profile.version,
            profile_sha256: profile.sha256,
            checks_version: CHECKS_VERSION,
            models_version: self.context.models_version.clone(),
            findings: picture.findings,
            attested: draft.attested,
            overrides: draft.overrides,
            supersedes: draft.replaces.map(|r| (r.earlier.record, r.reason)),
            captured_at: picture.captured_at,
        };
        let saved = self.store.save(new, now)?;
        let copy = match saved.second_copy {
            store::SecondCopy::Landed => SecondCopy::Landed,
            store::SecondCopy::Behind(_) => SecondCopy::Behind,
            store::SecondCopy::NotConfigured => SecondCopy::NotKept,
        };
        let (record, shot, photo_sha256) = (saved.id, saved.shot, saved.photo_sha256);
        let exposure = self.exposure_of(record);
        Ok(StoreAnswer::Saved(SavedRecord { record, shot, photo_sha256, copy, exposure }))
    }

    /// Looks after the disks: what landed on the second one, and whether new locks may be opened.
    pub(super) fn look_after(&mut self) -> Vec<StoreAnswer> {
        let mut answers = Vec::new();
        let second = self.store.second_copy();
        if second == store::SecondCopy::Landed {
            // Pulled between two students it is missed before the next one is stored.
            self.store.look_at_second_disk();
        } else if let Err(error) = self.store.catch_up() {
            // A journal or the file of a lock may be behind, too.
            log::warn!("the second copy is not caught up: {error}");
        }
        if self.second != second {
            self.second = second;
            answers.push(StoreAnswer::SecondDisk(second));
        }
        answers.extend(self.store.take_landed().into_iter().map(|record| StoreAnswer::CopyLanded { record }));
        let gate = self.look_at_gate();
        if gate != self.gate {
            self.gate = gate;
            answers.push(StoreAnswer::NewLocks(gate));
        }
        answers
    }

    fn look_at_gate(&self) -> Gate {
        if let Err(error) = self.store.check_new_locks() {
            return Gate::Closed(error.fault());
        }
        // Where the system does not tell, the write itself will.
        let full = disk_space(self.store.folder()).is_ok_and(|space| space.free_bytes < LEAST_FREE_BYTES);
        if full { Gate::Closed(StoreFault::DiskFull) } else { Gate::Open }
    }
}

fn keep_profile(store: &mut Store, context: &SessionContext) -> Result<(), StoreError> {
    let ProfileFile { profile, text, .. } = &context.profile;
    store.keep_profile(&profile.id, profile.version, text, wall_now()).map(|_hash| ())
}

fn subject_of(lock: store::OpenLock) -> Subject {
    let witness = lock.witness.map(jpeg);
    Subject { code: lock.code, source: lock.source, symbol: lock.symbol, witness }
}

const fn replaced(replaces: Replaces) -> Replaced {
    Replaced { record: replaces.earlier.record, reason: replaces.reason }
}

fn jpeg(bytes: Vec<u8>) -> PictureBytes {
    PictureBytes { bytes: bytes.into(), media_type: "image/jpeg" }
}

fn failed(task: StoreTask, error: &StoreError) -> StoreAnswer {
    StoreAnswer::Failed { task, fault: error.fault(), detail: error.to_string() }
}

fn stored_note(note: &Note) -> store::Note {
    let named = |name: &str, shot, second, detail: Option<&str>| store::Note {
        name: name.to_owned(),
        shot,
        second,
        detail: detail.map(str::to_owned),
    };
    match note {
        Note::Interrupted { shot, cause } => named("interrupted", Some(*shot), None, Some(cause.as_str())),
        Note::WitnessConfirmed { shot } => named("witness_confirmed", Some(*shot), None, None),
        Note::CodeShownAgain { shot } => named("code_shown_again", Some(*shot), None, None),
        Note::GunDiffers { shot } => named("gun_differs", Some(*shot), None, None),
        Note::SlipMatched { shot, slip } => named("slip_matched", Some(*shot), None, Some(&slip.to_string())),
        Note::SlipDiffers { shot, slip } => named("slip_differs", Some(*shot), None, Some(&slip.to_string())),
        Note::CodeVouched { shot, second, .. } => named("code_vouched", Some(*shot), Some(*second), None),
        Note::OverrideSeconded { shot, second, .. } => named("override_seconded", Some(*shot), Some(*second), None),
        Note::CollectedElsewhere { shot, reason } => {
            let reason = format!("{shot} {reason:?}").to_lowercase();
            named("collected_elsewhere", None, None, Some(reason.as_str()))
        }
        Note::MoreShots { shot } => named("more_shots", Some(*shot), None, None),
        Note::PictureJudged { shot, pictures, failed } => {
            let words = std::iter::once(pictures.to_string()).chain(failed.iter().map(ToString::to_string));
            let detail = words.collect::<Vec<_>>().join(" ");
            named(store::PICTURE_JUDGED, Some(*shot), None, Some(&detail))
        }
        Note::TurnedAway { reason } => named(store::TURNED_AWAY, None, None, Some(reason.as_str())),
    }
}
