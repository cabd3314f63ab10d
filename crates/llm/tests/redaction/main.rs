//! What the redactor takes and what it leaves: labelled lines, canaries in every channel of a prompt, properties that
//! hold for any text, and its time on text that was made to cost some.

mod canaries;
mod labelled;
mod linear;
mod properties;
mod secrets;
mod structure;
