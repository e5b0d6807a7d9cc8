//! The tables, in Markdown.

use std::collections::BTreeMap;

use tucai::domain::finding::{CheckId, Severity};
use tucai::domain::profile::Profile;

use super::cases::Case;
use super::rates::{Sample, Share, Worse};
use super::{Answer, Outcome, is_refused};

pub(crate) fn print(cases: &[Case], profile: &Profile, outcomes: &[Outcome]) {
    for (real, name) in [(false, "drawn people"), (true, "real portraits")] {
        let of_kind: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.real == real).collect();
        if of_kind.is_empty() {
            continue;
        }
        println!("\nChecks, {} {name} (percent, 95 % interval in brackets):\n", of_kind.len());
        println!(
            "| check | defect | pictures good / bad | equal error rate | misses at 2 % false alarms | false alarms at the limit | misses at the limit | level |"
        );
        println!("|---|---|---|---|---|---|---|---|");
        for (index, case) in cases.iter().enumerate() {
            row(index, case, profile, &of_kind);
        }
        refused(&of_kind, name);
        groups(cases, profile, &of_kind);
    }
    geometry(outcomes);
}

fn row(index: usize, case: &Case, profile: &Profile, outcomes: &[&Outcome]) {
    let answers: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.answers.get(&index)).collect();
    let good: Vec<Answer> = answers.iter().flat_map(|(good, _)| good.iter().copied()).collect();
    let bad: Vec<Answer> = answers.iter().flat_map(|(_, bad)| bad.iter().copied()).collect();
    if bad.is_empty() {
        return;
    }
    let values = |answers: &[Answer]| -> Vec<f64> { answers.iter().filter_map(|answer| answer.value).collect() };
    let ruled = |worse| good.iter().chain(&bad).any(|answer| answer.worse == Some(worse));
    let worse = match (ruled(Worse::Higher), ruled(Worse::Lower)) {
        _ if case.both_sides => case.worse,
        (true, false) => Worse::Higher,
        (false, true) => Worse::Lower,
        _ => case.worse,
    };
    let sample = Sample::new(worse, &values(&good), &values(&bad));
    // A rule that reports now one value, now another, cannot be swept.
    let two_values = ruled(Worse::Higher) && ruled(Worse::Lower);
    let equal = match (sample.equal_error_rate(), sample.equal_error_interval()) {
        (Some(_), _) if two_values => "two values".to_owned(),
        (Some(rate), Some((low, high))) => format!("{rate:.1} ({low:.1}–{high:.1})"),
        _ => "not measured".to_owned(),
    };
    let alarms = Share { some: good.iter().filter(|answer| answer.found).count(), of: good.len() };
    let misses = Share { some: bad.iter().filter(|answer| !answer.found).count(), of: bad.len() };
    let level = match profile.severity(case.id) {
        Severity::Block => "block",
        Severity::Warn => "warn",
        Severity::Ask | Severity::Off => "off",
    };
    let decided = sample.counts();
    let undecided = good.len() + bad.len() - decided.0 - decided.1;
    let counts = format!("{} / {}", good.len(), bad.len());
    let counts = if undecided > 0 { format!("{counts}, {undecided} undecided") } else { counts };
    let missed = sample.misses_at(0.02);
    println!("| {} | {} | {counts} | {equal} | {missed} | {alarms} | {misses} | {level} |", case.id, case.what);
}

/// Compliant pictures that are refused, and for what.
fn refused(outcomes: &[&Outcome], name: &str) {
    let share = Share { some: outcomes.iter().filter(|outcome| is_refused(outcome)).count(), of: outcomes.len() };
    let mut reasons: BTreeMap<CheckId, u32> = BTreeMap::new();
    for id in outcomes.iter().flat_map(|outcome| &outcome.refused_for) {
        *reasons.entry(*id).or_default() += 1;
    }
    let reasons: Vec<String> = reasons.iter().map(|(id, count)| format!("{id} {count}")).collect();
    println!("\nCompliant {name} refused by any blocking check: {share} % of {} [{}]\n", share.of, reasons.join(", "));
}

fn groups(cases: &[Case], profile: &Profile, outcomes: &[&Outcome]) {
    let mut groups: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        for group in &outcome.groups {
            groups.entry(group).or_default().push(outcome);
        }
    }
    println!("| group | people | compliant ones refused | false alarms of single checks | misses of blocking checks |");
    println!("|---|---|---|---|---|");
    for (group, people) in groups {
        let refused = Share { some: people.iter().filter(|person| is_refused(person)).count(), of: people.len() };
        let mut alarms = Share { some: 0, of: 0 };
        let mut misses = Share { some: 0, of: 0 };
        for (index, (good, bad)) in people.iter().flat_map(|person| &person.answers) {
            alarms.some += good.iter().filter(|answer| answer.found).count();
            alarms.of += good.len();
            if profile.severity(cases[*index].id) == Severity::Block {
                misses.some += bad.iter().filter(|answer| !answer.found).count();
                misses.of += bad.len();
            }
        }
        println!("| {group} | {} | {refused} | {alarms} | {misses} |", people.len());
    }
}

/// Errors against hand marks.
fn geometry(outcomes: &[Outcome]) {
    let mut errors: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, error) in outcomes.iter().flat_map(|outcome| &outcome.geometry) {
        errors.entry(name).or_default().push(*error);
    }
    if errors.is_empty() {
        return;
    }
    println!("\nGeometry against hand marks (pixels of the standard picture, face 220 wide):\n");
    println!("| what | portraits | median | p95 |\n|---|---|---|---|");
    for (name, mut errors) in errors {
        errors.sort_by(f64::total_cmp);
        let at = |share: f64| errors[((errors.len() - 1) as f64 * share).round() as usize];
        println!("| {name} | {} | {:.1} | {:.1} |", errors.len(), at(0.5), at(0.95));
    }
}
