package main

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config/schema/gvk"
)

// gatewayFacts is what istiod makes of the Gateways for one proxy. The names are those of `semantics::istio::gateway_listeners`,
// which says the same.
type gatewayFacts struct {
	// What istiod ends with, where the objects make it panic.
	Panic   string              `json:"panic,omitempty"`
	Targets []serviceTarget     `json:"targets"`
	Ports   []mergedPort        `json:"ports"`
	Routes  map[string][]string `json:"routes"`
	Dropped []droppedServer     `json:"dropped"`
	LeftOut []string            `json:"leftOut,omitempty"`
	// What is made of the Gateway API, whichever pods it is for; only where a case has some of it.
	Made      []madeGateway   `json:"made,omitempty"`
	Listeners []listenerFacts `json:"listeners"`
}

// serviceTarget is a port of a Service that leads to the proxy.
type serviceTarget struct {
	Service    string `json:"service"`
	Port       int    `json:"port"`
	TargetPort uint32 `json:"targetPort"`
}

// mergedPort is a port that servers of Gateways share.
type mergedPort struct {
	Number   uint32   `json:"number"`
	Protocol string   `json:"protocol"`
	Bind     string   `json:"bind"`
	Route    string   `json:"route"`
	Servers  []string `json:"servers"`
}

// droppedServer is a server of a Gateway for this proxy that is not served.
type droppedServer struct {
	Server string     `json:"server"`
	Reason dropReason `json:"reason"`
}

// gatewayListeners merges the Gateways for a proxy and builds its listeners, with the functions that istiod calls for a proxy
// that connects.
func (p *controlPlane) gatewayListeners(node *model.Proxy, push *model.PushContext) (facts gatewayFacts) {
	facts = gatewayFacts{
		Targets: []serviceTarget{}, Ports: []mergedPort{}, Routes: map[string][]string{}, Dropped: []droppedServer{},
		Listeners: []listenerFacts{},
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			facts.Panic = fmt.Sprint(panicked)
		}
	}()
	for _, target := range node.ServiceTargets {
		facts.Targets = append(facts.Targets, serviceTarget{
			Service: target.Service.Attributes.Name, Port: target.Port.Port, TargetPort: target.Port.TargetPort,
		})
	}
	dropped := p.log.during(func() { node.SetGatewaysForProxy(push) })
	facts.LeftOut = p.log.leftOut
	facts.addMerged(node.MergedGateway, dropped)
	facts.nameMissingPorts(node, p.env.ConfigStore)
	for _, listener := range p.generator.BuildListeners(node, push) {
		// Beside those of Gateways there is one without an address, by which ambient mode sends.
		if listener.GetAddress().GetSocketAddress() != nil {
			facts.Listeners = append(facts.Listeners, reduceListener(listener))
		}
	}
	sort.Slice(facts.Listeners, func(a, b int) bool {
		one, other := facts.Listeners[a], facts.Listeners[b]
		return one.Bind < other.Bind || one.Bind == other.Bind && one.Port < other.Port
	})
	return facts
}

func (f *gatewayFacts) addMerged(merged *model.MergedGateway, dropped map[string]dropReason) {
	if merged == nil {
		return
	}
	key := func(server *networking.Server) string { return merged.GatewayNameForServer[server] + "#" + server.Name }
	keys := func(servers []*networking.Server) []string {
		names := []string{}
		for _, server := range servers {
			names = append(names, key(server))
		}
		return names
	}
	served := map[string]bool{}
	for _, port := range merged.ServerPorts {
		servers := merged.MergedServers[port]
		names := keys(servers.Servers)
		for _, name := range names {
			served[name] = true
		}
		f.Ports = append(f.Ports, mergedPort{
			Number: port.Number, Protocol: port.Protocol, Bind: port.Bind, Route: servers.RouteName, Servers: names,
		})
	}
	for route, servers := range merged.ServersByRouteName {
		f.Routes[route] = keys(servers)
	}
	for server := range merged.GatewayNameForServer {
		name := key(server)
		if reason, isSkipped := dropped[name]; isSkipped {
			f.Dropped = append(f.Dropped, droppedServer{Server: name, Reason: reason})
		} else if !served[name] {
			f.Dropped = append(f.Dropped, droppedServer{Server: name, Reason: displaced})
		}
	}
	sort.Slice(f.Dropped, func(a, b int) bool { return f.Dropped[a].Server < f.Dropped[b].Server })
}

// nameMissingPorts tells servers whose Gateway names Services without their port from those whose place another took: neither is
// among the servers that are served, and the log says nothing of either.
func (f *gatewayFacts) nameMissingPorts(node *model.Proxy, store model.ConfigStore) {
	for index, dropped := range f.Dropped {
		name, place, _ := strings.Cut(dropped.Server, "#")
		for _, one := range store.List(gvk.Gateway, model.NamespaceAll) {
			services, namesServices := one.Annotations[model.InternalGatewayServiceAnnotation]
			if dropped.Reason != displaced || !namesServices || one.Namespace+"/"+one.Name != name {
				continue
			}
			hasPort := false
			for _, server := range one.Spec.(*networking.Gateway).Servers {
				for _, target := range node.ServiceTargets {
					isNamed := slices.Contains(strings.Split(services, ","), string(target.Service.Hostname))
					hasPort = hasPort || isNamed && server.Name == place && target.Port.Port == int(server.Port.Number)
				}
			}
			if !hasPort {
				f.Dropped[index].Reason = noServicePort
			}
		}
	}
}
