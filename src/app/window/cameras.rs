//! Which cameras the desk uses: listed away from the window, chosen by the operator, found again at the next start.

use std::sync::Arc;

use super::preferences::KnownCamera;
use super::{Reply, Window};
use crate::app::desk::{LiveCamera, Pictures};
use crate::device::camera::{CameraSpec, Listed, OpenOptions};
use crate::device::os::monotonic_now;
use crate::domain::turn::Turn;
use crate::worker::camera::CameraWorker;

/// What a camera is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Portrait,
    Scan,
}

impl Window {
    /// The thread of the portrait camera as it is mounted, or of one that only reads codes: those may stand as they do.
    pub(super) fn camera(&self, spec: &CameraSpec, role: Role) -> std::io::Result<LiveCamera> {
        let turn = if role == Role::Portrait { self.preferences.turn } else { Turn::Upright };
        let options = OpenOptions { director: self.visitors.clone(), turn, ..OpenOptions::default() };
        CameraWorker::spawn(spec.clone(), options, Arc::clone(&self.wake)).map(LiveCamera::new)
    }

    pub(super) fn list_cameras(&self) {
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let listing = std::thread::Builder::new().name(String::from("camera-list")).spawn(move || {
            // nobody listens any more when the window has closed
            answer.send(Reply::Cameras(crate::device::camera::list())).ok();
            wake();
        });
        if let Err(error) = listing {
            log::warn!("cameras cannot be listed: {error}");
        }
    }

    /// Tries the same camera again, and lists what is there now.
    pub(super) fn look_for_camera(&mut self) {
        self.list_cameras();
        self.use_camera(self.plan.camera.clone());
    }

    /// The operator's choice of the portrait camera; kept for the next start.
    pub(super) fn choose_camera(&mut self, index: usize) {
        let Some(listed) = self.cameras.get(index) else { return };
        let spec = CameraSpec::V4l2(listed.index);
        self.preferences.camera = Some(KnownCamera::of(listed));
        self.keep_preferences();
        if self.plan.scan_camera.as_ref() == Some(&spec) {
            // One device cannot be opened twice.
            self.use_scanner(None);
        }
        self.use_camera(spec);
    }

    /// The operator's word on how the portrait camera is mounted; kept for the next start.
    pub(super) fn turn_camera(&mut self, turn: Turn) {
        self.preferences.turn = turn;
        self.keep_preferences();
        self.use_camera(self.plan.camera.clone());
    }

    /// The operator's choice of a second camera that reads codes.
    pub(super) fn choose_scan_camera(&mut self, index: Option<usize>) {
        let listed = index.and_then(|index| self.cameras.get(index));
        self.preferences.scan_camera = listed.map(KnownCamera::of);
        let spec = listed.map(|listed| CameraSpec::V4l2(listed.index));
        self.keep_preferences();
        self.use_scanner(spec);
    }

    /// Once desk and list are there: the cameras of the last time, where the command line names no other.
    pub(super) fn use_remembered(&mut self) {
        if self.open.is_none() || self.cameras.is_empty() || self.plan.camera != CameraSpec::Auto {
            return;
        }
        let find = |known: &Option<KnownCamera>| -> Option<CameraSpec> {
            let listed: &Listed = known.as_ref()?.among(&self.cameras)?;
            Some(CameraSpec::V4l2(listed.index))
        };
        let (camera, scanner) = (find(&self.preferences.camera), find(&self.preferences.scan_camera));
        if let Some(spec) = camera {
            self.use_camera(spec);
        }
        if self.plan.scan_camera.is_none() && scanner.is_some() {
            self.use_scanner(scanner);
        }
    }

    /// The listed camera that takes portraits; where the best one was to be used, the one of its name, unless two are
    /// called alike.
    pub(super) fn portrait_camera(&self, streaming: &str) -> Option<usize> {
        if let CameraSpec::V4l2(index) = self.plan.camera {
            return self.cameras.iter().position(|camera| camera.index == index);
        }
        let mut called = self.cameras.iter().enumerate().filter(|(_, camera)| streaming.starts_with(&camera.name));
        called.next().filter(|_| called.next().is_none()).map(|(index, _)| index)
    }

    fn use_camera(&mut self, spec: CameraSpec) {
        match self.camera(&spec, Role::Portrait) {
            Ok(camera) => {
                self.plan.camera = spec;
                self.album.forget_preview();
                if let Some(open) = &mut self.open {
                    open.desk.use_camera(Box::new(camera));
                    open.opened_at = monotonic_now();
                }
                // A session before a real camera has to be asked about.
                self.configure(monotonic_now());
            }
            Err(error) => log::error!("the camera's thread does not start: {error}"),
        }
    }

    fn use_scanner(&mut self, spec: Option<CameraSpec>) {
        let camera = spec.as_ref().map(|spec| self.camera(spec, Role::Scan)).transpose();
        match camera {
            Ok(camera) => {
                self.plan.scan_camera = spec;
                if let Some(open) = &mut self.open {
                    open.desk.use_scanner(camera.map(|camera| Box::new(camera) as Box<dyn Pictures>));
                }
            }
            Err(error) => log::error!("the camera's thread does not start: {error}"),
        }
    }
}
