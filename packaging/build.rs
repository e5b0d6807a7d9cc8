//! Finds the four face models, checks their SHA-256 and hands their paths to `include_bytes!` in `vision::face`.
//!
//! Models come from the folder in `TUCAI_MODELS`, else from `assets/models` (filled by `packaging/fetch-models`).
//! Anything missing or changed stops the build with one sentence; nothing is downloaded here.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Environment variable that carries the path to the code (with `_SHA256` appended: the hash), file name, SHA-256.
const MODELS: [(&str, &str, &str); 4] = [
    (
        "TUCAI_MODEL_DETECTOR",
        "face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    ("TUCAI_MODEL_MESH", "face_landmark.tflite", "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814"),
    ("TUCAI_MODEL_IRIS", "iris_landmark.tflite", "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f"),
    (
        "TUCAI_MODEL_SEGMENTATION",
        "selfie_segmentation.tflite",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    ),
];

fn main() {
    println!("cargo::rerun-if-changed=packaging/build.rs");
    println!("cargo::rerun-if-env-changed=TUCAI_MODELS");
    if let Err(sentence) = export_models() {
        // `cargo::error` fails the build with this sentence and nothing else: no backtrace, no dump of the script.
        println!("cargo::error={sentence}");
    }
}

fn export_models() -> Result<(), String> {
    let folder = model_folder()?;
    for (variable, name, expected) in MODELS {
        let path = folder.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        let found = sha256(&path).map_err(|problem| {
            format!(
                "the face model {name} is not readable in {} ({problem}): run packaging/fetch-models, or point \
                 TUCAI_MODELS at a folder that holds the four models",
                folder.display()
            )
        })?;
        if found != expected {
            return Err(format!(
                "the face model {} is not the expected file (SHA-256 {found}): delete it and run packaging/fetch-models",
                path.display()
            ));
        }
        println!("cargo::rustc-env={variable}={}", path.display());
        println!("cargo::rustc-env={variable}_SHA256={expected}");
    }
    Ok(())
}

/// Absolute, because `include_bytes!` resolves relative paths from the source file.
fn model_folder() -> Result<PathBuf, String> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or("cargo did not say where the crate is (CARGO_MANIFEST_DIR): build with cargo")?;
    let named = std::env::var_os("TUCAI_MODELS").filter(|value| !value.is_empty()).map(PathBuf::from);
    Ok(root.join(named.unwrap_or_else(|| PathBuf::from("assets/models"))))
}

fn sha256(path: &Path) -> Result<String, std::io::Error> {
    let bytes = std::fs::read(path)?;
    Ok(Sha256::digest(&bytes).iter().flat_map(|byte| [byte >> 4, byte & 15]).map(hex_digit).collect())
}

fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('?')
}
