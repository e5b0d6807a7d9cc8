//! The pictures of a folder that was brought as the rows of a list: made anew only when something changes, with textures
//! only of those that can be seen. Reading the folder, and doing something with a row, is left to others.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use egui::{Context, TextureHandle, TextureOptions};

use crate::app::window::pictures::{color_image, picture_of};
use crate::app::window::view::short;
use crate::domain::card::{Join, Shows, joins};
use crate::domain::code::CodeDigest;
use crate::domain::fault::PictureFault;
use crate::domain::ids::ShotNumber;
use crate::domain::session::Subject;
use crate::ui::view::{FolderAction, FolderRow, FolderState, FolderView, WaysFolder};
use crate::worker::folder::{FolderPicture, camera_clock, in_shutter_order};

/// Rows before and behind those that can be seen whose pictures are at hand, too.
const AROUND: usize = 12;

/// Who is locked.
type Locked = Option<(ShotNumber, CodeDigest)>;

/// What a row stands for: a picture, and the code that it goes with.
#[derive(Clone, Copy)]
struct Shown {
    place: usize,
    code: Option<usize>,
}

/// The rows as they were made last, and for whom.
struct Made {
    locked: Locked,
    stand_for: Vec<Shown>,
    rows: Arc<Vec<FolderRow>>,
}

/// The pictures, and what is known of them.
pub(super) struct Rows {
    kind: WaysFolder,
    pictures: Vec<FolderPicture>,
    /// Every file was read.
    whole: bool,
    /// Of a memory card that was read whole.
    joins: Vec<Join>,
    /// Which of them a picture belongs to, by its place.
    join_of: Vec<Option<usize>>,
    collected: HashSet<CodeDigest>,
    taken: HashSet<PathBuf>,
    /// `None`: something has changed.
    made: Option<Made>,
    /// By the picture's place.
    textures: HashMap<usize, TextureHandle>,
}

fn code_of(picture: &FolderPicture) -> Option<CodeDigest> {
    match picture.shows {
        Shows::Code(digest) => Some(digest),
        _ => None,
    }
}

impl Rows {
    pub(super) fn new(kind: WaysFolder) -> Self {
        Self {
            kind,
            pictures: Vec::new(),
            whole: false,
            joins: Vec::new(),
            join_of: Vec::new(),
            collected: HashSet::new(),
            taken: HashSet::new(),
            made: None,
            textures: HashMap::new(),
        }
    }

    pub(super) fn push(&mut self, picture: FolderPicture) {
        self.pictures.push(picture);
        self.made = None;
    }

    /// Every file was read: a card is put in shutter order and split by its codes.
    pub(super) fn close(&mut self) {
        self.whole = true;
        self.made = None;
        if self.kind == WaysFolder::Codes {
            return;
        }
        in_shutter_order(&mut self.pictures);
        // they stand at other places now
        self.textures.clear();
        let on_card: Vec<_> = self.pictures.iter().map(FolderPicture::on_card).collect();
        self.joins = joins(&on_card);
        self.join_of = vec![None; self.pictures.len()];
        for (index, join) in self.joins.iter().enumerate() {
            for place in join.code.iter().chain(&join.portraits) {
                self.join_of[*place] = Some(index);
            }
        }
    }

    pub(super) fn codes(&self) -> impl Iterator<Item = CodeDigest> {
        self.pictures.iter().filter_map(code_of)
    }

    /// Which codes have a standing record.
    pub(super) fn set_collected(&mut self, collected: Vec<CodeDigest>) {
        self.collected = collected.into_iter().collect();
        self.made = None;
    }

    /// What became of records since: for each its code, and whether it stands.
    pub(super) fn follow(&mut self, records: impl Iterator<Item = (CodeDigest, bool)>) {
        let mut standing: HashMap<CodeDigest, bool> = HashMap::new();
        for (digest, stands) in records {
            *standing.entry(digest).or_default() |= stands;
        }
        let mine: Vec<CodeDigest> = self.codes().collect();
        for digest in mine {
            let changed = match standing.get(&digest) {
                Some(true) => self.collected.insert(digest),
                Some(false) => self.collected.remove(&digest),
                None => false,
            };
            if changed {
                self.made = None;
            }
        }
    }

    /// A portrait was brought to its subject.
    pub(super) fn was_brought(&mut self, path: PathBuf) {
        self.taken.insert(path);
        self.made = None;
    }

    /// The picture of a row that is shown, and the code that it goes with.
    pub(super) fn at(&self, row: usize) -> Option<(&FolderPicture, Option<&Subject>)> {
        let Shown { place, code } = *self.made.as_ref()?.stand_for.get(row)?;
        Some((&self.pictures[place], code.and_then(|code| self.pictures[code].subject.as_ref())))
    }

    /// The rows as they are now, with the pictures of those that can be seen; `files` are to be read.
    pub(super) fn view(&mut self, locked: Locked, visible: &Range<usize>, files: usize, ctx: &Context) -> FolderView {
        let made = match self.made.take() {
            Some(made) if made.locked == locked => made,
            _ => self.make(locked),
        };
        let last = made.rows.len();
        let near = visible.start.saturating_sub(AROUND).min(last)..(visible.end + AROUND).min(last);
        let places: Vec<usize> = made.stand_for[near.clone()].iter().map(|shown| shown.place).collect();
        self.textures.retain(|place, _| places.contains(place));
        for place in &places {
            if let (None, Some(small)) = (self.textures.get(place), &self.pictures[*place].small) {
                let texture = ctx.load_texture("folder picture", color_image(small), TextureOptions::LINEAR);
                self.textures.insert(*place, texture);
            }
        }
        let view = FolderView {
            kind: self.kind,
            rows: Arc::clone(&made.rows),
            first: near.start,
            pictures: places.iter().map(|place| self.textures.get(place).map(picture_of)).collect(),
            reading: (!self.whole).then_some((self.pictures.len(), files)),
        };
        self.made = Some(made);
        view
    }

    fn make(&self, locked: Locked) -> Made {
        let stand_for = self.order();
        let rows = stand_for.iter().map(|shown| self.row(*shown, locked)).collect();
        Made { locked, stand_for, rows: Arc::new(rows) }
    }

    /// The pictures in the order of the list; on a card each portrait under its code.
    fn order(&self) -> Vec<Shown> {
        if self.joins.is_empty() {
            let own = |place: usize| code_of(&self.pictures[place]).map(|_| place);
            return (0..self.pictures.len()).map(|place| Shown { place, code: own(place) }).collect();
        }
        let mut order = Vec::new();
        for join in &self.joins {
            order.extend(join.code.map(|place| Shown { place, code: Some(place) }));
            order.extend(join.portraits.iter().map(|place| Shown { place: *place, code: join.code }));
        }
        // sheets and files that cannot be read stand at the end, so that nothing is missing
        let left = |place: &usize| self.join_of[*place].is_none() && code_of(&self.pictures[*place]).is_none();
        order.extend((0..self.pictures.len()).filter(left).map(|place| Shown { place, code: None }));
        order
    }

    fn row(&self, shown: Shown, locked: Locked) -> FolderRow {
        let picture = &self.pictures[shown.place];
        let join = self.join_of.get(shown.place).copied().flatten().map(|index| &self.joins[index]);
        let sure = join.and_then(Join::sure).is_some();
        let is_portrait = picture.shows == Shows::Portrait && self.kind == WaysFolder::Card;
        let under_its_code = is_portrait && shown.code.is_some();
        let state = match (picture.shows, picture.fault) {
            (_, Some(fault)) => FolderState::Fault(fault),
            (Shows::Code(digest), _) if locked.is_some_and(|(_, here)| here == digest) => FolderState::Here,
            (Shows::Code(digest), _) if self.collected.contains(&digest) => FolderState::Collected,
            (Shows::Code(_), _) if self.kind == WaysFolder::Codes => FolderState::Read,
            (Shows::Code(_), _) if sure => FolderState::Sure,
            (Shows::SeveralCodes, _) => FolderState::Several,
            (Shows::Portrait, _) if !is_portrait => FolderState::NotRead,
            (Shows::Portrait, _) if self.taken.contains(&picture.path) => FolderState::Taken,
            (Shows::Portrait, _) if sure => FolderState::Portrait,
            (Shows::Code(_) | Shows::Portrait, _) => FolderState::Doubtful,
            (Shows::Nothing, _) => FolderState::Fault(PictureFault::Damaged),
        };
        let action = match (self.kind, picture.shows) {
            (WaysFolder::Card, _) if !self.whole => None,
            (WaysFolder::Codes, Shows::Code(_)) => Some(FolderAction::Lock),
            (WaysFolder::Card, Shows::Portrait) if shown.code.is_some() => Some(FolderAction::Import),
            (WaysFolder::Card, Shows::Portrait) => Some(FolderAction::Give(locked.map(|(shot, _)| shot))),
            _ => None,
        };
        FolderRow {
            name: picture.name(),
            picture: None,
            state,
            digest: code_of(picture).map(short).unwrap_or_default(),
            at: picture.taken.map(camera_clock).unwrap_or_default(),
            // said once, with the code; a portrait without one says it itself
            doubts: join.filter(|_| !under_its_code).map(|join| join.doubts.clone()).unwrap_or_default(),
            indented: under_its_code,
            action,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    fn picture(number: usize, shows: Shows) -> FolderPicture {
        FolderPicture {
            path: PathBuf::from(format!("{number:05}.jpg")),
            taken: None,
            shows,
            subject: None,
            fault: None,
            small: Some(RgbImage::new(8, 6)),
        }
    }

    fn digest(number: usize) -> CodeDigest {
        CodeDigest::from_bytes([number as u8; 32])
    }

    #[test]
    fn a_large_folder_has_textures_only_of_what_can_be_seen_and_rows_that_stay() {
        let ctx = Context::default();
        let mut rows = Rows::new(WaysFolder::Codes);
        for number in 0..5_000 {
            rows.push(picture(number, Shows::Portrait));
        }
        rows.close();
        let top = rows.view(None, &(0..12), 5_000, &ctx);
        assert_eq!((top.rows.len(), top.first, top.pictures.len()), (5_000, 0, 24));
        assert!(top.picture(3).is_some() && top.picture(100).is_none());
        let middle = rows.view(None, &(2_500..2_512), 5_000, &ctx);
        assert_eq!((middle.first, middle.pictures.len()), (2_488, 36));
        assert!(middle.picture(2_500).is_some() && middle.picture(3).is_none());
        assert!(Arc::ptr_eq(&top.rows, &middle.rows), "nothing has changed");
        assert!(rows.textures.len() <= 36);
        let beyond = rows.view(None, &(9_000..9_010), 5_000, &ctx);
        assert!(beyond.pictures.is_empty(), "a list that became shorter");
        rows.was_brought(PathBuf::from("00003.jpg"));
        assert!(!Arc::ptr_eq(&top.rows, &rows.view(None, &(0..12), 5_000, &ctx).rows));
    }

    #[test]
    fn records_that_come_and_go_change_their_own_rows() {
        let ctx = Context::default();
        let mut rows = Rows::new(WaysFolder::Codes);
        for number in 0..3 {
            rows.push(picture(number, Shows::Code(digest(number))));
        }
        rows.close();
        rows.set_collected(vec![digest(0)]);
        let states = |rows: &mut Rows| -> Vec<FolderState> {
            rows.view(None, &(0..3), 3, &ctx).rows.iter().map(|row| row.state).collect()
        };
        use FolderState as F;
        assert_eq!(states(&mut rows), [F::Collected, F::Read, F::Read]);
        rows.follow([(digest(1), true), (digest(1), false), (digest(9), true)].into_iter());
        assert_eq!(
            states(&mut rows),
            [F::Collected, F::Collected, F::Read],
            "a superseded one beside the standing one"
        );
        rows.follow([(digest(0), false)].into_iter());
        assert_eq!(states(&mut rows), [F::Read, F::Collected, F::Read], "its record was withdrawn");
    }
}
