//! Mains frequency, exposure and white balance of a real camera. The driver library names none of the switches between
//! automatic and fixed, so they are asked for by their V4L2 numbers (linux/v4l2-controls.h) and left alone elsewhere.

use nokhwa::NokhwaError;
use nokhwa::utils::{CameraControl, ControlValueSetter, KnownCameraControl};

use crate::domain::camera_controls::{CameraControls, Held, Light};

const MAINS: u32 = 0x0098_0918;
const AUTO_WHITE_BALANCE: u32 = 0x0098_090c;
const EXPOSURE_AUTO: u32 = 0x009a_0901;
const EXPOSURE_ABSOLUTE: u32 = 0x009a_0902;

/// `V4L2_CID_POWER_LINE_FREQUENCY_50HZ`.
const FIFTY_HZ: i64 = 1;
/// `V4L2_EXPOSURE_AUTO`, `V4L2_EXPOSURE_MANUAL` and `V4L2_EXPOSURE_APERTURE_PRIORITY`: most webcams know the last two.
const EXPOSURE_AUTOMATIC: i64 = 0;
const EXPOSURE_MANUAL: i64 = 1;
const EXPOSURE_APERTURE: i64 = 3;

/// The driver library's camera, as far as it is needed here: tests have another.
pub(super) trait Knobs {
    fn all(&self) -> Result<Vec<CameraControl>, NokhwaError>;
    fn set(&mut self, id: u32, value: ControlValueSetter) -> Result<(), NokhwaError>;
}

impl Knobs for nokhwa::Camera {
    fn all(&self) -> Result<Vec<CameraControl>, NokhwaError> {
        self.camera_controls()
    }

    fn set(&mut self, id: u32, value: ControlValueSetter) -> Result<(), NokhwaError> {
        self.set_camera_control(KnownCameraControl::Other(u128::from(id)), value)
    }
}

/// The value of one control; `None` when the camera has none or it cannot be changed.
fn value_of(controls: &[CameraControl], id: u32) -> Option<ControlValueSetter> {
    let known = KnownCameraControl::Other(u128::from(id));
    controls.iter().find(|control| control.control() == known).map(CameraControl::value)
}

/// How the controls stand now.
pub(super) fn read(knobs: &dyn Knobs) -> CameraControls {
    if !cfg!(target_os = "linux") {
        return CameraControls::default();
    }
    let all = match knobs.all() {
        Ok(all) => all,
        Err(error) => {
            log::info!("the camera names no controls: {error}");
            return CameraControls::default();
        }
    };
    let held = |value: Option<ControlValueSetter>, automatic: fn(&ControlValueSetter) -> bool| match value {
        None => Held::NotOffered,
        Some(value) if automatic(&value) => Held::Automatic,
        Some(_) => Held::Locked,
    };
    CameraControls {
        mains_50_hz: held(value_of(&all, MAINS), |value| *value != ControlValueSetter::Integer(FIFTY_HZ)),
        exposure: held(value_of(&all, EXPOSURE_AUTO), |value| *value != ControlValueSetter::Integer(EXPOSURE_MANUAL)),
        white_balance: held(value_of(&all, AUTO_WHITE_BALANCE), |value| *value != ControlValueSetter::Boolean(false)),
    }
}

/// Sets one; a refusal is written down and nothing else: the picture is still a picture.
fn turn(knobs: &mut dyn Knobs, name: &str, id: u32, value: ControlValueSetter) -> bool {
    let set = knobs.set(id, value);
    set.inspect_err(|error| log::info!("the camera does not take {name}: {error}")).is_ok()
}

/// Against the flicker of lamps; asked for once, when the camera is opened.
pub(super) fn use_50_hz(knobs: &mut dyn Knobs) {
    if read(knobs).mains_50_hz == Held::Automatic {
        turn(knobs, "50 Hz", MAINS, ControlValueSetter::Integer(FIFTY_HZ));
    }
}

/// Holds exposure and white balance as they are, or lets the camera decide again; then how they stand.
pub(super) fn hold_light(knobs: &mut dyn Knobs, light: Light) -> CameraControls {
    let before = read(knobs);
    if before.exposure != Held::NotOffered {
        match light {
            Light::Locked if before.exposure == Held::Automatic => lock_exposure(knobs),
            Light::Automatic if before.exposure == Held::Locked => {
                let aperture = ControlValueSetter::Integer(EXPOSURE_APERTURE);
                if !turn(knobs, "automatic exposure", EXPOSURE_AUTO, aperture) {
                    let automatic = ControlValueSetter::Integer(EXPOSURE_AUTOMATIC);
                    turn(knobs, "automatic exposure", EXPOSURE_AUTO, automatic);
                }
            }
            Light::Locked | Light::Automatic => {}
        }
    }
    if before.white_balance != Held::NotOffered {
        let automatic = ControlValueSetter::Boolean(light == Light::Automatic);
        turn(knobs, "the white balance", AUTO_WHITE_BALANCE, automatic);
    }
    read(knobs)
}

/// The time that the camera had found is set again: some fall back to another one when they are no longer automatic.
fn lock_exposure(knobs: &mut dyn Knobs) {
    let found = knobs.all().ok().and_then(|all| value_of(&all, EXPOSURE_ABSOLUTE)); // without it the camera's own stays
    if turn(knobs, "a fixed exposure", EXPOSURE_AUTO, ControlValueSetter::Integer(EXPOSURE_MANUAL))
        && let Some(found) = found
    {
        turn(knobs, "its exposure time", EXPOSURE_ABSOLUTE, found);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use nokhwa::utils::ControlValueDescription;

    use super::*;

    /// A webcam that falls back to 100 when its exposure becomes fixed.
    struct Webcam {
        values: Vec<(u32, ControlValueSetter)>,
        refuses: Option<u32>,
    }

    impl Webcam {
        fn usual() -> Self {
            let int = ControlValueSetter::Integer;
            let values = vec![
                (MAINS, int(2)),
                (EXPOSURE_AUTO, int(EXPOSURE_APERTURE)),
                (EXPOSURE_ABSOLUTE, int(312)),
                (AUTO_WHITE_BALANCE, ControlValueSetter::Boolean(true)),
            ];
            Self { values, refuses: None }
        }

        fn value(&self, id: u32) -> ControlValueSetter {
            self.values.iter().find(|(known, _)| *known == id).unwrap().1.clone()
        }
    }

    impl Knobs for Webcam {
        fn all(&self) -> Result<Vec<CameraControl>, NokhwaError> {
            let described = |value: &ControlValueSetter| match value {
                ControlValueSetter::Boolean(value) => ControlValueDescription::Boolean { value: *value, default: true },
                ControlValueSetter::Integer(value) => {
                    ControlValueDescription::IntegerRange { min: 0, max: 5000, value: *value, step: 1, default: 3 }
                }
                _ => ControlValueDescription::None,
            };
            let control = |(id, value): &(u32, ControlValueSetter)| {
                let known = KnownCameraControl::Other(u128::from(*id));
                CameraControl::new(known, String::new(), described(value), Vec::new(), true)
            };
            Ok(self.values.iter().map(control).collect())
        }

        fn set(&mut self, id: u32, value: ControlValueSetter) -> Result<(), NokhwaError> {
            let refused = NokhwaError::UnsupportedOperationError(nokhwa::utils::ApiBackend::Auto);
            if self.refuses == Some(id) {
                return Err(refused);
            }
            let fixed = id == EXPOSURE_AUTO && value == ControlValueSetter::Integer(EXPOSURE_MANUAL);
            let place = self.values.iter_mut().find(|(known, _)| *known == id).ok_or(refused)?;
            place.1 = value;
            if fixed {
                let time = self.values.iter_mut().find(|(known, _)| *known == EXPOSURE_ABSOLUTE).unwrap();
                time.1 = ControlValueSetter::Integer(100);
            }
            Ok(())
        }
    }

    #[test]
    fn light_is_held_as_it_was_found_and_let_go_again() {
        let mut webcam = Webcam::usual();
        use_50_hz(&mut webcam);
        let open =
            CameraControls { mains_50_hz: Held::Locked, exposure: Held::Automatic, white_balance: Held::Automatic };
        assert_eq!(read(&webcam), open);
        assert_eq!(hold_light(&mut webcam, Light::Locked), open.with_light(Light::Locked));
        assert_eq!(webcam.value(EXPOSURE_ABSOLUTE), ControlValueSetter::Integer(312), "the time that it had found");
        assert_eq!(hold_light(&mut webcam, Light::Automatic), open);
    }

    #[test]
    fn a_camera_without_controls_or_that_refuses_is_said_to_be_what_it_is() {
        let mut bare = Webcam { values: Vec::new(), refuses: None };
        use_50_hz(&mut bare);
        assert_eq!(hold_light(&mut bare, Light::Locked), CameraControls::default());
        let mut stubborn = Webcam { refuses: Some(AUTO_WHITE_BALANCE), ..Webcam::usual() };
        let held = hold_light(&mut stubborn, Light::Locked);
        assert_eq!((held.exposure, held.white_balance), (Held::Locked, Held::Automatic));
    }
}
