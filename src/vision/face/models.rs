//! The bytes of the four models, embedded in the program. `packaging/build.rs` checked their SHA-256.
//!
//! Apache-2.0, from the mediapipe 0.10.14 wheel; `packaging/fetch-models` fetches them.

/// BlazeFace short range: 1 x 128 x 128 x 3 in, 896 x 16 regressors and 896 scores out.
pub(super) const DETECTOR: &[u8] = include_bytes!(env!("TUCAI_MODEL_DETECTOR"));
/// Face Mesh: 1 x 192 x 192 x 3 in, 468 x 3 points and one presence value out.
pub(super) const MESH: &[u8] = include_bytes!(env!("TUCAI_MODEL_MESH"));
/// Iris: 1 x 64 x 64 x 3 in, 71 x 3 lid and brow points and 5 x 3 iris points out.
pub(super) const IRIS: &[u8] = include_bytes!(env!("TUCAI_MODEL_IRIS"));
/// Selfie segmentation: 1 x 256 x 256 x 3 in, 256 x 256 probabilities of a person out.
pub(super) const SEGMENTATION: &[u8] = include_bytes!(env!("TUCAI_MODEL_SEGMENTATION"));

/// SHA-256 of the four files, in the order above: travels with every record as the version of the models.
pub const MODEL_HASHES: [(&str, &str); 4] = [
    ("face_detection_short_range", env!("TUCAI_MODEL_DETECTOR_SHA256")),
    ("face_landmark", env!("TUCAI_MODEL_MESH_SHA256")),
    ("iris_landmark", env!("TUCAI_MODEL_IRIS_SHA256")),
    ("selfie_segmentation", env!("TUCAI_MODEL_SEGMENTATION_SHA256")),
];

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{DETECTOR, IRIS, MESH, MODEL_HASHES, SEGMENTATION};

    #[test]
    fn the_embedded_models_are_the_named_ones() {
        for ((name, expected), bytes) in MODEL_HASHES.into_iter().zip([DETECTOR, MESH, IRIS, SEGMENTATION]) {
            assert_eq!(hex::encode(Sha256::digest(bytes)), expected, "{name}");
        }
    }
}
