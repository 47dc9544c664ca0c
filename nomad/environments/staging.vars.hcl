# A small copy of production: every deploy waits, hidden, until somebody has looked at it.
promote = "ask"
most    = 3
