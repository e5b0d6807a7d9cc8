//! `tucai profiles`: lists the photo standards.

use std::path::Path;

use anyhow::Context as _;
use serde_json::json;

use super::{Context, Exit, line};
use crate::domain::profile_file::ProfileFile;
use crate::domain::profiles::{Catalogue, DEFAULT_PROFILE};

/// Lists the photo standards; those of second-hand sources are marked.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Folder of a school's own profiles inside the data folder.
const FOLDER: &str = "profiles";

pub fn run(_args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let catalogue = catalogue(context.data.as_deref())?;
    for file in catalogue.all() {
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
    Ok(Exit::Done)
}

/// The shipped profiles and those of the data folder, which replace shipped ones of the same id.
pub fn catalogue(data: Option<&Path>) -> anyhow::Result<Catalogue> {
    let mut catalogue = Catalogue::shipped();
    let Some(folder) = data.map(|data| data.join(FOLDER)).filter(|folder| folder.is_dir()) else {
        return Ok(catalogue);
    };
    let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        catalogue.add(&text).with_context(|| format!("{} is refused", file.display()))?;
    }
    Ok(catalogue)
}

/// One profile by its id; the default when none is named.
pub fn choose(id: Option<&str>, data: Option<&Path>) -> anyhow::Result<ProfileFile> {
    let id = id.unwrap_or(DEFAULT_PROFILE);
    let catalogue = catalogue(data)?;
    let found = catalogue.get(id).cloned();
    found.with_context(|| format!("no profile is called {id:?}: see `tucai profiles`"))
}
