//! A compiler for wasm32: rustup's target, or Debian's compiler with a standard library built on the spot.
//!
//! Where rustup cannot download, Debian's `rustc-web` is a matching compiler with the library's source; its
//! variables are set for the one build that needs them and nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::{environment, process, terminal, workspace};

/// rustc's name of the browser.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// What compiles for the browser.
pub enum Toolchain {
    /// The machine's own compiler, which has the target.
    Own,
    /// Debian's compiler in `/usr/bin`, which builds the standard library first.
    Debian {
        /// LLVM's linker.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// What is there, if something is.
    pub fn find() -> Option<Self> {
        has_target().then_some(Self::Own).or_else(debian)
    }

    /// What is there, after trying rustup and then Debian's packages.
    pub fn ensure() -> Result<Self> {
        if let Some(toolchain) = Self::find() {
            return Ok(toolchain);
        }
        terminal::say(&format!("- adding the {TARGET} target with rustup ..."));
        let added = process::run(Command::new("rustup").args(["target", "add", TARGET]));
        if has_target() {
            return Ok(Self::Own);
        }
        crate::interrupt::check()?;
        let reason = added.err().map_or_else(
            || "it did not appear".to_owned(),
            |error| format!("{error:#}"),
        );
        terminal::say(&format!(
            "  that does not work here ({reason}); Debian's compiler can do it"
        ));
        apt::install(
            &["rustc-web", "cargo-web", "rust-web-src", "lld-22"],
            "compiling the page",
        )?;
        debian().context(
            "rustc-web and lld are installed, yet /usr/bin/rustc, its library source or wasm-ld is missing",
        )
    }

    /// How people call it.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Own => "rustup's target",
            Self::Debian { .. } => "Debian's rustc-web",
        }
    }

    /// Tells a build to use it.
    pub fn apply(&self, command: &mut Command) -> Result<()> {
        let tools = environment::tools()?.join("bin");
        command.env("CARGO_TARGET_DIR", environment::wasm_target()?);
        match self {
            Self::Own => {
                command.env("PATH", environment::path_with(&tools));
            }
            Self::Debian { linker } => {
                // Debian's cargo and rustc come before rustup's stand-ins of the same names.
                let path = environment::path_with(Path::new("/usr/bin"));
                let all = std::iter::once(tools).chain(std::env::split_paths(&path));
                command
                    .env("PATH", std::env::join_paths(all)?)
                    .env("CARGO", "/usr/bin/cargo")
                    .env("RUSTC", "/usr/bin/rustc")
                    .env_remove("RUSTUP_TOOLCHAIN")
                    // `cargo run` put the other compiler's libraries there.
                    .env_remove("LD_LIBRARY_PATH")
                    // Only nightly compilers build the library by themselves unless told so.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            }
        }
        Ok(())
    }

    /// cargo for the browser.
    pub fn cargo(&self) -> Result<Command> {
        let program = match self {
            Self::Own => "cargo",
            Self::Debian { .. } => "/usr/bin/cargo",
        };
        let mut command = Command::new(program);
        command.current_dir(workspace::root());
        self.apply(&mut command)?;
        Ok(command)
    }
}

/// Whether the compiler that cargo would use has the target's library.
fn has_target() -> bool {
    let folder = process::output(Command::new("rustc").current_dir(workspace::root()).args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]));
    folder.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

/// Debian's way, if all of it is there.
fn debian() -> Option<Toolchain> {
    let compiler = Path::new("/usr/bin/rustc");
    if !compiler.is_file() || !Path::new("/usr/bin/cargo").is_file() {
        return None;
    }
    let sysroot = process::output(Command::new(compiler).args(["--print", "sysroot"])).ok()?;
    let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
    let linker = newest_linker(Path::new("/usr/bin")).ok()?;
    source.is_dir().then_some(Toolchain::Debian { linker })
}

/// `wasm-ld-NN` with the highest number.
fn newest_linker(folder: &Path) -> Result<PathBuf> {
    let mut found: Option<(u32, PathBuf)> = None;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_prefix("wasm-ld-"))
            .and_then(|number| number.parse().ok());
        if let Some(number) = number
            && found.as_ref().is_none_or(|(best, _)| number > *best)
        {
            found = Some((number, path));
        }
    }
    match found {
        Some((_, path)) => Ok(path),
        None => bail!("no wasm-ld in {}", folder.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_linker_is_taken_by_number() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["wasm-ld-9", "wasm-ld-22", "wasm-ld", "wasm-ld-x"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(
            newest_linker(folder.path()).unwrap(),
            folder.path().join("wasm-ld-22")
        );
    }
}
