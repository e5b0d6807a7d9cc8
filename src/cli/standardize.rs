//! `tucai standardize`: makes the standard picture of a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use serde_json::json;

use super::check::{finding_json, print_findings};
use super::picture::{Unreadable, ms, open, px, report, shown};
use super::{Context, Exit, line, profiles};
use crate::domain::finding::{CheckId, Finding, Level};
use crate::domain::profile::{Profile, Replacement};
use crate::text::{Lang, finding};
use crate::vision::examine::{Origin, judge_shot, judge_shot_before};
use crate::vision::face::FaceModels;
use crate::vision::standardize::{NewBackdrop, StandardizeError, Standardized};

/// Makes the standard picture: crop and scale down only, unless another backdrop is asked for and allowed.
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
    /// What stands behind the person: keep, a colour of the profile (blue, white, grey), or RRGGBB. Only where the
    /// profile allows replacing the backdrop.
    #[arg(long, value_name = "keep|NAME|RRGGBB", default_value = "keep")]
    background: String,
    /// A picture of the backdrop without the person, by the same camera: replaces any backdrop, not only a plain one.
    #[arg(long, value_name = "FILE")]
    backdrop: Option<PathBuf>,
}

/// Exit 1 when no picture of the standard can be made; nothing is written then.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let profile = profiles::choose(args.profile.as_deref(), context.data.as_deref())?.profile;
    let color = wanted_color(args, &profile)?;
    let models = FaceModels::load().context("the face models do not load")?;
    let start = Instant::now();
    let (picture, empty) = match open(&args.file).map_err(|error| (&args.file, error)).and_then(|decoded| {
        let empty = args.backdrop.as_ref().map(|file| open(file).map_err(|error| (file, error))).transpose()?;
        Ok((decoded, empty.map(|decoded| decoded.picture)))
    }) {
        Ok(pictures) => pictures,
        Err((file, unreadable)) => {
            report(file, &unreadable, context);
            return Ok(Exit::Unusable);
        }
    };
    let judged = match color {
        Some(color) => {
            let wanted = NewBackdrop { color, empty: empty.as_ref() };
            judge_shot_before(&picture, &models, &profile, Origin::Import, wanted)
        }
        None => judge_shot(&picture, &models, &profile, Origin::Import),
    };
    let made = match (judged.standardized, judged.findings.iter().find(|found| spoils_the_crop(found))) {
        (Ok(made), None) => made,
        (Ok(_), Some(found)) => {
            let message = finding::finding(found, Lang::En).what;
            report(&args.file, &Unreadable { code: "bands_do_not_hold", message }, context);
            return Ok(Exit::Refused);
        }
        (Err(error), _) => {
            report(&args.file, &Unreadable::told(error.code(), error.fault(), &error), context);
            return Ok(Exit::Refused);
        }
    };
    write(&args.out, &made.file.bytes).with_context(|| format!("cannot write {}", args.out.display()))?;
    print(args, &profile, &made, &judged.findings, ms(start), context);
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

/// The new backdrop's colour; `None` to keep the old one. Refused before anything is read when the profile forbids it.
fn wanted_color(args: &Args, profile: &Profile) -> anyhow::Result<Option<[u8; 3]>> {
    let wanted = args.background.as_str();
    if wanted == "keep" {
        if args.backdrop.is_some() {
            anyhow::bail!("--backdrop is of use only with --background NAME or RRGGBB");
        }
        return Ok(None);
    }
    let named = profile.background.colors.iter().find(|color| color.name == wanted).map(|color| color.rgb);
    let Some(color) = named.or_else(|| hex_color(wanted)) else {
        let names: Vec<&str> = profile.background.colors.iter().map(|color| color.name.as_str()).collect();
        anyhow::bail!("--background takes keep, {} or RRGGBB, not {wanted:?}", names.join(", "));
    };
    match profile.background.replacement {
        Replacement::Forbidden => {
            anyhow::bail!("profile {} forbids replacing the backdrop: use --background keep", profile.id)
        }
        Replacement::Allowed => Ok(Some(color)),
    }
}

fn hex_color(text: &str) -> Option<[u8; 3]> {
    let plain = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = plain.then(|| hex::decode(text).ok()).flatten()?;
    bytes.try_into().ok()
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

fn print(args: &Args, profile: &Profile, made: &Standardized, findings: &[Finding], ms: f64, context: &Context) {
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
            "size_missed": made.missed.map(|missed| {
                let missed = StandardizeError::from(missed);
                json!({ "code": missed.code(), "message": missed.to_string() })
            }),
            "crop": [px(crop.x), px(crop.y), px(crop.w), px(crop.h)],
            "scale": made.plan.scale,
            "background": made.replaced.map_or_else(|| String::from("keep"), |replaced| hex::encode_upper(replaced.color)),
            "background_with_empty": made.replaced.is_some_and(|replaced| replaced.with_empty),
            "findings": findings.iter().filter(|found| found.level != Level::Pass).map(finding_json).collect::<Vec<_>>(),
            "ms": ms,
        }));
    } else {
        let (width, height) = (profile.picture.width, profile.picture.height);
        let kilobytes = made.file.bytes.len() as f64 / 1024.0;
        let quality = made.file.quality;
        let backdrop = made.replaced.map_or_else(String::new, |replaced| {
            format!(", backdrop replaced by {}", hex::encode_upper(replaced.color))
        });
        println!("{}: {width} x {height}, quality {quality}, {kilobytes:.1} KB{backdrop}", args.out.display());
        if let Some(missed) = made.missed {
            println!("  the size that the profile asks for is missed: {missed}");
        }
        print_findings(findings);
    }
}
