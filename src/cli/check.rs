//! `tucai check`: judges picture files as final files, as they are.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::picture::{Unreadable, ms, px, read, report, shown};
use super::{Context, Exit, line, profiles};
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{Finding, Level, Verdict};
use crate::domain::profile::Profile;
use crate::text::{Lang, finding};
use crate::vision::examine::{Examination, examine_file};
use crate::vision::face::FaceModels;

/// Judges picture files as they are.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// JPEG, PNG or WebP pictures.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The photo standard; see `tucai profiles`.
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
}

/// Exit 1 when a file fails.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let profile = profiles::choose(args.profile.as_deref(), context.data.as_deref())?.profile;
    let models = FaceModels::load().context("the face models do not load")?;
    let mut worst = Exit::Done;
    for file in &args.files {
        let exit = check(file, &profile, &models, context).unwrap_or_else(|unreadable| {
            report(file, &unreadable, context);
            Exit::Unusable
        });
        worst = worst.max(exit);
    }
    Ok(worst)
}

fn check(file: &Path, profile: &Profile, models: &FaceModels, context: &Context) -> Result<Exit, Unreadable> {
    let start = Instant::now();
    let examination = examine_file(&read(file)?, profile, models)?;
    let ms = ms(start);
    let Examination { verdict, findings, faces, .. } = &examination;
    if context.json {
        line(&json!({
            "v": 1,
            "file": shown(file),
            "verdict": verdict,
            "findings": findings.iter().map(finding_json).collect::<Vec<_>>(),
            "face": faces.main.as_ref().map(face_json),
            "ms": ms,
        }));
    } else {
        println!("{}: {}", file.display(), verdict_word(*verdict));
        print_findings(findings);
    }
    Ok(if *verdict == Verdict::Fail { Exit::Refused } else { Exit::Done })
}

/// What a picture does not pass, in words.
pub(super) fn print_findings(findings: &[Finding]) {
    for found in findings.iter().filter(|found| found.level != Level::Pass) {
        let words = finding::finding(found, Lang::En);
        println!("  {:<7} {:<22} {}; {}", level_word(found.level), found.id, words.what, words.advice);
    }
}

/// A finding with its words, as every command prints it.
pub(super) fn finding_json(found: &Finding) -> Value {
    let words = finding::finding(found, Lang::En);
    json!({
        "id": found.id,
        "level": found.level,
        "severity": found.severity,
        "measured": found.measured,
        "unit": found.unit,
        "min": found.min,
        "max": found.max,
        "reason": found.reason,
        "message": words.what,
        "advice": words.advice,
    })
}

fn face_json(face: &FaceMeasurements) -> Value {
    let area = face.face_box;
    json!({
        "box": [px(area.x), px(area.y), px(area.w), px(area.h)],
        "eyes": face.eyes.map(|eye| [px(eye.x), px(eye.y)]),
        "roll_deg": px(face.roll_deg),
        "yaw_deg": px(face.yaw_deg),
        "pitch_deg": px(face.pitch_deg),
        "head_top_y": face.head_top_y.map(px),
        "hairline_y": face.hairline_y.map(px),
        "chin_y": px(face.chin.y),
        "face_width": px(face.face_width()),
    })
}

const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
    }
}

const fn level_word(level: Level) -> &'static str {
    match level {
        Level::Pass => "pass",
        Level::Warn => "warn",
        Level::Fail => "fail",
        Level::Unknown => "unknown",
    }
}
