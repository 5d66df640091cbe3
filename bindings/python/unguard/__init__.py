"""unguard: surface-EMG levels and events that can be trusted, live and offline, from one engine."""
