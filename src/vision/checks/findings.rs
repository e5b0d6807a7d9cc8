//! Collects the checks' answers under a profile's severities: what blocks, what warns, what is not asked.

use crate::domain::finding::{CheckId, Finding, Level, Reason, Severity, Unit};
use crate::domain::profile::{CheckRule, Profile};

/// Collects findings under a profile's severities.
pub(super) struct Findings<'p> {
    profile: &'p Profile,
    list: Vec<Finding>,
}

impl<'p> Findings<'p> {
    pub(super) const fn new(profile: &'p Profile) -> Self {
        Self { profile, list: Vec::new() }
    }

    pub(super) fn profile(&self) -> &'p Profile {
        self.profile
    }

    /// The rule of a check that is to be measured.
    pub(super) fn rule(&self, id: CheckId) -> Option<&'p CheckRule> {
        let rule = self.profile.checks.get(&id)?;
        matches!(rule.severity, Severity::Block | Severity::Warn).then_some(rule)
    }

    /// A value against its limits.
    pub(super) fn measured(&mut self, id: CheckId, value: f64, unit: Unit, min: Option<f64>, max: Option<f64>) {
        let reason = if min.is_some_and(|min| value < min) {
            Reason::TooLow
        } else if max.is_some_and(|max| value > max) {
            Reason::TooHigh
        } else {
            Reason::Ok
        };
        self.decided(id, reason, Some((value, unit)), min, max);
    }

    /// The same for a value that the picture may not show.
    pub(super) fn measured_or_unknown(
        &mut self,
        id: CheckId,
        value: Option<f32>,
        unit: Unit,
        min: Option<f64>,
        max: Option<f64>,
    ) {
        match value {
            Some(value) => self.measured(id, f64::from(value), unit, min, max),
            None => self.unknown(id, Reason::NotVisible),
        }
    }

    /// A decision that is not only a comparison: [`Reason::Ok`] passes, everything else is outside the rule.
    pub(super) fn decided(
        &mut self,
        id: CheckId,
        reason: Reason,
        measured: Option<(f64, Unit)>,
        min: Option<f64>,
        max: Option<f64>,
    ) {
        let Some(rule) = self.rule(id) else { return };
        let level = match (reason, rule.severity) {
            (Reason::Ok, _) => Level::Pass,
            (Reason::OneReading, _) | (_, Severity::Warn | Severity::Ask | Severity::Off) => Level::Warn,
            (_, Severity::Block) => Level::Fail,
        };
        self.push(id, level, reason, measured, min, max);
    }

    /// The picture does not let the check decide.
    pub(super) fn unknown(&mut self, id: CheckId, reason: Reason) {
        if self.rule(id).is_some() {
            self.push(id, Level::Unknown, reason, None, None, None);
        }
    }

    fn push(
        &mut self,
        id: CheckId,
        level: Level,
        reason: Reason,
        measured: Option<(f64, Unit)>,
        min: Option<f64>,
        max: Option<f64>,
    ) {
        let severity = self.profile.severity(id);
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        let (measured, unit) = measured.map_or((None, None), |(value, unit)| (Some(rounded(value)), Some(unit)));
        self.list.push(Finding { id, level, severity, measured, unit, min, max, reason });
    }

    /// Everything that needs a face is unknown.
    pub(super) fn unknown_for_want_of_face(&mut self, faces: usize) {
        let reason = match faces {
            0 => Reason::NoFace,
            // There is one, and no standard picture can be cut around it.
            1 => Reason::NotVisible,
            _ => Reason::SeveralFaces,
        };
        for id in
            CheckId::ALL.iter().copied().filter(|id| !id.as_str().starts_with("file.") && *id != CheckId::FaceCount)
        {
            let about_the_shot = matches!(id, CheckId::CaptureScale | CheckId::GeometryCrop | CheckId::ImageRepeat);
            if !about_the_shot {
                self.unknown(id, reason);
            }
        }
    }

    /// Takes in what was found elsewhere under the same profile.
    pub(super) fn add(&mut self, others: Self) {
        self.list.extend(others.list);
    }

    /// All of them, in the order of [`CheckId::ALL`].
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| CheckId::ALL.iter().position(|id| *id == finding.id));
        self.list
    }
}
