//! How a camera is mounted: booths stand webcams on their side for more pixels of a person, or hang them upside down.

use serde::{Deserialize, Serialize};

/// How far a camera's pictures are turned until people stand upright in them, clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    #[default]
    Upright,
    /// By 90 degrees.
    Right,
    /// By 180 degrees.
    Around,
    /// By 270 degrees.
    Left,
}

impl Turn {
    pub const ALL: [Self; 4] = [Self::Upright, Self::Right, Self::Around, Self::Left];

    /// EXIF's Orientation (tag 0x0112) of a picture that is to be shown turned so.
    pub const fn orientation(self) -> u8 {
        match self {
            Self::Upright => 1,
            Self::Right => 6,
            Self::Around => 3,
            Self::Left => 8,
        }
    }

    /// Width and height once a picture of this size is turned.
    pub const fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Self::Upright | Self::Around => (width, height),
            Self::Right | Self::Left => (height, width),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_its_side_width_and_height_change_places() {
        let sizes = Turn::ALL.map(|turn| turn.size((1280, 720)));
        assert_eq!(sizes, [(1280, 720), (720, 1280), (1280, 720), (720, 1280)]);
    }
}
