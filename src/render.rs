//! How reports are shown: one file per format.
