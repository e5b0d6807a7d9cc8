//! How the head is turned, from the mesh's own depth.
//!
//! Yaw by symmetry: of a face seen straight, the two points of each left-right pair are equally near, so the turn is
//! the slope of depth over width of all pairs together (least squares, no model of a face needed). Pitch from the
//! line between the upper edge of the forehead and the chin. On 27 posed neutral portraits: yaw -0.2 +- 2.7 degrees
//! (and 0.99 correlated with where the nose tip lies between the cheeks), pitch 2.2 +- 6.2 (0.7 correlated with
//! hand-marked ear and nose heights: people do not hold their heads alike). The same portraits laid on the shape of a
//! head: turned by 14 degrees 14.8 +- 2.9, nodded by 14 degrees -14.1 +- 5.1 and 17.7 +- 6.2. On drawn heads, which
//! are flatter, pitch -2.2 +- 2.0 off the truth, whatever the pitch. Rigid fits of all points to a mean face and
//! heights of nose and ears say the same with the same spread, alone and together.

use super::mesh::{Mesh, points};

/// Left-right pairs: face edge, eye corners, brows, cheeks, nostrils, mouth corners.
const PAIRS: [(usize, usize); 17] = [
    (234, 454),
    (93, 323),
    (132, 361),
    (58, 288),
    (172, 397),
    (33, 263),
    (133, 362),
    (61, 291),
    (127, 356),
    (162, 389),
    (21, 251),
    (54, 284),
    (50, 280),
    (205, 425),
    (98, 327),
    (70, 300),
    (105, 334),
];
/// Slope of the line from forehead to chin of a face that looks straight ahead, degrees: half way between the means
/// of real portraits (1.5) and of drawn heads (5.3), and the share of a head's pitch that the mesh's depth shows
/// (drawn heads lowered and raised by 14 degrees).
const LEVEL_PROFILE_DEG: f32 = 3.4;
const PITCH_SHARE: f32 = 0.86;

/// Turn of the head in degrees, see `FaceMeasurements` for the signs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pose {
    pub(super) yaw_deg: f32,
    pub(super) pitch_deg: f32,
}

/// Yaw and pitch after taking out the roll that the pairs themselves show.
pub(super) fn pose_of(mesh: &Mesh) -> Pose {
    let pairs = PAIRS.map(|(left, right)| {
        let (a, b) = (mesh.points[left], mesh.points[right]);
        (b.x - a.x, b.y - a.y, mesh.z[right] - mesh.z[left])
    });
    let (across, down) = pairs.iter().fold((0.0, 0.0), |(x, y), pair| (x + pair.0, y + pair.1));
    let (sin, cos) = down.atan2(across).sin_cos();
    let (mut width_squared, mut depth_by_width) = (0.0, 0.0);
    for (x, y, z) in pairs {
        let level = x * cos + y * sin;
        width_squared += level * level;
        depth_by_width += level * z;
    }
    let (forehead, chin) = (mesh.points[points::FOREHEAD], mesh.points[points::CHIN]);
    let height = (chin.y - forehead.y) * cos - (chin.x - forehead.x) * sin;
    let depth = mesh.z[points::CHIN] - mesh.z[points::FOREHEAD];
    Pose {
        yaw_deg: depth_by_width.atan2(width_squared).to_degrees(),
        pitch_deg: (LEVEL_PROFILE_DEG - depth.atan2(height).to_degrees()) / PITCH_SHARE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Point;

    /// A flat face of 200 x 250 pixels, then turned: x' = x cos(yaw), z' = x sin(yaw), likewise for pitch.
    fn turned(yaw_deg: f32, pitch_deg: f32, roll_deg: f32) -> Mesh {
        let mut flat = vec![(0.0f32, 0.0f32); 468];
        for (index, (left, right)) in PAIRS.into_iter().enumerate() {
            let y = index as f32 * 5.0 - 40.0;
            flat[left] = (-60.0 - index as f32, y);
            flat[right] = (60.0 + index as f32, y);
        }
        flat[points::FOREHEAD] = (0.0, -120.0);
        flat[points::CHIN] = (0.0, 130.0);
        let (yaw, pitch, roll) = (yaw_deg.to_radians(), pitch_deg.to_radians(), roll_deg.to_radians());
        let place = |(x, y): (f32, f32)| {
            let (x, z) = (x * yaw.cos(), x * yaw.sin());
            // Chin up: the chin comes nearer, which is a smaller z.
            let (y, z) = (y * pitch.cos(), z - y * pitch.sin());
            (Point::new(x * roll.cos() - y * roll.sin(), x * roll.sin() + y * roll.cos()), z)
        };
        let (points, z) = flat.into_iter().map(place).unzip();
        Mesh { points, z, presence: 1.0 }
    }

    #[test]
    fn a_turned_flat_face_gives_its_angles_back() {
        for (yaw, pitch, roll) in
            [(0.0, 0.0, 0.0), (12.0, 0.0, 0.0), (-8.0, 0.0, 4.0), (0.0, 10.0, 0.0), (0.0, -10.0, -5.0)]
        {
            let pose = pose_of(&turned(yaw, pitch, roll));
            assert!((pose.yaw_deg - yaw).abs() < 0.1, "yaw {yaw}: {pose:?}");
            assert!((PITCH_SHARE * pose.pitch_deg - LEVEL_PROFILE_DEG - pitch).abs() < 0.1, "pitch {pitch}: {pose:?}");
        }
    }
}
