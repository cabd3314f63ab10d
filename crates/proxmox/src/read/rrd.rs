//! Measured series. Their keys differ between releases, so a point is a map.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

use super::{Read, of_guest, of_node, plain};
use crate::{call::CallBuilder, guest::GuestRef, lenient};

/// How far back. The distance of the points follows from it and from the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeframe {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Timeframe {
    fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// The averages of one interval.
#[derive(Debug, Clone, PartialEq)]
pub struct RrdPoint {
    /// Its end, in epoch seconds.
    pub time: u64,
    /// What was measured; a gap has no entry.
    pub values: BTreeMap<String, f64>,
}

impl<'de> Deserialize<'de> for RrdPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PointVisitor)
    }
}

struct PointVisitor;

#[derive(Deserialize)]
struct Measured(#[serde(deserialize_with = "lenient::opt_float")] Option<f64>);

#[derive(Deserialize)]
struct Time(#[serde(deserialize_with = "lenient::uint")] u64);

impl<'de> Visitor<'de> for PointVisitor {
    type Value = RrdPoint;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a point of a series")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RrdPoint, A::Error> {
        let mut time = None;
        let mut values = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "time" {
                let Time(seconds) = map.next_value()?;
                time = Some(seconds);
            } else if let Measured(Some(value)) = map.next_value()? {
                values.insert(key, value);
            }
        }
        let time = time.ok_or_else(|| A::Error::missing_field("time"))?;
        Ok(RrdPoint { time, values })
    }
}

/// `GET /nodes/{node}/rrddata`. Needs `Sys.Audit` on the node.
pub fn node_rrd(node: &str, timeframe: Timeframe) -> Read<Vec<RrdPoint>> {
    series(of_node(node), timeframe)
}

/// `GET /nodes/{node}/{kind}/{vmid}/rrddata`. Needs `VM.Audit` on the guest.
pub fn guest_rrd(guest: &GuestRef, timeframe: Timeframe) -> Read<Vec<RrdPoint>> {
    series(of_guest(guest), timeframe)
}

fn series(of: CallBuilder, timeframe: Timeframe) -> Read<Vec<RrdPoint>> {
    plain(
        of.segment("rrddata")
            .text("timeframe", timeframe.as_str())
            .text("cf", "AVERAGE"),
    )
}

#[cfg(test)]
mod tests {
    use crate::answer;

    use super::*;

    #[test]
    fn a_gap_is_no_value_and_unknown_keys_are_kept() {
        let body = br#"{"data":[{"time":60,"cpu":0.5,"mem":"1024","pressurecpusome":null},{"time":"120"}]}"#;
        let points: Vec<RrdPoint> = answer::data(body).unwrap();
        assert_eq!(
            points[0].values,
            [("cpu".to_owned(), 0.5), ("mem".to_owned(), 1024.0)].into()
        );
        assert_eq!(
            points[1],
            RrdPoint {
                time: 120,
                values: BTreeMap::new()
            }
        );
    }

    #[test]
    fn a_point_without_its_time_is_refused_with_its_place() {
        let error = answer::data::<Vec<RrdPoint>>(br#"{"data":[{"cpu":0.5}]}"#).unwrap_err();
        assert_eq!(error.path, "data[0]");
    }
}
