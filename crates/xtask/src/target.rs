//! The machine that a release is for, and what a static program for it takes.

use crate::{
    error::{Result, other},
    process::{self, LONG, SHORT, find_on_path},
    setup, workspace,
};
use std::{env, path::PathBuf, process::Command};

/// The profile of what is installed; its folder has the same name.
pub(crate) const PROFILE: &str = "dist";

/// A target of rustc.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) triple: String,
}

impl Target {
    /// The one that is named, or this machine with the musl library, or, where rustup has no such
    /// library, this machine as it is.
    ///
    /// # Errors
    /// If the named one cannot be had.
    pub(crate) fn choose(named: Option<&str>) -> Result<Self> {
        let target = match named {
            Some(triple) => Self { triple: triple.to_owned() },
            None if cfg!(target_os = "linux") => {
                Self { triple: format!("{}-unknown-linux-musl", env::consts::ARCH) }
            }
            None => Self { triple: host()? },
        };
        match target.ready() {
            Ok(()) => Ok(target),
            Err(error) if named.is_none() && cfg!(target_os = "linux") => {
                println!("{error}; linked statically with glibc in its place");
                Ok(Self { triple: host()? })
            }
            Err(error) => Err(error),
        }
    }

    /// Installs the standard library and, for musl, a C compiler, which TLS needs.
    fn ready(&self) -> Result<()> {
        if self.triple == host()? {
            return Ok(());
        }
        process::run(Command::new("rustup").args(["target", "add", &self.triple]), LONG)?;
        if self.triple == format!("{}-unknown-linux-musl", env::consts::ARCH) {
            return setup::musl();
        }
        match self.c_compiler() {
            Some(_) => Ok(()),
            None => other(format!(
                "no C compiler for {} on PATH, which its TLS library needs; on Debian install {}",
                self.triple,
                self.debian_compiler()
            )),
        }
    }

    /// The C library that is linked in.
    pub(crate) fn library(&self) -> &'static str {
        if self.triple.ends_with("-musl") { "musl" } else { "the system's C library" }
    }

    /// Sets what a static program takes.
    pub(crate) fn apply(&self, cargo: &mut Command) -> Result<()> {
        let variable = self.triple.replace('-', "_");
        let flags = format!("CARGO_TARGET_{}_RUSTFLAGS", variable.to_uppercase());
        if self.triple.ends_with("linux-gnu") {
            cargo.env(flags, "-C target-feature=+crt-static");
        } else if self.triple.ends_with("linux-musl") {
            // A quarter of a MiB smaller; musl 1.2.4 and newer understand it.
            let pack = if self.is_foreign() {
                "--pack-dyn-relocs=relr"
            } else {
                "-Wl,-z,pack-relative-relocs"
            };
            cargo.env(flags, format!("-C link-arg={pack}"));
        }
        if self.is_foreign() {
            let linker = format!("CARGO_TARGET_{}_LINKER", variable.to_uppercase());
            // It brings musl's own files; the C compiler's linker would look for glibc's.
            cargo.env(linker, "rust-lld");
            if let Some(compiler) = self.c_compiler() {
                cargo.env(format!("CC_{variable}"), compiler);
            }
        }
        Ok(())
    }

    fn is_foreign(&self) -> bool {
        self.triple.ends_with("-linux-musl") && !self.triple.starts_with(env::consts::ARCH)
    }

    fn c_compiler(&self) -> Option<PathBuf> {
        let gnu = self.triple.replace("-unknown", "").replace("musl", "gnu");
        find_on_path(&[&*format!("{gnu}-gcc")])
    }

    fn debian_compiler(&self) -> String {
        format!(
            "gcc-{}",
            self.triple.replace("-unknown", "").replace("musl", "gnu").replace('_', "-")
        )
    }

    /// The folder with what was built.
    pub(crate) fn built(&self) -> Result<PathBuf> {
        Ok(workspace::target()?.join(&self.triple).join(PROFILE))
    }

    /// The name of a program's file.
    pub(crate) fn file(&self, program: &str) -> String {
        let ending = if self.triple.contains("-windows-") { ".exe" } else { "" };
        format!("{program}{ending}")
    }

    /// The machine's name in containers and add-ons; `None` for one that these do not know.
    pub(crate) fn container_name(&self) -> Option<&'static str> {
        match self.triple.split('-').next()? {
            "x86_64" => Some("amd64"),
            "aarch64" => Some("aarch64"),
            _ => None,
        }
    }

    pub(crate) fn is_linux(&self) -> bool {
        self.triple.contains("-linux-")
    }
}

/// The target that rustc has by itself.
fn host() -> Result<String> {
    let text = process::output(Command::new("rustc").arg("-vV"), SHORT)?;
    match text.lines().find_map(|line| line.strip_prefix("host: ")) {
        Some(host) => Ok(host.to_owned()),
        None => other("rustc -vV names no host"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_static_program_is_asked_for_in_the_way_of_its_target() {
        let environment = |triple: &str| {
            let mut cargo = Command::new("cargo");
            Target { triple: triple.to_owned() }.apply(&mut cargo).unwrap();
            process::shown(&cargo)
        };
        let gnu = environment("x86_64-unknown-linux-gnu");
        assert!(gnu.contains("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS="), "{gnu}");
        assert!(gnu.contains("+crt-static"), "{gnu}");
        let own = environment(&format!("{}-unknown-linux-musl", env::consts::ARCH));
        assert!(own.contains("pack-relative-relocs") && !own.contains("_LINKER"), "{own}");
        let pi = environment("armv7-unknown-linux-musleabihf");
        assert_eq!(pi, "cargo", "not one that is known");
        let foreign = if env::consts::ARCH == "x86_64" { "aarch64" } else { "x86_64" };
        let foreign = environment(&format!("{foreign}-unknown-linux-musl"));
        assert!(foreign.contains("_LINKER=rust-lld") && foreign.contains("relr"), "{foreign}");
    }

    #[test]
    fn the_host_is_a_triple() {
        assert!(host().unwrap().split('-').count() >= 3);
    }
}
