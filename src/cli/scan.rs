//! `tucai scan`: reads codes from picture files, or from a camera. The only command that prints what a code holds.

mod held;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::imageops::grayscale;
use serde_json::{Value, json};

use super::picture::{Unreadable, ms, open, px, report, shown};
use super::{Context, Exit, line};
use crate::vision::qr::{Effort, ReadCode, RefusedSymbol, read};

/// Reads codes from picture files, or with `--camera` from what is held before it, and prints what they hold.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// JPEG, PNG or WebP pictures.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How long a camera is watched.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    watch: u64,
    /// So many codes from a camera are enough.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    codes: Option<u32>,
}

/// Exit 1 when a file shows no code, or none was held before the camera.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match (args.files.is_empty(), &context.camera) {
        (true, Some(camera)) => {
            let codes = args.codes.map(|codes| codes as usize);
            return held::watch(camera, held::Limits { watch: Duration::from_secs(args.watch), codes }, context);
        }
        (true, None) => anyhow::bail!("name pictures, or a camera with --camera"),
        (false, Some(_)) => anyhow::bail!("name either pictures or a camera"),
        (false, None) => {}
    }
    let mut worst = Exit::Done;
    for file in &args.files {
        let exit = scan(file, context).unwrap_or_else(|unreadable| {
            report(file, &unreadable, context);
            Exit::Unusable
        });
        worst = worst.max(exit);
    }
    Ok(worst)
}

fn scan(file: &Path, context: &Context) -> Result<Exit, Unreadable> {
    let start = Instant::now();
    let picture = open(file)?.picture;
    let reading = read(&grayscale(&picture), Effort::Thorough);
    let ms = ms(start);
    if context.json {
        let codes: Vec<Value> = reading.codes.iter().map(code_json).collect();
        line(&json!({ "v": 1, "file": shown(file), "codes": codes, "ms": ms }));
    } else {
        for code in &reading.codes {
            println!("{}: {}", file.display(), shown_code(code));
        }
    }
    for RefusedSymbol { why, .. } in &reading.refused {
        eprintln!("tucai: {}: a symbol was refused: {why}", file.display());
    }
    for _ in reading.codes.iter().filter(|code| code.mirrored) {
        eprintln!("tucai: {}: the code is seen in a mirror", file.display());
    }
    if reading.codes.is_empty() {
        eprintln!("tucai: {}: no code was found", file.display());
        return Ok(Exit::Refused);
    }
    Ok(Exit::Done)
}

fn code_json(code: &ReadCode) -> Value {
    let bytes = code.code.as_bytes();
    json!({
        "text": std::str::from_utf8(bytes).ok(),
        "bytes_b64": STANDARD.encode(bytes),
        "corners": code.corners.map(|corner| [px(corner.x), px(corner.y)]),
        "reader": code.reader.as_str(),
        "mirrored": code.mirrored,
    })
}

/// Text without control characters is shown as it is, everything else as base64.
fn shown_code(code: &ReadCode) -> String {
    let bytes = code.code.as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => format!("base64 {}", STANDARD.encode(bytes)),
    }
}
