package main

import (
	_ "unsafe" // Istio does not export the function that it makes hosts of a ServiceEntry with.

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/host"

	_ "istio.io/istio/pilot/pkg/serviceregistry/serviceentry"
)

//go:linkname convertServices istio.io/istio/pilot/pkg/serviceregistry/serviceentry.convertServices
func convertServices(entry config.Config, nsAnnotations map[string]string, canonicalServiceForMeshExternal bool) []*model.Service

// registeredServices gives the hosts of a case to istiod. A registry of its own would take longer to make than a case to answer.
type registeredServices struct {
	model.ServiceDiscovery
	services []*model.Service
}

// Services gives all hosts. The caller sorts the list.
func (r *registeredServices) Services() []*model.Service {
	return append([]*model.Service{}, r.services...)
}

// GetService gives the first of a name.
func (r *registeredServices) GetService(hostname host.Name) *model.Service {
	for _, service := range r.services {
		if service.Hostname == hostname {
			return service
		}
	}
	return nil
}
