//! PURE: drawn people, phones and codes with known truth, for the simulated camera and for tests.
//!
//! A [`Person`] is drawn in a [`Pose`] into a [`Scene`]; every picture comes with its [`Truth`]. Nothing here reads
//! files, clocks or system randomness: the same values give the same pixels. Real portraits are never imitated one
//! by one; proportions follow the means of measured ones.

mod body;
mod color;
mod cover;
mod cutout;
mod defect;
mod ear;
mod eye;
mod frame;
mod glasses;
mod hair;
mod head;
mod layer;
mod mouth;
mod on_photo;
mod outline;
mod painter;
mod person;
mod phone;
pub mod photometric;
mod pose;
mod random;
mod relief;
mod scene;
mod stage;
mod symbol;
mod truth;

pub use cutout::Cutout;
pub use defect::Defect;
pub use frame::{Drawn, compose, draw};
pub use on_photo::{PhotoFault, PhotoMarks, paint as paint_on_photo};
pub use painter::Painter;
pub use person::{Clothes, EyeLook, FaceShape, Garment, Glasses, Hair, HairStyle, HeadCover, Person, Skin};
pub use phone::{Phone, PhonePose};
pub use pose::Pose;
pub use random::Random;
pub use scene::{LIGHT_BLUE, LIGHT_GREY, Scene, WHITE};
pub use symbol::{Modules, QUIET_ZONE, SymbolError, modules, symbol_image, symbol_of_bytes, symbol_of_segments};
pub use truth::{CodeTruth, FaceTruth, Truth};
