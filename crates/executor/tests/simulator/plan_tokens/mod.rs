//! A token for each plan: that it is the only one that sends, and that none is left.

mod life;
