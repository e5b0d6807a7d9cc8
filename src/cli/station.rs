//! Opening the station of `--data` for a subcommand, making it where the folder is empty, and its open session.

use std::path::Path;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::{Context, passphrase};
use crate::device::os::monotonic_now;
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::domain::profiles::DEFAULT_PROFILE;
use crate::store::{CreateOptions, OpenOptions, Pin, SessionSettings, Store, faults_of_environment};
use crate::text::Lang;
use crate::vision::face::MODEL_HASHES;
use crate::worker::clock::wall_now;
use crate::worker::store::SessionContext;

/// The data folder that was named.
pub(super) fn folder(context: &Context) -> anyhow::Result<&Path> {
    context.data.as_deref().context("name the data folder with --data")
}

/// How a station is opened to be written to; the proof by killing names a failpoint in the environment.
pub(super) fn writing() -> anyhow::Result<OpenOptions> {
    Ok(OpenOptions::with_faults(faults_of_environment().map_err(anyhow::Error::msg)?))
}

/// Opens the station to be written to.
pub(super) fn open(context: &Context) -> anyhow::Result<Store> {
    open_with(context, &writing()?)
}

/// The same with other options; whoever opens a station to write says what that found.
pub(super) fn open_with(context: &Context, options: &OpenOptions) -> anyhow::Result<Store> {
    let store = Store::open(folder(context)?, &passphrase::obtain(context)?, options, wall_now())?;
    tell_opening(&store);
    Ok(store)
}

/// Says on stderr, in both languages, what opening restored, mended or found lost: the next one finds it mended, and
/// would say nothing.
pub(super) fn tell_opening(store: &Store) {
    let news = store.opening_news();
    for (zh, en) in news.messages(Lang::Zh).into_iter().zip(news.messages(Lang::En)) {
        for (message, between) in [(zh, "，"), (en, "; ")] {
            let advice = if message.advice.is_empty() { String::new() } else { format!("{between}{}", message.advice) };
            eprintln!("tucai: {}{advice}", message.what);
        }
    }
}

/// Who does this: on a station with operators one whose role allows it, whose PIN is asked for; else 0.
pub(super) fn authorize(store: &mut Store, right: Right, context: &Context) -> anyhow::Result<u32> {
    if !store.has_operators()? {
        return Ok(0);
    }
    let number = context.operator.context("this station has operators: say who does this with --operator N")?;
    checked(store, number, &passphrase::pin(context)?, right)
}

/// The second person of a step that takes two, whose PIN is asked for as well.
pub(super) fn authorize_second(store: &mut Store, number: u32, pin_file: Option<&Path>) -> anyhow::Result<u32> {
    anyhow::ensure!(store.has_operators()?, "this station has no operators: leave --second out");
    checked(store, number, &passphrase::second_pin(pin_file)?, Right::Second)
}

fn checked(store: &mut Store, number: u32, pin: &Pin, right: Right) -> anyhow::Result<u32> {
    let wait = store.pin_wait(number, monotonic_now())?;
    if !wait.is_zero() {
        // A new process counts the wait from its own start: there is nothing to be won by starting again.
        let message = crate::text::people::wait(wait.as_secs() + 1, Lang::En);
        log::warn!("{}; {}", message.what, message.advice);
        std::thread::sleep(wait);
    }
    Ok(store.check_pin(number, pin, right, wall_now(), monotonic_now())?.number)
}

/// Opens the station to be read, beside a running window too.
pub(super) fn open_to_read(context: &Context) -> anyhow::Result<Store> {
    Ok(Store::open(folder(context)?, &passphrase::obtain(context)?, &OpenOptions::read_only(), wall_now())?)
}

/// Opens the station; makes one where the folder is empty or not there, or where making one did not get as far as
/// the key.
pub(super) fn open_or_create(context: &Context) -> anyhow::Result<Store> {
    let folder = folder(context)?;
    let is_new = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none() || is_unfinished(folder),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(error).context("the data folder cannot be read"),
    };
    if !is_new {
        return open(context);
    }
    let passphrase = passphrase::obtain_new(context)?;
    let options = CreateOptions { faults: writing()?.faults, ..CreateOptions::default() };
    Ok(Store::create(folder, &passphrase, &options, wall_now())?)
}

/// The key is written last: a folder of ours without one, and without anything stored, was never a station.
fn is_unfinished(folder: &Path) -> bool {
    let there = |name: &str| folder.join(name).exists();
    there("station.lock") && !["station.key", "capsules", "journal"].into_iter().any(there)
}

/// The session's photo standard is not there, or one in the data folder is refused.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub(crate) struct ProfileUnusable {
    detail: String,
}

/// The open session of a station with its profile; the first one is made by itself, named after the day.
pub(crate) fn session_of(store: &mut Store) -> anyhow::Result<SessionContext> {
    let session = if let Some(session) = store.current_session()? {
        session
    } else {
        let today = wall_now().local_date();
        let session = new_session(SessionId::try_from(today.clone())?, today);
        store.new_session(&session, 0, wall_now())?;
        session
    };
    context_of(session, store.folder())
}

/// A session with its profile, narrowed to the backdrops that the session accepts.
pub(crate) fn context_of(session: SessionSettings, folder: &Path) -> anyhow::Result<SessionContext> {
    let mut profile = super::profiles::choose(Some(&session.profile_id), Some(folder))
        .map_err(|error| anyhow::Error::new(ProfileUnusable { detail: format!("{error:#}") }))?;
    profile.profile.accept_only(&session.backdrops);
    Ok(SessionContext { session, profile, models_version: models_version() })
}

/// A session under the default profile.
pub(super) fn new_session(id: SessionId, name: String) -> SessionSettings {
    SessionSettings::new(id, name, DEFAULT_PROFILE.to_owned())
}

/// Names the four networks: where they come from, and the first digits of a hash over their hashes.
fn models_version() -> String {
    let mut hash = Sha256::new();
    for (name, sha256) in MODEL_HASHES {
        hash.update(format!("{sha256}  {name}\n"));
    }
    format!("mediapipe-0.10.14:{}", &hex::encode(hash.finalize())[..8])
}
