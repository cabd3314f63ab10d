//! argusctl: the API for scripts, and the offline ledger verifier.
