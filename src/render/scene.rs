//! What is around somebody: backdrop, light, and what the camera adds.

/// The norm's light blue (教毕指〔2017〕99号, reference value).
pub const LIGHT_BLUE: [u8; 3] = [100, 197, 255];
/// The norm's white.
pub const WHITE: [u8; 3] = [255, 255, 255];
/// The norm's light grey.
pub const LIGHT_GREY: [u8; 3] = [240, 240, 240];

/// Backdrop, light and camera of one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// sRGB of the backdrop in its middle.
    pub backdrop: [u8; 3],
    /// Darkening from the middle to the corners, 0 none to 1 black; a real cloth has about 0.02.
    pub falloff: f32,
    /// Brightness change across the picture, -1 to 1: positive is brighter on the right.
    pub gradient: f32,
    /// Opacity of a shadow behind head and shoulders, 0 to 1.
    pub shadow: f32,
    /// -1 all light from the left of the picture, 0 even, 1 all from the right.
    pub light_side: f32,
    /// Gain of the whole picture; 1 is right, 0.5 a stop under.
    pub exposure: f32,
    /// Deviation of sensor noise, sRGB steps of 255.
    pub noise: f32,
    /// Radius of defocus, pixels.
    pub blur: f32,
    /// Seed of the sensor noise: change it from frame to frame.
    pub noise_seed: u64,
}

impl Scene {
    /// A desk set up as the norm advises.
    pub const fn studio(backdrop: [u8; 3]) -> Self {
        Self {
            backdrop,
            falloff: 0.02,
            gradient: 0.0,
            shadow: 0.0,
            light_side: 0.0,
            exposure: 1.0,
            noise: 1.6,
            blur: 0.0,
            noise_seed: 0,
        }
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self::studio(LIGHT_BLUE)
    }
}
