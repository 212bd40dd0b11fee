//! The BIOS set-up at the next boot (`biosUnit.adminAction`, 2.0(2c) and later).

use crate::dialect::Feature;
use crate::error::CimcError;
use crate::session::{SERVER, Session};
use crate::xml::Element;

impl Session {
    /// Makes the next boot enter the BIOS set-up instead of booting.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] below 2.0(2c); any failure of a write.
    pub async fn enter_bios_setup(&mut self) -> Result<(), CimcError> {
        if !self.dialect().await?.may_have(Feature::BiosSetup) {
            let why = "that came with 2.0(2c); press F2 on its console".to_owned();
            return Err(self.unsupported("enter the BIOS set-up", why));
        }
        let bios = format!("{SERVER}/bios");
        let object = Element::new("biosUnit")
            .with("adminAction", "enter-bios-setup")
            .with("status", "modified")
            .with("dn", &bios);
        self.write(&bios, object).await
    }
}
