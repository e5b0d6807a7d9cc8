//! What painting asked for, done.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::opening::{self, Way};
use super::{Plan, Reply, Window, media};
use crate::bundle::BundleError;
use crate::bundle::keys::recipient;
use crate::bundle::station::{SealOptions, centre_card, deliver_bundle, seal_session, undelivered};
use crate::device::os::monotonic_now;
use crate::domain::code::SubjectCode;
use crate::domain::fault::BundleFault;
use crate::domain::ids::{RecordId, SessionId, StationLetter};
use crate::domain::operator::Right;
use crate::domain::record::RecordState;
use crate::domain::session::{self, TurnedAway};
use crate::domain::time::Monotonic;
use crate::store::{Passphrase, Store, StoreError};
use crate::text::Lang;
use crate::text::window::{self as words, ListDone};
use crate::ui::review::{REJECTIONS, WITHDRAWALS};
use crate::ui::student::MOST_DISPLAYS;
use crate::ui::view::{Answer, Command, FolderFor, Gate, HandoverWork, Notice, Question, Secret, Switch, TurnAway};
use crate::worker::clock::wall_now;

impl Window {
    /// Does one command.
    pub(super) fn act(&mut self, command: Command, ctx: &egui::Context, now: Monotonic) {
        use session::Command as S;
        self.is_active(now);
        if self.staff.is_locked() && !matches!(command, Command::People(_) | Command::Quit) {
            return;
        }
        match command {
            Command::People(command) => self.people(command, now),
            Command::Purge(command) => self.purge(command, now),
            Command::Receipts(command) => self.receipts(command, now),
            Command::Centre(command) => self.centre(command, now),
            Command::Adopt(command) => self.adopt(command, now),
            Command::Shoot => self.session(S::Shoot, now),
            Command::Accept(_) => self.session(S::Accept, now),
            Command::Retake => self.session(S::Retake, now),
            Command::Release => self.session(S::Release, now),
            Command::PickFrame(index) => self.session(S::ChooseFrame(index), now),
            Command::Attest(item) => self.session(S::Attest(item), now),
            Command::AttestAll => self.attest_all(now),
            Command::Silence => self.session(S::Silence, now),
            Command::Park => self.session(S::Park, now),
            Command::ConfirmWitness => self.confirm_witness(now),
            Command::LetGo(shot) => self.session(S::LetGo(shot), now),
            Command::PrintSlip => self.print_slip(),
            Command::Recall(shot) => self.session(S::Recall(shot), now),
            Command::CallBack(record) => self.call_back(record, now),
            Command::StudentSays(said) => self.student_said(said, now),
            Command::AskOverride => self.ask_override(),
            Command::AskTurnAway => self.ask(Question::TurnAwayReason),
            Command::UndoLast => self.ask_undo(now),
            Command::Answer(answer) => self.answer(answer, now),
            Command::Gun(line) => self.gun(&line, now),
            Command::Roster(command) => self.roster_command(command, now),
            Command::CreateStation { passphrase, letter, recovery } => {
                self.open_with(&passphrase, Making::New(letter, recovery));
            }
            Command::Rebuild(secret) => self.open_with(&secret, Making::Anew),
            Command::Unlock(secret) => self.open_with(&secret, Making::Existing),
            Command::OpenDemonstration => self.start_again(Plan::demonstration()),
            Command::LookForCamera => self.look_for_camera(),
            Command::ChooseCamera(index) => self.choose_camera(index),
            Command::TurnCamera(turn) => self.turn_camera(turn),
            Command::ChooseScanCamera(index) => self.choose_scan_camera(index),
            Command::ExportCollected(file) => self.exchange_list(file, ListDone::Written),
            Command::ImportCollected(file) => self.exchange_list(file, ListDone::TakenIn),
            Command::TrustList if !self.allowed(Right::Keys, now) => {}
            Command::TrustList => self.trust_list(),
            Command::RefuseList => self.stranger = None,
            Command::Approve(_) | Command::Reject(..) | Command::Withdraw(..) | Command::TakeBack(_)
                if !self.allowed(Right::Review, now) => {}
            Command::Seal { .. } if !self.allowed(Right::Seal, now) => {}
            Command::Approve(id) => self.move_record(id, RecordState::Approved, None),
            Command::Reject(id, digit) => {
                let word = REJECTIONS.get(usize::from(digit).saturating_sub(1));
                self.move_record(id, RecordState::Rejected, word.map(|word| word.text(Lang::Zh).to_owned()));
            }
            Command::Withdraw(id, digit) => {
                let word = WITHDRAWALS.get(usize::from(digit).saturating_sub(1));
                self.withdraw_record(id, word.map(|word| word.text(Lang::Zh).to_owned()));
            }
            Command::TakeBack(id) => {
                self.change_record(move |store, by| store.take_back(id, by, wall_now()).map(|_state| ()));
            }
            Command::SetAutoAccept(seconds) => self.set_auto_accept(seconds),
            Command::UseThisDisk => self.use_this_disk(now),
            Command::PickFolder(purpose) => {
                if purpose == FolderFor::Handover {
                    self.view.handover.picked = None;
                }
                media::pick_folder(purpose, self.answer.clone(), Arc::clone(&self.wake));
            }
            Command::Seal { target, recipient } => self.seal(target, recipient),
            Command::ShowLarge(id) => {
                if self.large != Some(id) {
                    self.large = Some(id);
                    self.fetch_lists();
                }
            }
            command @ (Command::StartSession(_)
            | Command::ChangeSession(_)
            | Command::OpenSession(_)
            | Command::TestBackdrop
            | Command::OverruleBackdrop(_)
            | Command::TestSound
            | Command::TestDisks(_)
            | Command::ImportSetUp
            | Command::ExportSetUp(_)
            | Command::WritePoster(_)
            | Command::NextGroup) => self.prepare(command, now),
            Command::ForgetPassphrase => self.forget_passphrase(now),
            Command::Ways(command) => self.act_on_ways(&command, now),
            Command::RestartWorker => self.restart(),
            Command::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            other => self.prefer(&other, now),
        }
    }

    /// Switches of this run.
    fn prefer(&mut self, command: &Command, now: Monotonic) {
        let preferences = &mut self.preferences;
        match command {
            Command::ToggleAutoShoot => {
                preferences.auto_shoot = !preferences.auto_shoot;
                self.configure(now);
            }
            Command::ToggleMute => preferences.muted = !preferences.muted,
            Command::SetFacesStudent(switch) => preferences.faces_student = *switch == Switch::On,
            Command::TeachKeys(keys) => preferences.keys.clone_from(keys),
            Command::SetReducedMotion(switch) => preferences.reduced_motion = *switch == Switch::On,
            Command::SetStudentDisplay(display) => preferences.student_display = (*display).min(MOST_DISPLAYS),
            Command::SetLensEdge(edge) => preferences.lens_edge = *edge,
            Command::SetZoom(percent) => preferences.zoom_percent = (*percent).clamp(80, 150),
            Command::SetLanguage(lang) => preferences.english = *lang == Lang::En,
            _ => return,
        }
        self.keep_preferences();
    }

    /// The operator compared the witness, and says so for the student too: the journal keeps who agreed.
    fn confirm_witness(&mut self, now: Monotonic) {
        self.session(session::Command::ConfirmWitness, now);
        self.student_says(session::StudentSays::ThatIsMine, now);
    }

    fn ask_override(&mut self) {
        let review = self.open.as_ref().and_then(|open| open.desk.state().review());
        let checks: Vec<_> = review.into_iter().flat_map(session::Review::open_failures).map(|f| f.id).collect();
        if !checks.is_empty() {
            self.ask(Question::OverrideReason { checks });
        }
    }

    /// Ticks everything that is still to be asked; what is ticked is taken back one by one.
    fn attest_all(&mut self, now: Monotonic) {
        let review = self.open.as_ref().and_then(|open| open.desk.state().review());
        let open_ask: Vec<_> = review.into_iter().flat_map(session::Review::open_ask).cloned().collect();
        for item in open_ask {
            self.session(session::Command::Attest(item), now);
        }
    }

    fn ask_undo(&mut self, now: Monotonic) {
        let last = self.open.as_ref().and_then(|open| open.desk.session().last());
        match last.map(|last| last.shot) {
            Some(shot) => self.ask(Question::UndoLast { shot }),
            None => self.refuse(session::Refusal::NothingToUndo, now),
        }
    }

    fn answer(&mut self, answer: Answer, now: Monotonic) {
        use session::Command as S;
        if let Some(asked) = self.asked.take() {
            let session = self.open.as_ref().map(|open| open.desk.session());
            if !session.is_some_and(|session| asked.stands(session)) {
                return;
            }
            match (asked.question, answer) {
                (Question::UndoLast { .. }, Answer::Yes) => self.session(S::UndoLast, now),
                (asked @ (Question::RosterTaken { .. } | Question::RosterUnknown { .. }), Answer::Yes) => {
                    self.roster_agreed(&asked, now);
                }
                (Question::OverrideReason { checks }, Answer::Override(reason)) => {
                    self.override_checks(checks, reason, now);
                }
                (Question::WhichCode { .. }, Answer::Code(place)) => self.code_chosen(Some(place), now),
                (Question::WhichCode { .. }, _) => self.code_chosen(None, now),
                (Question::IsRetakeOf { record, .. }, Answer::Yes) => self.is_retake_of(record, now),
                (Question::TurnAwayReason, Answer::TurnAway(reason)) => self.session(S::TurnAway(turned(reason)), now),
                _ => {}
            }
            return;
        }
        let asked = self.view.question.clone();
        match (asked, answer) {
            (Some(Question::AlreadyCollected { .. } | Question::CollectedElsewhere { .. }), Answer::Retake(reason)) => {
                self.session(S::RetakeCollected(reason), now);
            }
            (Some(Question::AlreadyCollected { .. } | Question::CollectedElsewhere { .. }), _) => {
                self.session(S::TurnAway(TurnedAway::AlreadyCollected), now);
            }
            (Some(Question::GiveNumber { .. }), Answer::Yes) => self.session(S::QueueAnyway, now),
            (Some(Question::GiveNumber { .. }), _) => self.session(S::NoNumber, now),
            (Some(Question::ShotLimit { .. }), Answer::Yes) => self.session(S::MoreShots, now),
            (Some(Question::ShotLimit { .. }), _) => self.session(S::Silence, now),
            (Some(_), Answer::Yes) => self.session(S::Answer(session::Answer::Proceed), now),
            (Some(_), _) => self.session(S::Answer(session::Answer::Keep), now),
            (None, _) => {}
        }
    }

    fn gun(&mut self, line: &Secret, now: Monotonic) {
        // guns are accepted for ASCII only: other characters depend on the keyboard's layout
        let text = line.reveal();
        if !text.is_ascii() {
            let message = words::gun_not_ascii(self.preferences.lang());
            self.say(Notice::Fault(message), now);
            return;
        }
        let Ok(code) = SubjectCode::new(text.as_bytes().to_vec()) else {
            self.say(Notice::Fault(crate::text::session::unusable_code(self.preferences.lang())), now);
            return;
        };
        self.gun_code(code, now);
    }

    /// A gun's code, from the keyboard or a serial port.
    pub(super) fn gun_code(&mut self, code: SubjectCode, now: Monotonic) {
        let line = String::from_utf8_lossy(code.as_bytes()).into_owned();
        if self.rehearse_gun(&code) || self.roster_card(&line, now) {
            return;
        }
        if let Some(open) = &mut self.open
            && let Err(rejected) = open.desk.gun(code, now)
        {
            log::info!("{rejected}");
            self.refuse(rejected.reason, now);
        }
    }

    fn open_with(&mut self, secret: &Secret, making: Making) {
        let (Some(folder), Some(passphrase)) = (&self.plan.folder, Passphrase::new(secret.reveal().to_owned())) else {
            return;
        };
        let way = match making {
            Making::New(letter, recovery) => Way::Create { folder: folder.clone(), passphrase, letter, recovery },
            Making::Existing => Way::Open(folder.clone(), passphrase),
            Making::Anew => Way::Rebuild(folder.clone(), passphrase),
        };
        if self.passphrase_wait(monotonic_now()).is_some() {
            return;
        }
        let remember = if matches!(way, Way::Rebuild(..)) { None } else { self.wants_to_remember() };
        self.gate = Gate::Unlocking;
        self.key_note = false;
        opening::spawn(Some(way), remember, self.answer.clone(), Arc::clone(&self.wake));
    }

    /// Closes what is open and opens another plan; what was asked of the store is finished first.
    fn start_again(&mut self, plan: Plan) {
        self.open = None;
        self.staff = super::people::Staff::default();
        self.purging = super::purge::Purging::default();
        self.receipts = super::receipts::Receipts::default();
        self.leave_tether();
        self.plan = plan;
        self.asked = None;
        self.album = super::Album::default();
        self.memory.page = crate::ui::memory::Page::Shoot;
        self.begin();
    }

    /// A part has ended: the desk is made anew over the same folder, after asking for the passphrase again.
    fn restart(&mut self) {
        let plan = std::mem::replace(&mut self.plan, Plan::demonstration());
        self.start_again(plan);
    }

    fn move_record(&mut self, id: RecordId, to: RecordState, reason: Option<String>) {
        self.change_record(move |store, by| store.set_state(id, to, reason, by, wall_now()));
    }

    /// After sealing the centre is told with the next bundle.
    fn withdraw_record(&mut self, id: RecordId, reason: Option<String>) {
        self.change_record(move |store, by| store.withdraw(id, reason, by, wall_now()).map(|_predecessor| ()));
    }

    fn change_record(&mut self, change: impl FnOnce(&mut Store, u32) -> Result<(), StoreError> + Send + 'static) {
        let Some(open) = &mut self.open else { return };
        let by = open.desk.session().settings().operator;
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            if let Err(error) = change(keeper.store(), by) {
                log::error!("{error:#}");
                // nobody listens any more when the window has closed
                answer.send(Reply::StoreFault(error.fault())).ok();
                wake();
            }
        }));
        self.fetch_lists();
    }

    /// Seals what is approved and writes every bundle that was not delivered to the target, read back.
    fn seal(&mut self, target: PathBuf, named: Option<String>) {
        let Some(open) = &mut self.open else { return };
        self.view.handover.work = HandoverWork::Sealing;
        let session = open.context.session.id.clone();
        let by = open.desk.session().settings().operator;
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let work = hand_over(keeper.store(), &session, &target, named.as_deref(), by).unwrap_or_else(|error| {
                log::error!("{error:#}");
                HandoverWork::Fault(error.fault())
            });
            // nobody listens any more when the window has closed
            answer.send(Reply::Handover(work)).ok();
            wake();
        }));
    }
}

/// Whether a station is made or opened.
#[derive(Debug)]
enum Making {
    /// With the folder for its recovery key.
    New(StationLetter, Option<PathBuf>),
    Existing,
    /// The index of an existing one.
    Anew,
}

const fn turned(reason: TurnAway) -> TurnedAway {
    match reason {
        TurnAway::NoCode => TurnedAway::NoCode,
        TurnAway::Unreadable => TurnedAway::Unreadable,
        TurnAway::AlreadyCollected => TurnedAway::AlreadyCollected,
        TurnAway::NotAllowed => TurnedAway::NotCompliant,
    }
}

/// Seals the session for the named recipient, else for the enrolled centre; writes to `target` what waits.
fn hand_over(
    store: &mut Store,
    session: &SessionId,
    target: &Path,
    named: Option<&str>,
    by: u32,
) -> Result<HandoverWork, BundleError> {
    if !target.is_dir() {
        return Err(BundleError::refused(BundleFault::TargetMissing, "the target is no folder"));
    }
    let recipient = match (named, centre_card(store)?) {
        (Some(text), _) => Some(recipient(text)?),
        (None, Some(card)) => Some(recipient(&card.age)?),
        // An earlier bundle may still wait for its copy: it has its recipient.
        (None, None) if is_all_sealed(store, session)? => None,
        (None, None) => return Err(BundleError::refused(BundleFault::NoRecipient, "no centre and no recipient")),
    };
    if let Some(recipient) = recipient {
        let options = SealOptions { by, ..SealOptions::new(recipient) };
        match seal_session(store, session, &options, wall_now()) {
            Ok(_) => {}
            Err(error) if error.fault() == BundleFault::NothingToSeal => {}
            Err(error) => return Err(error),
        }
    }
    let mut done = None;
    for row in undelivered(store)? {
        deliver_bundle(store, row.sequence, target, by, wall_now())?;
        done = Some(HandoverWork::Done {
            bundle: row.file_name,
            records: row.records.len() as u32,
            bytes: row.bytes,
            hash: row.sha256.to_string().chars().take(8).collect(),
        });
    }
    done.ok_or_else(|| BundleError::refused(BundleFault::NothingToSeal, "no approved record waits for sealing"))
}

/// Nothing of the session is left to be sealed.
fn is_all_sealed(store: &Store, session: &SessionId) -> Result<bool, BundleError> {
    Ok(store.approved_unsealed(session)?.is_empty() && store.pending_changes(session)?.is_empty())
}
