//! Settings files of a session and its poster, read and written through the system's dialogs on threads of their own.

use std::path::Path;
use std::sync::mpsc::SyncSender;

use super::Reply;
use crate::deliver::poster::page;
use crate::domain::set_up::SetUp;
use crate::text::Lang;
use crate::worker::camera::WakeFn;

/// Ending and proposed name of a settings file.
const ENDING: &str = "toml";
const NAME: &str = "tucai-session.toml";
const POSTER_ENDING: &str = "html";
const POSTER: &str = "tucai-poster.html";
/// Far more than any settings file.
const MOST_BYTES: u64 = 256 * 1024;

/// What came of a dialog.
pub(super) enum Exchanged {
    Read(Box<SetUp>),
    Written(String),
    PosterWritten(String),
    NotWritten,
    /// With the line that is wrong.
    Unusable(Option<usize>),
}

/// Asks for a settings file and reads it; nothing happens when nothing is chosen.
pub(super) fn read_set_up(answer: SyncSender<Reply>, wake: WakeFn) {
    on_thread(answer, wake, || {
        let path = rfd::FileDialog::new().add_filter("TOML", &[ENDING]).pick_file()?;
        Some(match read(&path) {
            Ok(set_up) => Exchanged::Read(Box::new(set_up)),
            Err(line) => Exchanged::Unusable(line),
        })
    });
}

/// Asks where to and writes the settings there.
pub(super) fn write_set_up(set_up: SetUp, answer: SyncSender<Reply>, wake: WakeFn) {
    on_thread(answer, wake, move || {
        let path = rfd::FileDialog::new().add_filter("TOML", &[ENDING]).set_file_name(NAME).save_file()?;
        let written = toml::to_string_pretty(&set_up).map_err(std::io::Error::other).and_then(|text| {
            std::fs::write(&path, text)?;
            Ok(path.display().to_string())
        });
        Some(written.map_or_else(
            |error| {
                log::warn!("the settings cannot be written: {error}");
                Exchanged::NotWritten
            },
            Exchanged::Written,
        ))
    });
}

/// Asks where to, draws the poster and writes it there.
pub(super) fn write_poster(set_up: SetUp, lang: Lang, answer: SyncSender<Reply>, wake: WakeFn) {
    on_thread(answer, wake, move || {
        let path = rfd::FileDialog::new().add_filter("HTML", &[POSTER_ENDING]).set_file_name(POSTER).save_file()?;
        let page = page(&set_up.notice(), lang).map_err(std::io::Error::other);
        Some(match page.and_then(|page| std::fs::write(&path, page)) {
            Ok(()) => Exchanged::PosterWritten(path.display().to_string()),
            Err(error) => {
                log::warn!("the poster cannot be written: {error}");
                Exchanged::NotWritten
            }
        })
    });
}

fn on_thread(answer: SyncSender<Reply>, wake: WakeFn, ask: impl FnOnce() -> Option<Exchanged> + Send + 'static) {
    let asking = std::thread::Builder::new().name(String::from("file-dialog")).spawn(move || {
        if let Some(exchanged) = ask() {
            // nobody listens any more when the window has closed
            answer.send(Reply::Exchanged(exchanged)).ok();
            wake();
        }
    });
    if let Err(error) = asking {
        log::warn!("no file dialog: {error}");
    }
}

/// Reads a settings file; the line that is wrong where one can be named.
fn read(path: &Path) -> Result<SetUp, Option<usize>> {
    let unreadable = |error: std::io::Error| {
        log::warn!("the settings file cannot be read: {error}");
        None
    };
    if std::fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(None);
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    toml::from_str(&text).map_err(|error| {
        // Not the message: it may quote a class.
        let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
        log::warn!("the settings file is refused at line {line:?}");
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settings_file_is_read_and_a_wrong_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let set_up = SetUp::new(String::from("degree-2017"));
        std::fs::write(&path, toml::to_string_pretty(&set_up).unwrap()).unwrap();
        assert_eq!(read(&path), Ok(set_up));
        std::fs::write(&path, "name = \"a\"\nprofile_id = \"b\"\nletter = \"C\"\n").unwrap();
        assert_eq!(read(&path), Err(Some(3)), "a letter is not carried over");
        std::fs::write(&path, vec![b'a'; 300 * 1024]).unwrap();
        assert_eq!(read(&path), Err(None));
        assert_eq!(read(&folder.path().join("none")), Err(None));
    }
}
