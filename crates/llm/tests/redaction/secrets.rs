//! Canaries: made-up secrets, of every kind that Argus holds and of every format.

use argus_llm::redact::{Held, Kind};

/// What Argus holds, as its configuration has it.
pub const HELD: [Held<'static>; 7] = [
    Held {
        kind: Kind::Token,
        secret: "argus@pve!ops=5f0e1c9a-feed-4bad-8eef-0123456789ab",
    },
    Held {
        kind: Kind::Token,
        secret: concat!("sk", "-proj-Q2FuYXJ5-T0-bm90-cmVhbA_77x"),
    },
    Held {
        kind: Kind::Key,
        secret: "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    },
    Held {
        kind: Kind::Password,
        secret: "postgres://argus:Fjord%2F88&kite@db.lan/argus",
    },
    Held {
        kind: Kind::Password,
        secret: "quote\"back\\slash/\u{e4}\u{20ac}<&>+ =",
    },
    Held {
        kind: Kind::Secret,
        secret: "copper lantern",
    },
    Held {
        kind: Kind::Password,
        secret: "ahoi77",
    },
];

/// The parts of them that are secrets by themselves.
pub const HELD_PARTS: [&str; 2] = ["5f0e1c9a-feed-4bad-8eef-0123456789ab", "Fjord/88&kite"];

/// A text that shows what the secret in it is, with `{}` where that stands.
pub struct Shown {
    pub text: &'static str,
    pub secret: String,
}

/// One of each format and context.
pub fn shown() -> Vec<Shown> {
    let base64 = "k3Vq9ZtX7bWmP2rLc8yHf5NdG1sJu6Aa4EoQiTzR0vB";
    let signature = base64.repeat(5);
    let of = |text, secret: &str| Shown {
        text,
        secret: secret.to_owned(),
    };
    vec![
        of(
            "token root@pam!canary={} made",
            "7d1f0c2e-1111-4222-8333-944455566677",
        ),
        of(
            "Cookie: PVEAuthCookie={}",
            &format!("PVE:root@pam:65F1C2AB::{signature}=="),
        ),
        of(
            "ticket {} is valid",
            &format!("PVEVNC:65F1C2AB::{signature}=="),
        ),
        of("csrf {}", &format!("65F1C2AB:{base64}")),
        of(
            "bearer {}",
            &format!("{}{base64}.{base64}.{base64}", concat!("ey", "J")),
        ),
        of(
            "cipassword: {}",
            "$6$Kj3hs8Fq$Zk1uT0n9QeWx7Lr2Vb5Mc8Yd4Gf6Hj1Ks3",
        ),
        of(
            "shadow has {} for root",
            "$y$j9T$Kj3hs8FqZk1uT0n9$QeWx7Lr2Vb5Mc8Yd4Gf6Hj1Ks3Pa7Zs9Xd2Cf5Vg8",
        ),
        of("PrivateKey = {}", &format!("{base64}=")),
        of("backup key data {} here", &format!("{base64}=")),
        of("rocommunity {}", "canary-ro-7"),
        of("snmpget -v2c -c {} 10.0.0.2 x", "canary7ro"),
        of("ipmitool -I lanplus -H bmc -U root -P {} sel", "Canary!77"),
        of("http://proxy:{}@10.0.0.1:3128", "Canary!78"),
        of("mount -o username=x,password={}", "Canary!79"),
        of("root password: {}", "Canary!80"),
        of("Authorization: Basic {}", "Y2FuYXJ5OmNhbmFyeTgx"),
        of(
            "uses {} today",
            concat!("gh", "p_C4n4ryC4n4ryC4n4ryC4n4ryC4n4ryC4n4ry"),
        ),
        of("uses {} today", concat!("AK", "IAC4N4RYC4N4RYC4N4")),
        of(
            "uses {} today",
            concat!("xo", "xb-777777777777-C4n4ryC4n4ry"),
        ),
        of("scan otpauth://totp/x?secret={}", "JBSWY3DPEHPK3PXPCANARY"),
        of("{}", &block("PRIVATE KEY", base64)),
        of("{}", &block("PROXMOX BACKUP KEY", base64)),
        of("leaked {} somewhere", base64),
    ]
}

fn block(label: &str, base64: &str) -> String {
    let line = format!("{base64}{}", &base64[..21]);
    format!("-----BEGIN {label}-----\n{line}\n{line}\n{base64}=\n-----END {label}-----")
}
