"""What differs between a file and the two servers: engines, locks, failures, certificates, copies."""
