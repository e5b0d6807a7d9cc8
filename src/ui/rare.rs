//! Rare characters of people's names. What no font of this machine draws is named by its code point, so that two
//! people are told apart who would both be an empty box.

use std::borrow::Cow;

use egui::{FontId, Ui};

/// Blocks whose characters fonts often lack: ideographs beyond the first 20902, and private use, where older standards
/// put some of them. Every Chinese face has the rest.
const RARE: [std::ops::RangeInclusive<char>; 5] = [
    '\u{3400}'..='\u{4DBF}',
    '\u{9FA6}'..='\u{9FFF}',
    '\u{E000}'..='\u{F8FF}',
    '\u{F900}'..='\u{FAFF}',
    '\u{20000}'..='\u{3FFFD}',
];

fn is_rare(character: char) -> bool {
    RARE.iter().any(|block| block.contains(&character))
}

/// The text with every character that cannot be drawn named, `U+2C386`.
pub(super) fn readable<'t>(ui: &Ui, text: &'t str, face: &FontId) -> Cow<'t, str> {
    if !text.contains(is_rare) {
        return Cow::Borrowed(text);
    }
    ui.fonts_mut(|fonts| named(text, |character| fonts.has_glyph(face, character)))
}

fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

fn named(text: &str, mut drawn: impl FnMut(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|character| is_rare(character) && !drawn(character)) {
        return Cow::Borrowed(text);
    }
    let mut words = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_rare(character) && !drawn(character) {
            // Apart from its neighbours, or two of them run into one number.
            if words.ends_with(|last: char| last.is_ascii_hexdigit()) {
                words.push(' ');
            }
            words += &code_point(character);
        } else {
            words.push(character);
        }
    }
    Cow::Owned(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_font_draws_is_named_by_its_code_point() {
        let nothing_rare = |character: char| !is_rare(character);
        assert_eq!(named("张*\u{2C386}", nothing_rare), "张*U+2C386");
        assert_eq!(named("\u{E863}\u{2B5AF}*", nothing_rare), "U+E863 U+2B5AF*");
        assert_eq!(named("张*三, \u{4D13}", |_| true), "张*三, \u{4D13}");
        assert!(matches!(named("学号 2022", nothing_rare), Cow::Borrowed(_)));
    }

    #[test]
    fn the_windows_own_fonts_are_asked() {
        let ctx = egui::Context::default();
        let mut shown = String::new();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            shown = readable(ui, "A \u{2C386}", &FontId::proportional(14.0)).into_owned();
        });
        drop(output);
        // egui's own fonts have no ideographs at all.
        assert_eq!(shown, "A U+2C386");
    }
}
