//! Who is drawn: the measures and colours of one made-up person, from a seed.
//!
//! Lengths are in face widths (the distance between the cheeks), so that 1.0 becomes 220 pixels in a finished
//! photo. Means and spreads follow 102 hand-marked studio portraits: eyes 0.446 apart (sd 5 %), eye line to chin
//! 0.80 (6 %), to hairline 0.56 (8 %), to the top of the hair 0.775 (8 %).

use super::random::Random;

/// A made-up person. Change fields to get a certain look; all combinations can be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Drives texture: freckles, strands, weave.
    pub seed: u64,
    pub skin: Skin,
    pub face: FaceShape,
    pub eyes: EyeLook,
    pub hair: Hair,
    pub clothes: Clothes,
    pub glasses: Option<Glasses>,
    pub cover: HeadCover,
}

/// What is on the head besides combed hair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HeadCover {
    #[default]
    Nothing,
    Cap,
    /// Hair that hangs over brows and eyes.
    Fringe,
}

/// Skin as an sRGB colour in even light plus what varies on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skin {
    /// 0 very light to 1 very dark.
    pub depth: f32,
    /// -1 cool and rosy to 1 warm and golden.
    pub warmth: f32,
    /// Shadow of a shaven beard, 0 to 1.
    pub stubble: f32,
    /// Moles and freckles, 0 to 1.
    pub spots: f32,
}

/// Proportions, face widths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceShape {
    pub eye_distance: f32,
    pub eye_to_chin: f32,
    pub eye_to_hairline: f32,
    /// Scales the jaw's width, about 1.
    pub jaw: f32,
    /// 0 round to 1 pointed.
    pub chin_point: f32,
    pub nose_length: f32,
    pub nose_width: f32,
    pub mouth_width: f32,
    /// Height of both lips together.
    pub lip_height: f32,
    /// Brow thickness, about 1.
    pub brow: f32,
    pub ear: f32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EyeLook {
    /// Width of one eye, face widths.
    pub width: f32,
    /// Lid opening over eye width when wide awake: 0.22 to 0.35.
    pub opening: f32,
    /// Outer corners raised, degrees.
    pub tilt_deg: f32,
    pub iris: [u8; 3],
    /// Strength of the fold above the lid, 0 to 1.
    pub fold: f32,
    /// Thickness of the lashes, about 1.
    pub lashes: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HairStyle {
    /// A few millimetres all over.
    Cropped,
    /// Short, combed to one side.
    SideParted,
    /// Short, brushed up and back.
    BrushedUp,
    /// Short curls.
    Curly,
    /// A wreath; the crown is bare.
    Bald,
    /// Chin length, behind the ears.
    Bob,
    /// Long, parted in the middle, behind the ears and the shoulders.
    Long,
    /// Long locks that lie on the chest.
    LongInFront,
    /// Combed back tightly.
    Tied,
    /// A tall round mass of small curls.
    Tall,
}

impl HairStyle {
    pub const ALL: [Self; 10] = [
        Self::Cropped,
        Self::SideParted,
        Self::BrushedUp,
        Self::Curly,
        Self::Bald,
        Self::Bob,
        Self::Long,
        Self::LongInFront,
        Self::Tied,
        Self::Tall,
    ];
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hair {
    pub style: HairStyle,
    pub color: [u8; 3],
    /// Eye line to the top of the hair, face widths.
    pub eye_to_top: f32,
    /// Where the parting is, -1 left to 1 right.
    pub parting: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Garment {
    RoundNeck,
    VNeck,
    Shirt,
    Jacket,
    Hood,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clothes {
    pub garment: Garment,
    pub color: [u8; 3],
    /// What is worn beneath a jacket or V neck.
    pub inner: [u8; 3],
    /// Half the width of the shoulders, face widths.
    pub shoulder: f32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glasses {
    pub frame: [u8; 3],
    /// Frame thickness, face widths.
    pub thickness: f32,
    /// 0 round to 1 rectangular.
    pub square: f32,
    /// Opacity of the lens tint, 0 clear to 1 sunglasses.
    pub tint: f32,
    /// Strength of a lamp's reflection on the lenses, 0 to 1.
    pub glare: f32,
}

const HAIR_COLORS: [[u8; 3]; 7] =
    [[22, 19, 19], [30, 24, 22], [42, 31, 26], [66, 46, 34], [98, 66, 42], [150, 112, 70], [120, 116, 114]];

const CLOTHES_COLORS: [[u8; 3]; 12] = [
    [38, 44, 58],
    [30, 30, 33],
    [120, 30, 40],
    [224, 222, 218],
    [54, 82, 62],
    [196, 178, 150],
    [88, 92, 100],
    [150, 92, 60],
    [70, 48, 78],
    [206, 150, 60],
    [26, 54, 104],
    [176, 92, 100],
];

impl Person {
    /// Anybody: the whole range of looks, glasses for about a third.
    pub fn seeded(seed: u64) -> Self {
        let mut r = Random::fork(seed, 1);
        let style = HairStyle::ALL[r.below(HairStyle::ALL.len())];
        let mut person = Self::with_style(seed, style);
        if r.chance(0.35) {
            person.glasses = Some(Glasses::seeded(seed));
        }
        person
    }

    /// Somebody who can meet every rule of the degree norm: brows and ears free, both readings of the head's top
    /// possible at one scale, clothes unlike the backdrop, no glasses.
    pub fn presentable(seed: u64) -> Self {
        const STYLES: [HairStyle; 7] = [
            HairStyle::SideParted,
            HairStyle::Long,
            HairStyle::BrushedUp,
            HairStyle::Tied,
            HairStyle::Cropped,
            HairStyle::Bob,
            HairStyle::LongInFront,
        ];
        let mut r = Random::fork(seed, 2);
        let mut person = Self::with_style(seed, STYLES[r.below(STYLES.len())]);
        let face = &mut person.face;
        face.eye_to_hairline = face.eye_to_hairline.clamp(0.53, 0.575);
        face.eye_to_chin = face.eye_to_chin.clamp(0.76, 0.84);
        // Close hair lies on the skull; the rest stands as high as the upper limit allows.
        person.hair.eye_to_top = match person.hair.style {
            HairStyle::Cropped | HairStyle::Tied => r.range(0.735, 0.755),
            _ => r.range(0.760, 0.782),
        };
        person.eyes.opening = person.eyes.opening.max(0.27);
        person
    }

    /// A seeded person with this hair.
    pub fn with_style(seed: u64, style: HairStyle) -> Self {
        let mut r = Random::fork(seed, 3);
        // Most visitors of the desk have light to middle skin; the whole range occurs.
        let depth = if r.chance(0.6) { r.range(0.12, 0.42) } else { r.unit() };
        let masculine = match style {
            HairStyle::Bob | HairStyle::Long | HairStyle::LongInFront | HairStyle::Tied => 0.0,
            HairStyle::Bald | HairStyle::Cropped => 1.0,
            _ => r.range(0.5, 1.0),
        };
        let face = FaceShape::seeded(&mut r, masculine);
        let eyes = EyeLook::seeded(&mut r, depth, masculine);
        let hair = Hair::seeded(&mut r, style, depth);
        Self {
            seed,
            skin: Skin {
                depth,
                warmth: r.range(-0.5, 1.0),
                stubble: masculine * r.range(0.0, 0.5),
                spots: if r.chance(0.4) { r.unit() } else { 0.1 },
            },
            face,
            eyes,
            hair,
            clothes: Clothes::seeded(&mut r, masculine),
            glasses: None,
            cover: HeadCover::Nothing,
        }
    }
}

impl FaceShape {
    fn seeded(r: &mut Random, masculine: f32) -> Self {
        Self {
            eye_distance: 0.446 * (1.0 + 0.035 * r.normal().clamp(-2.0, 2.0)),
            eye_to_chin: 0.80 * (1.0 + 0.035 * r.normal().clamp(-2.0, 2.0)) + 0.015 * masculine,
            eye_to_hairline: 0.555 * (1.0 + 0.04 * r.normal().clamp(-2.0, 2.0)),
            jaw: r.range(0.96, 1.02) + 0.05 * masculine,
            chin_point: r.range(0.2, 0.9) - 0.35 * masculine,
            nose_length: r.range(0.252, 0.288),
            nose_width: r.range(0.225, 0.28),
            mouth_width: r.range(0.33, 0.385),
            lip_height: r.range(0.105, 0.145) - 0.015 * masculine,
            brow: r.range(0.7, 0.95) + 0.35 * masculine,
            ear: r.range(0.9, 1.1),
        }
    }
}

impl EyeLook {
    fn seeded(r: &mut Random, depth: f32, masculine: f32) -> Self {
        const IRIS: [[u8; 3]; 6] =
            [[52, 34, 22], [66, 42, 24], [86, 56, 30], [104, 92, 54], [84, 108, 124], [70, 96, 80]];
        let iris = if depth > 0.3 || r.chance(0.75) { r.below(3) } else { 3 + r.below(3) };
        Self {
            width: r.range(0.196, 0.218),
            opening: r.range(0.25, 0.335),
            tilt_deg: r.range(0.5, 6.0),
            iris: IRIS[iris],
            fold: r.range(0.1, 1.0),
            lashes: 1.25 - 0.5 * masculine + r.range(-0.1, 0.15),
        }
    }
}

impl Hair {
    fn seeded(r: &mut Random, style: HairStyle, depth: f32) -> Self {
        let eye_to_top = match style {
            HairStyle::Cropped => r.range(0.725, 0.745),
            HairStyle::Bald => 0.715,
            HairStyle::Tied => r.range(0.735, 0.755),
            HairStyle::Tall => r.range(0.90, 1.0),
            HairStyle::BrushedUp => r.range(0.78, 0.85),
            _ => r.range(0.75, 0.80),
        };
        let color = if depth > 0.3 || r.chance(0.7) { r.below(3) } else { r.below(HAIR_COLORS.len()) };
        let side = if r.chance(0.5) { -1.0 } else { 1.0 };
        let parting = match style {
            HairStyle::Long | HairStyle::LongInFront | HairStyle::Bob => r.range(-0.15, 0.15),
            _ => side * r.range(0.25, 0.4),
        };
        Self { style, color: HAIR_COLORS[color], eye_to_top, parting }
    }
}

impl Clothes {
    fn seeded(r: &mut Random, masculine: f32) -> Self {
        const ALL: [Garment; 5] = [Garment::RoundNeck, Garment::VNeck, Garment::Shirt, Garment::Jacket, Garment::Hood];
        let inner = [[236, 236, 234], [222, 210, 190], [48, 50, 56]][r.below(3)];
        Self {
            garment: ALL[r.below(ALL.len())],
            color: CLOTHES_COLORS[r.below(CLOTHES_COLORS.len())],
            inner,
            shoulder: 1.24 + 0.12 * masculine + r.range(-0.05, 0.05),
        }
    }
}

impl Glasses {
    /// Clear lenses in a seeded frame, no reflection.
    pub fn seeded(seed: u64) -> Self {
        const FRAMES: [[u8; 3]; 4] = [[28, 26, 28], [92, 62, 40], [150, 132, 96], [110, 112, 118]];
        let mut r = Random::fork(seed, 4);
        Self {
            frame: FRAMES[r.below(FRAMES.len())],
            thickness: r.range(0.008, 0.020),
            square: r.unit(),
            tint: 0.0,
            glare: 0.0,
        }
    }
}
