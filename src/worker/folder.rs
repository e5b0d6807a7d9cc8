//! A folder of pictures that somebody brings (a teacher's codes, a memory card), read file by file: what each shows, when
//! it was taken, and a small picture of it. Nothing in the folder is changed, and no name reaches a log.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use image::RgbImage;
use image::imageops::thumbnail;

use super::clock::wall_now;
use super::intake::read_file;
use crate::domain::card::{CardPicture, Shows};
use crate::domain::fault::PictureFault;
use crate::domain::session::Subject;
use crate::domain::time::WallTime;
use crate::vision::code_file::read_code_file;
use crate::vision::decode::FileFormat;
use crate::vision::taken::{TakenAt, taken_at};
use crate::worker::vision::PhotoFile;

/// More files than this are not one day's.
pub const MOST_FILES: usize = 5_000;
/// Cameras keep their pictures two or three folders down.
const DEPTH: usize = 4;
/// Longest side of the small pictures, pixels: a row of a list shows 52 points, twice that on a dense screen. At most
/// 28 KB of each file stay in memory.
const SMALL: u32 = 112;

/// One picture file of the folder.
#[derive(Debug, Clone)]
pub struct FolderPicture {
    pub path: PathBuf,
    pub taken: Option<TakenAt>,
    pub shows: Shows,
    /// Of [`Shows::Code`].
    pub subject: Option<Subject>,
    /// Why nothing was read.
    pub fault: Option<PictureFault>,
    /// RGB8; `None` when the file cannot be read.
    pub small: Option<RgbImage>,
}

impl FolderPicture {
    /// The file's name, to be shown and never kept.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    pub fn on_card(&self) -> CardPicture {
        CardPicture { taken_millis: self.taken.map(|taken| taken.clock_millis), shows: self.shows }
    }
}

/// Why a folder is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("the folder cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// None is left out instead: without one portrait and one code the pictures around them would seem to belong
    /// together.
    #[error("the folder holds more than {MOST_FILES} pictures")]
    TooMany,
}

/// The picture files below a folder, by name. Kinds that are not read are among them, so that somebody is told.
pub fn picture_files(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let mut found = Vec::new();
    collect(folder, DEPTH, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), FolderError> {
    const KINDS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "heic", "heif", "pdf", "bmp"];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '~'])) {
            continue;
        }
        if path.is_dir() {
            if depth > 1 {
                match collect(&path, depth - 1, found) {
                    Err(FolderError::Unreadable(error)) if is_the_systems(&path) => {
                        log::info!("a folder of the system on the medium is passed over: {:?}", error.kind());
                    }
                    read => read?,
                }
            }
        } else if path.extension().is_some_and(|end| KINDS.contains(&end.to_string_lossy().to_lowercase().as_str())) {
            if found.len() >= MOST_FILES {
                return Err(FolderError::TooMany);
            }
            found.push(path);
        }
    }
    Ok(())
}

/// Folders that systems keep on a medium for themselves and often let nobody read. Pictures that somebody took are
/// never there: any other folder that cannot be read stops the reading, since its pictures would be missing in between.
fn is_the_systems(folder: &Path) -> bool {
    const NAMES: [&str; 4] = ["lost+found", "system volume information", "$recycle.bin", "recycler"];
    folder.file_name().is_some_and(|name| NAMES.contains(&name.to_string_lossy().to_lowercase().as_str()))
}

/// Reads one file: its codes, its time, its small picture.
pub fn look_at(path: PathBuf) -> FolderPicture {
    match read_file(&path) {
        Ok(bytes) => look_at_bytes(path, &bytes),
        Err(fault) => not_read(path, None, fault),
    }
}

const fn not_read(path: PathBuf, taken: Option<TakenAt>, fault: PictureFault) -> FolderPicture {
    FolderPicture { path, taken, shows: Shows::Nothing, subject: None, fault: Some(fault), small: None }
}

/// The same of a file whose bytes are there already.
pub fn look_at_bytes(path: PathBuf, bytes: &[u8]) -> FolderPicture {
    let taken = taken_at(bytes);
    let mut file = match read_code_file(bytes) {
        Ok(file) => file,
        Err(error) => return not_read(path, taken, error.fault()),
    };
    let small = Some(small(&file.decoded.picture));
    let (shows, subject) = match file.codes.len() {
        0 => (Shows::Portrait, None),
        1 => {
            let subject = file.codes.remove(0).subject;
            (Shows::Code(subject.digest()), Some(subject))
        }
        _ => (Shows::SeveralCodes, None),
    };
    FolderPicture { path, taken, shows, subject, fault: None, small }
}

fn small(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let shrink = (SMALL as f32 / width.max(height) as f32).min(1.0);
    let side = |length: u32| ((length as f32 * shrink) as u32).max(1);
    thumbnail(picture, side(width), side(height))
}

/// Puts pictures in shutter order; those without a time stand by name among themselves, at the end. A file that cannot
/// be read and gives no time lies where its name says: behind the one before it, or before the second if it is the first.
pub fn in_shutter_order(pictures: &mut [FolderPicture]) {
    pictures.sort_by(|a, b| a.path.cmp(&b.path));
    let time = |picture: &FolderPicture| picture.taken.map(|taken| taken.clock_millis);
    let mut before = pictures.iter().find_map(time);
    let mut placed: HashMap<PathBuf, i64> = HashMap::new();
    for picture in pictures.iter() {
        let lies_at = match time(picture) {
            Some(at) => {
                before = Some(at);
                at
            }
            None => before.filter(|_| picture.fault.is_some()).unwrap_or(i64::MAX),
        };
        placed.insert(picture.path.clone(), lies_at);
    }
    // stable: what lies at the same time stays in the order of the names
    pictures.sort_by_key(|picture| placed.get(&picture.path).copied().unwrap_or(i64::MAX));
}

/// A picture file as the photo of somebody who is locked.
pub fn photo_file(path: &Path) -> Result<PhotoFile, PictureFault> {
    photo_of(read_file(path)?)
}

/// The same of a file's bytes.
pub fn photo_of(bytes: Vec<u8>) -> Result<PhotoFile, PictureFault> {
    let decoded = crate::vision::decode::decode(&bytes).map_err(|error| error.fault())?;
    Ok(photo_from(bytes, decoded))
}

/// The same of a picture that is decoded already.
pub fn photo_from(bytes: Vec<u8>, decoded: crate::vision::decode::DecodedPicture) -> PhotoFile {
    let media_type = match decoded.facts.format {
        FileFormat::Jpeg => "image/jpeg",
        FileFormat::Png => "image/png",
        FileFormat::WebP => "image/webp",
    };
    let taken = taken_at(&bytes).map(wall_of);
    let original = crate::domain::session::PictureBytes { bytes: bytes.into(), media_type };
    PhotoFile { decoded, original, taken }
}

/// What the camera's own clock showed: `10:32`.
pub fn camera_clock(taken: TakenAt) -> String {
    WallTime { unix_millis: taken.clock_millis, offset_minutes: 0 }.local_clock()
}

/// The shutter time on this machine's clock; a camera that does not say where it is stands here.
pub fn wall_of(taken: TakenAt) -> WallTime {
    let offset_minutes = taken.offset_minutes.unwrap_or_else(|| wall_now().offset_minutes);
    WallTime { unix_millis: taken.clock_millis - i64::from(offset_minutes) * 60_000, offset_minutes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_that_systems_keep_for_themselves_may_be_passed_over() {
        for (folder, its) in [
            ("/media/u/card/System Volume Information", true),
            ("/media/u/card/lost+found", true),
            ("E:/$RECYCLE.BIN", true),
            ("/media/u/card/DCIM", false),
            ("/media/u/card/DCIM/101CANON", false),
        ] {
            assert_eq!(is_the_systems(Path::new(folder)), its, "{folder}");
        }
    }
}
