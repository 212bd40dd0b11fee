//! Ferric.
