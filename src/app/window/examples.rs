//! Drawn examples for the student's screen, made on a thread of their own.

use std::sync::mpsc::SyncSender;

use egui::ColorImage;

use super::Reply;
use super::pictures::color_image;
use crate::deliver::examples::drawn;
use crate::domain::notice::Example;
use crate::worker::camera::WakeFn;

/// Drawn size, pixels: large enough for a second screen.
const SIZE: (u32, u32) = (240, 320);
/// Draws them on a thread of their own.
pub(super) fn draw_examples(answer: SyncSender<Reply>, wake: WakeFn) {
    let drawing = std::thread::Builder::new().name(String::from("examples")).spawn(move || {
        let drawn: Vec<(Example, ColorImage)> =
            Example::ALL.map(|one| (one, color_image(&drawn(one, SIZE.0, SIZE.1)))).into();
        // nobody listens any more when the window has closed
        answer.send(Reply::Examples(drawn)).ok();
        wake();
    });
    if let Err(error) = drawing {
        log::warn!("no thread draws the examples: {error}");
    }
}
