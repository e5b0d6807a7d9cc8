//! PURE: values and rules. No file, thread, clock, pixel or window in here; time comes in as an argument.

pub mod card;
pub mod code;
pub mod code_help;
pub mod crop;
pub mod exposure;
pub mod face;
pub mod fault;
pub mod finding;
pub mod geometry;
pub mod guide;
pub mod ids;
pub mod notice;
pub mod operator;
pub mod profile;
pub mod profile_file;
pub mod profiles;
pub mod record;
pub mod record_states;
pub mod roster;
pub mod session;
pub mod set_up;
pub mod set_up_code;
pub mod slip;
pub mod steady;
pub mod tether;
pub mod time;
