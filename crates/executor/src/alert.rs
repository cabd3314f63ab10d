//! What somebody should hear of at once, and not only when a step ends.

use argus_proxmox::{Error, NotSent};

/// How often what stands for Proxmox was not whom it should be.
const REFUSED: &str = "argus_proxmox_certificate_refused_total";

/// Shows the count before anything happened: what appears with its first event looks like no change to Prometheus.
pub fn begin_at_zero() {
    metrics::counter!(REFUSED).increment(0);
}

/// Says so where a call was not made because its peer could not be trusted: nothing of it left the process.
pub(crate) fn certificate_refused(error: &Error) {
    let Error::NotSent {
        call,
        kind: NotSent::Tls(failure),
    } = error
    else {
        return;
    };
    metrics::counter!(REFUSED).increment(1);
    tracing::error!(
        target: "argus::event", kind = "alert", alert = "proxmox_certificate", %call, reason = %failure,
        "proxmox's certificate was refused, and nothing was sent"
    );
}
