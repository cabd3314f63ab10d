//! Access tokens: short-lived JWTs that Argus signs for itself.
