//! Whatever comes in, an answer goes out: no call panics, and time can pass after it.

use proptest::prelude::*;

use super::{Lab, ROOT};
use crate::routes::{Method, Raw, RawValue, call, find, table};
use crate::state::Change;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("101".to_owned()),
        Just("pve1".to_owned()),
        Just("pve2".to_owned()),
        Just("1".to_owned()),
        Just(i64::MAX.to_string()),
        Just("-1".to_owned()),
        Just("snap1".to_owned()),
        Just("hour".to_owned()),
        ".{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_call_panics(
        route in 0..table().len(),
        words in prop::collection::vec(text(), 4),
        values in prop::collection::vec(text(), 12),
        sparse in any::<u16>(),
    ) {
        let mut lab = Lab::new().signed_in(ROOT);
        let route = &table()[route];
        let mut words = words.iter();
        let segments: Vec<String> = route
            .path
            .split('/')
            .skip(1)
            .map(|part| match part {
                "{node}" => "pve1".to_owned(),
                "{vmid}" => "101".to_owned(),
                _ if part.starts_with('{') => words.next().cloned().unwrap_or_default(),
                _ => part.to_owned(),
            })
            .collect();
        let found = find(route.method, &segments).expect("it is in the table");
        let raw: Raw = route
            .params
            .iter()
            .zip(&values)
            .enumerate()
            .filter(|(at, _)| (sparse >> (at % 16)) & 1 == 1)
            .map(|(_, (param, value))| (param.name.to_owned(), RawValue::Form(value.clone())))
            .collect();
        let caller = lab.caller.clone();
        if let Err(failure) = call(&mut lab.machine, Some(&caller), &found, &raw) {
            prop_assert!(failure.status >= 400 && !failure.message.is_empty());
        }
        lab.wait(100_000_000);
    }

    #[test]
    fn no_path_panics(method in 0..4_usize, path in ".{0,60}") {
        let method = [Method::Get, Method::Post, Method::Put, Method::Delete][method];
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        match find(method, &segments) {
            Ok(found) => prop_assert_eq!(found.route.method, method),
            Err(failure) => prop_assert_eq!(failure.status, 501),
        }
    }

    #[test]
    fn no_configuration_breaks_a_read(value in text(), size in text()) {
        let mut lab = Lab::new().signed_in(ROOT);
        let config = ["cores", "sockets", "memory", "name", "tags", "agent"]
            .map(|key| (key.to_owned(), value.clone()))
            .into_iter()
            .chain([("scsi0".to_owned(), format!("local:x,size={size}T"))])
            .collect();
        lab.change(101, Change { config, ..Change::default() });
        lab.wait(20_000);
        lab.get("cluster/resources", "");
        lab.get("nodes/pve1/status", "");
        lab.get("nodes/pve1/qemu/101/status/current", "");
        lab.get("nodes/pve1/qemu/101/rrddata", "timeframe=hour");
        lab.post("nodes/pve1/qemu/101/migrate", "target=pve2&online=1&with-local-disks=1").ok();
        lab.wait(600_000_000);
    }
}
