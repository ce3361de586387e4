#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stands between a client and a server on Unix sockets.

    cut-proxy.py LISTEN TARGET... [--after BYTES] [--delay MILLISECONDS]

With several targets the connections go to each in turn.

--after BYTES   both ends are cut when the server has sent so many bytes on a connection
--delay MS      what either side says comes so much later: a slow network

It prints "ready" and serves until it is ended. LISTEN and TARGET are paths of sockets.
"""
import argparse
import asyncio
import itertools
import os


async def pump(reader, writer, limit, delay, cut):
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    async def send():
        while True:
            when, data = await queue.get()
            if when > loop.time():
                await asyncio.sleep(when - loop.time())
            if data is None:
                cut()
                return
            writer.write(data)
            await writer.drain()

    sender = asyncio.ensure_future(send())
    left = limit
    try:
        while True:
            data = await reader.read(65536)
            if left is not None:
                data, left = data[:left], left - len(data)
            if data:
                await queue.put((loop.time() + delay, data))
            if not data or (left is not None and left <= 0):
                break
    except ConnectionError:
        pass
    await queue.put((loop.time() + delay, None))
    await asyncio.gather(sender, return_exceptions=True)
    cut()


async def serve(options):
    targets = itertools.cycle(options.target)

    async def connected(reader, writer):
        try:
            server_reader, server_writer = await asyncio.open_unix_connection(next(targets))
        except OSError:
            writer.close()
            return

        def cut():
            writer.close()
            server_writer.close()

        delay = options.delay / 1000
        await asyncio.gather(pump(reader, server_writer, None, delay, cut),
                             pump(server_reader, writer, options.after, delay, cut))

    server = await asyncio.start_unix_server(connected, options.listen)
    os.chmod(options.listen, 0o777)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


parser = argparse.ArgumentParser(prog="cut-proxy.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("listen")
parser.add_argument("target", nargs="+")
parser.add_argument("--after", type=int)
parser.add_argument("--delay", type=float, default=0)
asyncio.run(serve(parser.parse_args()))
