//! Debian packages: installed only by root; otherwise the command is shown.

use super::{InstallMethod, announce, first_that_works};
use crate::{
    error::{Result, other},
    process::{find_on_path, is_executable, is_root},
};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

const INSTALL: [&str; 3] = ["install", "-y", "--no-install-recommends"];

/// System packages, with texts for users on other systems.
#[derive(Clone, Debug)]
pub(super) struct Packages {
    /// Their names in Debian.
    pub(super) names: Vec<&'static str>,
    /// The missing programs, as the object of "the tests need".
    pub(super) what: &'static str,
    /// Their purpose.
    pub(super) why: &'static str,
    /// The approximate duration.
    pub(super) duration: &'static str,
    /// The instruction for other systems; a sentence's second half.
    pub(super) elsewhere: &'static str,
}

/// The C compiler for static programs.
pub(super) fn musl() -> Packages {
    Packages {
        names: vec!["musl-tools"],
        what: "the C compiler of musl",
        why: "it compiles the TLS library of static programs",
        duration: "10 s",
        elsewhere: "install musl-gcc",
    }
}

impl Packages {
    /// Installs all, refreshing the package lists if needed.
    pub(super) fn install(&self) -> Result<()> {
        self.may_be_installed(find_on_path(&["apt-get"]).is_some(), is_root)?;
        announce(self.what, self.why, self.duration, Path::new("/usr"));
        let apt = |arguments: &[&str]| {
            let mut apt = Command::new("apt-get");
            apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            apt
        };
        let install = [&INSTALL[..], &self.names].concat();
        let way = |name, arguments: &[&str]| vec![InstallMethod { name, command: apt(arguments) }];
        if let Err(error) = first_that_works(way("from the package lists as they are", &install)) {
            println!("  {error}; the lists may be missing or old");
            first_that_works(way("refreshing the lists", &["update"]))?;
            first_that_works(way("from fresh lists", &install))?;
        }
        Ok(())
    }

    /// Returns the command as typed in a shell.
    pub(super) fn command(&self) -> String {
        format!("apt-get {} {}", INSTALL.join(" "), self.names.join(" "))
    }

    fn may_be_installed(&self, has_apt: bool, is_root: impl FnOnce() -> bool) -> Result<()> {
        let what = self.what;
        if !has_apt {
            return other(format!("the tests need {what}; {}", self.elsewhere));
        }
        if !is_root() {
            return other(format!(
                "the tests need {what}, and only root installs system packages; please run\n    \
                 sudo {}",
                self.command()
            ));
        }
        Ok(())
    }
}

/// Returns a program named by an environment variable; one that cannot run is an error.
pub(super) fn named(variable: &str) -> Result<Option<PathBuf>> {
    match env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) {
        Some(program) if !is_executable(&program) => {
            other(format!("{variable} is {}, which is no program", program.display()))
        }
        program => Ok(program),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_install_is_told_what_to_do() {
        let packages = Packages {
            names: vec!["mbpoll", "mosquitto"],
            what: "mbpoll and mosquitto",
            why: "",
            duration: "",
            elsewhere: "install them by hand",
        };
        assert!(packages.may_be_installed(true, || true).is_ok());
        let error = packages.may_be_installed(true, || false).unwrap_err().to_string();
        let command = "sudo apt-get install -y --no-install-recommends mbpoll mosquitto";
        assert!(error.ends_with(command), "{error}");
        let error = packages.may_be_installed(false, || true).unwrap_err().to_string();
        assert_eq!(error, "the tests need mbpoll and mosquitto; install them by hand");
    }
}
