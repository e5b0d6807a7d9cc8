//! The slip (号条) that a scan desk hands out: a 拍摄号 to be read from two metres, the group, and the symbol that the
//! camera desk reads. One page of HTML for a receipt printer or a corner of A4; it asks to be printed by itself.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::escaped;
use crate::domain::slip::Slip;
use crate::text::Lang;
use crate::text::scan_desk::ScanWord;

/// White modules around the symbol (ISO/IEC 18004, 6.3.8).
const QUIET: i32 = 4;
/// A slip is 40 characters long; what is longer is none.
const LARGEST: u8 = 6;

/// What stands on the slip besides the number.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    pub session: String,
    pub group: Option<String>,
    /// Clock time.
    pub at: String,
}

/// The symbol of a slip as the dark modules' path in an SVG, and the side in modules with the quiet zone.
fn symbol(text: &str) -> Option<(String, i32)> {
    let segments = QrSegment::make_segments(text);
    let (least, level) = (Version::MIN, QrCodeEcc::Quartile);
    // A slip is printed small and read from a hand that moves: a quarter of it may be lost.
    let drawn = QrCode::encode_segments_advanced(&segments, level, least, Version::new(LARGEST), None, true).ok()?;
    let mut path = Vec::new();
    for y in 0..drawn.size() {
        for x in (0..drawn.size()).filter(|&x| drawn.get_module(x, y)) {
            path.push(format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    Some((path.concat(), drawn.size() + 2 * QUIET))
}

/// The page; `None` for a slip whose number is too long for one.
pub fn page(slip: &Slip, heading: &Heading, lang: Lang) -> Option<String> {
    let (path, side) = symbol(&slip.text())?;
    let word = |word: ScanWord| escaped(word.text(lang));
    let group = heading.group.as_deref().map(|group| format!("<p>{}</p>\n", escaped(group))).unwrap_or_default();
    let code = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    Some(format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{shot}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body onload=\"window.print()\">\n<p>{title}</p>\n<h1>{shot}</h1>\n{group}\
         <svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>\n\
         <p class=\"hint\">{hint}</p>\n<p class=\"hint\">{session} {at}</p>\n</body>\n</html>\n",
        shot = slip.shot,
        title = word(ScanWord::YourNumber),
        hint = word(ScanWord::SlipHint),
        session = escaped(&heading.session),
        at = escaped(&heading.at),
    ))
}

/// 72 mm are what receipt printers of 80 mm paper print.
const STYLE: &str = "\
@page { margin: 4mm }
body { font-family: 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', sans-serif; \
width: 66mm; margin: 0; text-align: center; color: #000 }
h1 { font-size: 44pt; margin: 0; white-space: nowrap }
p { font-size: 14pt; margin: 1mm 0 }
svg { width: 40mm; height: 40mm; display: block; margin: 0 auto }
.hint { font-size: 9pt }
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::SubjectCode;
    use crate::domain::ids::{ShotNumber, StationLetter};
    use crate::domain::slip::Ours;

    /// The symbol of a page, drawn from its path as a browser does.
    fn picture(page: &str, pixels: u32) -> image::GrayImage {
        let between = |from: &str, to: &str| page.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
        let side: u32 = between("viewBox=\"0 0 ", " ").parse().unwrap();
        let mut drawn = image::GrayImage::from_pixel(side * pixels, side * pixels, image::Luma([255]));
        for module in between("<path d=\"", "\"").split('z').filter(|module| !module.is_empty()) {
            let at = module.trim_start_matches('M').trim_end_matches("h1v1h-1");
            let (x, y) = at.split_once(' ').unwrap();
            let (x, y): (u32, u32) = (x.parse().unwrap(), y.parse().unwrap());
            for (dx, dy) in (0..pixels).flat_map(|dx| (0..pixels).map(move |dy| (dx, dy))) {
                drawn.put_pixel(x * pixels + dx, y * pixels + dy, image::Luma([0]));
            }
        }
        drawn
    }

    #[test]
    fn the_symbol_on_the_page_is_read_back_as_the_slip() {
        let code = SubjectCode::new(b"somebody's code".to_vec()).unwrap();
        let slip = Slip::new(ShotNumber { station: StationLetter::A, number: 137 }, code.digest());
        let heading = Heading { session: String::from("a & b"), group: Some(String::from("<b>")), at: String::new() };
        let page = page(&slip, &heading, Lang::Zh).unwrap();
        for wanted in ["<h1>A-0137</h1>", "a &amp; b", "&lt;b&gt;", "window.print()"] {
            assert!(page.contains(wanted), "{wanted}");
        }
        assert!(!page.contains("http") && !page.contains("somebody"), "nothing is fetched, and no code stands there");
        let drawn = picture(&page, 4);
        let (width, height) = (drawn.width() as usize, drawn.height() as usize);
        let light = |x: usize, y: usize| drawn.get_pixel(x as u32, y as u32).0[0];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, light);
        let (_, text) = image.detect_grids()[0].decode().unwrap();
        let read = SubjectCode::new(text.into_bytes()).unwrap();
        assert_eq!(Ours::of(&read), Some(Ours::Slip(slip)));
    }
}
