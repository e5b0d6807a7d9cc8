//! Every single value, one line each, into the file that `CALIBRATION_VALUES` names: for looking at what a table adds up.

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use tucai::domain::finding::Finding;

use super::people::{Someone, Source};
use super::put::Put;

pub(crate) struct Values {
    file: Option<Mutex<File>>,
}

impl Values {
    pub(crate) fn open() -> Self {
        let file = std::env::var_os("CALIBRATION_VALUES").map(|path| File::create(path).expect("a file to write to"));
        Self { file: file.map(Mutex::new) }
    }

    pub(crate) fn note(&self, someone: &Someone, put: Put, finding: &Finding) {
        let Some(file) = &self.file else { return };
        let name = match &someone.source {
            Source::Drawn(seed) => seed.to_string(),
            Source::Real { neutral, .. } => {
                neutral.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
            }
        };
        let value = finding.measured.map_or_else(|| "none".to_owned(), |value| value.to_string());
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(file, "{name}\t{}\t{put:?}\t{value}\t{:?}", finding.id, finding.level).expect("a disk with room");
    }
}
