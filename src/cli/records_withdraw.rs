//! `tucai records withdraw`: takes a record back at somebody's wish, with the reason in the journal. One that was sealed
//! becomes a change in the next bundle.

use anyhow::Context as _;
use serde_json::json;

use super::records::named;
use super::{Context, Exit, station};
use crate::domain::operator::Right;
use crate::domain::record::RecordState;
use crate::domain::record_states::allowed;
use crate::worker::clock::wall_now;

/// Far more than any reason; the bundle that tells the centre takes no more.
const MOST_CHARS: usize = 200;

/// Takes a record back.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A record id, or a shot number such as A-0137 that only one record has.
    record: String,
    /// Why; it stays in the journal, and the centre is told of it when the record was sealed.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let reason = args.reason.trim();
    anyhow::ensure!(!reason.is_empty(), "say why with --reason");
    anyhow::ensure!(
        reason.chars().count() <= MOST_CHARS && !reason.chars().any(char::is_control),
        "a reason is one line of at most {MOST_CHARS} characters"
    );
    let mut store = station::open(context)?;
    let by = station::authorize(&mut store, Right::Review, context)?;
    let found = named(&store, &args.record)?;
    let [id] = found[..] else { anyhow::bail!("{} records have this shot number: name one by its id", found.len()) };
    let record = store.summary(id).with_context(|| format!("no record is called {id}"))?;
    if !allowed(record.state, RecordState::Withdrawn) {
        log::warn!("{} stays as it is: a record that is {} cannot be withdrawn", record.shot, record.state.as_str());
        return Ok(Exit::Refused);
    }
    store.withdraw(id, Some(reason.to_owned()), by, wall_now())?;
    if context.json {
        super::line(&json!({"v": 1, "id": id, "shot": record.shot, "state": RecordState::Withdrawn}));
    } else {
        println!("{} is withdrawn", record.shot);
    }
    Ok(Exit::Done)
}
