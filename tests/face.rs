//! The face models against hand marks: tables are printed, the floor of the design is asserted.

use tucai::vision::face::{Effort, FaceModels};

#[test]
fn an_empty_picture_has_no_face() {
    let models = FaceModels::load().unwrap();
    let grey = image::RgbImage::from_pixel(640, 480, image::Rgb([128; 3]));
    let report = models.analyze(&grey, Effort::Still);
    assert!(report.faces.is_empty() && report.main.is_none() && report.points.is_none());
    let dot = image::RgbImage::from_pixel(1, 1, image::Rgb([128; 3]));
    assert!(models.detect(&dot).is_empty());
}
