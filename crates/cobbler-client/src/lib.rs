//! Typed calls to a Cobbler server over XML-RPC.
