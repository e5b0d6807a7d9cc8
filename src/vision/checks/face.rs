//! What the measurements of the face say: how many, how turned, eyes open.

use super::Findings;
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{CheckId, Reason, Unit};

pub(super) fn judge_count(faces: usize, findings: &mut Findings<'_>) {
    let reason = match faces {
        0 => Reason::NoFace,
        1 => Reason::Ok,
        _ => Reason::SeveralFaces,
    };
    findings.decided(CheckId::FaceCount, reason, Some((faces as f64, Unit::Count)), Some(1.0), Some(1.0));
}

pub(super) fn judge(face: &FaceMeasurements, findings: &mut Findings<'_>) {
    let angles =
        [(CheckId::PoseRoll, face.roll_deg), (CheckId::PoseYaw, face.yaw_deg), (CheckId::PosePitch, face.pitch_deg)];
    for (id, degrees) in angles {
        // The limit is the same both ways; the sign tells the words which way.
        let limit = findings.rule(id).and_then(|rule| rule.max);
        findings.measured(id, f64::from(degrees), Unit::Degrees, limit.map(|max| -max), limit);
    }
    let narrower = f64::from(face.lid_ratio[0].min(face.lid_ratio[1]));
    let min = findings.rule(CheckId::EyesOpen).and_then(|rule| rule.min);
    findings.measured(CheckId::EyesOpen, narrower, Unit::Ratio, min, None);
}
