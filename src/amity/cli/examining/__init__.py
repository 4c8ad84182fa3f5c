"""What ``amity doctor`` looks at, one subject a file. Each examination returns findings, and changes nothing."""
