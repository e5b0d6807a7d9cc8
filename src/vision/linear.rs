//! sRGB bytes to linear light and back (IEC 61966-2-1), by tables.

use std::sync::LazyLock;

const STEPS: usize = 4096;

static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f32 / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
});

/// Levels (0 to 255) of the square roots of linear light in even steps: the root spreads the dark end.
static LEVELS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let level = |light: f32| if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (0..=STEPS).map(|step| level((step as f32 / STEPS as f32).powi(2)) * 255.0).collect()
});

/// Linear light of a byte, 0 to 1.
pub(in crate::vision) fn linear(byte: u8) -> f32 {
    LINEAR[usize::from(byte)]
}

/// Linear light of an sRGB colour.
pub(in crate::vision) fn linear_of(rgb: [u8; 3]) -> [f32; 3] {
    rgb.map(linear)
}

/// Level (0 to 255, with fraction) of linear light.
pub(in crate::vision) fn level(light: f32) -> f32 {
    let step = (light.clamp(0.0, 1.0).sqrt() * STEPS as f32 + 0.5) as usize;
    LEVELS[step.min(STEPS)]
}

/// Byte of linear light.
pub(in crate::vision) fn encode(light: f32) -> u8 {
    (level(light) + 0.5) as u8
}

/// How much linear light changes per level at a level (0 to 255).
pub(in crate::vision) fn slope(level: f32) -> f32 {
    let at = (level.clamp(0.0, 254.0)) as usize;
    LINEAR[at + 1] - LINEAR[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        for byte in 0..=255 {
            assert_eq!(encode(linear(byte)), byte);
            assert!((level(linear(byte)) - f32::from(byte)).abs() < 0.1, "{byte}");
        }
    }
}
