package main

import (
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collection"
	"istio.io/istio/pkg/config/schema/collections"
)

// caseStore holds the objects of one case, for istiod to read. Istio's own store in memory gives objects without a time the
// present one, and takes longer to make than a case to answer.
type caseStore struct {
	model.ConfigStore
	configs []config.Config
}

// Schemas gives the kinds that istiod reads.
func (s *caseStore) Schemas() collection.Schemas { return collections.PilotGatewayAPI() }

// Get gives the object of this name.
func (s *caseStore) Get(kind config.GroupVersionKind, name, namespace string) *config.Config {
	for index := range s.configs {
		one := &s.configs[index]
		if one.GroupVersionKind == kind && one.Name == name && one.Namespace == namespace {
			return one
		}
	}
	return nil
}

// List gives the objects of a kind, in a list that whoever asks may sort.
func (s *caseStore) List(kind config.GroupVersionKind, namespace string) []config.Config {
	var found []config.Config
	for _, one := range s.configs {
		if one.GroupVersionKind == kind && (namespace == model.NamespaceAll || one.Namespace == namespace) {
			found = append(found, one)
		}
	}
	return found
}
