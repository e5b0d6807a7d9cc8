//! Cutting rectangles: the screens are laid out by hand, so that nothing moves between two states.

use egui::{Rect, pos2};

/// Cuts `height` points off the top.
pub(super) fn cut_top(rect: &mut Rect, height: f32) -> Rect {
    let y = (rect.top() + height).min(rect.bottom());
    let cut = Rect::from_min_max(rect.min, pos2(rect.right(), y));
    rect.min.y = y;
    cut
}

/// Cuts `height` points off the bottom.
pub(super) fn cut_bottom(rect: &mut Rect, height: f32) -> Rect {
    let y = (rect.bottom() - height).max(rect.top());
    let cut = Rect::from_min_max(pos2(rect.left(), y), rect.max);
    rect.max.y = y;
    cut
}

/// Cuts `width` points off the left.
pub(super) fn cut_left(rect: &mut Rect, width: f32) -> Rect {
    let x = (rect.left() + width).min(rect.right());
    let cut = Rect::from_min_max(rect.min, pos2(x, rect.bottom()));
    rect.min.x = x;
    cut
}

/// Cuts `width` points off the right.
pub(super) fn cut_right(rect: &mut Rect, width: f32) -> Rect {
    let x = (rect.right() - width).max(rect.left());
    let cut = Rect::from_min_max(pos2(x, rect.top()), rect.max);
    rect.max.x = x;
    cut
}

/// The largest rectangle of this width over height inside `outer`, in its middle.
pub(super) fn fit(outer: Rect, aspect: f32) -> Rect {
    let width = outer.width().min(outer.height() * aspect);
    Rect::from_center_size(outer.center(), egui::vec2(width, width / aspect))
}
