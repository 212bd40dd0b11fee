//! Client of the CIMC XML API of Cisco UCS C-Series servers.
