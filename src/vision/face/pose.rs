//! How the head is turned, from the mesh's own depth.
//!
//! Yaw by symmetry: of a face seen straight, the two points of each left-right pair are equally near, so the turn is
//! the slope of depth over width of all pairs together (least squares, no model of a face needed). Pitch from the
//! line between the upper edge of the forehead and the chin, and from where the tip of the nose lies between eyes and
//! mouth. On 27 posed neutral portraits: yaw -0.2 +- 2.7 degrees (and 0.99 correlated with where the nose tip lies
//! between the cheeks), pitch 1.6 +- 6.2 (0.75 correlated with hand-marked ears and skull: people do not hold their
//! heads alike). The same portraits laid on the shape of a head: turned by 14 degrees 14.8 +- 2.9, nodded by 14 degrees
//! -13.8 +- 5.6 and 16.7 +- 6.4. On drawn heads, which are flatter, pitch -1.7 +- 1.9 off the truth (by the line alone
//! -3.0). Rigid fits of all points to a mean face and heights of nose and cheeks, alone, weighted or fitted to the
//! marked truth leaving one person out, tell level from nodded no better on real faces.

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
/// Slope of the line from forehead to chin of a face that looks straight ahead, degrees: between the means of real
/// portraits (1.5) and of drawn heads (5.3), and the share of a head's pitch that the mesh's depth shows (0.86 on drawn
/// heads, 0.98 on real ones).
const LEVEL_PROFILE_DEG: f32 = 3.7;
const PITCH_SHARE: f32 = 0.92;
/// Where the tip of the nose lies between eyes (0) and mouth (1) of a face that looks straight ahead, and how far a
/// degree of raising the chin moves it up.
const LEVEL_NOSE: f32 = 0.556;
const NOSE_PER_DEG: f32 = 0.0071;
/// Weight of the nose beside the line.
const NOSE_WEIGHT: f32 = 0.3;
const NOSE_TIP: usize = 1;
const EYE_CORNERS: [usize; 4] = [33, 133, 362, 263];
const MOUTH_CORNERS: [usize; 2] = [61, 291];

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
    // How far down a point lies once the roll is taken out.
    let down = |index: usize| mesh.points[index].y * cos - mesh.points[index].x * sin;
    let depth = mesh.z[points::CHIN] - mesh.z[points::FOREHEAD];
    let profile_deg = depth.atan2(down(points::CHIN) - down(points::FOREHEAD)).to_degrees();
    let eyes = EYE_CORNERS.map(down).iter().sum::<f32>() / 4.0;
    let to_mouth = f32::midpoint(down(MOUTH_CORNERS[0]), down(MOUTH_CORNERS[1])) - eyes;
    let by_profile = (LEVEL_PROFILE_DEG - profile_deg) / PITCH_SHARE;
    // A mesh without a face may have its mouth at its eyes.
    let by_nose = if to_mouth > 1.0 {
        ((LEVEL_NOSE - (down(NOSE_TIP) - eyes) / to_mouth) / NOSE_PER_DEG).clamp(-90.0, 90.0)
    } else {
        by_profile
    };
    Pose {
        yaw_deg: depth_by_width.atan2(width_squared).to_degrees(),
        pitch_deg: (1.0 - NOSE_WEIGHT) * by_profile + NOSE_WEIGHT * by_nose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Point;

    /// A flat face of 200 x 250 pixels with a nose, then turned about its three axes.
    fn turned(yaw_deg: f32, pitch_deg: f32, roll_deg: f32) -> Mesh {
        let mut face = vec![(0.0f32, 0.0f32, 0.0f32); 468];
        for (index, (left, right)) in PAIRS.into_iter().enumerate() {
            let y = index as f32 * 5.0 - 40.0;
            face[left] = (-60.0 - index as f32, y, 0.0);
            face[right] = (60.0 + index as f32, y, 0.0);
        }
        for index in EYE_CORNERS {
            face[index].1 = -40.0;
        }
        for index in MOUTH_CORNERS {
            face[index].1 = 60.0;
        }
        // As long as its tip moves with the pitch.
        face[NOSE_TIP] = (0.0, 100.0 * LEVEL_NOSE - 40.0, -100.0 * NOSE_PER_DEG.to_degrees());
        face[points::FOREHEAD] = (0.0, -120.0, 0.0);
        face[points::CHIN] = (0.0, 130.0, 0.0);
        let (yaw, pitch, roll) = (yaw_deg.to_radians(), pitch_deg.to_radians(), roll_deg.to_radians());
        let place = |(x, y, z): (f32, f32, f32)| {
            // Chin up: the chin comes nearer, which is a smaller z, and the nose goes up.
            let (y, z) = (y * pitch.cos() + z * pitch.sin(), z * pitch.cos() - y * pitch.sin());
            let (x, z) = (x * yaw.cos() - z * yaw.sin(), x * yaw.sin() + z * yaw.cos());
            (Point::new(x * roll.cos() - y * roll.sin(), x * roll.sin() + y * roll.cos()), z)
        };
        let (points, z) = face.into_iter().map(place).unzip();
        Mesh { points, z, presence: 1.0 }
    }

    #[test]
    fn a_turned_flat_face_gives_its_angles_back() {
        for (yaw, pitch, roll) in
            [(0.0, 0.0, 0.0), (12.0, 0.0, 0.0), (-8.0, 0.0, 4.0), (0.0, 10.0, 0.0), (0.0, -10.0, -5.0)]
        {
            let pose = pose_of(&turned(yaw, pitch, roll));
            assert!((pose.yaw_deg - yaw).abs() < 0.1, "yaw {yaw}: {pose:?}");
            let by_profile = (pitch + LEVEL_PROFILE_DEG) / PITCH_SHARE;
            let awaited = (1.0 - NOSE_WEIGHT) * by_profile + NOSE_WEIGHT * pitch;
            assert!((pose.pitch_deg - awaited).abs() < 0.1, "pitch {pitch}: {pose:?}");
        }
    }

    #[test]
    fn points_all_in_one_place_have_an_angle_all_the_same() {
        let mesh = Mesh { points: vec![Point::new(3.0, 4.0); 468], z: vec![0.0; 468], presence: 0.0 };
        let pose = pose_of(&mesh);
        assert!(pose.pitch_deg.is_finite() && pose.yaw_deg.is_finite(), "{pose:?}");
    }
}
