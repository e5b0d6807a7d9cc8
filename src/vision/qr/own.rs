//! Our own reader: from finder patterns to grey module grids, tried in the order of what they cost.

use image::GrayImage;

use super::finder::Finder;
use super::grid::GreyGrid;
use super::place::{Place, Search, bent, find_place};
use super::readers::Found;
use super::symbol::{Decoded, Undecoded, decode_grid};
use super::triple::{Triple, triples};
use super::warp::{Warp, settled};
use crate::domain::geometry::Point;

/// How much may be tried on one picture. What is read costs nothing of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Finder patterns that are looked at, those seen in most rows first.
    pub finders: usize,
    /// Triples of them that are looked at in vain.
    pub triples: usize,
    /// Of these, planes that are searched for alignment patterns.
    pub places: usize,
    /// Triples of whole finder patterns whose sizes tell nothing, that are searched along their timing patterns.
    pub searches: usize,
    /// Module grids that are decoded in vain.
    pub grids: usize,
    /// Of these, tried with a bent map as well.
    pub bends: usize,
    /// Triples that rxing is asked about.
    pub rxing: usize,
}

/// A grid with less of its known patterns than this is no symbol.
const LEAST_AGREEMENT: f32 = 0.3;
/// Finder patterns of which so much is whole are worth a search.
const WHOLE_RINGS: f32 = 0.85;
/// Patterns this far off the flat map (modules) tell that the page is bent.
const FLAT_SHIFT: f32 = 0.4;

/// What our own reader sees: symbols that it decoded, and the grids of those that it could not.
pub(super) fn tucai(luma: &GrayImage, finders: &[Finder], mut limits: Limits) -> (Vec<Found>, Vec<GreyGrid>) {
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    let mut used = vec![false; finders.len()];
    for triple in triples(finders, limits.finders) {
        if triple.places.iter().any(|place| used[*place]) {
            continue;
        }
        if limits.triples == 0 || limits.places == 0 || limits.grids == 0 {
            break;
        }
        limits.triples -= 1;
        let whole = limits.searches > 0 && triple.finders.iter().all(|finder| finder.rings >= WHOLE_RINGS);
        let search = if whole { Search::Allowed } else { Search::Left };
        let searched = find_place(luma, &triple, 2, search, |place| {
            let bend = limits.bends > 0;
            limits.places = limits.places.saturating_sub(1);
            let Some((decoded, grid, bent)) = decode_place(luma, &place, &triple, bend) else {
                return false;
            };
            if decoded == Err(Undecoded::NoSymbol) {
                limits.grids = limits.grids.saturating_sub(1);
                limits.bends -= usize::from(bent);
                unread.push(grid);
                return false;
            }
            limits.triples += 1;
            limits.places += 1;
            for (finder, used) in finders.iter().zip(&mut used) {
                *used |= inside(finder.center, &grid.corners);
            }
            read.push(Found { decoded, corners: grid.corners });
            true
        });
        limits.searches -= usize::from(searched);
    }
    unread.sort_by(|a, b| b.agreement().total_cmp(&a.agreement()));
    (read, unread)
}

type Outcome = (Result<Decoded, Undecoded>, GreyGrid, bool);

/// What a place says, its grid, and whether a bent map was tried; `None` when there is no symbol at all.
fn decode_place(luma: &GrayImage, place: &Place, triple: &Triple, bend: bool) -> Option<Outcome> {
    let polarity = triple.polarity();
    let through = Warp::through(place);
    let sampled = |warp: &Warp| GreyGrid::sampled(luma, place.plan, polarity, &|x, y| warp.map(x, y));
    // A plane that is flat is read best as one: single patterns are seen less exactly than all of them together.
    let start = if through.largest_shift() > FLAT_SHIFT { through } else { Warp::flat(place) };
    let mut best = sampled(&start);
    if best.agreement() < LEAST_AGREEMENT {
        return None;
    }
    let decoded = decode_grid(&best);
    if decoded != Err(Undecoded::NoSymbol) || !bend {
        return Some((decoded, best, false));
    }
    let start = bent(luma, triple, place).map_or(start, |place| Warp::through(&place));
    let grid = sampled(&settled(luma, place, &start));
    let decoded = decode_grid(&grid);
    if decoded != Err(Undecoded::NoSymbol) || grid.strength() + grid.agreement() > best.strength() + best.agreement() {
        best = grid;
    }
    Some((decoded, best, true))
}

/// Whether a point lies in a convex quadrilateral.
fn inside(point: Point, corners: &[Point; 4]) -> bool {
    let side = |i: usize| {
        let (a, b) = (corners[i], corners[(i + 1) % 4]);
        (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    };
    let sides = [side(0), side(1), side(2), side(3)];
    sides.iter().all(|s| *s >= 0.0) || sides.iter().all(|s| *s <= 0.0)
}
