//! `tucai records export-digests` and `import-digests`: lists of collected codes between stations without a network.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::{Context, Exit, complain, keyring, station};
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::store::ListHead;
use crate::worker::clock::wall_now;

pub(super) fn export(to: &Path, session: Option<&str>, context: &Context) -> anyhow::Result<Exit> {
    let store = station::open_to_read(context)?;
    let id = match session {
        Some(id) => SessionId::try_from(id.to_owned())?,
        None => store.current_session()?.context("the station has no session")?.id,
    };
    anyhow::ensure!(store.session(&id)?.is_some(), "the station has no session {id}");
    tell(&store.export_collected(&id, to, wall_now())?, to, "written to", context);
    Ok(Exit::Done)
}

/// Every file that can be used is taken in; the worst of all counts.
pub(super) fn import(files: &[PathBuf], context: &Context) -> anyhow::Result<Exit> {
    let mut store = station::open(context)?;
    let by = station::authorize(&mut store, Right::Shoot, context)?;
    let mut worst = Exit::Done;
    for file in files {
        match store.import_collected(file, by, wall_now()) {
            Ok(head) => tell(&head, file, "taken in from", context),
            Err(error) => {
                complain(&anyhow::Error::new(error).context(file.display().to_string()));
                worst = Exit::Refused;
            }
        }
    }
    Ok(worst)
}

fn tell(head: &ListHead, file: &Path, done: &str, context: &Context) {
    let ListHead { station, letter, session, codes, made_at, .. } = head;
    let shown = file.display().to_string();
    let value = json!({
        "v": 1, "file": shown, "station": station, "letter": letter, "session": session, "codes": codes,
        "made_at": made_at.to_rfc3339(),
    });
    let words = format!("{codes} codes of station {letter} ({station}), session {session}, {done} {shown}");
    keyring::report(context, &value, &words);
}
