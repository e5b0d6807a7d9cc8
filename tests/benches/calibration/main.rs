//! How often each check is wrong: equal error rate, misses at 2 % false alarms, errors at the profile's limits.
//!
//! `cargo bench --bench calibration` (or `packaging/prove calibration`) judges compliant pictures and pictures with
//! one known defect each, of drawn people and of real portraits where they are, and prints the tables of README.
//! `CALIBRATION_PEOPLE` is the number of drawn people (default 48; 0 leaves the real portraits alone),
//! `CALIBRATION_ONLY` names the checks, by comma, so that one can be measured in a minute; `CALIBRATION_VALUES` names
//! a file for every single value (person, check, change, value, level).

#![allow(clippy::expect_used, reason = "a table that cannot be made says why")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the tables are what this is for")]
#![allow(unreachable_pub, reason = "one binary: everything here is private to it")]

mod cases;
mod people;
#[path = "../../support/portraits.rs"]
mod portraits;
mod put;
#[path = "../../support/rates.rs"]
mod rates;
mod tables;
mod turn;
mod values;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use image::RgbImage;
use tucai::domain::finding::{CheckId, Finding, Level, Severity};
use tucai::domain::profile::{CheckRule, Profile};
use tucai::domain::profiles::{default_profile, shipped};
use tucai::vision::examine::{Faces, Judged, Origin, judge_faces};
use tucai::vision::face::{Effort, FaceModels, FaceReport};

use cases::{Case, cases};
use people::{Marks, Someone, Source, drawn_people, real_people};
use put::Put;
use rates::Worse;
use turn::{Stand, stand};
use values::Values;

/// What one check said about one picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// Which values the rule refuses; `None` where it has limits on both sides, or on none.
    pub(crate) worse: Option<Worse>,
    /// As it counts for the case; `None` when the check could not decide.
    pub(crate) value: Option<f64>,
    /// Outside the profile's limits.
    pub(crate) found: bool,
}

/// Everything that is known about one person after judging.
pub(crate) struct Outcome {
    pub(crate) real: bool,
    pub(crate) groups: Vec<String>,
    /// Blocking checks that refuse the compliant picture.
    pub(crate) refused_for: Vec<CheckId>,
    /// By number of the case: answers about its good and its bad pictures.
    pub(crate) answers: BTreeMap<usize, (Vec<Answer>, Vec<Answer>)>,
    /// Errors of the geometry, pixels of the standard picture, by name.
    pub(crate) geometry: Vec<(&'static str, f64)>,
}

struct Judge {
    models: FaceModels,
    /// With every check measured; severities as the profile has them.
    profile: Profile,
    cases: Vec<Case>,
    values: Values,
}

fn main() {
    // Cargo hands `--bench` on; there is nothing to choose.
    let count = std::env::var("CALIBRATION_PEOPLE").ok().and_then(|count| count.parse().ok()).unwrap_or(48);
    let only = std::env::var("CALIBRATION_ONLY").unwrap_or_default();
    let chosen = |case: &Case| only.is_empty() || only.split(',').any(|id| case.id.as_str() == id);
    let judge = Judge {
        models: FaceModels::load().expect("the models are built in"),
        profile: measuring_everything(default_profile().expect("the norm ships with the program").profile),
        cases: cases().into_iter().filter(chosen).collect(),
        values: Values::open(),
    };
    let mut people = drawn_people(count);
    let real = real_people();
    if real.is_empty() {
        eprintln!("no portraits in ../shared/portraits or TUCAI_PORTRAITS: the table has drawn people only");
    }
    people.extend(real);
    let outcomes = judge_all(&judge, &people);
    tables::print(&judge.cases, &judge.profile, &outcomes);
}

/// Checks that the profile leaves out or to the operator are measured, and stop nothing; those that it does not name by
/// the limits of the first shipped profile that does.
fn measuring_everything(mut profile: Profile) -> Profile {
    let others: Vec<Profile> = shipped().into_iter().map(|file| file.profile).collect();
    for id in CheckId::ALL {
        let elsewhere = || others.iter().find_map(|other| other.checks.get(id)).cloned();
        let Some(rule) = profile.checks.get(id).cloned().or_else(elsewhere) else { continue };
        let named = profile.checks.contains_key(id) && matches!(rule.severity, Severity::Block | Severity::Warn);
        let severity = if named { rule.severity } else { Severity::Warn };
        profile.checks.insert(*id, CheckRule { severity, ..rule });
    }
    profile
}

/// Judges everybody, on two threads.
fn judge_all(judge: &Judge, people: &[Someone]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(someone) = people.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = judge.judge(someone);
                    let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                    outcomes.push(outcome);
                    eprint!("\r{} of {}", outcomes.len(), people.len());
                }
            });
        }
    });
    eprintln!();
    outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Judge {
    fn judge(&self, someone: &Someone) -> Outcome {
        let plain = someone.plain();
        let report = self.models.analyze(&plain, Effort::Still);
        let before = self.judged(&plain, report.clone());
        let answers = (0..self.cases.len()).filter_map(|index| {
            let case = &self.cases[index];
            let (mut good, mut bad) = (Vec::new(), Vec::new());
            for (put, wrong) in case.puts() {
                let wrong = match stand(case.id, someone, put) {
                    Some(Stand::Between) => continue,
                    Some(stand) => stand == Stand::Off,
                    None => wrong,
                };
                let answer = self.answer(case, put, someone, &plain, &report, &before);
                if wrong { bad.extend(answer) } else { good.extend(answer) }
            }
            (!bad.is_empty()).then_some((index, (good, bad)))
        });
        let geometry = match (&someone.source, &report.main) {
            (Source::Real { marks, .. }, Some(face)) => Marks::read(marks).map(|marks| marks.errors(face)),
            _ => None,
        };
        Outcome {
            real: someone.is_real(),
            groups: someone.groups.clone(),
            refused_for: before.findings.iter().filter(|finding| finding.fails()).map(|finding| finding.id).collect(),
            answers: answers.collect(),
            geometry: geometry.unwrap_or_default(),
        }
    }

    fn judged(&self, picture: &RgbImage, report: FaceReport) -> Judged {
        judge_faces(picture, &Faces::from(report), &self.profile, Origin::Camera)
    }

    fn answer(
        &self,
        case: &Case,
        put: Put,
        someone: &Someone,
        plain: &RgbImage,
        report: &FaceReport,
        before: &Judged,
    ) -> Option<Answer> {
        let finding = |judged: &Judged| judged.findings.iter().find(|finding| finding.id == case.id).cloned();
        let finding = if matches!(put, Put::Plain) {
            finding(before)?
        } else {
            let picture = put.picture(someone, plain, report)?;
            let report = self.models.analyze(&picture, Effort::Still);
            finding(&self.judged(&picture, report))?
        };
        self.values.note(someone, put, &finding);
        Some(answer_of(case, &finding))
    }
}

fn answer_of(case: &Case, finding: &Finding) -> Answer {
    let found = match finding.level {
        Level::Pass => false,
        Level::Warn | Level::Fail => true,
        // What a blocking check cannot decide stops the picture, too.
        Level::Unknown => finding.severity == Severity::Block,
    };
    let worse = match (finding.min, finding.max) {
        (Some(_), None) => Some(Worse::Lower),
        (None, Some(_)) => Some(Worse::Higher),
        (Some(_), Some(_)) | (None, None) => None,
    };
    Answer { worse, value: finding.measured.map(|measured| case.value(measured)), found }
}

/// A compliant picture that only warns is not refused.
pub(crate) fn is_refused(outcome: &Outcome) -> bool {
    !outcome.refused_for.is_empty()
}
