//! `tucai records purge`: removes what a session keeps no longer, and signs what was removed.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::{Context, Exit, station};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{RecordId, SessionId};
use crate::domain::operator::Right;
use crate::store::{PurgeOrder, Store, StoreError};
use crate::text::{Lang, purge as words};
use crate::worker::clock::wall_now;

/// Lists the records that are due, and with --remove purges them.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only this session; without it every session that says how long it keeps its records.
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Sets how many days the session keeps records after they were received, refused or taken back.
    #[arg(long, value_name = "N", requires = "session")]
    keep_days: Option<u32>,
    /// Purges what is due, from both disks. There is no way back.
    #[arg(long)]
    remove: bool,
    /// The number of a second operator, on a station with operators: for records that are due only since the session
    /// keeps them shorter than it did when they ended.
    #[arg(long, value_name = "N", requires = "remove")]
    second: Option<u32>,
    /// A file whose first line is the second operator's PIN.
    #[arg(long, value_name = "FILE", env = "TUCAI_SECOND_PIN_FILE")]
    second_pin_file: Option<PathBuf>,
    /// Why, for journal and certificate.
    #[arg(long, value_name = "TEXT", default_value = "retention")]
    reason: String,
    /// Confirms the steps of the clock that are listed; DATE is today's, as a wall calendar shows it.
    #[arg(long, value_name = "YYYY-MM-DD")]
    clock_is_right: Option<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let session = args.session.as_ref().map(|id| SessionId::try_from(id.clone())).transpose()?;
    let mut store = station::open(context)?;
    let now = wall_now();
    let changes = args.remove || args.clock_is_right.is_some() || args.keep_days.is_some();
    let by = if changes { station::authorize(&mut store, Right::Purge, context)? } else { 0 };
    let second =
        args.second.map(|number| station::authorize_second(&mut store, number, args.second_pin_file.as_deref()));
    let second = second.transpose()?;
    if let (Some(session), Some(days)) = (&session, args.keep_days) {
        let shorter = store.session(session)?.is_some_and(|before| before.retention_days.is_none_or(|d| days < d));
        if args.remove && shorter && second.is_none() && store.has_operators()? {
            // Before anything is changed: a session would be left with the shorter time.
            let what = "set the days first, or name a second person";
            return Err(StoreError::new(StoreFault::SecondNeeded, what).into());
        }
        store.set_retention(session, Some(days), by, now)?;
    }
    if let Some(today) = &args.clock_is_right {
        ensure!(*today == now.local_date(), "this computer says that today is {}, not {today}", now.local_date());
        store.confirm_clock(by, now)?;
    }
    let due = store.due_for_purge(session.as_ref(), now)?;
    for due in &due {
        let (record, since) = (&due.record, due.since.to_rfc3339());
        if context.json {
            let line = json!({
                "v": 1, "due": record.id, "shot": record.shot, "session": record.session, "state": record.state,
                "since": since, "keep_days": due.days,
            });
            println!("{line}");
        } else {
            println!("{}  {:<10}  since {since}, kept {} days", record.shot, record.state.as_str(), due.days);
        }
    }
    let steps = store.clock_steps(now)?;
    for step in &steps {
        let (from, to) = (step.from.to_rfc3339(), step.to.to_rfc3339());
        if context.json {
            println!("{}", json!({ "v": 1, "clock_step": { "from": from, "to": to } }));
        }
        eprintln!("tucai: {}", words::clock_step(&from, &to, Lang::En));
    }
    if !args.remove || due.is_empty() {
        eprintln!("tucai: {}", words::due(due.len(), Lang::En));
        return Ok(Exit::Done);
    }
    if !steps.is_empty() {
        return Ok(Exit::Refused);
    }
    let ids: Vec<RecordId> = due.iter().map(|due| due.record.id).collect();
    let order = PurgeOrder { ids: &ids, reason: &args.reason, by, second, stop: None };
    remove(&mut store, &order, context)
}

fn remove(store: &mut Store, order: &PurgeOrder<'_>, context: &Context) -> anyhow::Result<Exit> {
    let purge = store.purge_with(order, wall_now(), &mut |_| {}).context("nothing more was removed")?;
    let certificate = purge.certificate.map(|path| path.display().to_string()).unwrap_or_default();
    if context.json {
        println!("{}", json!({ "v": 1, "purged": purge.records, "certificate": certificate }));
    } else {
        println!("{} records purged; certificate {certificate}", purge.records);
    }
    Ok(Exit::Done)
}
