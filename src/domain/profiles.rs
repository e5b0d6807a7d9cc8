//! The profiles that come with the program, and a list of them with a school's own.

use super::profile::Profile;
use super::profile_file::{ProfileError, ProfileFile};

/// The profile that is used when none is named.
pub const DEFAULT_PROFILE: &str = "degree-2017";

const SHIPPED: [&str; 15] = [
    include_str!("../../assets/profiles/degree-2017.toml"),
    include_str!("../../assets/profiles/degree-2017-strict-blue.toml"),
    include_str!("../../assets/profiles/identity-card-ga461.toml"),
    include_str!("../../assets/profiles/social-security.toml"),
    include_str!("../../assets/profiles/exit-entry.toml"),
    include_str!("../../assets/profiles/e-passport.toml"),
    include_str!("../../assets/profiles/passport-paper.toml"),
    include_str!("../../assets/profiles/passport-beijing-old.toml"),
    include_str!("../../assets/profiles/driving-licence-ga482.toml"),
    include_str!("../../assets/profiles/postgraduate-exam.toml"),
    include_str!("../../assets/profiles/civil-service-exam.toml"),
    include_str!("../../assets/profiles/putonghua-test.toml"),
    include_str!("../../assets/profiles/new-student.toml"),
    include_str!("../../assets/profiles/cet-ncre.toml"),
    include_str!("../../assets/profiles/school-register.toml"),
];

/// The shipped profiles, default first. A test makes sure that each can be read.
pub fn shipped() -> Vec<ProfileFile> {
    SHIPPED.iter().filter_map(|text| ProfileFile::from_toml(text).ok()).collect()
}

/// The default profile.
pub fn default_profile() -> Option<ProfileFile> {
    shipped().into_iter().find(|file| file.profile.id == DEFAULT_PROFILE)
}

/// Profiles that can be chosen: the shipped ones, and a school's own, which replace shipped ones of the same id.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    files: Vec<ProfileFile>,
}

impl Catalogue {
    pub fn shipped() -> Self {
        Self { files: shipped() }
    }

    /// Adds one more, or replaces the one with its id.
    pub fn add(&mut self, text: &str) -> Result<(), ProfileError> {
        let file = ProfileFile::from_toml(text)?;
        match self.files.iter_mut().find(|known| known.profile.id == file.profile.id) {
            Some(known) => *known = file,
            None => self.files.push(file),
        }
        Ok(())
    }

    pub fn get(&self, id: &str) -> Option<&ProfileFile> {
        self.files.iter().find(|file| file.profile.id == id)
    }

    /// All of them, those with second-hand sources included.
    pub fn all(&self) -> &[ProfileFile] {
        &self.files
    }

    /// Those that are shown without being switched on.
    pub fn verified(&self) -> impl Iterator<Item = &Profile> {
        self.files.iter().map(|file| &file.profile).filter(|profile| !profile.unverified)
    }
}

/// The id that a text gives itself, as far as it can be told of one that is no profile.
pub fn id_in(text: &str) -> Option<String> {
    let head = text.lines().map(str::trim).take_while(|line| !line.starts_with('['));
    let (_, value) = head.filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == "id")?;
    let id = value.split('#').next()?.trim().trim_matches(['"', '\'']);
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_shipped_profile_can_be_read() {
        for text in SHIPPED {
            let file = ProfileFile::from_toml(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(file.text, text);
        }
        let ids: BTreeSet<_> = shipped().into_iter().map(|file| file.profile.id).collect();
        assert_eq!(ids.len(), SHIPPED.len(), "ids are unique");
        assert_eq!(default_profile().map(|file| file.profile.id).as_deref(), Some(DEFAULT_PROFILE));
    }

    #[test]
    fn every_clause_says_where_it_stands() {
        for Profile { id, unverified, picture, geometry, background, checks, .. } in
            shipped().into_iter().map(|file| file.profile)
        {
            let sections = [
                (&picture.source, picture.unverified),
                (&geometry.source, geometry.unverified),
                (&background.source, background.unverified),
            ];
            for (source, second_hand) in sections {
                assert!(source.as_ref().is_some_and(|source| !source.is_empty()), "{id}");
                assert_eq!(second_hand, unverified, "{id}: {source:?}");
            }
            for (check, rule) in &checks {
                let limited = rule.min.is_some() || rule.max.is_some();
                assert!(!limited || rule.source.is_some(), "{id}: {check}");
            }
        }
    }

    #[test]
    fn a_text_that_is_no_profile_still_tells_its_id() {
        assert_eq!(id_in("# ours\nid = \"our-school\" # new\nversion = 0\n").as_deref(), Some("our-school"));
        assert_eq!(id_in("version = 1\n[picture]\nid = \"x\"\n"), None);
        assert_eq!(id_in("id ="), None);
    }

    #[test]
    fn a_schools_own_profile_replaces_the_shipped_one() {
        let mut catalogue = Catalogue::shipped();
        let count = catalogue.all().len();
        let text = default_profile().unwrap().text.replace("version = 1", "version = 2");
        catalogue.add(&text).unwrap();
        assert_eq!(catalogue.all().len(), count);
        assert_eq!(catalogue.get(DEFAULT_PROFILE).unwrap().profile.version, 2);
        catalogue.add(&text.replace("id = \"degree-2017\"", "id = \"our-school\"")).unwrap();
        assert_eq!(catalogue.all().len(), count + 1);
    }
}
