//! `tucai session`: makes, opens and lists sessions (批次/场次).

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde_json::json;

use super::{Context, Exit, profiles, session_roster, station};
use crate::deliver::poster::page;
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::domain::session::Refusal;
use crate::domain::set_up::{Level, RunBy};
use crate::store::{Approval, SessionSettings};
use crate::text::Lang;
use crate::worker::clock::wall_now;

/// Makes, opens and lists sessions.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes a session and opens it.
    New(New),
    /// Opens a session: records that follow belong to it.
    Open {
        /// The session's id.
        id: String,
    },
    /// Lists the sessions of the station.
    List,
    /// Takes the school's own list of students, looks one over, or says how far the session is with it.
    Roster(session_roster::Args),
    /// Writes the poster for the queue: a page that any browser prints on A4.
    Poster {
        /// Where to, as HTML.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
        /// Which code is asked for: associate, undergraduate or postgraduate.
        #[arg(long, value_parser = level)]
        level: Option<Level>,
        /// In English.
        #[arg(long)]
        english: bool,
    },
}

#[derive(Debug, clap::Args)]
struct New {
    /// 1 to 32 of ASCII letters, digits and `-`; in the file names of bundles.
    id: String,
    /// What people call it: school, place, day.
    #[arg(long)]
    name: Option<String>,
    /// The photo standard; see `tucai profiles`.
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// Who runs it; only the school's own sessions may have a list of students.
    #[arg(long, value_name = "WHO", value_parser = ["school", "centre"])]
    run_by: Option<String>,
    /// A backdrop that the centre accepts, by its name in the photo standard (blue, white, ...); may stand several times.
    /// The window photographs nobody until this and --run-by are answered.
    #[arg(long = "backdrop", value_name = "COLOUR")]
    backdrops: Vec<String>,
    /// 院校代码.
    #[arg(long)]
    school_code: Option<String>,
    /// 特征码 of the batch.
    #[arg(long)]
    batch_key: Option<String>,
    /// Days of work within which records must be sealed; after that nobody is photographed until they are.
    #[arg(long, value_name = "N")]
    seal_within: Option<u32>,
    /// Records wait for a review before they can be sealed.
    #[arg(long)]
    review: bool,
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.action {
        Action::New(new) => make(new, context)?,
        Action::Roster(args) => return session_roster::run(args, context),
        Action::Open { id } => {
            let id = SessionId::try_from(id.clone())?;
            let mut store = station::open(context)?;
            let by = station::authorize(&mut store, Right::Shoot, context)?;
            let opened = store.open_session(&id, by, wall_now())?;
            tell(&opened, true, context)?;
        }
        Action::Poster { out, level, english } => {
            poster(out, *level, if *english { Lang::En } else { Lang::Zh }, context)?;
        }
        Action::List => {
            let store = station::open_to_read(context)?;
            let open = store.current_session()?.map(|session| session.id);
            for session in store.sessions()? {
                tell(&session, open.as_ref() == Some(&session.id), context)?;
            }
        }
    }
    Ok(Exit::Done)
}

/// Says what the open session says, where `--data` names a station.
fn poster(out: &Path, level: Option<Level>, lang: Lang, context: &Context) -> anyhow::Result<()> {
    let session = match &context.data {
        Some(_) => station::open_to_read(context)?.current_session()?,
        None => None,
    };
    let mut notice = session.map(|session| session.notice()).unwrap_or_default();
    notice.level = level.or(notice.level);
    std::fs::write(out, page(&notice, lang)?).with_context(|| format!("{} cannot be written", out.display()))
}

fn level(text: &str) -> Result<Level, String> {
    Level::deserialize(text.into_deserializer()).map_err(|error: serde::de::value::Error| error.to_string())
}

fn make(new: &New, context: &Context) -> anyhow::Result<()> {
    let id = SessionId::try_from(new.id.clone())?;
    let name = new.name.clone().unwrap_or_else(|| new.id.clone());
    let mut session = station::new_session(id, name);
    if let Some(profile) = &new.profile {
        session.profile_id.clone_from(profile);
    }
    let colors = colors_of(&session.profile_id, context)?;
    session.backdrops = backdrops(&new.backdrops, &colors)?;
    session.run_by = match new.run_by.as_deref() {
        Some("school") => Some(RunBy::School),
        Some(_) => Some(RunBy::Centre),
        None => None,
    };
    session.school_code.clone_from(&new.school_code);
    session.batch_key.clone_from(&new.batch_key);
    session.seal_within_days = new.seal_within;
    session.approval = if new.review { Approval::AwaitReview } else { Approval::ByAccept };
    let mut store = station::open(context)?;
    let by = station::authorize(&mut store, Right::Shoot, context)?;
    store.new_session(&session, by, wall_now())?;
    for missing in session.set_up().missing(Some(&colors)) {
        let message = crate::text::session::refusal(Refusal::Unanswered(missing), Lang::En);
        log::warn!("{}", message.what);
    }
    tell(&session, true, context)
}

/// Names of the backdrops of a photo standard, in its order.
fn colors_of(profile: &str, context: &Context) -> anyhow::Result<Vec<String>> {
    let chosen = profiles::choose(Some(profile), context.data.as_deref())?;
    Ok(chosen.profile.background.colors.into_iter().map(|color| color.name).collect())
}

/// The named backdrops, each once, in the order of the standard.
fn backdrops(named: &[String], colors: &[String]) -> anyhow::Result<Vec<String>> {
    if let Some(unknown) = named.iter().find(|name| !colors.contains(name)) {
        anyhow::bail!("the photo standard has no backdrop {unknown:?}: it has {}", colors.join(", "));
    }
    Ok(colors.iter().filter(|color| named.contains(color)).cloned().collect())
}

fn tell(session: &SessionSettings, is_open: bool, context: &Context) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let SessionSettings { id, name, profile_id, school_code, batch_key, approval, retention_days, .. } = session;
    let SessionSettings { run_by, backdrops, .. } = session;
    if context.json {
        let review = *approval == Approval::AwaitReview;
        let line = json!({
            "v": 1, "session": id, "name": name, "profile": profile_id, "school_code": school_code,
            "batch_key": batch_key, "run_by": run_by, "backdrops": backdrops, "review": review, "keep_days": retention_days, "open": is_open,
        });
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "{} {id} {profile_id} {name}", if is_open { "*" } else { " " })?;
    }
    Ok(())
}
