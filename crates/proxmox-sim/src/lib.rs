//! A Proxmox VE over HTTPS for tests, demo and benches.
