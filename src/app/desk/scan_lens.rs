//! What the camera of a scan desk sees while the other one photographs: a code that is read, one that cannot be, and
//! what helps. It is only shown: whose code it is and which number it gets is the session's.

use crate::domain::code_help::{CodeHelp, CodeHelper, CodeSight};
use crate::domain::geometry::Point;
use crate::domain::time::Monotonic;
use crate::vision::qr::Unread;
use crate::worker::vision::SeenCode;

/// Follows the codes before the lens.
#[derive(Default)]
pub(super) struct ScanLens {
    helper: CodeHelper,
    /// Corners in pixels of the frame, when its picture was taken, and whether it was read.
    code: Option<([Point; 4], Monotonic, bool)>,
}

/// What is to be shown of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ScanSight {
    /// Corners of the code in pixels of the frame, and when that was taken.
    pub code: Option<([Point; 4], Monotonic)>,
    pub help: Option<(CodeHelp, CodeSight)>,
}

impl ScanLens {
    /// Takes a look at one frame in.
    pub(super) fn see(&mut self, codes: &[SeenCode], unread: Option<&Unread>, at: Monotonic) {
        match (codes.first(), unread) {
            (Some(code), _) => {
                self.helper.clear();
                self.code = Some((code.corners, at, true));
            }
            (None, Some(unread)) => {
                self.helper.unread(&unread.sight, at);
                self.code = Some((unread.corners, at, false));
            }
            (None, None) => {}
        }
    }

    /// A code that is not read is outlined once there is something to say about it: before that it may be anything.
    pub(super) fn sight(&self, now: Monotonic) -> ScanSight {
        let help = self.helper.shown(now);
        let code = self.code.filter(|(_, _, read)| *read || help.is_some());
        ScanSight { code: code.map(|(corners, at, _)| (corners, at)), help }
    }
}
