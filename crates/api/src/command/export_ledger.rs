//! `argus-api ledger`.

use std::io::Write;
use std::process::ExitCode;

use argus_store::{PoolLimits, Store};

use super::{ConfigFile, block_on};

/// Records read at a time.
const BATCH: u32 = 500;

pub fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut after = 0;
        loop {
            let records = store.ledger_after(after, BATCH).await?;
            let Some(last) = records.last() else { break };
            after = last.seq;
            for record in &records {
                serde_json::to_writer(&mut out, record)?;
                out.write_all(b"\n")?;
            }
        }
        out.flush()?;
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}
