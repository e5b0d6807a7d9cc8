//! What the checks say about real portraits, drawn people and files with known defects.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;

use image::{GrayImage, RgbImage, imageops};
use tucai::domain::finding::{CheckId, Finding, Level, Reason, Verdict};
use tucai::domain::profile::Profile;
use tucai::domain::profiles::default_profile;
use tucai::vision::decode::decode;
use tucai::vision::examine::{Faces, Judged, Origin, examine_file, examine_frame, judge_faces, judge_shot};
use tucai::vision::face::{Effort, FaceModels};
use tucai::vision::jpeg::encode;

fn models() -> &'static FaceModels {
    static MODELS: OnceLock<FaceModels> = OnceLock::new();
    MODELS.get_or_init(|| FaceModels::load().unwrap())
}

fn profile() -> Profile {
    default_profile().unwrap().profile
}

/// The real portraits; empty, with a word, where they are not.
fn portraits(kind: &str) -> Vec<(String, RgbImage)> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/portraits");
    let folder = std::env::var_os("TUCAI_PORTRAITS").map_or(beside, PathBuf::from);
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("no portraits at {}: nothing tested", folder.display());
        return Vec::new();
    };
    let mut names: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    names.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(kind) && name.ends_with(".jpg")
    });
    names.sort();
    let open = |path: &PathBuf| decode(&std::fs::read(path).unwrap()).unwrap().picture;
    names.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), open(path))).collect()
}

fn of(findings: &[Finding], id: CheckId) -> &Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no finding {id}"))
}

#[test]
fn dump() {
    for kind in ["neutral", "smiling"] {
        for (name, picture) in portraits(kind) {
            let judged = judge_shot(&picture, models(), &profile(), Origin::Import);
            print!("{name} {:?} ", judged.verdict);
            for f in &judged.findings {
                print!(
                    "{}{}={:.2} ",
                    if f.level == Level::Pass { "" } else { "!" },
                    f.id,
                    f.measured.unwrap_or(f64::NAN)
                );
            }
            let plan = judged
                .standardized
                .as_ref()
                .map(|s| (s.plan.crop, s.plan.scale, s.plan.reading, s.file.quality, s.plan.face.hairline_y));
            println!("{plan:?}");
        }
    }
}
