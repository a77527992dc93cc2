"""Many studies assessed: by processes of this machine, a part of them, or on a cluster."""
