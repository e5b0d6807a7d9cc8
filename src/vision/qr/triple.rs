//! Three finder patterns that can belong to one symbol.

use super::finder::{Finder, Polarity};

/// Neighbours that are tried with each finder as the corner.
const NEIGHBOURS: usize = 14;

/// Bottom left, top left, top right as seen in the picture, with their places in the list of finders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Triple {
    pub finders: [Finder; 3],
    pub places: [usize; 3],
    /// How far they are from a right angle with equal legs; 0 is perfect.
    score: f32,
}

impl Triple {
    pub(super) fn polarity(&self) -> Polarity {
        self.finders[1].polarity
    }
}

/// Likely triples among the first `cap` finders, best first.
pub(super) fn triples(finders: &[Finder], cap: usize) -> Vec<Triple> {
    let finders = &finders[..finders.len().min(cap)];
    let mut found = Vec::new();
    for corner in 0..finders.len() {
        let near = neighbours(finders, corner);
        for (at, one) in near.iter().enumerate() {
            for other in &near[at + 1..] {
                found.extend(triple(finders, corner, *one, *other));
            }
        }
    }
    found.sort_by(|a: &Triple, b| a.score.total_cmp(&b.score));
    found
}

/// The nearest finders of the same tone and about the same size.
fn neighbours(finders: &[Finder], corner: usize) -> Vec<usize> {
    let mine = &finders[corner];
    let mut near: Vec<(f32, usize)> = Vec::new();
    for (at, other) in finders.iter().enumerate() {
        let alike = other.module.max(mine.module) < 2.0 * other.module.min(mine.module);
        if at == corner || other.polarity != mine.polarity || !alike {
            continue;
        }
        let distance = mine.center.distance(other.center);
        // 14 modules between centres in version 1, 170 in version 40.
        if distance >= 9.0 * mine.module && distance <= 240.0 * mine.module {
            near.push((distance * (2.5 - 1.5 * other.rings), at));
        }
    }
    if near.len() > NEIGHBOURS {
        near.select_nth_unstable_by(NEIGHBOURS, |a, b| a.0.total_cmp(&b.0));
        near.truncate(NEIGHBOURS);
    }
    near.into_iter().map(|(_, at)| at).collect()
}

fn triple(finders: &[Finder], at: usize, one: usize, other: usize) -> Option<Triple> {
    let (corner, p, q) = (finders[at], finders[one], finders[other]);
    let modules = [corner.module, p.module, q.module];
    let (low, high) = modules.iter().fold((f32::MAX, 0.0_f32), |(l, h), m| (l.min(*m), h.max(*m)));
    if high > low * 2.0 {
        return None;
    }
    let leg = |end: Finder| (end.center.x - corner.center.x, end.center.y - corner.center.y);
    let ((px, py), (qx, qy)) = (leg(p), leg(q));
    let (p_len, q_len) = (px.hypot(py), qx.hypot(qy));
    let cosine = (px * qx + py * qy) / (p_len * q_len);
    let ratio = 1.0 - p_len.min(q_len) / p_len.max(q_len);
    if cosine.abs() > 0.55 || ratio > 0.5 {
        return None;
    }
    // Clockwise on the screen (y down): top left to top right to bottom left turns right.
    let ((right, right_at), (below, below_at)) =
        if px * qy - py * qx > 0.0 { ((p, one), (q, other)) } else { ((q, other), (p, one)) };
    // What only looks like a finder has broken rings.
    let seen = [corner, p, q].iter().map(|f| f.rings).fold(f32::MAX, f32::min);
    // On a page of many symbols the near finders belong together.
    let reach = p_len.max(q_len) / high;
    let score = 0.001 * reach + cosine.abs() + ratio + (high / low - 1.0) / 2.0 + 0.6 * (1.0 - seen);
    Some(Triple { finders: [below, corner, right], places: [below_at, at, right_at], score })
}
