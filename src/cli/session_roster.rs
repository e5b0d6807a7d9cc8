//! `tucai session roster`: the school's own list. Looks a file over (`--check`), takes it, takes it away, or says by
//! class how far the session is. What is printed of a person is masked.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::{Context, Exit, line, station};
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::domain::roster::{Column, Columns, Judged, Progress, Roster, Table, TextEncoding, judge};
use crate::roster::{Reading, Wish, read};
use crate::store::{ChosenColumns, Store};
use crate::text::{Lang, roster as words};
use crate::worker::clock::wall_now;

/// Lines that a preview shows.
const PREVIEW: usize = 5;

/// Takes a list, looks one over, removes one, or lists the progress by class.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An xlsx, xls, ods, csv or tsv file; without one the progress of the session is listed.
    file: Option<PathBuf>,
    /// The session; else the open one.
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Only looks the file over; needs no station.
    #[arg(long, requires = "file")]
    check: bool,
    /// Takes the session's list away, from both disks.
    #[arg(long, conflicts_with = "file")]
    remove: bool,
    /// Which sheet of a workbook, from 1; else the first that has lines.
    #[arg(long, value_name = "N")]
    sheet: Option<usize>,
    /// How a text is written; else it is found out.
    #[arg(long, value_name = "NAME", value_parser = ["UTF-8", "GB18030", "UTF-16LE", "UTF-16BE", "Big5"])]
    encoding: Option<String>,
    /// Which column holds what, by its heading or its letter: `number=学号`. KIND is one of number, name, `id_number`,
    /// class, department, major, level.
    #[arg(long, value_name = "KIND=HEADING")]
    column: Vec<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.file {
        Some(file) if args.check => {
            let Some((reading, columns, judged)) = look_at(args, file, &ChosenColumns::new(), context)? else {
                return Ok(Exit::Unusable);
            };
            tell(file, &reading, &columns, &judged, context);
            Ok(if judged.is_usable() { Exit::Done } else { Exit::Refused })
        }
        Some(file) => take(args, file, context),
        None if args.remove => {
            let mut store = station::open(context)?;
            let by = station::authorize(&mut store, Right::Purge, context)?;
            let session = session(args, &store)?;
            store.remove_roster(&session, by, wall_now())?;
            eprintln!("tucai: {}", words::removed(Lang::En).what);
            Ok(Exit::Done)
        }
        None => progress(args, context),
    }
}

fn session(args: &Args, store: &Store) -> anyhow::Result<SessionId> {
    match &args.session {
        Some(id) => Ok(SessionId::try_from(id.clone())?),
        None => Ok(store.current_session()?.context("no session is open: name one with --session")?.id),
    }
}

/// Reads and judges; `None` when the file gives no list, which was said.
fn look_at(
    args: &Args,
    file: &Path,
    remembered: &ChosenColumns,
    context: &Context,
) -> anyhow::Result<Option<(Reading, Columns, Judged)>> {
    let encoding = args.encoding.as_deref();
    let encoding = TextEncoding::ALL.into_iter().find(|known| Some(known.as_str()) == encoding);
    ensure!(args.sheet != Some(0), "sheets are counted from 1");
    let reading = match read(file, Wish { sheet: args.sheet.map(|sheet| sheet - 1), encoding }) {
        Ok(reading) => reading,
        Err(fault) => {
            let message = words::fault(fault, Lang::En);
            if context.json {
                let error = json!({ "code": fault.as_str(), "message": message.what });
                line(&json!({ "v": 1, "file": file.display().to_string(), "error": error }));
            }
            eprintln!("tucai: {}; {}", message.what, message.advice);
            return Ok(None);
        }
    };
    let mut columns = Columns::remembered(&reading.table, remembered);
    for choice in &args.column {
        let (kind, heading) = choice.split_once('=').context("--column is written KIND=HEADING")?;
        let kind = Column::ALL.into_iter().find(|column| column.as_str() == kind);
        let kind = kind.with_context(|| format!("there is no column kind in {choice:?}"))?;
        let place = (0..reading.table.width).find(|at| reading.table.title(*at) == heading);
        columns.set(kind, Some(place.with_context(|| format!("no column is called {heading:?}"))?));
    }
    let judged = judge(&reading.table, &columns);
    Ok(Some((reading, columns, judged)))
}

fn take(args: &Args, file: &Path, context: &Context) -> anyhow::Result<Exit> {
    let mut store = station::open(context)?;
    let id = session(args, &store)?;
    let settings = store.session(&id)?.with_context(|| format!("there is no session {id}"))?;
    let remembered = store.roster_columns(settings.school_code.as_deref())?;
    let Some((reading, columns, judged)) = look_at(args, file, &remembered, context)? else {
        return Ok(Exit::Unusable);
    };
    if !judged.is_usable() {
        tell(file, &reading, &columns, &judged, context);
        return Ok(Exit::Refused);
    }
    let by = station::authorize(&mut store, Right::Shoot, context)?;
    store.set_roster(&id, &judged.rows, &columns.chosen(&reading.table), by, wall_now())?;
    let classes = Roster::new(judged.rows.clone()).classes().len();
    if context.json {
        let findings = findings(&judged);
        line(&json!({
            "v": 1, "session": id, "roster": judged.rows.len(), "classes": classes, "findings": findings,
        }));
    } else {
        println!("{id} {}", words::size(judged.rows.len(), classes, Lang::En));
    }
    complain(&judged);
    Ok(Exit::Done)
}

fn progress(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let store = station::open_to_read(context)?;
    let id = session(args, &store)?;
    let roster = store.roster(&id)?;
    ensure!(!roster.is_empty(), "the session {id} has no list");
    let progress = Progress::of(&roster, &store.roster_bindings(&id)?);
    for class in progress.classes.iter().chain([&progress.whole()]).take(progress.classes.len() + 1) {
        let missing = class.missing();
        if context.json {
            line(&json!({
                "v": 1, "session": id, "class": class.class, "expected": class.expected, "taken": class.taken,
                "missing": missing, "to_retake": class.to_retake, "walk_ups": class.walk_ups,
            }));
        } else {
            println!(
                "{:<20} expected {:>5}  taken {:>5}  missing {missing:>5}  to retake {:>4}  not on the list {:>4}",
                class.class, class.expected, class.taken, class.to_retake, class.walk_ups
            );
        }
    }
    Ok(Exit::Done)
}

fn findings(judged: &Judged) -> Vec<Value> {
    let told = judged.findings.iter().map(|finding| {
        let message = words::finding(finding, Lang::En);
        json!({
            "kind": finding.kind.as_str(), "refuses": finding.kind.refuses(), "rows": finding.rows,
            "message": message.what, "advice": message.advice,
        })
    });
    told.collect()
}

fn complain(judged: &Judged) {
    for finding in &judged.findings {
        let message = words::finding(finding, Lang::En);
        eprintln!("tucai: {}; {}", message.what, message.advice);
    }
}

fn preview(table: &Table, columns: &Columns) -> Vec<Vec<String>> {
    let cells = |at: usize| {
        table
            .lines
            .get(at)
            .map(|line| (0..table.width).map(|column| line.cell(column).masked(columns.at(column))).collect())
    };
    (0..PREVIEW).filter_map(cells).collect()
}

fn tell(file: &Path, reading: &Reading, columns: &Columns, judged: &Judged, context: &Context) {
    let table = &reading.table;
    let titles: Vec<String> = (0..table.width).map(|at| table.title(at)).collect();
    let preview = preview(table, columns);
    if context.json {
        let chosen: serde_json::Map<String, Value> = Column::ALL
            .into_iter()
            .filter_map(|column| Some((column.as_str().to_owned(), json!(titles[columns.get(column)?]))))
            .collect();
        line(&json!({
            "v": 1, "file": file.display().to_string(), "usable": judged.is_usable(), "rows": judged.rows.len(),
            "headings": titles, "columns": chosen, "sheets": reading.sheets, "sheet": reading.sheet + 1,
            "encoding": reading.encoding.map(TextEncoding::as_str), "empty_rows": table.empty_lines,
            "findings": findings(judged), "preview": preview,
        }));
    } else {
        println!("{}", titles.join(" | "));
        for cells in &preview {
            println!("{}", cells.join(" | "));
        }
    }
    complain(judged);
}
