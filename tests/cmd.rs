//! The command as users meet it.

mod look;
