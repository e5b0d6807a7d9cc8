//! `tucai records export-digests` and `import-digests`: lists of collected codes between stations without a network.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::{Context, Exit, complain, keyring, station};
use crate::bundle::station::centre_card;
use crate::domain::fault::StoreFault;
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::store::{ListHead, Store, StoreError};
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
pub(super) fn import(files: &[PathBuf], trust: Option<&str>, context: &Context) -> anyhow::Result<Exit> {
    let mut store = station::open(context)?;
    let right = if trust.is_some() { Right::Keys } else { Right::Shoot };
    let by = station::authorize(&mut store, right, context)?;
    let known: Vec<String> = centre_card(&store)?.into_iter().map(|card| card.minisign).collect();
    let mut worst = Exit::Done;
    for file in files {
        match take(&mut store, file, trust, &known, by) {
            Ok(head) => tell(&head, file, "taken in from", context),
            Err(error) => {
                complain(&anyhow::Error::new(error).context(file.display().to_string()));
                worst = Exit::Refused;
            }
        }
    }
    Ok(worst)
}

/// Takes one list in; a stranger's only when its station was named.
fn take(
    store: &mut Store,
    file: &Path,
    trust: Option<&str>,
    known: &[String],
    by: u32,
) -> Result<ListHead, StoreError> {
    match trust {
        Some(trusted) if store.head_of_list(file)?.station == trusted => {
            store.import_collected_vouched(file, by, wall_now())
        }
        _ => store.import_collected(file, known, by, wall_now()).inspect_err(|error| {
            if error.fault() == StoreFault::ListStranger
                && let Ok(head) = store.head_of_list(file)
            {
                eprintln!(
                    "tucai: it says that it is station {} ({}), key {}",
                    head.letter, head.station, head.minisign
                );
            }
        }),
    }
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
