//! Findings of a moving picture, steadied for the eye: a light changes only when its check has changed for a while.
//!
//! For showing only. What decides (hold, countdown, interruption) looks at every frame itself and has its own grace.

use std::collections::BTreeMap;

use super::finding::{CheckId, Finding, Level};
use super::time::Monotonic;

/// A check must say the same for this long before its light changes: three looks at ten a second.
pub const SETTLE: Monotonic = Monotonic::from_millis(250);

/// One check's light.
#[derive(Debug, Clone)]
struct Light {
    shown: Finding,
    /// Another level that is coming, and since when.
    coming: Option<(Level, Monotonic)>,
}

/// The lights of all checks.
#[derive(Debug, Clone, Default)]
pub struct Steady {
    lights: BTreeMap<CheckId, Light>,
    faces: usize,
}

impl Steady {
    /// Takes in the findings of one frame and returns those to show: values are the newest ones, levels the steady
    /// ones. Another number of faces is another scene and is shown at once.
    pub fn see(&mut self, faces: usize, findings: &[Finding], now: Monotonic) -> Vec<Finding> {
        if std::mem::replace(&mut self.faces, faces) != faces {
            self.lights.clear();
        }
        self.lights.retain(|id, _| findings.iter().any(|finding| finding.id == *id));
        findings.iter().map(|finding| self.light(finding, now)).collect()
    }

    /// Forgets everything: another subject.
    pub fn clear(&mut self) {
        self.lights.clear();
    }

    fn light(&mut self, finding: &Finding, now: Monotonic) -> Finding {
        let light = self.lights.entry(finding.id).or_insert_with(|| Light { shown: finding.clone(), coming: None });
        let settled = match light.coming {
            _ if light.shown.level == finding.level => true,
            Some((level, since)) if level == finding.level => now >= since + SETTLE,
            _ => {
                light.coming = Some((finding.level, now));
                false
            }
        };
        if settled {
            light.coming = None;
            light.shown = finding.clone();
        }
        light.shown.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::{Reason, Severity, Unit};

    fn finding(level: Level, measured: f64) -> Finding {
        Finding {
            id: CheckId::LightBalance,
            level,
            severity: Severity::Warn,
            measured: Some(measured),
            unit: Some(Unit::Percent),
            min: None,
            max: Some(32.0),
            reason: if level == Level::Pass { Reason::Ok } else { Reason::TooHigh },
        }
    }

    fn levels(steady: &mut Steady, frames: &[(u64, Level)]) -> Vec<Level> {
        let see =
            |&(ms, level): &(u64, Level)| steady.see(1, &[finding(level, 1.0)], Monotonic::from_millis(ms))[0].level;
        frames.iter().map(see).collect()
    }

    #[test]
    fn a_value_that_wavers_around_its_limit_keeps_its_light() {
        use Level::{Pass, Warn};
        let mut steady = Steady::default();
        let wavering: Vec<_> = (0..20).map(|i| (i * 100, if i % 2 == 0 { Pass } else { Warn })).collect();
        assert_eq!(levels(&mut steady, &wavering), [Pass; 20]);
    }

    #[test]
    fn what_lasts_is_shown_and_so_is_its_end() {
        use Level::{Pass, Warn};
        let mut steady = Steady::default();
        let frames = [(0, Pass), (100, Warn), (200, Warn), (300, Warn), (400, Warn), (500, Pass), (800, Pass)];
        assert_eq!(levels(&mut steady, &frames), [Pass, Pass, Pass, Pass, Warn, Warn, Pass]);
    }

    #[test]
    fn values_are_the_newest_and_another_face_is_another_scene() {
        let mut steady = Steady::default();
        let at = Monotonic::from_millis;
        steady.see(1, &[finding(Level::Pass, 10.0)], at(0));
        assert_eq!(steady.see(1, &[finding(Level::Pass, 12.0)], at(100))[0].measured, Some(12.0));
        assert_eq!(steady.see(2, &[finding(Level::Warn, 40.0)], at(110))[0].level, Level::Warn);
        assert!(steady.see(2, &[], at(120)).is_empty(), "what is not measured any more is not shown");
    }
}
