# Processes on a laptop, data in AWS: the Nomad variables and Consul's settings name RDS, ElastiCache and the
# provider, as in production; only these numbers are the laptop's.
most    = 2
promote = "ask"
