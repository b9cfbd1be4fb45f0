"""A collection as it grows: filling and asking it, on one machine's engine and on a cluster."""
