//! What a camera lets the program hold still: the mains frequency against flicker, exposure, white balance and focus
//! once the light was tried on somebody at the chair. Values only; which driver calls they are is the device layer's.

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
    /// Most webcams have a fixed lens: [`Held::NotOffered`].
    pub focus: Held,
}

impl CameraControls {
    /// Exposure, white balance and focus as this says, where the camera has them.
    #[must_use]
    pub fn with_light(self, light: Light) -> Self {
        let as_said = |held| match (held, light) {
            (Held::NotOffered, _) => Held::NotOffered,
            (_, Light::Automatic) => Held::Automatic,
            (_, Light::Locked) => Held::Locked,
        };
        let [exposure, white_balance, focus] = [self.exposure, self.white_balance, self.focus].map(as_said);
        Self { exposure, white_balance, focus, ..self }
    }
}

/// Who decides on exposure, white balance and focus.
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
        let (mains_50_hz, exposure) = (Held::Locked, Held::Automatic);
        let all = CameraControls { mains_50_hz, exposure, white_balance: Held::NotOffered, focus: Held::Automatic };
        let locked = all.with_light(Light::Locked);
        assert_eq!(
            (locked.mains_50_hz, locked.exposure, locked.white_balance, locked.focus),
            (Held::Locked, Held::Locked, Held::NotOffered, Held::Locked)
        );
        assert_eq!(locked.with_light(Light::Automatic), all);
    }
}
