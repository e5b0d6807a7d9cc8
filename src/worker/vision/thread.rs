//! Eyes on their own thread for the window, and eyes that look at once for simulated time.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};

use super::{BurstJob, Eyes, Lens, Looker, PhotoFile, PhotoJob, VisionAnswer, Want};
use crate::device::camera::Frame;
use crate::domain::fault::PictureFault;
use crate::domain::profile::Profile;
use crate::domain::session::ShotFault;
use crate::vision::face::FaceModels;
use crate::worker::camera::WakeFn;

/// Jobs that wait: one look, and more judgings than a person can ask for.
const INBOX: usize = 8;

enum Job {
    Look(Arc<Frame>, Lens, Want),
    Judge(Box<BurstJob>),
    OpenPhoto(Box<PhotoFile>),
    JudgePhoto(Box<PhotoJob>),
    UseProfile(Arc<Profile>),
}

/// Eyes that look at once, on the caller's thread: for walk-throughs on simulated time and for tests.
pub struct EyesAtOnce {
    looker: Looker,
    answers: VecDeque<VisionAnswer>,
}

impl EyesAtOnce {
    pub fn new(looker: Looker) -> Self {
        Self { looker, answers: VecDeque::from([VisionAnswer::Ready]) }
    }
}

impl Eyes for EyesAtOnce {
    fn is_free(&self) -> bool {
        self.answers.is_empty()
    }

    fn look(&mut self, frame: Arc<Frame>, lens: Lens, want: Want) {
        let seen = self.looker.look(frame, lens, want);
        self.answers.push_back(VisionAnswer::Seen(Box::new(seen)));
    }

    fn judge(&mut self, burst: BurstJob) {
        let result = self.looker.judge(&burst).map(Box::new);
        self.answers.push_back(VisionAnswer::Judged { attempt: burst.attempt, result });
    }

    fn open_photo(&mut self, file: Box<PhotoFile>) {
        self.answers.push_back(VisionAnswer::PhotoOpened(self.looker.open_photo(*file).map(Arc::new)));
    }

    fn judge_photo(&mut self, job: PhotoJob) {
        let result = self.looker.judge_photo(&job).map(Box::new);
        self.answers.push_back(VisionAnswer::Judged { attempt: job.attempt, result });
    }

    fn use_profile(&mut self, profile: Arc<Profile>) {
        self.looker.use_profile(profile);
    }

    fn poll(&mut self) -> Option<VisionAnswer> {
        self.answers.pop_front()
    }
}

/// The thread `vision`: loads the models, then looks. It ends when this handle is dropped, after the job at hand.
pub struct VisionWorker {
    inbox: SyncSender<Job>,
    answers: Receiver<VisionAnswer>,
    /// Judgings that found no room, answered as failed.
    refused: VecDeque<VisionAnswer>,
    looking: bool,
    ready: bool,
    broken: bool,
}

impl VisionWorker {
    /// Starts the thread; the models load there. `wake` is called after every answer.
    pub fn spawn(profile: Arc<Profile>, wake: WakeFn) -> io::Result<Self> {
        let (inbox, jobs) = sync_channel(INBOX);
        let (sender, answers) = sync_channel(2 * INBOX);
        std::thread::Builder::new().name(String::from("vision")).spawn(move || {
            run(&jobs, &sender, profile, &wake);
            drop(sender);
            // The window learns that the thread has ended.
            wake();
        })?;
        let refused = VecDeque::new();
        Ok(Self { inbox, answers, refused, looking: false, ready: false, broken: false })
    }
}

fn run(jobs: &Receiver<Job>, answers: &SyncSender<VisionAnswer>, profile: Arc<Profile>, wake: &WakeFn) {
    let models = match FaceModels::load() {
        Ok(models) => Arc::new(models),
        Err(error) => {
            log::error!("the face models do not load: {error}");
            return;
        }
    };
    let mut looker = Looker::new(models, profile);
    let mut answer = Some(VisionAnswer::Ready);
    loop {
        if let Some(answer) = answer.take() {
            if answers.send(answer).is_err() {
                return;
            }
            wake();
        }
        let Ok(job) = jobs.recv() else { return };
        answer = match job {
            Job::Look(frame, lens, want) => Some(VisionAnswer::Seen(Box::new(looker.look(frame, lens, want)))),
            Job::Judge(burst) => {
                let result = looker.judge(&burst).map(Box::new);
                Some(VisionAnswer::Judged { attempt: burst.attempt, result })
            }
            Job::OpenPhoto(file) => Some(VisionAnswer::PhotoOpened(looker.open_photo(*file).map(Arc::new))),
            Job::JudgePhoto(job) => {
                let result = looker.judge_photo(&job).map(Box::new);
                Some(VisionAnswer::Judged { attempt: job.attempt, result })
            }
            Job::UseProfile(profile) => {
                looker.use_profile(profile);
                None
            }
        };
    }
}

impl Eyes for VisionWorker {
    fn is_free(&self) -> bool {
        self.ready && !self.looking
    }

    fn look(&mut self, frame: Arc<Frame>, lens: Lens, want: Want) {
        // A frame that finds no room is left out: the next one is newer.
        self.looking = self.inbox.try_send(Job::Look(frame, lens, want)).is_ok();
    }

    fn judge(&mut self, burst: BurstJob) {
        let attempt = burst.attempt;
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.inbox.try_send(Job::Judge(Box::new(burst)))
        {
            let result = Err(ShotFault::Checks);
            self.refused.push_back(VisionAnswer::Judged { attempt, result });
        }
    }

    fn open_photo(&mut self, file: Box<PhotoFile>) {
        if self.inbox.try_send(Job::OpenPhoto(file)).is_err() {
            self.refused.push_back(VisionAnswer::PhotoOpened(Err(PictureFault::NotMade)));
        }
    }

    fn judge_photo(&mut self, job: PhotoJob) {
        let attempt = job.attempt;
        if self.inbox.try_send(Job::JudgePhoto(Box::new(job))).is_err() {
            self.refused.push_back(VisionAnswer::Judged { attempt, result: Err(ShotFault::Checks) });
        }
    }

    fn use_profile(&mut self, profile: Arc<Profile>) {
        // Rare, by hand, and needed: it waits for room. A thread that has ended is reported by `poll`.
        self.inbox.send(Job::UseProfile(profile)).ok();
    }

    fn poll(&mut self) -> Option<VisionAnswer> {
        if let Some(refused) = self.refused.pop_front() {
            return Some(refused);
        }
        match self.answers.try_recv() {
            Ok(answer) => {
                match &answer {
                    VisionAnswer::Ready => self.ready = true,
                    VisionAnswer::Seen(_) => self.looking = false,
                    VisionAnswer::Judged { .. } | VisionAnswer::PhotoOpened(_) | VisionAnswer::Broken => {}
                }
                Some(answer)
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) if self.broken => None,
            Err(TryRecvError::Disconnected) => {
                self.broken = true;
                self.ready = false;
                Some(VisionAnswer::Broken)
            }
        }
    }
}
