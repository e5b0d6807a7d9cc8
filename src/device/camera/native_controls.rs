//! Mains frequency, exposure, white balance and focus of a real camera. The driver library names none of the switches between
//! automatic and fixed, so they are asked for by their V4L2 numbers (linux/v4l2-controls.h) and left alone elsewhere.

use nokhwa::NokhwaError;
use nokhwa::utils::{ControlValueSetter, KnownCameraControl};

use crate::domain::camera_controls::{CameraControls, Held, Light};

const MAINS: KnownCameraControl = KnownCameraControl::Other(0x0098_0918);
const AUTO_WHITE_BALANCE: KnownCameraControl = KnownCameraControl::Other(0x0098_090c);
const EXPOSURE_AUTO: KnownCameraControl = KnownCameraControl::Other(0x009a_0901);
const EXPOSURE_ABSOLUTE: KnownCameraControl = KnownCameraControl::Other(0x009a_0902);
const FOCUS_AUTO: KnownCameraControl = KnownCameraControl::Other(0x009a_090c);
/// `V4L2_CID_FOCUS_ABSOLUTE`, which the driver library names.
const FOCUS_ABSOLUTE: KnownCameraControl = KnownCameraControl::Focus;
/// `V4L2_CID_WHITE_BALANCE_TEMPERATURE`, which the driver library names.
const WHITE_BALANCE_TEMPERATURE: KnownCameraControl = KnownCameraControl::WhiteBalance;

/// `V4L2_CID_POWER_LINE_FREQUENCY_50HZ`.
const FIFTY_HZ: i64 = 1;
/// `V4L2_EXPOSURE_AUTO`, `V4L2_EXPOSURE_MANUAL` and `V4L2_EXPOSURE_APERTURE_PRIORITY`: most webcams know the last two.
const EXPOSURE_AUTOMATIC: i64 = 0;
const EXPOSURE_MANUAL: i64 = 1;
const EXPOSURE_APERTURE: i64 = 3;

/// The driver library's camera, as far as it is needed here: tests have another.
pub(super) trait Knobs {
    /// Its value; an error when the camera has none, or when it cannot be read.
    fn get(&self, control: KnownCameraControl) -> Result<ControlValueSetter, NokhwaError>;
    fn set(&mut self, control: KnownCameraControl, value: ControlValueSetter) -> Result<(), NokhwaError>;
}

impl Knobs for nokhwa::Camera {
    fn get(&self, control: KnownCameraControl) -> Result<ControlValueSetter, NokhwaError> {
        // One by one: the list of all of them is read anew for each entry of itself.
        self.camera_control(control).map(|control| control.value())
    }

    fn set(&mut self, control: KnownCameraControl, value: ControlValueSetter) -> Result<(), NokhwaError> {
        self.set_camera_control(control, value)
    }
}

/// How the controls stand now.
pub(super) fn read(knobs: &dyn Knobs) -> CameraControls {
    if !cfg!(target_os = "linux") {
        return CameraControls::default();
    }
    let held = |value: Option<ControlValueSetter>, automatic: fn(&ControlValueSetter) -> bool| match value {
        None => Held::NotOffered,
        Some(value) if automatic(&value) => Held::Automatic,
        Some(_) => Held::Locked,
    };
    CameraControls {
        mains_50_hz: held(knobs.get(MAINS).ok(), |value| *value != ControlValueSetter::Integer(FIFTY_HZ)),
        exposure: held(knobs.get(EXPOSURE_AUTO).ok(), |value| *value != ControlValueSetter::Integer(EXPOSURE_MANUAL)),
        white_balance: held(knobs.get(AUTO_WHITE_BALANCE).ok(), |value| *value != ControlValueSetter::Boolean(false)),
        focus: held(knobs.get(FOCUS_AUTO).ok(), |value| *value != ControlValueSetter::Boolean(false)),
    }
}

/// Sets one; a refusal is written down and nothing else: the picture is still a picture.
fn turn(knobs: &mut dyn Knobs, name: &str, control: KnownCameraControl, value: ControlValueSetter) -> bool {
    let set = knobs.set(control, value);
    set.inspect_err(|error| log::info!("the camera does not take {name}: {error}")).is_ok()
}

/// Against the flicker of lamps; asked for once, when the camera is opened.
pub(super) fn use_50_hz(knobs: &mut dyn Knobs) {
    if read(knobs).mains_50_hz == Held::Automatic {
        turn(knobs, "50 Hz", MAINS, ControlValueSetter::Integer(FIFTY_HZ));
    }
}

/// Holds exposure, white balance and focus as they are, or lets the camera decide again; then how they stand.
pub(super) fn hold_light(knobs: &mut dyn Knobs, light: Light) -> CameraControls {
    let before = read(knobs);
    if before.exposure != Held::NotOffered {
        match light {
            Light::Locked if before.exposure == Held::Automatic => {
                let manual = ControlValueSetter::Integer(EXPOSURE_MANUAL);
                hold(knobs, "a fixed exposure", (EXPOSURE_AUTO, manual), EXPOSURE_ABSOLUTE);
            }
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
    let white_balance = ("white balance", AUTO_WHITE_BALANCE, WHITE_BALANCE_TEMPERATURE);
    let focus = ("focus", FOCUS_AUTO, FOCUS_ABSOLUTE);
    for ((name, switch, value), held) in [(white_balance, before.white_balance), (focus, before.focus)] {
        match (held, light) {
            (Held::Automatic, Light::Locked) => {
                hold(knobs, name, (switch, ControlValueSetter::Boolean(false)), value);
            }
            (Held::Locked, Light::Automatic) => {
                turn(knobs, name, switch, ControlValueSetter::Boolean(true));
            }
            _ => {}
        }
    }
    read(knobs)
}

/// What the camera had found is set again: some fall back to another value when they no longer decide by themselves.
fn hold(
    knobs: &mut dyn Knobs,
    name: &str,
    (switch, fixed): (KnownCameraControl, ControlValueSetter),
    value: KnownCameraControl,
) {
    let found = knobs.get(value).ok(); // without it the camera's own stays
    if turn(knobs, name, switch, fixed)
        && let Some(found) = found
    {
        turn(knobs, name, value, found);
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    /// A webcam that falls back to other values when it no longer decides by itself, as some do.
    struct Webcam {
        values: Vec<(KnownCameraControl, ControlValueSetter)>,
        refuses: Option<KnownCameraControl>,
    }

    const INT: fn(i64) -> ControlValueSetter = ControlValueSetter::Integer;

    impl Webcam {
        fn usual() -> Self {
            let values = vec![
                (MAINS, INT(2)),
                (EXPOSURE_AUTO, INT(EXPOSURE_APERTURE)),
                (EXPOSURE_ABSOLUTE, INT(312)),
                (AUTO_WHITE_BALANCE, ControlValueSetter::Boolean(true)),
                (WHITE_BALANCE_TEMPERATURE, INT(5200)),
                (FOCUS_AUTO, ControlValueSetter::Boolean(true)),
                (FOCUS_ABSOLUTE, INT(85)),
            ];
            Self { values, refuses: None }
        }

        fn put(&mut self, control: KnownCameraControl, value: ControlValueSetter) -> Option<()> {
            self.values.iter_mut().find(|(known, _)| *known == control).map(|place| place.1 = value)
        }
    }

    impl Knobs for Webcam {
        fn get(&self, control: KnownCameraControl) -> Result<ControlValueSetter, NokhwaError> {
            let none = NokhwaError::UnsupportedOperationError(nokhwa::utils::ApiBackend::Auto);
            self.values.iter().find(|(known, _)| *known == control).map(|(_, value)| value.clone()).ok_or(none)
        }

        fn set(&mut self, control: KnownCameraControl, value: ControlValueSetter) -> Result<(), NokhwaError> {
            let refused = NokhwaError::UnsupportedOperationError(nokhwa::utils::ApiBackend::Auto);
            if self.refuses == Some(control) {
                return Err(refused);
            }
            let fixed = value;
            self.put(control, fixed.clone()).ok_or(refused)?;
            match (control, fixed) {
                (EXPOSURE_AUTO, ControlValueSetter::Integer(EXPOSURE_MANUAL)) => self.put(EXPOSURE_ABSOLUTE, INT(100)),
                (AUTO_WHITE_BALANCE, ControlValueSetter::Boolean(false)) => {
                    self.put(WHITE_BALANCE_TEMPERATURE, INT(4600))
                }
                (FOCUS_AUTO, ControlValueSetter::Boolean(false)) => self.put(FOCUS_ABSOLUTE, INT(0)),
                _ => None,
            };
            Ok(())
        }
    }

    #[test]
    fn light_is_held_as_it_was_found_and_let_go_again() {
        let mut webcam = Webcam::usual();
        use_50_hz(&mut webcam);
        let (exposure, white_balance, focus) = (Held::Automatic, Held::Automatic, Held::Automatic);
        let open = CameraControls { mains_50_hz: Held::Locked, exposure, white_balance, focus };
        assert_eq!(read(&webcam), open);
        assert_eq!(hold_light(&mut webcam, Light::Locked), open.with_light(Light::Locked));
        assert_eq!(webcam.get(EXPOSURE_ABSOLUTE).unwrap(), INT(312), "the time that it had found");
        assert_eq!(webcam.get(WHITE_BALANCE_TEMPERATURE).unwrap(), INT(5200), "and the colour of the light");
        assert_eq!(webcam.get(FOCUS_ABSOLUTE).unwrap(), INT(85), "and the distance of the chair");
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
