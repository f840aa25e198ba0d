"""Episodes as environments of other libraries, whose policy sits in some seats of a protocol."""
