# Three zones. Two copies at least, so that a zone may be lost without a second of waiting.
least   = 2
most    = 10
promote = "ask" # `flask cluster deploy` asks the canary itself before it promotes it
