//! Computes every contrast (WCAG 2.2) and colour distance (CIEDE2000) that the theme promises.

use egui::Color32;

use super::theme::{DARK, GUIDE_FAIL, LIGHT, PHOTO_BG, STUDENT_BG, STUDENT_INK, Tokens, Tone, zoom};

fn linear(color: Color32) -> [f64; 3] {
    [color.r(), color.g(), color.b()].map(|byte| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

/// Relative luminance, WCAG 2.2.
fn luminance(color: Color32) -> f64 {
    let [r, g, b] = linear(color);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: Color32, other: Color32) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// How somebody sees linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.
const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protan",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deutan",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
    (
        "tritan",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ),
];

fn lab(color: Color32, sight: &[[f64; 3]; 3]) -> [f64; 3] {
    let seen = linear(color);
    let rgb = sight.map(|row| (row[0] * seen[0] + row[1] * seen[1] + row[2] * seen[2]).clamp(0.0, 1.0));
    let xyz = [
        (0.412_456_4 * rgb[0] + 0.357_576_1 * rgb[1] + 0.180_437_5 * rgb[2]) / 0.950_47,
        0.212_672_9 * rgb[0] + 0.715_152_2 * rgb[1] + 0.072_175_0 * rgb[2],
        (0.019_333_9 * rgb[0] + 0.119_192 * rgb[1] + 0.950_304_1 * rgb[2]) / 1.088_83,
    ];
    let f = xyz.map(|t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 });
    [116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])]
}

/// CIEDE2000 (Sharma, Wu and Dalal 2005).
fn delta_e(one: [f64; 3], other: [f64; 3]) -> f64 {
    let chroma = |lab: [f64; 3]| lab[1].hypot(lab[2]);
    let mean = f64::midpoint(chroma(one), chroma(other));
    let g = 0.5 * (1.0 - (mean.powi(7) / (mean.powi(7) + 25f64.powi(7))).sqrt());
    let prime = |lab: [f64; 3]| {
        let a = lab[1] * (1.0 + g);
        let hue = if a == 0.0 && lab[2] == 0.0 { 0.0 } else { lab[2].atan2(a).to_degrees().rem_euclid(360.0) };
        (lab[0], a.hypot(lab[2]), hue)
    };
    let ((l1, c1, h1), (l2, c2, h2)) = (prime(one), prime(other));
    let gray = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if gray => 0.0,
        d if d > 180.0 => d - 360.0,
        d if d < -180.0 => d + 360.0,
        d => d,
    };
    let dh = 2.0 * (c1 * c2).sqrt() * (turn.to_radians() / 2.0).sin();
    let h = match h1 + h2 {
        sum if gray => sum,
        _ if (h1 - h2).abs() <= 180.0 => f64::midpoint(h1, h2),
        sum if sum < 360.0 => f64::midpoint(sum, 360.0),
        sum => (sum - 360.0) / 2.0,
    };
    let (l, c) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0) - 0.2 * cos(4.0 * h - 63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rc = 2.0 * (c.powi(7) / (c.powi(7) + 25f64.powi(7))).sqrt();
    let rt = -(2.0 * 30.0 * (-((h - 275.0) / 25.0).powi(2)).exp()).to_radians().sin() * rc;
    let (x, y, z) = ((l2 - l1) / sl, (c2 - c1) / sc, dh / sh);
    (x * x + y * y + z * z + rt * y * z).sqrt()
}

/// Smallest difference between any two of these colours for one way of seeing; pairs inside `apart` do not count.
fn closest(colors: &[Color32], apart: &[Color32], sight: &[[f64; 3]; 3]) -> f64 {
    let mut smallest = f64::INFINITY;
    for (index, &one) in colors.iter().enumerate() {
        for &other in &colors[index + 1..] {
            let exempt = apart.contains(&one) && apart.contains(&other);
            let far = if exempt { f64::INFINITY } else { delta_e(lab(one, sight), lab(other, sight)) };
            smallest = smallest.min(far);
        }
    }
    smallest
}

#[test]
fn the_colour_difference_agrees_with_published_pairs() {
    // Sharma, Wu and Dalal 2005, table 1, pairs 1, 7, 17 and 25
    for (one, other, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ] {
        let measured = delta_e(one, other);
        assert!((measured - expected).abs() < 1e-4, "{measured} is not {expected}");
    }
}

#[test]
fn text_and_marks_keep_their_contrast_on_every_ground() {
    for (name, t) in [("dark", DARK), ("light", LIGHT)] {
        let Tokens { bg0, bg1, bg2, .. } = t;
        for (ground_name, ground) in [("bg0", bg0), ("bg1", bg1), ("bg2", bg2)] {
            // text3 is for disabled controls, which WCAG exempts: it stays near the limit all the same
            for (what, color, least) in [
                ("text", t.text, 7.0),
                ("text2", t.text2, 4.5),
                ("text3", t.text3, 4.35),
                ("link", t.link, 4.5),
                ("edge", t.edge, 3.0),
                ("pass", t.pass, 4.5),
                ("warn", t.warn, 4.5),
                ("fail", t.fail, 4.5),
                ("off", t.off, 3.0),
            ] {
                let measured = contrast(color, ground);
                assert!(measured >= least, "{name}: {what} on {ground_name} is {measured:.2}, at least {least}");
            }
        }
    }
}

#[test]
fn what_is_written_on_a_fill_can_be_read() {
    for tone in Tone::ALL {
        let measured = contrast(tone.ink(), tone.fill());
        assert!(measured >= 4.5, "{tone:?}: {measured:.2}");
    }
    assert!(contrast(STUDENT_INK, STUDENT_BG) >= 7.0);
    assert!(contrast(Color32::WHITE, PHOTO_BG) >= 7.0);
    assert!(contrast(GUIDE_FAIL, Color32::BLACK) >= 3.0);
}

#[test]
fn fills_differ_for_every_kind_of_sight() {
    let fills = Tone::ALL.map(Tone::fill);
    for (name, sight) in &SIGHTS {
        let measured = closest(&fills, &[], sight);
        assert!(measured >= 19.0, "{name}: {measured:.1}");
    }
}

#[test]
fn marks_differ_for_every_kind_of_sight() {
    // a mark never stands without its shape and a word; these distances are the help that colour gives on top
    for (t, limits) in [(DARK, [27.0, 18.0, 16.0, 12.0]), (LIGHT, [25.0, 12.0, 9.0, 12.0])] {
        let colors = [t.pass, t.warn, t.fail, t.link, t.off];
        for ((name, sight), least) in SIGHTS.iter().zip(limits) {
            // link stands for a thing that can be clicked, off for a tick: they never share a place
            let measured = closest(&colors, &[t.link, t.off], sight);
            assert!(measured >= least, "{name}: {measured:.1}, at least {least}");
        }
    }
}

#[test]
fn the_window_scales_as_specified() {
    let at = |w: f32, h: f32| zoom(egui::vec2(w, h), 100);
    for (w, h, expected) in [(1366.0, 768.0, 1.0), (1280.0, 720.0, 0.9), (800.0, 600.0, 0.75), (1920.0, 1080.0, 1.2)] {
        assert!((at(w, h) - expected).abs() < 0.001, "{w}x{h}: {}", at(w, h));
    }
    assert!(at(3840.0, 2160.0) > 1.8);
    assert!((zoom(egui::vec2(1366.0, 768.0), 150) - 1.5).abs() < 0.001);
}
