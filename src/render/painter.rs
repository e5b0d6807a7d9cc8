//! One person's layers, kept from frame to frame: only what moves inside the face is drawn again.

use super::body::Body;
use super::eye::{Eye, paint_brows};
use super::glasses::paint_glasses;
use super::hair::HairDrawing;
use super::head::{Head, Light, mouth_line};
use super::layer::{Area, Layer};
use super::mouth::Mouth;
use super::outline::hairline;
use super::person::{HairStyle, HeadCover, Person};
use super::pose::Pose;
use super::relief::Relief;
use super::scene::Scene;

/// A person with prepared layers. Preparing costs some 100 ms, a frame only a few.
pub struct Painter {
    pub(super) person: Person,
    light_side: f32,
    eyes: [Eye; 2],
    mouth: Mouth,
    /// Skin, ears and brows without eyes and mouth.
    skin: Layer,
    /// Hair on the head and glasses.
    cover: Layer,
    /// Everything of the head in one layer.
    pub(super) head: Layer,
    pub(super) back: Option<Layer>,
    pub(super) body: Layer,
    pub(super) relief: Relief,
    /// What the head layer shows now.
    face: Option<Expression>,
}

/// What the face does, in steps too small to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Expression {
    lids: [i16; 2],
    gaze: (i16, i16),
    mouth: i16,
    smile: i16,
}

impl Expression {
    fn of(pose: &Pose) -> Self {
        let steps = |value: f32, per_unit: f32| (value.clamp(-2.0, 2.0) * per_unit).round() as i16;
        Self {
            lids: pose.lids.map(|lid| steps(lid, 24.0)),
            gaze: (steps(pose.gaze.0, 30.0), steps(pose.gaze.1, 30.0)),
            mouth: steps(pose.mouth, 40.0),
            smile: steps(pose.smile, 40.0),
        }
    }

    /// The pose that is drawn for all poses in the same steps.
    fn rounded(self, pose: &Pose) -> Pose {
        Pose {
            lids: self.lids.map(|lid| f32::from(lid) / 24.0),
            gaze: (f32::from(self.gaze.0) / 30.0, f32::from(self.gaze.1) / 30.0),
            mouth: f32::from(self.mouth) / 40.0,
            smile: f32::from(self.smile) / 40.0,
            ..*pose
        }
    }
}

const HEAD_AREA: Area = Area { left: -0.80, top: -1.10, right: 0.80, bottom: 0.95 };
const BACK_AREA: Area = Area { left: -0.86, top: -0.60, right: 0.86, bottom: 1.80 };

impl Painter {
    /// Prepares a person for faces about `face_width` pixels wide under this scene's light.
    pub fn new(person: &Person, scene: &Scene, face_width: f32) -> Self {
        let light = Light::from_side(scene.light_side);
        let density = (face_width * 1.15).clamp(24.0, 1200.0);
        let head = Head::new(person);
        let hair = HairDrawing::new(person, light);

        let mut skin = Layer::new(HEAD_AREA, density);
        super::ear::paint_ears(&mut skin, person, light);
        head.paint(&mut skin, light);
        hair.shade_forehead(&mut skin);
        paint_brows(&mut skin, person);

        let mut cover = Layer::new(HEAD_AREA, density);
        if let Some(glasses) = &person.glasses {
            paint_glasses(&mut cover, person, glasses, light);
        }
        hair.paint_cap(&mut cover);
        super::cover::paint_cover(&mut cover, person, light, &hair);

        // Skin, cover and head share one grid: what holds anything of either.
        let ((c1, r1), (c2, r2)) = (skin.content(), cover.content());
        let columns = c1.start.min(c2.start)..c1.end.max(c2.end);
        let rows = r1.start.min(r2.start)..r1.end.max(r2.end);
        skin.crop(&columns, &rows);
        cover.crop(&columns, &rows);

        let back = hair.fall().map(|_| {
            let mut back = Layer::new(BACK_AREA, density * 0.9);
            hair.paint_back(&mut back);
            let (columns, rows) = back.content();
            back.crop(&columns, &rows);
            back
        });
        let mut body = Layer::new(Body::area(), (face_width * 0.95).clamp(20.0, 900.0));
        Body::new(person, &head.outline, light).paint(&mut body);

        let mut painter = Self {
            light_side: scene.light_side,
            eyes: [Eye::new(person, 0, light), Eye::new(person, 1, light)],
            mouth: Mouth::new(person, light),
            relief: Relief::new(&head),
            head: skin.clone(),
            skin,
            cover,
            back,
            body,
            face: None,
            person: person.clone(),
        };
        painter.express(&Pose::frontal(crate::domain::geometry::Point::default(), face_width));
        painter
    }

    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The `light_side` that the layers were lit with.
    pub const fn light_side(&self) -> f32 {
        self.light_side
    }

    /// Brings eyes and mouth to this pose.
    pub(super) fn express(&mut self, pose: &Pose) {
        let wanted = Expression::of(pose);
        let now = self.face;
        if now == Some(wanted) {
            return;
        }
        let drawn = wanted.rounded(pose);
        if now.is_none() {
            let (columns, rows) = (0..self.head.width, 0..self.head.height);
            self.head.put_over(&self.cover, columns, rows);
        }
        for i in 0..2 {
            if now.is_none_or(|old| old.lids[i] != wanted.lids[i] || old.gaze != wanted.gaze) {
                let area = self.eyes[i].area();
                self.restore(area);
                self.eyes[i].paint(&mut self.head, drawn.lids[i], &drawn);
                self.cover_again(area);
            }
        }
        if now.is_none_or(|old| (old.mouth, old.smile) != (wanted.mouth, wanted.smile)) {
            let area = self.mouth.area();
            self.restore(area);
            self.mouth.paint(&mut self.head, &drawn);
            self.cover_again(area);
        }
        self.face = Some(wanted);
    }

    fn restore(&mut self, area: Area) {
        let (columns, rows) = self.head.span(area);
        for row in rows {
            let line = row * self.head.width;
            self.head.texels[line + columns.start..line + columns.end]
                .copy_from_slice(&self.skin.texels[line + columns.start..line + columns.end]);
        }
    }

    fn cover_again(&mut self, area: Area) {
        let (columns, rows) = self.head.span(area);
        self.head.put_over(&self.cover, columns, rows);
    }

    /// Landmarks in person units.
    pub(super) fn landmarks(&self, pose: &Pose) -> Landmarks {
        let person = &self.person;
        let rounded = Expression::of(pose).rounded(pose);
        let covered = person.hair.style == HairStyle::Bald || person.cover != HeadCover::Nothing;
        let hairline = (!covered).then(|| hairline(person, 0.0).1);
        let rise = if person.cover == HeadCover::Cap { super::cover::CAP_RISE } else { 0.0 };
        Landmarks {
            eyes: [self.eyes[0].middle(), self.eyes[1].middle()],
            irises: [self.eyes[0].iris_at(rounded.gaze), self.eyes[1].iris_at(rounded.gaze)],
            chin: (0.0, person.face.eye_to_chin),
            mouth: (0.0, mouth_line(person)),
            head_top: (0.0, -person.hair.eye_to_top - rise),
            hairline: hairline.map(|y| (0.0, y)),
            cheeks: [(-0.5, 0.06), (0.5, 0.06)],
            lid_ratio: [self.eyes[0].ratio(rounded.lids[0]), self.eyes[1].ratio(rounded.lids[1])],
        }
    }
}

/// Known points of one face, person units.
pub(super) struct Landmarks {
    pub(super) eyes: [(f32, f32); 2],
    pub(super) irises: [(f32, f32); 2],
    pub(super) chin: (f32, f32),
    pub(super) mouth: (f32, f32),
    pub(super) head_top: (f32, f32),
    pub(super) hairline: Option<(f32, f32)>,
    pub(super) cheeks: [(f32, f32); 2],
    pub(super) lid_ratio: [f32; 2],
}
