//! A vendor's own methods.

use serde_json::Value;

use crate::conductor::{Conductor, ConductorError};
use crate::drivers::DriverError;
use crate::drivers::interfaces::PassthruMethod;
use crate::model::{JsonMap, Node};

impl Conductor {
    /// The methods that a node's vendor interface has.
    pub fn passthru_methods(&self, node: &Node) -> &'static [PassthruMethod] {
        let passthru = self.inner.drivers.passthru(node);
        passthru.map_or(&[], |passthru| passthru.methods())
    }

    /// Calls a method, and gives what it is and what it gave. What goes wrong in one whose caller
    /// doesn't wait for its value stands in the node's `last_error`.
    ///
    /// # Errors
    /// [`ConductorError::InvalidParameter`] where there is no such method, where it doesn't take the
    /// method of HTTP, or the arguments; [`ConductorError::NodeLocked`] where it needs the node for
    /// itself; those of the driver.
    pub async fn vendor_passthru(
        &self,
        ident: &str,
        http_method: &str,
        method: &str,
        args: &JsonMap,
    ) -> Result<(&'static PassthruMethod, Value), ConductorError> {
        let mut node = self.inner.store.node(ident).await?;
        let passthru = self.inner.drivers.passthru(&node);
        let all = passthru.map_or(&[][..], |passthru| passthru.methods());
        let found = all.iter().find(|known| known.name == method);
        let (Some(passthru), Some(found)) = (passthru, found) else {
            return Err(ConductorError::InvalidParameter(format!(
                "No handler for method {method}"
            )));
        };
        if !found.http_methods.contains(&http_method) {
            return Err(ConductorError::InvalidParameter(format!(
                "The method {method} does not support HTTP {http_method}"
            )));
        }
        if found.exclusive {
            node = self.unlocked_node(ident).await?;
        }
        passthru.validate(&node, method, args)?;
        let limit = self.inner.options.step_timeout;
        let called = tokio::time::timeout(limit, passthru.call(&node, method, args)).await;
        let value = called.unwrap_or_else(|_| {
            Err(DriverError::Transient(format!(
                "the vendor's method {method} did not end within {} s",
                limit.as_secs()
            )))
        });
        match value {
            Ok(value) => Ok((found, value)),
            Err(error) if found.is_async => {
                let text = format!("Async execution of {method} failed with error: {error}");
                self.change(ident, |node| {
                    node.last_error = Some(text.clone());
                    Ok(())
                })
                .await?;
                Ok((found, Value::Null))
            }
            Err(error) => Err(error.into()),
        }
    }
}
