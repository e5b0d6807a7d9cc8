//! A burst becomes one judged picture: the best frame by open eyes, then by sharpness.

use std::sync::Arc;

use image::RgbImage;

use super::{BurstJob, Looker};
use crate::device::camera::Frame;
use crate::domain::exposure::ExposureHash;
use crate::domain::geometry::Rect;
use crate::domain::session::{FrameChoice, JudgedShot, PictureBytes, ShotFault};
use crate::vision::examine::{Origin, judge_shot_among};
use crate::vision::face::FaceModels;

/// Eyes count as open as the widest of the burst from this part of its lid ratio on: beyond that, sharpness decides.
const AS_OPEN: f32 = 0.9;

pub(super) fn judge(looker: &Looker, burst: &BurstJob) -> Result<JudgedShot, ShotFault> {
    let index = match burst.choice {
        FrameChoice::Named(index) => index,
        FrameChoice::Best => best(looker, burst),
    };
    let frame = burst.frames.get(index).ok_or(ShotFault::NoFrames)?;
    let earlier: Vec<ExposureHash> = burst.others.iter().filter_map(|other| other.exposure).collect();
    let judged = judge_shot_among(&frame.picture, &looker.models, &looker.profile, Origin::Camera, &earlier);
    let original = frame.original().map_err(|error| {
        log::error!("a frame could not be kept: {error}");
        ShotFault::Checks
    })?;
    let photo = match judged.standardized {
        Ok(made) => Some(PictureBytes { bytes: made.file.bytes.into(), media_type: "image/jpeg" }),
        Err(error) => {
            log::info!("no standard picture: {}", error.code());
            None
        }
    };
    // Without a final picture the face is in pixels of the original, where nobody draws it.
    let has_photo = photo.is_some();
    Ok(JudgedShot {
        photo,
        original: PictureBytes { bytes: original.bytes, media_type: original.media_type },
        findings: judged.findings,
        exposure: judged.exposure,
        face: judged.face.filter(|_| has_photo),
        captured_at: burst.captured_at,
        camera: burst.camera.clone(),
        simulated: burst.simulated,
        frame: index,
        frames: burst.frames.len(),
    })
}

/// Index of the best frame: exactly one face, eyes as open as the widest, then the sharpest face. Without any face
/// the middle frame, so that the checks say what is wrong. Two threads share the frames: the student waits for this.
fn best(looker: &Looker, burst: &BurstJob) -> usize {
    let half = burst.frames.len().div_ceil(2);
    let (first, second) = burst.frames.split_at(half);
    let marks = std::thread::scope(|scope| {
        let other = std::thread::Builder::new()
            .name(String::from("burst"))
            .spawn_scoped(scope, || marks_of(&looker.models, second, half));
        let mut marks = marks_of(&looker.models, first, 0);
        // No thread to be had, or it ended badly: the same work here.
        let rest = other.ok().and_then(|other| other.join().ok());
        marks.extend(rest.unwrap_or_else(|| marks_of(&looker.models, second, half)));
        marks
    });
    choose(&marks).unwrap_or(burst.frames.len() / 2)
}

/// Index, opening of the eyes and sharpness of every frame with exactly one face; `before` frames come first.
fn marks_of(models: &FaceModels, frames: &[Arc<Frame>], before: usize) -> Vec<(usize, f32, f32)> {
    let mut previous = None;
    let mut marks = Vec::new();
    for (index, frame) in frames.iter().enumerate() {
        let seen = models.lids(&frame.picture, previous);
        previous = seen.map(|(face_box, _)| face_box);
        marks.extend(seen.map(|(face_box, open)| (before + index, open, sharpness(&frame.picture, face_box))));
    }
    marks
}

fn choose(marks: &[(usize, f32, f32)]) -> Option<usize> {
    let widest = marks.iter().map(|(_, open, _)| *open).fold(f32::MIN, f32::max);
    let open = marks.iter().filter(|(_, open, _)| *open >= widest * AS_OPEN);
    open.max_by(|a, b| a.2.total_cmp(&b.2)).map(|(index, ..)| *index)
}

/// Mean squared difference of green between neighbours in `area`: grows with sharpness; comparable within one burst
/// only.
fn sharpness(picture: &RgbImage, area: Rect) -> f32 {
    let (width, height) = picture.dimensions();
    let (left, top) = (area.x.max(0.0) as u32, area.y.max(0.0) as u32);
    let right = ((area.x + area.w) as u32).min(width.saturating_sub(1));
    let bottom = ((area.y + area.h) as u32).min(height.saturating_sub(1));
    let (mut sum, mut count) = (0.0_f64, 0_u32);
    for y in top..bottom {
        for x in left..right {
            let green = f64::from(picture.get_pixel(x, y)[1]);
            let across = f64::from(picture.get_pixel(x + 1, y)[1]) - green;
            let down = f64::from(picture.get_pixel(x, y + 1)[1]) - green;
            sum += across * across + down * down;
            count += 1;
        }
    }
    if count == 0 { 0.0 } else { (sum / f64::from(count)) as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_eyes_come_first_and_sharpness_decides_among_them() {
        assert_eq!(choose(&[]), None);
        assert_eq!(choose(&[(0, 0.30, 5.0), (1, 0.10, 90.0), (2, 0.29, 9.0), (3, 0.28, 8.0)]), Some(2));
        assert_eq!(choose(&[(4, 0.05, 1.0)]), Some(4), "one frame is the best of one");
    }

    #[test]
    fn an_edge_is_sharper_than_its_blur() {
        let edge = RgbImage::from_fn(40, 40, |x, _| if x < 20 { image::Rgb([0; 3]) } else { image::Rgb([200; 3]) });
        let blur = image::imageops::blur(&edge, 3.0);
        let area = Rect::new(2.0, 2.0, 36.0, 36.0);
        assert!(sharpness(&edge, area) > 2.0 * sharpness(&blur, area));
        assert_eq!(sharpness(&edge, Rect::new(90.0, 90.0, 9.0, 9.0)), 0.0);
    }
}
