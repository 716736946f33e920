//! Envoy's clusters: how Istio names them, and how many connections a sidecar has made by each.

/// The name of the cluster by which a sidecar connects to a port of a host.
pub fn outbound_cluster(host: &str, port: u16) -> String {
    format!("outbound|{port}||{host}")
}

/// How many connections were made by a cluster, in the statistics of a proxy; none by one that the proxy does not know. The
/// error is a line without a number. Newer proxies put a `;` behind the name of the cluster.
pub fn connections_by_cluster(statistics: &str, cluster: &str) -> Result<u64, String> {
    let line = statistics.lines().find(|line| {
        line.strip_prefix("cluster.")
            .and_then(|rest| rest.strip_prefix(cluster))
            .is_some_and(|rest| rest.trim_start_matches(';').starts_with(".upstream_cx_total:"))
    });
    let Some(line) = line else { return Ok(0) };
    let number = line.rsplit_once(' ').and_then(|(_, number)| number.parse().ok()); // none: the line is the error
    number.ok_or_else(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::as_istio_names_it("cluster.outbound|9092||k.test.upstream_cx_total: 3\n", 3)]
    #[case::with_separator("x: 1\ncluster.outbound|9092||k.test;.upstream_cx_total: 4\n", 4)]
    #[case::another_host("cluster.outbound|9092||k.test.org.upstream_cx_total: 5\n", 0)]
    #[case::nothing("", 0)]
    fn counter_of_the_cluster_is_read(#[case] statistics: &str, #[case] expected: u64) {
        assert_eq!(connections_by_cluster(statistics, &outbound_cluster("k.test", 9092)), Ok(expected));
    }

    #[test]
    fn line_without_a_number_is_not_zero() {
        let line = "cluster.outbound|9092||k.test.upstream_cx_total: 3";
        let cut = line.strip_suffix(" 3").unwrap();
        let cluster = outbound_cluster("k.test", 9092);
        assert_eq!(connections_by_cluster(cut, &cluster), Err(cut.to_owned()));
        assert_eq!(connections_by_cluster(line, &cluster), Ok(3));
    }
}
