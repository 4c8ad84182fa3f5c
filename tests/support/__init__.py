"""What tests and benchmarks share: real servers, started and ended as programs of their own."""
