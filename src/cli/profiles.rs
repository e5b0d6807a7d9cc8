//! `tucai profiles`: lists the photo standards, and shows one.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{Context, Exit, line};
use crate::domain::profile::Profile;
use crate::domain::profile_file::{ProfileError, ProfileFile};
use crate::domain::profiles::{Catalogue, DEFAULT_PROFILE, id_in};

/// Lists the photo standards; those of second-hand sources are marked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Prints this standard's file instead, to be copied to DATA/profiles and edited.
    #[arg(long, value_name = "ID")]
    show: Option<String>,
}

/// Folder of a school's own profiles inside the data folder.
const FOLDER: &str = "profiles";
/// A file larger than this (bytes) is no photo standard: the shipped ones have 13 000.
const MAX_BYTES: u64 = 1 << 20;

/// Exit 2 when a file of the data folder cannot be used; the others are listed all the same.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    if let Some(id) = &args.show {
        show(&choose(Some(id), context.data.as_deref())?, context);
        return Ok(Exit::Done);
    }
    let Catalogued { catalogue, unusable } = catalogue(context.data.as_deref())?;
    for file in catalogue.all() {
        list(file, context);
    }
    for file in &unusable {
        if context.json {
            let error = json!({ "code": file.why.code(), "message": file.why.to_string() });
            line(&json!({ "v": 1, "file": file.path.to_string_lossy(), "error": error }));
        }
        eprintln!("tucai: {file}");
    }
    Ok(if unusable.is_empty() { Exit::Done } else { Exit::Unusable })
}

fn list(file: &ProfileFile, context: &Context) {
    let profile = &file.profile;
    if context.json {
        line(&json!({
            "v": 1,
            "id": profile.id,
            "version": profile.version,
            "name": profile.name,
            "source": profile.source,
            "verified": !profile.unverified,
            "default": profile.id == DEFAULT_PROFILE,
            "width": profile.picture.width,
            "height": profile.picture.height,
            "dpi": profile.picture.dpi,
            "kb": [profile.picture.kb_min, profile.picture.kb_max],
            "clauses": clauses(profile),
            "sha256": file.sha256,
        }));
    } else {
        let picture = &profile.picture;
        let mark = if profile.unverified { "  (second-hand source)" } else { "" };
        println!(
            "{:<26} {} x {}, {} dpi  {}{mark}",
            profile.id, picture.width, picture.height, picture.dpi, profile.name
        );
    }
}

/// Where each clause stands, by its table in the file.
fn clauses(profile: &Profile) -> Value {
    let clause = |source: &Option<String>, unverified: bool| json!({ "source": source, "verified": !unverified });
    let Profile { picture, geometry, background, checks, .. } = profile;
    let mut all = serde_json::Map::new();
    all.insert(String::from("picture"), clause(&picture.source, picture.unverified));
    all.insert(String::from("geometry"), clause(&geometry.source, geometry.unverified));
    all.insert(String::from("background"), clause(&background.source, background.unverified));
    for (id, rule) in checks.iter().filter(|(_, rule)| rule.source.is_some()) {
        all.insert(id.to_string(), clause(&rule.source, rule.unverified));
    }
    Value::Object(all)
}

/// The file's exact text: what is redirected to a file is that standard again.
fn show(file: &ProfileFile, context: &Context) {
    if context.json {
        line(&json!({ "v": 1, "id": file.profile.id, "sha256": file.sha256, "toml": file.text }));
    } else {
        print!("{}", file.text);
    }
}

/// The standards that can be chosen, and the files that hold none.
#[derive(Debug)]
pub struct Catalogued {
    pub catalogue: Catalogue,
    pub unusable: Vec<UnusableFile>,
}

/// A file of the data folder that cannot be used. It takes out only the standard that it holds, or would replace.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used as a photo standard: {why}; mend it or take it away", path.display())]
pub struct UnusableFile {
    pub path: PathBuf,
    /// The standard's id as far as the file tells it, else the file's name.
    pub id: String,
    pub why: Why,
}

/// Why a file is no photo standard.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    #[error("it cannot be read: {0}")]
    Unreadable(std::io::Error),
    #[error("it has {0} bytes, more than a photo standard has")]
    TooLarge(u64),
    #[error(transparent)]
    Refused(ProfileError),
}

impl Why {
    /// One word for programs.
    const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::TooLarge(_) => "file_too_large",
            Self::Refused(_) => "refused",
        }
    }
}

/// The shipped profiles and those of the data folder, which replace shipped ones of the same id. Names that begin with
/// a dot are not profiles: other systems leave such files beside the real ones.
pub fn catalogue(data: Option<&Path>) -> anyhow::Result<Catalogued> {
    let mut found = Catalogued { catalogue: Catalogue::shipped(), unusable: Vec::new() };
    let Some(folder) = data.map(|data| data.join(FOLDER)).filter(|folder| folder.is_dir()) else {
        return Ok(found);
    };
    let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    files.retain(|path| is_profile(path));
    files.sort();
    for path in files {
        let text = read(&path);
        let id = text.as_ref().ok().and_then(|text| id_in(text));
        if let Err(why) = text.and_then(|text| found.catalogue.add(&text).map_err(Why::Refused)) {
            let named = || path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.unusable.push(UnusableFile { id: id.unwrap_or_else(named), path, why });
        }
    }
    Ok(found)
}

fn is_profile(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !hidden && path.extension().is_some_and(|extension| extension == "toml")
}

fn read(path: &Path) -> Result<String, Why> {
    let about = std::fs::metadata(path).map_err(Why::Unreadable)?;
    if !about.is_file() {
        return Err(Why::Unreadable(std::io::Error::other("it is no file")));
    }
    if about.len() > MAX_BYTES {
        return Err(Why::TooLarge(about.len()));
    }
    std::fs::read_to_string(path).map_err(Why::Unreadable)
}

/// One profile by its id; the default when none is named. A file that cannot be used is told of where it stands for
/// this very profile: the shipped one of the same id would be another standard than the school's.
pub fn choose(id: Option<&str>, data: Option<&Path>) -> anyhow::Result<ProfileFile> {
    let id = id.unwrap_or(DEFAULT_PROFILE);
    let Catalogued { catalogue, unusable } = catalogue(data)?;
    let (own, others): (Vec<_>, Vec<_>) = unusable.into_iter().partition(|file| file.id == id);
    if let Some(own) = own.into_iter().next() {
        return Err(own.into());
    }
    if let Some(file) = catalogue.get(id) {
        return Ok(file.clone());
    }
    // It may be in one of those.
    let others = others.iter().fold(String::new(), |words, file| format!("{words}; {file}"));
    let data = data.map(|data| format!(" --data {}", data.display())).unwrap_or_default();
    anyhow::bail!("no profile is called {id:?}: see `tucai profiles{data}`{others}")
}
