//! `tucai receipt`: a centre's small side makes receipts, a station takes them in.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::keyring::{folder, identity_file, now, refusal, report, signer_file, small_text, station, with_suffix};
use super::{Context, Exit};
use crate::bundle::keys::{CentreCard, Signer, StationCard, VerifyKey};
use crate::bundle::ledger::{Judgement, Ledger, LedgerLine};
use crate::bundle::medium::write_small;
use crate::bundle::open::open;
use crate::bundle::receipt::{MAX_RECEIPT_BYTES, Receipt, ReceiptResult, SignedReceipt};
use crate::bundle::station::{centre_card, import_receipt};
use crate::bundle::verify::outside;
use crate::bundle::{BundleError, FORMAT, Result as BundleResult};
use crate::domain::fault::BundleFault;
use crate::domain::ids::RecordId;
use crate::domain::operator::Right;
use crate::domain::record::RecordState;
use crate::store::OpenOptions;

/// Makes and imports receipts.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Centre: checks a bundle and writes the signed receipt beside it.
    Make(MakeArgs),
    /// Station: takes in the centre's receipt.
    Import {
        /// The receipt; its signature is the file with `.minisig` added to the name.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The centre's card; else the one that was taken in before.
        #[arg(long, value_name = "FILE")]
        card: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
struct MakeArgs {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The centre's age key file; else `age.key` in the folder of --data.
    #[arg(long, value_name = "KEYFILE")]
    identity: Option<PathBuf>,
    /// The centre's minisign secret key file; else `minisign.key` in the folder of --data.
    #[arg(long, value_name = "KEYFILE")]
    sign: Option<PathBuf>,
    /// The station's minisign key; else its card in `stations` in the folder of --data.
    #[arg(long, value_name = "RW...")]
    sender: Option<String>,
    /// What was read before; else `ledger.jsonl` in the folder of --data.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// The centre's name in the receipt; else the one of its card.
    #[arg(long, value_name = "NAME")]
    centre: Option<String>,
    /// A record that must be photographed again, and why.
    #[arg(long, value_name = "RECORD=REASON")]
    retake: Vec<String>,
    /// A record that must be sent again, and why.
    #[arg(long, value_name = "RECORD=REASON")]
    reject: Vec<String>,
    /// Where the receipt goes; else beside the bundle.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.what {
        What::Make(args) => make(args, context),
        What::Import { file, card } => import(file, card.as_deref(), context),
    }
}

/// A file that was named, or the one of that name in the centre's folder.
fn named(path: Option<&PathBuf>, name: &str, context: &Context) -> anyhow::Result<PathBuf> {
    match path {
        Some(path) => Ok(path.clone()),
        None => Ok(folder(context).with_context(|| format!("or name the file that stands for {name}"))?.join(name)),
    }
}

fn make(args: &MakeArgs, context: &Context) -> anyhow::Result<Exit> {
    let identity = identity_file(&named(args.identity.as_ref(), "age.key", context)?, context)?;
    let signer = signer_file(&named(args.sign.as_ref(), "minisign.key", context)?, context)?;
    let ledger_path = args.ledger.clone().or_else(|| context.data.as_ref().map(|folder| folder.join("ledger.jsonl")));
    let centre = match (&args.centre, &context.data) {
        (Some(name), _) => name.clone(),
        (None, Some(folder)) => CentreCard::from_json(&small_text(&folder.join("centre.card.json"))?)?.centre,
        (None, None) => signer.public().key_id(),
    };
    let mut decided = Vec::new();
    for (result, texts) in [(ReceiptResult::Retake, &args.retake), (ReceiptResult::Rejected, &args.reject)] {
        for text in texts {
            let (id, reason) = text.split_once('=').context("write a decision as RECORD=REASON")?;
            decided.push((id.parse::<RecordId>()?, result, reason.to_owned()));
        }
    }
    let made = sender_of(args, context).and_then(|sender| {
        let judged = judge(&args.file, &sender, &identity, ledger_path.as_deref())?;
        sign_receipt(judged, centre, &decided, &signer)
    });
    let made = match made {
        Ok(made) => made,
        Err(error) => return Ok(refusal(context, Some(&args.file), &error)),
    };
    let out = args.out.clone().unwrap_or_else(|| with_suffix(&args.file, ".receipt.json"));
    // the ledger first: a receipt must never say accepted for what is not remembered
    if let (Some(path), Some(line)) = (&ledger_path, &made.remember) {
        let before = read_ledger(path)?;
        write_small(path, &[before.as_slice(), line.to_text()?.as_bytes()].concat())?;
    }
    write_small(&with_suffix(&out, ".minisig"), made.signed.minisig.as_bytes())?;
    write_small(&out, made.signed.json.as_bytes())?;
    let count = |result| made.receipt.records.iter().filter(|line| line.result == result).count();
    let value = json!({
        "v": 1,
        "receipt": out.display().to_string(),
        "bundle_sha256": made.receipt.bundle_sha256,
        "station": made.receipt.station,
        "sequence": made.receipt.sequence,
        "accepted": count(ReceiptResult::Accepted),
        "duplicate": count(ReceiptResult::Duplicate),
        "rejected": count(ReceiptResult::Rejected),
        "retake": count(ReceiptResult::Retake),
        "missing": made.missing,
    });
    report(context, &value, &format!("{} ({} accepted)", out.display(), count(ReceiptResult::Accepted)));
    Ok(Exit::Done)
}

/// The key that the bundle must be signed by: named, or of the card of the station that the bundle names.
fn sender_of(args: &MakeArgs, context: &Context) -> BundleResult<VerifyKey> {
    if let Some(text) = &args.sender {
        return text.parse();
    }
    let unknown = || BundleError::refused(BundleFault::UnknownSender, "name --sender or enrol the station's card");
    let folder = context.data.as_ref().ok_or_else(unknown)?;
    let mut file = File::open(&args.file).map_err(|source| BundleError::io("the bundle cannot be read", source))?;
    let station = outside(&mut file, None)?.comment.station();
    // the name is a key id: 16 hex digits
    let text = small_text(&folder.join("stations").join(format!("{station}.card.json"))).ok().ok_or_else(unknown)?;
    let card = StationCard::from_json(&text)?;
    if card.station == station { card.minisign.parse() } else { Err(unknown()) }
}

fn read_ledger(path: &Path) -> BundleResult<Vec<u8>> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(BundleError::io("the ledger cannot be read", error)),
    }
}

fn judge(
    path: &Path,
    sender: &VerifyKey,
    identity: &age::x25519::Identity,
    ledger: Option<&Path>,
) -> BundleResult<(LedgerLine, Judgement)> {
    let mut file = File::open(path).map_err(|source| BundleError::io("the bundle cannot be read", source))?;
    let contents = open(&mut file, Some(sender), identity, &mut |_, _| Ok(()))?;
    let line = LedgerLine::of(&contents);
    let known = match ledger {
        Some(path) => Ledger::from_text(&read_ledger(path)?)?,
        None => Ledger::default(),
    };
    let judgement = known.judge(&line)?;
    Ok((line, judgement))
}

/// A receipt with what the centre must remember.
struct Made {
    receipt: Receipt,
    signed: SignedReceipt,
    missing: Vec<u64>,
    remember: Option<LedgerLine>,
}

fn sign_receipt(
    (line, judgement): (LedgerLine, Judgement),
    centre: String,
    decided: &[(RecordId, ReceiptResult, String)],
    signer: &Signer,
) -> BundleResult<Made> {
    let mut records = judgement.lines;
    for (id, result, reason) in decided {
        let Some(found) = records.iter_mut().find(|line| line.record_id == *id) else {
            return Err(BundleError::refused(BundleFault::BadReceipt, format!("{id} is not in this bundle")));
        };
        found.result = *result;
        found.reason = Some(reason.clone());
    }
    let receipt = Receipt {
        format: FORMAT,
        centre,
        bundle_sha256: line.bundle_sha256,
        station: line.station.clone(),
        sequence: line.sequence,
        made_at: now().to_rfc3339(),
        records,
    };
    let signed = receipt.sign(signer)?;
    Ok(Made { receipt, signed, missing: judgement.missing, remember: (!judgement.known).then_some(line) })
}

fn import(path: &Path, card: Option<&Path>, context: &Context) -> anyhow::Result<Exit> {
    if fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.len() > MAX_RECEIPT_BYTES {
        let large = BundleError::refused(BundleFault::BadReceipt, "the file is too large for a receipt");
        return Ok(refusal(context, Some(path), &large));
    }
    let json = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let minisig = small_text(&with_suffix(path, ".minisig"))?;
    let signed = SignedReceipt { json, minisig: minisig.as_str().to_owned() };
    let mut store = station(context, &OpenOptions::default())?;
    let by = super::station::authorize(&mut store, Right::Seal, context)?;
    let card = match card {
        Some(path) => CentreCard::from_json(&small_text(path)?).map(Some),
        None => centre_card(&store),
    };
    let taken = card.and_then(|card| match card {
        Some(card) => import_receipt(&mut store, &signed, &card, by, now()),
        None => Err(BundleError::refused(BundleFault::BadReceipt, "no centre is enrolled: take in its card first")),
    });
    let outcomes = match taken {
        Ok(outcomes) => outcomes,
        Err(error) => return Ok(refusal(context, Some(path), &error)),
    };
    let count = |state| outcomes.iter().filter(|outcome| outcome.to == state).count();
    let (received, resend, retake) =
        (count(RecordState::Received), count(RecordState::Resend), count(RecordState::Retake));
    let value = json!({
        "v": 1, "file": path.display().to_string(), "received": received, "resend": resend, "retake": retake,
    });
    report(context, &value, &format!("{received} received, {resend} to send again, {retake} to photograph again"));
    Ok(Exit::Done)
}
