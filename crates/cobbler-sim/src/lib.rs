//! A simulated Cobbler server: the calls a client uses, and what the real one gets wrong.
