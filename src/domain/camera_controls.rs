//! What a camera lets the program hold still: the mains frequency against flicker, exposure and white balance once the
//! light was tried. Values only; which driver calls they are is the device layer's.

/// One control of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Held {
    /// The camera has no such control, or the system offers no way to it.
    #[default]
    NotOffered,
    /// The camera decides by itself.
    Automatic,
    /// It stays as it is.
    Locked,
}

impl Held {
    /// Name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotOffered => "not_offered",
            Self::Automatic => "automatic",
            Self::Locked => "locked",
        }
    }
}

/// The controls that matter, as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CameraControls {
    /// [`Held::Locked`]: set to 50 Hz, the mains of China.
    pub mains_50_hz: Held,
    pub exposure: Held,
    pub white_balance: Held,
}

impl CameraControls {
    /// Exposure and white balance as this says, where the camera has them.
    #[must_use]
    pub fn with_light(self, light: Light) -> Self {
        let as_said = |held| match (held, light) {
            (Held::NotOffered, _) => Held::NotOffered,
            (_, Light::Automatic) => Held::Automatic,
            (_, Light::Locked) => Held::Locked,
        };
        Self { exposure: as_said(self.exposure), white_balance: as_said(self.white_balance), ..self }
    }
}

/// Who decides on exposure and white balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Automatic,
    Locked,
}

/// Somebody must sit in good light for this long before it is held: a camera that was just opened still looks for it.
pub const GOOD_LIGHT_FOR: std::time::Duration = std::time::Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_camera_does_not_offer_is_never_said_to_be_locked() {
        let all =
            CameraControls { mains_50_hz: Held::Locked, exposure: Held::Automatic, white_balance: Held::NotOffered };
        let locked = all.with_light(Light::Locked);
        assert_eq!(
            (locked.mains_50_hz, locked.exposure, locked.white_balance),
            (Held::Locked, Held::Locked, Held::NotOffered)
        );
        assert_eq!(locked.with_light(Light::Automatic), all);
    }
}
