"""Protobuf messages: ``*.proto`` is ours to read and change, ``*_pb2.py`` and ``*_pb2.pyi`` are generated from it.

``make protos`` generates them anew, and a test compares.
"""
