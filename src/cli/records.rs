//! `tucai records`: lists, shows, verifies, repairs, rebuilds, backs up and exports stored records.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    Context, Exit, complain, passphrase, records_adopt, records_digests, records_purge, records_second,
    records_withdraw, station,
};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{RecordId, SessionId, ShotNumber};
use crate::domain::record::RecordState;
use crate::store::{
    Filter, OpenOptions, OpenReport, RecordSummary, Replayed, Store, StoreError, Verification, Written,
};
use crate::worker::clock::wall_now;

/// Lists, shows, verifies, repairs stored records.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// One line per record, oldest first.
    List {
        #[arg(long, value_name = "ID")]
        session: Option<String>,
        /// A heading (class) of the session, whole and as it is written.
        #[arg(long, value_name = "NAME")]
        group: Option<String>,
        /// stored, approved, sealed, …; may be given several times.
        #[arg(long, value_name = "STATE")]
        state: Vec<String>,
        /// A beginning of a shot number or of a code digest.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
    /// Everything about one record but its code.
    Show {
        /// A record id, or a shot number such as A-0137.
        record: String,
    },
    /// Reads every capsule, second copy and journal line; changes nothing. Exit 1 when something is wrong.
    Verify,
    /// Mends what one of the copies still has right; what is replaced is set aside. Exit 1 when something is left.
    Repair {
        /// The second copy's folder, where station.key or station.toml is damaged and the copy is not found by itself.
        #[arg(long, value_name = "DIR")]
        copy: Option<PathBuf>,
    },
    /// Makes the database anew from capsules and journal; the old one is set aside.
    Rebuild,
    /// Copies key, settings, capsules, journal and database to another disk; run again, it adds what is new.
    Backup {
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Says where the second copy goes, or with --to or --none changes it; brings over what is missing.
    SecondCopy(records_second::Args),
    /// Writes a plain folder with a session's pictures, their codes and a list for `sha256sum -c`.
    Export {
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// The session; without it the present one.
        #[arg(long, value_name = "ID")]
        session: Option<String>,
    },
    /// Takes a record back at somebody's wish; a sealed one becomes a change in the next bundle.
    Withdraw(records_withdraw::Args),
    /// Lists records whose time is over, and with --remove purges them from both disks with a signed certificate.
    Purge(records_purge::Args),
    /// Writes the list of a session's collected codes for other stations: digests and shot numbers, signed.
    ExportDigests {
        /// The file; its signature lies beside it.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// The session; without it the present one.
        #[arg(long, value_name = "ID")]
        session: Option<String>,
    },
    /// Takes in lists of other stations: their codes lead to the question whether to photograph again.
    ImportDigests {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A station whose key is not known yet and whose id was compared with its people: its lists count from now on.
        #[arg(long, value_name = "STATION")]
        trust: Option<String>,
    },
    /// Takes over the second copy of a lost station under a new letter and key.
    Adopt(records_adopt::Args),
}

impl Args {
    /// Whether it is the one that makes a station out of a copy.
    pub(super) const fn is_adoption(&self) -> bool {
        matches!(self.action, Action::Adopt(_))
    }
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let folder = context.data.as_deref().context("name the data folder with --data DIR")?;
    match &args.action {
        Action::List { session, group, state, search } => {
            let (group, search) = (group.clone(), search.clone());
            let wanted = Filter { group, search, ..filter(session.as_deref(), state)? };
            reading(folder, context, |store| list(store, &wanted, context))
        }
        Action::Show { record } => reading(folder, context, |store| show(store, record, context)),
        Action::Verify => reading(folder, context, |store| Ok(verified(&store.verify()?, context))),
        Action::Repair { copy } => repair(folder, copy.as_deref(), context),
        Action::Rebuild => rebuild(folder, context),
        Action::Backup { to } => {
            let written = open_to_back_up(folder, context)?.backup(to, wall_now())?;
            Ok(told(&written, "backed up", context))
        }
        Action::Export { to, session } => {
            let store = open_to_read(folder, context)?;
            let id = match session {
                Some(id) => SessionId::try_from(id.clone())?,
                None => store.current_session()?.context("the station has no session")?.id,
            };
            anyhow::ensure!(store.session(&id)?.is_some(), "the station has no session {id}");
            Ok(told(&store.export(&id, to)?, "exported", context))
        }
        Action::ExportDigests { to, session } => records_digests::export(to, session.as_deref(), context),
        Action::ImportDigests { files, trust } => records_digests::import(files, trust.as_deref(), context),
        Action::Withdraw(args) => records_withdraw::run(args, context),
        Action::SecondCopy(args) => records_second::run(args, context),
        Action::Purge(args) => records_purge::run(args, context),
        Action::Adopt(args) => records_adopt::run(args, context),
    }
}

/// Beside a running window the backup is made all the same; only the journal does not remember it.
fn open_to_back_up(folder: &Path, context: &Context) -> anyhow::Result<Store> {
    let passphrase = passphrase::obtain(context)?;
    let opened = Store::open(folder, &passphrase, &station::writing()?, wall_now()).inspect(station::tell_opening);
    match opened {
        Err(error) if error.fault() == StoreFault::FolderInUse => {
            eprintln!("tucai: the folder is in use: purge certificates will not name this backup");
            Ok(Store::open(folder, &passphrase, &OpenOptions::read_only(), wall_now())?)
        }
        opened => Ok(opened?),
    }
}

fn open_to_read(folder: &Path, context: &Context) -> anyhow::Result<Store> {
    Ok(Store::open(folder, &passphrase::obtain(context)?, &OpenOptions::read_only(), wall_now())?)
}

/// Reads a folder; where its database is damaged or missing, the same from capsules and journal, which is said and
/// shows in the exit status.
fn reading(folder: &Path, context: &Context, read: impl Fn(&Store) -> anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    let passphrase = passphrase::obtain(context)?;
    let opened = Store::open(folder, &passphrase, &OpenOptions::read_only(), wall_now());
    let error = match opened.map_err(anyhow::Error::from).and_then(|store| read(&store)) {
        Err(error) if can_be_read_around(&error) => error,
        done => return done,
    };
    complain(&error);
    eprintln!("tucai: what follows was read from capsules and journal; `tucai records repair` mends the database");
    read(&Store::open_without_database(folder, &passphrase)?)?;
    Ok(Exit::Unusable)
}

fn can_be_read_around(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<StoreError>()
        .is_some_and(|error| matches!(error.fault(), StoreFault::DatabaseDamaged | StoreFault::FolderNotWritable))
}

fn filter(session: Option<&str>, states: &[String]) -> anyhow::Result<Filter> {
    let session = session.map(|id| SessionId::try_from(id.to_owned())).transpose()?;
    let states = states.iter().map(|name| state(name)).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Filter { session, states, ..Filter::default() })
}

fn list(store: &Store, wanted: &Filter, context: &Context) -> anyhow::Result<Exit> {
    let mut records = store.list(wanted)?;
    records.sort_by_key(|record| record.sequence);
    for record in &records {
        if context.json {
            println!("{}", listed(record));
        } else {
            let mark = if record.simulated { "  simulated" } else { "" };
            let (shot, state, digest) = (record.shot, record.state.as_str(), record.code_digest);
            println!("{shot}  {state:<10}  {digest}  {}{mark}", record.captured_at.to_rfc3339());
        }
    }
    Ok(Exit::Done)
}

fn state(name: &str) -> anyhow::Result<RecordState> {
    let found = RecordState::ALL.into_iter().find(|state| state.as_str() == name);
    found.with_context(|| format!("{name:?} is no state of a record"))
}

fn listed(record: &RecordSummary) -> Value {
    let mut line = json!({
        "v": 1,
        "id": record.id,
        "shot": record.shot,
        "session": record.session,
        "state": record.state,
        "code_digest": record.code_digest.to_string(),
        "photo_sha256": record.photo_sha256,
        "captured_at": record.captured_at.to_rfc3339(),
    });
    if record.simulated {
        line["simulated"] = Value::Bool(true);
    }
    line
}

fn show(store: &Store, name: &str, context: &Context) -> anyhow::Result<Exit> {
    for id in named(store, name)? {
        let stored = store.record(id)?;
        let record = &stored.record;
        let history: Vec<Value> = store
            .events_of(id)?
            .iter()
            .map(|event| {
                let what = serde_json::to_value(&event.what).unwrap_or_default();
                json!({
                    "seq": event.seq,
                    "event": what.get("event"),
                    "to": what.get("to"),
                    "reason": what.get("reason"),
                    "by": event.by,
                    "at": event.at.to_rfc3339(),
                })
            })
            .collect();
        let shown = json!({
            "v": 1,
            "id": id,
            "shot": record.shot,
            "session": record.session,
            "group": record.group,
            "station": record.station,
            "sequence": record.sequence,
            "state": record.state,
            "bundle": stored.bundle,
            "code_digest": record.code_digest.to_string(),
            "code_source": record.code_source,
            "photo_sha256": record.photo_sha256,
            "original_sha256": record.original_sha256,
            "original_media_type": record.original_media_type,
            "witness_sha256": record.witness_sha256,
            "capsule": stored.capsule_path,
            "capsule_sha256": stored.capsule_sha256,
            "operator": record.operator,
            "confirmed_by": record.confirmation.by,
            "camera": record.camera,
            "profile": { "id": record.profile_id, "version": record.profile_version },
            "findings": record.findings,
            "overrides": record.overrides,
            "supersedes": record.supersedes,
            "simulated": record.simulated,
            "captured_at": record.captured_at.to_rfc3339(),
            "stored_at": record.stored_at.to_rfc3339(),
            "history": history,
        });
        if context.json { println!("{shown}") } else { println!("{shown:#}") }
    }
    Ok(Exit::Done)
}

pub(super) fn named(store: &Store, name: &str) -> anyhow::Result<Vec<RecordId>> {
    if let Ok(id) = name.parse::<RecordId>() {
        return Ok(vec![id]);
    }
    let shot: ShotNumber =
        name.parse().with_context(|| format!("{name:?} is neither a record id nor a shot number"))?;
    let found = store.list(&Filter { shot: Some(shot), ..Filter::default() })?;
    anyhow::ensure!(!found.is_empty(), "there is no record {shot}");
    Ok(found.into_iter().map(|record| record.id).collect())
}

fn verified(found: &Verification, context: &Context) -> Exit {
    for problem in &found.problems {
        if context.json {
            println!("{}", json!({ "v": 1, "problem": problem.kind.as_str(), "name": problem.name }));
        } else {
            println!("{problem}");
        }
    }
    if context.json {
        let (records, copies, events) = (found.records, found.second_copies, found.events);
        let sum = json!({
            "v": 1, "records": records, "second_copies": copies, "events": events, "problems": found.problems.len(),
        });
        println!("{sum}");
    } else {
        let (records, copies, problems) = (found.records, found.second_copies, found.problems.len());
        println!("{records} records, {copies} second copies, {} events: {problems} problems", found.events);
    }
    if found.is_sound() { Exit::Done } else { Exit::Refused }
}

fn repair(folder: &Path, copy: Option<&Path>, context: &Context) -> anyhow::Result<Exit> {
    let passphrase = passphrase::obtain(context)?;
    let (store, repair) = Store::mend_from(folder, copy, &passphrase, &station::writing()?, wall_now())?;
    station::tell_opening(&store);
    report(store.report(), context);
    for mended in &repair.mended {
        if context.json {
            println!("{}", json!({ "v": 1, "mended": mended.kind.as_str(), "name": mended.name }));
        } else {
            println!("mended: {mended}");
        }
    }
    Ok(verified(&repair.left, context))
}

fn rebuild(folder: &Path, context: &Context) -> anyhow::Result<Exit> {
    let store = Store::rebuild(folder, &passphrase::obtain(context)?, &station::writing()?, wall_now())?;
    station::tell_opening(&store);
    report(store.report(), context);
    Ok(verified(&store.verify()?, context))
}

/// What opening found, as one object.
fn report(found: &OpenReport, context: &Context) {
    let paths = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    let shown = json!({
        "v": 1,
        "restored": found.restored,
        "replayed_events": found.replayed_events,
        "replayed": found.replayed.iter().map(replayed).collect::<Vec<_>>(),
        "lost_locks": found.lost_locks,
        "found_locks": found.found_locks,
        "recovered_from_second": found.recovered_from_second,
        "missing_capsules": found.missing_capsules,
        "mended_lists": found.mended_lists.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "damaged_capsules": found.damaged_capsules,
        "rewritten_lines": found.rewritten_lines,
        "journal_problems": found.journal_problems,
        "finished_purges": found.finished_purges,
        "set_aside": paths(&found.set_aside),
        "database_set_aside": found.database_set_aside.as_ref().map(|path| path.display().to_string()),
    });
    if context.json {
        println!("{shown}");
    } else if !found.is_clean() {
        println!("{shown:#}");
    }
}

fn replayed(line: &Replayed) -> Value {
    json!({ "line": line.line, "event": line.event, "records": line.records })
}

fn told(written: &Written, done: &str, context: &Context) -> Exit {
    if context.json {
        println!("{}", json!({ "v": 1, "folder": written.folder.display().to_string(), "records": written.records }));
    } else {
        println!("{} records {done} to {}", written.records, written.folder.display());
    }
    Exit::Done
}
