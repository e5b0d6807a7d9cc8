//! Drawn examples for the student's screen: one person as the norm wants it, and with one fault at a time.

use std::sync::mpsc::SyncSender;

use egui::ColorImage;

use super::Reply;
use super::pictures::color_image;
use crate::render::{Defect, LIGHT_BLUE, Person, Pose, Scene, draw};
use crate::ui::view::Example;
use crate::worker::camera::WakeFn;

/// Drawn size, pixels: large enough for a second screen.
const SIZE: (u32, u32) = (240, 320);
/// Somebody whose hair and face show each fault plainly.
const PERSON: u64 = 7;

const fn fault_of(example: Example) -> Option<Defect> {
    match example {
        Example::Good => None,
        Example::Teeth => Some(Defect::TeethShown),
        Example::Tilted => Some(Defect::HeadTilted),
        Example::HairOverEyes => Some(Defect::HairOverEyes),
        Example::Cap => Some(Defect::Cap),
    }
}

/// Draws them on a thread of their own.
pub(super) fn draw_examples(answer: SyncSender<Reply>, wake: WakeFn) {
    let drawing = std::thread::Builder::new().name(String::from("examples")).spawn(move || {
        let drawn: Vec<(Example, ColorImage)> = Example::ALL.into_iter().map(|one| (one, drawn(one))).collect();
        // nobody listens any more when the window has closed
        answer.send(Reply::Examples(drawn)).ok();
        wake();
    });
    if let Err(error) = drawing {
        log::warn!("no thread draws the examples: {error}");
    }
}

fn drawn(example: Example) -> ColorImage {
    let (width, height) = SIZE;
    let mut person = Person::presentable(PERSON);
    let (mut pose, mut scene) = (Pose::photo(width, height), Scene::studio(LIGHT_BLUE));
    if let Some(fault) = fault_of(example) {
        fault.apply(1.0, &mut person, &mut pose, &mut scene);
    }
    color_image(&draw(&person, &pose, &scene, width, height).picture)
}
