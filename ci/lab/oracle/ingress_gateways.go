package main

import (
	"sort"

	corev1 "k8s.io/api/core/v1"
	knetworking "k8s.io/api/networking/v1"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/config/kube/ingress"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/kube/krt"
)

// caseIngresses are the Ingresses of a case, and what decides whether istiod serves them.
type caseIngresses struct {
	ingresses []*knetworking.Ingress
	classes   []*knetworking.IngressClass
}

// gateways gives the Gateways that istiod makes of Ingresses. Its servers are numbered, as those of other Gateways are.
func (c *caseIngresses) gateways(meshText string) ([]config.Config, error) {
	if len(c.ingresses) == 0 {
		return nil, nil
	}
	settings, err := mesh.ApplyMeshConfigDefaults(meshText)
	if err != nil {
		return nil, err
	}
	// istiod does not start the controller of Ingresses then: configcontroller.go of pilot/pkg/bootstrap.
	if settings.IngressControllerMode == meshconfig.MeshConfig_OFF {
		return nil, nil
	}
	stop := make(chan struct{})
	defer close(stop)
	opts := krt.NewOptionsBuilder(stop, "case", new(krt.DebugHandler))
	watcher := meshwatcher.NewTestWatcher(settings)
	_, supported := ingress.SupportedIngresses(
		krt.NewStaticCollection(nil, c.classes, opts.WithName("classes")...),
		krt.NewStaticCollection(nil, c.ingresses, opts.WithName("ingresses")...),
		watcher,
		krt.NewStaticCollection[*corev1.Service](nil, nil, opts.WithName("services")...),
		krt.NewStaticCollection[*corev1.Node](nil, nil, opts.WithName("nodes")...),
		krt.NewStaticCollection[*corev1.Pod](nil, nil, opts.WithName("pods")...),
		opts,
	)
	made := ingress.Gateways(supported, watcher, "cluster.local", opts)
	made.WaitUntilSynced(stop)
	gateways := made.List()
	sort.Slice(gateways, func(a, b int) bool { return gateways[a].Name < gateways[b].Name })
	for index := range gateways {
		numberServers(&gateways[index])
	}
	return gateways, nil
}
