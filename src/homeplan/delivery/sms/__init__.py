"""The channel `sms`: text messages through one signed webhook to the clinic's provider."""
