# A Consul agent beside a Nomad client: it runs the checks of the copies on its machine.

server = false
