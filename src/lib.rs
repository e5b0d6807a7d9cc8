//! 图采站 (`tucai`): the offline desk program for collecting graduates' photos under a 采集码.
//!
//! Data flows one way: camera frames ([`device`]) are judged ([`vision`]), the way of one student is a pure state
//! machine ([`domain`]), records become durable ([`store`]) and leave in sealed bundles ([`bundle`]).
//!
//! Layers, enforced by a test over the `use` lines: `domain`, `vision` and `render` import nothing of ours except
//! `domain`; `text` and `roster` (files of the school's list) import `domain`; `device`, `store`, `deliver` and
//! `bundle` import those (`bundle` also the store's capsule); `worker` imports those; `ui` imports `domain` and
//! `text`; `app` and `cli` import all.

pub mod app;
pub mod bundle;
pub mod cli;
pub mod deliver;
pub mod device;
pub mod domain;
pub mod render;
pub mod roster;
pub mod store;
pub mod text;
pub mod vision;
pub mod worker;

#[cfg(feature = "window")]
pub mod ui;
