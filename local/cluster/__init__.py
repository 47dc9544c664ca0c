"""A whole production topology on one machine: Consul, Nomad, three zones, and what stands in for AWS."""
