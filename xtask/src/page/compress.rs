//! `.br` and `.gz` twins beside each asset: compressed once, as well as it goes, never at a request.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};

/// What is worth compressing.
const KINDS: [&str; 5] = ["css", "html", "js", "svg", "wasm"];

/// An asset with its sizes in bytes.
pub struct Asset {
    /// Path below the page's folder.
    pub name: String,
    /// As it is.
    pub plain: u64,
    /// The `.br` twin.
    pub brotli: u64,
    /// The `.gz` twin.
    pub gzip: u64,
}

/// Writes the twins of every asset below `folder`.
pub fn write_twins(folder: &Path) -> Result<()> {
    for file in compressible(folder)? {
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        fs::write(twin(&file, "br"), brotli(&content)?)?;
        fs::write(twin(&file, "gz"), gzip(&content)?)?;
    }
    Ok(())
}

/// Every asset with a twin.
pub fn assets(folder: &Path) -> Result<Vec<Asset>> {
    let size = |file: &Path| -> Result<u64> {
        Ok(fs::metadata(file)
            .with_context(|| format!("cannot read {}", file.display()))?
            .len())
    };
    compressible(folder)?
        .into_iter()
        .map(|file| {
            Ok(Asset {
                name: file
                    .strip_prefix(folder)
                    .unwrap_or(&file)
                    .display()
                    .to_string(),
                plain: size(&file)?,
                brotli: size(&twin(&file, "br"))?,
                gzip: size(&twin(&file, "gz"))?,
            })
        })
        .collect()
}

fn compressible(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .and_then(|kind| kind.to_str())
                .is_some_and(|kind| KINDS.contains(&kind))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn twin(file: &Path, kind: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(kind);
    PathBuf::from(name)
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        // Looked at in pieces of 2 MiB, so each file as a whole: a quarter per cent less than in the usual ones of
        // 256 KiB, whose borders a small change to the page moves about.
        lgblock: 21,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut out, &parameters).context("brotli failed")?;
    Ok(out)
}

/// Without a time in it, so that the same page gives the same bytes.
fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn twins_hold_the_same_content_and_never_change_for_the_same_content() {
        let folder = tempfile::tempdir().unwrap();
        let content = "argus ".repeat(1000);
        fs::write(folder.path().join("a.js"), &content).unwrap();
        fs::write(folder.path().join("a.png"), "left alone").unwrap();
        write_twins(folder.path()).unwrap();

        let gz = fs::read(folder.path().join("a.js.gz")).unwrap();
        let br = fs::read(folder.path().join("a.js.br")).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&gz[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, content);
        let mut out = Vec::new();
        brotli::BrotliDecompress(&mut &br[..], &mut out).unwrap();
        assert_eq!(out, content.as_bytes());

        write_twins(folder.path()).unwrap();
        assert_eq!(fs::read(folder.path().join("a.js.gz")).unwrap(), gz);
        let assets = assets(folder.path()).unwrap();
        assert_eq!(assets.len(), 1);
        assert_eq!((assets[0].plain, assets[0].brotli), (6000, br.len() as u64));
    }
}
