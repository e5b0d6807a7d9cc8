//! From the command line to a running window: which folder, which camera, whether there is a display at all.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context as _, bail};

use super::Window;
use crate::cli::Context;
use crate::device::camera::CameraSpec;
use crate::store::Passphrase;

/// How the window is painted, in the order in which it is tried. Desks have no fast graphics, and without them OpenGL
/// paints the same picture in a fraction of the time.
const RENDERERS: [eframe::Renderer; 2] = [eframe::Renderer::Glow, eframe::Renderer::Wgpu];

/// Side length of the window's icon, pixels.
const ICON: u32 = 128;

/// What the window is to open.
pub struct Plan {
    /// `None`: a throw-away folder.
    pub folder: Option<PathBuf>,
    pub camera: CameraSpec,
    pub scan_camera: Option<CameraSpec>,
    /// From `--passphrase-file`.
    pub passphrase: Option<Passphrase>,
}

impl Plan {
    /// The plan of a command line; `demo` is `--demo`.
    pub fn of(context: &Context, demo: Demo) -> anyhow::Result<Self> {
        let parse = |text: &String| text.parse::<CameraSpec>();
        let named = context.camera.as_ref().map(parse).transpose()?;
        let scan_camera = context.scan_camera.as_ref().map(parse).transpose()?;
        let camera = named.unwrap_or(if demo == Demo::Yes { CameraSpec::SimDemo } else { CameraSpec::Auto });
        let throwaway = context.data.is_none() && (demo == Demo::Yes || camera.is_simulated());
        let folder = match &context.data {
            Some(folder) => Some(folder.clone()),
            None if throwaway => None,
            None => Some(default_folder().context("this user has no home folder: name the data folder with --data")?),
        };
        let passphrase =
            if context.passphrase_file.is_some() { Some(crate::cli::passphrase::obtain(context)?) } else { None };
        Ok(Self { folder, camera, scan_camera, passphrase })
    }

    /// The drawn demonstration on a throw-away folder.
    pub const fn demonstration() -> Self {
        Self { folder: None, camera: CameraSpec::SimDemo, scan_camera: None, passphrase: None }
    }
}

/// Whether `--demo` was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demo {
    Yes,
    No,
}

/// Where this user's stations are kept when nothing else is named.
pub fn default_folder() -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return of("APPDATA").map(|base| base.join("tucai"));
    }
    let home = of("HOME");
    if cfg!(target_os = "macos") {
        return home.map(|home| home.join("Library/Application Support/tucai"));
    }
    let data = of("XDG_DATA_HOME").filter(|path| path.is_absolute());
    data.or_else(|| home.map(|home| home.join(".local/share"))).map(|base| base.join("tucai"))
}

/// Whether a window can be shown: X11 or Wayland on Unix, always elsewhere.
pub fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET")
}

/// Opens the window and returns when it is closed.
pub fn open(context: &Context, demo: Demo) -> anyhow::Result<()> {
    const WITHOUT: &str = "every task has a subcommand that needs no window, see `tucai --help`";
    if !has_display() {
        bail!("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): {WITHOUT}");
    }
    let plan = Plan::of(context, demo)?;
    let viewport = egui::ViewportBuilder::default()
        .with_title("图采站")
        .with_app_id("tucai")
        .with_inner_size([1366.0, 768.0])
        .with_min_inner_size([800.0, 560.0])
        .with_maximized(true)
        .with_icon(icon());
    // Taken when a window is there: the next renderer needs it, should this one find none.
    let plan = Rc::new(Cell::new(Some(plan)));
    let mut ran = Ok(());
    for renderer in RENDERERS {
        let options =
            eframe::NativeOptions { viewport: viewport.clone(), renderer, dithering: false, ..Default::default() };
        let given = Rc::clone(&plan);
        let window = move |creation: &eframe::CreationContext<'_>| {
            let plan = given.take().context("the window was opened before")?;
            Ok(Box::new(Window::new(plan, &creation.egui_ctx)) as Box<dyn eframe::App>)
        };
        ran = eframe::run_native("tucai", options, Box::new(|creation| window(creation).map_err(anyhow::Error::into)));
        let was_there = plan.take().map(|kept| plan.set(Some(kept))).is_none();
        match &ran {
            Err(error) if !was_there => log::warn!("no window by {renderer}: {error}"),
            _ => break,
        }
    }
    ran.map_err(|error| anyhow::anyhow!("the window cannot be opened ({error}): {WITHOUT}"))
}

/// The program's icon, drawn: a frame with a head in it and a tick.
fn icon() -> egui::IconData {
    let bytes = include_bytes!("../../../assets/icons/tucai-128.png");
    match image::load_from_memory_with_format(bytes, image::ImageFormat::Png) {
        Ok(picture) => {
            let picture = picture.to_rgba8();
            let (width, height) = picture.dimensions();
            egui::IconData { rgba: picture.into_raw(), width, height }
        }
        Err(error) => {
            log::warn!("the icon cannot be read: {error}");
            egui::IconData { rgba: vec![0; (ICON * ICON * 4) as usize], width: ICON, height: ICON }
        }
    }
}

/// Whether a folder holds a station.
pub(super) fn is_station(folder: &Path) -> bool {
    folder.join("station.key").is_file()
}
