//! All integration tests, one binary.

#![allow(unreachable_pub, reason = "one binary: everything here is private to it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tables of what was measured are read by people")]

mod support;

mod adopt;
mod adopt_window;
mod advice;
mod after_restart;
mod app;
mod bad_pictures;
mod bundle;
mod bundle_speed;
mod bundle_station;
mod camera;
mod card;
mod centre;
mod checks;
mod checks_parts;
mod cli;
mod collected;
mod controls;
mod cut_heads;
mod deciding;
mod deciding_window;
mod drive;
mod face;
mod feed;
mod freeze;
mod guides;
mod key_store;
mod layers;
mod live;
mod live_desk;
mod lock_row;
mod lost_locks;
mod matting;
mod mutated;
mod opening_news;
mod operators;
mod people_window;
mod photo;
mod prepare;
mod prepare_more;
mod prepare_profiles;
mod purge;
mod purge_cut;
mod purge_early;
mod purge_window;
mod qr;
mod rates;
mod reading;
mod receipts;
mod records;
mod remember;
mod render;
mod repeat;
mod retaken;
mod roster;
mod roster_desk;
mod roster_disks;
mod scan_desk;
mod scene;
mod second_disk;
mod second_disk_window;
mod second_locks;
mod session;
mod standardize;
mod station_files;
mod store;
mod survival;
mod tether;
mod text;
mod ways;
mod window;
