//! Which ports a server may take.

use crate::failure::{Failure, Result};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::str::FromStr;

/// One port, or several of which the first free one is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ports {
    first: u16,
    last: u16,
}

/// Without `--port`.
impl Default for Ports {
    fn default() -> Ports {
        Ports { first: 8080, last: 8179 }
    }
}

/// `9000` or `9000-9009`.
impl FromStr for Ports {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Ports, String> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let port = |text: &str| text.trim().parse().ok().filter(|&port| port > 0);
        match (port(first), port(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Ports { first, last }),
            _ => Err("a port is a number from 1 to 65535, and a range of them is like 9000-9009".to_owned()),
        }
    }
}

impl Ports {
    /// Any that the system has free.
    pub(crate) const ANY: Ports = Ports { first: 0, last: 0 };

    /// Takes the first free one, on this machine only.
    ///
    /// # Errors
    ///
    /// All are taken, or the system does not allow them.
    pub(crate) fn bind(self) -> Result<TcpListener> {
        for port in self.first..=self.last {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(socket) => return Ok(socket),
                Err(error) if error.kind() == ErrorKind::AddrInUse => {}
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                    return Err(Failure::new(format!(
                        "This user may not use port {port}; choose one from 1024 up with --port. ({error})"
                    )));
                }
                Err(error) => {
                    return Err(Failure::new(format!(
                        "Port {port} cannot be used; choose another with --port. ({error})"
                    )));
                }
            }
        }
        Err(Failure::new(self.all_taken()))
    }

    /// The port that is tried first.
    pub(crate) fn first(self) -> u16 {
        self.first
    }

    fn all_taken(self) -> String {
        let Ports { first, last } = self;
        let next = Ports::default();
        if first == last {
            format!(
                "Port {first} is taken by another program. End that, choose another port with --port, or leave --port out: \
                 then the first free one from {} to {} is taken.",
                next.first, next.last
            )
        } else {
            format!("All ports from {first} to {last} are taken by other programs; choose others with --port.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_as_they_are_typed() {
        let check = |text: &str, first, last| assert_eq!(text.parse(), Ok(Ports { first, last }), "{text}");
        check("9000", 9000, 9000);
        check("9000-9009", 9000, 9009);
        check("1-65535", 1, 65535);
        for text in ["", "0", "many", "9009-9000", "9000-", "-9000", "65536", "0-9", "1-2-3"] {
            assert!(text.parse::<Ports>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_taken_port_is_a_clear_error_and_the_next_one_is_taken_instead() {
        let taken = Ports::ANY.bind().unwrap();
        let port = taken.local_addr().unwrap().port();
        let only = Ports { first: port, last: port };
        let answer = only.bind().unwrap_err().to_string();
        assert!(answer.starts_with(&format!("Port {port} is taken by another program.")), "{answer}");
        assert!(answer.contains("--port"), "{answer}");

        let several = Ports { first: port, last: port.saturating_add(50) };
        let next = several.bind().unwrap().local_addr().unwrap().port();
        assert!(port < next && next <= several.last, "{port} {next}");
    }

    #[test]
    fn a_range_without_a_free_port_says_so() {
        let answer = Ports { first: 9000, last: 9009 }.all_taken();
        assert_eq!(answer, "All ports from 9000 to 9009 are taken by other programs; choose others with --port.");
    }
}
