//! `tucai keys`: makes and shows keys and cards.

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret as _, SecretString};
use anyhow::Context as _;
use minisign::KeyPair;
use serde_json::json;
use zeroize::Zeroizing;

use super::keyring::{folder, new_passphrase, now, refusal, report, small_text, station};
use super::{Context, Exit};
use crate::bundle::code_picture::{draw_bytes, encode};
use crate::bundle::keys::{CentreCard, StationCard, VerifyKey, recipient};
use crate::bundle::medium::{sync_folder, write_secret, write_small};
use crate::bundle::station::{enrol_centre, station_key};
use crate::domain::ids::StationLetter;
use crate::domain::operator::Right;
use crate::store::{CreateOptions, OpenOptions, Store, WORK_FACTOR};

/// Makes and shows keys and cards.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// A new station in the empty folder of --data, or with --out a centre's key files.
    New {
        /// Folder for a centre's files: age.key, minisign.key, minisign.pub, its card as JSON and QR picture.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The centre's name on its card, or the station's.
        #[arg(long, value_name = "NAME", default_value = "")]
        name: String,
        /// The station's letter.
        #[arg(long, default_value = "A")]
        letter: char,
        /// age1... of a recovery key for a station.
        #[arg(long, value_name = "AGE1...")]
        recovery: Option<String>,
        /// A folder on a second disk, where the station keeps a copy of every record.
        #[arg(long, value_name = "DIR", conflicts_with = "out")]
        second_copy: Option<PathBuf>,
        /// Writes a centre's secret keys unprotected.
        #[arg(long)]
        no_passphrase: bool,
    },
    /// The station's public keys.
    Show,
    /// Seals the station's key under another passphrase, on both disks. The old one is asked for as ever.
    Passphrase {
        /// A file whose first line is the new passphrase; without it it is typed twice.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Writes the station's card, or takes in a centre's.
    Card {
        /// Folder for the station's card, as JSON and QR picture.
        #[arg(long, value_name = "DIR", required_unless_present = "import")]
        to: Option<PathBuf>,
        /// A centre's card to take in.
        #[arg(long, value_name = "FILE")]
        import: Option<PathBuf>,
    },
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.what {
        What::New { out: Some(out), name, no_passphrase, .. } => {
            let words = if *no_passphrase { None } else { Some(new_passphrase(context)?) };
            new_centre(out, name, words.as_ref().map(|words| words.as_str()), context)
        }
        What::New { letter, name, recovery, second_copy, .. } => {
            new_station(*letter, name, recovery.as_deref(), second_copy.as_deref(), context)
        }
        What::Show => {
            let store = station(context, &OpenOptions::read_only())?;
            show(&store, context)
        }
        What::Passphrase { new_passphrase_file } => change_passphrase(new_passphrase_file.as_deref(), context),
        What::Card { to, import } => {
            let mut store = station(context, &OpenOptions::read_only())?;
            if import.is_some() && store.has_operators()? {
                // A PIN is checked under the folder's own lock.
                drop(store);
                store = station(context, &OpenOptions::default())?;
                super::station::authorize(&mut store, Right::Keys, context)?;
            }
            if let Some(path) = import {
                let enrolled = CentreCard::from_json(&small_text(path)?)
                    .and_then(|card| enrol_centre(&store, &card).map(|()| card));
                match enrolled {
                    Ok(card) => {
                        let value = json!({"v": 1, "centre": card.centre, "minisign": card.minisign, "age": card.age});
                        report(context, &value, &format!("bundles are sealed for {} from now on", card.centre));
                    }
                    Err(error) => return Ok(refusal(context, Some(path), &error)),
                }
            }
            if let Some(to) = to {
                let card = station_card(&store)?;
                let path = write_card(to, &card.station, &serde_json::to_string(&card)?)?;
                report(context, &serde_json::to_value(&card)?, &path.display().to_string());
            }
            Ok(Exit::Done)
        }
    }
}

/// From now on only the new passphrase opens the station, on both disks.
fn change_passphrase(new: Option<&Path>, context: &Context) -> anyhow::Result<Exit> {
    let mut store = station(context, &OpenOptions::default())?;
    super::station::authorize(&mut store, Right::Keys, context)?;
    let words = super::passphrase::obtain_other(new)?;
    store.change_passphrase(&words, WORK_FACTOR)?;
    let station = store.public_keys().station;
    let told = "the passphrase is changed; backups, and a second disk that is away, still open with the old one";
    report(context, &json!({"v": 1, "station": station, "changed": true}), told);
    Ok(Exit::Done)
}

fn station_card(store: &Store) -> anyhow::Result<StationCard> {
    Ok(StationCard::new(&station_key(store)?, &recipient(&store.public_keys().age)?))
}

fn show(store: &Store, context: &Context) -> anyhow::Result<Exit> {
    let card = station_card(store)?;
    let words = format!("station   {}\nminisign  {}\nage       {}", card.station, card.minisign, card.age);
    report(context, &serde_json::to_value(&card)?, &words);
    Ok(Exit::Done)
}

fn new_station(
    letter: char,
    name: &str,
    recovery: Option<&str>,
    second_copy: Option<&Path>,
    context: &Context,
) -> anyhow::Result<Exit> {
    let letter = StationLetter::new(letter).context("a station's letter is one of A to Z")?;
    let recovery = recovery.map(|text| recipient(text).map(|key| key.to_string())).transpose()?;
    let second_copy = second_copy.map(|folder| super::records_second::usable(folder, context)).transpose()?;
    let folder = folder(context)?;
    let words = super::passphrase::obtain_new(context)?;
    let options = CreateOptions { letter, name: name.to_owned(), recovery, second_copy, ..CreateOptions::default() };
    let store = Store::create(folder, &words, &options, now())?;
    show(&store, context)
}

/// JSON that says the same in ASCII alone: a scanner gun that types has no other characters.
fn in_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            let mut units = [0; 2];
            text.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

/// Writes `NAME.card.json` and `NAME.card.png`, the same as a QR symbol that cameras and guns read.
fn write_card(folder: &Path, name: &str, json: &str) -> anyhow::Result<PathBuf> {
    let path = folder.join(format!("{name}.card.json"));
    write_small(&path, format!("{json}\n").as_bytes())?;
    write_small(&folder.join(format!("{name}.card.png")), &encode(&draw_bytes(in_ascii(json).as_bytes())?)?)?;
    Ok(path)
}

/// A centre's keys, in the formats of `age` and `minisign`.
fn new_centre(out: &Path, name: &str, words: Option<&str>, context: &Context) -> anyhow::Result<Exit> {
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    let identity = age::x25519::Identity::generate();
    let public = identity.to_public();
    let secret = identity.to_string();
    let text = Zeroizing::new(format!("# public key: {public}\n{}\n", secret.expose_secret()));
    let (identity_bytes, pair) = match words {
        None => (Zeroizing::new(text.as_bytes().to_vec()), KeyPair::generate_unencrypted_keypair()?),
        Some(words) => {
            let sealing = age::scrypt::Recipient::new(SecretString::from(words.to_owned()));
            let sealed = age::encrypt(&sealing, text.as_bytes())?;
            (Zeroizing::new(sealed), KeyPair::generate_encrypted_keypair(Some(words.to_owned()))?)
        }
    };
    let signing = Zeroizing::new(pair.sk.to_box(Some("tucai centre"))?.into_string());
    write_secret(&out.join("age.key"), &identity_bytes)?;
    write_secret(&out.join("minisign.key"), signing.as_bytes())?;
    write_small(&out.join("minisign.pub"), pair.pk.to_box()?.into_string().as_bytes())?;
    let key: VerifyKey = pair.pk.to_base64().parse()?;
    let name = if name.is_empty() { key.key_id() } else { name.to_owned() };
    let card = CentreCard::new(name, &key, &public);
    let json = serde_json::to_string(&card)?;
    CentreCard::from_json(&json)?;
    write_card(out, "centre", &json)?;
    sync_folder(out)?;
    report(context, &serde_json::to_value(&card)?, &format!("centre keys in {}", out.display()));
    Ok(Exit::Done)
}
