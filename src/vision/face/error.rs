//! What can go wrong while the face models are loaded. The words for people stand in `text`.

/// A model could not be made ready, or did not run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The bytes are not a `TFLite` model.
    #[error("{model}: not a TFLite model: {detail}")]
    Unreadable { model: &'static str, detail: String },
    /// The model uses something that this program does not know.
    #[error("{model}: {detail}")]
    Unsupported { model: &'static str, detail: String },
    /// The inference library refused the graph or a run.
    #[error("{model}: {detail}")]
    Inference { model: &'static str, detail: String },
}
