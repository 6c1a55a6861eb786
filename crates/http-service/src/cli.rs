//! The flags that all servers share.

use std::net::SocketAddr;
use std::path::PathBuf;

use tracing_subscriber::filter::Targets;

use crate::names::LOG_ENV;
use crate::program::Listen;
#[cfg(feature = "tls")]
use crate::tls::TlsArgs;
use crate::{Access, App, Bundle, ConfigError, GuardConfig, Limits, Tls};

/// Options for the listener, access and the page. Flatten it into a program's own arguments.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Server")]
pub struct ListenArgs {
    /// Address and port to listen on. Beyond loopback only with --token-file or --trust-lan
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,

    /// Host name by which this server is called, beside IP addresses, localhost and *.local
    /// (may repeat)
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,

    /// Foreign origin whose pages may call this server, as `https://app.example.org` (may repeat)
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,

    /// File with one line, the token that everyone must show, callers on this machine too (a
    /// reverse proxy calls from there)
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// File with one line, another token that sees and never switches, for a kiosk or a guest.
    /// Needs --token-file. Private values stay hidden from it
    #[arg(long, value_name = "FILE")]
    pub view_token_file: Option<PathBuf>,

    /// Let everyone on the network in: anyone there can then do what you can. Beside --token-file,
    /// the token is not needed any more and only shows what is private
    #[arg(long)]
    pub trust_lan: bool,

    /// Stand behind the ingress of Home Assistant: its proxy 172.30.32.2 alone is answered, whose
    /// log-in takes the token's place, and its pages may show this one in a frame
    #[arg(long, conflicts_with_all = ["token_file", "view_token_file", "trust_lan"])]
    pub ingress: bool,

    /// Options for HTTPS.
    #[cfg(feature = "tls")]
    #[command(flatten)]
    pub tls: TlsArgs,

    /// Connections open at once; beyond, the one that has been idle for longest gives way
    #[arg(long, value_name = "NUMBER", default_value_t = 512,
        value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub max_connections: u32,

    /// Connections open at once from one IPv4 address or IPv6 /64; from this machine at least 256,
    /// as a reverse proxy may call from there
    #[arg(long, value_name = "NUMBER", default_value_t = 64,
        value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub max_per_address: u32,

    /// Folder of the built pages to serve in place of what was compiled in
    #[arg(long, value_name = "DIR")]
    pub app_dir: Option<PathBuf>,

    /// What to log: error, warn, info, debug or off; also per module, as info,hyper=debug
    #[arg(long, value_name = "LEVEL", env = LOG_ENV, default_value = "info")]
    pub log: Targets,
}

impl ListenArgs {
    /// Returns the address of `--listen`, or `default`.
    #[must_use]
    pub fn listen_or(&self, default: SocketAddr) -> SocketAddr {
        self.listen.unwrap_or(default)
    }

    /// Returns the page of `--app-dir`, or the embedded one.
    ///
    /// # Errors
    /// If the folder cannot be used as a page.
    pub fn bundle(
        &self,
        embedded: &'static [(&'static str, &'static [u8])],
    ) -> Result<Bundle, ConfigError> {
        match &self.app_dir {
            Some(folder) => Bundle::from_dir(folder).map_err(ConfigError::Page),
            None => Ok(Bundle::from_static(embedded)),
        }
    }

    /// Returns the page in `folder` of `--app-dir`, or the embedded one, for a program whose page is
    /// not the main one; `None` if none is embedded.
    ///
    /// # Errors
    /// If the folder cannot be used as a page.
    pub fn bundle_in(
        &self,
        folder: &str,
        embedded: &'static [(&'static str, &'static [u8])],
    ) -> Result<Option<Bundle>, ConfigError> {
        match &self.app_dir {
            Some(dir) => Bundle::from_dir(&dir.join(folder)).map(Some).map_err(ConfigError::Page),
            None => Ok((!embedded.is_empty()).then(|| Bundle::from_static(embedded))),
        }
    }

    /// Returns the limits of connections.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        let number = |flag: u32| usize::try_from(flag).unwrap_or(usize::MAX);
        let per_address = number(self.max_per_address);
        Limits {
            connections: number(self.max_connections),
            per_address,
            per_loopback: usual.per_loopback.max(per_address),
            ..usual
        }
    }

    /// Builds the rules of access, origins and host names. Reads the tokens' files.
    ///
    /// With a flag for HTTPS the certificate is read, or made.
    ///
    /// # Errors
    /// Names the flag that is invalid, or missing for `listen`.
    pub fn rules(&self, listen: SocketAddr) -> Result<Rules, ConfigError> {
        let guard = GuardConfig::new(&self.allow_host, &self.allow_origin)?;
        let (token, view) = (self.token_file.as_deref(), self.view_token_file.as_deref());
        let (guard, access) = if self.ingress {
            (guard.with_any_host(), Access::Ingress)
        } else {
            (guard, Access::new(token, view, self.trust_lan)?)
        };
        access.check(listen)?;
        #[cfg(feature = "tls")]
        let tls = Tls::from_args(&self.tls, &self.allow_host)?;
        #[cfg(not(feature = "tls"))]
        let tls = None;
        Ok(Rules { guard, access, tls })
    }
}

/// The rules for requests, from the flags.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Allowed origins and host names.
    pub guard: GuardConfig,
    /// The access rule with its tokens.
    pub access: Access,
    /// The certificate, where HTTPS alone is answered.
    pub tls: Option<Tls>,
}

impl Rules {
    /// An address to listen on, with the scheme that these rules make it be opened by.
    #[must_use]
    pub fn listen(&self, address: SocketAddr) -> Listen {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Listen { address, scheme }
    }

    /// Applies the rules to `app`. Checks the actual address of the listener, `listen`, again.
    ///
    /// # Errors
    /// If `listen` is reachable from beyond loopback and no flag states who may call.
    pub fn apply(self, app: App, listen: SocketAddr) -> Result<App, ConfigError> {
        self.access.check(listen)?;
        Ok(app.guard(self.guard).access(self.access).tls(self.tls))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Program {
        #[command(flatten)]
        listen: ListenArgs,
    }

    fn parse(args: &[&str]) -> Result<ListenArgs, clap::Error> {
        Program::try_parse_from([&["program"], args].concat()).map(|program| program.listen)
    }

    #[test]
    fn nothing_given_is_the_programs_default() {
        let args = parse(&[]).unwrap();
        let default = "127.0.0.1:8080".parse().unwrap();
        assert_eq!(args.listen_or(default), default);
        assert!(args.rules(default).is_ok());
        assert_eq!(args.limits(), Limits::default());
        let args = parse(&["--max-connections", "9", "--max-per-address", "300"]).unwrap();
        let limits = args.limits();
        assert_eq!((limits.connections, limits.per_address, limits.per_loopback), (9, 300, 300));
        assert!(parse(&["--max-connections", "0"]).is_err());
    }

    #[test]
    fn bad_values_are_refused_by_flag() {
        let error = parse(&["--listen", "localhost"]).unwrap_err();
        assert!(error.to_string().contains("--listen"), "{error}");
        let error = parse(&["--log", "loud=very"]).unwrap_err();
        assert!(error.to_string().contains("--log"), "{error}");
        let args = parse(&["--app-dir", "/no/such/folder"]).unwrap();
        let error = args.bundle(&[]).unwrap_err();
        let text = crate::logging::Chain(&error).to_string();
        assert!(text.contains("--app-dir") && text.contains("/no/such/folder"), "{text}");
    }

    #[test]
    fn a_page_in_a_folder_is_that_one_or_none() {
        static PAGE: &[(&str, &[u8])] = &[("index.html", b"own")];
        let args = parse(&[]).unwrap();
        assert!(args.bundle_in("own", PAGE).unwrap().is_some());
        assert!(args.bundle_in("own", &[]).unwrap().is_none(), "a note takes its place");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.html"), "panel").unwrap();
        let args = parse(&["--app-dir", folder.path().to_str().unwrap()]).unwrap();
        assert!(args.bundle(PAGE).is_ok());
        let error = args.bundle_in("own", PAGE).unwrap_err();
        assert!(crate::logging::Chain(&error).to_string().contains("own"), "{error}");
    }

    #[test]
    fn flags_repeat() {
        let args = parse(&["--allow-host", "a.example", "--allow-host", "b.example"]).unwrap();
        assert_eq!(args.allow_host, ["a.example", "b.example"]);
    }
}
