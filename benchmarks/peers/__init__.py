"""The engines that are compared, each behind the protocol of `peers.peer`."""
