//! Who comes to the drawn walk-through and what goes wrong with whom: `cast.toml` in the folder of `sim:DIR`.
//!
//! For scripted walks of the whole desk, where a fault must come at a known place. Nobody on the list is good news: who
//! comes after it does everything right.
//!
//! ```toml
//! seed = 7
//! [[visitor]]
//! does = "good"
//! [[visitor]]
//! does = "eyes_closed"  # any fault that `render` draws
//! seconds = 6.0         # from sitting down on; it is mended then
//! [[visitor]]
//! does = "other_code"   # or same_code, second_face, away, unplugged
//! ```

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::CameraError;
use super::sim::Disturbance;
use crate::domain::fault::CameraFault;
use crate::render::Defect;

/// The file's name in its folder.
pub const FILE: &str = "cast.toml";
/// A list longer than this is no list.
const MOST_BYTES: u64 = 256 * 1024;

/// Everybody who comes, in order.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    /// Fixes people and codes.
    pub seed: u64,
    visitor: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    does: Does,
    #[serde(default = "six")]
    seconds: f32,
}

const fn six() -> f32 {
    6.0
}

/// What one visitor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Does {
    Other(Otherwise),
    Fault(Defect),
}

/// What is no fault of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    Good,
    /// Shows the code of the first one on the list.
    SameCode,
    /// Holds up another code beside the face.
    OtherCode,
    SecondFace,
    /// Gets up again.
    Away,
    /// The camera is unplugged.
    Unplugged,
}

impl Cast {
    /// Reads the list; `None` when the folder has none.
    pub fn read(folder: &Path) -> Result<Option<Self>, CameraError> {
        let path = folder.join(FILE);
        let fault = |detail: String| CameraError { fault: CameraFault::Other, detail };
        match path.metadata() {
            Err(_) => return Ok(None),
            Ok(known) if known.len() > MOST_BYTES => return Err(fault(format!("{FILE} is too long"))),
            Ok(_) => {}
        }
        let text = std::fs::read_to_string(&path).map_err(|error| fault(format!("{FILE}: {error}")))?;
        toml::from_str(&text).map(Some).map_err(|error| fault(format!("{FILE}: {}", error.message())))
    }

    /// What visitor `index` does so long after sitting down (nothing yet before); `None`: everything right.
    pub fn doing(&self, index: u64, seated: Option<Duration>) -> Option<Does> {
        let part = self.visitor.get(usize::try_from(index).ok()?)?;
        let seated = seated?.as_secs_f32();
        (seated < part.seconds && part.does != Does::Other(Otherwise::Good)).then_some(part.does)
    }

    /// Whose code visitor `index` shows.
    pub fn code_of(&self, index: u64) -> u64 {
        let part = usize::try_from(index).ok().and_then(|index| self.visitor.get(index));
        if part.is_some_and(|part| part.does == Does::Other(Otherwise::SameCode)) { 0 } else { index }
    }
}

impl Does {
    /// The disturbance that it is, where it is one.
    pub const fn disturbance(self) -> Option<Disturbance> {
        match self {
            Self::Other(Otherwise::OtherCode) => Some(Disturbance::OtherCode),
            Self::Other(Otherwise::SecondFace) => Some(Disturbance::SecondFace),
            Self::Other(Otherwise::Away) => Some(Disturbance::Away),
            Self::Other(Otherwise::Unplugged) => Some(Disturbance::Unplugged),
            Self::Other(Otherwise::Good | Otherwise::SameCode) | Self::Fault(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Cast>, CameraError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        Cast::read(folder.path())
    }

    #[test]
    fn faults_last_as_long_as_they_say_and_everybody_else_is_good() {
        let cast = read(
            "seed = 7\n[[visitor]]\ndoes = \"good\"\n[[visitor]]\ndoes = \"eyes_closed\"\nseconds = 2.0\n\
                         [[visitor]]\ndoes = \"same_code\"\n",
        )
        .unwrap()
        .unwrap();
        let at = |seconds: f32| Some(Duration::from_secs_f32(seconds));
        assert_eq!(cast.doing(0, at(0.0)), None);
        assert_eq!(cast.doing(1, at(1.9)), Some(Does::Fault(Defect::EyesClosed)));
        assert_eq!((cast.doing(1, at(2.1)), cast.doing(1, None), cast.doing(99, at(0.0))), (None, None, None));
        assert_eq!((cast.code_of(1), cast.code_of(2), cast.code_of(99)), (1, 0, 99));
    }

    #[test]
    fn a_list_with_an_unknown_word_is_refused_and_none_is_none() {
        assert!(read("seed = 7\n[[visitor]]\ndoes = \"dances\"\n").is_err());
        assert!(read("seed = 7\nspeed = 2\nvisitor = []\n").is_err());
        assert_eq!(Cast::read(tempfile::tempdir().unwrap().path()).unwrap(), None);
    }
}
