"""The registry over HTTP: what comes in, who asks, what goes out, and the OpenAPI document that says so."""
