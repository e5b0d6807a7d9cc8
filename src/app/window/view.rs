//! From the desk's state to the small view that painting reads.

use egui::Context;

use super::day::day_of;
use super::lists::review_item;
use super::stage::{
    camera_strip, counts_as_stored, mark_of, question_of, room_short_gb, stage_of, store_lamp, tally_of, verdict_of,
};
use super::{NOTICE_STAYS, OpenDesk, Window, media, second_disk};
use crate::app::desk::EyesState;
use crate::device::camera::CameraSpec;
use crate::device::os::disk_space;
use crate::domain::code::CodeDigest;
use crate::domain::face::FaceMeasurements;
use crate::domain::guide::finding_behind;
use crate::domain::record::RecordState;
use crate::domain::session::{self, State};
use crate::domain::set_up::Group;
use crate::domain::time::Monotonic;
use crate::text::window as words;
use crate::ui::keymap::Action;
use crate::ui::memory::Page;
use crate::ui::theme::time::SHAKE;
use crate::ui::view::{
    AutoAccept, GroupCount, Health, Lamp, Live, Measured, Norm, Notice, QueueRow, RowMark, Settings, Shot, Strip,
    StudentNotice, Subject, Thumb, View,
};
use crate::worker::camera::CameraStatus;
use crate::worker::clock::wall_now;

/// Measured lines older than this are not shown.
const LINES_VANISH: Monotonic = Monotonic::from_millis(250);
/// The outline of a code that was found stays for this long.
pub(super) const CODE_OUTLINE: Monotonic = Monotonic::from_millis(400);
/// Free room is asked of the disk this often.
const SPACE_EVERY: Monotonic = Monotonic::from_secs(5);

pub(super) fn lines_of(face: &FaceMeasurements) -> Measured {
    Measured {
        head_top_y: face.head_top_y,
        eye_line_y: Some(face.eye_center().y),
        chin_y: Some(face.chin.y),
        cheeks_x: Some(face.cheeks_x),
        center_x: Some(face.eye_center().x),
    }
}

/// First eight digits of a digest.
pub(super) fn short(digest: CodeDigest) -> String {
    digest.to_string()
}

impl Window {
    /// Makes the view of this pass.
    pub(super) fn refresh_view(&mut self, ctx: &Context, now: Monotonic) {
        self.notice = self.notice.take().filter(|(_, at)| now.saturating_sub(*at) < NOTICE_STAYS);
        let handover = std::mem::take(&mut self.view.handover);
        let ways = Box::new(self.ways_view(ctx));
        let purge = Box::new(self.purge_view());
        let receipts = Box::new(self.receipts_view());
        let centre = Box::new(self.centre_view());
        let mut view = View {
            lang: self.preferences.lang(),
            gate: self.gate.clone(),
            no_key_store: self.key_note,
            passphrase_wait: self.passphrase_wait(now),
            people: Box::new(self.staff.view(self.preferences.idle_minutes)),
            settings: self.settings_view(),
            cameras: self.cameras.iter().map(|camera| format!("{}  {}", camera.name, camera.path)).collect(),
            scan_camera: self
                .cameras
                .iter()
                .position(|camera| self.plan.scan_camera.as_ref() == Some(&CameraSpec::V4l2(camera.index))),
            handover,
            purge,
            receipts,
            centre,
            ways,
            ..View::default()
        };
        if let Some(mut open) = self.open.take() {
            self.fill(&mut view, &mut open, ctx, now);
            self.open = Some(open);
        }
        if matches!(self.memory.page, Page::Handover | Page::Prepare | Page::Ways) {
            view.handover.media = self.mounted.at(now, media::mounted);
        }
        self.view = view;
    }

    fn settings_view(&self) -> Settings {
        let preferences = &self.preferences;
        let open = self.open.as_deref();
        Settings {
            auto_shoot: preferences.auto_shoot,
            auto_accept: open.map_or(0, |open| open.context.session.auto_accept_secs),
            muted: preferences.muted,
            faces_student: preferences.faces_student,
            reduced_motion: preferences.reduced_motion,
            student_display: preferences.student_display,
            lens_edge: preferences.lens_edge,
            turn: preferences.turn,
            student_keys: [Action::StudentYes, Action::StudentAgain].map(|action| self.memory.keymap.key(action)),
            zoom_percent: preferences.zoom_percent,
            profile: open.map(|open| open.context.profile.profile.name.clone()).unwrap_or_default(),
            folder: open.map(|open| open.folder.clone()).unwrap_or_default(),
            second_copy: open.and_then(|open| open.station.second_copy.clone()),
            remembered: preferences.remembered,
            stranger: self.stranger_view(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            controls: open.and_then(|open| open.desk.camera_controls()),
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
        view.portrait_camera = self.portrait_camera(&view.health.camera_name);
        view.stage = stage_of(open.desk.state(), &open.desk, now);
        let since = self.trouble.map(|at| now.saturating_sub(at));
        view.trouble_for = since.filter(|since| *since < SHAKE && !self.preferences.reduced_motion);
        if view.trouble_for.is_some() {
            ctx.request_repaint();
        }
        view.subject = self.subject(open, ctx, now);
        view.live = self.live(open, ctx, now);
        view.norm = (&open.context.profile.profile).into();
        view.shot = self.shot(open, ctx, now);
        view.question = self.own_question().or_else(|| question_of(open.desk.state()));
        view.operator_first = self.is_operator_first(open.desk.state());
        super::scan_desk::show(view, open, now);
        view.scan.live = super::scan_desk::live_of(open, &mut self.album, ctx, now);
        self.fill_lists(view, open);
        view.tally = tally_of(open);
        if self.memory.page == Page::Overview {
            view.day = day_of(open, view.lang, wall_now());
        }
        view.roster = super::roster::view_of(open);
        let session = &open.context.session;
        view.notice = StudentNotice { said: session.notice(), examples: self.album.examples(ctx) };
        view.groups = super::roster::groups_of(open, view.lang);
        let heading = open.heading();
        let typed = || session.groups.get(open.group.unwrap_or(0)).map(|group| group_count(group, open));
        view.group = view.groups.iter().find(|group| Some(&group.name) == heading.as_ref()).cloned().or_else(typed);
        if self.memory.page == Page::Prepare {
            *view.prepare = self.prepare_view(open, now);
        }
        view.strips = self.strips(open, view);
        view.review_large = self.album.large();
    }

    fn health(&self, open: &mut OpenDesk, now: Monotonic) -> Health {
        if open.free.is_none_or(|(at, _)| now >= at + SPACE_EVERY) && !open.folder.as_os_str().is_empty() {
            // where the system is not asked the number is left out
            open.free = disk_space(&open.folder).ok().map(|space| (now, space.free_bytes as f64 / 1e9));
        }
        let mut health = Health {
            store: store_lamp(open),
            days_to_seal: open.lists.days_to_seal(),
            seal_other: open.lists.seal_other(&open.context.session.id),
            room_short_gb: room_short_gb(open),
            free_gb: open.free.map(|(_, gigabytes)| gigabytes),
            copy: second_disk::lamp(open),
            copy_behind: second_disk::behind(open),
            copies_missing: open.lists.copies_missing,
            models: match open.desk.eyes() {
                EyesState::Starting => Lamp::Starting,
                EyesState::Ready => Lamp::Good,
                EyesState::Broken => Lamp::Broken,
            },
            stored_today: open.lists.count(counts_as_stored),
            ..Health::default()
        };
        self.add_condition(&mut health, open, wall_now());
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
                slip: None,
                replaces: None,
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
            tail: lock
                .roster_key
                .as_deref()
                .and_then(|number| open.lists.roster.person(number))
                .map(|person| person.shown(self.preferences.lang()))
                .or_else(|| {
                    lock.last_four.as_ref().map(|four| words::last_four(four.as_str(), self.preferences.lang()))
                }),
            slip: lock.queue_number,
            replaces: lock.replaces.map(|replaces| replaces.earlier.shot),
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
        if matches!(open.desk.state(), State::Waiting | State::Interrupted(_)) {
            live.help = open.desk.code_help(now);
        }
        if let Some((corners, at)) = open.desk.unread().filter(|_| live.code.is_none() && live.help.is_some())
            && recent(at, CODE_OUTLINE)
        {
            live.code = Some(corners.map(|point| [point.x, point.y]));
        }
        let framing = matches!(open.desk.state(), State::Framing(_) | State::Locked(_) | State::Shot(_))
            || self.memory.page == Page::Prepare;
        // While the burst is taken and judged nobody looks at the live picture: what was seen last still stands.
        let shooting = matches!(open.desk.state(), State::Shot(_));
        match open.desk.face().filter(|(_, at)| shooting || framing && recent(*at, LINES_VANISH * 2)) {
            Some((seen, at)) => {
                let lines = seen.face.as_ref().filter(|_| recent(at, LINES_VANISH)).map(lines_of);
                self.smooth.toward(seen.crop, lines, now);
                live.faces = seen.report.faces as u32;
                live.findings = open.desk.lights().to_vec();
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
        let shape = Norm::from(&open.context.profile.profile).shape();
        let frames = self.album.burst(ctx, key, (open.desk.burst(), crop, shape), picture.photo.as_ref());
        let accepting = self.accepting.filter(|(attempt, _)| *attempt == review.attempt);
        let pause = open.context.session.auto_accept();
        let auto_accept = accepting.zip(pause).map(|((_, since), pause)| {
            let left = pause.saturating_sub(now.saturating_sub(since));
            let part = 1.0 - left.as_secs_f32() / pause.as_secs_f32();
            AutoAccept { part, seconds_left: left.as_millis().div_ceil(1000) as u32 }
        });
        Some(Shot {
            chosen: picture.frame.min(frames.len().saturating_sub(1)),
            frames,
            verdict: verdict_of(review),
            findings: picture.findings.clone(),
            ask: review.ask.clone(),
            ticked: review.attested.clone(),
            auto_accept,
            measured: picture.face.as_ref().map(lines_of),
        })
    }

    fn fill_lists(&self, view: &mut View, open: &OpenDesk) {
        let lists = &open.lists;
        let simulated = view.simulated;
        let aside = super::scan_desk::rows(open, simulated, view.lang);
        let copies = open.station.second_copy.is_some();
        let called = open.desk.session().expected().map(|expected| expected.earlier.record);
        let stored = lists.rows.iter().map(|row| QueueRow {
            shot: row.shot,
            record: Some(row.id),
            digest: short(row.code_digest),
            tail: lists.details.get(&row.id).and_then(|details| {
                let person = details.roster_key.as_deref().and_then(|number| lists.roster.person(number));
                person.map(|person| person.name).or_else(|| details.last_four.clone())
            }),
            group: row.group.clone(),
            picture: self.album.thumb(row.id),
            mark: match mark_of(row.state, !copies || row.second_copy) {
                RowMark::NeedsRetake if called == Some(row.id) => RowMark::Called,
                mark => mark,
            },
            at: row.captured_at.local_clock(),
            simulated: row.simulated,
        });
        view.expected = open.desk.session().expected().map(|expected| expected.earlier.shot);
        view.queue = aside.into_iter().chain(stored).collect();
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
        view.review = lists.rows.iter().rev().filter_map(|row| review_item(row, lists, &self.album)).collect();
    }

    fn strips(&self, open: &OpenDesk, view: &View) -> Vec<Strip> {
        let mut strips = Vec::new();
        if open.desk.is_vault_broken() {
            strips.push(Strip::WorkerDied { stored: view.health.stored_today });
        }
        if open.desk.eyes() == EyesState::Broken {
            strips.push(Strip::Models);
        }
        strips.extend(
            self.purging.step().map(|step| Strip::Notice(Notice::Fault(crate::text::purge::running(step, view.lang)))),
        );
        if let session::Gate::Closed(fault) = open.desk.session().gate() {
            strips.push(Strip::Store(fault));
        }
        let fault = open.desk.state().review().and_then(|review| review.storing_fault);
        strips.extend(fault.map(Strip::Store));
        strips.extend(second_disk::strip(open));
        strips.extend(super::condition::strips(view, wall_now()));
        strips.extend(self.backdrop_strip(open));
        strips.extend(self.light_strip(open));
        // Few strips have room: what is said now comes before the rest of what opening told.
        let mut told = open.opening_news.iter().cloned().map(|told| Strip::Notice(Notice::Fault(told)));
        strips.extend(told.next());
        strips.extend(self.notice.as_ref().map(|(notice, _)| Strip::Notice(notice.clone())));
        strips.extend(camera_strip(open.desk.session()));
        strips.extend(told);
        // Last: few strips are shown, and this one is said again at each code.
        strips.extend(self.unanswered_strip(open).filter(|strip| !strips.contains(strip)));
        strips
    }
}

/// A heading with its counts.
pub(super) fn group_count(group: &Group, open: &OpenDesk) -> GroupCount {
    let count = |wanted: fn(RecordState) -> bool| open.lists.count_under(&group.name, wanted);
    GroupCount {
        name: group.name.clone(),
        heads: group.heads,
        stored: count(counts_as_stored),
        to_retake: count(|state| matches!(state, RecordState::Retake | RecordState::Rejected)),
    }
}
