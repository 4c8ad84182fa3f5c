"""The baseline of the gateway: a bare WebSocket server on the same library that echoes frames and stores nothing.

``python -m bench.echo PORT``
"""

import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server


class _Echo(WSListener):
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.BINARY:
            transport.send(WSMsgType.BINARY, frame.get_payload_as_bytes())


def _listener(_: WSUpgradeRequest) -> WSListener:
    return _Echo()


async def _serve(port: int) -> None:
    server = await ws_create_server(_listener, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
