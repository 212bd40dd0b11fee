//! A rack: controllers on ports of one address, each with its machine.

mod spec;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admin;
use crate::boot;
use crate::chassis::{Account, Chassis, ChassisSpec};
use crate::cli;
use crate::controller::{Behind, Controller};
use crate::http;
use crate::machine::{self, Disk, InstalledSystem, Machine, MachineSpec};
use crate::power;
use crate::qemu::{Guest, GuestSpec};
use crate::session::Role;
use crate::timing::Timing;
use crate::tls::{Acceptor, Fronts, HANDSHAKE_LIMIT, Tls};
use crate::tree::Pool;
use crate::wire::Gate;

pub use spec::{ControllerSpec, RackSpec, StartError};

/// A running rack. Ends with [`Rack::shutdown`]; dropping it stops everything, too, without
/// waiting.
#[derive(Debug)]
pub struct Rack {
    controllers: Vec<Controller>,
    admin: Option<SocketAddr>,
    running: Running,
}

/// What the controllers of a rack have in common.
struct Parts {
    pool: Pool,
    timing: Arc<Timing>,
    accounts: Arc<[Account]>,
    cobbler: Option<Arc<str>>,
    client: reqwest::Client,
    fronts: Fronts,
}

impl Parts {
    fn new(spec: &RackSpec) -> Result<Self, StartError> {
        Ok(Self {
            pool: Pool::default(),
            timing: Arc::new(spec.timing.clone()),
            accounts: accounts(spec).into(),
            cobbler: spec.cobbler_base.as_deref().map(Arc::from),
            client: machine::client()?,
            fronts: Fronts::default(),
        })
    }
}

/// The tasks of a rack.
#[derive(Debug)]
struct Running {
    tasks: TaskTracker,
    cancelled: CancellationToken,
    servers: Vec<Handle<SocketAddr>>,
}

impl Rack {
    /// Starts everything. When it returns, all controllers answer and all machines are off.
    ///
    /// # Errors
    /// [`StartError`] if a port can't be had or TLS can't be set up; nothing runs then.
    pub async fn start(spec: RackSpec) -> Result<Self, StartError> {
        let mut rack = Self {
            controllers: Vec::new(),
            admin: None,
            running: Running::new(),
        };
        let mut parts = Parts::new(&spec)?;
        for (number, controller) in (0_u16..).zip(&spec.controllers) {
            rack.add(&spec, controller, number, &mut parts)?;
        }
        if let Some(address) = spec.admin {
            let router = admin::router(rack.controllers.clone());
            let (listener, address) = listen(address)?;
            let server = rack.running.server(listener, address)?;
            rack.running.spawn(server.serve(router.into_make_service()));
            rack.admin = Some(address);
        }
        for server in &rack.running.servers {
            server.listening().await;
        }
        Ok(rack)
    }

    fn add(
        &mut self,
        spec: &RackSpec,
        controller: &ControllerSpec,
        number: u16,
        parts: &mut Parts,
    ) -> Result<(), StartError> {
        let ip = controller.ip.unwrap_or(spec.listen_ip);
        let (listener, address) = listen(SocketAddr::new(ip, controller.port))?;
        let index = spec.first_index.wrapping_add(number);
        let name = format!("cimc{index:04}");
        let chassis = ChassisSpec {
            personality: controller.personality,
            index,
            name: name.clone(),
            address: address.ip().to_string(),
            timing: parts.timing.clone(),
            accounts: parts.accounts.clone(),
        };
        let chassis = Arc::new(Chassis::new(chassis, &mut parts.pool));
        let running = &mut self.running;
        let machine = running.machine(spec, controller, &chassis, parts)?;
        running.tasks.spawn(power::run(
            chassis.clone(),
            machine.backend(),
            running.cancelled.child_token(),
        ));
        let router = http::router(chassis.clone()).into_make_service();
        let server = running.server(listener, address)?;
        let gate = Gate {
            chassis: chassis.clone(),
            tls: controller.tls != Tls::Off,
        };
        let front = parts.fronts.front(controller.tls, controller.personality)?;
        match front.acceptor {
            Acceptor::Plain => running.spawn(server.acceptor(gate).serve(router)),
            Acceptor::Modern(config) => {
                let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(config))
                    .handshake_timeout(HANDSHAKE_LIMIT)
                    .acceptor(gate);
                running.spawn(server.acceptor(acceptor).serve(router));
            }
            #[cfg(feature = "legacy-tls")]
            Acceptor::Aged(config) => {
                let config = axum_server::tls_openssl::OpenSSLConfig::from_acceptor(config);
                let acceptor = axum_server::tls_openssl::OpenSSLAcceptor::new(config)
                    .handshake_timeout(HANDSHAKE_LIMIT)
                    .acceptor(gate);
                running.spawn(server.acceptor(acceptor).serve(router));
            }
        }
        let ssh = match controller.ssh {
            Some(port) => {
                let listener = listen(SocketAddr::new(ip, port))?;
                let (tasks, cancelled) = (&running.tasks, &running.cancelled);
                Some(cli::open(&chassis, &name, listener, tasks, cancelled)?)
            }
            None => None,
        };
        self.controllers.push(Controller {
            name,
            address,
            certificate: front.certificate,
            ssh,
            chassis,
            machine,
        });
        Ok(())
    }

    /// The controllers in the order of the specification.
    pub fn controllers(&self) -> &[Controller] {
        &self.controllers
    }

    /// Where the service for other processes is, if it was asked for.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// Stops everything and waits until it has stopped. Machines lose power without notice.
    pub async fn shutdown(self) {
        self.running.stop();
        self.running.tasks.wait().await;
    }
}

impl Running {
    fn new() -> Self {
        Self {
            tasks: TaskTracker::new(),
            cancelled: CancellationToken::new(),
            servers: Vec::new(),
        }
    }

    /// Starts the life of the machine behind a controller.
    fn machine(
        &self,
        spec: &RackSpec,
        controller: &ControllerSpec,
        chassis: &Arc<Chassis>,
        parts: &Parts,
    ) -> Result<Behind, StartError> {
        let cancelled = self.cancelled.child_token();
        if let Some(qemu) = &controller.qemu {
            let mode = qemu.firmware(controller.personality).mode();
            boot::set_mode(&mut chassis.state().tree, mode);
            let guest = GuestSpec {
                qemu,
                name: &chassis.name,
                identity: &chassis.identity,
                personality: controller.personality,
                boot_retry: parts.timing.boot_retry,
            };
            let (guest, life) =
                Guest::new(&guest, chassis.clone(), cancelled).map_err(|source| {
                    let name = chassis.name.clone();
                    StartError::Qemu { name, source }
                })?;
            self.tasks.spawn(life);
            return Ok(Behind::Guest(guest));
        }
        let machine = MachineSpec {
            macs: chassis.identity.macs.to_vec(),
            cobbler: parts.cobbler.clone(),
            disk: match spec.installed {
                true => Disk::Installed(InstalledSystem::unknown()),
                false => Disk::Empty,
            },
            install: spec.install_duration,
            jitter: spec.install_jitter,
            timing: parts.timing.clone(),
            client: parts.client.clone(),
        };
        let (machine, life) = Machine::new(machine, chassis.clone(), cancelled);
        self.tasks.spawn(life);
        Ok(Behind::Model(machine))
    }

    fn server(
        &mut self,
        listener: TcpListener,
        address: SocketAddr,
    ) -> Result<Server<SocketAddr>, StartError> {
        let handle = Handle::new();
        self.servers.push(handle.clone());
        axum_server::from_tcp(listener)
            .map(|server| server.handle(handle))
            .map_err(|source| StartError::Listen { address, source })
    }

    fn spawn(&self, server: impl Future<Output = io::Result<()>> + Send + 'static) {
        self.tasks.spawn(async move {
            if let Err(error) = server.await {
                tracing::warn!(%error, "a simulated controller's web server ended");
            }
        });
    }

    fn stop(&self) {
        self.cancelled.cancel();
        for server in &self.servers {
            server.shutdown();
        }
        self.tasks.close();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let open = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    open().map_err(|source| StartError::Listen { address, source })
}

fn accounts(spec: &RackSpec) -> Vec<Account> {
    let mut accounts = vec![Account {
        user: spec.user.clone(),
        password: spec.password.clone(),
        role: Role::Admin,
    }];
    if let Some((user, password)) = &spec.read_only {
        accounts.push(Account {
            user: user.clone(),
            password: password.clone(),
            role: Role::ReadOnly,
        });
    }
    accounts
}
