//! The file of a centre's card: its JSON text, or a picture of the code that holds the same text.

use std::io::Read as _;
use std::path::Path;

use crate::bundle::BundleError;
use crate::bundle::keys::{CentreCard, MAX_KEY_FILE_BYTES};
use crate::domain::fault::BundleFault;
use crate::vision::decode::decode;
use crate::vision::qr::{Effort, read_codes};

/// What the dialog offers.
pub(super) const ENDINGS: &[&str] = &["json", "png", "jpg", "jpeg"];
/// A photo of a printed card from a phone is not larger.
const MOST_PICTURE_BYTES: u64 = 24 << 20;

/// Reads a card; what is larger than any card or photo of one is none.
pub(super) fn read(path: &Path) -> Result<CentreCard, BundleError> {
    let unreadable = |error| BundleError::io("the card cannot be read", error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MOST_PICTURE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_PICTURE_BYTES {
        return Err(no_card("the file is too large for a card"));
    }
    // Only a picture is decoded: a text is taken as it stands.
    let Ok(picture) = decode(&bytes) else { return card_of(&bytes) };
    let codes = read_codes(&image::imageops::grayscale(&picture.picture), Effort::Thorough);
    let cards: Vec<_> = codes.iter().filter_map(|read| card_of(read.code.as_bytes()).ok()).collect();
    match cards.as_slice() {
        [card] => Ok(card.clone()),
        [] => Err(no_card("the picture shows no card")),
        _ => Err(no_card("the picture shows several cards")),
    }
}

/// The card that a text is.
pub(super) fn card_of(bytes: &[u8]) -> Result<CentreCard, BundleError> {
    if bytes.len() as u64 > MAX_KEY_FILE_BYTES {
        return Err(no_card("the text is too long for a card"));
    }
    CentreCard::from_json(std::str::from_utf8(bytes).map_err(|_binary| no_card("a card is text"))?)
}

fn no_card(what: &str) -> BundleError {
    BundleError::refused(BundleFault::NoRecipient, what)
}
