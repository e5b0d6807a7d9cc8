//! The public tools that open a bundle without this program: unzip, minisign, age, and `bagit` and `jsonschema` from
//! a Python environment that `packaging/test` makes once.
//!
//! A missing tool fails the test, unless `TUCAI_SKIP_PUBLIC_TOOLS=1` says that this machine shall do without.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// All tools, found.
pub(crate) struct PublicTools {
    python: PathBuf,
}

impl PublicTools {
    /// Finds the tools; `None` only where skipping was asked for.
    #[allow(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn find() -> Option<Self> {
        if std::env::var("TUCAI_SKIP_PUBLIC_TOOLS").is_ok_and(|value| value == "1") {
            eprintln!("skipped: TUCAI_SKIP_PUBLIC_TOOLS=1");
            return None;
        }
        let python = venv().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        assert!(
            python.exists(),
            "{} is missing: run packaging/test, or make it with `python3 -m venv DIR && DIR/bin/pip install bagit \
             jsonschema setuptools` and set TUCAI_TEST_VENV=DIR; TUCAI_SKIP_PUBLIC_TOOLS=1 skips this test",
            python.display()
        );
        for tool in ["unzip", "minisign", "age"] {
            let found = Command::new(tool).arg("-v").output().is_ok();
            assert!(found, "{tool} is missing: install the package {tool}; TUCAI_SKIP_PUBLIC_TOOLS=1 skips this test");
        }
        Some(Self { python })
    }

    /// Runs a tool in `folder`; its words on failure.
    pub(crate) fn run(&self, folder: &Path, tool: &str, arguments: &[&str]) -> Result<String, String> {
        let program = if tool == "python" { self.python.as_path() } else { Path::new(tool) };
        let output = Command::new(program).args(arguments).current_dir(folder).output().map_err(|e| e.to_string())?;
        text_of(&output)
    }

    /// `bagit.py --validate`.
    pub(crate) fn validate_bag(&self, folder: &Path, bag: &str) -> Result<String, String> {
        self.run(folder, "python", &["-m", "bagit", "--validate", bag])
    }

    /// Checks every line (or the whole file) of JSON against a schema of this repository; the number of values.
    pub(crate) fn validate_json(&self, folder: &Path, schema: &str, file: &str, whole: Whole) -> Result<usize, String> {
        const PROGRAM: &str = "
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1], encoding='utf-8'))
Draft202012Validator.check_schema(schema)
text = open(sys.argv[2], encoding='utf-8').read()
values = [text] if sys.argv[3] == 'whole' else text.splitlines()
for value in values:
    Draft202012Validator(schema).validate(json.loads(value))
print(len(values))
";
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schemas").join(schema);
        let schema = schema.to_string_lossy();
        let whole = if whole == Whole::File { "whole" } else { "lines" };
        let said = self.run(folder, "python", &["-c", PROGRAM, schema.as_ref(), file, whole])?;
        said.trim().parse().ok().ok_or(said)
    }
}

/// What is one JSON value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    File,
    Line,
}

fn text_of(output: &Output) -> Result<String, String> {
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(words(&output.stdout))
    } else {
        Err([words(&output.stdout), words(&output.stderr)].concat())
    }
}

/// `TUCAI_TEST_VENV`, or `tucai-test-venv` beside the target folder.
fn venv() -> PathBuf {
    if let Some(named) = std::env::var_os("TUCAI_TEST_VENV") {
        return named.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"));
    target.with_file_name("tucai-test-venv")
}
