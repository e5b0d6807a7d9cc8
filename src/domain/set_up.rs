//! What a session (场次) is run with: who runs it, what it is called, which standard and backdrop, what is asked of whom.
//!
//! A [`SetUp`] is what the preparing pages fill in, what a settings file carries to the next station, and what a
//! session's stored settings are made from. It holds no key, no station letter and nothing about a student.

use serde::{Deserialize, Serialize};

use super::ids::SessionId;
use super::notice::Notice;
use super::profile::Profile;

/// The longest pause before a complete picture is accepted by itself, seconds; the next student waits in it.
pub const LONGEST_AUTO_ACCEPT: u32 = 5;

/// The edge of the student's display that the lens is at: what draws the eye stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LensEdge {
    #[default]
    Top,
    Left,
    Right,
    Bottom,
}

impl LensEdge {
    pub const ALL: [Self; 4] = [Self::Top, Self::Left, Self::Right, Self::Bottom];
}

/// Who runs the session: what may be done with names differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunBy {
    /// 学校: a roster may be used.
    School,
    /// 采集单位: no roster, nothing is named by an ID number.
    Centre,
}

impl RunBy {
    pub const ALL: [Self; 2] = [Self::School, Self::Centre];
}

/// 层次: which of a student's codes is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 专科.
    Associate,
    /// 本科.
    Undergraduate,
    /// 研究生.
    Postgraduate,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Associate, Self::Undergraduate, Self::Postgraduate];
}

/// Whose yes a picture needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmBy {
    /// The operator's accept is the yes.
    #[default]
    Operator,
    /// The student is asked; the operator may say it for them.
    StudentOrOperator,
    /// Only the student's own key or touch.
    Student,
}

impl ConfirmBy {
    pub const ALL: [Self; 3] = [Self::Operator, Self::StudentOrOperator, Self::Student];
}

/// The empty backdrop failed when it was last looked at: kept, so that a restart does not forget it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingBackdrop {
    /// It is used all the same, for this reason, in this session.
    #[serde(default)]
    pub overruled: Option<BackdropReason>,
    #[serde(default)]
    pub session: Option<SessionId>,
}

/// Why a session is held before an empty backdrop that fails its checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackdropReason {
    /// There is no other.
    OnlyOne,
    CentreAgreed,
    FalseAlarm,
    /// It is replaced in the pictures, as the standard allows.
    ReplacedLater,
}

impl BackdropReason {
    pub const ALL: [Self; 4] = [Self::OnlyOne, Self::CentreAgreed, Self::FalseAlarm, Self::ReplacedLater];

    /// Name in the journal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnlyOne => "only_one",
            Self::CentreAgreed => "centre_agreed",
            Self::FalseAlarm => "false_alarm",
            Self::ReplacedLater => "replaced_later",
        }
    }
}

/// What this desk does in the session. Said of one machine: it never travels with the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskKind {
    /// Whoever shows a code sits down at once.
    #[default]
    One,
    /// 本台只扫码: codes get numbers here, another machine photographs.
    ScanOnly,
    /// A second camera gives numbers ahead while this desk photographs.
    ScanAhead,
}

impl DeskKind {
    pub const ALL: [Self; 3] = [Self::One, Self::ScanOnly, Self::ScanAhead];
}

/// A heading of a session, usually a class, with its head count when it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    #[serde(default)]
    pub heads: Option<u32>,
}

/// The answers of the preparing pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    pub name: String,
    /// Asked: there is no silent default.
    #[serde(default)]
    pub run_by: Option<RunBy>,
    /// 院校代码, as the school states it.
    #[serde(default)]
    pub school_code: String,
    /// 特征码 of the batch.
    #[serde(default)]
    pub batch_key: String,
    #[serde(default)]
    pub level: Option<Level>,
    pub profile_id: String,
    /// Names of the profile's colours that the centre accepts. Asked: there is no silent default.
    #[serde(default)]
    pub backdrops: Vec<String>,
    /// Records wait for a review before they can be sealed.
    #[serde(default)]
    pub review: bool,
    #[serde(default)]
    pub confirm: ConfirmBy,
    /// Days that records are kept after their receipt; `None`: until somebody decides.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// Days of work within which pictures must be sealed; no new lock after that. `None`: no such rule.
    #[serde(default)]
    pub seal_within_days: Option<u32>,
    /// What the student pays, as it is said on the notice; empty: nothing is said.
    #[serde(default)]
    pub fee: String,
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Of this machine alone: the next station answers it for itself.
    #[serde(skip)]
    pub desk: DeskKind,
}

/// What keeps a session from being started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    Name,
    RunBy,
    /// The standard is not there any more.
    Standard,
    Backdrop,
}

impl SetUp {
    /// What students are told.
    pub fn notice(&self) -> Notice {
        Notice { level: self.level, retention_days: self.retention_days, fee: self.fee.trim().to_owned() }
    }

    /// An empty one under a profile.
    pub fn new(profile_id: String) -> Self {
        Self {
            name: String::new(),
            run_by: None,
            school_code: String::new(),
            batch_key: String::new(),
            level: None,
            profile_id,
            backdrops: Vec::new(),
            review: false,
            confirm: ConfirmBy::default(),
            retention_days: None,
            seal_within_days: None,
            fee: String::new(),
            groups: Vec::new(),
            desk: DeskKind::One,
        }
    }

    /// What is still to be answered, in the order of the pages. `colors` are the names of the chosen profile's
    /// backdrops; `None` when there is no such profile.
    pub fn missing(&self, colors: Option<&[String]>) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.name.trim().is_empty() {
            missing.push(Missing::Name);
        }
        if self.run_by.is_none() {
            missing.push(Missing::RunBy);
        }
        match colors {
            None => missing.push(Missing::Standard),
            Some(colors) if !self.backdrops.iter().any(|name| colors.contains(name)) => {
                missing.push(Missing::Backdrop);
            }
            Some(_) => {}
        }
        missing
    }
}

impl Profile {
    /// Leaves only the backdrops of these names; names that the profile does not have are passed over, and where none
    /// is left the profile stays as it was.
    pub fn accept_only(&mut self, backdrops: &[String]) {
        let colors = &mut self.background.colors;
        if colors.iter().any(|color| backdrops.contains(&color.name)) {
            colors.retain(|color| backdrops.contains(&color.name));
        }
    }
}

/// A line of typed groups that cannot be read, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupLine(pub usize);

/// Reads typed groups: a line each, the head count last, after a blank, a tab or a comma. The same name twice is
/// refused, since a count belongs to one group.
pub fn groups_of(text: &str) -> Result<Vec<Group>, GroupLine> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let split = line.rsplit_once(|c: char| c.is_whitespace() || matches!(c, ',' | '，'));
        let (name, heads) = match split {
            Some((name, last)) if last.chars().all(|c| c.is_ascii_digit()) && !last.is_empty() => {
                (name.trim_end_matches([',', '，', ' ', '\t']), Some(last.parse().ok().ok_or(GroupLine(index + 1))?))
            }
            _ => (line, None),
        };
        if name.is_empty() || groups.iter().any(|group| group.name == name) {
            return Err(GroupLine(index + 1));
        }
        groups.push(Group { name: name.to_owned(), heads });
    }
    Ok(groups)
}

/// The text that [`groups_of`] reads.
pub fn groups_text(groups: &[Group]) -> String {
    let line = |group: &Group| match group.heads {
        Some(heads) => format!("{} {heads}\n", group.name),
        None => format!("{}\n", group.name),
    };
    groups.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::profiles::default_profile;

    #[test]
    fn groups_are_typed_a_line_each_and_come_back_as_they_were() {
        let text = "会计 2201 60\n\n法学2202，45\nArt\t7\n工程管理\n";
        let groups = groups_of(text).unwrap();
        let names: Vec<_> = groups.iter().map(|group| (group.name.as_str(), group.heads)).collect();
        assert_eq!(names, [("会计 2201", Some(60)), ("法学2202", Some(45)), ("Art", Some(7)), ("工程管理", None)]);
        assert_eq!(groups_of(&groups_text(&groups)).unwrap(), groups);
        assert_eq!(groups_of("甲 3\n甲 4"), Err(GroupLine(2)));
        assert_eq!(groups_of("甲 99999999999"), Err(GroupLine(1)));
        assert_eq!(groups_of("  \n"), Ok(Vec::new()));
    }

    #[test]
    fn what_must_be_asked_has_no_silent_default() {
        let colors = vec![String::from("blue"), String::from("white")];
        let mut set_up = SetUp::new(String::from("degree-2017"));
        assert_eq!(set_up.missing(Some(&colors)), [Missing::Name, Missing::RunBy, Missing::Backdrop]);
        set_up.name = String::from("春季");
        set_up.run_by = Some(RunBy::School);
        set_up.backdrops = vec![String::from("red")];
        assert_eq!(set_up.missing(Some(&colors)), [Missing::Backdrop], "a colour that the standard does not have");
        set_up.backdrops = vec![String::from("blue")];
        assert!(set_up.missing(Some(&colors)).is_empty());
        assert_eq!(set_up.missing(None), [Missing::Standard]);
    }

    #[test]
    fn the_accepted_backdrops_narrow_the_profile_and_never_empty_it() {
        let mut profile = default_profile().unwrap().profile;
        let all = profile.background.colors.len();
        profile.accept_only(&[]);
        profile.accept_only(&[String::from("no such colour")]);
        assert_eq!(profile.background.colors.len(), all);
        profile.accept_only(&[String::from("blue")]);
        assert_eq!(profile.background.colors.len(), 1);
    }

    #[test]
    fn a_settings_file_comes_back_and_refuses_what_it_does_not_know() {
        let mut set_up = SetUp::new(String::from("degree-2017"));
        set_up.groups = groups_of("会计2201 60").unwrap();
        set_up.run_by = Some(RunBy::Centre);
        set_up.level = Some(Level::Undergraduate);
        let text = toml::to_string(&set_up).unwrap();
        assert_eq!(toml::from_str::<SetUp>(&text).unwrap(), set_up);
        let error = toml::from_str::<SetUp>(&format!("station_key = \"x\"\n{text}")).unwrap_err();
        assert!(error.to_string().contains("station_key"));
    }
}
