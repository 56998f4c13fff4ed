"""A strict local Zalo Official Account: its OAuth, OpenAPI, template messages and webhooks, on one address."""
