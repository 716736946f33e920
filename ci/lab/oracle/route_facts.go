package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/test/util/retry"
)

// gatewayVirtualHost is what answers for a host on a gateway. The names are those of `semantics::istio::routes`.
type gatewayVirtualHost struct {
	Routes       []string `json:"routes"`
	IsRedirected bool     `json:"isRedirected"`
}

// numberRoutes replaces the names of routes and matches by their places in their lists. The names are for statistics only.
func numberRoutes(service *config.Config) {
	for place, one := range service.Spec.(*networking.VirtualService).Http {
		one.Name = fmt.Sprint(place)
		for index, match := range one.Match {
			match.Name = fmt.Sprint(index)
		}
	}
}

// routeStore holds the VirtualServices of one case after the other, for the controller that istiod merges them with.
type routeStore struct {
	model.ConfigStoreController
	services krt.StaticCollection[config.Config]
	merged   *model.VirtualServiceController
	cases    int
}

// KrtCollection gives the VirtualServices, the only kind that is asked for.
func (s *routeStore) KrtCollection(kind config.GroupVersionKind) krt.Collection[config.Config] {
	if kind != gvk.VirtualService {
		panic("only VirtualServices are expected")
	}
	return s.services
}

// newRouteStore makes a store and its controller, in a mesh with these settings. The controller stops where it is given
// VirtualServices before it has read the settings, and does not tell when it has.
func newRouteStore(mesh meshwatcher.WatcherCollection) *routeStore {
	opts := krt.NewOptionsBuilder(make(chan struct{}), "routes", new(krt.DebugHandler))
	store := &routeStore{services: krt.NewStaticCollection[config.Config](nil, nil, opts.WithName("services")...)}
	debugger := model.VSControllerOptions{KrtDebugger: new(krt.DebugHandler)}
	store.merged = model.NewVirtualServiceController(store, debugger, mesh)
	go store.merged.Run(make(chan struct{}))
	time.Sleep(200 * time.Millisecond)
	return store
}

// mergeVirtualServices has istiod's controller merge the VirtualServices of a case, in a mesh with these settings.
func (p *controlPlane) mergeVirtualServices(services []config.Config, meshConfig string) error {
	store, isThere := p.routeStores[meshConfig]
	if !isThere {
		store = newRouteStore(p.env.Watcher)
		p.routeStores[meshConfig] = store
	}
	// The last of them is one of our own, for a gateway that nobody has: with it, the others are merged.
	store.cases++
	last := config.Config{
		Meta: config.Meta{GroupVersionKind: gvk.VirtualService, Namespace: "last", Name: fmt.Sprint(store.cases)},
		Spec: &networking.VirtualService{
			Hosts: []string{"last.test"}, Gateways: []string{"last/last"}, ExportTo: []string{"*"},
		},
	}
	store.services.Reset(nil)
	store.services.Reset(append(slices.Clone(services), last))
	isMerged := func() bool { return store.merged.Collection().GetKey("last/"+last.Name) != nil }
	if err := retry.Until(isMerged, retry.Delay(50*time.Microsecond)); err != nil {
		return err
	}
	p.env.VirtualServiceController = store.merged
	return nil
}

// gatewayRoutes builds the route configurations of a gateway, with the function that istiod calls for a proxy that connects.
func (p *controlPlane) gatewayRoutes(node *model.Proxy, push *model.PushContext) (facts map[string]any) {
	facts = map[string]any{}
	defer func() {
		if panicked := recover(); panicked != nil {
			facts = map[string]any{"panic": fmt.Sprint(panicked)}
		}
	}()
	node.SetGatewaysForProxy(push)
	if node.MergedGateway == nil {
		return facts
	}
	var names []string
	for name := range node.MergedGateway.ServersByRouteName {
		names = append(names, name)
	}
	resources, _ := p.generator.BuildHTTPRoutes(node, &model.PushRequest{Push: push, Forced: true}, names)
	for _, resource := range resources {
		configuration := &route.RouteConfiguration{}
		if err := resource.GetResource().UnmarshalTo(configuration); err != nil {
			panic(err)
		}
		hosts := map[string]gatewayVirtualHost{}
		for _, host := range configuration.VirtualHosts {
			one := gatewayVirtualHost{Routes: []string{}, IsRedirected: host.RequireTls == route.VirtualHost_ALL}
			for _, answer := range host.Routes {
				one.Routes = append(one.Routes, nameOfRoute(answer))
			}
			for _, domain := range host.Domains {
				hosts[domain] = one
			}
		}
		facts[configuration.Name] = hosts
	}
	return facts
}

// sidecarRoutes builds the virtual hosts of a sidecar for what is sent to each of these ports.
func (p *controlPlane) sidecarRoutes(node *model.Proxy, ports []uint32, push *model.PushContext) (map[string]any, error) {
	facts := map[string]any{}
	for _, port := range ports {
		hosts := map[string]any{}
		name := fmt.Sprint(port)
		built, _, _ := core.BuildSidecarOutboundVirtualHosts(node, push, name, int(port), nil, &model.DisabledCache{})
		for _, host := range built {
			answer, err := answerOf(host)
			if err != nil {
				return nil, err
			}
			for _, domain := range host.Domains {
				if _, isThere := hosts[domain]; isThere {
					return nil, fmt.Errorf("two virtual hosts for %s", domain)
				}
				hosts[domain] = answer
			}
		}
		facts[name] = hosts
	}
	return facts, nil
}

// answerOf is the Service that answers for a virtual host, or the routes of a VirtualService that do.
func answerOf(host *route.VirtualHost) (any, error) {
	names := []string{}
	for _, answer := range host.Routes {
		if answer.Metadata == nil {
			_, _, name, _ := model.ParseSubsetKey(answer.GetRoute().GetCluster())
			if len(host.Routes) != 1 {
				return nil, fmt.Errorf("a Service has more than one route for %s", host.Name)
			}
			return string(name), nil
		}
		names = append(names, nameOfRoute(answer))
	}
	return names, nil
}

// nameOfRoute names a route by its VirtualService, which istiod wrote into its metadata, and its places there.
func nameOfRoute(answer *route.Route) string {
	path := answer.GetMetadata().GetFilterMetadata()["istio"].GetFields()["config"].GetStringValue()
	parts := strings.Split(path, "/")
	if len(parts) < 4 {
		return path
	}
	return parts[len(parts)-3] + "/" + parts[len(parts)-1] + "#" + answer.Name
}
