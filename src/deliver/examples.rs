//! Drawn examples of the notice: one person as the norm wants it, and with one fault at a time.

use image::RgbImage;

use crate::domain::notice::Example;
use crate::render::{Defect, LIGHT_BLUE, Person, Pose, Scene, draw};

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

/// An example of `width` x `height` pixels. Takes a fifth of a second.
pub fn drawn(example: Example, width: u32, height: u32) -> RgbImage {
    let mut person = Person::presentable(PERSON);
    let (mut pose, mut scene) = (Pose::photo(width, height), Scene::studio(LIGHT_BLUE));
    if let Some(fault) = fault_of(example) {
        fault.apply(1.0, &mut person, &mut pose, &mut scene);
    }
    draw(&person, &pose, &scene, width, height).picture
}
