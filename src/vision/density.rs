//! Dots per inch where EXIF data or PNG chunks state them, and finding such a chunk.

/// From the resolution tags of EXIF data (TIFF header first).
pub(super) fn exif_dpi(exif: &[u8]) -> Option<f64> {
    let tiff = Tiff::of(exif)?;
    let ifd = tiff.u32(4)? as usize;
    let count = usize::from(tiff.u16(ifd)?);
    let (mut resolution, mut unit) = (None, 2);
    for entry in (0..count.min(512)).map(|index| ifd + 2 + 12 * index) {
        match tiff.u16(entry)? {
            0x011a => {
                let at = tiff.u32(entry + 8)? as usize;
                let (numerator, denominator) = (tiff.u32(at)?, tiff.u32(at + 4)?);
                resolution = (denominator != 0).then(|| f64::from(numerator) / f64::from(denominator));
            }
            0x0128 => unit = tiff.u16(entry + 8)?,
            _ => {}
        }
    }
    let per_unit = resolution.filter(|value| *value > 0.0)?;
    match unit {
        2 => Some(per_unit),
        3 => Some(per_unit * 2.54),
        _ => None,
    }
}

/// From the pHYs chunk, when it comes before the pixels and is in metres.
pub(super) fn png_dpi(png: &[u8]) -> Option<f64> {
    let data = png_chunk(png, *b"pHYs")?.get(..9)?;
    let per_metre = u32::from_be_bytes(data[..4].try_into().ok()?);
    (data[8] == 1 && per_metre > 0).then(|| f64::from(per_metre) * 0.0254)
}

/// Contents of the first chunk of a name that comes before the pixels.
pub(super) fn png_chunk(png: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?) as usize;
        let kind = png.get(at + 4..at + 8)?;
        if kind == name {
            return png.get(at + 8..(at + 8).checked_add(length)?);
        }
        match kind {
            b"IDAT" | b"IEND" => return None,
            _ => at = at.checked_add(length)?.checked_add(12)?,
        }
    }
}

/// Numbers of a TIFF block in its byte order.
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl<'a> Tiff<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        match bytes.get(..4)? {
            b"MM\0*" => Some(Self { bytes, big_endian: true }),
            b"II*\0" => Some(Self { bytes, big_endian: false }),
            _ => None,
        }
    }

    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    /// Place of the entry of a tag in the directory at `ifd`.
    pub(super) fn entry(&self, ifd: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.u16(ifd)?).min(512);
        let mut entries = (0..count).map(|index| ifd + 2 + 12 * index);
        entries.find(|entry| self.u16(*entry) == Some(tag))
    }

    /// The text of an entry, without the zero at its end.
    pub(super) fn ascii(&self, entry: usize) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32(entry + 4)?).ok().filter(|length| *length <= 256)?;
        let at = if length <= 4 { entry + 8 } else { self.u32(entry + 8)? as usize };
        let text = self.bytes.get(at..at.checked_add(length)?)?;
        Some(text.strip_suffix(b"\0").unwrap_or(text))
    }

    pub(super) fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exif_states_inches_and_centimetres() {
        let block = |unit: u8| {
            let mut bytes = b"II*\0\x08\0\0\0\x02\0".to_vec();
            bytes.extend_from_slice(&[0x1a, 0x01, 5, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
            bytes.extend_from_slice(&[0x28, 0x01, 3, 0, 1, 0, 0, 0, unit, 0, 0, 0]);
            bytes.extend_from_slice(&[0, 0, 0, 0]);
            bytes.extend_from_slice(&[0x58, 0x02, 0, 0, 2, 0, 0, 0]);
            bytes
        };
        assert_eq!(exif_dpi(&block(2)), Some(300.0));
        assert_eq!(exif_dpi(&block(3)), Some(762.0));
        assert_eq!(exif_dpi(&block(1)), None);
    }

    #[test]
    fn broken_blocks_state_nothing() {
        assert_eq!(exif_dpi(b"II*\0\xff\xff\xff\xff"), None);
        assert_eq!(exif_dpi(b""), None);
        assert_eq!(png_dpi(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffABCD"), None);
    }
}
