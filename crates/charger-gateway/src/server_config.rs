//! The checked settings of the server, and its routes inside the layers of every server.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use gateway_api::{AGE_MS_HEADER, WRITE_ID_HEADER};
use http::HeaderName;
use http_service::cli::{ListenArgs, Rules};
use http_service::program::Listen;
use http_service::{App, AppService, Bundle, ConfigError, Limits};

use crate::args::{GatewayArgs, InvalidArgs, UnprotectedGetWrites};
#[cfg(feature = "mqtt")]
use crate::mqtt::MqttSettings;
use crate::options::{GetWrites, Options};
use crate::program::Program;
use crate::record::Record;
use crate::route::{HEALTH_PATH, LONGEST_BODY, Shared, at_once, document, routes};
use crate::search::Search;
use crate::timing::Timing;

/// A page embedded in the program.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedPage {
    /// The files by path.
    pub files: &'static [(&'static str, &'static [u8])],
    /// Set if it is only the note on how to build a page.
    pub is_placeholder: bool,
}

/// The checked settings of the server, without chargers and listener.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The behaviour of the gateway.
    pub options: Options,
    /// Set if there is no page except the note on how to build one.
    pub lacks_page: bool,
    /// The record of charges, where one is kept.
    pub record: Option<Arc<Record>>,
    /// The MQTT broker to publish to, if there is one.
    #[cfg(feature = "mqtt")]
    pub mqtt: Option<MqttSettings>,
    /// What is looked for in the network.
    pub search: Search,
    /// The rules of access, origins and host names.
    pub rules: Rules,
    /// The page.
    pub bundle: Bundle,
    /// Limits of connections.
    pub limits: Limits,
}

/// What a browser fetches for a home screen, without the cookie that holds the token. Nothing in it
/// is of the charger.
const ICON_FOLDER: &str = "/icon/";

impl ServerConfig {
    /// Builds the settings from the flags before the server listens, with the page of `--app-dir`
    /// or the `embedded` one. `has_password`: this program has the charger's password.
    ///
    /// # Errors
    /// Names the flag and its value.
    pub fn from_args(
        program: Program,
        gateway: &GatewayArgs,
        server: &ListenArgs,
        has_password: bool,
        embedded: EmbeddedPage,
    ) -> Result<Self, InvalidArgs> {
        let options = options(program, gateway, server, has_password)?;
        let listen = server.listen_or(program.listen);
        let bundle = server.bundle(embedded.files)?;
        let lacks_page = server.app_dir.is_none() && embedded.is_placeholder;
        let rules = server.rules(listen)?;
        let limits = Limits { drain: options.timing.drain, ..server.limits() };
        let search = gateway.search();
        #[cfg(feature = "mqtt")]
        let mqtt = MqttSettings::from_args(&gateway.mqtt)?;
        let record = gateway
            .data
            .as_deref()
            .map(|path| {
                Record::open(path, gateway.record_every, gateway.keep, gateway.notify.clone())
            })
            .transpose()?;
        Ok(Self {
            listen,
            options,
            lacks_page,
            record,
            #[cfg(feature = "mqtt")]
            mqtt,
            search,
            rules,
            bundle,
            limits,
        })
    }

    /// The address to listen on, with its scheme.
    pub fn listen(&self) -> Listen {
        self.rules.listen(self.listen)
    }

    /// The routes over their state, and those of the program, `own`.
    ///
    /// # Errors
    /// If the rules do not fit the listener's address.
    pub(crate) fn app(
        &self,
        shared: Shared,
        own: Router,
        listen: SocketAddr,
    ) -> Result<AppService, ConfigError> {
        let shared = Arc::new(shared);
        let bundle = self.bundle.clone();
        let app = App::new(routes(Arc::clone(&shared)).merge(own))
            .at_once(move |request, caller| {
                at_once(&shared, request, caller)
                    .or_else(|| document(&shared, &bundle, request, caller))
            })
            .bundle(self.bundle.clone())
            .cors_headers(&[HeaderName::from_static(WRITE_ID_HEADER), http::header::IF_NONE_MATCH])
            .cors_methods(&[http::Method::PATCH, http::Method::DELETE])
            .exposed_headers(&[HeaderName::from_static(AGE_MS_HEADER), http::header::ETAG])
            .deadline(self.options.timing.longest())
            .body_bytes(LONGEST_BODY)
            .open_on([HEALTH_PATH, ICON_FOLDER]);
        Ok(self.rules.clone().apply(app, listen)?.into_service())
    }
}

/// Builds the options from the flags. `has_password`: this program has the charger's password.
///
/// # Errors
/// If GET writes are allowed without a password or token to protect them.
fn options(
    program: Program,
    gateway: &GatewayArgs,
    server: &ListenArgs,
    has_password: bool,
) -> Result<Options, UnprotectedGetWrites> {
    let get_writes = match (gateway.allow_get_writes, server.token_file.is_some() || server.ingress)
    {
        (false, _) => GetWrites::Refused,
        (true, true) => GetWrites::Trusted,
        (true, false) if has_password => GetWrites::Open,
        (true, false) => return Err(UnprotectedGetWrites),
    };
    Ok(Options {
        read_only: gateway.read_only,
        get_writes,
        show_private: gateway.show_private,
        timing: Timing {
            max_age: gateway.max_age,
            per_exchange: gateway.max_rate.0,
            ..Timing::default()
        },
        ..Options::new(program)
    })
}
