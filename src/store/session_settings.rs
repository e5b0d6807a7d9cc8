//! A session as it is stored: one school's run under one profile, with what was asked before it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::ids::SessionId;
use crate::domain::notice::Notice;
use crate::domain::record::RecordState;
use crate::domain::set_up::{ConfirmBy, DeskKind, Group, LONGEST_AUTO_ACCEPT, Level, RunBy, SetUp};

/// How a new record becomes approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Accepting the shot approves it.
    #[default]
    ByAccept,
    /// It waits for a review.
    AwaitReview,
}

impl Approval {
    /// The state in which a record is stored.
    pub const fn first_state(self) -> RecordState {
        match self {
            Self::ByAccept => RecordState::Approved,
            Self::AwaitReview => RecordState::Stored,
        }
    }
}

/// A session (批次/场次): one school's run under one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSettings {
    /// ASCII, in file names of bundles.
    pub id: SessionId,
    /// What people call it: school, place, day.
    pub name: String,
    /// 院校代码, as the school states it.
    #[serde(default)]
    pub school_code: Option<String>,
    /// 特征码 of the batch.
    #[serde(default)]
    pub batch_key: Option<String>,
    pub profile_id: String,
    #[serde(default)]
    pub approval: Approval,
    /// Shots per subject before the program insists on an answer.
    pub shot_limit: u32,
    /// Version of the notice that students are shown.
    pub notice_version: u32,
    /// Headings (classes) that the operator chooses with one key, with the head count when it was typed.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Who runs it; `None` in sessions that were made without being asked.
    #[serde(default)]
    pub run_by: Option<RunBy>,
    /// 层次.
    #[serde(default)]
    pub level: Option<Level>,
    /// Names of the profile's backdrops that the centre accepts; empty: all of them.
    #[serde(default)]
    pub backdrops: Vec<String>,
    #[serde(default)]
    pub confirm: ConfirmBy,
    /// Days that records are kept after their receipt.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// Days of work within which pictures must be sealed.
    #[serde(default)]
    pub seal_within_days: Option<u32>,
    /// What the notice says the student pays.
    #[serde(default)]
    pub fee: String,
    /// What this machine does in it.
    #[serde(default)]
    pub desk: DeskKind,
    /// Seconds before a picture of which everything passes is accepted by itself; 0: never.
    #[serde(default)]
    pub auto_accept_secs: u32,
}

/// Records of one heading in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadingCount {
    pub heading: Option<String>,
    pub state: RecordState,
    pub records: u32,
}

/// Shots per subject before somebody must decide.
const SHOT_LIMIT: u32 = 5;
/// The notice that is shown today.
const NOTICE_VERSION: u32 = 1;

impl SessionSettings {
    /// A session of this name under a profile, with nothing else asked.
    pub fn new(id: SessionId, name: String, profile_id: String) -> Self {
        Self {
            id,
            name,
            school_code: None,
            batch_key: None,
            profile_id,
            approval: Approval::default(),
            shot_limit: SHOT_LIMIT,
            notice_version: NOTICE_VERSION,
            groups: Vec::new(),
            run_by: None,
            level: None,
            backdrops: Vec::new(),
            confirm: ConfirmBy::default(),
            retention_days: None,
            seal_within_days: None,
            fee: String::new(),
            desk: DeskKind::One,
            auto_accept_secs: 0,
        }
    }

    /// The same session with the answers of the preparing pages.
    #[must_use]
    pub fn with(self, set_up: &SetUp) -> Self {
        let said = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            id: self.id,
            shot_limit: self.shot_limit,
            notice_version: self.notice_version,
            name: set_up.name.trim().to_owned(),
            school_code: said(&set_up.school_code),
            batch_key: said(&set_up.batch_key),
            profile_id: set_up.profile_id.clone(),
            approval: if set_up.review { Approval::AwaitReview } else { Approval::ByAccept },
            groups: set_up.groups.clone(),
            run_by: set_up.run_by,
            level: set_up.level,
            backdrops: set_up.backdrops.clone(),
            confirm: set_up.confirm,
            retention_days: set_up.retention_days,
            seal_within_days: set_up.seal_within_days,
            fee: set_up.fee.trim().to_owned(),
            desk: set_up.desk,
            auto_accept_secs: self.auto_accept_secs,
        }
    }

    /// How long somebody can object before a complete picture is accepted by itself; `None`: it never is.
    pub fn auto_accept(&self) -> Option<Duration> {
        let seconds = self.auto_accept_secs.min(LONGEST_AUTO_ACCEPT);
        (seconds > 0).then(|| Duration::from_secs(seconds.into()))
    }

    /// What students are told.
    pub fn notice(&self) -> Notice {
        Notice { level: self.level, retention_days: self.retention_days, fee: self.fee.clone() }
    }

    /// The answers that this session was made with: where a change of it, or another one like it, begins.
    pub fn set_up(&self) -> SetUp {
        SetUp {
            name: self.name.clone(),
            run_by: self.run_by,
            school_code: self.school_code.clone().unwrap_or_default(),
            batch_key: self.batch_key.clone().unwrap_or_default(),
            level: self.level,
            profile_id: self.profile_id.clone(),
            backdrops: self.backdrops.clone(),
            review: self.approval == Approval::AwaitReview,
            confirm: self.confirm,
            retention_days: self.retention_days,
            seal_within_days: self.seal_within_days,
            fee: self.fee.clone(),
            groups: self.groups.clone(),
            desk: self.desk,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_come_back_and_id_and_limits_stay() {
        let id = SessionId::try_from(String::from("2026-05-20")).unwrap();
        let first = SessionSettings::new(id, String::from("今天"), String::from("degree-2017"));
        let set_up = SetUp {
            name: String::from(" 春季 "),
            run_by: Some(RunBy::School),
            backdrops: vec![String::from("blue")],
            review: true,
            groups: vec![Group { name: String::from("会计2201"), heads: Some(60) }],
            ..first.set_up()
        };
        let made = first.clone().with(&set_up);
        assert_eq!((made.id.clone(), made.shot_limit, made.name.as_str()), (first.id, first.shot_limit, "春季"));
        assert_eq!(made.school_code, None, "nothing typed is nothing said");
        assert_eq!(made.set_up(), SetUp { name: String::from("春季"), ..set_up });
    }

    #[test]
    fn a_session_of_an_older_version_can_be_read() {
        let text = r#"{"id": "A", "name": "n", "profile_id": "degree-2017", "shot_limit": 5, "notice_version": 1}"#;
        let read: SessionSettings = serde_json::from_str(text).unwrap();
        assert_eq!((read.run_by, read.confirm, read.backdrops.len()), (None, ConfirmBy::Operator, 0));
        assert_eq!(read.auto_accept(), None, "off at first");
        let odd = SessionSettings { auto_accept_secs: 900, ..read };
        assert_eq!(odd.auto_accept(), Some(Duration::from_secs(5)));
    }
}
