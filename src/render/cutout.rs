//! One person without anything behind: how much of every pixel they cover, and in which light.
//!
//! For composites whose coverage is known exactly, over any backdrop; whole scenes are `frame`'s.

use image::RgbImage;

use super::color::{Color, Tables, linear};
use super::frame::{face_truth, placed_layers};
use super::painter::Painter;
use super::person::Person;
use super::pose::Pose;
use super::random::Random;
use super::scene::Scene;
use super::truth::FaceTruth;

/// A person cut out of every scene.
#[derive(Debug, Clone)]
pub struct Cutout {
    width: u32,
    height: u32,
    /// Row-major; linear light, premultiplied by the coverage.
    light: Vec<Color>,
    /// Row-major; 0 nothing of the person to 1 nothing but the person.
    alpha: Vec<f32>,
    pub face: FaceTruth,
}

impl Cutout {
    /// Draws a person alone; of the scene only the light on them counts.
    pub fn draw(person: &Person, pose: &Pose, scene: &Scene, width: u32, height: u32) -> Self {
        let mut painter = Painter::new(person, scene, pose.face_width);
        painter.express(pose);
        let layers = placed_layers(&painter, pose);
        let (mut light, mut alpha) = (Vec::new(), Vec::new());
        for y in 0..height {
            // What black lets through is the person's own light; what white adds to it is the backdrop's share.
            let mut over_black = vec![[0.0_f32; 3]; width as usize];
            let mut over_white = vec![[1.0_f32; 3]; width as usize];
            for layer in &layers {
                layer.blend(y, &mut over_black);
                layer.blend(y, &mut over_white);
            }
            let covered = over_white.iter().zip(&over_black).map(|(white, black)| 1.0 - (white[1] - black[1]));
            alpha.extend(covered.map(|share| share.clamp(0.0, 1.0)));
            light.extend(over_black);
        }
        Self { width, height, light, alpha, face: face_truth(&painter, pose) }
    }

    /// Coverage of every pixel, row-major.
    pub fn alpha(&self) -> &[f32] {
        &self.alpha
    }

    /// The person before a backdrop (sRGB of a pixel's column and row), mixed in linear light, with sensor noise of
    /// this deviation in sRGB steps.
    pub fn over(&self, backdrop: impl Fn(u32, u32) -> [u8; 3], noise: f32, seed: u64) -> RgbImage {
        let tables = Tables::get();
        let mut grain = Random::fork(seed, 61);
        RgbImage::from_fn(self.width, self.height, |x, y| {
            let at = y as usize * self.width as usize + x as usize;
            let behind = linear(backdrop(x, y));
            let keep = 1.0 - self.alpha[at];
            image::Rgb(std::array::from_fn(|i| {
                let level = f32::from(tables.fine(self.light[at][i] + behind[i] * keep)) / 64.0;
                let grain = if noise > 0.0 { grain.normal() * noise } else { 0.0 };
                (level + grain).round().clamp(0.0, 255.0) as u8
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::draw;
    use super::super::scene::LIGHT_BLUE;
    use super::*;

    #[test]
    fn a_cutout_over_the_scenes_backdrop_is_the_drawn_scene() {
        let scene = Scene { falloff: 0.0, noise: 0.0, ..Scene::studio(LIGHT_BLUE) };
        let (person, pose) = (Person::presentable(4), Pose::photo(240, 320));
        let drawn = draw(&person, &pose, &scene, 240, 320).picture;
        let cutout = Cutout::draw(&person, &pose, &scene, 240, 320);
        let composed = cutout.over(|_, _| LIGHT_BLUE, 0.0, 0);
        let furthest = drawn.iter().zip(composed.iter()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(furthest <= Some(1), "{furthest:?}");
        let alpha = cutout.alpha();
        assert!(alpha[0] == 0.0 && alpha[150 * 240 + 120] > 0.99);
        let soft = alpha.iter().filter(|share| (0.05..0.95).contains(*share)).count();
        assert!(soft > 200, "hair has soft edges: {soft} pixels");
    }
}
