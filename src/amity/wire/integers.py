"""The integers of OpenIM's messages that have fewer bits than a plain ``int``, which has 64 with a sign. Pure."""

from typing import Annotated

import msgspec

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
"""A 32-bit integer. What is stored as one goes into protobuf, which takes no longer one."""
Uint64 = Annotated[int, msgspec.Meta(ge=0, extra={"most": 2**64 - 1}, extra_json_schema={"format": "uint64"})]
"""An unsigned 64-bit integer, for hashes. The database cannot store all of them."""
