//! When a picture was taken, as its EXIF data says (Exif 2.32: `DateTimeOriginal`, `SubSecTimeOriginal`,
//! `OffsetTimeOriginal`).

use std::io::Cursor;

use image::{ImageDecoder as _, ImageReader};

use super::density::Tiff;

/// A camera's own clock: the day and time that it showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TakenAt {
    /// Milliseconds from 1970-01-01 00:00 on the camera's clock to the shutter.
    pub clock_millis: i64,
    /// Minutes east of Greenwich, where the camera says.
    pub offset_minutes: Option<i16>,
}

/// The shutter time that a picture file states; nothing is decoded but its header.
pub fn taken_at(bytes: &[u8]) -> Option<TakenAt> {
    // A reader that stumbles over a file made to harm it must not take the program with it.
    let exif = std::panic::catch_unwind(|| {
        let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
        reader.into_decoder().ok()?.exif_metadata().ok().flatten()
    });
    from_exif(&exif.ok().flatten()?)
}

const EXIF_IFD: u16 = 0x8769;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
const SUBSEC_TIME_ORIGINAL: u16 = 0x9291;

/// From EXIF data (TIFF header first).
fn from_exif(exif: &[u8]) -> Option<TakenAt> {
    let tiff = Tiff::of(exif)?;
    let ifd = tiff.entry(tiff.u32(4)? as usize, EXIF_IFD).and_then(|entry| tiff.u32(entry + 8))? as usize;
    let text = |tag: u16| tiff.entry(ifd, tag).and_then(|entry| tiff.ascii(entry));
    let seconds = date_time(text(DATE_TIME_ORIGINAL)?)?;
    let millis = text(SUBSEC_TIME_ORIGINAL).and_then(fraction).unwrap_or(0);
    let offset_minutes = text(OFFSET_TIME_ORIGINAL).and_then(offset);
    Some(TakenAt { clock_millis: seconds * 1000 + millis, offset_minutes })
}

/// `2026:06:01 10:00:00` in seconds.
fn date_time(text: &[u8]) -> Option<i64> {
    let part = |from: usize, length: usize| number(text.get(from..from + length)?);
    let time = jiff::civil::DateTime::new(
        i16::try_from(part(0, 4)?).ok()?,
        i8::try_from(part(5, 2)?).ok()?,
        i8::try_from(part(8, 2)?).ok()?,
        i8::try_from(part(11, 2)?).ok()?,
        i8::try_from(part(14, 2)?).ok()?,
        i8::try_from(part(17, 2)?).ok()?,
        0,
    );
    let time = time.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(time.timestamp().as_second())
}

/// Digits after the point, `07` or `123` or `12345`, in milliseconds.
fn fraction(text: &[u8]) -> Option<i64> {
    let digits: Vec<u8> = text.iter().copied().take_while(u8::is_ascii_digit).take(3).collect();
    let scale = [100, 10, 1].get(digits.len().checked_sub(1)?)?;
    Some(number(&digits)? * scale)
}

/// `+08:00`.
fn offset(text: &[u8]) -> Option<i16> {
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let minutes = number(text.get(1..3)?)? * 60 + number(text.get(4..6)?)?;
    i16::try_from(sign * minutes).ok()
}

fn number(digits: &[u8]) -> Option<i64> {
    let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    all.then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EXIF data with one directory of text entries, little endian.
    pub(super) fn exif(entries: &[(u16, &str)]) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
        let mut tail = Vec::new();
        let after = 26 + 2 + 12 * entries.len() + 4;
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, text) in entries {
            let mut text = text.as_bytes().to_vec();
            text.push(0);
            bytes.extend(tag.to_le_bytes());
            bytes.extend(2_u16.to_le_bytes());
            bytes.extend((text.len() as u32).to_le_bytes());
            if text.len() <= 4 {
                text.resize(4, 0);
                bytes.extend(text);
            } else {
                bytes.extend(((after + tail.len()) as u32).to_le_bytes());
                tail.extend(text);
            }
        }
        bytes.extend([0; 4]);
        bytes.extend(tail);
        bytes
    }

    #[test]
    fn the_shutter_time_is_read_with_its_fraction_and_offset() {
        let whole = exif(&[(0x9003, "2026:06:01 10:00:00"), (0x9011, "+08:00"), (0x9291, "25")]);
        let taken = from_exif(&whole).unwrap();
        assert_eq!(taken, TakenAt { clock_millis: 1_780_308_000_250, offset_minutes: Some(480) });
        let plain = exif(&[(0x9003, "2026:06:01 10:00:00")]);
        assert_eq!(from_exif(&plain).unwrap().clock_millis, 1_780_308_000_000);
        assert_eq!(from_exif(&plain).unwrap().offset_minutes, None);
    }

    #[test]
    fn dates_that_are_none_state_nothing() {
        for text in ["0000:00:00 00:00:00", "2026:13:01 10:00:00", "2026:06", "", "    :  :     :  :  "] {
            assert_eq!(from_exif(&exif(&[(0x9003, text)])), None, "{text:?}");
        }
        assert_eq!(from_exif(b"II*\0\xff\xff\xff\xff"), None);
        assert_eq!(from_exif(b"II*\0"), None);
        assert_eq!(taken_at(b"no picture"), None);
        let whole = exif(&[(0x9003, "2026:06:01 10:00:00"), (0x9291, "25")]);
        for cut in 0..whole.len() {
            // whatever is left of it, it is read or not, and nothing panics
            from_exif(&whole[..cut]);
        }
    }
}
