//! Reading what a browser answered, before anything in it is believed.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Error, MAX_ANSWER};

/// An answer, if it is of a size that is worth reading.
pub(super) fn read<T: DeserializeOwned>(answer: &RawValue) -> Result<T, Error> {
    let json = answer.get();
    if json.len() > MAX_ANSWER {
        return Err(Error::TooLarge);
    }
    serde_json::from_str(json).map_err(|error| Error::Malformed(error.into()))
}

/// The part of the signed client data that the library does not look at for an assertion.
#[derive(Deserialize)]
struct Embedding {
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

/// Refuses an answer that was given within another site's page, where the person could not see whom they answered.
pub(super) fn not_embedded(client_data_json: &[u8]) -> Result<(), Error> {
    let embedding: Embedding =
        serde_json::from_slice(client_data_json).map_err(|error| Error::Malformed(error.into()))?;
    if embedding.cross_origin {
        Err(Error::Origin)
    } else {
        Ok(())
    }
}
