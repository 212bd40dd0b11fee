//! What a node takes in Cobbler, and whether it is somebody else's: looked at before the first step
//! of a deploy, and again when all MAC addresses are known.

use cobbler_client::Claim;

use super::request::Network;
use super::servers::from_cobbler;
use super::{Cobblers, InstallRequest, PXE_MAC};
use crate::drivers::DriverError;
use crate::model::{Node, Port};

/// Whether nobody else has the name, a MAC address, the fixed address or the host name of a node.
/// All its MAC addresses count, not only the one that boots: a server of which another record
/// knows any is that record's server.
///
/// # Errors
/// What is taken and by whom; what the node asks for wrongly; those of the server.
pub(super) async fn need_free(
    node: &Node,
    ports: &[Port],
    cobblers: &Cobblers,
) -> Result<(), DriverError> {
    let request = InstallRequest::read(node, cobblers)?;
    need_free_as(node, ports, cobblers, request.hostname, &request.network).await
}

/// The same for a node of that host name and connection.
///
/// # Errors
/// The same.
pub(super) async fn need_free_as(
    node: &Node,
    ports: &[Port],
    cobblers: &Cobblers,
    hostname: String,
    network: &Network,
) -> Result<(), DriverError> {
    let mut macs: Vec<String> = ports.iter().map(|port| port.address.clone()).collect();
    if let Some(mac) = node.internal_text(PXE_MAC)
        && !macs.iter().any(|known| known == mac)
    {
        macs.push(mac.to_owned());
    }
    let claim = Claim {
        name: node.uuid.to_string(),
        hostname,
        macs,
        address: network.address.map(|(address, _)| address),
    };
    cobblers
        .of(node)?
        .need_free(&claim)
        .await
        .map_err(|error| from_cobbler(&error))
}
