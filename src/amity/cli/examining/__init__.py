"""The examinations of ``amity doctor``, one subject a file. Each returns findings and changes nothing."""
