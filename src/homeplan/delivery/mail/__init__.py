"""The channel `mail`: addresses that their owner confirms, and mails through the operator's server."""
