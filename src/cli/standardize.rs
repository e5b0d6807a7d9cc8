//! `tucai standardize`: makes the standard picture of a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use serde_json::json;

use super::picture::{Unreadable, ms, open, px, report, shown};
use super::{Context, Exit, line, profiles};
use crate::domain::finding::{CheckId, Finding};
use crate::domain::profile::{Profile, Replacement};
use crate::text::{Lang, finding};
use crate::vision::examine::{Origin, judge_shot};
use crate::vision::face::FaceModels;
use crate::vision::standardize::Standardized;

/// Makes the standard picture: crop and scale down only.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A JPEG, PNG or WebP picture.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file to write; its folder must be there.
    #[arg(short, long, value_name = "OUT")]
    out: PathBuf,
    /// The photo standard; see `tucai profiles`.
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// keep
    #[arg(long, value_name = "keep", default_value = "keep")]
    background: String,
}

/// Exit 1 when no picture of the standard can be made; nothing is written then.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let profile = profiles::choose(args.profile.as_deref(), context.data.as_deref())?.profile;
    if args.background != "keep" {
        anyhow::bail!("{}", refuse_background(&args.background, &profile));
    }
    let models = FaceModels::load().context("the face models do not load")?;
    let start = Instant::now();
    let picture = match open(&args.file) {
        Ok(decoded) => decoded.picture,
        Err(unreadable) => {
            report(&args.file, &unreadable, context);
            return Ok(Exit::Unusable);
        }
    };
    let judged = judge_shot(&picture, &models, &profile, Origin::Import);
    let made = match (judged.standardized, judged.findings.iter().find(|found| spoils_the_crop(found))) {
        (Ok(made), None) => made,
        (Ok(_), Some(found)) => {
            let message = finding::finding(found, Lang::En).what;
            report(&args.file, &Unreadable { code: "bands_do_not_hold", message }, context);
            return Ok(Exit::Refused);
        }
        (Err(error), _) => {
            report(&args.file, &Unreadable { code: error.code(), message: error.to_string() }, context);
            return Ok(Exit::Refused);
        }
    };
    write(&args.out, &made.file.bytes).with_context(|| format!("cannot write {}", args.out.display()))?;
    print(args, &profile, &made, ms(start), context);
    Ok(Exit::Done)
}

/// A blocking finding about the place of the face: the picture would not be a standard one.
fn spoils_the_crop(found: &Finding) -> bool {
    let about_the_crop = matches!(
        found.id,
        CheckId::GeometryHeadTop
            | CheckId::GeometryEyeLine
            | CheckId::GeometryFaceWidth
            | CheckId::GeometryCenter
            | CheckId::GeometryCrop
            | CheckId::FileBytes
    );
    about_the_crop && found.fails()
}

fn refuse_background(wanted: &str, profile: &Profile) -> String {
    let color = wanted.len() == 6 && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !color {
        return format!("--background takes keep, not {wanted:?}");
    }
    match profile.background.replacement {
        Replacement::Forbidden => {
            format!("profile {} forbids replacing the backdrop: use --background keep", profile.id)
        }
        Replacement::Allowed => String::from("this version cannot replace the backdrop: use --background keep"),
    }
}

/// Writes beside the target and renames, so that a half-written file never stands under the name.
fn write(out: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(out)?;
    Ok(())
}

fn print(args: &Args, profile: &Profile, made: &Standardized, ms: f64, context: &Context) {
    let crop = made.plan.crop;
    if context.json {
        line(&json!({
            "v": 1,
            "file": shown(&args.file),
            "out": shown(&args.out),
            "width": profile.picture.width,
            "height": profile.picture.height,
            "dpi": profile.picture.dpi,
            "quality": made.file.quality,
            "bytes": made.file.bytes.len(),
            "crop": [px(crop.x), px(crop.y), px(crop.w), px(crop.h)],
            "scale": made.plan.scale,
            "ms": ms,
        }));
    } else {
        let (width, height) = (profile.picture.width, profile.picture.height);
        let kilobytes = made.file.bytes.len() as f64 / 1024.0;
        println!("{}: {width} x {height}, quality {}, {kilobytes:.1} KB", args.out.display(), made.file.quality);
    }
}
