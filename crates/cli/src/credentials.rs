//! The token and what it is for, in a file that its owner alone can read.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use argus_types::Timestamp;
use argus_types::person::TokenMay;
use serde::{Deserialize, Serialize};

/// What `argusctl login` keeps.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The console's address.
    pub server: String,
    /// The authority that signed its certificate, where it is not one of the machine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// The token's name in the console.
    pub name: String,
    /// What it may do.
    pub may: TokenMay,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The token.
    pub token: String,
}

impl Credentials {
    /// Reads them; says what to do where there are none.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                anyhow::bail!("there is no token here: argusctl login --server URL")
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", file.display()));
            }
        };
        // Without the parser's own words, which quote the line, and that may be the token's.
        toml::from_str(&text).map_err(|_| {
            anyhow::anyhow!(
                "{} is not what argusctl wrote: argusctl logout, then login again",
                file.display()
            )
        })
    }

    /// Writes them, readable by their owner only, in place of what was there.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let text = toml::to_string(self).context("the token cannot be written down")?;
        if let Some(folder) = file.parent() {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(0o700).create(folder)?;
        }
        // Under another name first: nobody ever reads half a file, or one that others could read.
        let draft = file.with_extension("toml.new");
        forget(&draft)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let written = options.open(&draft).and_then(|mut out| {
            out.write_all(text.as_bytes())?;
            out.sync_all()
        });
        written
            .and_then(|()| std::fs::rename(&draft, file))
            .with_context(|| format!("cannot write {}", file.display()))
    }
}

/// Takes a file away; `false` where there was none.
pub fn forget(file: &Path) -> anyhow::Result<bool> {
    match std::fs::remove_file(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot remove {}", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn credentials() -> Credentials {
        Credentials {
            server: "https://argus.lan".to_owned(),
            ca_file: None,
            name: "argusctl on laptop".to_owned(),
            may: TokenMay::Read,
            expires_at: Timestamp::from_unix(1_795_000_000).unwrap(),
            token: "argus_secret".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_and_nobody_else_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("argus/credentials.toml");
        credentials().write(&file).unwrap();
        credentials().write(&file).unwrap();
        assert!(Credentials::read(&file).unwrap() == credentials());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let mode = std::fs::metadata(file.parent().unwrap()).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o700);
        assert!(forget(&file).unwrap());
        assert!(!forget(&file).unwrap());
    }

    #[test]
    fn no_token_and_a_broken_file_say_what_to_do_and_show_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials.toml");
        let error = Credentials::read(&file).err().unwrap().to_string();
        assert!(error.contains("argusctl login"), "{error}");
        std::fs::write(&file, "token = argus_secret").unwrap();
        let error = format!("{:#}", Credentials::read(&file).err().unwrap());
        assert!(error.contains("login again") && !error.contains("argus_secret"));
    }
}
