//! Tokens: every colour, size, distance and time of the window, and how they become an egui style.
//!
//! Nothing else names a colour or a font size. The contrasts and colour distances that these values promise are
//! computed by a test (`theme_tests.rs`).

use std::collections::BTreeMap;
use std::time::Duration;

use egui::{Color32, CornerRadius, FontFamily, FontId, Stroke, TextStyle, Theme, Vec2};

#[allow(clippy::disallowed_methods, reason = "this is the file where colours stand")]
const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Colours that differ between the two themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// The window.
    pub bg0: Color32,
    /// A card on the window.
    pub bg1: Color32,
    /// A control, a raised thing.
    pub bg2: Color32,
    pub text: Color32,
    pub text2: Color32,
    /// Disabled text.
    pub text3: Color32,
    /// Outline of controls.
    pub edge: Color32,
    /// Decoration only: never the sole sign of anything.
    pub line: Color32,
    /// Links, focus, charts.
    pub link: Color32,
    /// Mark of a stored or passed thing; always beside its shape and a word.
    pub pass: Color32,
    pub warn: Color32,
    pub fail: Color32,
    /// The grey tick of a check that passes.
    pub off: Color32,
}

/// For dim rooms; the default.
pub const DARK: Tokens = Tokens {
    bg0: rgb(0x15171A),
    bg1: rgb(0x1D2024),
    bg2: rgb(0x2A2E34),
    text: rgb(0xF2F4F6),
    text2: rgb(0xB6BEC7),
    text3: rgb(0x8A939D),
    edge: rgb(0x7D8792),
    line: rgb(0x3A4048),
    link: rgb(0x62ACFF),
    pass: rgb(0x7FE8C6),
    warn: rgb(0xFFD447),
    fail: rgb(0xF07070),
    off: rgb(0x98A1AB),
};

/// For bright halls.
pub const LIGHT: Tokens = Tokens {
    bg0: rgb(0xEEF0F2),
    bg1: rgb(0xFFFFFF),
    bg2: rgb(0xE3E7EB),
    text: rgb(0x15181B),
    text2: rgb(0x434B54),
    text3: rgb(0x5F6973),
    edge: rgb(0x6B7580),
    line: rgb(0xC6CCD3),
    link: rgb(0x124A96),
    pass: rgb(0x00734C),
    warn: rgb(0x7D5A00),
    fail: rgb(0x8E0E2E),
    off: rgb(0x5F6973),
};

/// Behind photos in both themes: neutral, so that skin and backdrop are judged without a tint.
pub const PHOTO_BG: Color32 = rgb(0x2E2E2E);
/// The student screen: grey, so that it throws no light on the face.
pub const STUDENT_BG: Color32 = rgb(0x3A3A3A);
pub const STUDENT_INK: Color32 = rgb(0xF2F4F6);
/// Lines over the picture and their rim.
pub const GUIDE: Color32 = Color32::WHITE;
pub const GUIDE_RIM: Color32 = Color32::from_black_alpha(140);
/// Outside the frame: black at 55 %.
pub const GUIDE_SHADE: Color32 = Color32::from_black_alpha(140);
/// A guide whose rule fails.
pub const GUIDE_FAIL: Color32 = rgb(0xF2B425);
/// Outline of a code that was found in the picture.
pub const CODE_OUTLINE: Color32 = rgb(0x62ACFF);
/// Behind a dialog.
pub const SCRIM: Color32 = Color32::from_black_alpha(150);
/// The watermark of the demonstration: its letters and their rim.
pub const WATERMARK: Color32 = Color32::from_rgba_premultiplied(70, 70, 70, 70);
pub const WATERMARK_RIM: Color32 = Color32::from_black_alpha(60);

/// What a state feels like; its fill is the same in both themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    Idle,
    Info,
    Warn,
    Fail,
    /// Only for "stored".
    Pass,
}

impl Tone {
    pub const ALL: [Self; 5] = [Self::Idle, Self::Info, Self::Warn, Self::Fail, Self::Pass];

    /// The field's colour.
    pub const fn fill(self) -> Color32 {
        match self {
            Self::Idle => rgb(0x4A525B),
            Self::Info => rgb(0x2A6CC4),
            Self::Warn => rgb(0xF2B425),
            Self::Fail => rgb(0xC62F26),
            Self::Pass => rgb(0x1FB48A),
        }
    }

    /// What is written or drawn on the field.
    pub const fn ink(self) -> Color32 {
        match self {
            Self::Idle | Self::Info | Self::Fail => Color32::WHITE,
            Self::Warn => rgb(0x191200),
            Self::Pass => rgb(0x06140F),
        }
    }
}

/// Type sizes, points.
pub mod font {
    pub const CAPTION: f32 = 14.0;
    pub const BODY: f32 = 16.0;
    pub const STRONG: f32 = 18.0;
    pub const TITLE: f32 = 22.0;
    pub const PAGE: f32 = 28.0;
    /// The instruction, up to 12 characters.
    pub const SAY: f32 = 56.0;
    /// 拍摄号 in the band.
    pub const SHOT: f32 = 72.0;
    /// 3 2 1.
    pub const COUNT: f32 = 96.0;
    /// A paragraph's row.
    pub const ROW: f32 = 24.0;
    pub const STUDENT_SAY: f32 = 120.0;
    pub const STUDENT_SHOT: f32 = 96.0;
    pub const STUDENT_COUNT: f32 = 260.0;
    pub const STUDENT_LAMP: f32 = 128.0;
}

/// Distances, points.
pub mod space {
    pub const XS: f32 = 4.0;
    pub const S: f32 = 8.0;
    pub const M: f32 = 12.0;
    pub const L: f32 = 16.0;
    pub const XL: f32 = 24.0;
    pub const XXL: f32 = 32.0;
    pub const HUGE: f32 = 48.0;
    pub const MARGIN: f32 = L;
    pub const GUTTER: f32 = M;
}

/// Heights and widths, points.
pub mod size {
    pub const TOP_BAR: f32 = 44.0;
    pub const BAND: f32 = 112.0;
    pub const LAMP: f32 = 144.0;
    pub const STRIP: f32 = 36.0;
    pub const KEYS: f32 = 56.0;
    pub const COLUMN: f32 = 352.0;
    pub const CONTROL: f32 = 44.0;
    pub const ROW_CONTROL: f32 = 40.0;
    pub const CHIP: f32 = 32.0;
    pub const CHECK_ROW: f32 = 28.0;
    pub const TABLE_ROW: f32 = 36.0;
    pub const QUEUE_ROW: f32 = 56.0;
    pub const WITNESS: f32 = 112.0;
    pub const THUMB: [f32; 2] = [69.0, 92.0];
    /// How far the band swings when something is wrong.
    pub const SHAKE: f32 = 6.0;
    pub const SIDE_LIST: f32 = 240.0;
    pub const FORM: f32 = 640.0;
    /// The window that all sizes were measured in.
    pub const DESIGN: [f32; 2] = [1366.0, 768.0];
}

/// Corner radii, points.
pub mod radius {
    pub const ROW: u8 = 4;
    pub const BUTTON: u8 = 6;
    pub const CARD: u8 = 8;
}

/// Strokes, points.
pub mod stroke {
    pub const HAIR: f32 = 1.0;
    pub const THIN: f32 = 2.0;
    pub const FOCUS: f32 = 3.0;
    pub const THICK: f32 = 4.0;
}

/// Times.
pub mod time {
    use super::Duration;

    pub const FADE: Duration = Duration::from_millis(110);
    /// How long the band swings when something is wrong, and how often to and fro.
    pub const SHAKE: Duration = Duration::from_millis(300);
    pub const SWINGS: f32 = 3.0;
    /// Measured lines are smoothed over this time.
    pub const SMOOTH: Duration = Duration::from_millis(150);
    /// Silence that tells a command key from a scanner gun.
    pub const GUN_SILENCE: Duration = Duration::from_millis(120);
    /// The lock line warns from here on.
    pub const LOCK_WARNS_AT_SECONDS_LEFT: u32 = 30;
    /// 换相机… appears when a camera takes longer than this to open.
    pub const CAMERA_SLOW: Duration = Duration::from_secs(5);
}

/// The tokens of the theme that a style draws.
pub const fn tokens_of(theme: Theme) -> &'static Tokens {
    match theme {
        Theme::Dark => &DARK,
        Theme::Light => &LIGHT,
    }
}

/// The tokens of the theme in use here.
pub fn tokens(ui: &egui::Ui) -> &'static Tokens {
    tokens_of(if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light })
}

/// Scale of the window: below the design size it shrinks with the window (never under 0.75), above it grows with
/// the power 0.6, in steps of 0.05; `percent` (80 to 150) is the operator's own factor.
///
/// `native_points` is the window's size in points at zoom 1.
pub fn zoom(native_points: Vec2, percent: u32) -> f32 {
    let scale = (native_points.x / size::DESIGN[0]).min(native_points.y / size::DESIGN[1]).max(0.01);
    let wanted = if scale < 1.0 { scale.max(0.75) } else { scale.powf(0.6) };
    let stepped = (wanted * 20.0 + 0.001).floor() / 20.0;
    stepped * percent.clamp(80, 150) as f32 / 100.0
}

/// A colour that is a value and no token: the backdrop of a standard.
#[allow(clippy::disallowed_methods, reason = "the one place where a colour comes from outside")]
pub const fn of_rgb([red, green, blue]: [u8; 3]) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

/// The face for running text.
pub const fn face(points: f32) -> FontId {
    FontId::proportional(points)
}

/// Gives a context the two themes, the type scale and the distances.
pub fn apply(ctx: &egui::Context) {
    for theme in [Theme::Dark, Theme::Light] {
        let tokens = tokens_of(theme);
        ctx.style_mut_of(theme, |style| {
            style.text_styles = text_styles();
            style.animation_time = time::FADE.as_secs_f32();
            set_spacing(&mut style.spacing);
            set_visuals(&mut style.visuals, tokens);
        });
    }
}

fn text_styles() -> BTreeMap<TextStyle, FontId> {
    let named = |name: &str| TextStyle::Name(name.into());
    BTreeMap::from([
        (TextStyle::Small, face(font::CAPTION)),
        (TextStyle::Body, face(font::BODY)),
        (TextStyle::Button, face(font::STRONG)),
        (TextStyle::Heading, face(font::TITLE)),
        (TextStyle::Monospace, FontId::new(font::BODY, FontFamily::Monospace)),
        (named("page"), face(font::PAGE)),
        (named("say"), face(font::SAY)),
        (named("shot"), face(font::SHOT)),
        (named("count"), face(font::COUNT)),
    ])
}

fn set_spacing(spacing: &mut egui::style::Spacing) {
    spacing.item_spacing = Vec2::new(space::M, space::S);
    spacing.button_padding = Vec2::new(space::L, space::S);
    spacing.interact_size = Vec2::new(size::CONTROL, size::CONTROL);
    spacing.icon_width = 22.0;
    spacing.icon_width_inner = 14.0;
    spacing.icon_spacing = space::S;
    spacing.combo_width = 200.0;
    spacing.text_edit_width = 360.0;
    spacing.scroll = egui::style::ScrollStyle::solid();
}

fn set_visuals(visuals: &mut egui::Visuals, tokens: &Tokens) {
    visuals.panel_fill = tokens.bg0;
    visuals.window_fill = tokens.bg1;
    visuals.window_stroke = Stroke::new(stroke::HAIR, tokens.edge);
    visuals.extreme_bg_color = tokens.bg0;
    visuals.text_edit_bg_color = Some(tokens.bg0);
    visuals.faint_bg_color = tokens.bg1;
    visuals.code_bg_color = tokens.bg2;
    visuals.hyperlink_color = tokens.link;
    visuals.error_fg_color = tokens.fail;
    visuals.warn_fg_color = tokens.warn;
    visuals.weak_text_color = Some(tokens.text2);
    visuals.window_corner_radius = CornerRadius::same(radius::CARD);
    visuals.menu_corner_radius = CornerRadius::same(radius::BUTTON);
    visuals.selection.bg_fill = Tone::Info.fill();
    visuals.selection.stroke = Stroke::new(stroke::THIN, Tone::Info.ink());
    visuals.disabled_alpha = 1.0;
    let round = CornerRadius::same(radius::BUTTON);
    let widgets = &mut visuals.widgets;
    for (state, fill, edge, text) in [
        (&mut widgets.noninteractive, tokens.bg1, tokens.line, tokens.text),
        (&mut widgets.inactive, tokens.bg2, tokens.edge, tokens.text),
        (&mut widgets.hovered, tokens.bg2, tokens.text2, tokens.text),
        (&mut widgets.active, tokens.bg1, tokens.link, tokens.text),
        (&mut widgets.open, tokens.bg2, tokens.edge, tokens.text),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = Stroke::new(stroke::HAIR, edge);
        state.fg_stroke = Stroke::new(stroke::THIN, text);
        state.corner_radius = round;
        state.expansion = 0.0;
    }
}
