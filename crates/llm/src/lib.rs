//! From a person's words to draft actions: the drafting port and the built-in rules.
