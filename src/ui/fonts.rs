//! The Chinese face: found among the system's fonts, put before egui's own.
//!
//! The list names simplified Chinese faces only, so that an English system does not draw Japanese shapes. What it
//! does not find is left to the window's own on-demand provider. Nothing is downloaded and nothing is shipped.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

/// A face inside a font file. Collections name the index of their simplified Chinese face.
struct Candidate {
    path: &'static str,
    index: u32,
}

const fn face(path: &'static str, index: u32) -> Candidate {
    Candidate { path, index }
}

/// Best first. The Noto and Source Han collections hold JP, KR, SC, TC, HK in that order.
const CANDIDATES: &[Candidate] = &[
    face("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    face("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    face("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    face("/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", 2),
    face("/usr/share/fonts/adobe-source-han-sans/SourceHanSansCN-Regular.otf", 0),
    face("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    face("/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc", 0),
    face("/usr/share/fonts/wqy-microhei/wqy-microhei.ttc", 0),
    face("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    face("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
    face("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    face("/System/Library/Fonts/PingFang.ttc", 0),
    face("/System/Library/Fonts/STHeiti Medium.ttc", 1),
    face("C:\\Windows\\Fonts\\msyh.ttc", 0),
    face("C:\\Windows\\Fonts\\Deng.ttf", 0),
    face("C:\\Windows\\Fonts\\simhei.ttf", 0),
];

/// Name of the Chinese face among the definitions.
pub const CHINESE: &str = "system-chinese";

/// egui's own fonts, with the system's Chinese face before them when there is one.
pub fn definitions() -> FontDefinitions {
    let mut definitions = FontDefinitions::default();
    let Some((path, data)) = chinese() else {
        log::warn!("no simplified Chinese font was found: install fonts-noto-cjk or fonts-wqy-microhei");
        return definitions;
    };
    log::info!("Chinese font {}", path.display());
    definitions.font_data.insert(CHINESE.to_owned(), Arc::new(data));
    definitions.families.entry(FontFamily::Proportional).or_default().insert(0, CHINESE.to_owned());
    definitions.families.entry(FontFamily::Monospace).or_default().push(CHINESE.to_owned());
    definitions
}

/// The first face of the list that can be read.
fn chinese() -> Option<(PathBuf, FontData)> {
    CANDIDATES.iter().find_map(|candidate| {
        let path = Path::new(candidate.path);
        let bytes = std::fs::read(path).ok()?; // a face that is not there is the normal case
        let mut data = FontData::from_owned(bytes);
        data.index = candidate.index;
        Some((path.to_owned(), data))
    })
}

/// Whether this machine has a Chinese face that the window knows.
pub fn has_chinese() -> bool {
    CANDIDATES.iter().any(|candidate| Path::new(candidate.path).is_file())
}

/// Gives a context the fonts.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(definitions());
}
