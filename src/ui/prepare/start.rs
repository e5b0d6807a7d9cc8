//! Step 6: everything that was answered, on one page, and the centre that bundles will be sealed for.

use egui::{Rect, Ui};

use super::parts::{Outcome, result, told};
use super::{STEPS, Standing, standing};
use crate::text::window::{self as words, Word};
use crate::ui::layout::{cut_right, cut_top};
use crate::ui::memory::Memory;
use crate::ui::theme::{size, space};
use crate::ui::view::{Command, View};

/// Width of the part about the centre.
const CENTRE: f32 = 360.0;

pub(super) fn step_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect;
    let centre = cut_right(&mut rest, CENTRE);
    cut_right(&mut rest, space::XL);
    crate::ui::centre::part_ui(ui, centre, view, memory, out);
    let Some(set_up) = &memory.prepare.set_up else { return };
    let standard = view.prepare.standard(&set_up.profile_id);
    let named = if set_up.name.trim().is_empty() { Word::PrepOpen.text(lang) } else { set_up.name.trim() };
    let who = set_up.run_by.map_or_else(|| Word::PrepOpen.text(lang), |who| words::run_by(who, lang));
    let colors: Vec<&str> = set_up.backdrops.iter().map(|color| words::backdrop(color, lang)).collect();
    let colors = if colors.is_empty() { Word::PrepOpen.text(lang).to_owned() } else { colors.join(" ") };
    let said = [
        format!("{named}  {who}"),
        format!("{}  {colors}", standard.map_or("", |standard| standard.name.as_str())),
        view.health.camera_name.clone(),
        Word::PrepSignalsSummary.text(lang).to_owned(),
        view.settings.folder.display().to_string(),
    ];
    for (index, what) in said.iter().enumerate() {
        let outcome = match standing(index, view, memory) {
            Standing::Open => Outcome::Open,
            Standing::Done => Outcome::Good,
            Standing::Warns => Outcome::Warns,
            Standing::Blocked => Outcome::Bad,
        };
        let advice = match outcome {
            Outcome::Bad => Word::PrepBlocked.text(lang),
            Outcome::Open => Word::PrepUntried.text(lang),
            _ => "",
        };
        let title = STEPS[index].text(lang);
        result(ui, &mut rest, outcome, &format!("{title}  {what}"), advice);
        cut_top(&mut rest, space::XS);
    }
    cut_top(&mut rest, space::M);
    if let Some(note) = &view.prepare.note
        && rest.height() > size::TABLE_ROW
    {
        told(ui, &mut rest, Outcome::Open, note);
    }
}
