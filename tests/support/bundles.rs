//! Bundles for tests: made through the public API, and crafted ones that no station would make.

use std::path::{Path, PathBuf};

use image::{ExtendedColorType, ImageEncoder as _};
use tempfile::TempDir;
use tucai::bundle::crc32::Crc32;
use tucai::bundle::keys::{Signer, VerifyKey};
use tucai::bundle::lines::{ChangeLine, JournalLine, Part};
use tucai::bundle::outer::{Frame, UNTRUSTED};
use tucai::bundle::seal::{Added, BundleRecord, Limits, SealedBundle, Sealer, Setup};
use tucai::domain::code::{CodeSource, SubjectCode};
use tucai::domain::finding::{CheckId, Finding, Level, Reason, Severity, Unit};
use tucai::domain::ids::{ContentHash, RecordId, SessionId, ShotNumber, StationLetter};
use tucai::domain::record::{Confirmation, ConfirmedBy, Override, OverrideReason, Record, RecordState};
use tucai::domain::time::WallTime;

/// 2026-06-01 in Beijing.
pub(crate) const NOON: WallTime = WallTime { unix_millis: 1_780_286_400_123, offset_minutes: 480 };

/// A station, a centre, and a folder beside the crate's target.
pub(crate) struct Desk {
    pub(crate) secret: minisign::SecretKey,
    pub(crate) station: Signer,
    pub(crate) centre: age::x25519::Identity,
    pub(crate) folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let secret = minisign::KeyPair::generate_unencrypted_keypair().unwrap().sk;
        Self {
            station: Signer::new(secret.clone()).unwrap(),
            secret,
            centre: age::x25519::Identity::generate(),
            folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn key(&self) -> &VerifyKey {
        self.station.public()
    }

    pub(crate) fn setup(&self, sequence: u64, previous: Option<ContentHash>) -> Setup {
        Setup {
            session: session(),
            school_code: Some(String::from("10001")),
            batch_key: Some(String::from("特征 7")),
            sequence,
            previous,
            signer: self.station.clone(),
            recipients: vec![self.centre.to_public()],
            made_at: NOON,
            originals: Part::Include,
            witness: Part::Include,
            last_four: Part::LeaveOut,
            changes: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// Seals `records` as this station's first bundle.
    pub(crate) fn seal(&self, records: &[BundleRecord]) -> SealedBundle {
        let mut sealer = Sealer::start(self.path(), self.setup(1, None)).unwrap();
        for record in records {
            assert_eq!(sealer.add(record).unwrap(), Added::Taken);
        }
        sealer.finish().unwrap()
    }

    /// The `number`th record of this station, under `code`.
    pub(crate) fn record(&self, number: u32, code: &[u8]) -> BundleRecord {
        let photo = jpeg(number as u8);
        let original = jpeg(number as u8 + 100);
        let witness = jpeg(number as u8 + 50);
        let id = RecordId::from_parts(1_780_286_400_000 + u64::from(number), [number as u8; 10]);
        let record = Record {
            format: 1,
            id,
            session: session(),
            group: Some(String::from("土木 1 班")),
            station: self.key().key_id(),
            shot: ShotNumber { station: StationLetter::A, number },
            sequence: u64::from(number),
            code: code.to_vec(),
            code_source: CodeSource::Camera,
            code_symbol: None,
            code_digest: SubjectCode::new(code.to_vec()).unwrap().digest(),
            last_four: Some(String::from("123X")),
            roster_key: Some(String::from("roster-row-of-a-person")),
            notice_version: 1,
            notice_acknowledged: true,
            operator: 2,
            confirmation: Confirmation { by: ConfirmedBy::Student, at: NOON },
            simulated: true,
            camera: String::from("sim:demo"),
            profile_id: String::from("degree-2017"),
            profile_version: 1,
            profile_sha256: ContentHash([4; 32]),
            checks_version: 1,
            models_version: String::from("1"),
            findings: vec![Finding {
                id: CheckId::EyesOpen,
                level: Level::Fail,
                severity: Severity::Block,
                measured: Some(0.25),
                unit: Some(Unit::Ratio),
                min: Some(0.2),
                max: None,
                reason: Reason::Ok,
            }],
            attested: Vec::new(),
            overrides: vec![Override {
                check: CheckId::EyesOpen,
                reason: OverrideReason::Other,
                text: Some(String::from("words that name 王小明")),
                by: 2,
            }],
            photo_sha256: ContentHash::of(&photo),
            original_sha256: ContentHash::of(&original),
            original_media_type: String::from("image/jpeg"),
            exposure: None,
            witness_sha256: Some(ContentHash::of(&witness)),
            state: RecordState::Approved,
            supersedes: None,
            retake_reason: None,
            captured_at: NOON,
            stored_at: NOON,
        };
        let journal = ["stored", "approved"].map(|event| JournalLine {
            format: 1,
            record_id: id,
            event: event.to_owned(),
            at: NOON.to_rfc3339(),
            by: Some(2),
        });
        BundleRecord {
            record,
            jpeg: photo,
            original: Some(original),
            witness: Some(witness),
            code_png: None,
            hashes: None,
            journal: journal.to_vec(),
        }
    }

    /// A signed bundle around any payload and comment.
    pub(crate) fn craft(&self, payload: &[u8], comment: &str) -> Vec<u8> {
        let signature = minisign::sign(None, &self.secret, payload, Some(comment), Some(UNTRUSTED)).unwrap();
        let frame = Frame::new(payload.len() as u32, Crc32::of(payload));
        [frame.head(), payload.to_vec(), frame.tail(&signature.into_string()).unwrap()].concat()
    }

    /// Encrypts anything to this desk's centre.
    pub(crate) fn encrypt(&self, plain: &[u8]) -> Vec<u8> {
        age::encrypt(&self.centre.to_public(), plain).unwrap()
    }

    /// Encrypts anything to another desk's centre.
    pub(crate) fn encrypt_for(&self, other: &Self, plain: &[u8]) -> Vec<u8> {
        assert_ne!(self.key(), other.key());
        other.encrypt(plain)
    }

    /// Writes the centre's key file, as `age-keygen` does.
    pub(crate) fn centre_key_file(&self) -> PathBuf {
        use age::secrecy::ExposeSecret as _;

        let path = self.path().join("centre.key");
        let text = format!("# public key: {}\n{}\n", self.centre.to_public(), self.centre.to_string().expose_secret());
        std::fs::write(&path, text).unwrap();
        path
    }
}

pub(crate) fn session() -> SessionId {
    SessionId::try_from(String::from("2026-spring")).unwrap()
}

/// A withdrawal of a record that some earlier bundle carried.
pub(crate) fn withdrawal() -> ChangeLine {
    ChangeLine {
        format: 1,
        record_id: RecordId::from_parts(5, [5; 10]),
        change: tucai::bundle::lines::Change::Withdrawn,
        reason: String::from("本人要求"),
        by: 1,
        at: NOON.to_rfc3339(),
        replaced_by: None,
    }
}

/// A small real JPEG, a different one for every mark.
pub(crate) fn jpeg(mark: u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..64).map(|i| if i % 3 == 0 { mark } else { 128 }).collect();
    let mut out = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new(&mut out);
    encoder.write_image(&pixels, 8, 8, ExtendedColorType::L8).unwrap();
    out
}
