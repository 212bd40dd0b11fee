//! Simulated CIMC controllers and the machines behind them.
