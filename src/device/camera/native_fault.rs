//! Errors of the driver library into the closed list of camera faults. The library passes on the system's error as
//! text only, so the number in "(os error N)" or a Media Foundation code is read out of it.

use nokhwa::NokhwaError;

use super::CameraError;
use crate::domain::fault::CameraFault;

/// When it happened: a camera that is missing while opening was not found, one missing later was unplugged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Opening,
    Streaming,
}

/// The fault behind an error of the library.
pub(super) fn fault_of(error: &NokhwaError, moment: Moment) -> CameraError {
    let detail = error.to_string();
    let fault = from_text(&detail, moment).unwrap_or(match error {
        // What nokhwa says when the current format or rate is one it does not know, or no mode is usable.
        NokhwaError::GetPropertyError { .. } | NokhwaError::SetPropertyError { .. } => CameraFault::WrongFormat,
        NokhwaError::ProcessFrameError { .. } => CameraFault::Undecodable,
        NokhwaError::OpenDeviceError(..) if moment == Moment::Opening => CameraFault::NotFound,
        _ => CameraFault::Other,
    });
    CameraError { fault, detail }
}

/// The fault behind an error of the system.
#[cfg(target_os = "linux")]
pub(super) fn fault_of_io(error: &std::io::Error, path: &str, moment: Moment) -> CameraError {
    let fault = error.raw_os_error().and_then(|number| from_number(number, moment)).unwrap_or(CameraFault::Other);
    CameraError { fault, detail: format!("{path}: {error}") }
}

fn from_text(text: &str, moment: Moment) -> Option<CameraFault> {
    if let Some((_, rest)) = text.rsplit_once("(os error ") {
        return rest.split_once(')')?.0.parse().ok().and_then(|number| from_number(number, moment));
    }
    let upper = text.to_uppercase();
    // Media Foundation and AVFoundation.
    [
        ("0X80070005", CameraFault::NoPermission),
        ("0XC00D3704", CameraFault::Busy),
        ("0XC00D3EA2", CameraFault::Unplugged),
        ("0XC00D36B4", CameraFault::WrongFormat),
        ("AUTHORIZ", CameraFault::NoPermission),
    ]
    .into_iter()
    .find_map(|(token, fault)| upper.contains(token).then_some(fault))
}

/// Linux error numbers; on other systems the library gives none.
fn from_number(number: i32, moment: Moment) -> Option<CameraFault> {
    const EPERM: i32 = 1;
    const ENOENT: i32 = 2;
    const EIO: i32 = 5;
    const ENXIO: i32 = 6;
    const EACCES: i32 = 13;
    const EBUSY: i32 = 16;
    const ENODEV: i32 = 19;
    const EINVAL: i32 = 22;
    const ENOTTY: i32 = 25;
    const EPROTO: i32 = 71;
    const ETIMEDOUT: i32 = 110;
    match (number, moment) {
        (EPERM | EACCES, _) => Some(CameraFault::NoPermission),
        (EBUSY, _) => Some(CameraFault::Busy),
        (ENOENT | ENXIO | ENODEV, Moment::Opening) => Some(CameraFault::NotFound),
        // A camera that is being pulled answers with an I/O or protocol error first.
        (ENOENT | EIO | ENXIO | ENODEV | EPROTO, Moment::Streaming) => Some(CameraFault::Unplugged),
        // A node that is no capture device, such as the second node of every UVC camera.
        (EINVAL | ENOTTY, Moment::Opening) => Some(CameraFault::WrongFormat),
        (ETIMEDOUT, _) => Some(CameraFault::Stalled),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(error: &NokhwaError, moment: Moment) -> CameraFault {
        fault_of(error, moment).fault
    }

    #[test]
    fn system_errors_become_faults() {
        let open = |text: &str| NokhwaError::OpenDeviceError(String::from("0"), format!("V4L2 Error: {text}"));
        let read = |text: &str| NokhwaError::ReadFrameError(text.to_owned());
        for (error, moment, expected) in [
            (open("No such file or directory (os error 2)"), Moment::Opening, CameraFault::NotFound),
            (open("Permission denied (os error 13)"), Moment::Opening, CameraFault::NoPermission),
            (open("Device or resource busy (os error 16)"), Moment::Opening, CameraFault::Busy),
            (read("No such device (os error 19)"), Moment::Streaming, CameraFault::Unplugged),
            (read("Input/output error (os error 5)"), Moment::Streaming, CameraFault::Unplugged),
            (read("Connection timed out (os error 110)"), Moment::Streaming, CameraFault::Stalled),
            (read("Cannot allocate memory (os error 12)"), Moment::Streaming, CameraFault::Other),
        ] {
            assert_eq!(fault(&error, moment), expected, "{error}");
        }
    }

    #[test]
    fn a_busy_device_is_busy_whatever_was_being_set() {
        let error = NokhwaError::SetPropertyError {
            property: String::from("Resolution, FrameFormat"),
            value: String::new(),
            error: String::from("Device or resource busy (os error 16)"),
        };
        assert_eq!(fault(&error, Moment::Opening), CameraFault::Busy);
    }

    #[test]
    fn an_unknown_current_format_and_an_odd_rate_are_a_wrong_format() {
        for (property, text) in
            [("FrameFormat", "unsupported"), ("V4L2 FrameRate", "Framerate not whole number: 25 / 2")]
        {
            let error = NokhwaError::GetPropertyError { property: property.to_owned(), error: text.to_owned() };
            assert_eq!(fault(&error, Moment::Opening), CameraFault::WrongFormat);
        }
    }
}
