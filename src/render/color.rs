//! Colours in linear light and the way to and from sRGB bytes.
//!
//! All mixing happens in linear light, so that edges and soft shadows look as a camera would see them.

use std::sync::LazyLock;

/// Red, green, blue and coverage in linear light, premultiplied: 0 to 1, colour may exceed 1 before exposure.
pub(super) type Texel = [f32; 4];

/// Opaque colour in linear light.
pub(super) type Color = [f32; 3];

const STEPS: usize = 8192;

/// sRGB byte to linear light.
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f32 / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
});

/// Linear light in `STEPS` steps to sRGB in 1/64 of a byte, so that sensor noise can be added before rounding.
static ENCODED: LazyLock<Box<[u16; STEPS + 1]>> = LazyLock::new(|| {
    let mut table = Box::new([0; STEPS + 1]);
    for (step, entry) in table.iter_mut().enumerate() {
        let value = step as f32 / STEPS as f32;
        let encoded = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        *entry = (encoded * 255.0 * 64.0).round() as u16;
    }
    table
});

/// The table, fetched once per row rather than once per pixel.
#[derive(Clone, Copy)]
pub(super) struct Tables {
    encoded: &'static [u16; STEPS + 1],
}

impl Tables {
    pub(super) fn get() -> Self {
        Self { encoded: &ENCODED }
    }

    /// Linear light (clamped to 0..1) to sRGB in 1/64 of a byte.
    #[inline]
    pub(super) fn fine(self, linear: f32) -> u16 {
        let step = (linear.clamp(0.0, 1.0) * STEPS as f32) as usize;
        self.encoded[step.min(STEPS)]
    }
}

pub(super) fn linear(rgb: [u8; 3]) -> Color {
    rgb.map(|byte| LINEAR[usize::from(byte)])
}

#[inline]
pub(super) fn blend(a: Color, b: Color, t: f32) -> Color {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

#[inline]
pub(super) fn scale(color: Color, by: f32) -> Color {
    [color[0] * by, color[1] * by, color[2] * by]
}

#[inline]
pub(super) fn times(a: Color, b: Color) -> Color {
    [a[0] * b[0], a[1] * b[1], a[2] * b[2]]
}

/// Puts an opaque colour with this coverage over a texel.
#[inline]
pub(super) fn over(under: &mut Texel, color: Color, coverage: f32) {
    let keep = 1.0 - coverage;
    *under = [
        under[0] * keep + color[0] * coverage,
        under[1] * keep + color[1] * coverage,
        under[2] * keep + color[2] * coverage,
        under[3] * keep + coverage,
    ];
}

/// Smooth step from 0 at `low` to 1 at `high`; `low` may be the larger one.
#[inline]
pub(super) fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Bell curve with deviation 1, cheap and cut at 3.
#[inline]
pub(super) fn bell(x: f32) -> f32 {
    let t = 1.0 - x * x / 9.0;
    if t <= 0.0 { 0.0 } else { (t * t) * (t * t) }
}
