//! From networks to `FaceMeasurements`: which points mean what, and how several runs become one value.
//!
//! Accuracy against hand marks is printed and held by tests/face.rs.

use image::RgbImage;

use super::cheeks::cheeks;
use super::error::ModelError;
use super::find::Found;
use super::hairline::{forehead_is_bare, hairline_y};
use super::head_top::{HeadTop, head_top, head_top_near};
use super::iris::{Eye, squares_of};
use super::mesh::{Mesh, POINTS, points};
use super::patch::{FOREHEAD, HEAD, Patch};
use super::pose::pose_of;
use super::sample::{Sampling, Square};
use super::segmentation::PersonMap;
use super::{Effort, FaceModels};
use crate::domain::face::FaceMeasurements;
use crate::domain::geometry::{Point, Rect};

/// The mesh's chin lies above the hand-marked one by this many inter-eye distances (median of 27 portraits; the
/// remaining error is 1.8 pixels of the standard picture in the middle, 6.6 at 95 %, worst under beards).
const CHIN_ABOVE_MARKED: f32 = 0.018;
/// Lower and upper lid points of the eye contour that face each other.
const LID_PAIRS: [(usize, usize); 3] = [(3, 11), (4, 12), (5, 13)];
/// Lid ratios come from the iris model's contour: 0.86 correlated with hand-marked openings where the mesh has 0.60,
/// and it closes with the eye where the mesh hardly does. The factor makes open eyes read as on the mesh (medians
/// 0.303 and 0.363), the scale that limits are written in.
const MESH_OF_CONTOUR_LIDS: f32 = 0.835;
/// A still's mesh is the average of cuts of these relative sizes.
const STILL_SIZES: [f32; 3] = [1.0, 0.93, 1.07];
/// Side of the square for the person map of a head and how far its middle lies below the eyes, inter-eye distances.
const MAP_SIDE: f32 = 6.4;
const MAP_BELOW_EYES: f32 = 0.5;

/// Points of one face in pixels of the picture. Kept in memory only.
#[derive(Debug, Clone, PartialEq)]
pub struct FacePoints {
    /// 468 points in the order of the published face mesh (10 forehead, 152 chin, 234 and 454 cheeks, 61 and 291
    /// mouth corners, 33, 133, 362, 263 eye corners ...).
    pub mesh: Vec<Point>,
    /// 71 points per eye of the iris model, eye left in the picture first: the first 16 are the edge of the opening
    /// (0 and 8 its corners, 1 to 7 the lower lid, 9 to 15 the upper, both from corner 0's side), then rings around
    /// the eye and the brow.
    pub eye_contours: [Vec<Point>; 2],
    /// Middle of each iris.
    pub irises: [Point; 2],
    /// Width of each iris.
    pub iris_diameters: [f32; 2],
}

impl FacePoints {
    /// The same points after a crop at `crop` and a scale of `scale` output pixels per input pixel.
    pub fn cropped_and_scaled(&self, crop: Rect, scale: f32) -> Self {
        let point = |p: &Point| Point::new((p.x - crop.x) * scale, (p.y - crop.y) * scale);
        let all = |points: &Vec<Point>| points.iter().map(point).collect();
        Self {
            mesh: all(&self.mesh),
            eye_contours: [all(&self.eye_contours[0]), all(&self.eye_contours[1])],
            irises: [point(&self.irises[0]), point(&self.irises[1])],
            iris_diameters: self.iris_diameters.map(|diameter| diameter * scale),
        }
    }
}

/// Everything that the networks say about one face.
pub(super) struct Measured {
    pub(super) face: FaceMeasurements,
    pub(super) points: FacePoints,
    /// Always there for [`Effort::Still`], else only when it was needed.
    pub(super) person: Option<PersonMap>,
}

impl FaceModels {
    pub(super) fn measure_found(
        &self,
        picture: &RgbImage,
        face: &Found,
        effort: Effort,
    ) -> Result<Measured, ModelError> {
        match effort {
            Effort::Live => {
                let eyes = self.irises(picture, &face.mesh)?;
                let (measured, unsure) = seen(picture, face, &face.mesh, &eyes);
                let map = || self.map_of_head(picture, measured.eyes);
                let person = unsure.is_some().then(map).transpose()?;
                Ok(whole(measured, unsure.as_ref(), face.mesh.points.clone(), eyes, person))
            }
            Effort::Still => self.still(picture, face),
        }
    }

    /// How far both eyes are open, narrower first, without anything else: to choose among frames.
    pub(super) fn lids_of(&self, picture: &RgbImage, face: &Found) -> Result<f32, ModelError> {
        let [left, right] = self.irises(picture, &face.mesh)?;
        Ok(lid_ratio(&left).min(lid_ratio(&right)))
    }

    fn irises(&self, picture: &RgbImage, mesh: &Mesh) -> Result<[Eye; 2], ModelError> {
        let [left, right] = squares_of(mesh);
        Ok([self.iris.run(picture, left)?, self.iris.run(picture, right)?])
    }

    /// The person map of head and shoulders, framed as the network likes it.
    fn map_of_head(&self, picture: &RgbImage, eyes: [Point; 2]) -> Result<PersonMap, ModelError> {
        let (unit, middle) = (eyes[0].distance(eyes[1]), eyes[0].midpoint(eyes[1]));
        self.segmentation.run(picture, Point::new(middle.x, middle.y + MAP_BELOW_EYES * unit), MAP_SIDE * unit)
    }

    /// A still. The mesh is looked for in the region of the first one, averaged over several sizes of that region.
    /// Both cores share the work: the person map costs about as much as two meshes, and the edges of cheeks and hair
    /// are looked for beside it.
    fn still(&self, picture: &RgbImage, face: &Found) -> Result<Measured, ModelError> {
        let square = face.mesh.square();
        let mesh = |size: f32| self.mesh.run(picture, Square { side: square.side * size, ..square }, Sampling::Areas);
        let map = || self.map_of_head(picture, face.mesh.eyes());
        let [here, here_too, there] = STILL_SIZES;
        std::thread::scope(|scope| {
            let (send, receive) = std::sync::mpsc::sync_channel(1);
            let other = std::thread::Builder::new().name(String::from("person-map")).spawn_scoped(scope, move || {
                // Nobody listens any more when the first thread gave up.
                send.send(mesh(there)).ok();
                map()
            });
            let mut runs = vec![mesh(here)?, mesh(here_too)?];
            // No thread to be had, or it ended badly: the same work here.
            runs.push(receive.recv().unwrap_or_else(|_ended| mesh(there))?);
            let mesh = average(&runs);
            let eyes = self.irises(picture, &mesh)?;
            let (measured, unsure) = seen(picture, face, &mesh, &eyes);
            let person = match other.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(map)) => map?,
                Ok(Err(_)) | Err(_) => map()?,
            };
            Ok(whole(measured, unsure.as_ref(), mesh.points, eyes, Some(person)))
        })
    }
}

/// What the picture shows beside the networks' points: cheeks, hairline, and the top of the hair before a plain
/// backdrop. Before any other the patch of the head comes back, for the person map to say where to look.
fn seen(picture: &RgbImage, face: &Found, mesh: &Mesh, eyes: &[Eye; 2]) -> (FaceMeasurements, Option<Patch>) {
    let mut measured = measurements(face, mesh, eyes, cheeks(picture, mesh));
    let (eyes_at, unit) = (measured.eye_center(), measured.inter_eye_distance());
    let Some(patch) = Patch::cut(picture, eyes_at, unit, HEAD) else { return (measured, None) };
    let oval = (mesh.points[points::FOREHEAD].y - eyes_at.y) / unit;
    measured.hairline_y = Patch::cut(picture, eyes_at, unit, FOREHEAD)
        .filter(|_| forehead_is_bare(&patch))
        .and_then(|forehead| hairline_y(&forehead, oval));
    match head_top(&patch) {
        HeadTop::At(y) => measured.head_top_y = Some(y),
        HeadTop::Cut => measured.cut_at_top = true,
        HeadTop::NotShown => {}
        HeadTop::NoPlainBackdrop => return (measured, Some(patch)),
    }
    (measured, None)
}

/// Everything put together; `unsure` is the head whose top only the person map can find.
fn whole(
    mut face: FaceMeasurements,
    unsure: Option<&Patch>,
    mesh: Vec<Point>,
    [left, right]: [Eye; 2],
    person: Option<PersonMap>,
) -> Measured {
    if let Some((patch, map)) = unsure.zip(person.as_ref()) {
        face.head_top_y = head_top_near(patch, map);
    }
    let points = FacePoints {
        mesh,
        irises: [left.center, right.center],
        iris_diameters: [left.iris_diameter, right.iris_diameter],
        eye_contours: [left.contour, right.contour],
    };
    Measured { face, points, person }
}

fn average(runs: &[Mesh]) -> Mesh {
    let share = 1.0 / runs.len() as f32;
    let mean = |value: &dyn Fn(&Mesh) -> f32| runs.iter().map(value).sum::<f32>() * share;
    Mesh {
        points: (0..POINTS)
            .map(|index| Point::new(mean(&|run| run.points[index].x), mean(&|run| run.points[index].y)))
            .collect(),
        z: (0..POINTS).map(|index| mean(&|run| run.z[index])).collect(),
        presence: mean(&|run| run.presence),
    }
}

fn measurements(face: &Found, mesh: &Mesh, eyes: &[Eye; 2], cheeks_x: [f32; 2]) -> FaceMeasurements {
    let centers = [eyes[0].center, eyes[1].center];
    let pose = pose_of(mesh);
    let chin = marked_chin(mesh, centers);
    let eye_line = centers[0].midpoint(centers[1]);
    let (upper, lower) = points::INNER_LIPS;
    FaceMeasurements {
        face_box: face.detection.face_box,
        score: face.detection.score,
        eyes: centers,
        roll_deg: (centers[1].y - centers[0].y).atan2(centers[1].x - centers[0].x).to_degrees(),
        yaw_deg: pose.yaw_deg,
        pitch_deg: pose.pitch_deg,
        head_top_y: None,
        cut_at_top: false,
        hairline_y: None,
        chin,
        cheeks_x,
        lid_ratio: [lid_ratio(&eyes[0]), lid_ratio(&eyes[1])],
        lip_gap: mesh.points[upper].distance(mesh.points[lower]) / eye_line.distance(chin).max(1.0),
    }
}

/// The chin as a person would mark it: further down the face's own axis than the mesh's.
fn marked_chin(mesh: &Mesh, [left, right]: [Point; 2]) -> Point {
    let chin = mesh.points[points::CHIN];
    let (across, down) = (right.x - left.x, right.y - left.y);
    Point::new(chin.x - CHIN_ABOVE_MARKED * down, chin.y + CHIN_ABOVE_MARKED * across)
}

/// Opening of one eye on the iris model's contour: mean distance of three lid pairs over the eye's width.
fn lid_ratio(eye: &Eye) -> f32 {
    let apart = |a: usize, b: usize| eye.contour[a].distance(eye.contour[b]);
    let opening = LID_PAIRS.iter().map(|&(lower, upper)| apart(lower, upper)).sum::<f32>() / LID_PAIRS.len() as f32;
    MESH_OF_CONTOUR_LIDS * opening / apart(0, 8).max(1.0)
}
