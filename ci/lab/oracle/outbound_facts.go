package main

import (
	"fmt"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"istio.io/istio/pilot/pkg/model"
)

// outboundFacts is what a sidecar is told of other hosts. The names are those of `semantics::istio`.
type outboundFacts struct {
	// The Sidecar that applies; empty where none does.
	Sidecar string `json:"sidecar"`
	// The clusters, by host and port.
	Clusters map[string]outboundCluster `json:"clusters"`
}

// outboundCluster is how a port of a host is called.
type outboundCluster struct {
	TLS string `json:"tls"`
	// The DestinationRule that names the merged one; empty where there is none.
	Rule string `json:"rule"`
}

// outboundClusters builds the clusters of a sidecar, with the function that istiod calls for a proxy that connects.
func (p *controlPlane) outboundClusters(node *model.Proxy, push *model.PushContext) (outboundFacts, error) {
	facts := outboundFacts{Clusters: map[string]outboundCluster{}}
	if node.SidecarScope.Sidecar != nil {
		facts.Sidecar = node.SidecarScope.Name
	}
	resources, _ := p.generator.BuildClusters(node, &model.PushRequest{Push: push, Forced: true})
	for _, resource := range resources {
		one := &cluster.Cluster{}
		if err := resource.GetResource().UnmarshalTo(one); err != nil {
			return facts, err
		}
		direction, subset, host, port := model.ParseSubsetKey(one.Name)
		if direction != model.TrafficDirectionOutbound || subset != "" {
			continue
		}
		mode, err := clusterTLS(one)
		if err != nil {
			return facts, err
		}
		name := fmt.Sprintf("%s:%d", host, port)
		if _, isThere := facts.Clusters[name]; isThere {
			return facts, fmt.Errorf("two clusters for %s", name)
		}
		facts.Clusters[name] = outboundCluster{TLS: mode, Rule: ruleOf(one)}
	}
	return facts, nil
}

// clusterTLS names the TLS of a cluster as `ClientTls::as_str` does.
func clusterTLS(one *cluster.Cluster) (string, error) {
	if len(one.TransportSocketMatches) > 0 {
		for _, match := range one.TransportSocketMatches {
			if match.Name != "tlsMode-istio" && match.Name != "tlsMode-disabled" {
				return "", fmt.Errorf("a cluster chooses by %q", match.Name)
			}
		}
		return "auto", nil
	}
	if one.TransportSocket == nil {
		return "DISABLE", nil
	}
	context := &tls.UpstreamTlsContext{}
	if err := one.TransportSocket.GetTypedConfig().UnmarshalTo(context); err != nil {
		return "", err
	}
	certificates := context.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs()
	switch {
	case len(certificates) == 0:
		return "SIMPLE", nil
	case certificates[0].GetName() == "default":
		return "ISTIO_MUTUAL", nil
	default:
		return "MUTUAL", nil
	}
}

// ruleOf is the DestinationRule that istiod wrote into the metadata of a cluster.
func ruleOf(one *cluster.Cluster) string {
	path := one.GetMetadata().GetFilterMetadata()["istio"].GetFields()["config"].GetStringValue()
	parts := strings.Split(path, "/")
	if len(parts) < 4 {
		return ""
	}
	return parts[len(parts)-3] + "/" + parts[len(parts)-1]
}
