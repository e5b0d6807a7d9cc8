//! Colour: sRGB to luminance and CIELAB (D65), and the CIEDE2000 difference (CIE 142-2001).

use std::sync::LazyLock;

use crate::vision::linear::linear;

/// CIELAB coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::vision::checks) struct Lab {
    pub l: f32,
    pub a: f32,
    pub b: f32,
}

const ROOTS_PER_UNIT: usize = 8192;

/// CIELAB's f at every 8192nd from 0 on, up to a little above white: a cube root is dear.
static ROOTS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let f = |t: f32| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
    (0..ROOTS_PER_UNIT + 2).map(|step| f(step as f32 / ROOTS_PER_UNIT as f32)).collect()
});

/// Linear luminance, 0 to 1 (Rec. 709 weights).
pub(in crate::vision::checks) fn luminance(rgb: [u8; 3]) -> f32 {
    0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2])
}

impl Lab {
    pub(in crate::vision::checks) fn of(rgb: [u8; 3]) -> Self {
        let [r, g, b] = rgb.map(linear);
        let x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047;
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883;
        let f = |t: f32| {
            let at = (t * ROOTS_PER_UNIT as f32).max(0.0);
            let index = (at as usize).min(ROOTS_PER_UNIT);
            ROOTS[index] + (ROOTS[index + 1] - ROOTS[index]) * (at - index as f32)
        };
        let (fx, fy, fz) = (f(x), f(y), f(z));
        Self { l: 116.0 * fy - 16.0, a: 500.0 * (fx - fy), b: 200.0 * (fy - fz) }
    }

    /// Linear light of red, green and blue.
    pub(in crate::vision::checks) fn light(self) -> [f32; 3] {
        let fy = (self.l + 16.0) / 116.0;
        let cube = |f: f32| if f > 6.0 / 29.0 { f * f * f } else { (116.0 * f - 16.0) * 27.0 / 24389.0 };
        let (x, y, z) = (cube(fy + self.a / 500.0) * 0.95047, cube(fy), cube(fy - self.b / 200.0) * 1.08883);
        [
            3.2406 * x - 1.5372 * y - 0.4986 * z,
            -0.9689 * x + 1.8758 * y + 0.0415 * z,
            0.0557 * x - 0.2040 * y + 1.0570 * z,
        ]
    }

    /// Straight distance (CIE 1976): cheap, for comparing neighbours.
    pub(in crate::vision::checks) fn distance(self, other: Self) -> f32 {
        ((self.l - other.l).powi(2) + (self.a - other.a).powi(2) + (self.b - other.b).powi(2)).sqrt()
    }
}

/// CIEDE2000 difference.
pub(in crate::vision::checks) fn ciede2000(one: Lab, two: Lab) -> f32 {
    difference(one, two, 1.0)
}

/// How far one cloth's colour is from another's: CIEDE2000(2:1:1), in which lightness counts half, as the textile trade
/// uses it. How light a backdrop comes out is the lamps' and the exposure's doing, its hue and chroma are the cloth's.
pub(in crate::vision::checks) fn cloth_difference(one: Lab, two: Lab) -> f32 {
    difference(one, two, 2.0)
}

/// CIEDE2000 with its weight of lightness, `k_l`.
fn difference(one: Lab, two: Lab, k_l: f64) -> f32 {
    let [l1, a1, b1, l2, a2, b2] = [one.l, one.a, one.b, two.l, two.a, two.b].map(f64::from);
    let mean_c = f64::midpoint(a1.hypot(b1), a2.hypot(b2));
    let power = mean_c.powi(7);
    let g = 0.5 * (1.0 - (power / (power + 25_f64.powi(7))).sqrt());
    let (a1, a2) = (a1 * (1.0 + g), a2 * (1.0 + g));
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let grey = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if grey => 0.0,
        d if d > 180.0 => d - 360.0,
        d if d < -180.0 => d + 360.0,
        d => d,
    };
    let (dl, dc) = (l2 - l1, c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let h = match h1 + h2 {
        sum if grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => f64::midpoint(sum, 360.0),
        sum => (sum - 360.0) / 2.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0) - 0.20 * cos(4.0 * h - 63.0);
    let theta = 30.0 * (-((h - 275.0) / 25.0).powi(2)).exp();
    let rc = 2.0 * (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rt = -(2.0 * theta).to_radians().sin() * rc;
    let (dl, dc, dh) = (dl / (k_l * sl), dc / sc, dh / sh);
    (dl * dl + dc * dc + dh * dh + rt * dc * dh).max(0.0).sqrt() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs 1, 4, 7, 13, 17, 19, 25, 34 of Sharma, Wu and Dalal (2005), table 1.
    #[test]
    fn differences_agree_with_the_published_pairs() {
        let pairs = [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0),
            ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
            ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([50.0, 2.5, 0.0], [50.0, 3.1736, 0.5854], 1.0),
            ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
            ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
        ];
        for (one, two, want) in pairs {
            let lab = |v: [f32; 3]| Lab { l: v[0], a: v[1], b: v[2] };
            let have = ciede2000(lab(one), lab(two));
            assert!((have - want).abs() < 2e-3, "{one:?} {two:?}: {have}, not {want}");
        }
    }

    #[test]
    fn a_dim_cloth_of_the_right_colour_is_nearer_than_a_light_one_of_another() {
        let off = |rgb: [u8; 3], wanted: [u8; 3]| cloth_difference(Lab::of(rgb), Lab::of(wanted));
        let (grey, blue) = ([240; 3], [100, 197, 255]);
        // Studio greys as cameras give them, and blues that suppliers sell as the right one.
        for (rgb, wanted) in [
            ([168, 172, 171], grey),
            ([200; 3], grey),
            ([0, 163, 230], blue),
            ([67, 142, 219], blue),
            ([60, 150, 220], blue),
        ] {
            assert!(off(rgb, wanted) < 11.0, "{rgb:?}: {}", off(rgb, wanted));
        }
        // Cream, beige, mint, and grey too dark to pass for light grey.
        for rgb in [[245, 230, 200], [225, 205, 180], [200, 230, 205], [140, 140, 140]] {
            let near = [grey, blue, [255; 3]].map(|wanted| off(rgb, wanted)).into_iter().fold(f32::MAX, f32::min);
            assert!(near > 11.0, "{rgb:?}: {near}");
        }
    }

    #[test]
    fn light_comes_back() {
        for rgb in [[255, 255, 255], [100, 197, 255], [30, 60, 10], [2, 1, 3]] {
            let back = Lab::of(rgb).light();
            assert!((0..3).all(|i| (back[i] - linear(rgb[i])).abs() < 2e-3), "{rgb:?}: {back:?}");
        }
    }

    #[test]
    fn white_black_and_blue_have_their_known_coordinates() {
        let near = |rgb: [u8; 3], want: [f32; 3]| {
            let have = Lab::of(rgb);
            let d = have.distance(Lab { l: want[0], a: want[1], b: want[2] });
            assert!(d < 0.3, "{rgb:?}: {have:?}");
        };
        near([255, 255, 255], [100.0, 0.0, 0.0]);
        near([0, 0, 0], [0.0, 0.0, 0.0]);
        near([0, 0, 255], [32.30, 79.19, -107.86]);
    }
}
