//! Repeatable chance: a small seeded generator and smooth noise. No cryptography, no system randomness.

/// A seeded generator (`SplitMix64`): the same seed gives the same person on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

/// One step of `SplitMix64`.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(0x51_7C_C1_B7_27_22_0A_95)))
    }

    /// An independent generator for one purpose, so that one more draw elsewhere changes nothing here.
    pub const fn fork(seed: u64, purpose: u64) -> Self {
        Self(mix(seed ^ mix(purpose.wrapping_add(0x9E37_79B9_7F4A_7C15))))
    }

    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Even in 0..1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    /// Even between the two ends.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// About normal with deviation 1, never beyond 3.5.
    pub fn normal(&mut self) -> f32 {
        let sum: f32 = (0..4).map(|_| self.unit()).sum();
        (sum - 2.0) * 1.732
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// An index below `count` (0 when `count` is 0).
    pub fn below(&mut self, count: usize) -> usize {
        if count == 0 { 0 } else { (self.bits() % count as u64) as usize }
    }
}

/// Chance of a lattice point, -1 to 1.
#[inline]
pub(super) fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut h =
        (x as u32).wrapping_mul(0x8DA6_B343) ^ (y as u32).wrapping_mul(0xD816_3841) ^ seed.wrapping_mul(0xCB1A_B31F);
    h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
    h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    (h >> 8) as f32 / 8_388_608.0 - 1.0
}

/// Smooth noise with features about one unit large, -1 to 1.
#[inline]
pub(super) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (fx, fy) = (x.floor(), y.floor());
    let (ix, iy) = (fx as i32, fy as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - fx), ease(y - fy));
    let (x1, y1) = (ix.wrapping_add(1), iy.wrapping_add(1));
    let top = lattice(ix, iy, seed) * (1.0 - u) + lattice(x1, iy, seed) * u;
    let bottom = lattice(ix, y1, seed) * (1.0 - u) + lattice(x1, y1, seed) * u;
    top * (1.0 - v) + bottom * v
}

/// Three octaves of [`noise`], -1 to 1.
pub(super) fn cloud(x: f32, y: f32, seed: u32) -> f32 {
    (noise(x, y, seed) * 4.0 + noise(x * 2.1, y * 2.1, seed ^ 1) * 2.0 + noise(x * 4.3, y * 4.3, seed ^ 2)) / 7.0
}
