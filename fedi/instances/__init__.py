"""Schools in this process: `Instance`, one school's database, keys, files and events; `Instances`, all of a folder."""

from fedi.instances.descriptors import raise_limit
from fedi.instances.instance import Instance
from fedi.instances.registry import Instances, configs_in

__all__ = ["Instance", "Instances", "configs_in", "raise_limit"]
