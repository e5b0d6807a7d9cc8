//! Traces of an earlier, stronger compression: seams between blocks of 8 x 8 pixels.
//!
//! A seam is a step of brightness larger than those on both its sides together. Pictures have them everywhere alike;
//! JPEG puts more of them every eighth column and row. The last compression's seams begin at the edge of the picture
//! and are allowed for; seams anywhere else are of a file that this one was made from.

use super::Findings;
use super::sample::planes::Planes;
use crate::domain::finding::{CheckId, Unit};

const BLOCK: usize = 8;
/// So many times more seams may lie on the file's own grid than on another one: portraits at the norm's lowest quality
/// (60) have 5.2 to 9.1 times as many as elsewhere, at 75 and above 1.9 to 3.1.
const OWN_GRID: f32 = 5.7;
/// Share of seams that chance makes of a flat, noiseless surface.
const CHANCE: f32 = 0.004;

pub(super) fn judge(planes: &Planes, findings: &mut Findings<'_>) {
    let id = CheckId::ImageCompression;
    let max = findings.rule(id).and_then(|rule| rule.max);
    let value = (planes.width >= 8 * BLOCK && planes.height >= 8 * BLOCK).then(|| seams(planes));
    findings.measured_or_unknown(id, value, Unit::Ratio, None, max);
}

/// How many times more seams lie on a grid than beside it, in the direction that shows it less; 1 is none.
fn seams(planes: &Planes) -> f32 {
    let (across, down) = (on_grids(&upright(planes)), on_grids(&level(planes)));
    let own = across.0.min(down.0) / OWN_GRID;
    own.max(across.1.min(down.1))
}

/// Share of rows that have a seam in front of each column.
fn upright(planes: &Planes) -> Vec<f32> {
    let mut counts = vec![0_u32; planes.width];
    for line in planes.luma.chunks_exact(planes.width) {
        for (count, four) in counts[2..].iter_mut().zip(line.windows(4)) {
            *count += u32::from(is_seam(four[0], four[1], four[2], four[3]));
        }
    }
    counts.iter().map(|count| *count as f32 / planes.height as f32).collect()
}

/// Share of columns that have a seam above each row.
fn level(planes: &Planes) -> Vec<f32> {
    let lines: Vec<&[u8]> = planes.luma.chunks_exact(planes.width).collect();
    let mut shares = vec![0.0; planes.height];
    for (share, four) in shares[2..].iter_mut().zip(lines.windows(4)) {
        let columns = four[0].iter().zip(four[1]).zip(four[2].iter().zip(four[3]));
        let count: u32 = columns.map(|((a, b), (c, d))| u32::from(is_seam(*a, *b, *c, *d))).sum();
        *share = count as f32 / planes.width as f32;
    }
    shares
}

/// Between the second and the third of four neighbours.
#[inline]
const fn is_seam(a: u8, b: u8, c: u8, d: u8) -> bool {
    c.abs_diff(b) as u16 > b.abs_diff(a) as u16 + d.abs_diff(c) as u16
}

/// How many times more seams than beside it has the grid that begins at the edge, and the strongest other grid.
fn on_grids(shares: &[f32]) -> (f32, f32) {
    let mut means = [0.0_f32; BLOCK];
    for (phase, mean) in means.iter_mut().enumerate() {
        let of_phase = || shares.iter().skip(BLOCK + phase).step_by(BLOCK);
        *mean = of_phase().sum::<f32>() / of_phase().count().max(1) as f32 + CHANCE;
    }
    let all: f32 = means.iter().sum();
    let own = means[0] / ((all - means[0]) / (BLOCK - 1) as f32);
    let beside = |phase: usize| means[phase] / ((all - means[phase] - means[0]) / (BLOCK - 2) as f32);
    (own, (1..BLOCK).map(beside).fold(0.0, f32::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(shift: usize) -> Planes {
        let luma = |x: usize, y: usize| {
            let (column, row) = ((x + shift) / BLOCK, (y + shift) / BLOCK);
            ((column * 37 + row * 61) % 23 * 4 + 80 + (x * 7 + y * 13) % 3) as u8
        };
        let (width, height) = (160, 160);
        Planes { width, height, luma: (0..width * height).map(|at| luma(at % width, at / width)).collect() }
    }

    #[test]
    fn blocks_are_found_on_and_off_the_edge() {
        assert!(seams(&blocks(0)) > 1.5, "{}", seams(&blocks(0)));
        assert!(seams(&blocks(3)) > 3.0, "{}", seams(&blocks(3)));
        let plain = Planes { width: 160, height: 160, luma: vec![200; 160 * 160] };
        assert!((seams(&plain) - 1.0).abs() < 0.01, "{}", seams(&plain));
    }
}
