//! `tucai import`: a memory card on which each student's code was photographed before the portrait.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::check::finding_json;
use super::picture::shown;
use super::{Context, Exit, line, station};
use crate::app::desk::{Desk, NoCamera, Parts};
use crate::app::importer::{Imported, Importer, Looked, Pair};
use crate::domain::card::{Join, Shows, joins};
use crate::domain::operator::{NOBODY_IN_PARTICULAR, Right};
use crate::domain::session::{AutomaticShot, Settings};
use crate::domain::time::Monotonic;
use crate::text::Lang;
use crate::text::picture::picture;
use crate::vision::face::FaceModels;
use crate::worker::clock::wall_now;
use crate::worker::folder::{FolderPicture, in_shutter_order, look_at, picture_files};
use crate::worker::store::{Keeper, StoreAtOnce};
use crate::worker::vision::{EyesAtOnce, Looker};

/// Simulated time from look to look: nothing here waits for people.
const STEP: Duration = Duration::from_millis(100);

/// Reads a memory card with codes among its portraits, shows what belongs together, and stores it when asked to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The card, or a folder with its pictures.
    #[arg(value_name = "CARD_DIR")]
    card: PathBuf,
    /// Stores what is beyond doubt or decided; without it nothing is stored.
    #[arg(long)]
    store: bool,
    /// Somebody looked at every picture and stands for what the profile asks (jewellery, make-up, covers).
    #[arg(long)]
    looked: bool,
    /// A decision: this code's portrait is that file. Names as listed; may be given several times.
    #[arg(long, value_name = "CODE_FILE=PORTRAIT_FILE")]
    decide: Vec<String>,
    /// Leaves out what is doubtful and not decided, instead of refusing to store anything.
    #[arg(long)]
    leave_doubtful: bool,
}

/// Exit 1 when something is doubtful and not decided, or was refused.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let pictures = read_card(&args.card)?;
    let on_card: Vec<_> = pictures.iter().map(FolderPicture::on_card).collect();
    let joins = joins(&on_card);
    let decided = decisions(&args.decide, &args.card, &pictures)?;
    let mut pairs = Vec::new();
    let mut open = 0;
    for join in &joins {
        let pair = pair_of(join, &decided);
        open += usize::from(pair.is_none());
        tell_join(join, pair, &pictures, context);
        pairs.extend(pair);
    }
    let unreadable = tell_unreadable(&pictures, context);
    eprintln!("tucai: {} pictures, {} pairs, {open} to be decided, {unreadable} not read", pictures.len(), pairs.len());
    let doubtful = if open > 0 { Exit::Refused } else { Exit::Done };
    if !args.store {
        return Ok(doubtful);
    }
    if open > 0 && !args.leave_doubtful {
        eprintln!(
            "tucai: nothing was stored: decide with --decide CODE_FILE=PORTRAIT_FILE or leave them with --leave-doubtful"
        );
        return Ok(Exit::Refused);
    }
    let pairs = pairs.into_iter().filter_map(|(code, portrait)| {
        let subject = pictures[code].subject.clone()?;
        Some(Pair { subject, portrait: pictures[portrait].path.clone() })
    });
    Ok(store(args, pairs.collect(), context)?.max(doubtful))
}

fn read_card(card: &Path) -> anyhow::Result<Vec<FolderPicture>> {
    let files = picture_files(card).with_context(|| format!("{} cannot be read", card.display()))?;
    if files.is_empty() {
        bail!("{} holds no pictures", card.display());
    }
    // nobody looks at the small pictures here
    let look = |file| FolderPicture { small: None, ..look_at(file) };
    let mut pictures: Vec<FolderPicture> = files.into_iter().map(look).collect();
    in_shutter_order(&mut pictures);
    Ok(pictures)
}

/// Decisions by place: code to portrait.
fn decisions(texts: &[String], card: &Path, pictures: &[FolderPicture]) -> anyhow::Result<HashMap<usize, usize>> {
    let place = |name: &str| {
        let named = |picture: &FolderPicture| picture.path == card.join(name) || picture.name() == name;
        let mut found = pictures.iter().enumerate().filter(|(_, picture)| named(picture)).map(|(place, _)| place);
        match (found.next(), found.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => bail!("several files are called {name}: name it below the card's folder"),
            (None, _) => bail!("no file is called {name}"),
        }
    };
    let mut decided = HashMap::new();
    for text in texts {
        let Some((code, portrait)) = text.split_once('=') else { bail!("--decide takes CODE_FILE=PORTRAIT_FILE") };
        let (code, portrait) = (place(code)?, place(portrait)?);
        let kinds = (pictures[code].shows, pictures[portrait].shows);
        if !matches!(kinds, (Shows::Code(_), Shows::Portrait)) {
            bail!("--decide {text}: the first must show a code and the second none");
        }
        if decided.values().any(|taken| *taken == portrait) || decided.insert(code, portrait).is_some() {
            bail!("--decide {text}: a code and a portrait go together once");
        }
    }
    Ok(decided)
}

/// What belongs together: decided by somebody, or beyond doubt and not given to another code.
fn pair_of(join: &Join, decided: &HashMap<usize, usize>) -> Option<(usize, usize)> {
    let by_hand = join.code.and_then(|code| decided.get(&code).map(|portrait| (code, *portrait)));
    by_hand.or_else(|| join.sure().filter(|(_, portrait)| !decided.values().any(|taken| taken == portrait)))
}

fn tell_join(join: &Join, pair: Option<(usize, usize)>, pictures: &[FolderPicture], context: &Context) {
    let digest = join.code.and_then(|code| pictures[code].subject.as_ref()).map(|subject| subject.digest().to_string());
    let doubts: Vec<&str> = join.doubts.iter().map(|doubt| doubt.as_str()).collect();
    let file = |place: usize| shown(&pictures[place].path);
    if context.json {
        line(&json!({
            "v": 1,
            "code": join.code.map(file),
            "code_digest": digest,
            "portraits": join.portraits.iter().map(|place| file(*place)).collect::<Vec<_>>(),
            "doubts": doubts,
            "pair": pair.map(|(_, portrait)| file(portrait)),
        }));
    } else {
        let name = |place: usize| pictures[place].name();
        let code = join.code.map_or_else(|| String::from("no code"), name);
        let portraits: Vec<String> = join.portraits.iter().map(|place| name(*place)).collect();
        let standing = match pair {
            Some((_, portrait)) => format!("-> {}", name(portrait)),
            None => format!("to be decided: {}", doubts.join(", ")),
        };
        println!("{code} {} [{}] {standing}", digest.unwrap_or_default(), portraits.join(" "));
    }
}

fn tell_unreadable(pictures: &[FolderPicture], context: &Context) -> usize {
    let unreadable = pictures.iter().filter_map(|picture| picture.fault.map(|fault| (picture, fault)));
    let mut count = 0;
    for (file, fault) in unreadable {
        count += 1;
        let message = picture(fault, Lang::En);
        let words = format!("{}; {}", message.what, message.advice);
        if context.json {
            line(&json!({ "v": 1, "file": shown(&file.path), "error": { "code": "unreadable", "message": words } }));
        }
        eprintln!("tucai: {}: {words}", file.name());
    }
    count
}

fn store(args: &Args, pairs: Vec<Pair>, context: &Context) -> anyhow::Result<Exit> {
    let mut opened = station::open_or_create(context)?;
    let by = station::authorize(&mut opened, Right::Shoot, context)?.max(NOBODY_IN_PARTICULAR);
    let session = station::session_of(&mut opened)?;
    let keeper = Keeper::new(opened, session.clone())?;
    let models = Arc::new(FaceModels::load().context("the face models do not load")?);
    let profile = Arc::new(session.profile.profile.clone());
    let mut desk = Desk::new(Parts {
        settings: Settings {
            operator: by,
            automatic_shot: AutomaticShot::Off,
            ask: session.profile.profile.ticks(),
            shot_limit: session.session.shot_limit,
            ..Settings::default()
        },
        camera: Box::new(NoCamera),
        scanner: None,
        eyes: Box::new(EyesAtOnce::new(Looker::new(models, profile))),
        vault: Box::new(StoreAtOnce::new(keeper)),
    });
    let looked = if args.looked { Looked::Yes } else { Looked::No };
    let (mut now, mut worst) = (Monotonic::ZERO, Exit::Done);
    for pair in pairs {
        let (digest, file) = (pair.subject.digest().to_string(), shown(&pair.portrait));
        let mut importer = Importer::new(pair, looked, now);
        let outcome = loop {
            now += STEP;
            desk.tick(now, wall_now());
            if let Some(outcome) = importer.react(&mut desk, now, wall_now()) {
                break outcome;
            }
        };
        let (refused, value) = outcome_json(&outcome);
        let mut told = json!({ "v": 1, "code_digest": digest, "portrait": file });
        if let (Some(all), Value::Object(more)) = (told.as_object_mut(), value) {
            all.extend(more);
        }
        if context.json {
            line(&told);
        } else {
            let words = told.get("stored").or_else(|| told.get("reason")).cloned().unwrap_or_default();
            println!("{digest} {words}");
        }
        if refused {
            worst = Exit::Refused;
        }
    }
    Ok(worst)
}

/// Whether it was refused, and what a program is told.
fn outcome_json(outcome: &Imported) -> (bool, Value) {
    match outcome {
        Imported::Stored(saved) => (
            false,
            json!({
                "stored": saved.record.to_string(),
                "shot": saved.shot.to_string(),
                "sha256": saved.photo_sha256.to_string(),
            }),
        ),
        Imported::AlreadyCollected(earlier) => {
            (false, json!({ "reason": "already_collected", "shot": earlier.shot.to_string() }))
        }
        Imported::CollectedElsewhere(other) => (
            false,
            json!({
                "reason": "collected_elsewhere",
                "shot": other.shot.to_string(),
                "listed_at": other.listed_at.to_rfc3339(),
            }),
        ),
        Imported::Picture(fault) => {
            (true, json!({ "reason": "no_picture", "message": picture(*fault, Lang::En).what }))
        }
        Imported::NotCompliant(findings) => {
            let failing: Vec<Value> = findings.iter().filter(|found| found.fails()).map(finding_json).collect();
            (true, json!({ "reason": "not_compliant", "findings": failing }))
        }
        Imported::NotLooked => (true, json!({ "reason": "not_looked" })),
        Imported::Refused(rejected) => (true, json!({ "reason": "refused", "message": rejected.to_string() })),
        Imported::Failed => (true, json!({ "reason": "failed" })),
    }
}
