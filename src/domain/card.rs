//! A memory card on which each student's code was photographed before the portrait: pictures in shutter order, split by
//! the codes among them. What is doubtful is said; who decides is left to people.

use super::code::CodeDigest;
use super::fault::PictureFault;
use super::tether::Waits;

/// A portrait that was taken longer than this after its code may be the next person's.
pub const LONG_GAP_MILLIS: i64 = 120_000;

/// What one picture of the card shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    Code(CodeDigest),
    /// Several different codes: whose turn it is nobody can tell.
    SeveralCodes,
    /// No code: taken for a portrait until its face is looked for.
    Portrait,
    /// The file cannot be read.
    Nothing,
}

/// One picture of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardPicture {
    /// Of its shutter, on the camera's clock.
    pub taken_millis: Option<i64>,
    pub shows: Shows,
}

/// What a folder that somebody brings is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderKind {
    /// Pictures of codes.
    Codes,
    /// Each student's code, then the portrait.
    Card,
}

/// What is known of one picture of a folder, for the list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderShows {
    /// A code was read.
    Read,
    /// No code was read.
    NotRead,
    Several,
    /// The file gives no picture.
    Fault(PictureFault),
    /// The code has a standing record.
    Collected,
    /// Its subject is locked now.
    Here,
    /// A code with its one portrait.
    Sure,
    /// To be decided by looking.
    Doubtful,
    Portrait,
    /// A portrait that was brought to its subject already.
    Taken,
    /// It belongs to nobody yet.
    Unmatched(Waits),
}

/// Why a join of code and portrait is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// No code was photographed before.
    NoCode,
    /// The code before this one has no portrait: this portrait may be its.
    CodeBeforeIsAlone,
    /// Nothing was photographed after the code.
    NoPortrait,
    SeveralPortraits,
    LongGap,
    /// A picture between shows several codes, or cannot be read.
    Interrupted,
    /// The same code stands at two places of the card.
    CodeAgain,
    /// A picture does not say when it was taken: the order is that of the names. Of every pair, when a code and a
    /// portrait are among such pictures.
    NoTime,
}

impl Doubt {
    /// Name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCode => "no_code",
            Self::CodeBeforeIsAlone => "code_before_is_alone",
            Self::NoPortrait => "no_portrait",
            Self::SeveralPortraits => "several_portraits",
            Self::LongGap => "long_gap",
            Self::Interrupted => "interrupted",
            Self::CodeAgain => "code_again",
            Self::NoTime => "no_time",
        }
    }
}

/// A code with the portraits that were taken after it. Pictures are named by their place in shutter order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Join {
    /// The last picture of the code, when it was photographed several times in a row.
    pub code: Option<usize>,
    pub portraits: Vec<usize>,
    /// Empty: one code, one portrait, nothing to decide.
    pub doubts: Vec<Doubt>,
}

impl Join {
    /// The portrait that belongs to the code beyond doubt.
    pub fn sure(&self) -> Option<(usize, usize)> {
        match (self.code, self.portraits.as_slice()) {
            (Some(code), &[portrait]) if self.doubts.is_empty() => Some((code, portrait)),
            _ => None,
        }
    }
}

/// Splits pictures in shutter order by the codes among them.
pub fn joins(pictures: &[CardPicture]) -> Vec<Join> {
    let mut joins = split(pictures);
    // A portrait and a code that can lie anywhere may lie between any two others.
    let anywhere = |wanted: fn(Shows) -> bool| {
        pictures.iter().any(|picture| picture.taken_millis.is_none() && wanted(picture.shows))
    };
    let unplaced = anywhere(|shows| shows == Shows::Portrait)
        && anywhere(|shows| matches!(shows, Shows::Code(_) | Shows::SeveralCodes));
    let digest = |join: &Join| join.code.and_then(|place| code_of(&pictures[place]));
    for at in 0..joins.len() {
        let mine = digest(&joins[at]);
        let again = mine.is_some() && (0..joins.len()).any(|other| other != at && digest(&joins[other]) == mine);
        let alone_before = at > 0 && joins[at - 1].code.is_some() && joins[at - 1].portraits.is_empty();
        let join = &mut joins[at];
        let taken = |place: usize| pictures[place].taken_millis;
        let mut doubt = |is: bool, doubt: Doubt| {
            if is && !join.doubts.contains(&doubt) {
                join.doubts.push(doubt);
            }
        };
        doubt(mine.is_none(), Doubt::NoCode);
        doubt(join.portraits.is_empty(), Doubt::NoPortrait);
        doubt(join.portraits.len() > 1, Doubt::SeveralPortraits);
        doubt(alone_before, Doubt::CodeBeforeIsAlone);
        doubt(again, Doubt::CodeAgain);
        let all = || join.code.iter().chain(&join.portraits).map(|place| taken(*place));
        doubt(unplaced || all().any(|time| time.is_none()), Doubt::NoTime);
        let gap = join.code.and_then(taken).zip(join.portraits.iter().filter_map(|place| taken(*place)).max());
        doubt(gap.is_some_and(|(code, last)| last - code > LONG_GAP_MILLIS), Doubt::LongGap);
        join.doubts.sort_unstable();
    }
    joins
}

const fn code_of(picture: &CardPicture) -> Option<CodeDigest> {
    match picture.shows {
        Shows::Code(digest) => Some(digest),
        _ => None,
    }
}

fn split(pictures: &[CardPicture]) -> Vec<Join> {
    let mut joins: Vec<Join> = Vec::new();
    for (place, picture) in pictures.iter().enumerate() {
        match picture.shows {
            Shows::Code(digest) => match joins.last_mut() {
                // photographed once more before the portrait
                Some(Join { code: Some(before), portraits, .. })
                    if portraits.is_empty() && code_of(&pictures[*before]) == Some(digest) =>
                {
                    *before = place;
                }
                _ => joins.push(Join { code: Some(place), ..Join::default() }),
            },
            Shows::Portrait => match joins.last_mut() {
                Some(join) => join.portraits.push(place),
                None => joins.push(Join { portraits: vec![place], ..Join::default() }),
            },
            Shows::SeveralCodes => {
                joins.push(Join { doubts: vec![Doubt::Interrupted], ..Join::default() });
            }
            // One without a time lies here by its name. Behind a portrait it parts nothing: were it the next code, the
            // portraits after it would be too many for this one.
            Shows::Nothing => {
                if let Some(join) = joins.last_mut()
                    && (picture.taken_millis.is_some() || join.portraits.is_empty())
                    && !join.doubts.contains(&Doubt::Interrupted)
                {
                    join.doubts.push(Doubt::Interrupted);
                }
            }
        }
    }
    // a sheet of codes that no portrait follows takes nothing from anybody
    joins.retain(|join| join.code.is_some() || !join.portraits.is_empty());
    joins
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` to `c` are codes, `P` a portrait, `X` an unreadable file, `S` a sheet of codes, `-` two minutes and more.
    fn card(text: &str) -> Vec<CardPicture> {
        let mut millis = 0;
        let mut pictures = Vec::new();
        for sign in text.chars() {
            millis += if sign == '-' { 200_000 } else { 5_000 };
            let shows = match sign {
                'P' => Shows::Portrait,
                'X' => Shows::Nothing,
                'S' => Shows::SeveralCodes,
                '-' => continue,
                code => Shows::Code(CodeDigest::from_bytes([code as u8; 32])),
            };
            pictures.push(CardPicture { taken_millis: Some(millis), shows });
        }
        pictures
    }

    fn doubts(text: &str) -> Vec<Vec<Doubt>> {
        joins(&card(text)).into_iter().map(|join| join.doubts).collect()
    }

    #[test]
    fn a_code_and_its_portrait_are_sure() {
        let all = joins(&card("aPbPcP"));
        assert_eq!(all.iter().map(Join::sure).collect::<Vec<_>>(), [Some((0, 1)), Some((2, 3)), Some((4, 5))]);
        assert_eq!(joins(&card("aaP")).iter().map(Join::sure).collect::<Vec<_>>(), [Some((1, 2))], "shot twice");
        assert_eq!(joins(&[]), []);
    }

    #[test]
    fn everything_that_may_be_wrong_is_a_doubt() {
        use Doubt as D;
        assert_eq!(doubts("PaP"), [vec![D::NoCode], vec![]]);
        assert_eq!(doubts("abP"), [vec![D::NoPortrait], vec![D::CodeBeforeIsAlone]]);
        assert_eq!(doubts("aPPbP"), [vec![D::SeveralPortraits], vec![]]);
        assert_eq!(doubts("a-PbP"), [vec![D::LongGap], vec![]]);
        assert_eq!(doubts("aXPbP"), [vec![D::Interrupted], vec![]]);
        let mut untimed = card("aPXbP");
        assert_eq!(joins(&untimed)[0].doubts, [D::Interrupted]);
        untimed[2].taken_millis = None;
        assert_eq!(joins(&untimed)[0].doubts, [], "it lies nobody knows where, and is told on its own");
        let mut between = card("aXPbP");
        between[1].taken_millis = None;
        assert_eq!(joins(&between)[0].doubts, [D::Interrupted], "by its name it lies between the two");
        assert_eq!(doubts("aPbPaP"), [vec![D::CodeAgain], vec![], vec![D::CodeAgain]]);
        assert_eq!(doubts("aPSPbP"), [vec![], vec![D::NoCode, D::Interrupted], vec![]]);
        assert_eq!(doubts("aPS"), [vec![]], "a sheet at the end takes nothing from anybody");
        assert_eq!(doubts("aPb"), [vec![], vec![D::NoPortrait]]);
        let mut pictures = card("aP");
        pictures[1].taken_millis = None;
        assert_eq!(joins(&pictures)[0].doubts, [D::NoTime]);
    }

    #[test]
    fn no_portrait_is_lost_and_none_is_joined_twice() {
        let text = "PPaPbcPPXPaSPPc-PbbP";
        let pictures = card(text);
        let mut joined: Vec<usize> = joins(&pictures).into_iter().flat_map(|join| join.portraits).collect();
        joined.sort_unstable();
        let portraits = pictures.iter().enumerate().filter(|(_, picture)| picture.shows == Shows::Portrait);
        assert_eq!(joined, portraits.map(|(place, _)| place).collect::<Vec<_>>());
    }
}
