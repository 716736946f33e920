package main

import (
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"istio.io/istio/pkg/wellknown"
)

// listenerFacts is a listener as Envoy is sent it.
type listenerFacts struct {
	Bind   string        `json:"bind"`
	Port   uint32        `json:"port"`
	Chains []filterChain `json:"chains"`
}

// filterChain is what a connection is handled by.
type filterChain struct {
	// The server names that lead here; every one where it is empty.
	SNI []string `json:"sni"`
	// Absent where TLS is not terminated here.
	TLS *terminatedTLS `json:"tls"`
	// The route configuration, of a chain that speaks HTTP.
	Route string `json:"route"`
}

// terminatedTLS is how a filter chain terminates TLS.
type terminatedTLS struct {
	RequiresClientCertificate bool `json:"requiresClientCertificate"`
	// The names of the secrets with which it identifies itself.
	Certificates []string `json:"certificates"`
}

func reduceListener(envoy *listener.Listener) listenerFacts {
	socket := envoy.GetAddress().GetSocketAddress()
	facts := listenerFacts{Bind: socket.GetAddress(), Port: socket.GetPortValue(), Chains: []filterChain{}}
	for _, chain := range envoy.FilterChains {
		facts.Chains = append(facts.Chains, reduceChain(chain))
	}
	return facts
}

func reduceChain(envoy *listener.FilterChain) filterChain {
	chain := filterChain{SNI: envoy.GetFilterChainMatch().GetServerNames()}
	if chain.SNI == nil {
		chain.SNI = []string{}
	}
	if envoy.TransportSocket != nil {
		context := &tls.DownstreamTlsContext{}
		if err := envoy.TransportSocket.GetTypedConfig().UnmarshalTo(context); err != nil {
			panic(err)
		}
		names := []string{}
		for _, secret := range context.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs() {
			names = append(names, secret.GetName())
		}
		chain.TLS = &terminatedTLS{
			RequiresClientCertificate: context.GetRequireClientCertificate().GetValue(), Certificates: names,
		}
	}
	for _, filter := range envoy.Filters {
		if filter.Name == wellknown.HTTPConnectionManager {
			manager := &hcm.HttpConnectionManager{}
			if err := filter.GetTypedConfig().UnmarshalTo(manager); err != nil {
				panic(err)
			}
			chain.Route = manager.GetRds().GetRouteConfigName()
		}
	}
	return chain
}
