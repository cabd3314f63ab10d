//! Passkeys (WebAuthn, user verification required): enrolment, sign-in and step-up.
