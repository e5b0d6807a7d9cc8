//! Faults that a photo's rules know, each as a change of person, pose and scene: for calibrating checks.

use serde::Deserialize;

use super::person::{Glasses, HeadCover, Person};
use super::pose::Pose;
use super::scene::Scene;

/// One fault. Applied to a picture without faults, it is the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    EyesClosed,
    EyesHalfClosed,
    LookingAside,
    MouthOpen,
    TeethShown,
    HeadTilted,
    HeadTurned,
    ChinDown,
    LensGlare,
    Sunglasses,
    Cap,
    HairOverEyes,
    BackdropShadow,
    BackdropGradient,
    BackdropColor,
    LightFromOneSide,
    TooDark,
    TooBright,
    Blurred,
    Noisy,
}

impl Defect {
    pub const ALL: [Self; 20] = [
        Self::EyesClosed,
        Self::EyesHalfClosed,
        Self::LookingAside,
        Self::MouthOpen,
        Self::TeethShown,
        Self::HeadTilted,
        Self::HeadTurned,
        Self::ChinDown,
        Self::LensGlare,
        Self::Sunglasses,
        Self::Cap,
        Self::HairOverEyes,
        Self::BackdropShadow,
        Self::BackdropGradient,
        Self::BackdropColor,
        Self::LightFromOneSide,
        Self::TooDark,
        Self::TooBright,
        Self::Blurred,
        Self::Noisy,
    ];

    /// Puts the fault in. `strength` 1 is plain to see, less is milder.
    pub fn apply(self, strength: f32, person: &mut Person, pose: &mut Pose, scene: &mut Scene) {
        let toward = |from: f32, to: f32| from + (to - from) * strength;
        match self {
            Self::EyesClosed => pose.lids = [toward(1.0, 0.0); 2],
            Self::EyesHalfClosed => pose.lids = [toward(1.0, 0.45); 2],
            Self::LookingAside => pose.gaze.0 = strength,
            Self::MouthOpen => pose.mouth = 0.7 * strength,
            Self::TeethShown => pose.smile = strength,
            Self::HeadTilted => pose.roll_deg += 9.0 * strength,
            Self::HeadTurned => pose.yaw_deg += 14.0 * strength,
            Self::ChinDown => pose.pitch_deg -= 14.0 * strength,
            Self::LensGlare => glasses(person).glare = strength,
            Self::Sunglasses => glasses(person).tint = 0.92 * strength,
            Self::Cap => person.cover = HeadCover::Cap,
            Self::HairOverEyes => person.cover = HeadCover::Fringe,
            Self::BackdropShadow => scene.shadow = 0.45 * strength,
            Self::BackdropGradient => scene.gradient = 0.5 * strength,
            Self::BackdropColor => scene.backdrop = [214, 120, 96],
            Self::LightFromOneSide => scene.light_side = 0.8 * strength,
            Self::TooDark => scene.exposure = toward(1.0, 0.22),
            Self::TooBright => scene.exposure = toward(1.0, 2.6),
            Self::Blurred => scene.blur = 3.0 * strength * (pose.face_width / 220.0),
            Self::Noisy => scene.noise = toward(scene.noise, 14.0),
        }
    }
}

/// The person's glasses; puts some on when there are none.
fn glasses(person: &mut Person) -> &mut Glasses {
    let seed = person.seed;
    person.glasses.get_or_insert_with(|| Glasses::seeded(seed))
}
