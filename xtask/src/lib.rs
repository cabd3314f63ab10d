//! Every chore a person does more than once.
