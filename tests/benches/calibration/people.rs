//! Who is judged: drawn people from seeds, and the real portraits where they are.

use std::path::PathBuf;

use image::RgbImage;
use tucai::domain::face::FaceMeasurements;
use tucai::render::{Glasses, LIGHT_BLUE, Person, Pose, Scene, draw};

use super::portraits;

/// Size of drawn originals: twice the standard picture, as from a good webcam's still.
const DRAWN: (u32, u32) = (960, 1280);
/// Seeds of the people that the table is made of. Limits were set with others (tests use seeds below 1000).
const FIRST_SEED: u64 = 40_000;

/// One person, drawn or real.
pub(crate) struct Someone {
    /// Groups that rates are told apart by.
    pub(crate) groups: Vec<String>,
    pub(crate) source: Source,
}

pub(crate) enum Source {
    Drawn(u64),
    Real { neutral: PathBuf, smiling: Option<PathBuf>, marks: PathBuf },
}

impl Someone {
    pub(crate) const fn is_real(&self) -> bool {
        matches!(self.source, Source::Real { .. })
    }

    /// The compliant picture.
    pub(crate) fn plain(&self) -> RgbImage {
        match &self.source {
            Source::Drawn(seed) => drawn(*seed, |_, _, _| {}),
            Source::Real { neutral, .. } => portraits::open(neutral),
        }
    }
}

/// Draws one of the people with changes.
pub(crate) fn drawn(seed: u64, change: impl Fn(&mut Person, &mut Pose, &mut Scene)) -> RgbImage {
    let (width, height) = DRAWN;
    let mut person = Person::presentable(seed);
    if wears_glasses(seed) {
        person.glasses = Some(Glasses::seeded(seed));
    }
    let (mut pose, mut scene) = (Pose::photo(width, height), Scene::studio(LIGHT_BLUE));
    // Nobody sits like a statue: a degree of tilt and turn, a few pixels beside the middle.
    let sway = |shift: u32| (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift & 0xff) as f32 / 127.5 - 1.0;
    pose.roll_deg = 1.5 * sway(8);
    pose.yaw_deg = 3.0 * sway(16);
    pose.pitch_deg = 3.0 * sway(24);
    pose.eye_center.x += 12.0 * sway(32);
    change(&mut person, &mut pose, &mut scene);
    draw(&person, &pose, &scene, width, height).picture
}

/// A third of the people wear glasses.
pub(crate) const fn wears_glasses(seed: u64) -> bool {
    seed.is_multiple_of(3)
}

pub(crate) fn drawn_people(count: u64) -> Vec<Someone> {
    let someone = |seed: u64| {
        let depth = Person::presentable(seed).skin.depth;
        let skin = if depth < 0.33 {
            "light skin"
        } else if depth < 0.66 {
            "middle skin"
        } else {
            "dark skin"
        };
        let glasses = if wears_glasses(seed) { "glasses" } else { "no glasses" };
        Someone { groups: vec![skin.to_owned(), glasses.to_owned()], source: Source::Drawn(seed) }
    };
    (FIRST_SEED..FIRST_SEED + count).map(someone).collect()
}

/// The portraits of the folder in `TUCAI_PORTRAITS` (an `index.csv` with the columns file, landmarks, person, age,
/// sex, group, expression beside them); none when there is no such folder.
pub(crate) fn real_people() -> Vec<Someone> {
    let Some(folder) = portraits::folder() else { return Vec::new() };
    let Ok(index) = std::fs::read_to_string(folder.join("index.csv")) else { return Vec::new() };
    let rows: Vec<Vec<&str>> = index.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let smiling = |person: &str| {
        rows.iter().find(|row| row.len() > 6 && row[2] == person && row[6] == "smiling").map(|row| folder.join(row[0]))
    };
    rows.iter()
        .filter(|row| row.len() > 6 && row[6] == "neutral")
        .map(|row| Someone {
            groups: vec![row[4].to_owned(), row[5].replace('_', " ")],
            source: Source::Real { neutral: folder.join(row[0]), smiling: smiling(row[2]), marks: folder.join(row[1]) },
        })
        .collect()
}

/// Top of the hair in the portraits, y in pixels, by the person's number: read by eye from enlarged pictures with a
/// ruler, to about 4 pixels, single strands and loops left out, before any measurement was looked at. The marks of the
/// set follow the skull instead.
const HAIR_TOPS: [(&str, f32); 27] = [
    ("003", 218.0),
    ("005", 212.0),
    ("013", 232.0),
    ("024", 227.0),
    ("025", 215.0),
    ("037", 225.0),
    ("038", 212.0),
    ("070", 221.0),
    ("082", 219.0),
    ("083", 230.0),
    ("086", 217.0),
    ("091", 217.0),
    ("096", 217.0),
    ("099", 225.0),
    ("102", 212.0),
    ("103", 211.0),
    ("107", 188.0),
    ("112", 200.0),
    ("119", 226.0),
    ("126", 224.0),
    ("127", 211.0),
    ("135", 229.0),
    ("138", 221.0),
    ("139", 221.0),
    ("140", 219.0),
    ("172", 225.0),
    ("173", 214.0),
];

/// Hand marks of a portrait that the geometry rules speak of, pixels of the portrait.
pub(crate) struct Marks {
    /// Tilt of the eyes' line, degrees, positive when the eye right in the picture is lower: mean of pupils and outer
    /// corners.
    pub(crate) roll_deg: f32,
    /// How the head is turned, degrees, positive to the right in the picture, see [`yaw_deg`].
    pub(crate) yaw_deg: f32,
    /// How the head is held, degrees, positive with the chin up, see [`pitch_deg`].
    pub(crate) pitch_deg: f32,
    pub(crate) eye_line_y: f32,
    pub(crate) face_width: f32,
    pub(crate) hairline_y: f32,
    /// Of the skull, inside the hair.
    pub(crate) head_top_y: f32,
    /// Of the hair, read by eye; `None` for portraits of another set.
    pub(crate) hair_top_y: Option<f32>,
    pub(crate) chin_y: f32,
}

impl Marks {
    /// Reads a `.tem` file: a count, then one point a line.
    pub(crate) fn read(path: &PathBuf) -> Option<Self> {
        let text = std::fs::read_to_string(path).ok()?;
        let points: Vec<(f32, f32)> = text
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut numbers = line.split_whitespace().filter_map(|number| number.parse().ok());
                Some((numbers.next()?, numbers.next()?))
            })
            .collect();
        let point = |index: usize| points.get(index).copied();
        let mean_y = |a: usize, b: usize| Some(f32::midpoint(point(a)?.1, point(b)?.1));
        let outermost = |range: std::ops::RangeInclusive<usize>, sign: f32| {
            range.filter_map(&point).map(|(x, _)| sign * x).reduce(f32::max).map(|x| sign * x)
        };
        let tilt = |a: usize, b: usize| {
            let (left, right) = (point(a)?, point(b)?);
            Some((right.1 - left.1).atan2(right.0 - left.0).to_degrees())
        };
        Some(Self {
            roll_deg: f32::midpoint(tilt(0, 1)?, tilt(18, 27)?),
            yaw_deg: yaw_deg(&points)?,
            pitch_deg: pitch_deg(&points)?,
            eye_line_y: mean_y(0, 1)?,
            face_width: outermost(112..=114, 1.0)? - outermost(109..=111, -1.0)?,
            hairline_y: mean_y(139, 140)?,
            head_top_y: point(151)?.1,
            hair_top_y: path.file_stem().and_then(|stem| {
                let stem = stem.to_string_lossy();
                HAIR_TOPS.iter().find(|(number, _)| stem.ends_with(number)).map(|(_, y)| *y)
            }),
            chin_y: point(129)?.1,
        })
    }

    /// Errors of a measurement in pixels of the standard picture, by what was measured.
    pub(crate) fn errors(&self, face: &FaceMeasurements) -> Vec<(&'static str, f64)> {
        // A standard picture whose face is 220 pixels wide.
        let scale = 220.0 / self.face_width;
        let error = |found: f32, marked: f32| f64::from(((found - marked) * scale).abs());
        let mut errors = vec![
            ("eye line", error(face.eye_center().y, self.eye_line_y)),
            ("face width", error(face.face_width(), self.face_width)),
            ("chin", error(face.chin.y, self.chin_y)),
        ];
        errors.extend(face.hairline_y.map(|y| ("hairline", error(y, self.hairline_y))));
        // The mark follows the skull: in voluminous hair it lies well below the hair's top, which the norm speaks of.
        errors.extend(face.head_top_y.map(|y| ("top of the hair against the marked skull", error(y, self.head_top_y))));
        let by_eye = face.head_top_y.zip(self.hair_top_y);
        errors.extend(by_eye.map(|(y, seen)| ("top of the hair, read by eye", error(y, seen))));
        errors
    }
}

/// How the head is turned by where the middles of the ears and of the nose's wings lie beside that of the eyes' corners,
/// degrees, positive to the right in the picture.
///
/// The ears lie 1.45 distances of the pupils behind the eyes, the wings of the nose 0.45 before them. Their covariance
/// over the 27 portraits is what they have in common, the turn: a deviation of 2.2 degrees; beside it, uneven faces and
/// ears add 1.4 degrees to the ears' answer and 2.6 to the nose's. Weighted by that, and drawn towards straight as far
/// as both are unsure, the answer is good to 1.1 degrees.
fn yaw_deg(points: &[(f32, f32)]) -> Option<f32> {
    // Distance before the eyes, weight.
    const EARS: (f32, f32) = (-1.45, 0.61);
    const NOSE: (f32, f32) = (0.45, 0.17);
    let (left, right) = (points.first()?, points.get(1)?);
    let (across, down) = (right.0 - left.0, right.1 - left.1);
    let unit_squared = across * across + down * down;
    // In distances of the pupils, across the face's own axis.
    let middle = |first: &[(f32, f32)]| {
        let along = |point: &(f32, f32)| (point.0 * across + point.1 * down) / unit_squared;
        first.iter().map(along).sum::<f32>() / first.len().max(1) as f32
    };
    let corners = [*points.get(18)?, *points.get(22)?, *points.get(23)?, *points.get(27)?];
    let beside = |range: std::ops::Range<usize>| Some(middle(points.get(range)?) - middle(&corners));
    let turned = EARS.1 * beside(115..125)? / EARS.0 + NOSE.1 * beside(61..71)? / NOSE.0;
    Some(turned.to_degrees())
}

/// How the head is held by the heights of the ears and of the skull's top over the pupils, degrees, chin up positive.
///
/// Neither is anything that the check reads (the mesh's depth of forehead and chin). Both lie in the plane that a nod
/// turns about, 1.45 distances of the pupils behind them, so each alone says the nod up to the person's own build. Their
/// covariance over the 27 portraits is what they have in common, the nod: a deviation of 4.2 degrees (ears against nose
/// and skull against nose say 4.2 and 4.0); beside it build adds 4.4 degrees to the ears' answer and 3.5 to the
/// skull's. Weighted by that, and drawn towards the mean as far as both are unsure, the answer is good to 2.3 degrees.
/// Level is how these 27 people hold their heads on average when asked to look straight ahead (to 0.8 degrees); where
/// ears and lower rims of the eyes' sockets are level, they hold them 1 or 2 degrees up.
fn pitch_deg(points: &[(f32, f32)]) -> Option<f32> {
    const BEHIND_PUPILS: f32 = 1.45;
    // Mean height under the pupils, weight.
    const EARS: (f32, f32) = (0.418, 0.27);
    const SKULL: (f32, f32) = (-1.694, 0.44);
    let (left, right) = (points.first()?, points.get(1)?);
    let (across, down) = (right.0 - left.0, right.1 - left.1);
    let unit_squared = across * across + down * down;
    // In distances of the pupils, along the face's own axis.
    let height = |point: &(f32, f32)| {
        let (x, y) = (point.0 - f32::midpoint(left.0, right.0), point.1 - f32::midpoint(left.1, right.1));
        (y * across - x * down) / unit_squared
    };
    let ears = points.get(115..125)?.iter().map(height).sum::<f32>() / 10.0;
    let skull = height(points.get(151)?);
    let raised = EARS.1 * (ears - EARS.0) + SKULL.1 * (skull - SKULL.0);
    Some((raised / BEHIND_PUPILS).to_degrees())
}
