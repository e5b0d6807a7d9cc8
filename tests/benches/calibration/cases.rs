//! Which defect each check has to find, and how strong.
//!
//! A defect is strong enough that an examiner would refuse the picture; the numbers stand beside each.

use tucai::domain::finding::CheckId;
use tucai::render::photometric::{Photometric, Side, Tint};
use tucai::render::{Defect, PhotoFault};

use super::put::Put;
use super::rates::Worse;

/// One check with the pictures that it must pass and those that it must find.
pub(crate) struct Case {
    pub(crate) id: CheckId,
    pub(crate) worse: Worse,
    /// The distance from zero counts (angles, differences of sides).
    pub(crate) both_sides: bool,
    pub(crate) what: &'static str,
    pub(crate) good: Vec<Put>,
    pub(crate) bad: Vec<Put>,
}

impl Case {
    fn new(id: CheckId, worse: Worse, what: &'static str, bad: Vec<Put>) -> Self {
        Self { id, worse, both_sides: false, what, good: vec![Put::Plain], bad }
    }

    const fn both_sides(mut self) -> Self {
        self.both_sides = true;
        self
    }

    fn beside(mut self, good: Put) -> Self {
        self.good.push(good);
        self
    }

    /// Every picture, and whether it is a bad one.
    pub(crate) fn puts(&self) -> impl Iterator<Item = (Put, bool)> {
        self.good.iter().map(|put| (*put, false)).chain(self.bad.iter().map(|put| (*put, true)))
    }

    /// A measured value as it counts.
    pub(crate) const fn value(&self, measured: f64) -> f64 {
        if self.both_sides { measured.abs() } else { measured }
    }
}

/// Hair and cloth differ more from draw to draw than from person to person.
fn several(fault: PhotoFault) -> Vec<Put> {
    (0..3).map(|number| Put::Other(fault, 1.0, number)).collect()
}

/// Every case of the table.
pub(crate) fn cases() -> Vec<Case> {
    let mut all = of_the_face();
    all.extend(of_the_eyes());
    all.extend(of_light_and_lens());
    all.extend(of_the_backdrop());
    all
}

fn of_the_face() -> Vec<Case> {
    use CheckId as C;
    use Put::{Drawn, Painted, Smiling, Turned};
    use Worse::{Higher, Lower};
    vec![
        // The norm's limit is 5 degrees; a real face's own tilt is added by the hand marks (`turn::stand`).
        Case::new(
            C::PoseRoll,
            Higher,
            "tilted 6° to 8°",
            vec![
                Drawn(Defect::HeadTilted, 8.0 / 9.0),
                Drawn(Defect::HeadTilted, -8.0 / 9.0),
                Turned(6.0),
                Turned(-6.0),
                Turned(8.0),
                Turned(-8.0),
            ],
        )
        .both_sides(),
        // Over 10 degrees: how a real face is held is added by the hand marks of ears and nose (`turn::stand`).
        Case::new(
            C::PoseYaw,
            Higher,
            "turned 11° to 14°",
            vec![
                Drawn(Defect::HeadTurned, 1.0),
                Drawn(Defect::HeadTurned, -1.0),
                Painted(PhotoFault::HeadTurned, 0.55),
                Painted(PhotoFault::HeadTurned, -0.55),
                Painted(PhotoFault::HeadTurned, 0.7),
                Painted(PhotoFault::HeadTurned, -0.7),
            ],
        )
        .both_sides(),
        // Over 10 degrees: how a real face is held is added by the hand marks of ears and skull (`turn::stand`).
        Case::new(
            C::PosePitch,
            Higher,
            "chin up or down 14°",
            vec![
                Drawn(Defect::ChinDown, 1.0),
                Drawn(Defect::ChinDown, -1.0),
                Painted(PhotoFault::HeadNodded, 0.7),
                Painted(PhotoFault::HeadNodded, -0.7),
            ],
        )
        .both_sides(),
        Case::new(
            C::PoseShoulders,
            Higher,
            "one shoulder higher by 12°",
            vec![Painted(PhotoFault::ShouldersTilted, 1.0)],
        )
        .both_sides(),
        Case::new(
            C::MouthClosed,
            Higher,
            "mouth open",
            vec![Drawn(Defect::MouthOpen, 1.0), Painted(PhotoFault::MouthOpen, 1.0)],
        ),
        Case::new(
            C::MouthTeeth,
            Higher,
            "teeth",
            vec![Drawn(Defect::TeethShown, 1.0), Smiling, Painted(PhotoFault::TeethShown, 1.0)],
        ),
        Case::new(
            C::HeadCover,
            Higher,
            "cap, hat or scarf",
            [vec![Drawn(Defect::Cap, 1.0)], several(PhotoFault::HeadCover)].concat(),
        )
        .beside(Painted(PhotoFault::FringeAboveBrows, 1.0)),
        Case::new(
            C::FaceOccluded,
            Higher,
            "mask or hand",
            vec![Painted(PhotoFault::Mask, 1.0), Painted(PhotoFault::Mask, 0.6), Painted(PhotoFault::Hand, 1.0)],
        ),
        Case::new(
            C::BrowsVisible,
            Lower,
            "hair over the brows",
            [vec![Drawn(Defect::HairOverEyes, 1.0)], several(PhotoFault::HairOverBrows)].concat(),
        )
        .beside(Painted(PhotoFault::FringeAboveBrows, 1.0))
        .beside(Put::Glasses)
        .beside(Painted(PhotoFault::Glasses, 1.0)),
        Case::new(C::EarsVisible, Lower, "hair over the ears", several(PhotoFault::HairOverEars)),
    ]
}

fn of_the_eyes() -> Vec<Case> {
    use CheckId as C;
    use Put::{Drawn, Painted};
    use Worse::{Higher, Lower};
    vec![
        Case::new(
            C::EyesOpen,
            Lower,
            "closed",
            vec![Drawn(Defect::EyesClosed, 1.0), Painted(PhotoFault::EyesClosed, 1.0)],
        )
        .beside(Put::Glasses)
        .beside(Painted(PhotoFault::Glasses, 1.0)),
        Case::new(
            C::EyesGaze,
            Higher,
            "looking aside",
            vec![
                Drawn(Defect::LookingAside, 1.0),
                Drawn(Defect::LookingAside, -1.0),
                Painted(PhotoFault::LookingAside, 1.0),
            ],
        )
        .both_sides(),
        Case::new(C::EyesGlasses, Higher, "glasses worn", vec![Put::Glasses, Painted(PhotoFault::Glasses, 1.0)]),
        Case::new(
            C::EyesGlare,
            Higher,
            "glare on lenses",
            vec![
                Drawn(Defect::LensGlare, 0.6),
                Drawn(Defect::LensGlare, 1.0),
                Painted(PhotoFault::LensGlare, 0.6),
                Painted(PhotoFault::LensGlare, 1.0),
            ],
        )
        .beside(Put::Glasses)
        .beside(Painted(PhotoFault::Glasses, 1.0)),
        Case::new(
            C::EyesTinted,
            Higher,
            "dark lenses",
            vec![
                Drawn(Defect::Sunglasses, 0.6),
                Drawn(Defect::Sunglasses, 1.0),
                Painted(PhotoFault::DarkLenses, 0.6),
                Painted(PhotoFault::DarkLenses, 1.0),
            ],
        )
        .beside(Put::Glasses)
        .beside(Painted(PhotoFault::Glasses, 1.0)),
        Case::new(C::EyesFrame, Higher, "frame over the eyes", vec![Painted(PhotoFault::FrameOverEyes, 0.7)])
            .beside(Put::Glasses)
            .beside(Painted(PhotoFault::Glasses, 1.0)),
        Case::new(C::EyesRed, Higher, "red pupils", vec![Painted(PhotoFault::RedEyes, 1.0)]),
        Case::new(
            C::EyesHair,
            Higher,
            "hair over the eyes",
            [vec![Drawn(Defect::HairOverEyes, 1.0)], several(PhotoFault::HairOverEyes)].concat(),
        )
        .beside(Painted(PhotoFault::FringeAboveBrows, 1.0))
        .beside(Put::Glasses)
        .beside(Painted(PhotoFault::Glasses, 1.0)),
    ]
}

fn of_light_and_lens() -> Vec<Case> {
    use CheckId as C;
    use Put::{Drawn, Photo};
    use Worse::{Higher, Lower};
    let light = [Photo(Photometric::Exposure, 0.3), Photo(Photometric::Exposure, -0.3)];
    let mild = |case: Case| light.iter().fold(case, |case, put| case.beside(*put));
    vec![
        mild(Case::new(
            C::LightDark,
            Lower,
            "3 stops under",
            vec![Photo(Photometric::Exposure, -3.0), Drawn(Defect::TooDark, 1.0)],
        )),
        mild(Case::new(
            C::LightBright,
            Higher,
            "2 stops over",
            vec![Photo(Photometric::Exposure, 2.0), Drawn(Defect::TooBright, 1.0)],
        )),
        Case::new(
            C::LightBalance,
            Higher,
            "60 % darker on one side",
            vec![
                Photo(Photometric::SideLight(Side::Left), 0.6),
                Photo(Photometric::SideLight(Side::Right), 0.6),
                Drawn(Defect::LightFromOneSide, 1.0),
                Drawn(Defect::LightFromOneSide, -1.0),
            ],
        )
        .both_sides(),
        Case::new(C::LightHighlight, Higher, "shine on the skin", vec![Photo(Photometric::Shine { seed: 5 }, 0.7)]),
        mild(Case::new(
            C::LightCast,
            Higher,
            "colour cast of 0.7 stops",
            vec![
                Photo(Photometric::Cast(Tint::Warm), 0.7),
                Photo(Photometric::Cast(Tint::Cold), 0.7),
                Photo(Photometric::Cast(Tint::Green), 0.7),
                Photo(Photometric::Cast(Tint::Magenta), 0.7),
            ],
        )),
        Case::new(
            C::LightNoise,
            Higher,
            "noise of 14 steps",
            vec![Photo(Photometric::Noise { seed: 9 }, 20.0), Drawn(Defect::Noisy, 1.0)],
        ),
        Case::new(
            C::SharpnessFocus,
            Higher,
            "out of focus by 2 px",
            vec![Photo(Photometric::Defocus, 2.0), Photo(Photometric::Defocus, 3.0), Drawn(Defect::Blurred, 1.0)],
        ),
        Case::new(
            C::SharpnessMotion,
            Higher,
            "moved by 8 px",
            vec![
                Photo(Photometric::Motion { degrees: 0.0 }, 8.0),
                Photo(Photometric::Motion { degrees: 45.0 }, 8.0),
                Photo(Photometric::Motion { degrees: 90.0 }, 8.0),
            ],
        ),
        Case::new(C::ImageUpscaled, Higher, "enlarged 2.5 times", vec![Photo(Photometric::Upscaled, 2.5)]),
        Case::new(C::ImageCompression, Higher, "saved at quality 12", vec![Photo(Photometric::Recompressed, 12.0)]),
    ]
}

fn of_the_backdrop() -> Vec<Case> {
    use CheckId as C;
    use Put::{Drawn, Photo};
    use Worse::Higher;
    vec![
        Case::new(
            C::BackgroundColor,
            Higher,
            "cream, beige, mint or brick red",
            vec![
                Photo(Photometric::BackdropColor([245, 230, 200]), 1.0),
                Photo(Photometric::BackdropColor([225, 205, 180]), 1.0),
                Photo(Photometric::BackdropColor([200, 230, 205]), 1.0),
                Drawn(Defect::BackdropColor, 1.0),
            ],
        ),
        Case::new(
            C::BackgroundUniform,
            Higher,
            "gradient of a half",
            vec![
                Photo(Photometric::BackdropGradient { degrees: 0.0 }, 0.5),
                Photo(Photometric::BackdropGradient { degrees: 90.0 }, 0.5),
                Drawn(Defect::BackdropGradient, 1.0),
                Drawn(Defect::BackdropGradient, -1.0),
            ],
        ),
        Case::new(
            C::BackgroundShadow,
            Higher,
            "shadow of 45 %",
            vec![Photo(Photometric::BackdropShadow { seed: 3 }, 0.45), Drawn(Defect::BackdropShadow, 1.0)],
        ),
        Case::new(
            C::BackgroundClutter,
            Higher,
            "a thing in the backdrop",
            vec![
                Photo(Photometric::BackdropClutter { seed: 1 }, 1.0),
                Photo(Photometric::BackdropClutter { seed: 2 }, 1.0),
                Photo(Photometric::BackdropClutter { seed: 3 }, 1.0),
            ],
        ),
        Case::new(
            C::ClothesContrast,
            Worse::Lower,
            "clothes like the backdrop",
            vec![Photo(Photometric::ClothesLikeBackdrop, 1.0)],
        ),
    ]
}
