//! What the file is: type, size in pixels and bytes, density, JPEG quality, colour.

use super::Findings;
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::vision::decode::{ColorModel, FileFacts, FileFormat};

pub(super) fn judge(file: &FileFacts, findings: &mut Findings<'_>) {
    let wanted = &findings.profile().picture;
    let kind = |right: bool| if right { Reason::Ok } else { Reason::WrongKind };

    let baseline = file.jpeg.as_ref().is_some_and(|jpeg| !jpeg.progressive);
    findings.decided(CheckId::FileFormat, kind(file.format == FileFormat::Jpeg && baseline), None, None, None);

    let (width, height) = (f64::from(file.width), f64::from(file.height));
    let (want_width, want_height) = (f64::from(wanted.width), f64::from(wanted.height));
    // One number for two sides: the side that is wrong, the height when both are right.
    let (side, want) = if file.width == wanted.width { (height, want_height) } else { (width, want_width) };
    findings.measured(CheckId::FilePixels, side, Unit::Pixels, Some(want), Some(want));

    let want_dpi = f64::from(wanted.dpi);
    match file.dpi {
        Some(dpi) => {
            findings.measured(CheckId::FileDpi, dpi.round(), Unit::Dpi, Some(want_dpi), Some(want_dpi));
        }
        None => findings.decided(CheckId::FileDpi, Reason::Missing, None, Some(want_dpi), Some(want_dpi)),
    }

    let kilobytes = file.bytes as f64 / 1024.0;
    findings.measured(CheckId::FileBytes, kilobytes, Unit::Kilobytes, Some(wanted.kb_min), Some(wanted.kb_max));

    match &file.jpeg {
        Some(jpeg) => {
            let min = Some(f64::from(wanted.quality_min));
            findings.measured(CheckId::FileQuality, f64::from(jpeg.quality), Unit::Count, min, None);
        }
        None => findings.decided(CheckId::FileQuality, Reason::WrongKind, None, None, None),
    }

    findings.decided(CheckId::FileColor, kind(file.color == ColorModel::Rgb8), None, None, None);
}
