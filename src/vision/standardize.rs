//! From an original to the standard picture: where to crop, how much to scale, and the file.
//!
//! Crop and scale down only: nothing is turned, mirrored, enlarged or retouched. Where the profile allows it and it is
//! asked for, another backdrop is put behind the person; the result says so.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;

use super::face::PersonMap;
use super::jpeg::{EncodedJpeg, JpegError, encode_nearest, missed};
use super::matting::{Given, Matte, MattingError};
use crate::domain::face::FaceMeasurements;
use crate::domain::fault::PictureFault;
use crate::domain::finding::{CheckId, Severity};
use crate::domain::geometry::{Point, Rect};
use crate::domain::profile::{Band, HeadTopReading, Profile, Replacement};

/// From the eye line to the top of the hair, in face widths: between the mean of 102 marked skulls (0.77) and that of
/// 27 measured heads with all their hair (0.84). Stands in where the top of the hair was not found.
const EYE_TO_HAIR_TOP: f32 = 0.8;
/// Room that the top of the hair keeps to the band's edge where the hairline cannot hold: 4.5 of 30 pixels, about the
/// error of the measurement.
const HAIR_TOP_ROOM: f32 = 0.15;
/// Where a backdrop is replaced, the person is cut out at this many pixels per final pixel where the original has them,
/// and at the final size where it has hardly more.
const WORKING_SCALE: f32 = 2.0;
const LEAST_WORKING_SCALE: f32 = 1.15;
/// Step of the search, pixels of the final picture.
const STEP: f32 = 2.0;

/// By which side the wanted crop would leave the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Inside,
    Side,
    Top,
    Bottom,
}

/// How the final picture is cut from the original.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// In pixels of the original; always inside it and of the final picture's shape.
    pub crop: Rect,
    /// Final pixels per original pixel; never above 1.
    pub scale: f32,
    /// The face in pixels of the final picture.
    pub face: FaceMeasurements,
    /// Every band that can be measured holds.
    pub fits: bool,
    /// Where more picture was wanted than there is.
    pub reach: Reach,
    /// How much more, pixels of the final picture.
    pub missing_px: f32,
    /// Pixels that the original has for each pixel of the final picture's side, percent, at the widest face that the
    /// norm allows to be smallest; below 100 only enlarging would help.
    pub source_percent: f32,
    /// Which readings of 头顶发际 hold in this crop.
    pub reading: Option<HeadTopReading>,
}

/// Why no standard picture can be made.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum StandardizeError {
    #[error("no face was found")]
    NoFace,
    #[error("{count} faces were found")]
    SeveralFaces { count: usize },
    #[error("the picture has {width} x {height} pixels, and the standard picture must not be enlarged")]
    TooSmall { width: u32, height: u32 },
    #[error("the picture cannot be scaled")]
    Scaling,
    #[error("the profile forbids replacing the backdrop")]
    ReplacementForbidden,
    #[error(transparent)]
    Matting(#[from] MattingError),
    #[error(transparent)]
    Jpeg(#[from] JpegError),
}

impl StandardizeError {
    /// One word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoFace => "no_face",
            Self::SeveralFaces { .. } => "several_faces",
            Self::TooSmall { .. } => "too_small",
            Self::Scaling => "scaling",
            Self::ReplacementForbidden => "replacement_forbidden",
            Self::Matting(MattingError::NotPlain) => "backdrop_not_plain",
            Self::Matting(MattingError::NoBackdrop) => "backdrop_not_shown",
            Self::Matting(MattingError::NoPerson) => "nobody_stands_out",
            Self::Matting(MattingError::PlateSize) => "empty_backdrop_size",
            Self::Matting(MattingError::OtherPlate) => "empty_backdrop_other",
            Self::Jpeg(JpegError::TooLarge { .. }) => "file_too_large",
            Self::Jpeg(JpegError::TooSmall { .. }) => "file_too_small",
            Self::Jpeg(JpegError::Encoder) => "encoder",
        }
    }

    /// The same for words.
    pub const fn fault(&self) -> PictureFault {
        match self {
            Self::NoFace => PictureFault::NoFace,
            Self::SeveralFaces { .. } => PictureFault::SeveralFaces,
            Self::TooSmall { .. } => PictureFault::TooSmall,
            Self::Scaling | Self::Jpeg(JpegError::Encoder) => PictureFault::NotMade,
            Self::ReplacementForbidden => PictureFault::ReplacementForbidden,
            Self::Matting(MattingError::NotPlain) => PictureFault::BackdropNotPlain,
            Self::Matting(MattingError::NoBackdrop) => PictureFault::BackdropNotShown,
            Self::Matting(MattingError::NoPerson) => PictureFault::NobodyStandsOut,
            Self::Matting(MattingError::PlateSize) => PictureFault::EmptyBackdropSize,
            Self::Matting(MattingError::OtherPlate) => PictureFault::EmptyBackdropOther,
            Self::Jpeg(JpegError::TooLarge { .. }) => PictureFault::FileStaysTooLarge,
            Self::Jpeg(JpegError::TooSmall { .. }) => PictureFault::FileStaysTooSmall,
        }
    }
}

/// Another backdrop that is wanted behind the person.
#[derive(Debug, Clone, Copy)]
pub struct NewBackdrop<'a> {
    /// sRGB of the new, even backdrop.
    pub color: [u8; 3],
    /// The same camera's picture without the person, of the original's size.
    pub empty: Option<&'a RgbImage>,
}

/// What was done to a picture besides cropping and scaling down: goes with the picture wherever it is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplacedBackdrop {
    pub color: [u8; 3],
    /// A picture of the empty backdrop helped.
    pub with_empty: bool,
}

/// The standard picture.
#[derive(Debug, Clone)]
pub struct Standardized {
    /// As it went into the file, before compression.
    pub picture: RgbImage,
    pub file: EncodedJpeg,
    /// Why the file lies outside the size window of a profile that only warns of that.
    pub missed: Option<JpegError>,
    pub plan: Plan,
    /// `None`: crop and scale only.
    pub replaced: Option<ReplacedBackdrop>,
}

/// Distance of the face's middle from the picture's middle, pixels, positive to the right. The middle is half way
/// between that of the eyes and that of the cheeks.
pub fn center_offset(face: &FaceMeasurements, width: f32) -> f32 {
    let cheeks = f32::midpoint(face.cheeks_x[0], face.cheeks_x[1]);
    f32::midpoint(cheeks, face.eye_center().x) - width / 2.0
}

/// Makes the standard picture of one face.
pub fn standardize(
    picture: &RgbImage,
    face: &FaceMeasurements,
    profile: &Profile,
) -> Result<Standardized, StandardizeError> {
    let plan = plan(face, picture.dimensions(), profile)?;
    let size = (profile.picture.width, profile.picture.height);
    let cut = cut(picture, plan.crop, size, FilterType::Lanczos3).ok_or(StandardizeError::Scaling)?;
    let (file, missed) = file_of(&cut, profile)?;
    Ok(Standardized { picture: cut, file, missed, plan, replaced: None })
}

/// The picture's file; outside the size window none where that blocks, else the nearest with the reason.
pub(super) fn file_of(
    picture: &RgbImage,
    profile: &Profile,
) -> Result<(EncodedJpeg, Option<JpegError>), StandardizeError> {
    let file = encode_nearest(picture, &profile.picture)?;
    match missed(&file, &profile.picture) {
        Some(error) if profile.severity(CheckId::FileBytes) == Severity::Block => Err(error.into()),
        missed => Ok((file, missed)),
    }
}

/// Makes the standard picture of one face before another backdrop; refused where the profile does not allow it.
///
/// The person is cut out at up to twice the final size, so that a hair that ends up thinner than a pixel is still
/// seen; where nothing but the person is, the picture stays as it was.
pub fn standardize_before(
    picture: &RgbImage,
    face: &FaceMeasurements,
    person: &PersonMap,
    profile: &Profile,
    wanted: NewBackdrop<'_>,
) -> Result<Standardized, StandardizeError> {
    if profile.background.replacement == Replacement::Forbidden {
        return Err(StandardizeError::ReplacementForbidden);
    }
    let plan = plan(face, picture.dimensions(), profile)?;
    let final_size = (profile.picture.width, profile.picture.height);
    let crop = plan.crop;
    let enlarged = (1.0 / plan.scale).min(WORKING_SCALE);
    let enlarged = if enlarged < LEAST_WORKING_SCALE { 1.0 } else { enlarged };
    let working = |side: u32| (side as f32 * enlarged).round() as u32;
    let size = (working(final_size.0), working(final_size.1));
    if wanted.empty.is_some_and(|empty| empty.dimensions() != picture.dimensions()) {
        return Err(MattingError::PlateSize.into());
    }
    let take = |picture: &RgbImage| cut(picture, crop, size, FilterType::Lanczos3).ok_or(StandardizeError::Scaling);
    let taken = take(picture)?;
    let plate = wanted.empty.map(take).transpose()?;
    let step = crop.w / size.0 as f32;
    let probability = |x: f32, y: f32| person.nearest(Point::new(crop.x + x * step, crop.y + y * step));
    let given = Given { picture: &taken, person: &probability, plate: plate.as_ref(), scale: enlarged };
    let mut made = Matte::of(&given)?.over(&taken, wanted.color);
    if size != final_size {
        let whole = Rect::new(0.0, 0.0, size.0 as f32, size.1 as f32);
        made = cut(&made, whole, final_size, FilterType::Lanczos3).ok_or(StandardizeError::Scaling)?;
    }
    let (file, missed) = file_of(&made, profile)?;
    let replaced = Some(ReplacedBackdrop { color: wanted.color, with_empty: plate.is_some() });
    Ok(Standardized { picture: made, file, missed, plan, replaced })
}

/// A crop scaled to `size`; `None` when the crop is not inside the picture or the library refuses.
pub(super) fn cut(picture: &RgbImage, crop: Rect, size: (u32, u32), filter: FilterType) -> Option<RgbImage> {
    let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3).ok()?;
    let mut target = Image::new(size.0, size.1, PixelType::U8x3);
    // Rounding may carry a crop over the edge by less than a thousandth of a pixel, which the library refuses.
    let inside = |start: f32, length: f32, end: u32| {
        let (start, length) = (f64::from(start).max(0.0), f64::from(length));
        if start + length < f64::from(end) + 0.01 {
            (start, length.min(f64::from(end) - start))
        } else {
            (start, length)
        }
    };
    let ((left, width), (top, height)) =
        (inside(crop.x, crop.w, picture.width()), inside(crop.y, crop.h, picture.height()));
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).crop(left, top, width, height);
    Resizer::new().resize(&source, &mut target, &options).ok()?;
    RgbImage::from_raw(size.0, size.1, target.into_vec())
}

/// Finds the crop whose bands hold with the most room, inside an original of `source` pixels.
pub fn plan(face: &FaceMeasurements, source: (u32, u32), profile: &Profile) -> Result<Plan, StandardizeError> {
    let size = (profile.picture.width as f32, profile.picture.height as f32);
    let source_size = (source.0 as f32, source.1 as f32);
    let least_scale = (size.0 / source_size.0).max(size.1 / source_size.1);
    if least_scale > 1.0 {
        return Err(StandardizeError::TooSmall { width: source.0, height: source.1 });
    }
    let search = Search::new(face, size, profile);
    // What would be best if the original had no edges; it says what is missing.
    let wish = search.best(Bounds { scale: (0.0, f32::MAX), source: None });
    let bounds = Bounds { scale: (least_scale, 1.0), source: Some(source_size) };
    let found = search.best(bounds);
    let smallest_face = (profile.geometry.face_width.min as f32).min(search.aim.0);
    let source_percent =
        if face.face_width() < smallest_face { face.face_width() / smallest_face * 100.0 } else { 100.0 / found.scale };
    let (reach, missing_px) = missing(&wish, source_size, size);
    let final_face = face.cropped_and_scaled(found.crop, found.scale);
    let reading = search.reading(&final_face);
    Ok(Plan {
        crop: found.crop,
        scale: found.scale,
        face: final_face,
        fits: found.room >= 0.0,
        reach,
        missing_px,
        source_percent,
        reading,
    })
}

/// Which side of the wish lies outside the original, and by how many pixels of the final picture.
fn missing(wish: &Candidate, source: (f32, f32), size: (f32, f32)) -> (Reach, f32) {
    let crop = wish.crop;
    let sides = (-crop.x).max(crop.x + crop.w - source.0);
    let beyond = [(Reach::Side, sides), (Reach::Top, -crop.y), (Reach::Bottom, crop.y + crop.h - source.1)];
    let worst = beyond.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, by)| *by > 0.5);
    worst.map_or((Reach::Inside, 0.0), |(reach, by)| (reach, by * size.0 / crop.w))
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    crop: Rect,
    scale: f32,
    /// Room to the nearest limit, 1 in the middle of every band, 0 at an edge, below 0 outside.
    room: f32,
    rank: f32,
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    scale: (f32, f32),
    /// Size of the original that the crop must lie in.
    source: Option<(f32, f32)>,
}

/// The person's measures and the norm's bands.
struct Search<'a> {
    face: &'a FaceMeasurements,
    profile: &'a Profile,
    size: (f32, f32),
    /// Face widths to try, pixels of the final picture.
    aim: (f32, f32),
    hair_top: f32,
}

impl<'a> Search<'a> {
    fn new(face: &'a FaceMeasurements, size: (f32, f32), profile: &'a Profile) -> Self {
        let aim = profile.geometry.face_width_aim.unwrap_or(profile.geometry.face_width);
        let guess = face.eye_center().y - EYE_TO_HAIR_TOP * face.face_width();
        let hair_top = face.head_top_y.unwrap_or(guess);
        Self { face, profile, size, aim: (aim.min as f32, aim.max as f32), hair_top }
    }

    fn best(&self, bounds: Bounds) -> Candidate {
        let (width, eyes) = (self.face.face_width().max(1.0), self.face.eye_center());
        let scales = |low: f32, high: f32| {
            let steps = ((high - low) / STEP).ceil().max(0.0) as u32;
            (0..=steps).map(move |step| (low + step as f32 * STEP).min(high) / width)
        };
        let mut best: Option<Candidate> = None;
        for scale in scales(self.aim.0, self.aim.1).map(|scale| scale.clamp(bounds.scale.0, bounds.scale.1)) {
            let (w, h) = (self.size.0 / scale, self.size.1 / scale);
            let middle = eyes.x + center_offset(self.face, 2.0 * eyes.x);
            let inside = |start: f32, length: f32, end: Option<f32>| match end {
                Some(end) => start.clamp(0.0, (end - length).max(0.0)),
                None => start,
            };
            let x = inside(middle - w / 2.0, w, bounds.source.map(|source| source.0));
            let band = self.profile.geometry.eye_line;
            let lines = ((band.max - band.min) / f64::from(STEP)) as u32;
            for line in 0..=lines {
                let eye_line = band.min as f32 + line as f32 * STEP;
                let y = inside(eyes.y - eye_line / scale, h, bounds.source.map(|source| source.1));
                let candidate = self.judge(Rect::new(x, y, w, h), scale);
                if best.is_none_or(|best| candidate.rank > best.rank) {
                    best = Some(candidate);
                }
            }
        }
        best.unwrap_or_else(|| self.judge(Rect::new(0.0, 0.0, self.size.0, self.size.1), 1.0))
    }

    fn judge(&self, crop: Rect, scale: f32) -> Candidate {
        let geometry = &self.profile.geometry;
        let y = |value: f32| (value - crop.y) * scale;
        let eyes = room(y(self.face.eye_center().y), geometry.eye_line);
        let width = room(self.face.face_width() * scale, geometry.face_width);
        let offset = center_offset(self.face, 2.0 * (crop.x + crop.w / 2.0)) * scale;
        let center = 1.0 - offset.abs() / geometry.center_max as f32;
        let hair_top = room(y(self.hair_top), geometry.head_top);
        let hairline = self.face.hairline_y.map(|line| room(y(line), geometry.head_top));
        let rest = eyes.min(width).min(center);
        let (all, wanted) = match (geometry.head_top_reading, hairline) {
            (HeadTopReading::Both, Some(line)) => (rest.min(hair_top).min(line), rest.min(hair_top)),
            (HeadTopReading::Hairline, Some(line)) => (rest.min(line), rest.min(line)),
            (HeadTopReading::Both | HeadTopReading::HairTop | HeadTopReading::Hairline, _) => {
                (rest.min(hair_top), rest.min(hair_top))
            }
        };
        // Both readings first; where they cannot hold together, the hair top with a little room and the hairline as
        // near as it goes.
        let rank = match (all >= 0.0, wanted >= 0.0) {
            (true, _) => 4.0 + all - 0.2 * self.head_beyond_half(scale),
            (false, true) => 2.0 + wanted.min(HAIR_TOP_ROOM) + 0.1 * all.max(-5.0),
            (false, false) => wanted.max(-50.0) / 50.0,
        };
        Candidate { crop, scale, room: wanted, rank }
    }

    /// How far the head (top of the hair to chin) is from half of the picture, 1 at a tenth of the picture's height;
    /// counts only where the norm names the face widths to aim at.
    fn head_beyond_half(&self, scale: f32) -> f32 {
        let head = (self.face.chin.y - self.hair_top) * scale / self.size.1;
        let counts = self.profile.geometry.face_width_aim.is_some();
        if counts { ((head - 0.5).abs() * 10.0).min(1.0) } else { 0.0 }
    }

    /// Which readings of the head top hold for the face in the final picture.
    fn reading(&self, face: &FaceMeasurements) -> Option<HeadTopReading> {
        let band = self.profile.geometry.head_top;
        let holds = |value: Option<f32>| value.is_some_and(|value| band.contains(f64::from(value)));
        match (holds(face.head_top_y), holds(face.hairline_y)) {
            (true, true) => Some(HeadTopReading::Both),
            (true, false) => Some(HeadTopReading::HairTop),
            (false, true) => Some(HeadTopReading::Hairline),
            (false, false) => None,
        }
    }
}

/// 1 in the middle of the band, 0 at its edges, below 0 outside.
fn room(value: f32, band: Band) -> f32 {
    let half = (band.max - band.min) as f32 / 2.0;
    1.0 - (value - band.middle() as f32).abs() / half
}
