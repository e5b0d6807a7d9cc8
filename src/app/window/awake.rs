//! Screen and machine stay awake while somebody works at an open desk, and may sleep behind a locked one.

use std::io;

use super::Window;
use crate::device::awake::Awake;
use crate::ui::view::Gate;

/// What became of it.
#[derive(Debug, Default)]
pub(super) struct Waking(Option<io::Result<Awake>>);

impl Waking {
    /// Whether the system keeps awake; `None` before it has answered, and while nobody has asked it.
    pub(super) fn is_kept(&self) -> Option<bool> {
        match self.0.as_ref()? {
            Ok(awake) => awake.is_kept(),
            Err(_) => Some(false),
        }
    }

    fn keep(&mut self, wanted: bool, start: impl FnOnce() -> io::Result<Awake>) {
        if !wanted {
            self.0 = None;
        } else if self.0.is_none() {
            let asked = start();
            self.0 = Some(asked.inspect_err(|error| log::warn!("no thread keeps the machine awake: {error}")));
        }
    }
}

impl Window {
    /// Every pass; a demonstration on a throw-away folder is no session.
    pub(super) fn keep_awake(&mut self) {
        let wanted = self.open.is_some() && self.plan.folder.is_some() && self.gate == Gate::Open;
        self.waking.keep(wanted, Awake::start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_for_once_and_given_back_with_the_desk() {
        let mut waking = Waking::default();
        let mut asked = 0;
        for wanted in [false, true, true, false, true] {
            waking.keep(wanted, || {
                asked += 1;
                Err(io::ErrorKind::Other.into())
            });
            assert_eq!(waking.is_kept(), wanted.then_some(false), "a refusal is told while the desk is open");
        }
        assert_eq!(asked, 2);
    }
}
