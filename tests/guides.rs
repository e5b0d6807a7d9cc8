//! Guides and looking glass: those of the session's own photo standard.

use egui_kittest::kittest::Queryable as _;
use tucai::domain::geometry::Rect;
use tucai::domain::profiles::shipped;
use tucai::ui::guides::resting_crop;
use tucai::ui::memory::{Guides, Memory};
use tucai::ui::view::{Live, Measured, Norm, View};

use crate::support::window::{framing, good_findings, look, student_screen, window_of, with_people};

/// A student under the standard of identity cards: 358 x 441.
fn identity_card() -> View {
    let profile = shipped().into_iter().find(|file| file.profile.id == "identity-card-ga461").unwrap().profile;
    let mut view = View { norm: Norm::from(&profile), ..framing() };
    view.live.crop = Some(Rect::new(380.0, 40.0, 537.0, 661.5));
    view.live.findings = good_findings();
    view.live.instruction = None;
    view.live.measured = Some(Measured {
        head_top_y: Some(15.0),
        eye_line_y: Some(178.0),
        chin_y: Some(345.0),
        cheeks_x: Some([76.0, 282.0]),
        center_x: Some(179.0),
    });
    view
}

#[test]
fn the_looking_glass_has_the_shape_of_the_sessions_picture() {
    for view in
        [framing(), identity_card(), View { live: Live { crop: None, ..identity_card().live }, ..identity_card() }]
    {
        let norm = view.norm;
        let crop = view.live.crop.unwrap_or_else(|| resting_crop([1280.0, 720.0], norm.shape()));
        assert!((crop.w / crop.h - norm.shape()).abs() < 0.01, "the crop is cut in the final picture's shape");
        let mut glass = student_screen(view);
        let shown = glass.get_by_role(egui::accesskit::Role::Image).rect();
        assert!((shown.width() / shown.height() - norm.shape()).abs() < 0.01, "{shown} of {:?}", norm.size);
        look(&mut glass, &format!("looking-glass-{}", norm.size[0]));
    }
}

#[test]
fn the_guides_are_of_the_sessions_standard() {
    let memory = Memory { guides: Guides::Full, ..Memory::default() };
    let mut shown = window_of(identity_card(), egui::vec2(1366.0, 768.0), memory);
    with_people(&mut shown);
    look(&mut shown, "guides-identity-card");
    let norm = identity_card().norm;
    assert_eq!((norm.size, norm.head_top, norm.eye_line), ([358.0, 441.0], [7.0, 21.0], [162.0, 234.0]));
    assert_ne!(norm.outline_center, Norm::default().outline_center);
    let at_rest = resting_crop([1280.0, 720.0], norm.shape());
    assert_eq!(at_rest.h, 720.0);
    assert!((at_rest.w - 720.0 * 358.0 / 441.0).abs() < 0.01);
}
