//! `tucai doctor`: says what this machine can do, one item per line. Each kind of item is asked in its own function;
//! only what the program cannot work without (the database library, the face models) makes the exit status 1.

mod cameras;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::{Context, Exit};
use crate::device::os;
use crate::vision::face::FaceModels;

/// Says what this machine can do: cameras, window, fonts, disks, clock, SQLite, models.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Streams from the camera of `--camera` for this long and says each change of its status.
    #[arg(long, value_name = "SECONDS", hide = true)]
    watch: Option<u64>,
}

/// What was found about one thing.
struct Item {
    name: &'static str,
    ok: bool,
    /// The program cannot work without it.
    required: bool,
    message: String,
    /// Further values for `--json`.
    values: Map<String, Value>,
}

impl Item {
    fn new(name: &'static str, ok: bool, message: impl Into<String>, values: Value) -> Self {
        let values = if let Value::Object(values) = values { values } else { Map::new() };
        Self { name, ok, required: false, message: message.into(), values }
    }

    fn required(self) -> Self {
        Self { required: true, ..self }
    }

    fn to_json(&self) -> Value {
        let mut line = Map::new();
        line.insert(String::from("v"), json!(1));
        line.insert(String::from("item"), json!(self.name));
        line.extend(self.values.clone());
        line.insert(String::from("ok"), json!(self.ok));
        line.insert(String::from("message"), json!(self.message));
        Value::Object(line)
    }

    fn to_text(&self) -> String {
        let sign = match (self.ok, self.required) {
            (true, _) => "ok      ",
            (false, false) => "missing ",
            (false, true) => "broken  ",
        };
        format!("{sign} {:8} {}", self.name, self.message)
    }
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let mut worst = Exit::Done;
    let mut say = |item: &Item| {
        if context.json {
            println!("{}", item.to_json());
        } else {
            println!("{}", item.to_text());
        }
        if item.required && !item.ok {
            worst = Exit::Refused;
        }
    };
    if let Some(text) = &context.camera {
        let spec = text.parse()?;
        match args.watch {
            Some(secs) => cameras::watch(spec, Duration::from_secs(secs), &mut say)?,
            // Named, so it is wanted.
            None => say(&cameras::measure(text, &spec).required()),
        }
        return Ok(worst);
    }
    anyhow::ensure!(args.watch.is_none(), "--watch needs --camera");
    cameras::all().iter().for_each(&mut say);
    say(&window());
    say(&font());
    say(&disk(context.data.as_deref()));
    say(&clock(Timestamp::now()));
    say(&sqlite().unwrap_or_else(|error| {
        Item::new("sqlite", false, format!("the database library does not work: {error:#}"), json!({})).required()
    }));
    say(&models());
    Ok(worst)
}

fn window() -> Item {
    let built = cfg!(feature = "window");
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let display = variable("WAYLAND_DISPLAY").or_else(|| variable("DISPLAY"));
    let has_display = display.is_some() || !cfg!(target_os = "linux");
    let message = match (built, has_display) {
        (true, true) => "the window can open",
        (true, false) => "no display: neither DISPLAY nor WAYLAND_DISPLAY is set",
        (false, _) => "this build has no window",
    };
    Item::new("window", built && has_display, message, json!({ "built": built, "display": display }))
}

/// Beginnings of file names of faces with simplified Chinese, in lower case.
const CHINESE_FACES: [&str; 16] = [
    "notosanscjk",
    "notoserifcjk",
    "notosanssc",
    "sourcehansans",
    "sourcehanserif",
    "wqy-",
    "droidsansfallback",
    "uming",
    "ukai",
    "gbsn",
    "msyh",
    "deng",
    "simsun",
    "simhei",
    "pingfang",
    "stheiti",
];

fn font_folders() -> Vec<PathBuf> {
    let fixed =
        ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "C:\\Windows\\Fonts"];
    let mut folders = fixed.map(PathBuf::from).to_vec();
    if let Some(home) = std::env::home_dir() {
        folders.extend([".fonts", ".local/share/fonts", "Library/Fonts"].map(|folder| home.join(folder)));
    }
    folders
}

/// File name of the first Chinese face below this folder.
fn chinese_face(folder: &Path, depth: u8) -> Option<String> {
    let mut inside = Vec::new();
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            inside.push(entry.path());
        } else if CHINESE_FACES.iter().any(|face| name.to_lowercase().starts_with(face)) {
            return Some(name);
        }
    }
    inside.sort();
    inside.iter().filter(|_| depth > 0).find_map(|folder| chinese_face(folder, depth - 1))
}

fn font() -> Item {
    match font_folders().iter().find_map(|folder| chinese_face(folder, 5)) {
        Some(face) => Item::new("font", true, format!("Chinese face {face}"), json!({ "face": face })),
        None => Item::new(
            "font",
            false,
            "no Chinese font in the usual folders: install fonts-noto-cjk or fonts-wqy-microhei",
            json!({ "face": null }),
        ),
    }
}

/// Room for about a thousand people: final picture, original, witness, and as much again for bundles.
const ROOM_WANTED: u64 = 4 << 30;

fn disk(data: Option<&Path>) -> Item {
    let folder = data.unwrap_or_else(|| Path::new("."));
    match os::disk_space(folder) {
        Ok(space) => {
            let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
            let ok = space.free_bytes >= ROOM_WANTED;
            let advice = if ok { "" } else { "; make room for at least 4 GiB" };
            let message = format!("{:.1} of {:.1} GiB free{advice}", gib(space.free_bytes), gib(space.total_bytes));
            let named = data.map(|folder| folder.display().to_string());
            let values = json!({ "data": named, "free_bytes": space.free_bytes, "total_bytes": space.total_bytes });
            Item::new("disk", ok, message, values)
        }
        Err(error) => Item::new("disk", false, format!("free space is not known: {error}"), json!({ "data": null })),
    }
}

/// No clock that is right shows a time before this program was written, or one after its life.
const CLOCK_SECS: std::ops::Range<i64> = 1_767_225_600..2_524_608_000;

fn clock(now: Timestamp) -> Item {
    let ok = CLOCK_SECS.contains(&now.as_second());
    let zone = TimeZone::system();
    let shown = now.to_zoned(zone.clone());
    let offset_minutes = shown.offset().seconds() / 60;
    let message = if ok {
        format!("{}", shown.strftime("%Y-%m-%d %H:%M:%S %:z"))
    } else {
        format!("the clock says {}: set it, records and retention use it", shown.strftime("%Y-%m-%d %H:%M"))
    };
    let values = json!({ "now": format!("{now:.3}"), "offset_minutes": offset_minutes, "zone": zone.iana_name() });
    Item::new("clock", ok, message, values)
}

/// The oldest SQLite that the store accepts (fixed a damaged-log bug that matters to it).
const SQLITE_WANTED: i32 = 3_051_003;

fn sqlite() -> anyhow::Result<Item> {
    let version = rusqlite::version();
    let database = rusqlite::Connection::open_in_memory()?;
    let cipher: Option<String> = database.query_row("PRAGMA cipher_version", [], |row| row.get(0)).ok();
    let cipher = cipher.context("it is not SQLCipher")?;
    let integrity: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let ok = rusqlite::version_number() >= SQLITE_WANTED && integrity == "ok";
    let message = if ok {
        format!("SQLite {version}, SQLCipher {cipher}")
    } else {
        format!("SQLite {version} is too old: 3.51.3 or newer is needed")
    };
    Ok(Item::new("sqlite", ok, message, json!({ "sqlite": version, "sqlcipher": cipher })).required())
}

fn models() -> Item {
    let begun = Instant::now();
    match FaceModels::load() {
        Ok(_models) => {
            let ms = begun.elapsed().as_millis() as u64;
            Item::new("models", true, format!("the four face models load in {ms} ms"), json!({ "ms": ms })).required()
        }
        Err(error) => Item::new("models", false, format!("the face models do not load: {error}"), json!({})).required(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_has_its_fixed_fields() {
        let line = Item::new("clock", true, "now", json!({ "zone": "UTC" })).to_json();
        assert_eq!(line, json!({ "v": 1, "item": "clock", "zone": "UTC", "ok": true, "message": "now" }));
    }

    #[test]
    fn a_clock_at_its_reset_value_is_not_plausible() {
        assert!(!clock(Timestamp::from_second(946_684_800).unwrap()).ok, "the year 2000");
        assert!(clock(Timestamp::from_second(1_800_000_000).unwrap()).ok);
        assert!(!clock(Timestamp::from_second(4_000_000_000).unwrap()).ok);
    }

    #[test]
    fn the_database_library_is_the_one_the_store_needs() {
        let item = sqlite().unwrap();
        assert!(item.ok && item.required, "{}", item.message);
    }

    #[test]
    fn a_chinese_face_is_found_by_its_name_below_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(chinese_face(folder.path(), 5), None);
        let inside = folder.path().join("truetype").join("wqy");
        std::fs::create_dir_all(&inside).unwrap();
        std::fs::write(inside.join("WQY-microhei.ttc"), b"").unwrap();
        std::fs::write(inside.join("DejaVuSans.ttf"), b"").unwrap();
        assert_eq!(chinese_face(folder.path(), 5).as_deref(), Some("WQY-microhei.ttc"));
        assert_eq!(chinese_face(folder.path(), 1), None, "deeper than asked");
    }
}
