# One machine that plays three zones. `make cluster` gives `driver`, `home` and `media` as the machine allows.
most = 5
