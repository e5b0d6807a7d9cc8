//! Questions in the right column, never over the picture: a digit or letter for each answer.

use egui::{Align, CornerRadius, Key, Rect, Role, Ui, accesskit, vec2};

use super::layout::{cut_left, cut_top};
use super::marks::Mark;
use super::shooting::RETAKES;
use super::theme::{Tone, font, radius, size, space};
use super::view::{Answer, Command, Question, TurnAway, View};
use super::widgets::{Weight, key_button, line, name, paragraph};
use crate::domain::record::OverrideReason;
use crate::text::Lang;
use crate::text::calling::{self, CallWord};
use crate::text::finding::check_name;
use crate::text::roster::{self, RosterWord};
use crate::text::scan_desk::ScanWord;
use crate::text::ways::nth_code;
use crate::text::window::{self as words, Word};

/// One answer with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub key: Key,
    pub cap: &'static str,
    pub answer: Answer,
    pub label: &'static str,
}

const DIGITS: [(Key, &str); 9] = [
    (Key::Num1, "1"),
    (Key::Num2, "2"),
    (Key::Num3, "3"),
    (Key::Num4, "4"),
    (Key::Num5, "5"),
    (Key::Num6, "6"),
    (Key::Num7, "7"),
    (Key::Num8, "8"),
    (Key::Num9, "9"),
];

/// The answers to a question, in the order of their keys.
pub fn choices(question: &Question, lang: Lang) -> Vec<Choice> {
    let fixed = |pairs: &[(Answer, Word)]| -> Vec<Choice> {
        let with_key = pairs.iter().zip(DIGITS);
        with_key.map(|(&(answer, word), (key, cap))| Choice { key, cap, answer, label: word.text(lang) }).collect()
    };
    let back = Choice { key: Key::Escape, cap: "Esc", answer: Answer::No, label: Word::AnswerBack.text(lang) };
    let mut answers = match question {
        Question::AlreadyCollected { .. } | Question::CollectedElsewhere { .. } => {
            let reasons = RETAKES.into_iter().zip(DIGITS);
            let label = |answer| match answer {
                Answer::Retake(reason) => words::retake_reason(reason, lang),
                _ => "",
            };
            let mut all: Vec<Choice> =
                reasons.map(|(answer, (key, cap))| Choice { key, cap, answer, label: label(answer) }).collect();
            all.push(Choice { label: Word::AnswerReleaseThis.text(lang), ..back });
            return all;
        }
        Question::GiveNumber { .. } => {
            let answers =
                [(Answer::No, ScanWord::NoNumber), (Answer::Yes, ScanWord::QueueAnyway)].into_iter().zip(DIGITS);
            return answers
                .map(|((answer, word), (key, cap))| Choice { key, cap, answer, label: word.text(lang) })
                .collect();
        }
        Question::OtherCode { .. } => {
            return fixed(&[(Answer::No, Word::AnswerKeep), (Answer::Yes, Word::AnswerSwitch)]);
        }
        Question::ReleaseWithPicture => {
            return fixed(&[(Answer::No, Word::AnswerKeep), (Answer::Yes, Word::AnswerDrop)]);
        }
        Question::IsRetakeOf { .. } => {
            let answers = [(Answer::No, CallWord::Another), (Answer::Yes, CallWord::Same)].into_iter().zip(DIGITS);
            return answers
                .map(|((answer, word), (key, cap))| Choice { key, cap, answer, label: word.text(lang) })
                .collect();
        }
        Question::RosterTaken { .. } => return roster_answers(RosterWord::AnswerOther, RosterWord::AnswerSame, lang),
        Question::RosterUnknown { .. } => {
            return roster_answers(RosterWord::AnswerRetype, RosterWord::AnswerWalkUp, lang);
        }
        Question::UndoLast { .. } => fixed(&[(Answer::Yes, Word::AnswerUndo)]),
        Question::ShotLimit { .. } => fixed(&[(Answer::Yes, Word::AnswerMore)]),
        Question::OverrideReason { .. } => OverrideReason::ALL
            .into_iter()
            .filter(|&reason| reason != OverrideReason::Other)
            .zip(DIGITS)
            .map(|(reason, (key, cap))| Choice {
                key,
                cap,
                answer: Answer::Override(reason),
                label: words::override_reason(reason, lang),
            })
            .collect(),
        Question::WhichCode { codes } => (0..codes.len())
            .zip(DIGITS)
            .map(|(place, (key, cap))| Choice { key, cap, answer: Answer::Code(place), label: nth_code(place, lang) })
            .collect(),
        Question::TurnAwayReason => TurnAway::ALL
            .into_iter()
            .zip(DIGITS)
            .map(|(reason, (key, cap))| Choice {
                key,
                cap,
                answer: Answer::TurnAway(reason),
                label: turn_away_word(reason).text(lang),
            })
            .collect(),
    };
    answers.push(back);
    answers
}

/// Staying with what is there comes first, as with another code.
fn roster_answers(no: RosterWord, yes: RosterWord, lang: Lang) -> Vec<Choice> {
    let answers = [(Answer::No, no), (Answer::Yes, yes)].into_iter().zip(DIGITS);
    answers.map(|((answer, word), (key, cap))| Choice { key, cap, answer, label: word.text(lang) }).collect()
}

/// Why somebody was not photographed, in a word.
pub(super) const fn turn_away_word(reason: TurnAway) -> Word {
    match reason {
        TurnAway::NoCode => Word::TurnNoCode,
        TurnAway::Unreadable => Word::TurnUnreadable,
        TurnAway::AlreadyCollected => Word::TurnAlready,
        TurnAway::NotAllowed => Word::TurnNotAllowed,
    }
}

/// The answer of a key.
pub(super) fn key_answer(question: &Question, key: Key) -> Option<Answer> {
    choices(question, Lang::Zh).into_iter().find(|choice| choice.key == key).map(|choice| choice.answer)
}

/// What is asked, and the line under it.
fn asked_words(question: &Question, lang: Lang) -> (&'static str, String) {
    let (word, more) = match question {
        Question::RosterTaken { person, shot } => {
            let more = roster::taken_by(person, &shot.to_string(), lang);
            return (RosterWord::AskTaken.text(lang), more);
        }
        Question::RosterUnknown { number } => {
            return (RosterWord::AskUnknown.text(lang), roster::unknown(number, lang));
        }
        Question::GiveNumber { shot } => return (ScanWord::AskQueue.text(lang), shot.to_string()),
        Question::AlreadyCollected { shot, at } => (Word::AskAlready, words::already(&shot.to_string(), at, lang)),
        Question::CollectedElsewhere { shot, at } => {
            (Word::AskAlready, words::collected_elsewhere(&shot.to_string(), at, lang))
        }
        Question::OtherCode { locked, digest } => {
            (Word::AskOther, words::other_code(&locked.to_string(), digest, lang))
        }
        Question::IsRetakeOf { locked, shot, .. } => {
            return (CallWord::AskSame.text(lang), calling::retake_of(*locked, *shot, lang));
        }
        Question::ReleaseWithPicture => (Word::AskRelease, String::new()),
        Question::UndoLast { shot } => (Word::AskUndo, words::undo(&shot.to_string(), lang)),
        Question::ShotLimit { shots } => (Word::AskLimit, words::shot_limit(*shots, lang)),
        Question::OverrideReason { checks } => {
            let names: Vec<&str> = checks.iter().map(|&id| check_name(id, lang)).collect();
            (Word::AskOverride, names.join(if lang == Lang::Zh { "、" } else { ", " }))
        }
        Question::TurnAwayReason => (Word::AskTurnAway, String::new()),
        Question::WhichCode { codes } => (Word::AskWhichCode, codes.join(if lang == Lang::Zh { "；" } else { "; " })),
    };
    (word.text(lang), more)
}

/// Paints the question over `rect` and takes a click as its answer.
pub(super) fn panel_ui(ui: &Ui, rect: Rect, question: &Question, view: &View, out: &mut Vec<Command>) {
    let t = super::theme::tokens(ui);
    let (what, more) = asked_words(question, view.lang);
    let mut rest = rect;
    let mut head = cut_top(&mut rest, 40.0);
    ui.painter().rect_filled(head, CornerRadius::same(radius::ROW), Tone::Warn.fill());
    let sign = cut_left(&mut head, 40.0);
    super::marks::paint(ui.painter(), sign.center(), 22.0, Mark::Triangle, Tone::Warn.ink(), Tone::Warn.fill());
    line(ui, head, what, font::STRONG, Tone::Warn.ink(), Align::Min);
    let response = name(ui, head, "question", Role::Alert, what);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(accesskit::Live::Assertive));
    cut_top(&mut rest, space::S);
    if !more.is_empty() {
        let bottom = paragraph(ui, rest, &more, font::BODY, t.text2);
        name(ui, Rect::from_min_max(rest.min, egui::pos2(rest.right(), bottom)), "asked", Role::Label, &more);
        rest.min.y = bottom + space::S;
    }
    for choice in choices(question, view.lang) {
        let row = cut_top(&mut rest, size::ROW_CONTROL);
        cut_top(&mut rest, space::XS);
        if key_button(ui, row.shrink2(vec2(0.0, 0.0)), choice.cap, choice.label, Weight::Plain, true).clicked() {
            out.push(Command::Answer(choice.answer));
        }
    }
}
