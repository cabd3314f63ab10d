//! The contract between API, browser and scripts: ids, vocabulary, wire types, events, problem codes.
