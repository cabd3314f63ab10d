//! Open files and connections: a process may have 1,024 where nobody says otherwise, for the sake of programs that use
//! `select(2)`. Each viewer is one, so Argus takes what the system allows.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises this process' limit to the most that it may have; gives that, or nothing where there is no limit.
///
/// # Errors
/// What the system says.
pub fn raise_limit() -> std::io::Result<Option<u64>> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        setrlimit(
            Resource::Nofile,
            Rlimit {
                current: limit.maximum,
                maximum: limit.maximum,
            },
        )?;
    }
    Ok(limit.maximum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn afterwards_as_many_are_allowed_as_the_system_lets() {
        let most = raise_limit().unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, most);
    }
}
