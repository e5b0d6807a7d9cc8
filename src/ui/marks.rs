//! Marks and icons: shapes painted from points, so that a state can be told without its colour.
//!
//! Every shape is drawn inside a square; `ink` is the shape's colour, `ground` what is cut out of it.

use std::f32::consts::{FRAC_PI_2, TAU};

use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2};

/// What a shape says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mark {
    /// Nothing yet.
    Square,
    /// Under way; 0 to 1 of it is done.
    Ring(f32),
    /// The machine is at work.
    Dots,
    /// Something to change.
    Triangle,
    /// Stored, the second copy is missing.
    TriangleDisk,
    /// Passes, waiting for a yes.
    OpenTick,
    /// Stored.
    DiscTick,
    /// Stopped.
    Octagon,
    /// A passing check.
    Tick,
    /// Left out on purpose.
    Dash,
}

/// Line thickness for a mark of this size, points.
fn line_width(size: f32) -> f32 {
    (size * 0.085).max(1.6)
}

/// Paints a mark of `size` points around `center`.
pub fn paint(painter: &Painter, center: Pos2, size: f32, mark: Mark, ink: Color32, ground: Color32) {
    let half = size / 2.0;
    let line = Stroke::new(line_width(size), ink);
    let cut = Stroke::new(line_width(size) * 1.15, ground);
    match mark {
        Mark::Square => {
            let rect = Rect::from_center_size(center, Vec2::splat(size * 0.8));
            painter.rect_stroke(rect, CornerRadius::same((size * 0.06) as u8), line, StrokeKind::Inside);
        }
        Mark::Ring(part) => ring(painter, center, half, part, ink),
        Mark::Dots => {
            painter.circle_stroke(center, half - line.width / 2.0, line);
            for x in [-1.0, 0.0, 1.0] {
                painter.circle_filled(center + vec2(x * size * 0.22, 0.0), size * 0.065, ink);
            }
        }
        Mark::Triangle => {
            triangle(painter, center, size, ink);
            exclamation(painter, center, size, ground);
        }
        Mark::TriangleDisk => {
            triangle(painter, center, size, ink);
            disk(painter, center + vec2(0.0, size * 0.16), size * 0.30, ground);
        }
        Mark::OpenTick => {
            painter.circle_stroke(center, half - line.width / 2.0, line);
            tick(painter, center, size * 0.56, line);
        }
        Mark::DiscTick => {
            painter.circle_filled(center, half, ink);
            tick(painter, center, size * 0.60, cut);
        }
        Mark::Octagon => {
            octagon(painter, center, half, ink);
            let arm = size * 0.19;
            painter.line_segment([center + vec2(-arm, -arm), center + vec2(arm, arm)], cut);
            painter.line_segment([center + vec2(-arm, arm), center + vec2(arm, -arm)], cut);
        }
        Mark::Tick => tick(painter, center, size * 0.9, Stroke::new(line.width.max(2.0), ink)),
        Mark::Dash => {
            let arm = vec2(size * 0.3, 0.0);
            painter.line_segment([center - arm, center + arm], Stroke::new(line.width.max(2.0), ink));
        }
    }
}

/// A tick whose arms span about `size` points.
fn tick(painter: &Painter, center: Pos2, size: f32, stroke: Stroke) {
    let at = |x: f32, y: f32| center + vec2(x, y) * size;
    let points = vec![at(-0.42, 0.04), at(-0.12, 0.34), at(0.44, -0.32)];
    for end in [points[0], points[1], points[2]] {
        painter.circle_filled(end, stroke.width / 2.0, stroke.color);
    }
    painter.line(points, stroke);
}

fn ring(painter: &Painter, center: Pos2, half: f32, part: f32, ink: Color32) {
    let width = (half * 0.2).max(2.0);
    let radius = half - width / 2.0;
    painter.circle_stroke(center, radius, Stroke::new(width * 0.5, ink.gamma_multiply(0.55)));
    let part = part.clamp(0.0, 1.0);
    if part > 0.0 {
        painter.line(arc(center, radius, part), Stroke::new(width, ink));
    } else {
        painter.circle_filled(center, half * 0.26, ink);
    }
}

/// Points of an arc that begins at twelve o'clock and runs clockwise over `part` of a turn.
fn arc(center: Pos2, radius: f32, part: f32) -> Vec<Pos2> {
    let steps = (part * 64.0).ceil().max(1.0) as usize;
    (0..=steps)
        .map(|step| {
            let angle = -FRAC_PI_2 + TAU * part * step as f32 / steps as f32;
            center + radius * vec2(angle.cos(), angle.sin())
        })
        .collect()
}

fn triangle(painter: &Painter, center: Pos2, size: f32, ink: Color32) {
    let top = center + vec2(0.0, -size * 0.46);
    let left = center + vec2(-size * 0.52, size * 0.44);
    let right = center + vec2(size * 0.52, size * 0.44);
    // rounded: the stroke's joints would be sharp, so the corners are discs on a smaller triangle
    let round = size * 0.055;
    let inner = [top + vec2(0.0, round * 1.6), left + vec2(round * 1.5, -round), right + vec2(-round * 1.5, -round)];
    painter.add(Shape::convex_polygon(inner.to_vec(), ink, Stroke::new(round * 2.0, ink)));
    for corner in inner {
        painter.circle_filled(corner, round, ink);
    }
}

fn exclamation(painter: &Painter, center: Pos2, size: f32, ground: Color32) {
    let width = (size * 0.1).max(1.8);
    let bar = Rect::from_center_size(center + vec2(0.0, size * 0.04), vec2(width, size * 0.34));
    painter.rect_filled(bar, CornerRadius::same((width / 2.0) as u8), ground);
    painter.circle_filled(center + vec2(0.0, size * 0.32), width * 0.62, ground);
}

/// A hard disk seen from the side.
fn disk(painter: &Painter, center: Pos2, size: f32, ground: Color32) {
    let body = Rect::from_center_size(center, vec2(size * 1.25, size * 0.95));
    painter.rect_filled(body, CornerRadius::same((size * 0.14).max(1.0) as u8), ground);
}

fn octagon(painter: &Painter, center: Pos2, half: f32, ink: Color32) {
    let points = (0..8)
        .map(|corner| {
            let angle = TAU * (corner as f32 + 0.5) / 8.0;
            center + half * 1.04 * vec2(angle.cos(), angle.sin())
        })
        .collect();
    painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
}

/// Small pictures of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Camera,
    Disk,
    Stick,
    People,
    Search,
    Phone,
    Eye,
    Folder,
    Key,
    Battery,
    Clock,
}

/// Paints an icon of `size` points around `center` in one colour.
pub fn icon(painter: &Painter, center: Pos2, size: f32, icon: Icon, ink: Color32) {
    let line = Stroke::new((size * 0.09).max(1.5), ink);
    let at = |x: f32, y: f32| center + vec2(x, y) * size;
    let boxed = |x0: f32, y0: f32, x1: f32, y1: f32| Rect::from_min_max(at(x0, y0), at(x1, y1));
    let corner = |part: f32| CornerRadius::same((size * part).max(1.0) as u8);
    let outline = |rect: Rect, part: f32| {
        painter.rect_stroke(rect, corner(part), line, StrokeKind::Middle);
    };
    match icon {
        Icon::Camera => {
            outline(boxed(-0.44, -0.24, 0.44, 0.36), 0.1);
            painter.line(vec![at(-0.2, -0.24), at(-0.12, -0.38), at(0.12, -0.38), at(0.2, -0.24)], line);
            painter.circle_stroke(at(0.0, 0.05), size * 0.16, line);
        }
        Icon::Disk => {
            outline(boxed(-0.42, -0.3, 0.42, 0.3), 0.1);
            painter.line_segment([at(-0.42, 0.08), at(0.42, 0.08)], line);
            painter.circle_filled(at(0.24, 0.19), size * 0.055, ink);
        }
        Icon::Stick => {
            outline(boxed(-0.2, -0.12, 0.2, 0.44), 0.08);
            outline(boxed(-0.12, -0.4, 0.12, -0.12), 0.03);
        }
        Icon::People => {
            painter.circle_stroke(at(0.0, -0.2), size * 0.18, line);
            let shoulders = (0..=16)
                .map(|step| {
                    let angle = std::f32::consts::PI * (1.0 + step as f32 / 16.0);
                    at(0.0, 0.42) + size * 0.36 * vec2(angle.cos(), angle.sin())
                })
                .collect();
            painter.line(shoulders, line);
        }
        Icon::Search => {
            painter.circle_stroke(at(-0.08, -0.08), size * 0.27, line);
            painter.line_segment([at(0.12, 0.12), at(0.38, 0.38)], line);
        }
        Icon::Phone => {
            outline(boxed(-0.25, -0.46, 0.25, 0.46), 0.1);
            painter.line_segment([at(-0.07, 0.36), at(0.07, 0.36)], line);
        }
        Icon::Eye => {
            painter.line(vec![at(-0.45, 0.0), at(-0.2, -0.22), at(0.2, -0.22), at(0.45, 0.0)], line);
            painter.line(vec![at(-0.45, 0.0), at(-0.2, 0.22), at(0.2, 0.22), at(0.45, 0.0)], line);
            painter.circle_filled(center, size * 0.12, ink);
        }
        Icon::Folder => {
            let outline_points =
                vec![at(-0.44, 0.34), at(-0.44, -0.32), at(-0.12, -0.32), at(-0.02, -0.18), at(0.44, -0.18)];
            painter.line(outline_points, line);
            painter.line(vec![at(0.44, -0.18), at(0.44, 0.34), at(-0.44, 0.34)], line);
        }
        Icon::Battery => {
            outline(boxed(-0.44, -0.22, 0.36, 0.22), 0.08);
            painter.line_segment([at(0.44, -0.08), at(0.44, 0.08)], line);
            painter.rect_filled(boxed(-0.34, -0.12, 0.02, 0.12), corner(0.02), ink);
        }
        Icon::Clock => {
            painter.circle_stroke(center, size * 0.4, line);
            painter.line(vec![at(0.0, -0.24), at(0.0, 0.0), at(0.16, 0.1)], line);
        }
        Icon::Key => {
            painter.circle_stroke(at(-0.22, 0.0), size * 0.2, line);
            painter.line(vec![at(-0.02, 0.0), at(0.44, 0.0), at(0.44, 0.18)], line);
            painter.line_segment([at(0.26, 0.0), at(0.26, 0.14)], line);
        }
    }
}

/// Where somebody should move, as seen in the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    Left,
    Right,
    Nearer,
    Farther,
}

/// A solid arrow of `size` points; nearer and farther are two heads apart or together.
pub fn arrow(painter: &Painter, center: Pos2, size: f32, direction: Direction, ink: Color32) {
    let head = |tip: Pos2, along: Vec2, length: f32| {
        let side = vec2(-along.y, along.x) * length * 0.62;
        let base = tip - along * length;
        painter.add(Shape::convex_polygon(vec![tip, base + side, base - side], ink, Stroke::NONE));
    };
    let whole = |along: Vec2| {
        let tip = center + along * size * 0.5;
        head(tip, along, size * 0.5);
        painter
            .line_segment([center - along * size * 0.5, center + along * size * 0.05], Stroke::new(size * 0.22, ink));
    };
    match direction {
        Direction::Up => whole(vec2(0.0, -1.0)),
        Direction::Down => whole(vec2(0.0, 1.0)),
        Direction::Left => whole(vec2(-1.0, 0.0)),
        Direction::Right => whole(vec2(1.0, 0.0)),
        Direction::Nearer | Direction::Farther => {
            let sign = if direction == Direction::Nearer { 1.0 } else { -1.0 };
            for side in [-1.0_f32, 1.0] {
                let along = vec2(side * sign, side * sign) * std::f32::consts::FRAC_1_SQRT_2;
                let middle = center + vec2(side, side) * size * 0.26;
                head(middle + along * size * 0.2, along, size * 0.4);
            }
        }
    }
}
