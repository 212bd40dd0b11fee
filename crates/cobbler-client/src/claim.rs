//! What a system is about to take on the server, and whether it is free there. Reads only.
//!
//! Cobbler looks for duplicates long before it stores, and not at all for host names. So it is
//! looked three times: by a caller before anything is done for a deploy ([`Cobbler::need_free`]),
//! before a record is written, and after it: of several programs that take one MAC at the same
//! time, each that finds another's record after its own save takes its own back. Two never stay;
//! both may go, and the one that is repeated first has it.

use std::net::Ipv4Addr;

use crate::client::Cobbler;
use crate::error::{CobblerError, Kind, Taken};
use crate::objects::System;
use crate::wanted::Wanted;

/// What a system of ours is going to hold alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// Its full host name; empty for none. Compared with the host names and the DNS names of
    /// other systems.
    pub hostname: String,
    /// MAC addresses of the machine, in any usual form.
    pub macs: Vec<String>,
    /// Its fixed address.
    pub address: Option<Ipv4Addr>,
}

impl Cobbler {
    /// Whether the name is ours or free, and nothing else of the claim in the hands of another
    /// system, be it ours or somebody else's. Writes nothing.
    ///
    /// # Errors
    /// [`CobblerError::Duplicate`] with what is taken and by whom; those of the calls.
    pub async fn need_free(&self, claim: &Claim) -> Result<(), CobblerError> {
        let action = format!("claim system {}", claim.name);
        let existing = self.system(&claim.name).await?;
        self.need_ours(&action, &claim.name, existing.as_ref())?;
        for mac in &claim.macs {
            self.need_mac(&action, &claim.name, mac).await?;
        }
        if let Some(address) = claim.address {
            self.need_address(&action, &claim.name, address).await?;
        }
        if !claim.hostname.is_empty() {
            self.need_hostname(&action, &claim.name, &claim.hostname)
                .await?;
        }
        Ok(())
    }

    /// Whether the record of this name, if there is one, is ours.
    pub(crate) fn need_ours(
        &self,
        action: &str,
        name: &str,
        existing: Option<&System>,
    ) -> Result<(), CobblerError> {
        match existing {
            Some(system) if !self.is_ours(system) => Err(CobblerError::Duplicate {
                at: self.at(action),
                what: Taken::Name(name.to_owned()),
                owner: Some(format!("system {name}")),
                is_ours: Some(false),
            }),
            _ => Ok(()),
        }
    }

    /// Whether no other system has the MAC or the address.
    pub(crate) async fn need_unused(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
    ) -> Result<(), CobblerError> {
        let name = &wanted.spec().name;
        self.need_mac(action, name, wanted.mac()).await?;
        match wanted.spec().address {
            Some(address) => self.need_address(action, name, address).await,
            None => Ok(()),
        }
    }

    /// After a save: whether no other program has taken the same since it was looked, and none the
    /// profile away.
    pub(crate) async fn need_sole(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
    ) -> Result<(), CobblerError> {
        self.need_unused(action, wanted).await?;
        let profile = &wanted.spec().profile;
        if self.profile(profile).await?.is_some() {
            return Ok(());
        }
        Err(CobblerError::NotFound {
            at: self.at(action),
            kind: Kind::Profile,
            name: profile.clone(),
        })
    }

    async fn need_mac(&self, action: &str, name: &str, mac: &str) -> Result<(), CobblerError> {
        let holders = self.find_system_by_mac(mac).await?;
        self.need_nobody_else(action, name, holders, || Taken::Mac(mac.to_owned()))
            .await
    }

    async fn need_address(
        &self,
        action: &str,
        name: &str,
        address: Ipv4Addr,
    ) -> Result<(), CobblerError> {
        let address = address.to_string();
        let holders = self
            .find(Kind::System, action, "ip_address", &address)
            .await?;
        self.need_nobody_else(action, name, holders, || Taken::Address(address.clone()))
            .await
    }

    async fn need_hostname(
        &self,
        action: &str,
        name: &str,
        hostname: &str,
    ) -> Result<(), CobblerError> {
        for field in ["hostname", "dns_name"] {
            let holders = self.find(Kind::System, action, field, hostname).await?;
            let what = || Taken::HostName(hostname.to_owned());
            self.need_nobody_else(action, name, holders, what).await?;
        }
        Ok(())
    }

    async fn need_nobody_else(
        &self,
        action: &str,
        name: &str,
        holders: Vec<String>,
        what: impl Fn() -> Taken,
    ) -> Result<(), CobblerError> {
        let Some(owner) = holders.into_iter().find(|holder| holder != name) else {
            return Ok(());
        };
        // Only for the message.
        let record = self.system(&owner).await.ok().flatten();
        Err(CobblerError::Duplicate {
            at: self.at(action),
            what: what(),
            is_ours: record.map(|system| self.is_ours(&system)),
            owner: Some(owner),
        })
    }
}
