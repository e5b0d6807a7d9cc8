//! 设置码 in the window: the open answers as a symbol for the next station, and another station's symbol read into the
//! pages.

use super::{Window, files};
use crate::domain::code::{CorrectionLevel, SubjectCode};
use crate::domain::session::Cue;
use crate::domain::set_up::SetUp;
use crate::domain::set_up_code::{LARGEST_VERSION, SetUpCodeError, read, text_of};
use crate::domain::time::Monotonic;
use crate::render::{modules, symbol_of_bytes};
use crate::text::papers;
use crate::ui::prepare::view::{CodePanel, SetUpCode};

/// A code that was seen this long ago is not before the lens any more.
const CODE_STAYS: Monotonic = Monotonic::from_secs(3);

/// The symbol of these answers: as much correction as the size allows, since screens shine.
pub(super) fn symbol_of(set_up: &SetUp) -> SetUpCode {
    let Ok(text) = text_of(set_up) else { return SetUpCode::TooLong };
    let fits = |level| symbol_of_bytes(text.as_bytes(), level).ok().filter(|symbol| symbol.version <= LARGEST_VERSION);
    let symbol = fits(CorrectionLevel::Q).or_else(|| fits(CorrectionLevel::M)).or_else(|| fits(CorrectionLevel::L));
    let Some(drawn) = symbol.and_then(|symbol| modules(&symbol).ok()) else { return SetUpCode::TooLong };
    let side = drawn.side();
    let at = |index: u32| drawn.is_dark((index % side).cast_signed(), (index / side).cast_signed());
    SetUpCode::Symbol { side, dark: (0..side * side).map(at).collect() }
}

impl Window {
    /// Draws it once for the answers on the page, while it is asked for.
    pub(super) fn draw_set_up_code(&mut self) {
        let form = &self.memory.prepare;
        let answers = form.answers().and_then(Result::ok).filter(|_| form.panel == Some(CodePanel::Show));
        if self.preparing.drawn.as_ref().map(|(of, _)| of) != answers.as_ref() {
            self.preparing.drawn = answers.map(|answers| {
                let symbol = symbol_of(&answers);
                (answers, symbol)
            });
        }
    }

    /// While the page asks for it: the code before a lens.
    pub(super) fn read_set_up_code(&mut self, now: Monotonic) {
        if self.memory.prepare.panel != Some(CodePanel::Read) {
            return;
        }
        let seen = self.open.as_ref().and_then(|open| open.desk.tried_code());
        let seen = seen.filter(|(_, at)| now.saturating_sub(*at) < CODE_STAYS).map(|(code, _)| code.clone());
        if let Some(code) = seen {
            self.take_set_up_code(&code);
        }
    }

    /// What a lens or a gun read; true when it was meant for the page.
    pub(super) fn take_set_up_code(&mut self, code: &SubjectCode) -> bool {
        if self.memory.prepare.panel != Some(CodePanel::Read) {
            return false;
        }
        let lang = self.preferences.lang();
        match read(code) {
            Ok(set_up) => {
                self.exchanged(files::Exchanged::Read(Box::new(set_up)));
                self.memory.prepare.panel = None;
                self.memory.prepare.step = 0;
                self.play(Cue::CodeRead);
            }
            Err(error) => {
                let note = Some(papers::set_up_code_unusable(error, lang));
                if error != SetUpCodeError::NotSettings && self.preparing.note != note {
                    log::info!("{error}");
                }
                self.preparing.note = note;
            }
        }
        true
    }
}
