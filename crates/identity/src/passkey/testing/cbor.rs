//! The two CBOR maps (RFC 8949) that an authenticator writes; both have so few and small parts that they are
//! spelt out.

/// An attestation object that attests nothing: `{"fmt": "none", "attStmt": {}, "authData": data}`.
pub(super) fn attestation_object(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("authenticator data is short");
    let mut cbor = vec![0xa3];
    cbor.extend_from_slice(b"\x63fmt\x64none");
    cbor.extend_from_slice(b"\x67attStmt\xa0");
    cbor.extend_from_slice(b"\x68authData\x59");
    cbor.extend_from_slice(&length.to_be_bytes());
    cbor.extend_from_slice(data);
    cbor
}

/// A P-256 key for ES256 as COSE has it (RFC 9053): `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`.
pub(super) fn p256_key(x: &[u8], y: &[u8]) -> Vec<u8> {
    let mut cbor = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
    for (label, coordinate) in [(0x21, x), (0x22, y)] {
        cbor.extend_from_slice(&[label, 0x58, 32]);
        cbor.extend_from_slice(coordinate);
    }
    cbor
}
