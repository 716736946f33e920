package main

import (
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/plugin/authn"
)

// mutualTLSFacts is what PeerAuthentications come to for a workload.
type mutualTLSFacts struct {
	// The mode of each port that was asked about.
	Modes map[uint32]string `json:"modes"`
}

// mutualTLSModes asks what the inbound listeners of a sidecar ask, port by port.
func mutualTLSModes(node *model.Proxy, ports []uint32, push *model.PushContext) mutualTLSFacts {
	builder := authn.NewBuilder(push, node)
	facts := mutualTLSFacts{Modes: map[uint32]string{}}
	for _, port := range ports {
		facts.Modes[port] = builder.ForPort(port).Mode.String()
	}
	return facts
}
