package main

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"istio.io/istio/pilot/pkg/config/memory"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pilot/pkg/serviceregistry/aggregate"
	"istio.io/istio/pilot/pkg/serviceregistry/kube/controller"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/test"
	"istio.io/istio/pkg/test/util/retry"
)

// controlPlane is what istiod has beside the objects of a case, which are put into it one case after the other.
type controlPlane struct {
	env       *model.Environment
	generator *core.ConfigGeneratorImpl
	log       *mergeLog
	// What merges VirtualServices, by the mesh config: of few there are many cases.
	routeStores map[string]*routeStore
}

// answer is a line of the output.
type answer struct {
	ID    string `json:"id"`
	Error string `json:"error,omitempty"`
	// The objects that istiod's webhook does not admit. They are in force all the same: one may be older than the webhook.
	Refused []string `json:"refused"`
	Proxies []any    `json:"proxies"`
}

func newControlPlane() (*controlPlane, error) {
	log, err := captureMergeLog()
	if err != nil {
		return nil, err
	}
	env := model.NewEnvironment()
	env.Watcher = meshwatcher.NewTestWatcher(mesh.DefaultMeshConfig())
	env.NetworksWatcher = meshwatcher.NewFixedNetworksWatcher(nil)
	updater := model.NewEndpointIndexUpdater(env.EndpointIndex)
	// Few topics have VirtualServices, so that for the others their controller is made once, on an empty store.
	store := memory.NewController(memory.MakeSkipValidation(collections.PilotGatewayAPI()))
	virtualServices := model.NewVirtualServiceController(
		store, model.VSControllerOptions{KrtDebugger: new(krt.DebugHandler), XDSUpdater: updater}, env.Watcher)
	env.ConfigStore = store
	env.VirtualServiceController = virtualServices
	env.ServiceDiscovery = aggregate.NewController(aggregate.Options{})
	env.Init()
	never := make(chan struct{})
	go store.Run(never)
	go virtualServices.Run(never)
	isReady := func() bool { return store.HasSynced() && virtualServices.HasSynced() }
	if err := retry.Until(isReady, retry.Delay(time.Millisecond)); err != nil {
		return nil, err
	}
	if err := env.InitNetworksManager(updater); err != nil {
		return nil, err
	}
	return &controlPlane{
		env: env, generator: core.NewConfigGenerator(&model.DisabledCache{}), log: log, routeStores: map[string]*routeStore{},
	}, nil
}

// answer answers a batch of cases. Their Services and pods are in one registry, each case in namespaces of its own.
func (p *controlPlane) answer(batch []oracleCase) []answer {
	answers := make([]answer, len(batch))
	services, pods := &corev1.ServiceList{}, &corev1.PodList{}
	for index, one := range batch {
		answers[index] = answer{ID: one.ID, Refused: []string{}, Proxies: []any{}}
		for _, service := range one.services {
			service.Namespace = namespaceOfCase(index, service.Namespace)
			services.Items = append(services.Items, *service)
		}
		for place, pod := range one.pods {
			pod.Namespace = namespaceOfCase(index, pod.Namespace)
			pod.Status.Phase = corev1.PodRunning
			pod.Status.PodIP = fmt.Sprintf("10.%d.%d.%d", index/250, index%250, place+1)
			pods.Items = append(pods.Items, *pod)
		}
	}
	err := test.Wrap(func(t test.Failer) {
		registry, _ := controller.NewFakeControllerWithOptions(t, controller.FakeControllerOptions{
			Client:       clientWithLists(services, pods),
			DomainSuffix: "cluster.local",
			XDSUpdater:   model.NewEndpointIndexUpdater(model.NewEndpointIndex(model.DisabledCache{})),
		})
		for index := range batch {
			answers[index].Refused = refusedConfigs(batch[index].configs)
			answers[index].Proxies, answers[index].Error = p.facts(index, &batch[index], registry)
		}
	})
	if err != nil {
		for index := range answers {
			answers[index].Error = err.Error()
		}
	}
	return answers
}

// clientWithLists is a client of an API server that has these Services and pods. It answers with the lists themselves: the
// server that client-go has for tests takes longer for each object than a case to answer.
func clientWithLists(services *corev1.ServiceList, pods *corev1.PodList) kube.Client {
	client := kube.NewFakeClient()
	server := client.Kube().(*fake.Clientset)
	answerWith := func(resource string, list runtime.Object) clienttesting.Reactor {
		answer := func(clienttesting.Action) (bool, runtime.Object, error) { return true, list, nil }
		return &clienttesting.SimpleReactor{Verb: "list", Resource: resource, Reaction: answer}
	}
	// In front of what answers from the server's own objects, and behind what Istio counts lists and watches with.
	last := len(server.ReactionChain) - 1
	server.ReactionChain = slices.Insert(server.ReactionChain, last, answerWith("services", services), answerWith("pods", pods))
	return client
}

func (p *controlPlane) facts(index int, one *oracleCase, registry *controller.FakeController) ([]any, string) {
	facts := []any{}
	if one.err != nil {
		return facts, one.err.Error()
	}
	if one.Asks == "networkPassages" {
		for _, proxy := range one.Proxies {
			facts = append(facts, networkPassages(one, proxy.Connections))
		}
		return facts, ""
	}
	if one.Asks == "configMaps" {
		for range one.Proxies {
			facts = append(facts, one.configMapFacts())
		}
		return facts, ""
	}
	features.ScopeGatewayToNamespace = one.ScopesGateways
	p.env.ConfigStore = &caseStore{configs: slices.Concat(one.configs, one.made)}
	discovery := &caseDiscovery{ServiceDiscovery: aggregate.NewController(aggregate.Options{}), registry: registry, index: index}
	p.env.ServiceDiscovery = discovery
	if one.Asks == "outboundClusters" || one.Asks == "gatewayRoutes" || one.Asks == "sidecarRoutes" {
		meshConfig, err := mesh.ApplyMeshConfigDefaults(string(one.MeshConfig))
		if err != nil {
			return facts, err.Error()
		}
		p.env.Watcher = meshwatcher.NewTestWatcher(meshConfig)
		p.env.ServiceDiscovery = &registeredServices{ServiceDiscovery: discovery, services: one.hosts}
	}
	if one.Asks == "gatewayRoutes" || one.Asks == "sidecarRoutes" {
		if err := p.mergeVirtualServices(one.virtualServices, string(one.MeshConfig)); err != nil {
			return facts, err.Error()
		}
	}
	push := model.NewPushContext()
	push.InitContext(p.env, nil, nil)
	for _, proxy := range one.Proxies {
		switch one.Asks {
		case "injection":
			fact, err := injection(one, proxy)
			if err != nil {
				return facts, err.Error()
			}
			facts = append(facts, fact)
		case "gatewayListeners":
			listeners := p.gatewayListeners(p.node(proxy, model.Router, push), push)
			listeners.Made = reduceMade(one.made)
			facts = append(facts, listeners)
		case "gatewayRoutes":
			facts = append(facts, p.gatewayRoutes(p.node(proxy, model.Router, push), push))
		case "sidecarRoutes":
			routes, err := p.sidecarRoutes(p.node(proxy, model.SidecarProxy, push), proxy.Ports, push)
			if err != nil {
				return facts, err.Error()
			}
			facts = append(facts, routes)
		case "mutualTls":
			facts = append(facts, mutualTLSModes(p.node(proxy, model.SidecarProxy, push), proxy.Ports, push))
		case "outboundClusters":
			outbound, err := p.outboundClusters(p.node(proxy, model.SidecarProxy, push), push)
			if err != nil {
				return facts, err.Error()
			}
			facts = append(facts, outbound)
		case "authorization":
			facts = append(facts, authorization(p.node(proxy, model.SidecarProxy, push), proxy, push))
		default:
			return facts, fmt.Sprintf("nothing is known of %q", one.Asks)
		}
	}
	return facts, ""
}

// node is a proxy that has connected, with the labels and Services of its pod.
func (p *controlPlane) node(proxy caseProxy, kind model.NodeType, push *model.PushContext) *model.Proxy {
	node := &model.Proxy{
		Type:            kind,
		ID:              proxy.Name + "." + proxy.Namespace,
		ConfigNamespace: proxy.Namespace,
		DNSDomain:       proxy.Namespace + ".svc.cluster.local",
		IPAddresses:     []string{"10.255.255.255"},
		IstioVersion:    model.ParseIstioVersion("1.31.0"),
		Metadata: &model.NodeMetadata{
			Namespace: proxy.Namespace, IstioVersion: "1.31.0", UnprivilegedPod: strconv.FormatBool(proxy.IsUnprivileged),
		},
	}
	node.SetWorkloadLabels(p.env)
	node.SetSidecarScope(push)
	node.SetServiceTargets(p.env.ServiceDiscovery)
	node.DiscoverIPMode()
	return node
}

func refusedConfigs(configs []config.Config) []string {
	refused := []string{}
	for _, object := range configs {
		schema, isKnown := collections.PilotGatewayAPI().FindByGroupVersionKind(object.GroupVersionKind)
		if !isKnown {
			continue
		}
		if _, err := schema.ValidateConfig(object); err != nil {
			refused = append(refused, object.Namespace+"/"+object.Name)
		}
	}
	sort.Strings(refused)
	return refused
}
